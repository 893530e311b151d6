//! What the syntax of an expression tells.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, PatIdent, Type, UnOp};

/// Whether an expression computes something by operators that may be a type's own.
pub(super) fn operator(expr: &Expr) -> bool {
    match expr {
        Expr::Binary(binary) => arithmetic(&binary.op) && !(literal(&binary.left) || literal(&binary.right)),
        _ => false,
    }
}

fn literal(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Cast(_) => true,
        Expr::Unary(unary) => literal(&unary.expr),
        Expr::Paren(paren) => literal(&paren.expr),
        Expr::Binary(binary) => literal(&binary.left) || literal(&binary.right),
        _ => false,
    }
}

pub(super) fn arithmetic(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::Add(_)
            | BinOp::Sub(_)
            | BinOp::Mul(_)
            | BinOp::Div(_)
            | BinOp::Rem(_)
            | BinOp::BitXor(_)
            | BinOp::BitAnd(_)
            | BinOp::BitOr(_)
            | BinOp::Shl(_)
            | BinOp::Shr(_)
    )
}

pub(super) fn is_capital(ident: &Ident) -> bool {
    ident.to_string().starts_with(char::is_uppercase)
}

/// Whether an expression is a place: `&mut` of it makes nothing new.
pub(super) fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(field) => is_place(&field.base),
        Expr::Index(index) => is_place(&index.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        Expr::Paren(paren) => is_place(&paren.expr),
        _ => false,
    }
}

/// Whether a place is a part of something, or behind a reference.
pub(super) fn is_part(place: &Expr) -> bool {
    matches!(place, Expr::Field(_) | Expr::Index(_) | Expr::Unary(_)) && is_place(place)
}

/// The expression without its attributes, which stay on the statement.
pub(super) fn without_attrs(expr: &mut Expr) -> &mut Expr {
    match expr {
        Expr::Assign(inner) => inner.attrs.clear(),
        Expr::Await(inner) => inner.attrs.clear(),
        Expr::Binary(inner) => inner.attrs.clear(),
        Expr::Block(inner) => inner.attrs.clear(),
        Expr::Call(inner) => inner.attrs.clear(),
        Expr::ForLoop(inner) => inner.attrs.clear(),
        Expr::If(inner) => inner.attrs.clear(),
        Expr::Loop(inner) => inner.attrs.clear(),
        Expr::Macro(inner) => inner.attrs.clear(),
        Expr::Match(inner) => inner.attrs.clear(),
        Expr::MethodCall(inner) => inner.attrs.clear(),
        Expr::Reference(inner) => inner.attrs.clear(),
        Expr::Return(inner) => inner.attrs.clear(),
        Expr::Try(inner) => inner.attrs.clear(),
        Expr::Unsafe(inner) => inner.attrs.clear(),
        Expr::While(inner) => inner.attrs.clear(),
        _ => {}
    }
    expr
}

/// The names that a pattern binds.
pub(super) struct Bindings(pub(super) Vec<Ident>);

impl<'ast> Visit<'ast> for Bindings {
    fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
        // A name with a capital letter is a constant's or a variant's.
        if !is_capital(&pat.ident) {
            self.0.push(pat.ident.clone());
        }
        visit::visit_pat_ident(self, pat);
    }

    fn visit_type(&mut self, _: &'ast Type) {}

    fn visit_expr(&mut self, _: &'ast Expr) {}
}
