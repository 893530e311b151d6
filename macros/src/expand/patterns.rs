//! Matching on a local in place: does the pattern take the value, or a part of it, and what is left?

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote_spanned, ToTokens};
use syn::visit_mut::VisitMut;
use syn::{
    token, BinOp, Block, Expr, ExprBinary, ExprBlock, ExprIf, ExprMatch, ExprWhile, Pat, PatIdent, Stmt,
};

use super::ends::start_of;
use super::questions::unreached;
use super::rewrite::Rewriter;
use super::step::{block_expr, take, under, Step};
use super::variants::Matching;
use crate::body::pattern::{bare, bindings, complement, field_attrs, takes, Left};
use crate::body::{key, LocalId};
use crate::paths::{guard, ours, probe, rest};
use crate::plan::{Mark, Part};

/// A question to the compiler, and what to do with the answer once the pattern has matched.
pub(super) struct Question {
    pub(super) ask: Vec<Step>,
    pub(super) answer: Step,
}

/// What a pattern leaves of what it matches.
pub(super) struct Rest {
    /// Gives the types to probes, in code that is never reached.
    pub(super) ask: TokenStream,
    /// Whether any of it needs dropping.
    pub(super) answer: TokenStream,
}

impl Rewriter<'_> {
    /// The question about one pattern, if `scrutinee` is a local matched in place.
    ///
    /// What is bound tells whether anything was taken: a binding whose type needs dropping holds a part
    /// that is in the local no more.
    pub(super) fn question(&mut self, scrutinee: &Expr, pat: &Pat) -> Option<Question> {
        let mark = self.plan.scrutinees.get(&key::<Expr>(scrutinee))?.clone();
        let left = takes(pat).left()?;
        let guard = guard(mark.local);
        let site = self.tables().site(mark.into, mark.span);
        let moves = self.any_needs_drop(pat);
        if mark.perhaps_another {
            // By the time of the answer the local's address cannot be asked for.
            let answer = Step::Do(ours!(if #moves { #guard.maybe_moved(#site); }));
            return Some(Question { ask: Vec::new(), answer });
        }
        let mut ask = Vec::new();
        let answer = match (left, mark.part) {
            (Left::Named, Part::Whole) if !mark.in_parts => {
                let rest = self.rest_in(&scrutinee.to_token_stream(), pat, &mut ask);
                ask.push(Step::Do(rest.ask));
                let rest = rest.answer;
                ours!(#guard.moved_rest(#moves, #rest, #site))
            }
            (Left::Hidden, Part::Whole) if !mark.in_parts => {
                let (steps, rest) = self.rest_in_place(scrutinee, pat);
                ask = steps;
                ours!(#guard.moved_but_for(#moves, #rest, #site))
            }
            (Left::Named | Left::Hidden, Part::Whole) => ours!(#guard.moved_part(#moves, #site)),
            _ => part_answer(&mark, &moves, site),
        };
        Some(Question { ask, answer: Step::Do(answer) })
    }

    /// Whether one of the values that a pattern has bound needs dropping.
    pub(super) fn any_needs_drop(&self, pat: &Pat) -> TokenStream {
        let rt = self.options.paths.private();
        let bound = self.bound(pat);
        let by_value = bound.into_iter().filter(|(binding, _)| binding.by_ref.is_none());
        let mut asked = ours!(false);
        for (binding, id) in by_value {
            let name = self.mention(id, &binding.ident);
            let question = ours!(#rt::needs_drop(&#name));
            let cfgs: Vec<_> =
                field_attrs(pat, binding).iter().filter(|attr| attr.path().is_ident("cfg")).collect();
            asked = if cfgs.is_empty() {
                ours!(#asked || #question)
            } else {
                // An element of an array may be left out with its field; an operand may not.
                ours!(#asked || [false, #(#cfgs)* #question].contains(&true))
            };
        }
        asked
    }

    /// Declares a probe and asks it, in dead code.
    pub(super) fn declare_probe(&mut self, asked: &TokenStream) -> (Ident, Vec<Step>) {
        let rt = self.options.paths.private();
        let probe = probe(self.number());
        let steps = vec![
            Step::of(&probe, ours!(#rt::probe())),
            Step::Do(self.unreached(&ours!(let _ = #probe.#asked;))),
        ];
        (probe, steps)
    }

    /// Asks for the types of what a pattern leaves of a place.
    ///
    /// ```text
    /// (a, _)                if false && stop() { match place { (_, rest1) => { probe1.same(rest1); } _ => {} } }
    /// ```
    pub(super) fn rest_in(&mut self, place: &TokenStream, pat: &Pat, declare: &mut Vec<Step>) -> Rest {
        let rt = self.options.paths.private();
        let mut types = Vec::new();
        let mut probes = Vec::new();
        let mut pat = bare(pat).clone();
        complement(&mut pat, &mut || {
            let (name, like) = (rest(probes.len() + 1), probe(self.number()));
            types.push(ours!(#like.same(#name);));
            probes.push(like);
            PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident: name, subpat: None }
        });
        declare.extend(probes.iter().map(|probe| Step::of(probe, ours!(#rt::probe()))));
        let ask = unreached(&rt, &ours!(match #place { #pat => { #(#types)* } _ => {} }));
        Rest { ask, answer: ours!((false #(|| #probes.moves())*)) }
    }

    /// Asks the question of `rest_in` about a value of the type of `like`.
    pub(super) fn rest_of(&mut self, like: &Ident, pat: &Pat, declare: &mut Vec<Step>) -> Rest {
        self.rest_in(&ours!(#like.value()), pat, declare)
    }

    pub(super) fn match_expr(&mut self, matching: &mut ExprMatch) -> Vec<Step> {
        let pats: Vec<_> = matching.arms.iter().map(|arm| (&arm.pat, &*arm.attrs)).collect();
        let Matching { mut before, answers } = self.matching(&matching.expr, &pats, false);
        self.visit_expr_mut(&mut matching.expr);
        for (arm, answer) in matching.arms.iter_mut().zip(answers) {
            let attrs = arm.attrs.clone();
            let guarded = match &mut arm.pat {
                Pat::Guard(guard) => {
                    let (ask, answers) = self.ask_condition(&guard.guard);
                    before.extend(under(&attrs, ask));
                    self.visit_expr_mut(&mut guard.guard);
                    answers
                }
                _ => Vec::new(),
            };
            let mut entry = answer;
            entry.extend(self.guards_on_entry(&mut arm.pat));
            if let Pat::Guard(guard) = &mut arm.pat {
                entry.extend(self.guards_of_lets(&mut guard.guard, &mut guarded.into_iter()));
            }
            self.enter_expr(&mut arm.body, entry);
        }
        before
    }

    /// What the `let`s in the guard of an arm bind moves into the arm's body, behind what the arm's pattern binds: it is
    /// dropped first.
    fn guards_of_lets(
        &mut self,
        cond: &mut Expr,
        answers: &mut impl Iterator<Item = Vec<Step>>,
    ) -> Vec<Step> {
        match cond {
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) => {
                let mut steps = self.guards_of_lets(&mut binary.left, answers);
                steps.extend(self.guards_of_lets(&mut binary.right, answers));
                steps
            }
            Expr::Let(condition) => {
                let mut steps = answers.next().unwrap_or_default();
                steps.extend(self.guards_on_entry(&mut condition.pat));
                steps
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn if_expr(&mut self, branch: &mut ExprIf) -> Vec<Step> {
        let (before, answers) = self.ask_condition(&branch.cond);
        self.visit_expr_mut(&mut branch.cond);
        let inserted = self.statements(&mut branch.then_branch);
        let entry = self.condition(&mut branch.cond, answers);
        self.enter(&mut branch.then_branch, entry, inserted);
        if let Some((_, other)) = &mut branch.else_branch {
            let start = start_of(other);
            let was_if = matches!(&**other, Expr::If(_));
            self.visit_expr_mut(other);
            if !matches!(&**other, Expr::If(_)) && (was_if || !matches!(&**other, Expr::Block(_))) {
                // The last token of the whole tells the compiler of what edition it is: in 2024, what an `if let` looks at
                // ends before its `else`.
                let stmts = vec![Stmt::Expr(take(other), None)];
                **other = block_expr(Block { brace_token: token::Brace(start), stmts });
            }
        }
        before
    }

    pub(super) fn while_expr(&mut self, body: &mut ExprWhile) -> Vec<Step> {
        let (before, answers) = self.ask_condition(&body.cond);
        self.visit_expr_mut(&mut body.cond);
        let inserted = self.statements(&mut body.body);
        let entry = self.condition(&mut body.cond, answers);
        self.enter(&mut body.body, entry, inserted);
        before
    }

    /// The questions about the `let`s of a condition, and an answer for each of them.
    fn ask_condition(&mut self, cond: &Expr) -> (Vec<Step>, Vec<Vec<Step>>) {
        let mut before = Vec::new();
        let mut answers = Vec::new();
        let mut bound: Vec<LocalId> = Vec::new();
        let in_chain = !matches!(cond, Expr::Let(_));
        for operand in operands(cond) {
            let Expr::Let(condition) = operand else { continue };
            if in_chain {
                self.chained.insert(key::<Expr>(&condition.expr), condition.let_token.span);
            }
            let mark = self.plan.scrutinees.get(&key::<Expr>(&condition.expr)).cloned();
            let inner = mark.filter(|mark| bound.contains(&mark.local));
            if let Some(mark) = inner {
                // Bound by this very condition: it cannot be asked about before.
                let (guard, site) = (guard(mark.local), self.tables().site(mark.into, mark.span));
                answers.push(vec![Step::Do(ours!(#guard.maybe_moved(#site)))]);
            } else {
                let pats = [(&*condition.pat, &[][..])];
                let mut matching = self.matching(&condition.expr, &pats, true);
                before.append(&mut matching.before);
                answers.push(matching.answers.pop().unwrap_or_default());
            }
            let ids = bindings(&condition.pat);
            bound.extend(ids.iter().filter_map(|b| self.model.bindings.get(&key::<PatIdent>(b))));
        }
        (before, answers)
    }

    /// Puts the guards of a condition's bindings where they belong: at the start of the block that
    /// follows (returned), or in a chain, where a later operand may still fail, behind each `let`.
    fn condition(&mut self, cond: &mut Expr, answers: Vec<Vec<Step>>) -> Vec<Step> {
        let mut answers = answers.into_iter();
        if let Expr::Let(condition) = cond {
            let mut entry = answers.next().unwrap_or_default();
            entry.extend(self.guards_on_entry(&mut condition.pat));
            return entry;
        }
        let last = match cond {
            Expr::Binary(ExprBinary { left, op: BinOp::And(_), right, .. }) => {
                if operands(left).iter().any(|operand| matches!(operand, Expr::Let(_))) {
                    self.chain(left, &mut answers);
                }
                right
            }
            _ => return Vec::new(),
        };
        // Behind the last one, nothing fails: what it took is not there on any other way.
        match &mut **last {
            Expr::Let(condition) => {
                let mut entry = answers.next().unwrap_or_default();
                entry.extend(self.guards_on_entry(&mut condition.pat));
                entry
            }
            _ => Vec::new(),
        }
    }

    fn chain(&mut self, cond: &mut Expr, answers: &mut impl Iterator<Item = Vec<Step>>) {
        match cond {
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) => {
                self.chain(&mut binary.left, answers);
                self.chain(&mut binary.right, answers);
            }
            Expr::Let(condition) => {
                let let_token = condition.let_token;
                let mut steps = answers.next().unwrap_or_default();
                steps.extend(self.guards_on_entry(&mut condition.pat));
                for step in steps {
                    *cond = and(take(cond), step.into_operand(let_token), let_token.span);
                }
            }
            _ => {}
        }
    }
}

/// What an answer says to the local's guard.
pub(super) fn part_answer(mark: &Mark, moves: &TokenStream, site: u32) -> TokenStream {
    let guard = guard(mark.local);
    match mark.part {
        Part::Whole => ours!(#guard.moved_if(#moves, #site)),
        Part::Fields => ours!(#guard.moved_part(#moves, #site)),
        Part::BoxContent => ours!(#guard.moved_rest(#moves, true, #site)),
    }
}

/// The operands of a row of `&&`.
fn operands(cond: &Expr) -> Vec<&Expr> {
    match cond {
        Expr::Binary(ExprBinary { left, op: BinOp::And(_), right, .. }) => {
            let mut all = operands(left);
            all.extend(operands(right));
            all
        }
        _ => vec![cond],
    }
}

/// `left && right`; the operator is the user's too, since its edition is looked at.
fn and(left: Expr, right: Expr, span: Span) -> Expr {
    let (left, right) = (left.into_token_stream(), right.into_token_stream());
    Expr::Verbatim(quote_spanned!(span=> #left && #right))
}

/// Makes the first and the last token of an expression the user's: in a chain of `let`s, the compiler
/// looks at the edition of the whole.
pub(super) fn end_as_the_users(expr: &mut Expr, span: Span) {
    if let Some(mut block) = take_wrapped(expr) {
        block.block.brace_token = token::Brace(span);
        *expr = Expr::Block(block);
        return;
    }
    let mut leftmost = expr;
    loop {
        leftmost = match leftmost {
            Expr::MethodCall(call) => &mut call.receiver,
            Expr::Call(call) => &mut call.func,
            Expr::Field(field) => &mut field.base,
            Expr::Index(index) => &mut index.expr,
            Expr::Try(value) => &mut value.expr,
            Expr::Binary(binary) => &mut binary.left,
            Expr::Paren(paren) => {
                paren.paren_token = token::Paren(span);
                return;
            }
            Expr::Verbatim(tokens) => {
                *tokens = ended(std::mem::take(tokens), span);
                return;
            }
            _ => return,
        };
    }
}

/// A path, call or field of ours as if the user had written it; what is inside of its parentheses stays.
fn ended(tokens: TokenStream, span: Span) -> TokenStream {
    let respanned = tokens.into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    respanned.collect()
}

/// The block that stands around an expression, without its parentheses.
fn take_wrapped(expr: &mut Expr) -> Option<ExprBlock> {
    match expr {
        Expr::Paren(paren) => take_wrapped(&mut paren.expr),
        Expr::Block(_) => match take(expr) {
            Expr::Block(block) => Some(block),
            _ => None,
        },
        _ => None,
    }
}
