//! What the names in a function stand for.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{Expr, FnArg, Item, Local, Pat, Signature, Stmt};

use super::syntax::Bindings;

/// What is known of the names in a function.
pub(super) struct Names {
    /// Locals and parameters.
    locals: Vec<Ident>,
    /// Of those, what is surely a closure of the function.
    closures: Vec<Ident>,
    /// Functions inside of the function.
    items: Vec<Ident>,
}

impl Names {
    pub(super) fn of(sig: &Signature, stmts: &[Stmt]) -> Self {
        let mut finder = Finder { bound: Bindings(Vec::new()), closures: Vec::new(), items: Vec::new() };
        for input in &sig.inputs {
            match input {
                FnArg::Typed(typed) => finder.bound.visit_pat(&typed.pat),
                FnArg::Receiver(receiver) => {
                    finder.bound.0.push(Ident::new("self", receiver.self_token.span));
                }
            }
        }
        for stmt in stmts {
            finder.visit_stmt(stmt);
        }
        let Finder { bound: Bindings(locals), closures: named, items } = finder;
        // A name that stands for anything else, too, is no closure.
        let count = |names: &[Ident], name: &Ident| names.iter().filter(|other| *other == name).count();
        let closures =
            named.iter().filter(|name| count(&locals, name) == count(&named, name)).cloned().collect();
        Self { locals, closures, items }
    }

    pub(super) fn is_local(&self, name: &Ident) -> bool {
        self.locals.contains(name)
    }

    /// Whether a local is surely a closure of the function.
    pub(super) fn is_closure(&self, name: &Ident) -> bool {
        self.closures.contains(name)
    }

    /// Whether it is a function inside of the function.
    pub(super) fn is_item(&self, name: &Ident) -> bool {
        self.items.contains(name)
    }
}

struct Finder {
    bound: Bindings,
    closures: Vec<Ident>,
    items: Vec<Ident>,
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_pat(&mut self, pat: &'ast Pat) {
        self.bound.visit_pat(pat);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        if let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init) {
            if matches!(*init.expr, Expr::Closure(_)) && name.mutability.is_none() {
                self.closures.push(name.ident.clone());
            }
        }
        visit::visit_local(self, local);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        if let Item::Fn(function) = item {
            self.items.push(function.sig.ident.clone());
        }
    }
}
