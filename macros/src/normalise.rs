//! Makes the syntax tree one that can be printed again.

use proc_macro2::{Span, TokenStream};
use syn::visit_mut::{self, VisitMut};
use syn::{token, Block, Expr, ExprParen, Signature, Type, TypeParen};

/// Gives parentheses to expressions and types that came as fragments of a `macro_rules!` macro (`$e:expr`).
///
/// Such a fragment binds together without any; once printed, it would fall apart: `$a * $b` for
/// `1 + 2` and `3 + 4`, or `&$t` for `dyn A + B`.
pub(crate) fn block(block: &mut Block) {
    Parenthesise.visit_block_mut(block);
}

/// As [`block`], for the types of a signature.
pub(crate) fn signature(signature: &mut Signature) {
    Parenthesise.visit_signature_mut(signature);
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

    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        let Type::Group(group) = ty else { return };
        let sum = match &*group.elem {
            Type::TraitObject(object) => object.bounds.len() > 1,
            Type::ImplTrait(hidden) => hidden.bounds.len() > 1,
            _ => false,
        };
        if sum {
            let elem = std::mem::replace(&mut *group.elem, Type::Verbatim(TokenStream::new()));
            *ty = Type::Paren(TypeParen {
                attrs: Vec::new(),
                paren_token: token::Paren(Span::mixed_site()),
                elem: Box::new(elem),
            });
        }
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
