//! Where text goes, so that nothing else changes its line, and as little as can be its column.

use std::ops::Range;

use proc_macro2::{Span, TokenStream, TokenTree};

use super::{Crate, Mark};

/// The mark of the order of bytes, with which some editors begin a file.
const MARK: char = '\u{feff}';

/// The tokens of a file, in their order.
pub(super) struct Places<'a> {
    text: &'a str,
    /// What comes before the text that the tokens are of: bytes and lines.
    start: usize,
    lines: usize,
    tokens: Vec<Range<usize>>,
}

/// How many bytes at the start are no Rust: the mark, and a `#!` line.
pub(super) fn skipped(text: &str) -> usize {
    let start = if text.starts_with(MARK) { MARK.len_utf8() } else { 0 };
    let Some(rest) = text[start..].strip_prefix("#!") else { return start };
    if rest.trim_start().starts_with('[') {
        return start;
    }
    text[start..].find('\n').map_or(text.len(), |end| start + end + 1)
}

impl<'a> Places<'a> {
    /// `tokens` are those of the text from `start` on.
    pub(super) fn new(text: &'a str, start: usize, stream: TokenStream) -> Self {
        let lines = text[..start].matches('\n').count();
        let mut places = Self { text, start, lines, tokens: Vec::new() };
        places.add(stream);
        places
    }

    fn add(&mut self, stream: TokenStream) {
        for token in stream {
            match token {
                TokenTree::Group(group) => {
                    self.push(group.span_open());
                    self.add(group.stream());
                    self.push(group.span_close());
                }
                token => self.push(token.span()),
            }
        }
    }

    fn push(&mut self, span: Span) {
        let range = self.range(span);
        // The first token of a documentation comment has the place of all of it, the others lie inside.
        if self.tokens.last().is_none_or(|last| range.end > last.end) {
            self.tokens.push(range);
        }
    }

    /// The bytes of a token.
    pub(super) fn range(&self, span: Span) -> Range<usize> {
        let range = span.byte_range();
        range.start + self.start..range.end + self.start
    }

    /// The line that a token begins on, from 1.
    pub(super) fn line(&self, span: Span) -> usize {
        self.lines + span.start().line
    }

    /// Where an attribute goes for an item whose last attributes end before byte `item`.
    ///
    /// It goes behind the token before, which is on an earlier line as a rule. Documentation is not in its way: the
    /// order of attributes matters among macros only.
    pub(super) fn attribute(&self, item: usize) -> Place {
        let before = self.tokens.partition_point(|token| token.start < item);
        let is_documentation = |token: &&Range<usize>| {
            let text = &self.text[token.start..];
            text.starts_with("///") || text.starts_with("/**")
        };
        let last = self.tokens[..before].iter().rev().find(|token| !is_documentation(token));
        let at = last.map_or(self.start, |token| {
            let is_line = self.text[token.clone()].starts_with("//");
            let newline = self.text[token.end..].find('\n').filter(|_| is_line);
            newline.map_or(token.end, |length| token.end + length + 1)
        });
        let shares_line = !self.text[at..item].contains('\n');
        Place { at: if shares_line { item } else { at }, shares_line }
    }
}

/// Where an attribute goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) at: usize,
    /// Whether its function begins in the same line.
    pub(super) shares_line: bool,
}

/// What is put into a text.
#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    Attribute { function: usize, options: &'static str, shares_line: bool },
}

/// The text with all these insertions, and where its attributes stand.
pub(super) fn inserted(
    text: &str,
    krate: &Crate,
    mut insertions: Vec<(usize, Piece)>,
) -> (String, Vec<Mark>) {
    insertions.sort_by_key(|(at, _)| *at);
    let mut out = String::with_capacity(text.len() + insertions.len() * 40);
    // How much of the line is not in the original.
    let (mut done, mut columns) = (0, 0);
    let mut marks = Marks::default();
    for (at, piece) in insertions {
        let before = &text[done..at];
        out.push_str(before);
        if before.contains('\n') {
            columns = 0;
        }
        let function = match &piece {
            Piece::Text(_) => None,
            Piece::Attribute { function, .. } => Some(*function),
        };
        let piece = match piece {
            Piece::Text(text) => text,
            Piece::Attribute { options, shares_line: false, .. } => {
                spaced(text, at, &krate.attribute(options))
            }
            Piece::Attribute { options, shares_line: true, .. } => telling(columns, |told| {
                let told = format!("inserted = {told}");
                let options = if options.is_empty() { told } else { format!("{options}, {told}") };
                spaced(text, at, &krate.attribute(&options))
            }),
        };
        columns += piece.chars().count();
        if let Some(function) = function {
            let before = piece.len() - piece.trim_start().len();
            marks.add(function, &out, &piece[..before]);
        }
        out.push_str(&piece);
        done = at;
    }
    out.push_str(&text[done..]);
    (out, marks.all)
}

/// Counts lines and columns as the text grows.
#[derive(Default)]
struct Marks {
    all: Vec<Mark>,
    /// The bytes that were counted, and where their last line starts.
    done: usize,
    line: usize,
    start: usize,
}

impl Marks {
    /// Marks the end of `text` and `more`, which has no newline.
    fn add(&mut self, function: usize, text: &str, more: &str) {
        let new = &text[self.done..];
        self.line += new.matches('\n').count();
        self.start = new.rfind('\n').map_or(self.start, |at| self.done + at + 1);
        self.done = text.len();
        let line = text[self.start..].trim_start_matches(MARK);
        let column = line.chars().count() + more.chars().count() + 1;
        self.all.push(Mark { function, line: self.line + 1, column });
    }
}

/// A text that tells its own length, in addition to `columns`.
fn telling(columns: usize, write: impl Fn(usize) -> String) -> String {
    let (mut told, mut text) = (0, write(0));
    while told != columns + text.chars().count() {
        told = columns + text.chars().count();
        text = write(told);
    }
    text
}

/// The attribute as it stands at byte `at`.
fn spaced(text: &str, at: usize, attribute: &str) -> String {
    let apart = text[..at].chars().next_back().is_none_or(|before| before.is_whitespace() || before == MARK);
    if apart { format!("{attribute} ") } else { format!(" {attribute}") }
}
