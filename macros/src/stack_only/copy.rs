//! The copy of a body in which each value gives its type to a probe.

use proc_macro2::TokenStream;
use quote::{quote_spanned, ToTokens};
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, ExprClosure, ExprForLoop, Lifetime, Local, Pat, Stmt, Type};

use super::callees::Call;
use super::names::Names;
use super::sites::{About, Asks, Ends, Scope};
use super::syntax::{is_capital, is_part, is_place, operator, without_attrs, Bindings};
use super::{macros, methods};
use crate::args::StackOnly;
use crate::body::{leaves, makes_a_variant, read_macro, statements::expr_attrs, unparenthesised};
use crate::errors::Errors;
use crate::expand::text::text_of;
use crate::paths::{again, ours};

/// Walks the copy and gives each value a site.
pub(super) struct Copier<'a> {
    pub(super) asks: &'a Asks<'a>,
    pub(super) rules: &'a StackOnly,
    pub(super) errors: &'a mut Errors,
    /// For `deep`: what the names in the function stand for.
    pub(super) names: Option<Names>,
    /// For `deep`: what the code around returns, where that can be written.
    pub(super) output: Option<TokenStream>,
    /// The function and the closures around the code, innermost last.
    pub(super) scopes: Vec<Scope>,
    /// The `cfg`s around the code.
    cfgs: Vec<Attribute>,
    sites: usize,
    pub(super) closures: usize,
}

impl<'a> Copier<'a> {
    pub(super) fn new(asks: &'a Asks<'a>, rules: &'a StackOnly, errors: &'a mut Errors) -> Self {
        Self {
            asks,
            rules,
            errors,
            names: None,
            output: None,
            scopes: vec![Scope::default()],
            cfgs: Vec::new(),
            sites: 0,
            closures: 0,
        }
    }

    /// The function's own scope.
    pub(super) fn finish(mut self) -> Scope {
        self.scopes.pop().unwrap_or_default()
    }

    /// What `work` finds is under these attributes.
    pub(super) fn within<R>(&mut self, attrs: &[Attribute], work: impl FnOnce(&mut Self) -> R) -> R {
        let before = self.cfgs.len();
        self.cfgs.extend(attrs.iter().filter(|attr| attr.path().is_ident("cfg")).cloned());
        let result = work(self);
        self.cfgs.truncate(before);
        result
    }

    /// A probe for the type of what `text` shows.
    fn link(&mut self, ends: Ends, text: String) -> TokenStream {
        self.link_about(About::Value, ends, text)
    }

    fn link_about(&mut self, about: About, ends: Ends, text: String) -> TokenStream {
        self.sites += 1;
        let (asks, cfgs, number) = (self.asks, self.cfgs.clone(), self.sites);
        self.scope().link(asks, (about, ends, text), &cfgs, number)
    }

    fn scope(&mut self) -> &mut Scope {
        if self.scopes.is_empty() {
            self.scopes.push(Scope::default());
        }
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    /// Asks about a call that has all in it.
    pub(super) fn ask(&mut self, call: &Call, ends: Ends) {
        let (asks, cfgs) = (self.asks, self.cfgs.clone());
        self.scope().ask(asks, (call, ends), None, &cfgs);
    }

    /// Asks about a call with the type of a value, which goes to the probe.
    pub(super) fn ask_with(&mut self, call: &Call, ends: Ends) -> TokenStream {
        let link = self.link_about(About::Call, ends, String::new());
        let (asks, cfgs, number) = (self.asks, self.cfgs.clone(), self.sites);
        self.scope().ask(asks, (call, ends), Some(number), &cfgs);
        link
    }

    /// `f(x)` becomes `('of: { if false && stop() { break 'of value(<probe>); } f(x) })`.
    ///
    /// The two values of the block are of one type. The call stays in tail position, with what is expected of it, and
    /// it is no operand: if it never returns, the compiler has nothing of ours to call unreachable. What follows `stop()`
    /// is none of the borrow checker's business.
    fn value(&mut self, expr: &mut Expr, ends: Ends, text: String) {
        if leaves(expr.to_token_stream()) {
            self.parts_behind(expr);
            return self.matched(expr, ends, text);
        }
        let receiver = self.receiver(expr, ends);
        let (rt, link) = (self.asks.rt.clone(), self.link(ends, text));
        let label = Lifetime::new(&format!("'of{}", self.sites), ends.ours());
        let asked = self.parts(expr);
        *expr = Expr::Verbatim(quote_spanned!(ends.ours()=> (#label: {
            if false && #rt::stop() {
                #receiver
                #asked
                break #label #rt::value(#link);
            }
            #expr
        })));
    }

    /// Asks about the receiver of a method that is not known to leave it as it is, where that is a part of something:
    /// a local of such a type was refused where it came from.
    fn receiver(&mut self, expr: &Expr, ends: Ends) -> Option<TokenStream> {
        let Expr::MethodCall(call) = expr else { return None };
        let place = unparenthesised(&call.receiver);
        if !is_part(place) || methods::leave_it_as_it_is(&call.method) {
            return None;
        }
        let link = self.link_about(About::Receiver, ends, text_of(place.to_token_stream()));
        let rt = &self.asks.rt;
        Some(ours!(#rt::of(#link, &#place);))
    }

    /// `f(x)` becomes `(match f(x) { value => { of(<probe>, &value); value } })`, where a `break` of the loop around
    /// cannot stand in a block with a label.
    fn matched(&mut self, expr: &mut Expr, ends: Ends, text: String) {
        let (rt, link) = (self.asks.rt.clone(), self.link(ends, text));
        *expr = Expr::Verbatim(quote_spanned!(ends.ours()=> (match #expr {
            value => {
                #rt::of(#link, &value);
                value
            }
        })));
    }

    /// `&mut x` becomes `seen(<probe>, &mut x)`: it is of the type that is expected of it.
    fn reference(&mut self, expr: &mut Expr, ends: Ends, text: String) {
        let (rt, link) = (self.asks.rt.clone(), self.link(ends, text));
        *expr = Expr::Verbatim(quote_spanned!(ends.ours()=> #rt::seen(#link, #expr)));
    }

    /// Asks about what a pattern binds.
    pub(super) fn bindings(&mut self, pat: &Pat, ends: Ends) -> TokenStream {
        let mut found = Bindings(Vec::new());
        found.visit_pat(pat);
        let Bindings(idents) = found;
        let whole = idents.len() == 1;
        idents
            .iter()
            .map(|ident| self.place(&again(ident), if whole { ends } else { Ends::of(ident) }))
            .collect()
    }

    /// Asks about a type that is written.
    pub(super) fn of_type(&mut self, pat: &Pat, ty: &Type, ends: Ends) -> TokenStream {
        let link = self.link(ends, text_of(pat.to_token_stream()));
        let rt = &self.asks.rt;
        ours!(#rt::Probe::<#ty>::like(#rt::probe(), #link);)
    }

    /// Asks about the type of a place.
    pub(super) fn place(&mut self, place: &impl ToTokens, ends: Ends) -> TokenStream {
        let link = self.link(ends, text_of(place.to_token_stream()));
        let rt = &self.asks.rt;
        ours!(#rt::of(#link, &#place);)
    }

    pub(super) fn statement(&mut self, stmt: &mut Stmt) {
        self.visit_stmt_mut(stmt);
    }

    /// `for x in items` becomes `for x in items(<probe>, items)`.
    fn for_loop(&mut self, looped: &mut ExprForLoop) {
        let (ends, text) = (Ends::of(&looped.pat), text_of(looped.pat.to_token_stream()));
        match &mut *looped.expr {
            // Its iterator goes over elements that are borrowed, and cannot add any.
            Expr::Reference(borrowed) => self.visit_expr_mut(&mut borrowed.expr),
            iterated => self.visit_expr_mut(iterated),
        }
        self.iterated(&mut looped.expr, ends);
        let (rt, link) = (self.asks.rt.clone(), self.link(ends, text));
        let iterator = &looped.expr;
        *looped.expr = Expr::Verbatim(quote_spanned!(ends.ours()=> #rt::items(#link, #iterator)));
        self.visit_block_mut(&mut looped.body);
    }

    /// An assignment to a part of something drops what was there.
    fn assignment(&mut self, expr: &mut Expr) {
        let Expr::Assign(assign) = &*expr else { return };
        let place = unparenthesised(&assign.left).clone();
        let ends = Ends::of(&*expr);
        visit_mut::visit_expr_mut(self, expr);
        if !is_part(&place) {
            return;
        }
        let (rt, link) = (self.asks.rt.clone(), self.link(ends, text_of(place.to_token_stream())));
        *expr = Expr::Verbatim(quote_spanned!(ends.ours()=> ({
            if false && #rt::stop() {
                #rt::of(#link, &#place);
            }
            #expr
        })));
    }

    fn macro_call(&mut self, expr: &mut Expr) {
        let Expr::Macro(call) = &mut *expr else { return };
        let (ends, text) = (Ends::of(&*call), text_of(call.to_token_stream()));
        self.check_macro(&call.mac);
        if let Some(mut known) = read_macro(&call.mac) {
            for arg in &mut known.args {
                match arg {
                    Expr::Assign(named) => self.visit_expr_mut(&mut named.right),
                    Expr::Lit(_) => {}
                    arg => self.visit_expr_mut(arg),
                }
            }
            call.mac.tokens = known.into_tokens();
        }
        if macros::gives_a_value(&call.mac) {
            self.matched(expr, ends, text);
        }
    }

    /// What stands where only a value can be: what a macro of unknown meaning gives is asked about there. Elsewhere
    /// it may leave the function, and give nothing.
    pub(super) fn operand(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Macro(call) if macros::is_unknown(&call.mac) => {
                let (ends, text) = (Ends::of(&*call), text_of(call.to_token_stream()));
                self.check_macro(&call.mac);
                self.matched(expr, ends, text);
            }
            expr => self.visit_expr_mut(expr),
        }
    }
}

impl VisitMut for Copier<'_> {
    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Local(local) => {
                let attrs = local.attrs.clone();
                let asked = self.within(&attrs, |copier| {
                    let asked = copier.bound(local);
                    copier.visit_local_mut(local);
                    asked
                });
                if let Some(asked) = asked {
                    let cfgs = attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
                    *stmt = Stmt::Expr(Expr::Verbatim(ours!(#local #(#cfgs)* { #asked })), None);
                }
            }
            Stmt::Item(_) => {}
            Stmt::Expr(expr, semi) => {
                let attrs = expr_attrs(expr).to_vec();
                if attrs.is_empty() {
                    return self.visit_expr_mut(expr);
                }
                self.within(&attrs, |copier| copier.visit_expr_mut(without_attrs(expr)));
                *stmt = Stmt::Expr(Expr::Verbatim(ours!(#(#attrs)* #expr)), *semi);
            }
            Stmt::Macro(called) if self.names.is_some() && macros::asserts(&called.mac) => {
                let mut expr = Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: called.mac.clone() });
                let attrs = called.attrs.clone();
                self.within(&attrs, |copier| copier.visit_expr_mut(&mut expr));
                *stmt = Stmt::Expr(Expr::Verbatim(ours!(#(#attrs)* #expr)), called.semi_token);
            }
            Stmt::Macro(called) => {
                let known = read_macro(&called.mac).is_some();
                if !known {
                    // It may define something.
                    return self.check_macro(&called.mac);
                }
                let attrs = called.attrs.clone();
                let mut expr = Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: called.mac.clone() });
                self.within(&attrs, |copier| copier.macro_call(&mut expr));
                let semi = called.semi_token;
                *stmt = Stmt::Expr(Expr::Verbatim(ours!(#(#attrs)* #expr)), semi);
            }
        }
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        let typed = matches!(local.pat, Pat::Type(_));
        let Some(init) = &mut local.init else { return };
        match &mut *init.expr {
            Expr::Closure(closure) if !typed => self.named_closure(closure),
            expr => self.visit_expr_mut(expr),
        }
        if let Some((_, diverge)) = &mut init.diverge {
            self.visit_expr_mut(diverge);
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if self.names.is_some() && self.followed(expr) {
            return;
        }
        if operator(expr) {
            let (ends, text) = (Ends::of(&*expr), text_of(expr.to_token_stream()));
            return self.value(expr, ends, text);
        }
        let (ends, text) = match expr {
            Expr::Call(call) if !makes_a_variant(&call.func) => {
                (Ends::of(&*expr), text_of(expr.to_token_stream()))
            }
            Expr::MethodCall(_) | Expr::Await(_) => (Ends::of(&*expr), text_of(expr.to_token_stream())),
            Expr::Reference(reference) if reference.mutability.is_some() && is_place(&reference.expr) => {
                (Ends::of(&*expr), text_of(expr.to_token_stream()))
            }
            Expr::Call(_) => return self.parts_behind(expr),
            Expr::Macro(_) => return self.macro_call(expr),
            Expr::Closure(closure) => return self.visit_expr_closure_mut(closure),
            Expr::Async(block) => return self.async_block(block),
            Expr::ForLoop(looped) => return self.for_loop(looped),
            Expr::Const(_) => return,
            Expr::Assign(_) => return self.assignment(expr),
            Expr::Repeat(repeat) => return self.visit_expr_mut(&mut repeat.expr),
            _ => return visit_mut::visit_expr_mut(self, expr),
        };
        if matches!(expr, Expr::Reference(_)) {
            self.parts_behind(expr);
            self.reference(expr, ends, text);
        } else {
            self.value(expr, ends, text);
        }
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut ExprClosure) {
        if closure.asyncness.is_none() && closure.constness.is_none() {
            self.closure(closure);
        }
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        let attrs = arm.attrs.clone();
        self.within(&attrs, |copier| visit_mut::visit_arm_mut(copier, arm));
    }

    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        let attrs = field.attrs.clone();
        self.within(&attrs, |copier| visit_mut::visit_field_value_mut(copier, field));
    }

    // What is computed while compiling.
    fn visit_type_mut(&mut self, _: &mut Type) {}

    fn visit_pat_mut(&mut self, _: &mut Pat) {}

    fn visit_path_mut(&mut self, _: &mut syn::Path) {}

    fn visit_angle_bracketed_generic_arguments_mut(&mut self, _: &mut syn::AngleBracketedGenericArguments) {}
}

impl Copier<'_> {
    /// Asks about what a `let` binds, where nothing was asked about the value: a constant, or a macro of unknown meaning.
    fn bound(&mut self, local: &Local) -> Option<TokenStream> {
        let init = local.init.as_ref()?;
        let unknown = match &*init.expr {
            Expr::Path(path) => path.path.segments.last().is_some_and(|last| is_capital(&last.ident)),
            Expr::Call(call) if makes_a_variant(&call.func) => {
                call.args.iter().all(|arg| matches!(arg, Expr::Lit(_) | Expr::Path(_) | Expr::Reference(_)))
            }
            Expr::Macro(call) => macros::is_unknown(&call.mac),
            _ => false,
        };
        unknown.then(|| self.bindings(&local.pat, Ends::of(&init.expr)))
    }
}
