//! Whether control may leave an expression, other than by unwinding.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Expr, Item, Macro};

use crate::body::{diverges, is_known_macro, leaves};

/// Whether an unlabelled `break` or `continue` leaves the expression: the compiler refuses those
/// inside a labelled block. What a macro of unknown meaning expands to may hold one, in a loop.
pub(super) fn leave(expr: &Expr, in_loop: bool) -> bool {
    let mut finder = Finder { loops: 0, found: false, in_loop };
    finder.visit_expr(expr);
    finder.found
}

/// Whether anything in the expression leaves it, other than by unwinding.
pub(super) fn at_all(expr: &Expr) -> bool {
    struct AnyFinder(bool);
    impl<'ast> Visit<'ast> for AnyFinder {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            match expr {
                Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
                Expr::Try(_)
                | Expr::Return(_)
                | Expr::Break(_)
                | Expr::Continue(_)
                | Expr::Await(_)
                | Expr::Yield(_)
                | Expr::Verbatim(_) => self.0 = true,
                _ => visit::visit_expr(self, expr),
            }
        }

        fn visit_macro(&mut self, mac: &'ast Macro) {
            self.0 |= !is_known_macro(mac) || leaves(mac.tokens.clone()) || returns(mac.tokens.clone());
        }

        fn visit_item(&mut self, _: &'ast Item) {}
    }
    let mut finder = AnyFinder(false);
    finder.visit_expr(expr);
    finder.0
}

/// Whether an expression holds one that always leaves.
pub(super) fn departs(expr: &Expr) -> bool {
    struct DepartureFinder(bool);
    impl<'ast> Visit<'ast> for DepartureFinder {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            match expr {
                Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
                Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => self.0 = true,
                _ => visit::visit_expr(self, expr),
            }
        }

        fn visit_macro(&mut self, mac: &'ast Macro) {
            self.0 |= diverges(mac);
        }

        fn visit_item(&mut self, _: &'ast Item) {}
    }
    let mut finder = DepartureFinder(false);
    finder.visit_expr(expr);
    finder.0
}

/// Whether tokens hold a `?` or a `return`.
fn returns(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "return",
        TokenTree::Group(group) => returns(group.stream()),
        TokenTree::Punct(punct) => punct.as_char() == '?',
        TokenTree::Literal(_) => false,
    })
}

struct Finder {
    /// How many loops of the expression itself are around.
    loops: usize,
    found: bool,
    in_loop: bool,
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            // Their control flow stays inside.
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => return,
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                self.loops += 1;
                visit::visit_expr(self, expr);
                self.loops -= 1;
                return;
            }
            Expr::Break(inner) => self.found |= inner.label.is_none() && self.loops == 0,
            Expr::Continue(inner) => self.found |= inner.label.is_none() && self.loops == 0,
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let hidden = self.in_loop && !is_known_macro(mac);
        self.found |= self.loops == 0 && (hidden || leaves(mac.tokens.clone()));
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
