//! What a matched value of an enum still holds where no part of it was taken.
//!
//! The compiler knows the variant after a match: of an `Option` whose content another arm takes, nothing is
//! left to drop where it is `None`. So the trace looks, before the match, whether the variant holds anything.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Expr, Pat};

use super::questions::unreached;
use super::rewrite::Rewriter;
use super::step::{under, Step};
use crate::body::pattern::{field_attrs, left, takes, Left, Takes};
use crate::body::{is_root, key, unparenthesised};
use crate::paths::{guard, ours, probe};
use crate::plan::Part;

/// What to do about a match: before it, and once each pattern has matched.
pub(super) struct Matching {
    pub(super) before: Vec<Step>,
    pub(super) answers: Vec<Vec<Step>>,
}

/// The question whether the variant holds nothing.
pub(super) struct Emptiness {
    /// Which types of the standard library it is.
    kind: Ident,
    /// The types of what the patterns take.
    taken: Vec<Ident>,
}

impl Emptiness {
    /// Whether a pattern takes anything that needs dropping.
    pub(super) fn takes(&self) -> TokenStream {
        let taken = &self.taken;
        ours!(#(#taken.moves())||*)
    }

    pub(super) fn kind(&self) -> &Ident {
        &self.kind
    }
}

impl Rewriter<'_> {
    /// The questions about a value that patterns take apart, and their answers. `refutable` says that there is a way
    /// past all of the patterns.
    pub(super) fn matching(
        &mut self,
        scrutinee: &Expr,
        pats: &[(&Pat, &[Attribute])],
        refutable: bool,
    ) -> Matching {
        let mut matching = Matching { before: Vec::new(), answers: Vec::new() };
        for (pat, attrs) in pats {
            let question = self.question(scrutinee, pat).or_else(|| self.taken(scrutinee, pat));
            let (ask, answer) = question.map_or_else(Default::default, |it| (it.ask, vec![it.answer]));
            matching.before.extend(under(attrs, ask));
            matching.answers.push(answer);
        }
        if matching.answers.iter().any(|answer| !answer.is_empty()) {
            self.ask_for_emptiness(scrutinee, pats, refutable, &mut matching);
        }
        matching
    }

    fn ask_for_emptiness(
        &mut self,
        scrutinee: &Expr,
        pats: &[(&Pat, &[Attribute])],
        refutable: bool,
        matching: &mut Matching,
    ) {
        let passes = refutable || pats.iter().any(|(pat, _)| takes(pat) == Takes::Nothing);
        let plain = pats.iter().all(|(pat, attrs)| attrs.is_empty() && !has_attributes(self, pat));
        let variants = pats.iter().any(|(pat, _)| names_a_variant(pat));
        let mark = self.plan.scrutinees.get(&key::<Expr>(scrutinee)).cloned();
        let whole = mark.as_ref().map_or_else(
            || is_root(unparenthesised(scrutinee)),
            |mark| mark.part == Part::Whole && !mark.perhaps_another,
        );
        if !(passes && plain && variants && whole) {
            return;
        }
        let rt = self.options.paths.private();
        let (like, kind) = (probe(self.number()), probe(self.number()));
        let mut before = vec![Step::of(&like, ours!(#rt::probe())), Step::of(&kind, ours!(#rt::probe()))];
        let mut emptiness = Emptiness { kind, taken: Vec::new() };
        for ((pat, _), answer) in pats.iter().zip(&mut matching.answers) {
            let (probes, types) = self.types_of_bound(pat, &mut before);
            emptiness.taken.extend(probes);
            let kind = &emptiness.kind;
            if !types.is_empty() {
                answer.push(Step::Do(unreached(
                    &rt,
                    &ours!(
                        use #rt::{ViaKnown as _, ViaUnknown as _};
                        #(#types)*
                        #kind.same((&&#rt::variant(#like)).kind());
                    ),
                )));
            }
        }
        let takes = emptiness.takes();
        if mark.is_none() {
            for ((pat, _), answer) in pats.iter().zip(&mut matching.answers) {
                let left = self.left_by(scrutinee, pat, &mut matching.before);
                answer.extend(left.map(|rest| Step::Do(ours!(#rt::left(#takes, #rest)))));
            }
        }
        before.append(&mut matching.before);
        if let Some(mark) = mark {
            let (guard, kind) = (guard(mark.local), &emptiness.kind);
            // What the variant is now may change in place: it is asked at the local's end.
            before.push(Step::Do(ours!(#guard.looks_at_variant(#takes, &raw const #scrutinee, #kind))));
            before.push(Step::Do(self.unreached(&ours!(#like.like(&raw const #scrutinee);))));
        } else {
            self.watch_variant(unparenthesised(scrutinee), &like, emptiness, &mut before);
        }
        matching.before = before;
    }

    /// Whether what is left by a pattern that takes nothing needs dropping, where the pattern tells: it has no
    /// parts, or names them all.
    fn left_by(&mut self, scrutinee: &Expr, pat: &Pat, before: &mut Vec<Step>) -> Option<TokenStream> {
        if takes(pat) != Takes::Nothing || is_wild(pat) {
            return None;
        }
        match left(pat) {
            Left::Nothing => Some(ours!(false)),
            Left::Hidden => None,
            Left::Named if self.model.kept.contains_key(&key::<Expr>(unparenthesised(scrutinee))) => {
                Some(self.ask_for_the_rest(unparenthesised(scrutinee), pat, before))
            }
            Left::Named => {
                let rest = self.rest_in(&scrutinee.to_token_stream(), pat, before);
                before.push(Step::Do(rest.ask));
                Some(rest.answer)
            }
        }
    }
}

/// Whether a pattern names nothing of the value.
fn is_wild(pat: &Pat) -> bool {
    match pat {
        Pat::Wild(_) | Pat::Ident(_) => true,
        Pat::Paren(inner) => is_wild(&inner.pat),
        Pat::Guard(inner) => is_wild(&inner.pat),
        Pat::Or(or) => or.cases.iter().any(is_wild),
        _ => false,
    }
}

/// Whether a pattern looks like one of several variants.
fn names_a_variant(pat: &Pat) -> bool {
    match pat {
        Pat::TupleStruct(_) | Pat::Struct(_) => true,
        Pat::Paren(inner) => names_a_variant(&inner.pat),
        Pat::Guard(inner) => names_a_variant(&inner.pat),
        Pat::Ident(inner) => inner.subpat.as_ref().is_some_and(|(_, inner)| names_a_variant(inner)),
        Pat::Or(or) => or.cases.iter().any(names_a_variant),
        _ => false,
    }
}

fn has_attributes(rewriter: &Rewriter<'_>, pat: &Pat) -> bool {
    rewriter.bound(pat).iter().any(|(binding, _)| !field_attrs(pat, binding).is_empty())
}
