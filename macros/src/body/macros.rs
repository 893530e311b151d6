//! Macros whose arguments can be read: those of the standard library that take expressions.
//!
//! A program that gives one of these names to a macro of its own gets the standard macro's reading;
//! all other macros are followed by asking the compiler (see `expand::questions`).

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, Macro, Pat, PathSegment, Token};

use super::pattern::{takes, Takes};
use super::walk::{name_at, name_of, About, Use, Walker};
use super::{key, How, Into, Kept, Key};

/// The arguments of a macro call, read.
pub(crate) struct Known {
    /// Whether it takes the arguments' values (`vec!`, `dbg!`) or looks at them where they are.
    takes: bool,
    pub(crate) args: Vec<Expr>,
    tail: Tail,
}

/// What follows the expressions, as it came.
enum Tail {
    Commas {
        trailing: bool,
    },
    /// `[value; count]`: the count.
    Repeat(TokenStream),
    /// `matches!(value, pattern…)`: the pattern.
    Pattern(TokenStream),
    /// Everything.
    Inert(TokenStream),
}

const BORROWS: [&str; 17] = [
    "print",
    "println",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "write",
    "writeln",
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
    "assert_eq",
    "assert_ne",
    "debug_assert_eq",
    "debug_assert_ne",
    "matches",
];
const TAKES: [&str; 2] = ["vec", "pin"];
/// Their tokens are no mention of anything.
const INERT: [&str; 11] = [
    "stringify",
    "concat",
    "line",
    "column",
    "file",
    "module_path",
    "env",
    "option_env",
    "include_str",
    "include_bytes",
    "cfg",
];
const KNOWN: [&[&str]; 3] = [&BORROWS, &TAKES, &INERT];

/// Macros of the standard library that are not read, since their output shows their arguments as text.
const DECLARES_NOTHING: [&str; 3] = ["assert", "debug_assert", "dbg"];

/// Macros that never return.
pub(crate) fn diverges(mac: &Macro) -> bool {
    ["panic", "todo", "unimplemented", "unreachable"].contains(&name(mac).as_str())
}

/// Macros that evaluate nothing.
pub(super) fn evaluates_nothing(mac: &Macro) -> bool {
    INERT.contains(&name(mac).as_str())
}

/// Whether a macro is the `pin!` of the standard library. Other crates have one of this name, which are statements.
pub(crate) fn pins(mac: &Macro) -> bool {
    let mut path = mac.path.segments.iter().rev();
    let is_pin = |segment: &PathSegment| segment.ident == "pin";
    path.next().is_some_and(is_pin) && path.next().is_none_or(is_pin)
}

/// Reads the arguments of a known macro; `None` for any other.
pub(crate) fn read(mac: &Macro) -> Option<Known> {
    let name = name(mac);
    if evaluates_nothing(mac) {
        return Some(Known { takes: false, args: Vec::new(), tail: Tail::Inert(mac.tokens.clone()) });
    }
    if !is_known_macro(mac) {
        return None;
    }
    let takes = TAKES.contains(&name.as_str());
    let parser = |input: ParseStream<'_>| match name.as_str() {
        "vec" => read_vec(input),
        "matches" => read_matches(input),
        "pin" => read_one(input),
        _ => read_list(input),
    };
    let (args, tail) = parser.parse2(mac.tokens.clone()).ok()?;
    Some(Known { takes, args, tail })
}

/// The last word of its path.
pub(crate) fn name(mac: &Macro) -> String {
    mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

fn read_list(input: ParseStream<'_>) -> syn::Result<(Vec<Expr>, Tail)> {
    let list = Punctuated::<Expr, Token![,]>::parse_terminated(input)?;
    let trailing = list.trailing_punct();
    Ok((list.into_iter().collect(), Tail::Commas { trailing }))
}

fn read_one(input: ParseStream<'_>) -> syn::Result<(Vec<Expr>, Tail)> {
    let arg = input.parse()?;
    let trailing = input.parse::<Option<Token![,]>>()?.is_some();
    Ok((vec![arg], Tail::Commas { trailing }))
}

fn read_vec(input: ParseStream<'_>) -> syn::Result<(Vec<Expr>, Tail)> {
    let ahead = input.fork();
    if ahead.parse::<Expr>().is_ok() && ahead.peek(Token![;]) {
        let value = input.parse()?;
        input.parse::<Token![;]>()?;
        return Ok((vec![value], Tail::Repeat(input.parse()?)));
    }
    read_list(input)
}

fn read_matches(input: ParseStream<'_>) -> syn::Result<(Vec<Expr>, Tail)> {
    let value = Expr::parse(input)?;
    input.parse::<Token![,]>()?;
    let ahead = input.fork();
    if takes(&Pat::parse_multi_with_leading_vert(&ahead)?) != Takes::Nothing {
        return Err(input.error("takes the value"));
    }
    Ok((vec![value], Tail::Pattern(input.parse()?)))
}

impl Known {
    /// The arguments as tokens again.
    pub(crate) fn into_tokens(self) -> TokenStream {
        let mut tokens = TokenStream::new();
        let last = self.args.len();
        let trailing = matches!(self.tail, Tail::Commas { trailing: true });
        for (index, arg) in self.args.iter().enumerate() {
            arg.to_tokens(&mut tokens);
            if index + 1 < last || trailing {
                <Token![,]>::default().to_tokens(&mut tokens);
            }
        }
        match self.tail {
            Tail::Commas { .. } => {}
            Tail::Inert(all) => tokens.extend(all),
            Tail::Repeat(count) => {
                <Token![;]>::default().to_tokens(&mut tokens);
                tokens.extend(count);
            }
            Tail::Pattern(pattern) => {
                <Token![,]>::default().to_tokens(&mut tokens);
                tokens.extend(pattern);
            }
        }
        tokens
    }

    /// Tokens beside the expressions that may mention locals.
    pub(super) fn other_tokens(&self) -> TokenStream {
        match &self.tail {
            Tail::Commas { .. } | Tail::Inert(_) => TokenStream::new(),
            Tail::Repeat(tokens) | Tail::Pattern(tokens) => tokens.clone(),
        }
    }
}

impl Walker {
    /// A macro as a statement may define locals, by names that it is given.
    pub(super) fn macro_statement(&mut self, mac: &Macro) {
        let start = self.model.mentions.len();
        if name(mac) == "pin" {
            // As a statement, that of the standard library would be of no use.
            self.opaque(mac.tokens.clone(), key(mac));
        } else {
            self.macro_call(mac, key(mac));
        }
        let declares = !DECLARES_NOTHING.contains(&name(mac).as_str())
            && may_declare(mac.tokens.clone(), &|name| self.resolve(name).is_some());
        for mention in self.model.mentions[start..].iter_mut().filter(|mention| mention.node == key(mac)) {
            if let How::Macro { opaque } = &mut mention.how {
                *opaque |= declares;
                if !DECLARES_NOTHING.contains(&name(mac).as_str()) {
                    self.redefined.insert(mention.local);
                }
            }
        }
    }

    pub(super) fn macro_call(&mut self, mac: &Macro, node: Key) {
        let Some(known) = read(mac) else {
            return self.opaque(mac.tokens.clone(), node);
        };
        let used = if known.takes { Use::Value(Into::Macro) } else { Use::Place };
        let format_at = usize::from(name(mac).starts_with("write"));
        for (index, arg) in known.args.iter().enumerate() {
            match arg {
                // `name = value` in a format call.
                Expr::Assign(assign) => {
                    self.kept(&assign.right, Kept::LookedAt);
                    self.expr(&assign.right, used);
                }
                Expr::Lit(literal) if index == format_at => self.format_string(literal),
                _ => {
                    if !known.takes {
                        self.kept(arg, Kept::LookedAt);
                    }
                    self.expr(arg, used);
                }
            }
        }
        if known.takes && matches!(known.tail, Tail::Commas { .. }) {
            self.note_operands(node, &known.args, None);
        }
        if pins(mac) {
            self.note_pinned(&known.args, node);
        }
        self.opaque(known.other_tokens(), node);
        self.model.macros.insert(key::<Macro>(mac), known);
    }

    pub(super) fn format_string(&mut self, literal: &ExprLit) {
        let Lit::Str(text) = &literal.lit else { return };
        let mut names = Vec::new();
        captured(&text.value(), literal.span(), &mut names);
        for name in names {
            if let Some(local) = self.resolve(&name) {
                self.mention(About {
                    local,
                    how: How::Place,
                    path: Vec::new(),
                    node: key(literal),
                    span: literal.span(),
                });
            }
        }
    }

    /// Tokens of unknown meaning: every local they name may be moved by them.
    pub(super) fn opaque(&mut self, tokens: TokenStream, node: Key) {
        let opaque = self.labelled || leaves(tokens.clone());
        let span = tokens.span();
        let start = self.model.mentions.len();
        let mut found = Vec::new();
        names(tokens, &mut found);
        found.sort_unstable();
        found.dedup_by_key(|(name, _)| name.clone());
        for (name, is_part) in found {
            if let Some(local) = self.resolve(&name) {
                self.mention(About { local, how: How::Macro { opaque }, path: Vec::new(), node, span });
                if let Some(mention) = self.model.mentions.last_mut() {
                    mention.may_be_a_part = is_part;
                }
            }
        }
        let end = self.model.mentions.len();
        for mention in &mut self.model.mentions[start..] {
            mention.within = start..end;
        }
    }
}

/// The names that tokens mention: identifiers, and what format strings capture; with each, whether it stands behind a
/// dot, like that of a field.
fn names(tokens: TokenStream, found: &mut Vec<(String, bool)>) {
    // How many dots are right before: two are a range.
    let mut dots = 0;
    for token in tokens {
        let before = std::mem::take(&mut dots);
        match token {
            TokenTree::Ident(ident) => found.push((name_of(&ident), before == 1)),
            TokenTree::Group(group) => names(group.stream(), found),
            TokenTree::Literal(literal) => {
                let span = literal.span();
                if let Lit::Str(text) = Lit::new(literal) {
                    let mut words = Vec::new();
                    captured(&text.value(), span, &mut words);
                    found.extend(words.into_iter().map(|word| (word, false)));
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

/// Whether the macro is one of those whose expansion is known to keep control flow inside.
pub(crate) fn is_known_macro(mac: &Macro) -> bool {
    let name = name(mac);
    KNOWN.iter().any(|list| list.contains(&name.as_str())) && (name != "pin" || pins(mac))
}
