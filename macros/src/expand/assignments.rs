//! Assignments: what a place held before is dropped once the new value is there.
//!
//! ```text
//! x = f()               { x = { let announce = local0.replacing(); f() };
//!                         local0.assigned(&x); }
//! x.y = f()             let probe1 = probe();
//!                       x.y = { let announce = replacing(probe1.moves(), 0); f() }
//! v[i].y = f()          let probe1 = probe();
//!                       (*replaced(&mut v[i], probe1.moves(), 0)).y = f()
//! ```
//!
//! The tail of a block has the type that is expected of the whole, and what the block declares is dropped when the
//! value of the tail is there: just before the old value is. If the value may leave instead, as `f()?` does, that would
//! announce what never happens; then a call stands around it, of which the announcement is the second argument.
//!
//! An element is there only if its index is: that is known once the place was evaluated, after the value. A field may be
//! moved out, and cannot be borrowed then.

use proc_macro2::{Ident, TokenStream};
use syn::{Expr, Stmt};

use super::breaks;
use super::ends::ends_of;
use super::marks::{labelled, Wrapper};
use super::rewrite::Rewriter;
use super::step::{protected, statement, take};
use crate::body::Key;
use crate::paths::{self, guard, ours};
use crate::plan::Mark;

/// How the drop of what a place holds is announced.
pub(super) struct Assignment {
    how: Replaced,
    /// Whether the new value may never be there, because control leaves.
    leaves: bool,
}

enum Replaced {
    /// Locals of the body.
    Locals(Vec<Ident>),
    /// A place that no guard knows, but perhaps the local around it.
    Place { like: Ident, site: u32, whole: Option<Ident> },
    /// An element, or a part of one.
    Element { like: Ident, site: u32 },
}

impl Rewriter<'_> {
    /// Prepares the announcement for an assignment, as it is now.
    pub(super) fn prepare_assignment(
        &mut self,
        node: Key,
        expr: &Expr,
        wrapper: &mut Wrapper,
    ) -> Option<Assignment> {
        let Expr::Assign(assign) = expr else { return None };
        let leaves = breaks::at_all(&assign.right);
        if !wrapper.assigned.is_empty() {
            let guards = wrapper.assigned.iter().map(|mark| guard(mark.local)).collect();
            return Some(Assignment { how: Replaced::Locals(guards), leaves });
        }
        let of = *self.model.replaced.get(&node)?;
        let site = self.value_site(&assign.left);
        let like = self.new_probe(wrapper);
        let place = &assign.left;
        wrapper.before.push(self.unreached(&ours!(#like.like(&raw const #place);)));
        let how = match element_of(&mut assign.left.clone()) {
            Some(_) => Replaced::Element { like, site },
            None => Replaced::Place { like, site, whole: of.map(guard) },
        };
        Some(Assignment { how, leaves })
    }

    /// Puts the announcement into the rewritten assignment.
    pub(super) fn announce_replaced(&mut self, assignment: Assignment, expr: &mut Expr) {
        let rt = self.options.paths.private();
        let Expr::Assign(assign) = expr else { return };
        let (now, then) = match assignment.how {
            Replaced::Element { like, site } => {
                let Some(element) = element_of(&mut assign.left) else { return };
                let place = take(element);
                *element = Expr::Verbatim(ours!((*#rt::replaced(&mut #place, #like.moves(), #site))));
                return;
            }
            Replaced::Locals(guards) => {
                (ours!({ #(#guards.replaced();)* }), ours!((#(#guards.replacing()),*)))
            }
            Replaced::Place { like, site, whole: None } => {
                let announce = ours!(#rt::replacing(#like.moves(), #site));
                (ours!({ let _ = #announce; }), announce)
            }
            Replaced::Place { like, site, whole: Some(whole) } => {
                let announce = ours!(#rt::replacing_part(#like.moves(), &#whole, #site));
                (ours!({ let _ = #announce; }), announce)
            }
        };
        let ends = ends_of(&assign.right);
        let value = protected(take(&mut assign.right));
        *assign.right = if assignment.leaves {
            Expr::Verbatim(ours!(#rt::after(#value, #now)))
        } else {
            let announce = paths::replacing();
            let announce = statement(ours!(let #announce = #then;));
            labelled(None, vec![announce, Stmt::Expr(value, None)], Vec::new(), ends)
        };
    }

    /// Looks at a part of a receiver that was assigned to, in code that never runs.
    ///
    /// A closure holds the receiver, and what is assigned to its parts is not read by it: the compiler does not count that a
    /// destructor may read them.
    pub(super) fn look_at_receiver(&self, node: Key, expr: &Expr, wrapper: &mut Wrapper) {
        if !self.wrapped || !self.model.receiver_parts.contains(&node) {
            return;
        }
        let place = match expr {
            Expr::Assign(assign) => &assign.left,
            Expr::Binary(binary) => &binary.left,
            _ => return,
        };
        wrapper.after.push(ours!(if false { let _ = &raw const #place; }));
    }

    /// What follows an assignment to locals: each holds something new.
    pub(super) fn after_assignment(&mut self, marks: &[Mark]) -> Stmt {
        let assigned: Vec<TokenStream> = marks.iter().map(|mark| self.assigned(mark.local)).collect();
        statement(ours!(#(#assigned;)*))
    }
}

/// The innermost element that a place is, or is inside of.
fn element_of(place: &mut Expr) -> Option<&mut Expr> {
    match place {
        Expr::Index(_) => Some(place),
        Expr::Field(field) => element_of(&mut field.base),
        Expr::Paren(inner) => element_of(&mut inner.expr),
        _ => None,
    }
}
