//! `let (a, _) = f();`: what a pattern leaves of a value without a name is dropped when the statement ends, or,
//! where the pattern has a `ref`, with the block.

use proc_macro2::{Ident, TokenStream};
use syn::{Expr, Local, Pat};

use super::patterns::Rest;
use super::rewrite::Rewriter;
use super::step::{protected, take, Step};
use super::temporaries::{located, part_of, Like};
use crate::body::pattern::{bare, left, unbound, Left};
use crate::body::{key, pattern_annotation, root, root_mut, unparenthesised, Key};
use crate::paths::{self, ours, probe};
use crate::plan::Part;

/// What is known of a value that a `let` takes apart.
pub(super) struct Split {
    like: Like,
    questions: Vec<TokenStream>,
    /// Whether anything is taken that needs dropping.
    takes: TokenStream,
    /// Whether what remains needs dropping: an `Option<bool>`.
    rest: TokenStream,
    /// Where the pattern may not match.
    unmatched: Option<Unmatched>,
    site: u32,
}

struct Unmatched {
    /// A closure that says of a value whether the pattern matches.
    matches: TokenStream,
    /// The probe for the kind of the value.
    kind: TokenStream,
}

/// ```text
/// let Some((a, _)) = *f()       |value| match **value { Some((_, _)) => true, _ => false }
/// ```
fn matches(place: &Expr, pat: &Pat) -> TokenStream {
    let (value, pat) = (paths::value(), unbound(pat));
    let mut place = place.clone();
    *root_mut(&mut place) = Expr::Verbatim(ours!((*#value)));
    ours!(|#value| match #place { #pat => true, _ => false })
}

impl Rewriter<'_> {
    /// Asks about the value that a `let` takes apart: before the statement, and behind it.
    ///
    /// ```text
    /// let (a, _) = f();     let probe1 = probe(); let probe2 = probe(); let probe3 = probe();
    ///                       let (a, _) = split('__tm4: { … f() }, { …probe3… probe2.moves() }, Some(probe3.moves()), 0).value;
    ///                       if false && stop() { probe2.like(&raw const a); }
    /// ```
    pub(super) fn prepare_split(&mut self, local: &Local) -> (Vec<Step>, Vec<Step>) {
        let Some(init) = &local.init else { return Default::default() };
        let place = unparenthesised(&init.expr);
        let value = root(place);
        let node = key::<Expr>(value);
        if !self.model.splits.contains(&node) {
            return Default::default();
        }
        let rt = self.options.paths.private();
        let site = self.value_site(value);
        let like = probe(self.number());
        let part = part_of(place);
        let ty = pattern_annotation(&local.pat).filter(|_| part == Part::Whole).map(|ty| ours!(::<#ty>));
        let mut before = vec![Step::of(&like, ours!(#rt::probe #ty ()))];
        let (taken, mut types) = self.types_of_bound(&local.pat, &mut before);
        let mut questions = Vec::new();
        let rest = match part {
            Part::Whole => self.rest_of_split(bare(&local.pat), &like, &mut before, &mut questions),
            Part::Fields => ours!(#rt::None),
            Part::BoxContent => ours!(#rt::Some(true)),
        };
        let unmatched = init.diverge.is_some().then(|| {
            let kind = if part == Part::Whole {
                let kind = probe(self.number());
                before.push(Step::of(&kind, ours!(#rt::probe())));
                types.push(ours!(
                    use #rt::{ViaKnown as _, ViaUnknown as _};
                    #kind.same((&&#rt::variant(#like)).kind());
                ));
                ours!(#kind)
            } else {
                ours!(#rt::probe::<#rt::Never>())
            };
            Unmatched { matches: matches(place, &local.pat), kind }
        });
        let any_taken = ours!((false #(|| #taken.moves())*));
        let like = Like::of(value, like);
        self.split.insert(node, Split { like, questions, takes: any_taken, rest, unmatched, site });
        let behind =
            if types.is_empty() { Vec::new() } else { vec![Step::Do(self.unreached(&ours!(#(#types)*)))] };
        (before, behind)
    }

    /// Probes for what a pattern binds by value, and what gives them their types once it has matched.
    pub(super) fn types_of_bound(
        &mut self,
        pat: &Pat,
        before: &mut Vec<Step>,
    ) -> (Vec<Ident>, Vec<TokenStream>) {
        let rt = self.options.paths.private();
        let (mut probes, mut types) = (Vec::new(), Vec::new());
        for (binding, id) in self.bound(pat) {
            if binding.by_ref.is_none() {
                let (taken, name) = (probe(self.number()), self.mention(id, &binding.ident));
                before.push(Step::of(&taken, ours!(#rt::probe())));
                types.push(ours!(#taken.like(&raw const #name);));
                probes.push(taken);
            }
        }
        (probes, types)
    }

    fn rest_of_split(
        &mut self,
        pat: &Pat,
        like: &Ident,
        before: &mut Vec<Step>,
        questions: &mut Vec<TokenStream>,
    ) -> TokenStream {
        let rt = self.options.paths.private();
        match left(pat) {
            Left::Nothing => ours!(#rt::Some(false)),
            Left::Hidden => self.rest_between(pat, like).unwrap_or_else(|| ours!(#rt::None)),
            Left::Named => {
                let Rest { ask, answer } = self.rest_of(like, pat, before);
                questions.push(ask);
                ours!(#rt::Some(#answer))
            }
        }
    }

    /// Whether what `..` stands for in a tuple or an array needs dropping: their types tell.
    fn rest_between(&mut self, pat: &Pat, like: &Ident) -> Option<TokenStream> {
        let elems = match pat {
            Pat::Tuple(tuple) => &tuple.elems,
            Pat::Slice(slice) => &slice.elems,
            _ => return None,
        };
        let at = elems.iter().position(|pat| matches!(pat, Pat::Rest(_)))?;
        let others = elems.iter().enumerate().filter(|(index, _)| *index != at);
        if others.into_iter().any(|(_, pat)| left(pat) != Left::Nothing) {
            return None;
        }
        let rt = self.options.paths.private();
        let (front, back) = (at, elems.len() - at - 1);
        Some(ours!({
            use #rt::{ViaRow as _, ViaNoRow as _};
            (&&#rt::variant(#like)).between(#front, #back)
        }))
    }

    /// The same for a local that is matched in place: an `Option<bool>`.
    pub(super) fn rest_in_place(&mut self, place: &Expr, pat: &Pat) -> (Vec<Step>, TokenStream) {
        let rt = self.options.paths.private();
        let like = probe(self.number());
        let Some(rest) = self.rest_between(bare(pat), &like) else {
            return (Vec::new(), ours!(#rt::None));
        };
        let typed = Step::Do(self.unreached(&ours!(#like.like(&raw const #place))));
        (vec![Step::of(&like, ours!(#rt::probe())), typed], rest)
    }

    /// Puts what is known around the rewritten value.
    pub(super) fn split(&mut self, node: Key, expr: &mut Expr) {
        let Some(split) = self.split.remove(&node) else { return };
        let rt = self.options.paths.private();
        let Split { like, questions, takes, rest, unmatched, site } = split;
        self.give_type(expr, &like);
        let value = protected(take(expr));
        let takes = ours!({ #(#questions)* #takes });
        let watched = match unmatched {
            None => ours!(#rt::split(#value, #takes, #rest, #site).value),
            Some(Unmatched { matches, kind }) => {
                let refutable = ours!(#rt::refutable(#kind, #site));
                ours!(#rt::split_if(#refutable, #value, #matches, #takes, #rest).value)
            }
        };
        *expr = Expr::Verbatim(located(watched, self.tables().ends(site)));
    }
}
