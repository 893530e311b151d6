//! Copies of the user's expressions that are type-checked and never run.
//!
//! The compiler's answers are carried out of them as types (see `marks`). Whatever would leave the
//! expression is replaced by something of the same type that stays.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Lifetime, Macro};

use crate::body::{is_known_macro, leaves};
use crate::paths::{ours, Paths};

/// A copy of an expression, for dead code.
pub(super) struct Copy {
    pub(super) tokens: TokenStream,
    /// Whether a macro of unknown meaning is in it, which may expand to `return` or `?`.
    pub(super) may_return: bool,
}

/// A copy of `expr`; `None` if it holds tokens that cannot be read and leave it.
pub(super) fn copy(expr: &Expr, paths: &Paths) -> Option<Copy> {
    let mut expr = expr.clone();
    let mut copier = Copier { paths, loops: 0, labels: Vec::new(), failed: false, may_return: false };
    copier.visit_expr_mut(&mut expr);
    let may_return = copier.may_return;
    (!copier.failed).then(|| Copy { tokens: expr.into_token_stream(), may_return })
}

struct Copier<'p> {
    paths: &'p Paths,
    /// How many loops of the copy itself are around.
    loops: usize,
    /// Labels that the copy itself defines.
    labels: Vec<Lifetime>,
    failed: bool,
    may_return: bool,
}

impl Copier<'_> {
    fn stays(&self, label: Option<&Lifetime>) -> bool {
        match label {
            Some(label) => self.labels.contains(label),
            None => self.loops > 0,
        }
    }

    fn looped(&mut self, label: Option<&syn::Label>, visit: impl FnOnce(&mut Self)) {
        self.labels.extend(label.map(|label| label.name.clone()));
        self.loops += 1;
        visit(self);
        self.loops -= 1;
    }
}

impl VisitMut for Copier<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            // These keep their control flow inside.
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => return,
            Expr::Loop(inner) => {
                let label = inner.label.clone();
                self.looped(label.as_ref(), |copier| copier.visit_block_mut(&mut inner.body));
                return;
            }
            Expr::While(_) | Expr::ForLoop(_) => {
                let label = match expr {
                    Expr::While(inner) => inner.label.clone(),
                    Expr::ForLoop(inner) => inner.label.clone(),
                    _ => None,
                };
                self.looped(label.as_ref(), |copier| visit_mut::visit_expr_mut(copier, expr));
                return;
            }
            Expr::Block(block) => self.labels.extend(block.label.as_ref().map(|l| l.name.clone())),
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expr);
        let rt = self.paths.private();
        let replacement = match expr {
            Expr::Return(_) | Expr::Yield(_) => ours!(loop {}),
            Expr::Break(inner) if !self.stays(inner.label.as_ref()) => ours!(loop {}),
            Expr::Continue(inner) if !self.stays(inner.label.as_ref()) => ours!(loop {}),
            Expr::Try(inner) => {
                let value = &inner.expr;
                ours!(#rt::Question::question(#value))
            }
            Expr::Await(inner) => {
                let future = &inner.base;
                ours!(#rt::awaited(#future))
            }
            _ => return,
        };
        *expr = Expr::Verbatim(replacement);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        self.failed |= leaves(mac.tokens.clone());
        self.may_return |= !is_known_macro(mac) || mac.tokens.to_string().contains(['?', '!']);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Whether a wrapper that is a labelled block could catch a `break` or `continue` of the expression.
pub(super) fn breaks_out(expr: &Expr, in_loop: bool) -> bool {
    let mut finder = BreakFinder { loops: 0, found: false, in_loop };
    finder.visit_expr_mut(&mut expr.clone());
    finder.found
}

struct BreakFinder {
    loops: usize,
    found: bool,
    in_loop: bool,
}

impl VisitMut for BreakFinder {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => return,
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                self.loops += 1;
                visit_mut::visit_expr_mut(self, expr);
                self.loops -= 1;
                return;
            }
            Expr::Break(inner) => self.found |= inner.label.is_none() && self.loops == 0,
            Expr::Continue(inner) => self.found |= inner.label.is_none() && self.loops == 0,
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        // What an unknown macro expands to may hold a `break`, also where its tokens do not.
        let hidden = self.in_loop && !is_known_macro(mac);
        self.found |= self.loops == 0 && (hidden || leaves(mac.tokens.clone()));
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
