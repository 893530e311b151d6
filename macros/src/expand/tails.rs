//! Where temporaries outlive the locals of a block.

use syn::{Block, Expr, Stmt};

/// Whether the last expression of a block may leave temporaries that outlive the block's locals.
pub(super) fn has_tail_temporaries(block: &Block) -> bool {
    match block.stmts.last() {
        Some(Stmt::Expr(tail, None)) => may_leave_temporaries(tail),
        Some(Stmt::Macro(stmt)) => stmt.semi_token.is_none(),
        _ => false,
    }
}

fn may_leave_temporaries(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_)
        | Expr::Lit(_)
        | Expr::Closure(_)
        | Expr::Return(_)
        | Expr::Break(_)
        | Expr::Continue(_)
        | Expr::Loop(_)
        | Expr::ForLoop(_)
        | Expr::While(_) => false,
        Expr::Paren(paren) => may_leave_temporaries(&paren.expr),
        Expr::Field(field) => may_leave_temporaries(&field.base),
        Expr::Reference(reference) => !is_place(&reference.expr),
        Expr::Try(value) => may_leave_temporaries(&value.expr),
        Expr::Cast(cast) => may_leave_temporaries(&cast.expr),
        Expr::Tuple(tuple) => tuple.elems.iter().any(may_leave_temporaries),
        Expr::Array(array) => array.elems.iter().any(may_leave_temporaries),
        Expr::Struct(fields) => {
            fields.fields.iter().any(|field| may_leave_temporaries(&field.expr)) || fields.rest.is_some()
        }
        Expr::Call(call) => may_leave_temporaries(&call.func) || call.args.iter().any(may_leave_temporaries),
        Expr::MethodCall(call) => !is_place(&call.receiver) || call.args.iter().any(may_leave_temporaries),
        Expr::Binary(binary) => may_leave_temporaries(&binary.left) || may_leave_temporaries(&binary.right),
        _ => true,
    }
}

fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(field) => is_place(&field.base),
        Expr::Paren(paren) => is_place(&paren.expr),
        _ => false,
    }
}
