//! The text of an expression, as it stands in the source, in one line.

use proc_macro2::{Delimiter, LineColumn, TokenStream, TokenTree};

/// Longer texts lose their middle.
const LONGEST: usize = 60;

/// The text of some tokens: with a space where the source has any white space.
pub(super) fn text_of(tokens: TokenStream) -> String {
    let mut text = Text { written: String::new(), end: None };
    text.all(tokens);
    shortened(&text.written)
}

struct Text {
    written: String,
    /// Where the last token ended, if the compiler tells.
    end: Option<LineColumn>,
}

impl Text {
    fn all(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => ("", ""),
                    };
                    // Where a delimiter is, only the span of the whole group tells for sure.
                    let (start, end) = (group.span().start(), group.span().end());
                    self.token(open, start, LineColumn { column: start.column + open.len(), ..start });
                    self.all(group.stream());
                    let before = end.column.saturating_sub(close.len());
                    self.token(close, LineColumn { column: before, ..end }, end);
                }
                token => self.token(&token.to_string(), token.span().start(), token.span().end()),
            }
        }
    }

    fn token(&mut self, text: &str, start: LineColumn, end: LineColumn) {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        // Where places are unknown, a space stands between words only.
        let apart = self
            .end
            .map_or_else(|| self.written.ends_with(word) && text.starts_with(word), |before| before != start);
        let dense = text.is_empty() || self.written.is_empty();
        if apart && !dense {
            self.written.push(' ');
        }
        // A string over several lines stays on one.
        self.written.extend(text.split_inclusive('\n').map(str::trim_end));
        self.end = (start.line > 0).then_some(end);
    }
}

fn shortened(text: &str) -> String {
    let length = text.chars().count();
    if length <= LONGEST {
        return text.to_owned();
    }
    let half = LONGEST / 2 - 1;
    let head: String = text.chars().take(half).collect();
    let tail: String = text.chars().skip(length - half).collect();
    format!("{head}…{tail}")
}
