//! The text of an expression, as it stands in the source, in one line.

use proc_macro2::{Delimiter, LineColumn, TokenStream, TokenTree};

/// Longer texts lose their middle.
const LONGEST: usize = 60;

/// What remains of each end.
const HALF: usize = LONGEST / 2 - 1;

/// The text of some tokens: with a space where the source has any white space.
///
/// Each question to the compiler about a token takes its time, so no more tokens are looked at than it takes.
pub(crate) fn text_of(tokens: TokenStream) -> String {
    let mut start = Text::default();
    let is_long = each(tokens.clone(), Way::Forward, &mut |token| {
        start.push(&token);
        start.length > LONGEST
    });
    if !is_long {
        return start.written;
    }
    let (mut last, mut length) = (Vec::new(), 0);
    each(tokens, Way::Back, &mut |token| {
        length += token.text.chars().count();
        last.push(token);
        length > HALF
    });
    let mut end = Text::default();
    last.iter().rev().for_each(|token| end.push(token));
    let head: String = start.written.chars().take(HALF).collect();
    let tail: String = end.written.chars().skip(end.length.saturating_sub(HALF)).collect();
    format!("{head}…{tail}")
}

/// A token that is no group, or a delimiter.
struct Token {
    text: String,
    start: LineColumn,
    end: LineColumn,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Forward,
    Back,
}

/// Visits tokens, and those inside of groups, until `visit` has seen enough: whether it has.
fn each(tokens: TokenStream, way: Way, visit: &mut impl FnMut(Token) -> bool) -> bool {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if way == Way::Back {
        tokens.reverse();
    }
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => ("", ""),
            };
            // Where a delimiter is, only the span of the whole group tells for sure.
            let (start, end) = (group.span().start(), group.span().end());
            let opening = Token {
                text: open.to_owned(),
                start,
                end: LineColumn { column: start.column + open.len(), ..start },
            };
            let before = end.column.saturating_sub(close.len());
            let closing = Token { text: close.to_owned(), start: LineColumn { column: before, ..end }, end };
            let (first, last) = if way == Way::Forward { (opening, closing) } else { (closing, opening) };
            visit(first) || each(group.stream(), way, visit) || visit(last)
        }
        token => {
            let span = token.span();
            visit(Token { text: token.to_string(), start: span.start(), end: span.end() })
        }
    })
}

#[derive(Default)]
struct Text {
    written: String,
    /// In characters.
    length: usize,
    /// Where the last token ended, if the compiler tells.
    end: Option<LineColumn>,
}

impl Text {
    fn push(&mut self, token: &Token) {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        // Where places are unknown, a space stands between words only.
        let apart = self.end.map_or_else(
            || self.written.ends_with(word) && token.text.starts_with(word),
            |before| before != token.start,
        );
        let dense = token.text.is_empty() || self.written.is_empty();
        let before = self.written.len();
        if apart && !dense {
            self.written.push(' ');
        }
        // A string over several lines stays on one.
        self.written.extend(token.text.split_inclusive('\n').map(str::trim_end));
        self.length += self.written[before..].chars().count();
        self.end = (token.start.line > 0).then_some(token.end);
    }
}
