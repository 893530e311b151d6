//! Values without a name that stay until the end of their statement, or that a pattern takes apart.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::{Expr, Pat};

use super::breaks;
use super::ends::start_of;
use super::marks::{take_attrs, Wrapper};
use super::patterns::{Question, Rest};
use super::questions::{can_be_copied, closure_of, operands_of, statement_of, unreached};
use super::rewrite::Rewriter;
use super::step::{protected, take, Step};
use super::temporaries::{located, part_of, Like};
use super::variants::Emptiness;
use crate::body::pattern::{takes, Left};
use crate::body::{key, never_ends, root, unparenthesised, Discarded, Kept, Key};
use crate::paths::{self, ours, probe};
use crate::plan::Part;

/// How a value is watched that is kept until the end of its statement.
pub(super) struct Keep {
    why: Kept,
    site: u32,
    /// Where its type is asked for.
    like: Option<Like>,
    /// Whether it is left as it is, and its drop announced by the end of its block: then it has to get there.
    at_end: bool,
    /// Whether the compiler warns about it, or a copy, itself.
    is_call: bool,
}

impl Keep {
    pub(super) fn is_looked_at(&self) -> bool {
        self.why == Kept::LookedAt
    }
}

/// What is asked about a value that patterns take apart.
pub(super) struct Matched {
    like: Like,
    questions: Vec<TokenStream>,
    emptiness: Option<Emptiness>,
}

impl Rewriter<'_> {
    /// Prepares the watch on a value that is kept until the end of its statement.
    ///
    /// What a statement does not use, the compiler may warn about. A copy, which never runs, is there to be
    /// warned about in its place.
    pub(super) fn prepare_kept(&mut self, node: Key, expr: &Expr, wrapper: &mut Wrapper) -> Option<Keep> {
        let why = *self.model.kept.get(&node)?;
        if operands_of(expr).into_iter().any(never_ends) {
            // It is never there.
            return None;
        }
        let site = self.value_site(expr);
        let Kept::Discarded(discarded) = why else {
            let like = (why != Kept::LookedAt).then(|| Like::of(expr, probe(self.number())));
            return Some(Keep { why, site, like, at_end: false, is_call: false });
        };
        let like = probe(self.number());
        let is_call = matches!(expr, Expr::Call(_) | Expr::MethodCall(_));
        let may_never_end = discarded == Discarded::LastOfAny;
        // A call of what is watched begins with a token of ours: a warning about it would stand there.
        let is_used = self.model.used.contains_key(&node);
        let mut at_end = is_call && !is_used && !breaks::at_all(expr);
        if at_end && may_never_end {
            // Where it gives its type in passing, there would be a way past it.
            match self.unused_copy(expr, wrapper) {
                Some(copy) => {
                    let copy = closure_of(&copy);
                    wrapper.before.push(self.unreached(&ours!(#like.result(#copy);)));
                }
                None => at_end = false,
            }
        }
        // A question about its receiver holds a copy.
        if is_call && !at_end && !is_used {
            self.copy_for_lint(expr, wrapper);
        }
        let mut like = Like::of(expr, like);
        // A labelled block would be a way past a call that never returns.
        like.by_call |= may_never_end;
        Some(Keep { why, site, like: Some(like), at_end, is_call })
    }

    /// Adds a copy of a call whose value is not used, which never runs: the compiler may warn about that.
    fn copy_for_lint(&mut self, expr: &Expr, wrapper: &mut Wrapper) {
        if let Some(copy) = self.unused_copy(expr, wrapper) {
            let (rt, copy) = (self.options.paths.private(), statement_of(&copy));
            wrapper.before.push(self.unreached(&ours!(#rt::once(#copy);)));
        }
    }

    /// A copy of a call, with types in place of operands that do anything.
    fn unused_copy(&mut self, expr: &Expr, wrapper: &mut Wrapper) -> Option<Expr> {
        can_be_copied(expr, false).then(|| self.copy_of(expr, does_nothing, wrapper))
    }

    pub(super) fn keep(&mut self, keep: Keep, node: Key, expr: &mut Expr) {
        let rt = self.options.paths.private();
        let Keep { why, site, like, at_end, is_call } = keep;
        let (span, attrs) = (start_of(expr), take_attrs(expr));
        let ends = self.tables().ends(site);
        // A call that may never return has given its type before, if its block is to announce its drop.
        if let Some(like) = like.as_ref().filter(|like| !(at_end && like.by_call)) {
            self.give_type(expr, like);
        }
        let matched = self.matched.remove(&node);
        if let Some(Matched { like, .. }) = &matched {
            self.give_type(expr, like);
        }
        let like = like.map(|like| like.probe);
        let value = protected(take(expr));
        let declared = like.as_ref().map(|like| ours!(let #like = #rt::probe();));
        if let Some(like) = like.as_ref().filter(|_| at_end) {
            let (end, announce) = (paths::end(), paths::announce(site));
            *expr = Expr::Verbatim(ours!(#(#attrs)* {
                #declared
                let #end = #rt::end();
                { let #announce = #rt::at_end(#like.moves(), #site); #value };
            }));
            return;
        }
        let watched = match matched {
            Some(Matched { questions, emptiness: None, .. }) => {
                ours!(#rt::used(#value, { #(#questions)* false }, #site))
            }
            Some(Matched { questions, emptiness: Some(emptiness), .. }) => {
                let (takes, kind) = (emptiness.takes(), emptiness.kind());
                ours!(#rt::matched(#value, { #(#questions)* #takes }, #kind, #site))
            }
            None => ours!(#rt::temporary(#value, #site)),
        };
        let watched = located(watched, ends);
        *expr = Expr::Verbatim(match (why, like) {
            (Kept::Discarded(_), like) => {
                let span = Span::call_site().located_at(span);
                let lint = like.filter(|_| !is_call).map(|like| quote_spanned!(span=> #like.value();));
                let lint = lint.map(|lint| self.unreached(&lint));
                ours!(#(#attrs)* { #declared #lint match #watched { _ => {} } })
            }
            (Kept::ByWildcard, Some(like)) => {
                let span = Span::call_site().located_at(span);
                let lint = self.unreached(&quote_spanned!(span=> let _ = #like.value();));
                ours!({ #declared #lint #watched })
            }
            _ => ours!(#watched.value),
        });
    }

    /// What a pattern takes from a value that has no name: what to declare before, and what to say once the
    /// pattern has matched.
    pub(super) fn taken(&mut self, scrutinee: &Expr, pat: &Pat) -> Option<Question> {
        let scrutinee = unparenthesised(scrutinee);
        self.model.kept.get(&key::<Expr>(root(scrutinee)))?;
        let left = takes(pat).left()?;
        let rt = self.options.paths.private();
        let moves = self.any_needs_drop(pat);
        let mut ask = Vec::new();
        let rest = match (part_of(scrutinee), left) {
            (Part::BoxContent, _) => ours!(#rt::Some(true)),
            (Part::Fields, _) | (Part::Whole, Left::Hidden) => ours!(#rt::None),
            (Part::Whole, Left::Nothing) => ours!(#rt::Some(false)),
            (Part::Whole, Left::Named) => {
                let rest = self.ask_for_the_rest(scrutinee, pat, &mut ask);
                ours!(#rt::Some(#rest))
            }
        };
        Some(Question { ask, answer: Step::Do(ours!(#rt::taken(#moves, #rest))) })
    }

    /// Looks, when the value is there, whether its variant holds anything.
    pub(super) fn watch_variant(
        &mut self,
        value: &Expr,
        like: &Ident,
        emptiness: Emptiness,
        before: &mut Vec<Step>,
    ) {
        let known = self.matched.entry(key::<Expr>(value));
        let matched = known.or_insert_with(|| Matched {
            like: Like::of(value, like.clone()),
            questions: Vec::new(),
            emptiness: None,
        });
        if matched.like.probe != *like {
            let (other, rt) = (&matched.like.probe, self.options.paths.private());
            before.push(Step::Do(unreached(&rt, &ours!(#rt::alike(#other, #like);))));
        }
        matched.emptiness = Some(emptiness);
    }

    /// Whether what a pattern leaves of a value needs dropping.
    pub(super) fn ask_for_the_rest(
        &mut self,
        scrutinee: &Expr,
        pat: &Pat,
        before: &mut Vec<Step>,
    ) -> TokenStream {
        let rt = self.options.paths.private();
        let number = self.number();
        let matched = self.matched.entry(key::<Expr>(scrutinee)).or_insert_with(|| {
            let like = probe(number);
            before.push(Step::of(&like, ours!(#rt::probe())));
            Matched { like: Like::of(scrutinee, like), questions: Vec::new(), emptiness: None }
        });
        let like = matched.like.probe.clone();
        let Rest { ask, answer } = self.rest_of(&like, pat, before);
        if let Some(matched) = self.matched.get_mut(&key::<Expr>(scrutinee)) {
            matched.questions.push(ask);
        }
        answer
    }
}

/// Whether a copy of an operand, in code that never runs, is as good as its type.
fn does_nothing(operand: &Expr) -> bool {
    match operand {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Field(field) => does_nothing(&field.base),
        Expr::Reference(borrow) => {
            matches!(&*borrow.expr, Expr::Path(_) | Expr::Field(_)) && does_nothing(&borrow.expr)
        }
        Expr::Paren(inner) => does_nothing(&inner.expr),
        _ => false,
    }
}
