//! Walks the body and rewrites it in place.

use std::collections::HashMap;

use proc_macro2::{Ident, Span, TokenStream};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprBlock, ExprForLoop, ExprStruct, Macro, Pat, Stmt};

use super::ends::{ends_of_statement, Ends};
use super::kept::Matched;
use super::marks::take_attrs;
use super::operands::Waiting;
use super::patterns;
use super::splits::Split;
use super::step::{brace, take, under, Step};
use super::tables::{BodyKind, Tables};
use super::temporaries::located;
use super::Options;
use crate::body::{key, statements, Key, Known, Model};
use crate::paths::{guard, ours};
use crate::plan::Plan;

/// The state of one rewriting.
pub(crate) struct Rewriter<'m> {
    pub(super) model: &'m Model,
    pub(super) plan: &'m Plan,
    pub(super) options: Options<'m>,
    pub(super) known: HashMap<Key, Known>,
    /// The frames around the code being rewritten, innermost last: the function, then closures.
    pub(super) frames: Vec<Tables>,
    /// The return type of the function and of each closure around the code, where it can be named.
    pub(super) returns: Vec<Option<TokenStream>>,
    /// What the code is the body of, innermost last.
    pub(super) bodies: Vec<BodyKind>,
    /// Whether the function's body is in a closure.
    pub(super) wrapped: bool,
    /// Whether the innermost closure has a frame: without one, nothing in it is noted.
    pub(super) framed: bool,
    numbers: usize,
    /// Expressions matched in a chain of `let`s, which may not begin or end with a token of ours.
    pub(super) chained: HashMap<Key, Span>,
    /// What is known of values that a `let` takes apart, by the value.
    pub(super) split: HashMap<Key, Split>,
    /// The types of values that variables of ours announce the drops of, by what keeps the value.
    pub(super) by_local: HashMap<Key, Ident>,
    /// Questions about values that patterns take apart, by the value.
    pub(super) matched: HashMap<Key, Matched>,
}

impl<'m> Rewriter<'m> {
    pub(super) fn new(
        model: &'m Model,
        plan: &'m Plan,
        options: Options<'m>,
        known: HashMap<Key, Known>,
    ) -> Self {
        Self {
            model,
            plan,
            options,
            known,
            frames: vec![Tables::default()],
            returns: Vec::new(),
            bodies: Vec::new(),
            wrapped: false,
            framed: true,
            numbers: 0,
            chained: HashMap::new(),
            split: HashMap::new(),
            by_local: HashMap::new(),
            matched: HashMap::new(),
        }
    }

    pub(super) fn tables(&mut self) -> &mut Tables {
        if self.frames.is_empty() {
            self.frames.push(Tables::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// A number no other generated name of this function has.
    pub(super) fn number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers
    }

    /// Rewrites the statements of a block; says whether anything was inserted.
    pub(super) fn statements(&mut self, block: &mut Block) -> bool {
        let mut around = Vec::new();
        // In place first: a node that moves loses its identity.
        for stmt in &mut block.stmts {
            let attrs = statements::attrs(stmt).to_vec();
            let (before, answers) = self.before(stmt);
            self.visit_stmt_mut(stmt);
            let after = self.after(stmt, answers);
            around.push((under(&attrs, before), under(&attrs, after)));
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
    fn before(&mut self, stmt: &Stmt) -> (Vec<Step>, Vec<Step>) {
        let mut steps = Vec::new();
        let mut answers = Vec::new();
        if self.framed && !is_quiet(stmt) {
            steps.push(self.at(ends_of_statement(stmt)));
        }
        match stmt {
            Stmt::Local(local) => {
                let init = local.init.as_ref();
                if let Some(init) = init {
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
            Stmt::Macro(stmt) => steps.extend(self.ask_before_macro(key::<Macro>(&stmt.mac), &stmt.mac)),
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
                Some(init) if diverges(&init.expr) => return Vec::new(),
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

    fn for_loop(&mut self, body: &mut ExprForLoop) {
        let iterated = self.prepare_iterated(&body.expr);
        self.visit_expr_mut(&mut body.expr);
        if let Some(site) = iterated {
            self.iterate(site, &mut body.expr);
        }
        let inserted = self.statements(&mut body.body);
        let entry = self.guards_on_entry(&mut body.pat);
        self.enter(&mut body.body, entry, inserted);
    }

    fn struct_expr(&mut self, fields: &mut ExprStruct) {
        for field in &mut fields.fields {
            self.visit_expr_mut(&mut field.expr);
        }
        if let Some(rest) = &mut fields.rest {
            self.visit_expr_mut(rest);
        }
        spell_out(fields);
    }

    fn known_macro(&mut self, mac: &mut Macro, waiting: Option<Waiting>) {
        let Some(mut known) = self.known.remove(&key::<Macro>(mac)) else { return };
        for arg in &mut known.args {
            match arg {
                Expr::Assign(assign) => self.visit_expr_mut(&mut assign.right),
                _ => self.visit_expr_mut(arg),
            }
        }
        if let Some(waiting) = waiting {
            self.wait(waiting, mac.path.span(), known.args.iter_mut().collect());
        }
        mac.tokens = known.into_tokens();
    }

    /// Rewrites what is inside; gives the questions to be asked before.
    fn children(&mut self, expr: &mut Expr) -> Vec<Step> {
        match expr {
            Expr::If(branch) => return self.if_expr(branch),
            Expr::While(body) => return self.while_expr(body),
            Expr::Match(matching) => return self.match_expr(matching),
            Expr::ForLoop(body) => self.for_loop(body),
            Expr::Struct(fields) => self.struct_expr(fields),
            Expr::Closure(closure) => self.closure(closure),
            Expr::Repeat(repeat) => self.visit_expr_mut(&mut repeat.expr),
            Expr::Async(block) => {
                if let Some(future) = self.async_block(block) {
                    *expr = Expr::Verbatim(future);
                }
            }
            // None of ours to touch.
            Expr::Const(_) | Expr::Verbatim(_) => {}
            _ => visit_mut::visit_expr_mut(self, expr),
        }
        Vec::new()
    }
}

impl VisitMut for Rewriter<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let node = key::<Expr>(expr);
        let mut marks = self.prepare(node, expr);
        let watch = self.prepare_watch(node, expr, &mut marks);
        let kept = self.prepare_kept(node, expr, &mut marks);
        let replaced = self.model.replaced.get(&node).map(|of| (*of, self.place_site(expr)));
        let waiting = self.prepare_operands(node, expr, &mut marks);
        let questions = if let Expr::Macro(inner) = expr {
            self.known_macro(&mut inner.mac, waiting);
            Vec::new()
        } else {
            marks.waiting = waiting;
            self.children(expr)
        };
        if let Some((of, site)) = replaced {
            self.replaced(of, site, expr);
        }
        if !questions.is_empty() {
            // Where the expression is not compiled, nobody answers the questions.
            let attrs = take_attrs(expr);
            let mut stmts: Vec<Stmt> = questions.into_iter().map(Step::into_statement).collect();
            stmts.push(Stmt::Expr(take(expr), None));
            let block = Block { brace_token: brace(), stmts };
            *expr = Expr::Block(ExprBlock { attrs, label: None, block });
        }
        if let Some(watch) = watch {
            self.watch(watch, expr);
        }
        self.wrap(marks, expr);
        if let Some(kept) = kept {
            self.keep(kept, node, expr);
        }
        self.split(node, expr);
        if let Some(span) = self.chained.get(&node) {
            patterns::end_as_the_users(expr, *span);
        }
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        let inserted = self.statements(block);
        self.enter(block, Vec::new(), inserted);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        self.known_macro(mac, None);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_pat_mut(&mut self, _: &mut Pat) {}

    fn visit_type_mut(&mut self, _: &mut syn::Type) {}

    fn visit_path_mut(&mut self, _: &mut syn::Path) {}

    fn visit_angle_bracketed_generic_arguments_mut(&mut self, _: &mut syn::AngleBracketedGenericArguments) {}

    fn visit_attribute_mut(&mut self, _: &mut syn::Attribute) {}
}

/// `S { x }` has become `S { x: { …; x } }`, where a field is more than a name now.
pub(super) fn spell_out(fields: &mut ExprStruct) {
    for field in &mut fields.fields {
        if !matches!(field.expr, Expr::Path(_)) {
            field.colon_token.get_or_insert_with(Default::default);
        }
    }
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

/// Whether an initialiser surely never gives a value: nothing may follow that would be unreachable.
fn diverges(expr: &Expr) -> bool {
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Macro(inner) => crate::body::diverges(&inner.mac),
        _ => false,
    }
}
