//! Operands that wait for others: what announces their drop, if control leaves before the call.
//!
//! ```text
//! f(a(), b(), c())      { let probe1 = probe(); let probe2 = probe();
//!                         f(before(probe1, a()),
//!                           between(waits(&[(probe1.moves(), 0)]), probe2, b()),
//!                           behind(waits(&[(probe1.moves(), 0), (probe2.moves(), 1)]), c())) }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use syn::spanned::Spanned;
use syn::{Expr, Macro};

use super::marks::Wrapper;
use super::questions::{has_attributes, operands, operands_of};
use super::rewrite::{spell_out, Rewriter};
use super::step::take;
use super::temporaries::{located, used_by};
use crate::body::{key, Key, Leaves, Operand, Waits};
use crate::paths::{self, ours};

/// What to put around the operands of an expression.
pub(super) struct Waiting(Vec<Around>);

/// What to put around one of them.
struct Around {
    index: usize,
    /// The values that wait for it: whether each needs dropping, and its entry in the description of the frame.
    others: Vec<TokenStream>,
    /// The probe that it gives its type to.
    gives: Option<Ident>,
    /// It never gives a value.
    diverges: bool,
}

impl Rewriter<'_> {
    /// Prepares what goes around the operands of `expr`, as they are now.
    pub(super) fn prepare_operands(
        &mut self,
        node: Key,
        expr: &Expr,
        wrapper: &mut Wrapper,
    ) -> Option<Waiting> {
        let noted = self.model.operands.get(&node).filter(|_| self.framed && !has_attributes(expr))?;
        let last = noted.iter().position(|operand| operand.leaves == Leaves::Always);
        let last = last.or_else(|| noted.iter().rposition(|operand| operand.leaves != Leaves::No))?;
        let waiting: Vec<Option<Expr>> = self.waiting(expr, &noted[..last]);
        if wrapper.receiver.is_none() && waiting.iter().all(Option::is_none) {
            return None;
        }
        let mut arounds = Vec::new();
        let mut others = Vec::new();
        if let Some(taken) = wrapper.receiver.clone() {
            let site = self.value_site(used_by(expr));
            others.push(ours!((#taken, #site)));
        }
        let waiting = waiting.into_iter().chain([None]);
        for (index, (operand, waiting)) in noted.iter().zip(waiting).enumerate() {
            let before = if operand.leaves == Leaves::No { Vec::new() } else { others.clone() };
            let mut gives = None;
            if let Some(value) = waiting {
                let known = wrapper.operands.iter().find(|typed| typed.index == index);
                let known = known.map(|typed| typed.probe.clone());
                if known.is_none() {
                    gives = Some(self.new_probe(wrapper));
                }
                let probe = known.as_ref().or(gives.as_ref());
                let site = self.value_site(&value);
                others.push(ours!((#probe.moves(), #site)));
            }
            if !before.is_empty() || gives.is_some() {
                let diverges = operand.leaves == Leaves::Always;
                arounds.push(Around { index, others: before, gives, diverges });
            }
        }
        Some(Waiting(arounds))
    }

    /// Of each operand, what is watched while it waits.
    fn waiting(&self, expr: &Expr, noted: &[Operand]) -> Vec<Option<Expr>> {
        let known = match expr {
            Expr::Macro(inner) => self.known.get(&key::<Macro>(&inner.mac)),
            _ => None,
        };
        let written = known.map_or_else(|| all_operands_of(expr), |known| known.args.iter().collect());
        let watched = |(operand, written): (&Operand, &Expr)| {
            let waits = match operand.waits {
                Waits::No => false,
                Waits::IfMoved => self.plan.marks.contains_key(&key::<Expr>(written)),
                Waits::Yes => true,
            };
            waits.then(|| written.clone())
        };
        noted.iter().zip(written).map(watched).collect()
    }

    /// Puts it there, once the operands are rewritten.
    ///
    /// If an operand never gives a value, the compiler may say that what is around it is unreachable: it says so at
    /// `span`, of what is called.
    pub(super) fn wait(&mut self, waiting: Waiting, span: Span, mut operands: Vec<&mut Expr>) {
        let rt = self.options.paths.private();
        for Around { index, others, gives, diverges } in waiting.0 {
            let Some(operand) = operands.get_mut(index) else { continue };
            let value = take(operand);
            let sites = ours!([#(#others),*]);
            let waits = (!others.is_empty()).then(|| ours!(#rt::waits(&#sites)));
            let tokens = match (waits, gives) {
                (Some(_), _) if diverges => {
                    let waiting = paths::waiting();
                    ours!({ let #waiting = #sites; let #waiting = #rt::waits(&#waiting); #value })
                }
                (Some(waits), Some(like)) => ours!(#rt::between(#waits, #like, #value)),
                (Some(waits), None) => ours!(#rt::behind(#waits, #value)),
                (None, Some(like)) => ours!(#rt::before(#like, #value)),
                (None, None) => ours!(#value),
            };
            **operand = Expr::Verbatim(located(tokens, (span, span)));
        }
    }

    /// The same for the operands of an expression that is no macro.
    pub(super) fn wait_inside(&mut self, waiting: Waiting, expr: &mut Expr) {
        self.wait(waiting, callee_span(expr), all_operands(expr));
        if let Expr::Struct(fields) = expr {
            spell_out(fields);
        }
    }
}

/// The operands, with the base of a struct expression.
fn all_operands(expr: &mut Expr) -> Vec<&mut Expr> {
    match expr {
        Expr::Struct(fields) => {
            let written = fields.fields.iter_mut().map(|field| &mut field.expr);
            written.chain(fields.rest.as_deref_mut()).collect()
        }
        _ => operands(expr),
    }
}

/// The same, to look at.
fn all_operands_of(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Struct(fields) => {
            fields.fields.iter().map(|field| &field.expr).chain(fields.rest.as_deref()).collect()
        }
        _ => operands_of(expr),
    }
}

/// What the compiler calls unreachable, if an operand never gives a value.
pub(super) fn callee_span(expr: &Expr) -> Span {
    match expr {
        Expr::MethodCall(call) => call.method.span(),
        Expr::Call(call) => call.func.span(),
        Expr::Unary(inner) => callee_span(&inner.expr),
        Expr::Paren(inner) => callee_span(&inner.expr),
        other => other.span(),
    }
}
