//! Closures and `async` blocks: bodies with sites of their own.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprAsync, ExprClosure, Pat, ReturnType, Stmt};

use super::copy::Copier;
use super::sites::{Ends, Scope};
use crate::paths::ours;

impl Copier<'_> {
    /// A closure with sites of its own.
    ///
    /// ```text
    /// |x| body              |x| { let type1 = probe();
    ///                             copied_in(|| body, || { <the questions> }) }
    /// ```
    ///
    /// Its probes are not those of the function: it would capture them, and some closures must not capture anything.
    pub(super) fn closure(&mut self, closure: &mut ExprClosure) {
        self.closures += 1;
        self.scopes.push(Scope::inside(self.closures));
        let output = self.output.take();
        let params = self.closure_body(closure);
        self.output = output;
        let Some(scope) = self.scopes.pop() else { return };
        if scope.is_empty() {
            return;
        }
        let (rt, body) = (&self.asks.rt, &closure.body);
        let output = match &closure.output {
            ReturnType::Default => None,
            ReturnType::Type(arrow, ty) => Some(quote_spanned!(arrow.spans[0]=> #arrow #ty)),
        };
        let (probes, questions) = (scope.probes(self.asks), scope.questions(self.asks));
        *closure.body = Expr::Verbatim(
            ours!({ #probes #rt::copied_in(|| #output { #params #body }, || { #questions }) }),
        );
    }

    fn closure_body(&mut self, closure: &mut ExprClosure) -> TokenStream {
        let mut params = TokenStream::new();
        for input in &closure.inputs {
            params.extend(self.bindings(input, Ends::of(input)));
        }
        self.visit_expr_mut(&mut closure.body);
        params
    }

    /// A closure that a `let` gives a name: it may learn the types of its parameters only where it is called, and
    /// so uses the probes of the function.
    pub(super) fn named_closure(&mut self, closure: &mut ExprClosure) {
        let typed = closure.inputs.iter().all(|input| matches!(input, Pat::Type(_)));
        if typed || closure.asyncness.is_some() {
            return self.visit_expr_closure_mut(closure);
        }
        let output = self.output.take();
        let params = self.closure_body(closure);
        self.output = output;
        let body = &closure.body;
        *closure.body = Expr::Verbatim(ours!({ #params #body }));
    }

    pub(super) fn async_block(&mut self, block: &mut ExprAsync) {
        self.closures += 1;
        self.scopes.push(Scope::inside(self.closures));
        let output = self.output.take();
        visit_mut::visit_block_mut(self, &mut block.block);
        self.output = output;
        let Some(scope) = self.scopes.pop() else { return };
        if scope.is_empty() {
            return;
        }
        let (probes, questions) = (scope.probes(self.asks), scope.questions(self.asks));
        let body = &block.block;
        let stmts = ours!(#probes let value = #body; { #questions } value);
        block.block.stmts = vec![Stmt::Expr(Expr::Verbatim(stmts), None)];
    }
}
