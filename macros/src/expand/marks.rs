//! Notes that a local loses its value, put where it does.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{token, Attribute, Block, Expr, ExprBlock, ExprParen, Label, Lifetime, Stmt, Token, UnOp};

use super::ends::ends_of;
use super::operands::Waiting;
use super::patterns::part_answer;
use super::questions::operands;
use super::rewrite::{spell_out, Rewriter};
use super::step::{statement, take, Step};
use super::temporaries::Like;
use crate::body::{expr_attrs_mut, Into, Key};
use crate::paths::{again, callee, guard, ours};
use crate::plan::{Mark, MarkKind, Part};

/// What to put around an expression, made before the expression is rewritten.
#[derive(Default)]
pub(super) struct Wrapper {
    pub(super) label: Option<Lifetime>,
    pub(super) before: Vec<TokenStream>,
    /// The probe that has a closure's type.
    pub(super) closure: Option<Ident>,
    /// What is asked of a call's operands.
    pub(super) operands: Vec<TypedOperand>,
    /// Whether the call takes its receiver, and that needs dropping.
    pub(super) receiver: Option<TokenStream>,
    /// What announces the drop of a receiver that stands alone, and the operand it is made beside, if not behind the
    /// call.
    pub(super) late: Option<(TokenStream, Option<usize>)>,
    /// What goes around operands that wait for others.
    pub(super) waiting: Option<Waiting>,
    /// The first and the last token of what it goes around, as the user wrote it.
    ends: Option<(Span, Span)>,
    pub(super) after: Vec<TokenStream>,
    /// Locals that are assigned to.
    pub(super) assigned: Vec<Mark>,
    drop_call: Option<Mark>,
}

/// An operand that gives its type to a probe.
pub(super) struct TypedOperand {
    /// Its position.
    pub(super) index: usize,
    pub(super) like: Like,
}

impl Rewriter<'_> {
    /// Prepares what the plan says about a node; its questions hold copies of the node as it is now.
    pub(super) fn prepare(&mut self, node: Key, expr: &Expr) -> Wrapper {
        let mut wrapper = Wrapper::default();
        let Some(marks) = self.plan.marks.get(&node) else { return wrapper };
        wrapper.ends = Some(ends_of(expr));
        let mut answers = Vec::new();
        for mut mark in marks.clone() {
            // Of a local that is no longer whole, the address cannot be taken to compare it, nor where a part may be
            // borrowed.
            let is_whole = mark.part == Part::Whole && !matches!(mark.into, Into::Macro | Into::Capture);
            let compare = mark.perhaps_another && is_whole;
            mark.ambiguous |= mark.perhaps_another && !compare;
            let answer = self.mark(&mark, expr, &mut wrapper);
            answers.push(if compare { self.if_the_same(&mark, &answer) } else { answer });
        }
        wrapper.before.extend(answers);
        wrapper
    }

    /// What one mark adds before the expression; what it adds elsewhere goes into the wrapper.
    fn mark(&mut self, mark: &Mark, expr: &Expr, wrapper: &mut Wrapper) -> TokenStream {
        let guard = guard(mark.local);
        match mark.kind {
            MarkKind::Assigned => wrapper.assigned.push(mark.clone()),
            MarkKind::DropCall => wrapper.drop_call = Some(mark.clone()),
            MarkKind::Refilled => wrapper.after.push(ours!(#guard.refilled();)),
            MarkKind::PartMoved => {
                let place = negated(expr);
                let (probe, steps) = self.declare_probe(&ours!(like(&raw const #place)));
                wrapper.before.extend(steps.into_iter().map(tokens_of));
                return self.answered(mark, &probe);
            }
            MarkKind::Asked => {
                return match self.ask(mark, expr, wrapper) {
                    Some(probe) => {
                        if mark.into == Into::Receiver && !mark.ambiguous {
                            wrapper.receiver = Some(ours!(#probe.moves()));
                        }
                        self.answered(mark, &probe)
                    }
                    None => self.unknown(mark),
                };
            }
            MarkKind::Captured => {
                let probe = self.captures(wrapper, expr);
                return self.answered(mark, &probe);
            }
            MarkKind::Unknown => return self.unknown(mark),
            MarkKind::Moved => {
                let site = self.tables().site(mark.into, mark.span);
                return ours!(#guard.moved(#site););
            }
        }
        TokenStream::new()
    }

    /// A note that only counts if the name still stands for the guarded local.
    fn if_the_same(&self, mark: &Mark, note: &TokenStream) -> TokenStream {
        if note.is_empty() {
            return TokenStream::new();
        }
        let (guard, name) = (guard(mark.local), again(&self.model.local(mark.local).ident));
        ours!(if #guard.watches(&raw const #name) { #note })
    }

    pub(super) fn unknown(&mut self, mark: &Mark) -> TokenStream {
        let (guard, site) = (guard(mark.local), self.tables().site(mark.into, mark.span));
        ours!(#guard.maybe_moved(#site);)
    }

    /// What a probe's answer says to the local's guard.
    pub(super) fn answered(&mut self, mark: &Mark, probe: &Ident) -> TokenStream {
        let site = self.tables().site(mark.into, mark.span);
        if mark.ambiguous {
            let guard = guard(mark.local);
            return ours!(if #probe.moves() { #guard.maybe_moved(#site); });
        }
        let answer = part_answer(mark, &ours!(#probe.moves()), site);
        ours!(#answer;)
    }

    /// Puts the wrapper around the rewritten expression.
    pub(super) fn wrap(&mut self, wrapper: Wrapper, expr: &mut Expr) {
        if !wrapper.operands.is_empty() {
            self.wrap_operands(&wrapper.operands, expr);
        }
        if let Some(waiting) = wrapper.waiting {
            self.wait_inside(waiting, expr);
        }
        let mut attrs = Vec::new();
        if let Some((late, beside)) = &wrapper.late {
            let rt = self.options.paths.private();
            if let Some(operand) = beside.and_then(|index| operands(expr).into_iter().nth(index)) {
                let value = take(operand);
                *operand = Expr::Verbatim(ours!(#rt::beside(&#late, #value)));
            } else {
                attrs.extend(take_attrs(expr));
                let value = take(expr);
                *expr = Expr::Verbatim(ours!(#rt::behind_call(#value, &#late)));
            }
        }
        let mut stmts: Vec<Stmt> = wrapper.before.into_iter().map(statement).collect();
        if let Some(mark) = &wrapper.drop_call {
            stmts.extend(self.before_drop_call(mark, expr));
        }
        let mut after: Vec<Stmt> = wrapper.after.into_iter().map(statement).collect();
        if !wrapper.assigned.is_empty() {
            after.push(self.after_assignment(&wrapper.assigned));
        }
        if stmts.is_empty() && after.is_empty() {
            return;
        }
        attrs.extend(take_attrs(expr));
        without_parens(expr);
        let ends = wrapper.ends.unwrap_or_else(|| ends_of(expr));
        let semi = (!after.is_empty()).then(|| Token![;](Span::mixed_site()));
        // As a statement, it needs no semicolon: a block in its place does not, either.
        let is_block = semi.is_none() && ends_with_block(expr);
        stmts.push(Stmt::Expr(take(expr), semi));
        stmts.extend(after);
        *expr = labelled(wrapper.label, stmts, attrs, ends);
        if let (true, Expr::Paren(paren)) = (is_block, &mut *expr) {
            *expr = take(&mut paren.expr);
        }
    }

    /// Lets operands give their types to their probes.
    fn wrap_operands(&mut self, typed: &[TypedOperand], expr: &mut Expr) {
        let mut operands = operands(expr);
        for TypedOperand { index, like } in typed {
            if let Some(operand) = operands.get_mut(*index) {
                self.give_type(operand, like);
            }
        }
        if let Expr::Struct(fields) = expr {
            spell_out(fields);
        }
    }

    /// ```text
    /// drop(x)               { let callee = drop;
    ///                         local0.dropped(is_drop(&callee), 0);
    ///                         callee(x) }
    /// ```
    fn before_drop_call(&mut self, mark: &Mark, expr: &mut Expr) -> Vec<Stmt> {
        let Expr::Call(call) = expr else { return Vec::new() };
        let rt = self.options.paths.private();
        let (guard, site) = (guard(mark.local), self.tables().site(mark.into, mark.span));
        let callee = callee();
        let func = std::mem::replace(&mut *call.func, Expr::Verbatim(ours!(#callee)));
        let mut note = ours!(#guard.dropped(#rt::is_drop(&#callee), #site););
        if mark.perhaps_another {
            note = self.if_the_same(mark, &note);
        }
        vec![statement(ours!(let #callee = #func;)), statement(note)]
    }
}

pub(super) fn label(number: usize, span: Span) -> Lifetime {
    Lifetime::new(&format!("'__tm{number}"), span)
}

/// A block of ours, with a label or without.
///
/// It stands where the expression inside does, from the first of two tokens of the user's to the second: a mistake is
/// told there.
pub(super) fn labelled(
    label: Option<Lifetime>,
    stmts: Vec<Stmt>,
    attrs: Vec<Attribute>,
    (start, end): (Span, Span),
) -> Expr {
    let end = if label.is_some() { end } else { start };
    let label = label.map(|name| Label { name, colon_token: Token![:](Span::mixed_site()) });
    let brace_token = token::Brace(Span::mixed_site().located_at(end));
    let block = ExprBlock { attrs: Vec::new(), label, block: Block { brace_token, stmts } };
    // A block ends a statement, an operand of `..` and more; parentheses never do.
    Expr::Paren(ExprParen {
        attrs,
        paren_token: token::Paren(Span::mixed_site()),
        expr: Box::new(Expr::Block(block)),
    })
}

/// Takes the attributes off an expression that goes into something: they belong on the whole.
pub(super) fn take_attrs(expr: &mut Expr) -> Vec<Attribute> {
    let is_closure = matches!(expr, Expr::Closure(_));
    let Some(own) = expr_attrs_mut(expr) else { return Vec::new() };
    // Those of a closure may be for functions only; but not what takes it away.
    let (moves, stays) =
        std::mem::take(own).into_iter().partition(|attr| !is_closure || is_conditional(attr));
    *own = stays;
    moves
}

fn is_conditional(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")
}

/// Puts them on the whole.
pub(super) fn put_attrs(attrs: Vec<Attribute>, expr: &mut Expr) {
    if attrs.is_empty() {
        return;
    }
    // On parentheses, the compiler knows no attributes.
    while let Expr::Paren(paren) = expr {
        *expr = take(&mut paren.expr);
    }
    if let Some(own) = expr_attrs_mut(expr) {
        own.splice(0..0, attrs);
        return;
    }
    // Braces hold it together: an attribute stands on as little as it can.
    let whole = take(expr).into_token_stream();
    let mut tokens = whole.clone().into_iter();
    let is_block = matches!((tokens.next(), tokens.next()), (Some(TokenTree::Group(_)), None));
    *expr = Expr::Verbatim(if is_block { ours!(#(#attrs)* #whole) } else { ours!(#(#attrs)* { #whole }) });
}

/// Whether an expression ends a statement without a semicolon.
fn ends_with_block(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Block(_)
            | Expr::ForLoop(_)
            | Expr::If(_)
            | Expr::Loop(_)
            | Expr::Match(_)
            | Expr::Unsafe(_)
            | Expr::While(_)
    )
}

/// Takes away parentheses of the user's that would now stand around all of a block's value.
pub(super) fn without_parens(expr: &mut Expr) {
    if let Expr::Paren(paren) = expr {
        if !matches!(&*paren.expr, Expr::Block(_)) {
            *expr = take(&mut paren.expr);
            without_parens(expr);
        }
    }
}

/// The operand of `!` or `-`, or the expression itself: a dereference is a place.
fn negated(expr: &Expr) -> &Expr {
    match expr {
        Expr::Unary(unary) if !matches!(unary.op, UnOp::Deref(_)) => &unary.expr,
        _ => expr,
    }
}

pub(super) fn tokens_of(step: Step) -> TokenStream {
    let stmt = step.into_statement();
    ours!(#stmt)
}
