//! Operands that wait for others: what announces their drop, if control leaves before the call.
//!
//! ```text
//! f(a(), b(), c())      { let operands = operands([0, 1]);
//!                         f(next(waits(&operands), a()), next(waits(&operands), b()), last(waits(&operands), c())) }
//! ```
//!
//! Each operand names what waits for it by one word, however many that are.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{Expr, Macro};

use super::marks::Wrapper;
use super::questions::{has_attributes, operands, operands_of};
use super::rewrite::{spell_out, Rewriter};
use super::step::{protected, take};
use super::temporaries::{located, used_by};
use crate::body::{key, Key, Leaves, Operand, Waits};
use crate::paths::{self, ours};

/// What to put around the operands of an expression.
pub(super) struct Waiting {
    /// The variable that knows which of them are there.
    operands: Ident,
    arounds: Vec<Around>,
}

/// What to put around one of them.
struct Around {
    index: usize,
    /// Whether it waits for others once it is there.
    waits: bool,
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
        let receiver = wrapper.receiver.clone();
        let mut sites = Vec::new();
        if receiver.is_some() {
            sites.push(self.value_site(used_by(expr)));
        }
        let mut arounds = Vec::new();
        for (index, (operand, value)) in noted.iter().zip(waiting.into_iter().chain([None])).enumerate() {
            let (waits, first) = (value.is_some(), sites.is_empty());
            sites.extend(value.map(|value| self.value_site(&value)));
            if waits || operand.leaves != Leaves::No && !first {
                let diverges = operand.leaves == Leaves::Always;
                arounds.push(Around { index, waits, diverges });
            }
        }
        let (rt, operands) = (self.options.paths.private(), paths::operands(self.number()));
        wrapper.before.push(receiver.map_or_else(
            || ours!(let #operands = #rt::operands([#(#sites),*]);),
            |taken| ours!(let #operands = #rt::operands_of_method(#taken, [#(#sites),*]);),
        ));
        Some(Waiting { operands, arounds })
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
        let all = &waiting.operands;
        for Around { index, waits, diverges } in waiting.arounds {
            let Some(operand) = operands.get_mut(index) else { continue };
            let value = protected(take(operand));
            let tokens = if diverges {
                let waiting = paths::waiting();
                ours!({ let #waiting = #rt::waits(&#all); #value })
            } else if waits {
                ours!(#rt::next(#rt::waits(&#all), #value))
            } else {
                ours!(#rt::last(#rt::waits(&#all), #value))
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
