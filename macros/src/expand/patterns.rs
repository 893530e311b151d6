//! Matching on a local in place: does the pattern take the value, or a part of it, and what is left?

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote_spanned, ToTokens};
use syn::visit_mut::VisitMut;
use syn::{
    token, BinOp, Block, Expr, ExprBinary, ExprBlock, ExprIf, ExprMatch, ExprWhile, Pat, PatIdent, Stmt,
};

use super::rewrite::Rewriter;
use super::step::{block_expr, brace, take, Step};
use super::variants::Matching;
use crate::body::pattern::{bare, bindings, complement, field_attrs, takes, Left};
use crate::body::{key, LocalId};
use crate::paths::{self, guard, ours, probe, rest};
use crate::plan::{Mark, Part};

/// A question to the compiler, and what to do with the answer once the pattern has matched.
pub(super) struct Question {
    pub(super) ask: Vec<Step>,
    pub(super) answer: Step,
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
                let (rest, question) = self.declare_probe(&dead_match(scrutinee, pat));
                ask = question;
                ours!(#guard.moved_rest(#moves, #rest.moves(), #site))
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
            Step::Do(ours!(if false { let _ = #probe.#asked; loop {} })),
        ];
        (probe, steps)
    }

    pub(super) fn match_expr(&mut self, matching: &mut ExprMatch) -> Vec<Step> {
        let pats: Vec<_> = matching.arms.iter().map(|arm| (&arm.pat, &*arm.attrs)).collect();
        let Matching { before, answers } = self.matching(&matching.expr, &pats, false);
        self.visit_expr_mut(&mut matching.expr);
        for (arm, answer) in matching.arms.iter_mut().zip(answers) {
            if let Pat::Guard(guard) = &mut arm.pat {
                self.visit_expr_mut(&mut guard.guard);
            }
            let mut entry = answer;
            entry.extend(self.guards_on_entry(&mut arm.pat));
            self.enter_expr(&mut arm.body, entry);
        }
        before
    }

    pub(super) fn if_expr(&mut self, branch: &mut ExprIf) -> Vec<Step> {
        let (before, answers) = self.ask_condition(&branch.cond);
        self.visit_expr_mut(&mut branch.cond);
        let inserted = self.statements(&mut branch.then_branch);
        let entry = self.condition(&mut branch.cond, answers);
        self.enter(&mut branch.then_branch, entry, inserted);
        if let Some((_, other)) = &mut branch.else_branch {
            self.visit_expr_mut(other);
            if !matches!(&**other, Expr::If(_) | Expr::Block(_)) {
                let stmts = vec![Stmt::Expr(take(other), None)];
                **other = block_expr(Block { brace_token: brace(), stmts });
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
        let has_let = operands(cond).iter().any(|operand| matches!(operand, Expr::Let(_)));
        if has_let {
            self.chain(cond, &mut answers);
        }
        Vec::new()
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

/// `bind(|| match scrutinee { complement => …, _ => {} })`
pub(super) fn dead_match(scrutinee: &Expr, pat: &Pat) -> TokenStream {
    let pat = &complemented(pat);
    let uses = bindings(pat).into_iter().map(|binding| {
        let ident = &binding.ident;
        ours!(let _ = &#ident;)
    });
    ours!(bind(|| match #scrutinee { #pat => { #(#uses)* } _ => {} }))
}

/// The question to `rest` what a pattern leaves of a value of the type of `like`, in dead code.
pub(super) fn dead_match_of(like: &Ident, rest: &Ident, pat: &Pat) -> TokenStream {
    let value = paths::value();
    let question = dead_match(&Expr::Verbatim(ours!(#value)), pat);
    ours!(if false {
        let #value = #like.value();
        let _ = #rest.#question;
        loop {}
    })
}

fn complemented(pat: &Pat) -> Pat {
    let mut pat = bare(pat).clone();
    let mut number = 0_usize;
    complement(&mut pat, &mut || {
        number += 1;
        PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident: rest(number), subpat: None }
    });
    pat
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
