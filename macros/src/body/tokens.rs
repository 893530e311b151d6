//! Tokens of unknown meaning: the names in them, and what they may do with those.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::Lit;

use super::walk::{name_at, name_of, About, Walker};
use super::{How, Key};

impl Walker {
    /// The count of `vec![x; n]`, or a pattern: it takes nothing that needs dropping.
    pub(super) fn looked_at(&mut self, tokens: TokenStream, node: Key) {
        let start = self.model.mentions.len();
        self.opaque(tokens, node);
        for mention in &mut self.model.mentions[start..] {
            mention.how = How::Place;
        }
    }

    /// Tokens of unknown meaning: every local they name may be moved by them.
    pub(super) fn opaque(&mut self, tokens: TokenStream, node: Key) {
        let opaque = self.labelled || leaves(tokens.clone());
        let span = tokens.span();
        let start = self.model.mentions.len();
        let mut found = Vec::new();
        names(tokens, &mut found);
        // Of a name that stands there twice, the one that says more comes first.
        found.sort_unstable();
        found.dedup_by(|later, before| later.name == before.name);
        for Named { name, is_part, in_parts } in found {
            if let Some(local) = self.resolve(&name) {
                self.mention(About { local, how: How::Macro { opaque }, path: Vec::new(), node, span });
                if let Some(mention) = self.model.mentions.last_mut() {
                    (mention.may_be_a_part, mention.in_parts) = (is_part, in_parts);
                }
            }
        }
        let end = self.model.mentions.len();
        for mention in &mut self.model.mentions[start..] {
            mention.within = start..end;
        }
    }
}

/// A name that tokens mention.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    name: String,
    /// Whether it stands behind a dot, like that of a field.
    is_part: bool,
    /// Whether it stands before one.
    in_parts: bool,
}

/// The names that tokens mention: identifiers, and what format strings capture.
fn names(tokens: TokenStream, found: &mut Vec<Named>) {
    // How many dots are right before: two are a range.
    let mut dots = 0;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let before = std::mem::take(&mut dots);
        match token {
            TokenTree::Ident(ident) => found.push(Named {
                name: name_of(&ident),
                is_part: before == 1,
                in_parts: is_punct(tokens.peek(), "."),
            }),
            TokenTree::Group(group) => names(group.stream(), found),
            TokenTree::Literal(literal) => {
                let span = literal.span();
                if let Lit::Str(text) = Lit::new(literal) {
                    let mut words = Vec::new();
                    captured(&text.value(), span, &mut words);
                    let whole = |name| Named { name, is_part: false, in_parts: false };
                    found.extend(words.into_iter().map(whole));
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == '.' => dots = before + 1,
            TokenTree::Punct(_) => {}
        }
    }
}

/// The names inside `{…}` of a format string.
pub(super) fn captured(text: &str, span: Span, found: &mut Vec<String>) {
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        rest = &rest[start + 1..];
        if let Some(escaped) = rest.strip_prefix('{') {
            rest = escaped;
            continue;
        }
        let inside = rest.find('}').map_or(rest, |end| &rest[..end]);
        // `{name:width$.precision$}` mentions up to three locals.
        for word in inside.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
            if word.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                found.push(name_at(word, span));
            }
        }
    }
}

/// Whether tokens name something that is no local, and so may be what the macro declares: a name that
/// is not called, not a path, not a field and not a keyword.
pub(super) fn may_declare(tokens: TokenStream, is_local: &impl Fn(&str) -> bool) -> bool {
    const KEYWORDS: [&str; 18] = [
        "as", "crate", "else", "false", "fn", "for", "if", "in", "let", "loop", "match", "move", "mut",
        "ref", "return", "self", "true", "while",
    ];
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => may_declare(group.stream(), is_local),
        TokenTree::Ident(ident) => {
            let before = at.checked_sub(1).and_then(|at| tokens.get(at));
            let name = ident.to_string();
            let is_part = is_punct(before, ".:&") || is_punct(tokens.get(at + 1), ":!(");
            let is_called = matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
            let is_type = name.starts_with(char::is_uppercase);
            !(is_part
                || is_called
                || is_type
                || KEYWORDS.contains(&name.as_str())
                || is_local(&name_of(ident)))
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn is_punct(token: Option<&TokenTree>, any_of: &str) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if any_of.contains(punct.as_char()))
}

/// Whether tokens hold something that leaves the expression for a loop or an executor around it, and
/// so cannot stand in a closure. (`return` and `?` can: see `expand::questions`.)
pub(crate) fn leaves(tokens: TokenStream) -> bool {
    any_word(tokens, &|word| ["break", "continue", "await", "yield"].contains(&word))
}

/// Whether one of the words in tokens, at any depth, is wanted.
pub(crate) fn any_word(tokens: TokenStream, wanted: &impl Fn(&str) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => wanted(&ident.to_string()),
        TokenTree::Group(group) => any_word(group.stream(), wanted),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
