//! Whether a labelled block could stand around an expression.

use syn::visit::{self, Visit};
use syn::{Expr, Item, Macro};

use crate::body::{is_known_macro, leaves};

/// Whether an unlabelled `break` or `continue` leaves the expression: the compiler refuses those
/// inside a labelled block. What a macro of unknown meaning expands to may hold one, in a loop.
pub(super) fn leave(expr: &Expr, in_loop: bool) -> bool {
    let mut finder = Finder { loops: 0, found: false, in_loop };
    finder.visit_expr(expr);
    finder.found
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
