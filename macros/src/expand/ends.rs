//! Where something begins and ends in the source.
//!
//! In general, something has to be written down as tokens to learn that. Of what may be long, the first and the last
//! token can be found.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, MacroDelimiter, Stmt};

use crate::body::{expr_attrs, statements};

/// The spans of a first and a last token.
pub(super) type Ends = (Span, Span);

pub(super) fn ends_of_tokens(tokens: &TokenStream) -> Ends {
    let mut tokens = tokens.clone().into_iter();
    let Some(first) = tokens.next() else { return (Span::call_site(), Span::call_site()) };
    let end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.span_close(),
        token => token.span(),
    };
    (first.span(), tokens.last().map_or_else(|| end(&first), |last| end(&last)))
}

pub(super) fn ends_of(expr: &Expr) -> Ends {
    (start_of(expr), end_of(expr))
}

pub(super) fn ends_of_statement(stmt: &Stmt) -> Ends {
    let start = match stmt {
        _ if !statements::attrs(stmt).is_empty() => ends_of_tokens(&stmt.to_token_stream()).0,
        Stmt::Local(local) => local.let_token.span,
        Stmt::Expr(expr, _) => start_of(expr),
        Stmt::Macro(_) | Stmt::Item(_) => return ends_of_tokens(&stmt.to_token_stream()),
    };
    let end = match stmt {
        Stmt::Local(local) => local.semi_token.span,
        Stmt::Expr(_, Some(semi)) => semi.span,
        Stmt::Expr(expr, None) => end_of(expr),
        Stmt::Macro(_) | Stmt::Item(_) => start,
    };
    (start, end)
}

pub(super) fn start_of(expr: &Expr) -> Span {
    if !expr_attrs(expr).is_empty() {
        return ends_of_tokens(&expr.to_token_stream()).0;
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
        Expr::Match(matching) => matching.match_token.span,
        Expr::MethodCall(call) => start_of(&call.receiver),
        Expr::Paren(inner) => inner.paren_token.span.open(),
        Expr::Reference(borrow) => borrow.and_token.span,
        Expr::Return(value) => value.return_token.span,
        Expr::Try(value) => start_of(&value.expr),
        Expr::Unsafe(block) => block.unsafe_token.span,
        Expr::While(body) if body.label.is_none() => body.while_token.span,
        other => ends_of_tokens(&other.to_token_stream()).0,
    }
}

fn end_of(expr: &Expr) -> Span {
    match expr {
        Expr::Assign(assign) => end_of(&assign.right),
        Expr::Await(value) => value.await_token.span,
        Expr::Binary(binary) => end_of(&binary.right),
        Expr::Block(block) => block.block.brace_token.span.close(),
        Expr::Call(call) => call.paren_token.span.close(),
        Expr::Closure(closure) => end_of(&closure.body),
        Expr::ForLoop(body) => body.body.brace_token.span.close(),
        Expr::If(branch) => match &branch.else_branch {
            Some((_, other)) => end_of(other),
            None => branch.then_branch.brace_token.span.close(),
        },
        Expr::Index(index) => index.bracket_token.span.close(),
        Expr::Loop(body) => body.body.brace_token.span.close(),
        Expr::Macro(inner) => match &inner.mac.delimiter {
            MacroDelimiter::Paren(paren) => paren.span.close(),
            MacroDelimiter::Brace(brace) => brace.span.close(),
            MacroDelimiter::Bracket(bracket) => bracket.span.close(),
        },
        Expr::Match(matching) => matching.brace_token.span.close(),
        Expr::MethodCall(call) => call.paren_token.span.close(),
        Expr::Paren(inner) => inner.paren_token.span.close(),
        Expr::Reference(borrow) => end_of(&borrow.expr),
        Expr::Struct(value) => value.brace_token.span.close(),
        Expr::Try(value) => value.question_token.span,
        Expr::Unary(inner) => end_of(&inner.expr),
        Expr::Unsafe(block) => block.block.brace_token.span.close(),
        Expr::While(body) => body.body.brace_token.span.close(),
        other => ends_of_tokens(&other.to_token_stream()).1,
    }
}
