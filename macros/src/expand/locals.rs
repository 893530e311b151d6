//! Guards between locals.
//!
//! A guard declared right after a local is dropped right before it, so it can announce the drop; the
//! next guard to be dropped, or the scope around it, ends what was announced.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned, ToTokens};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Expr, Pat, PatIdent, Stmt, Token};

use super::rewrite::Rewriter;
use crate::body::pattern::bindings;
use crate::body::{key, LocalId, Model};
use crate::paths::{self, again, ours};

impl Rewriter<'_> {
    /// Guards for what a `let` statement has just bound.
    ///
    /// ```text
    /// let x = f();          let x = f();
    ///                       let local0 = bind(&x, 0);
    ///
    /// let (a, b) = f();     let (a, b) = f();
    ///                       let a = a;
    ///                       let local1 = bind(&a, 1);
    ///                       let b = b;
    ///                       let local2 = bind(&b, 2);
    /// ```
    pub(super) fn guards_after_let(&mut self, pat: &mut Pat) -> Vec<Step> {
        let bound = self.bound(pat);
        let dropped = bound.iter().filter(|(_, id)| self.model.local(*id).glue).count();
        let steps = self.guards(&bound, dropped > 1);
        self.visit_bound(pat);
        steps
    }

    /// Guards for what the surroundings of a block have bound: a parameter, a match arm, a loop. The
    /// locals move into the block, so that their drops are inside it.
    pub(super) fn guards_on_entry(&mut self, pat: &mut Pat) -> Vec<Step> {
        let bound = self.bound(pat);
        let steps = self.guards(&bound, true);
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

    fn guards(&mut self, bound: &[(&PatIdent, LocalId)], rebind: bool) -> Vec<Step> {
        let mut steps = Vec::new();
        for &(binding, id) in bound {
            if rebind && self.model.local(id).glue {
                steps.push(self.rebinding(binding, id));
            }
            steps.push(self.bind(id, &binding.ident));
            steps.extend(self.unused(binding, id));
        }
        steps
    }

    /// The guard of one local, or where nothing can need dropping, only the note that it has a value.
    pub(super) fn bind(&mut self, id: LocalId, ident: &Ident) -> Step {
        let rt = self.options.paths.private();
        let (name, guard) = (self.mention(id, ident), paths::guard(id));
        let index = self.tables().local(id);
        let text = self.text(&name);
        match (self.model.local(id).glue, text) {
            (true, None) => Step::of(guard, ours!(#rt::bind(&#name, #index))),
            (true, Some(text)) => Step::of(guard, ours!(#rt::bind_value(&#name, #index, #text))),
            (false, None) => Step::Do(ours!(#rt::show(&#name, #index))),
            (false, Some(text)) => Step::Do(ours!(#rt::show_value(&#name, #index, #text))),
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
                let (guard, index) = (paths::guard(id), self.tables().local(id));
                steps.push(Step::of(guard, ours!(#rt::declare(#index))));
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
        let ident = &binding.ident;
        Some(Step::Do(ours!(if false { let #ident = (); })))
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
            let rt = self.options.paths.private();
            let scope = paths::scope();
            let scope = std::iter::once(statement(ours!(let #scope = #rt::scope();)));
            let stmts = std::mem::take(&mut block.stmts);
            block.stmts = scope.chain(entry.into_iter().map(Step::into_statement)).chain(stmts).collect();
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
                self.visit_expr_mut(expr);
                if !entry.is_empty() {
                    let mut block = Block { brace_token: brace(), stmts: vec![Stmt::Expr(take(expr), None)] };
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

/// Something the expansion adds, as a statement or as an operand of a `let` chain.
pub(super) enum Step {
    Let(TokenStream, TokenStream),
    Do(TokenStream),
    /// Under attributes of the user's.
    Under(Vec<Attribute>, Box<Step>),
}

/// The steps, present and linted only where what they are about is.
pub(super) fn under(attrs: &[Attribute], steps: Vec<Step>) -> Vec<Step> {
    let matter = |attr: &&Attribute| ["cfg", "allow"].iter().any(|name| attr.path().is_ident(name));
    let attrs: Vec<Attribute> = attrs.iter().filter(matter).cloned().collect();
    if attrs.is_empty() {
        return steps;
    }
    steps.into_iter().map(|step| Step::Under(attrs.clone(), Box::new(step))).collect()
}

impl Step {
    pub(super) fn of(pattern: impl ToTokens, value: TokenStream) -> Self {
        Self::Let(pattern.into_token_stream(), value)
    }

    pub(super) fn into_statement(self) -> Stmt {
        statement(match self {
            Self::Let(pattern, value) => ours!(let #pattern = #value;),
            Self::Do(tokens) => ours!(#tokens;),
            Self::Under(attrs, step) => {
                let stmt = match *step {
                    Self::Do(tokens) => statement(ours!({ #tokens; })),
                    step => step.into_statement(),
                };
                ours!(#(#attrs)* #stmt)
            }
        })
    }

    /// `let_token` is one of the user's: chains are allowed where its edition says so.
    pub(super) fn into_operand(self, let_token: Token![let]) -> Expr {
        Expr::Verbatim(match self {
            Self::Let(pattern, value) => {
                let span = let_token.span;
                quote_spanned!(span=> #let_token #pattern = { #value })
            }
            Self::Do(tokens) => ours!({ #tokens; true }),
            // No attributes stand on the operands of a chain.
            Self::Under(_, step) => return step.into_operand(let_token),
        })
    }
}

/// Tokens that are statements of their own.
pub(super) fn statement(tokens: TokenStream) -> Stmt {
    Stmt::Expr(Expr::Verbatim(tokens), None)
}

/// Takes an expression out of its place, to be put back inside something.
pub(super) fn take(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, Expr::Verbatim(TokenStream::new()))
}

/// A block as an expression.
pub(super) fn block_expr(block: Block) -> Expr {
    Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block })
}

/// Braces of ours: of this crate's edition, whatever the user's is.
pub(super) fn brace() -> syn::token::Brace {
    syn::token::Brace(Span::mixed_site())
}

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
