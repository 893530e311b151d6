//! Statements, with what goes before and behind each of them.

use syn::visit_mut::VisitMut;
use syn::{Block, Expr, Local, Pat, Stmt};

use super::ends::{ends_of, ends_of_statement, Ends};
use super::marks::labelled;
use super::rewrite::Rewriter;
use super::step::{protected, take, under, Step};
use super::temporaries::located;
use crate::body::{key, never_ends, pattern_annotation, statements, Key};
use crate::paths::{guard, ours};

/// Steps before and behind a statement that a value of which nothing is expected has asked for.
pub(super) struct Later {
    /// That value: the initialiser of a `let` without a type.
    pub(super) of: Key,
    pub(super) before: Vec<Step>,
    pub(super) after: Vec<Step>,
}

impl Rewriter<'_> {
    /// Rewrites the statements of a block; says whether anything was inserted.
    pub(super) fn statements(&mut self, block: &mut Block) -> bool {
        let mut around = Vec::new();
        // In place first: a node that moves loses its identity.
        // Behind a `let` that never ends, the next statement is what cannot be reached.
        let behind = |pair: &[Stmt]| may_never_end(&pair[0]).then(|| ends_of_statement(&pair[1]));
        let nexts: Vec<Option<Ends>> = block.stmts.windows(2).map(behind).chain([None]).collect();
        let last = block.stmts.len().saturating_sub(1);
        for (index, (stmt, next)) in block.stmts.iter_mut().zip(nexts).enumerate() {
            let attrs = statements::attrs(stmt).to_vec();
            self.later.push(free_value(stmt).map(|of| Later { of, before: Vec::new(), after: Vec::new() }));
            let (mut before, answers) = self.before(stmt, index == last);
            self.visit_stmt_mut(stmt);
            self.next = next;
            self.expected = attrs.iter().any(|attr| attr.path().is_ident("expect")).then(Vec::new);
            let mut after = self.after(stmt, answers);
            self.next = None;
            if let (Stmt::Local(local), Some(steps)) = (&mut *stmt, self.expected.take()) {
                expect_inside(local, steps);
            }
            if let Some(later) = self.later.pop().flatten() {
                before.splice(0..0, later.before);
                after.extend(later.after);
            }
            let mut after = under(&attrs, after);
            if let Stmt::Local(local) = stmt {
                after.extend(self.without_all(&attrs, &local.pat));
            }
            around.push((under(&attrs, before), after));
        }
        let inserted = around.iter().any(|(before, after)| !before.is_empty() || !after.is_empty());
        let stmts = std::mem::take(&mut block.stmts);
        for (stmt, (before, after)) in stmts.into_iter().zip(around) {
            block.stmts.extend(before.into_iter().map(Step::into_statement));
            block.stmts.push(stmt);
            block.stmts.extend(after.into_iter().map(Step::into_statement));
        }
        inserted
    }

    /// What goes before a statement: its site, and questions about what it does; and, to be put behind
    /// it, the answers.
    fn before(&mut self, stmt: &Stmt, last: bool) -> (Vec<Step>, Vec<Step>) {
        let mut steps = Vec::new();
        let mut answers = Vec::new();
        if self.framed && !is_quiet(stmt) {
            steps.push(self.at(ends_of_statement(stmt)));
        }
        match stmt {
            Stmt::Local(local) => {
                let init = local.init.as_ref();
                if let Some(init) = init {
                    if let Expr::Macro(inner) = &*init.expr {
                        steps.extend(self.ask_before_macro(&inner.mac, false));
                    }
                    let pats = [(&local.pat, &[][..])];
                    let mut matching = self.matching(&init.expr, &pats, init.diverge.is_some());
                    steps.append(&mut matching.before);
                    answers.extend(matching.answers.pop().unwrap_or_default());
                    let (ask, announce) = self.prepare_by_local(&local.pat, &init.expr);
                    steps.extend(ask);
                    answers.extend(announce);
                }
                let (ask, answer) = self.prepare_split(local);
                steps.extend(ask);
                answers.extend(answer);
            }
            Stmt::Macro(stmt) => {
                let is_value = last && stmt.semi_token.is_none();
                steps.extend(self.ask_before_macro(&stmt.mac, is_value));
            }
            _ => {}
        }
        (steps, answers)
    }

    /// The note that a statement begins. It stands where the statement does: if that cannot be reached, the compiler
    /// says so there.
    pub(super) fn at(&mut self, ends: Ends) -> Step {
        let rt = self.options.paths.private();
        let index = self.tables().statement(ends.0);
        Step::Do(located(ours!(#rt::at(#index)), ends))
    }

    /// What goes after a statement: guards for what it bound, and notes of what it changed.
    fn after(&mut self, stmt: &mut Stmt, answers: Vec<Step>) -> Vec<Step> {
        let mut steps = answers;
        let changed = self.model.changed.get(&key::<Stmt>(stmt));
        if let Stmt::Local(local) = stmt {
            let guards = match &local.init {
                None => self.declare(&local.pat),
                Some(init) if never_ends(&init.expr) => return Vec::new(),
                Some(_) => self.guards_after_let(&mut local.pat),
            };
            steps.extend(guards);
        }
        for local in changed.into_iter().flatten() {
            let guard = guard(*local);
            steps.push(Step::Do(ours!(#guard.changed())));
        }
        steps
    }
}

/// Puts what is to be warned about under the attributes of a `let`.
fn expect_inside(local: &mut Local, steps: Vec<Step>) {
    let Some(init) = local.init.as_mut().filter(|_| !steps.is_empty()) else { return };
    let ends = ends_of(&init.expr);
    let value = Stmt::Expr(protected(take(&mut init.expr)), None);
    let stmts = steps.into_iter().map(Step::into_statement).chain([value]).collect();
    *init.expr = labelled(None, stmts, Vec::new(), ends);
}

/// Whether a `let` may have an initialiser that never gives a value.
fn may_never_end(stmt: &Stmt) -> bool {
    let Stmt::Local(Local { init: Some(init), .. }) = stmt else { return false };
    matches!(
        &*init.expr,
        Expr::Block(_)
            | Expr::Call(_)
            | Expr::If(_)
            | Expr::Loop(_)
            | Expr::Macro(_)
            | Expr::Match(_)
            | Expr::MethodCall(_)
            | Expr::Unsafe(_)
    )
}

/// The macro that is all of a statement's initialiser, or that a loop goes over, and of which nothing is expected.
fn free_value(stmt: &Stmt) -> Option<Key> {
    let value = match stmt {
        Stmt::Local(local) if pattern_annotation(&local.pat).is_none() => &*local.init.as_ref()?.expr,
        Stmt::Expr(Expr::ForLoop(body), _) => &*body.expr,
        _ => return None,
    };
    matches!(value, Expr::Macro(_)).then(|| key::<Expr>(value))
}

/// Whether a statement surely does nothing that a heap event could come from.
fn is_quiet(stmt: &Stmt) -> bool {
    match stmt {
        // What no pattern takes, and what a semicolon ends, is dropped at once.
        Stmt::Local(local) => local.init.as_ref().is_none_or(|init| {
            init.diverge.is_none() && is_quiet_expr(&init.expr) && !matches!(local.pat, Pat::Wild(_))
        }),
        Stmt::Expr(expr, semi) => is_quiet_expr(expr) && (semi.is_none() || matches!(expr, Expr::Lit(_))),
        Stmt::Item(_) => true,
        Stmt::Macro(_) => false,
    }
}

fn is_quiet_expr(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Path(_) | Expr::Closure(_) | Expr::Continue(_) | Expr::Async(_) => true,
        Expr::Reference(reference) => is_quiet_expr(&reference.expr),
        Expr::Field(field) => is_quiet_expr(&field.base),
        Expr::Paren(paren) => is_quiet_expr(&paren.expr),
        Expr::Cast(cast) => is_quiet_expr(&cast.expr),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_quiet_expr),
        Expr::Array(array) => array.elems.iter().all(is_quiet_expr),
        Expr::Repeat(repeat) => is_quiet_expr(&repeat.expr),
        _ => false,
    }
}
