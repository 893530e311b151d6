//! Makes the syntax tree one that can be printed again.

use proc_macro2::{Span, TokenStream};
use syn::visit_mut::{self, VisitMut};
use syn::{token, Block, Expr, ExprParen};

/// Gives parentheses to expressions that came as fragments of a `macro_rules!` macro (`$e:expr`).
///
/// Such a fragment binds together without any; once printed, it would fall apart: `$a * $b` for
/// `1 + 2` and `3 + 4`.
pub(crate) fn block(block: &mut Block) {
    Parenthesise.visit_block_mut(block);
}

struct Parenthesise;

impl VisitMut for Parenthesise {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let Expr::Group(group) = expr else { return };
        let inner = std::mem::replace(&mut *group.expr, Expr::Verbatim(TokenStream::new()));
        *expr = if is_atom(&inner) {
            inner
        } else {
            Expr::Paren(ExprParen {
                attrs: Vec::new(),
                paren_token: token::Paren(Span::mixed_site()),
                expr: Box::new(inner),
            })
        };
    }
}

/// Whether nothing around the expression can bind more tightly than its parts.
fn is_atom(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Array(_)
            | Expr::Call(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Lit(_)
            | Expr::Macro(_)
            | Expr::MethodCall(_)
            | Expr::Paren(_)
            | Expr::Path(_)
            | Expr::Tuple(_)
    )
}
