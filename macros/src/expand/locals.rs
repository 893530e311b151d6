//! Guards between locals.
//!
//! A guard declared right after a local is dropped right before it, so it can announce the drop; the
//! next guard to be dropped, or the scope around it, ends what was announced.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{token, Attribute, Block, Expr, Pat, PatIdent, Stmt};

use super::ends::ends_of;
use super::rewrite::Rewriter;
use super::step::{block_expr, leading_items, otherwise, protected, statement, take, under, Step};
use super::tails::has_tail_temporaries;
use super::temporaries::located;
use crate::body::pattern::{bindings, field_attrs};
use crate::body::{key, LocalId, Model};
use crate::paths::{self, again, ours};

impl Rewriter<'_> {
    /// Guards for what a `let` statement has just bound.
    ///
    /// ```text
    /// let x = f();          let x = f();
    ///                       let local0 = bind_fixed(&x, 0);
    ///
    /// let (a, b) = f();     let (a, b) = f();
    ///                       let a = a;
    ///                       let local1 = bind_fixed(&a, 1);
    ///                       let b = b;
    ///                       let local2 = bind_fixed(&b, 2);
    /// ```
    pub(super) fn guards_after_let(&mut self, pat: &mut Pat) -> Vec<Step> {
        let bound = self.bound(pat);
        let dropped = bound.iter().filter(|(_, id)| self.model.local(*id).glue).count();
        let steps = self.guards(pat, &bound, dropped > 1);
        self.visit_bound(pat);
        steps
    }

    /// Guards for what the surroundings of a block have bound: a parameter, a match arm, a loop. The
    /// locals move into the block, so that their drops are inside it.
    pub(super) fn guards_on_entry(&mut self, pat: &mut Pat) -> Vec<Step> {
        let bound = self.bound(pat);
        let steps = self.guards(pat, &bound, true);
        self.visit_bound(pat);
        steps
    }

    /// Hides the bindings that only the expansion mentions.
    fn visit_bound(&self, pat: &mut Pat) {
        Hider { model: self.model }.visit_pat_mut(pat);
    }

    pub(super) fn bound<'p>(&self, pat: &'p Pat) -> Vec<(&'p PatIdent, LocalId)> {
        bindings(pat)
            .into_iter()
            .filter_map(|binding| {
                let id = self.model.bindings.get(&key::<PatIdent>(binding))?;
                Some((binding, *id))
            })
            .collect()
    }

    fn guards(&mut self, pat: &Pat, bound: &[(&PatIdent, LocalId)], rebind: bool) -> Vec<Step> {
        let mut steps = Vec::new();
        for &(binding, id) in bound {
            let mut own = Vec::new();
            if rebind && self.model.local(id).glue {
                own.push(self.rebinding(binding, id));
            }
            own.push(self.bind(id, &binding.ident));
            let unused = self.unused(binding, id);
            match &mut self.expected {
                Some(expected) => expected.extend(unused),
                None => own.extend(unused),
            }
            let attrs = field_attrs(pat, binding);
            steps.extend(under(attrs, own));
            steps.extend(self.without(attrs, id));
        }
        steps
    }

    /// The stand-in for a guard where its local is not compiled.
    ///
    /// A mention outside of the `cfg` may be one of a local of this name further out. That one has a guard of the same
    /// name, or has none in this body.
    fn without(&mut self, attrs: &[Attribute], id: LocalId) -> Option<Step> {
        let local = self.model.local(id);
        let (rt, guard) = (self.options.paths.private(), paths::guard(id));
        let no_guard = self.kept(ours!(#rt::no_guard()));
        let none = otherwise(attrs, &ours!(let #guard = #no_guard;))?;
        (local.glue && local.shadows.is_none() && self.missing.insert(id)).then_some(none)
    }

    /// The stand-ins for the guards of all names that a pattern under attributes binds.
    pub(super) fn without_all(&mut self, attrs: &[Attribute], pat: &Pat) -> Vec<Step> {
        if attrs.is_empty() {
            return Vec::new();
        }
        let bound: Vec<LocalId> = self.bound(pat).into_iter().map(|(_, id)| id).collect();
        bound.into_iter().filter_map(|id| self.without(attrs, id)).collect()
    }

    /// The guard of one local, or where nothing can need dropping, only the note that it has a value.
    pub(super) fn bind(&mut self, id: LocalId, ident: &Ident) -> Step {
        let rt = self.options.paths.private();
        let name = self.mention(id, ident);
        let index = self.tables().local(id);
        let text = self.text(&name);
        let (glue, mutable) = (self.model.local(id).glue, self.model.local(id).mutable);
        let note = match (glue, mutable, text) {
            (true, true, None) => ours!(#rt::bind(&#name, #index)),
            (true, true, Some(text)) => ours!(#rt::bind_value(&#name, #index, #text)),
            (true, false, None) => ours!(#rt::bind_fixed(&#name, #index)),
            (true, false, Some(text)) => ours!(#rt::bind_fixed_value(&#name, #index, #text)),
            (false, _, None) => ours!(#rt::show(&#name, #index)),
            (false, _, Some(text)) => ours!(#rt::show_value(&#name, #index, #text)),
        };
        // What a use of the local is an error for, is told at its name.
        let note = located(note, self.next.unwrap_or((ident.span(), ident.span())));
        if glue {
            self.guard(id, note)
        } else {
            Step::Do(note)
        }
    }

    /// The note that a local was assigned to.
    pub(super) fn assigned(&self, id: LocalId) -> TokenStream {
        let (name, guard) = (again(&self.model.local(id).ident), paths::guard(id));
        match self.text(&name) {
            None => ours!(#guard.assigned(&#name)),
            Some(text) => ours!(#guard.assigned_value(&#name, #text)),
        }
    }

    /// The `Debug` of a local's value, if it has one and `values` asks for it.
    fn text(&self, name: &Ident) -> Option<TokenStream> {
        let rt = self.options.paths.private();
        self.options.values.then(|| {
            ours!({
                use #rt::{ViaDebug as _, ViaNothing as _};
                (&&#rt::Value(&#name)).text()
            })
        })
    }

    /// The guard of a local that has no value yet.
    pub(super) fn declare(&mut self, pat: &Pat) -> Vec<Step> {
        let rt = self.options.paths.private();
        let mut steps = Vec::new();
        for (_, id) in self.bound(pat) {
            if self.model.local(id).glue {
                let index = self.tables().local(id);
                steps.push(self.guard(id, ours!(#rt::declare(#index))));
            }
        }
        steps
    }

    /// A mention of the local that is not the user's.
    pub(super) fn mention(&self, id: LocalId, ident: &Ident) -> Ident {
        if self.model.local(id).is_hidden() {
            paths::hidden(ident)
        } else {
            again(ident)
        }
    }

    /// `let x = x;`, with the user's `mut` where there is one (and where the first `x` would not need it).
    fn rebinding(&self, binding: &PatIdent, id: LocalId) -> Step {
        let same = self.mention(id, &binding.ident);
        let ident = if self.model.local(id).is_hidden() { &same } else { &binding.ident };
        match &binding.mutability {
            Some(mutability) => Step::of(quote!(#mutability #ident), ours!({ let _ = &mut #same; #same })),
            None => Step::of(ident, ours!(#same)),
        }
    }

    /// A guard mentions its local, which would silence the compiler's warning about an unused one.
    fn unused(&self, binding: &PatIdent, id: LocalId) -> Option<Step> {
        let local = self.model.local(id);
        let name = local.ident.to_string();
        if local.mentioned || name.starts_with('_') || name == "self" {
            return None;
        }
        let (by_ref, ident) = (&binding.by_ref, &binding.ident);
        // By `ref mut`, it is the compiler's `mut`, too.
        let mutability = by_ref.and(binding.mutability.as_ref());
        Some(Step::Do(ours!(if false { let #by_ref #mutability #ident = (); })))
    }

    /// A rewritten block that starts with guards, in a scope of its own. `inserted` says whether the
    /// block got anything else.
    ///
    /// ```text
    /// { body; tail }        { let scope = scope();
    ///                         <guards>
    ///                         match () { () => { let scope = scope(); body; tail } } }
    /// ```
    ///
    /// The inner `match` ends the temporaries of `tail` before the guards, in every edition; it is left
    /// out where `tail` can have none.
    pub(super) fn enter(&mut self, block: &mut Block, entry: Vec<Step>, inserted: bool) {
        let nested = !entry.is_empty() && has_tail_temporaries(block);
        if nested {
            let mut inner = Block { brace_token: block.brace_token, stmts: std::mem::take(&mut block.stmts) };
            self.enter(&mut inner, Vec::new(), inserted);
            block.stmts.push(statement(ours!(match () { () => #inner })));
        }
        if inserted || !entry.is_empty() {
            self.begin(block, entry, false);
        }
    }

    /// Puts a scope and some steps at the start of a block: that of the whole body of a future, or another.
    pub(super) fn begin(&self, block: &mut Block, entry: Vec<Step>, is_body: bool) {
        let (rt, scope) = (self.options.paths.private(), paths::scope());
        let started = match (is_body, self.is_in_future()) {
            (true, _) => ours!(body),
            (false, true) => ours!(block),
            (false, false) => ours!(scope),
        };
        let scope = std::iter::once(statement(ours!(let #scope = #rt::#started();)));
        let items = leading_items(self.model, &mut block.stmts);
        let entry = scope.chain(entry.into_iter().map(Step::into_statement));
        block.stmts.splice(0..0, items.into_iter().chain(entry));
    }

    /// Whether the code lies in a future, which should stay small.
    fn is_in_future(&self) -> bool {
        self.framed && self.bodies.last().is_some_and(|kind| kind.is_future())
    }

    /// The definition of a guard.
    fn guard(&self, id: LocalId, guard: TokenStream) -> Step {
        Step::of(paths::guard(self.model.guard_of(id)), self.kept(guard))
    }

    /// A guard, as it lies beside its local.
    fn kept(&self, guard: TokenStream) -> TokenStream {
        let rt = self.options.paths.private();
        if self.is_in_future() {
            ours!(#rt::keep(#guard))
        } else {
            guard
        }
    }

    /// Rewrites an expression and makes it a block that starts with guards, if there are any.
    pub(super) fn enter_expr(&mut self, expr: &mut Expr, entry: Vec<Step>) {
        match expr {
            Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => {
                let inserted = self.statements(&mut block.block);
                self.enter(&mut block.block, entry, inserted);
            }
            _ => {
                let end = ends_of(expr).1;
                self.visit_expr_mut(expr);
                if !entry.is_empty() {
                    *expr = protected(take(expr));
                    let brace_token = token::Brace(Span::mixed_site().located_at(end));
                    let mut block = Block { brace_token, stmts: vec![Stmt::Expr(take(expr), None)] };
                    self.enter(&mut block, entry, false);
                    *expr = block_expr(block);
                }
            }
        }
    }
}

/// Gives hidden names to the bindings that only the expansion mentions.
struct Hider<'m> {
    model: &'m Model,
}

impl VisitMut for Hider<'_> {
    fn visit_pat_ident_mut(&mut self, binding: &mut PatIdent) {
        let id = self.model.bindings.get(&key::<PatIdent>(binding));
        if id.is_some_and(|&id| self.model.local(id).is_hidden()) {
            binding.ident = paths::hidden(&binding.ident);
        }
        visit_mut::visit_pat_ident_mut(self, binding);
    }

    fn visit_expr_mut(&mut self, _: &mut Expr) {}
}
