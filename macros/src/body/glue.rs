//! Types and values that never need dropping, as far as the source alone says so.

use syn::{BinOp, Expr, ExprBinary, Lit, Pat, Type, UnOp};

const PLAIN: [&str; 18] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64",
    "u128", "usize", "str", "never",
];

/// Whether a value of this type surely needs no dropping.
pub(crate) fn type_has_no_glue(ty: &Type) -> bool {
    match ty {
        Type::Reference(_) | Type::Ptr(_) | Type::FnPtr(_) | Type::Never(_) => true,
        Type::Array(array) => type_has_no_glue(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().all(type_has_no_glue),
        Type::Paren(paren) => type_has_no_glue(&paren.elem),
        Type::Group(group) => type_has_no_glue(&group.elem),
        Type::Path(path) => path.qself.is_none() && PLAIN.iter().any(|plain| path.path.is_ident(plain)),
        _ => false,
    }
}

/// Whether the value of this expression surely needs no dropping.
pub(super) fn value_has_no_glue(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(lit) => !matches!(lit.lit, Lit::Verbatim(_)),
        Expr::Reference(_) | Expr::RawAddr(_) | Expr::Assign(_) => true,
        Expr::Cast(cast) => type_has_no_glue(&cast.ty),
        Expr::Unary(unary) => {
            matches!(unary.op, UnOp::Neg(_) | UnOp::Not(_)) && value_has_no_glue(&unary.expr)
        }
        Expr::Binary(binary) => is_boolean(&binary.op) || both_have_no_glue(binary),
        Expr::Paren(paren) => value_has_no_glue(&paren.expr),
        Expr::Group(group) => value_has_no_glue(&group.expr),
        Expr::Tuple(tuple) => tuple.elems.iter().all(value_has_no_glue),
        Expr::Array(array) => array.elems.iter().all(value_has_no_glue),
        Expr::Repeat(repeat) => value_has_no_glue(&repeat.expr),
        _ => false,
    }
}

/// Whether what `for` takes out of this expression surely needs no dropping.
pub(super) fn items_have_no_glue(expr: &Expr) -> bool {
    match expr {
        // Only integers and characters can be stepped through.
        Expr::Range(range) => range.start.is_some(),
        Expr::Paren(paren) => items_have_no_glue(&paren.expr),
        _ => false,
    }
}

/// The type written beside the pattern.
pub(crate) fn pattern_annotation(pat: &Pat) -> Option<&Type> {
    match pat {
        Pat::Type(typed) => Some(&typed.ty),
        Pat::Paren(paren) => pattern_annotation(&paren.pat),
        _ => None,
    }
}

fn is_boolean(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::And(_)
            | BinOp::Or(_)
            | BinOp::Eq(_)
            | BinOp::Ne(_)
            | BinOp::Lt(_)
            | BinOp::Le(_)
            | BinOp::Gt(_)
            | BinOp::Ge(_)
    )
}

fn both_have_no_glue(binary: &ExprBinary) -> bool {
    value_has_no_glue(&binary.left) && value_has_no_glue(&binary.right)
}
