//! Walks the body and rewrites it in place.

use std::collections::{HashMap, HashSet};

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprBlock, ExprForLoop, ExprStruct, Macro, Pat, Stmt};

use super::ends::Ends;
use super::kept::Matched;
use super::marks::{put_attrs, take_attrs};
use super::operands::Waiting;
use super::patterns;
use super::splits::Split;
use super::statements::Later;
use super::step::{brace, take, Step};
use super::tables::{BodyKind, Tables};
use super::temporaries::Like;
use super::Options;
use crate::body::{format_at, is_format, key, Key, Known, LocalId, Model};
use crate::plan::Plan;

/// The state of one rewriting.
#[expect(clippy::struct_excessive_bools, reason = "independent facts about the code around")]
pub(crate) struct Rewriter<'m> {
    pub(super) model: &'m Model,
    pub(super) plan: &'m Plan,
    pub(super) options: Options<'m>,
    pub(super) known: HashMap<Key, Known>,
    /// The frames around the code being rewritten, innermost last: the function, then closures.
    pub(super) frames: Vec<Tables>,
    /// What the code is the body of, innermost last.
    pub(super) bodies: Vec<BodyKind>,
    /// Whether the function's body is in a closure.
    pub(super) wrapped: bool,
    /// Whether the innermost body of a future awaits anything.
    pub(super) awaits: bool,
    /// Whether the innermost closure has a frame: without one, nothing in it is noted.
    pub(super) framed: bool,
    numbers: usize,
    /// Expressions matched in a chain of `let`s, which may not begin or end with a token of ours.
    pub(super) chained: HashMap<Key, Span>,
    /// What is known of values that a `let` takes apart, by the value.
    pub(super) split: HashMap<Key, Split>,
    /// The types of values that variables of ours announce the drops of, by what keeps the value.
    pub(super) by_local: HashMap<Key, Like>,
    /// Questions about values that patterns take apart, by the value.
    pub(super) matched: HashMap<Key, Matched>,
    /// Whether the function never returns: nothing can be asked that gives a value back.
    pub(super) never: bool,
    /// What is to be warned about under an `#[expect]` of the user's, which expects it once.
    pub(super) expected: Option<Vec<Step>>,
    /// The statement behind a `let` that may never end.
    pub(super) next: Option<Ends>,
    /// The value of a function whose type has no name.
    pub(super) opaque: Option<Key>,
    /// The macro that is the last statement of a function, and its value.
    pub(super) tail: Option<Key>,
    /// What is asked about the statements around, innermost last.
    pub(super) later: Vec<Option<Later>>,
    /// Locals for which there is something where `cfg` takes them away.
    pub(super) missing: HashSet<LocalId>,
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
            bodies: Vec::new(),
            wrapped: false,
            awaits: false,
            framed: true,
            numbers: 0,
            chained: HashMap::new(),
            split: HashMap::new(),
            by_local: HashMap::new(),
            matched: HashMap::new(),
            missing: HashSet::new(),
            later: Vec::new(),
            never: false,
            expected: None,
            next: None,
            opaque: None,
            tail: None,
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
        let format = is_format(mac).then(|| format_at(mac));
        for (index, arg) in known.args.iter_mut().enumerate() {
            match arg {
                // It has to stay what a macro can read.
                Expr::Macro(_) if format == Some(index) => {}
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
            Expr::Await(value) => {
                self.visit_expr_mut(&mut value.base);
                self.awaited(expr);
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
        let attrs = take_attrs(expr);
        let mut marks = self.prepare(node, expr);
        let watch = self.prepare_watch(node, expr, &mut marks);
        // What is only looked at stays as it is under attributes.
        let kept = self.prepare_kept(node, expr, &mut marks);
        let kept = kept.filter(|kept| attrs.is_empty() || !kept.is_looked_at());
        let assignment = self.prepare_assignment(node, expr, &mut marks);
        self.look_at_receiver(node, expr, &mut marks);
        let waiting = self.prepare_operands(node, expr, &mut marks);
        let questions = if let Expr::Macro(inner) = expr {
            self.known_macro(&mut inner.mac, waiting);
            Vec::new()
        } else {
            marks.waiting = waiting;
            self.children(expr)
        };
        if let Some(assignment) = assignment {
            self.announce_replaced(assignment, expr);
        }
        if !questions.is_empty() {
            let mut stmts: Vec<Stmt> = questions.into_iter().map(Step::into_statement).collect();
            stmts.push(Stmt::Expr(take(expr), None));
            let block = Block { brace_token: brace(), stmts };
            *expr = Expr::Block(ExprBlock { attrs: Vec::new(), label: None, block });
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
        put_attrs(attrs, expr);
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
