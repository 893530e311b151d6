//! Operands: while a later one is evaluated, the earlier ones wait, and are dropped if control leaves.

use std::collections::HashSet;

use syn::{Block, Expr, Stmt, UnOp};

use super::expressions::makes_a_variant;
use super::glue::value_has_no_glue;
use super::macros::{diverges, evaluates_nothing};
use super::temporaries::{extend, may_be_a_place, root};
use super::walk::Walker;
use super::{key, Key};

/// An argument of a call, or a field or an element of a value that is being made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operand {
    pub(crate) waits: Waits,
    pub(crate) leaves: Leaves,
}

/// Whether an operand that waits may need dropping.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waits {
    No,
    /// It is a local of the body: if its value is moved.
    IfMoved,
    Yes,
}

/// Whether control may leave while an operand is evaluated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaves {
    No,
    Perhaps,
    /// It never gives a value.
    Always,
}

impl Walker {
    /// Notes the operands of `node` in their order, if one of them may wait for another, or the receiver of the call for
    /// one of them.
    pub(super) fn note_operands<'e>(
        &mut self,
        node: Key,
        operands: impl IntoIterator<Item = &'e Expr>,
        receiver: Option<&Expr>,
    ) {
        if self.constants.contains(&node) {
            return;
        }
        let operands: Vec<&Expr> = operands.into_iter().collect();
        let macros = operands.iter().filter(|operand| may_be_a_place(operand));
        self.model.free.extend(macros.map(|operand| key::<Expr>(operand)));
        let all: Vec<Operand> = operands.into_iter().map(|operand| self.operand(operand)).collect();
        let Some(last) = all.iter().rposition(|operand| operand.leaves != Leaves::No) else { return };
        let waits = all[..last].iter().any(|operand| operand.waits != Waits::No);
        if waits {
            self.frame_body();
        }
        if waits || receiver.is_some_and(|receiver| self.may_wait(receiver)) {
            self.model.operands.insert(node, all);
        }
    }

    /// Whether something that is called, or has a method called, may be taken by that.
    fn may_wait(&self, receiver: &Expr) -> bool {
        match self.place(receiver) {
            Some((local, _)) => self.model.local(local).glue && self.model.local(local).body == self.body,
            None => self.is_candidate(root(receiver)) && !may_be_a_place(root(receiver)),
        }
    }

    fn operand(&self, expr: &Expr) -> Operand {
        if self.keeps_borrows(expr) || gives_a_closure(expr) {
            // What is around it would end what it borrows, or is not told what its parameters are.
            return Operand { waits: Waits::No, leaves: Leaves::No };
        }
        let waits = match self.place(expr) {
            _ if value_has_no_glue(expr) => Waits::No,
            Some((local, _)) if !self.model.local(local).glue => Waits::No,
            Some((local, _)) if self.model.local(local).body == self.body => Waits::IfMoved,
            Some(_) => Waits::Yes,
            // Nothing borrows it, so it is kept in no static, even if it is a constant.
            None if matches!(
                root(expr),
                Expr::Call(_) | Expr::Struct(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Cast(_)
            ) =>
            {
                Waits::Yes
            }
            None if self.is_candidate(root(expr)) => Waits::Yes,
            None => Waits::No,
        };
        Operand { waits, leaves: leaves(expr) }
    }

    /// Whether an operand holds borrows that an initialiser keeps alive as long as its variable.
    fn keeps_borrows(&self, expr: &Expr) -> bool {
        let mut kept = HashSet::new();
        extend(expr, true, &mut kept);
        !kept.is_disjoint(&self.extended)
    }
}

fn leaves(expr: &Expr) -> Leaves {
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => Leaves::Always,
        Expr::Macro(inner) if diverges(&inner.mac) => Leaves::Always,
        Expr::Paren(inner) => leaves(&inner.expr),
        Expr::Group(inner) => leaves(&inner.expr),
        Expr::If(inner) if never_ends(&inner.then_branch) => match &inner.else_branch {
            Some((_, other)) => leaves(other),
            None => Leaves::Perhaps,
        },
        Expr::Block(inner) if inner.label.is_none() && never_ends(&inner.block) => Leaves::Always,
        Expr::Match(inner) if inner.arms.iter().all(|arm| leaves(&arm.body) == Leaves::Always) => {
            Leaves::Always
        }
        _ if may_leave(expr) => Leaves::Perhaps,
        _ => Leaves::No,
    }
}

/// Whether the last expression of a block never gives a value.
fn never_ends(block: &Block) -> bool {
    match block.stmts.last() {
        Some(Stmt::Expr(last, _)) => leaves(last) == Leaves::Always,
        Some(Stmt::Macro(last)) => diverges(&last.mac),
        _ => false,
    }
}

/// Whether control may leave while an expression is evaluated: if only by a panic in a function, an operator, an index.
fn may_leave(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_)
        | Expr::Path(_)
        | Expr::Closure(_)
        | Expr::Async(_)
        | Expr::Const(_)
        | Expr::Infer(_) => false,
        Expr::Reference(inner) => may_leave(&inner.expr),
        Expr::RawAddr(inner) => may_leave(&inner.expr),
        Expr::Field(inner) => may_leave(&inner.base),
        Expr::Paren(inner) => may_leave(&inner.expr),
        Expr::Group(inner) => may_leave(&inner.expr),
        Expr::Cast(inner) => may_leave(&inner.expr),
        Expr::Repeat(inner) => may_leave(&inner.expr),
        Expr::Unary(inner) if matches!(inner.op, UnOp::Neg(_)) => !matches!(&*inner.expr, Expr::Lit(_)),
        Expr::Tuple(inner) => inner.elems.iter().any(may_leave),
        Expr::Array(inner) => inner.elems.iter().any(may_leave),
        Expr::Struct(inner) => {
            inner.fields.iter().any(|field| may_leave(&field.expr))
                || inner.rest.as_deref().is_some_and(may_leave)
        }
        Expr::Call(inner) if makes_a_variant(&inner.func) => inner.args.iter().any(may_leave),
        Expr::Macro(inner) => !evaluates_nothing(&inner.mac),
        _ => true,
    }
}

/// Whether an expression may give a closure, whose parameters have their types from where it stands.
pub(crate) fn gives_a_closure(expr: &Expr) -> bool {
    let in_tail = |block: &Block| match block.stmts.last() {
        Some(Stmt::Expr(tail, None)) => gives_a_closure(tail),
        _ => false,
    };
    match expr {
        Expr::Closure(_) => true,
        Expr::Paren(inner) => gives_a_closure(&inner.expr),
        Expr::Group(inner) => gives_a_closure(&inner.expr),
        Expr::Block(inner) => in_tail(&inner.block),
        Expr::Unsafe(inner) => in_tail(&inner.block),
        Expr::If(inner) => in_tail(&inner.then_branch),
        Expr::Match(inner) => inner.arms.iter().any(|arm| gives_a_closure(&arm.body)),
        _ => false,
    }
}
