//! What the expansion adds to a body, and the syntax nodes it is made of.

use proc_macro2::{Span, TokenStream};
use quote::{quote_spanned, ToTokens};
use syn::{Attribute, Block, Expr, Stmt, Token};

use super::ends::ends_of_tokens;
use crate::paths::ours;

/// Something the expansion adds, as a statement or as an operand of a `let` chain.
pub(super) enum Step {
    Let(TokenStream, TokenStream),
    Do(TokenStream),
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

impl Step {
    pub(super) fn of(pattern: impl ToTokens, value: TokenStream) -> Self {
        Self::Let(pattern.into_token_stream(), value)
    }

    /// Whether it is there until the block ends.
    pub(super) fn stays(&self) -> bool {
        match self {
            Self::Let(..) => true,
            Self::Do(_) => false,
            Self::Under(_, step) => step.stays(),
        }
    }

    pub(super) fn into_statement(self) -> Stmt {
        statement(match self {
            Self::Let(pattern, value) => ours!(let #pattern = #value;),
            Self::Do(tokens) => {
                // A statement begins and ends where its tokens do.
                let end = Span::mixed_site().located_at(ends_of_tokens(&tokens).1);
                quote_spanned!(end=> #tokens;)
            }
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
            // No attributes stand on the operands of a chain.
            Self::Under(_, step) => return step.into_operand(let_token),
        })
    }
}

/// Tokens that are statements of their own.
pub(super) fn statement(tokens: TokenStream) -> Stmt {
    Stmt::Expr(Expr::Verbatim(tokens), None)
}

/// Takes the items that a block begins with. What is added goes behind them: to Clippy, items stand before statements.
pub(super) fn leading_items(stmts: &mut Vec<Stmt>) -> Vec<Stmt> {
    let count = stmts.iter().take_while(|stmt| matches!(stmt, Stmt::Item(_))).count();
    stmts.drain(..count).collect()
}

/// Takes an expression out of its place, to be put back inside something.
pub(super) fn take(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, Expr::Verbatim(TokenStream::new()))
}

/// A block as an expression.
pub(super) fn block_expr(block: Block) -> Expr {
    Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block })
}

/// Braces of ours: of this crate's edition, whatever the user's is.
pub(super) fn brace() -> syn::token::Brace {
    syn::token::Brace(Span::mixed_site())
}
