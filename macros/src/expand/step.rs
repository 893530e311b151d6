//! What the expansion adds to a body, and the syntax nodes it is made of.

use proc_macro2::{Span, TokenStream};
use quote::{quote_spanned, ToTokens};
use syn::{token, Attribute, Block, Expr, ExprParen, Item, Meta, Stmt, Token};

use super::ends::ends_of_tokens;
use crate::body::{any_word, Model};
use crate::paths::ours;

/// Something the expansion adds, as a statement or as an operand of a `let` chain.
pub(super) enum Step {
    Let(TokenStream, TokenStream),
    Do(TokenStream),
    /// A statement, as it is.
    Whole(TokenStream),
    /// Under attributes of the user's.
    Under(Vec<Attribute>, Box<Step>),
}

/// The steps, present and linted only where what they are about is.
pub(super) fn under(attrs: &[Attribute], steps: Vec<Step>) -> Vec<Step> {
    let matter = |attr: &&Attribute| ["cfg", "allow"].iter().any(|name| attr.path().is_ident(name));
    let attrs: Vec<Attribute> = attrs.iter().filter(matter).cloned().collect();
    if attrs.is_empty() {
        return steps;
    }
    steps.into_iter().map(|step| Step::Under(attrs.clone(), Box::new(step))).collect()
}

/// A statement for where the `cfg` attributes among `attrs` take away what they stand on.
pub(super) fn otherwise(attrs: &[Attribute], stmt: &TokenStream) -> Option<Step> {
    let conditions: Vec<&TokenStream> = attrs
        .iter()
        .filter_map(|attr| match &attr.meta {
            Meta::List(list) if list.path.is_ident("cfg") => Some(&list.tokens),
            _ => None,
        })
        .collect();
    (!conditions.is_empty()).then(|| Step::Whole(ours!(#[cfg(not(all(#(#conditions),*)))] #stmt)))
}

impl Step {
    pub(super) fn of(pattern: impl ToTokens, value: TokenStream) -> Self {
        Self::Let(pattern.into_token_stream(), value)
    }

    /// Whether it is there until the block ends.
    pub(super) fn stays(&self) -> bool {
        match self {
            Self::Let(..) => true,
            Self::Do(_) | Self::Whole(_) => false,
            Self::Under(_, step) => step.stays(),
        }
    }

    pub(super) fn into_statement(self) -> Stmt {
        statement(match self {
            Self::Let(pattern, value) => {
                let (start, end) = ends_of_tokens(&value);
                let (start, end) = (mixed_at(start), mixed_at(end));
                let head = quote_spanned!(start=> let #pattern =);
                quote_spanned!(end=> #head #value;)
            }
            Self::Do(tokens) => {
                // A statement begins and ends where its tokens do.
                let end = mixed_at(ends_of_tokens(&tokens).1);
                quote_spanned!(end=> #tokens;)
            }
            Self::Whole(tokens) => tokens,
            Self::Under(attrs, step) => {
                let stmt = match *step {
                    Self::Do(tokens) => statement(ours!({ #tokens; })),
                    step => step.into_statement(),
                };
                ours!(#(#attrs)* #stmt)
            }
        })
    }

    /// `let_token` is one of the user's: chains are allowed where its edition says so.
    pub(super) fn into_operand(self, let_token: Token![let]) -> Expr {
        Expr::Verbatim(match self {
            Self::Let(pattern, value) => {
                let span = let_token.span;
                quote_spanned!(span=> #let_token #pattern = { #value })
            }
            Self::Do(tokens) => ours!({ #tokens; true }),
            Self::Whole(stmt) => ours!({ #stmt true }),
            // No attributes stand on the operands of a chain.
            Self::Under(_, step) => return step.into_operand(let_token),
        })
    }
}

/// A token of ours that stands where another one does.
fn mixed_at(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// Tokens that are statements of their own.
pub(super) fn statement(tokens: TokenStream) -> Stmt {
    Stmt::Expr(Expr::Verbatim(tokens), None)
}

/// Takes the items that a block begins with. What is added goes behind them: to Clippy, items stand before statements.
///
/// Not from a macro on that names a local: it means the one that was declared last before it.
pub(super) fn leading_items(model: &Model, stmts: &mut Vec<Stmt>) -> Vec<Stmt> {
    let is_local = |word: &str| model.locals.iter().any(|local| local.ident == word);
    let leads = |stmt: &&Stmt| match stmt {
        Stmt::Item(Item::Macro(item)) => !any_word(item.mac.tokens.clone(), &is_local),
        Stmt::Item(_) => true,
        _ => false,
    };
    let count = stmts.iter().take_while(leads).count();
    stmts.drain(..count).collect()
}

/// Takes an expression out of its place, to be put back inside something.
pub(super) fn take(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, Expr::Verbatim(TokenStream::new()))
}

/// A value for a place where the compiler would tell that the user's parentheses or braces are of no use.
pub(super) fn protected(value: Expr) -> Expr {
    if !matches!(value, Expr::Paren(_) | Expr::Block(_)) {
        return value;
    }
    Expr::Paren(ExprParen {
        attrs: Vec::new(),
        paren_token: token::Paren(Span::mixed_site()),
        expr: Box::new(value),
    })
}

/// A block as an expression.
pub(super) fn block_expr(block: Block) -> Expr {
    Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block })
}

/// Braces of ours: of this crate's edition, whatever the user's is.
pub(super) fn brace() -> token::Brace {
    token::Brace(Span::mixed_site())
}
