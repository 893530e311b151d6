//! Where something begins in the source.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, Stmt};

use crate::body::{expr_attrs, statements};

/// The span of a statement's first token.
pub(super) fn start_of_statement(stmt: &Stmt) -> Span {
    if !statements::attrs(stmt).is_empty() {
        return stmt.span();
    }
    match stmt {
        Stmt::Local(local) => local.let_token.span,
        Stmt::Expr(expr, _) => start_of(expr),
        Stmt::Macro(stmt) => stmt.mac.path.span(),
        Stmt::Item(item) => item.span(),
    }
}

/// The span of an expression's first token. In general, all of an expression has to be written down to learn that; of
/// the long ones, the first token can be found.
pub(super) fn start_of(expr: &Expr) -> Span {
    if !expr_attrs(expr).is_empty() {
        return expr.span();
    }
    match expr {
        Expr::Assign(assign) => start_of(&assign.left),
        Expr::Await(value) => start_of(&value.base),
        Expr::Binary(binary) => start_of(&binary.left),
        Expr::Block(block) if block.label.is_none() => block.block.brace_token.span.open(),
        Expr::Call(call) => start_of(&call.func),
        Expr::Cast(cast) => start_of(&cast.expr),
        Expr::Field(field) => start_of(&field.base),
        Expr::ForLoop(body) if body.label.is_none() => body.for_token.span,
        Expr::If(branch) => branch.if_token.span,
        Expr::Index(index) => start_of(&index.expr),
        Expr::Loop(body) if body.label.is_none() => body.loop_token.span,
        Expr::Macro(call) => call.mac.path.span(),
        Expr::Match(matching) => matching.match_token.span,
        Expr::MethodCall(call) => start_of(&call.receiver),
        Expr::Return(value) => value.return_token.span,
        Expr::Struct(value) if value.qself.is_none() => value.path.span(),
        Expr::Try(value) => start_of(&value.expr),
        Expr::Unsafe(block) => block.unsafe_token.span,
        Expr::While(body) if body.label.is_none() => body.while_token.span,
        other => other.span(),
    }
}
