//! The text of an expression, as it stands in the source, in one line.

use std::ops::Range;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

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
    /// Where it begins and ends, if the compiler tells.
    range: Option<Range<usize>>,
}

/// The bytes of a token, in the order of all sources.
///
/// They show only in the `Debug` form of its span, `#<context> bytes(<start>..<end>)`. Of the line and the column the
/// compiler can be asked, but it counts the characters of the line for each answer.
fn range_of(span: Span) -> Option<Range<usize>> {
    let shown = format!("{span:?}");
    let (_, range) = shown.strip_suffix(')')?.split_once("bytes(")?;
    let (start, end) = range.split_once("..")?;
    Some(start.parse().ok()?..end.parse().ok()?)
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
            let range = range_of(group.span());
            let first = range.as_ref().map(|range| range.start..range.start + open.len());
            let last = range.map(|range| range.end.saturating_sub(close.len())..range.end);
            let opening = Token { text: open.to_owned(), range: first };
            let closing = Token { text: close.to_owned(), range: last };
            let (first, last) = if way == Way::Forward { (opening, closing) } else { (closing, opening) };
            visit(first) || each(group.stream(), way, visit) || visit(last)
        }
        token => visit(Token { text: token.to_string(), range: range_of(token.span()) }),
    })
}

#[derive(Default)]
struct Text {
    written: String,
    /// In characters.
    length: usize,
    /// Where the last token ended, if the compiler tells.
    end: Option<usize>,
}

impl Text {
    fn push(&mut self, token: &Token) {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        // Where places are unknown, a space stands between words only.
        let apart = self.end.map_or_else(
            || self.written.ends_with(word) && token.text.starts_with(word),
            |before| token.range.as_ref().is_none_or(|range| before != range.start),
        );
        let dense = token.text.is_empty() || self.written.is_empty();
        let before = self.written.len();
        if apart && !dense {
            self.written.push(' ');
        }
        // A string over several lines stays on one.
        self.written.extend(token.text.split_inclusive('\n').map(str::trim_end));
        self.length += self.written[before..].chars().count();
        self.end = token.range.as_ref().map(|range| range.end);
    }
}
