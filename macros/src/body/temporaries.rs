//! Values without a name that live until the end of their statement: what looks at a value where it is makes
//! the compiler keep it somewhere.

use std::collections::HashSet;

use syn::{Block, Expr, Pat, Stmt, UnOp};

use super::expressions::{is_place, makes_a_variant};
use super::glue::value_has_no_glue;
use super::pattern::{bare, bindings, takes, Left, Takes};
use super::walk::Walker;
use super::{key, Kept, Key, LocalId, Usage, Used};

impl Walker {
    /// Notes the value at the root of `part`, if that has no name, which `node` uses.
    pub(super) fn used(&mut self, part: &Expr, node: &Expr, how: Usage) {
        let long = self.extended.contains(&key::<Expr>(root(part)));
        let how = if how == Usage::Borrowed && long { Usage::BorrowedLong } else { how };
        if self.is_watched(root(part)) {
            let in_loop = self.in_loop;
            self.model.used.insert(key::<Expr>(node), Used { how, in_loop });
        }
    }

    /// The statement is over. Of a value that may borrow what the statement mentions later, nothing may be left once
    /// it is taken.
    pub(super) fn temporaries_end(&mut self, before: usize) {
        for (node, inside) in self.taken.split_off(before) {
            let (until, after) = self.model.mentions.split_at(inside.end);
            let again = until[inside].iter().any(|own| after.iter().any(|later| later.local == own.local));
            if again {
                self.model.taken_whole.insert(node);
            }
        }
    }

    /// The same at the end of a block, whose locals, from `first` on, end before what its last expression leaves.
    pub(super) fn temporaries_outlive(&mut self, before: usize, first: LocalId) {
        for (node, inside) in &self.taken[before..] {
            if self.model.mentions[inside.clone()].iter().any(|mention| mention.local >= first) {
                self.model.taken_whole.insert(*node);
            }
        }
    }

    /// Notes the value at the root of `expr`, if that has no name, which is kept until the end of its statement.
    pub(super) fn kept(&mut self, expr: &Expr, why: Kept) {
        let root = root(expr);
        // A constant is kept in a static only if something borrows it.
        let made = why != Kept::LookedAt && matches!(root, Expr::Call(_));
        if made || self.is_candidate(root) {
            self.frame_body();
            self.model.kept.insert(key::<Expr>(root), why);
        }
    }

    fn is_watched(&mut self, value: &Expr) -> bool {
        let watched = self.is_candidate(value);
        if watched {
            self.frame_body();
        }
        watched
    }

    /// The text of a value without a name is in the description of a frame: the body needs one.
    pub(super) fn frame_body(&mut self) {
        self.model.bodies[self.body.0].framed = true;
    }

    /// Whether an expression makes a value that may need dropping. A constant does not: the compiler may keep
    /// it for ever, in a static.
    pub(super) fn is_candidate(&self, expr: &Expr) -> bool {
        let part = |expr: &Expr| self.place(expr).is_some() || self.is_candidate(expr);
        match expr {
            Expr::Call(call) => !makes_a_variant(&call.func) || call.args.iter().any(part),
            Expr::MethodCall(_)
            | Expr::Macro(_)
            | Expr::Await(_)
            | Expr::Try(_)
            | Expr::Match(_)
            | Expr::If(_)
            | Expr::Block(_)
            | Expr::Unsafe(_)
            | Expr::Loop(_) => true,
            Expr::Binary(binary) => !value_has_no_glue(expr) && (part(&binary.left) || part(&binary.right)),
            Expr::Tuple(tuple) => tuple.elems.iter().any(part),
            Expr::Array(array) => array.elems.iter().any(part),
            Expr::Struct(fields) => {
                fields.rest.is_some() || fields.fields.iter().any(|field| part(&field.expr))
            }
            _ => false,
        }
    }

    /// Notes a value without a name of which a `let` does not take all, or which it may not match.
    pub(super) fn note_split(&mut self, pat: &Pat, init: &Expr, refutable: bool) {
        let value = unparenthesised(init);
        let by_reference = bindings(pat).iter().any(|binding| binding.by_ref.is_some());
        let in_place = !is_root(value);
        let in_parts = match takes(pat) {
            Takes::Whole => false,
            // Even of what names all parts, with `_`, nothing is taken.
            Takes::Nothing => !in_place && !matches!(bare(pat), Pat::Wild(_)),
            Takes::Parts(left) => in_place || refutable || left != Left::Nothing,
        };
        if (by_reference && !in_place || in_parts)
            && self.place(value).is_none()
            && self.is_watched(root(value))
        {
            let node = key::<Expr>(root(value));
            self.model.kept.remove(&node);
            self.model.splits.insert(node);
        }
    }

    /// Notes what a `for` loop makes an iterator of.
    pub(super) fn note_iterated(&mut self, expr: &Expr) {
        let owned =
            self.place(expr).is_some_and(|(local, path)| !path.is_empty() || self.model.local(local).glue);
        if owned || is_place(expr) || self.is_candidate(expr) {
            self.frame_body();
            self.model.iterated.insert(key::<Expr>(expr));
        }
    }

    /// Notes the values that an initialiser keeps alive as long as the variable.
    pub(super) fn extend(&mut self, pat: &Pat, init: &Expr) {
        let binds_by_reference = bindings(pat).iter().any(|binding| binding.by_ref.is_some());
        if binds_by_reference {
            self.extended.insert(key::<Expr>(root(init)));
        }
        extend(init, &mut self.extended);
    }
}

pub(crate) fn unparenthesised(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => unparenthesised(&inner.expr),
        _ => expr,
    }
}

/// The operands of borrows in `expr` whose values live longer than the statement.
pub(super) fn extend(expr: &Expr, extended: &mut HashSet<Key>) {
    match expr {
        Expr::Reference(reference) => {
            extended.insert(key::<Expr>(root(&reference.expr)));
            extend(&reference.expr, extended);
        }
        Expr::RawAddr(raw) => {
            extended.insert(key::<Expr>(root(&raw.expr)));
        }
        Expr::Paren(inner) => extend(&inner.expr, extended),
        Expr::Group(inner) => extend(&inner.expr, extended),
        Expr::Cast(inner) => extend(&inner.expr, extended),
        Expr::Field(inner) => extend(&inner.base, extended),
        Expr::Index(inner) => extend(&inner.expr, extended),
        Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_)) => extend(&inner.expr, extended),
        Expr::Tuple(inner) => inner.elems.iter().for_each(|expr| extend(expr, extended)),
        Expr::Array(inner) => inner.elems.iter().for_each(|expr| extend(expr, extended)),
        Expr::Struct(inner) => inner.fields.iter().for_each(|field| extend(&field.expr, extended)),
        Expr::Call(inner) => inner.args.iter().for_each(|expr| extend(expr, extended)),
        Expr::Block(inner) => extend_tail(&inner.block, extended),
        Expr::Unsafe(inner) => extend_tail(&inner.block, extended),
        Expr::If(inner) => {
            extend_tail(&inner.then_branch, extended);
            if let Some((_, other)) = &inner.else_branch {
                extend(other, extended);
            }
        }
        Expr::Match(inner) => inner.arms.iter().for_each(|arm| extend(&arm.body, extended)),
        _ => {}
    }
}

fn extend_tail(block: &Block, extended: &mut HashSet<Key>) {
    if let Some(Stmt::Expr(tail, None)) = block.stmts.last() {
        extend(tail, extended);
    }
}

/// The value a place expression starts from: `f()` of `(*f()).x`.
pub(crate) fn root(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => root(&inner.expr),
        Expr::Group(inner) => root(&inner.expr),
        Expr::Field(inner) => root(&inner.base),
        Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_)) => root(&inner.expr),
        _ => expr,
    }
}

/// Whether a value is all of what a place expression starts from.
pub(crate) fn is_root(expr: &Expr) -> bool {
    key::<Expr>(root(expr)) == key::<Expr>(expr)
}

/// The same, to be changed.
pub(crate) fn root_mut(expr: &mut Expr) -> &mut Expr {
    if is_root(expr) {
        return expr;
    }
    match expr {
        Expr::Paren(inner) => root_mut(&mut inner.expr),
        Expr::Group(inner) => root_mut(&mut inner.expr),
        Expr::Field(inner) => root_mut(&mut inner.base),
        Expr::Unary(inner) => root_mut(&mut inner.expr),
        other => other,
    }
}
