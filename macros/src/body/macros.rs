//! Macros whose arguments can be read: those of the standard library that take expressions.
//!
//! A program that gives one of these names to a macro of its own gets the standard macro's reading;
//! all other macros are followed by asking the compiler (see `expand::questions`).

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, Macro, Pat, PathSegment, Token};

use super::pattern::{takes, Takes};
use super::tokens::{captured, may_declare};
use super::walk::{About, Use, Walker};
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

/// They take a format, and look at what it shows.
const FORMATS: [&str; 16] = [
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
const KNOWN: [&[&str]; 4] = [&FORMATS, &["matches"], &TAKES, &INERT];

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
    pub(crate) fn other_tokens(&self) -> TokenStream {
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
            self.opaque(self.tokens_of(mac), key(mac));
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

    /// A macro of unknown meaning that may stand for a place: what it does is told before the expression around it.
    pub(super) fn macro_as_place(&mut self, mac: &Macro) {
        let start = self.model.mentions.len();
        self.opaque(self.tokens_of(mac), self.around);
        self.is_opaque_since(start);
    }

    /// Marks the mentions from `start` on as those of a macro that cannot be asked about.
    pub(super) fn is_opaque_since(&mut self, start: usize) {
        for mention in &mut self.model.mentions[start..] {
            if let How::Macro { opaque } = &mut mention.how {
                *opaque = true;
            }
        }
    }

    /// The tokens that a macro may make something of: its arguments, and what its definition says, if that is in the
    /// body.
    pub(super) fn tokens_of(&self, mac: &Macro) -> TokenStream {
        let defined = mac.path.get_ident().and_then(|name| self.macros.get(&name.to_string()));
        mac.tokens.clone().into_iter().chain(defined.cloned().unwrap_or_default()).collect()
    }

    pub(super) fn macro_call(&mut self, mac: &Macro, node: Key) {
        let Some(known) = read(mac) else {
            return self.opaque(self.tokens_of(mac), node);
        };
        self.departures += usize::from(diverges(mac));
        let used = if known.takes { Use::Value(Into::Macro) } else { Use::Place };
        let format_at = format_at(mac);
        for (index, arg) in known.args.iter().enumerate() {
            match arg {
                // `name = value` in a format call.
                Expr::Assign(assign) => {
                    self.kept(&assign.right, Kept::LookedAt);
                    self.expr(&assign.right, used);
                }
                Expr::Lit(literal) if index == format_at => self.format_string(literal),
                // A macro that makes the format.
                Expr::Macro(inner) if index == format_at && is_format(mac) => {
                    self.opaque(inner.mac.tokens.clone(), key(arg));
                }
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
        self.looked_at(known.other_tokens(), node);
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
}

/// Whether the first argument of a macro, or the second of `write!`, is a format.
pub(crate) fn is_format(mac: &Macro) -> bool {
    FORMATS.contains(&name(mac).as_str())
}

/// Where the format of such a macro stands.
pub(crate) fn format_at(mac: &Macro) -> usize {
    let name = name(mac);
    if name.contains("assert_") {
        2
    } else {
        usize::from(name.starts_with("write"))
    }
}

/// Whether the macro is one of those whose expansion is known to keep control flow inside.
pub(crate) fn is_known_macro(mac: &Macro) -> bool {
    let name = name(mac);
    KNOWN.iter().any(|list| list.contains(&name.as_str())) && (name != "pin" || pins(mac))
}
