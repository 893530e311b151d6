//! Values without a name that stay until the end of their statement, or that a pattern takes apart.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::visit::Visit;
use syn::{Expr, ExprAssign, Pat};

use super::breaks;
use super::ends::start_of;
use super::marks::{take_attrs, Wrapper};
use super::patterns::{dead_match_of, Question};
use super::questions::{closure_of, has_attributes, operands, operands_of, statement_of};
use super::rewrite::Rewriter;
use super::step::{take, Step};
use super::temporaries::{located, part_of};
use super::variants::Emptiness;
use crate::body::pattern::{takes, Left};
use crate::body::{expr_attrs as attrs, key, root, unparenthesised, Discarded, Kept, Key};
use crate::paths::{self, ours, probe};
use crate::plan::Part;

/// How a value is watched that is kept until the end of its statement.
pub(super) struct Keep {
    why: Kept,
    site: u32,
    /// Where its type is asked for.
    like: Option<Ident>,
    /// Whether it gives its type in passing.
    typed: bool,
    /// Whether it is a call that stands in the code a second time.
    is_call: bool,
    /// Whether it is left as it is, since it may never end, and its drop announced by the end of its block.
    at_end: bool,
}

/// What is asked about a value that patterns take apart.
pub(super) struct Matched {
    like: Ident,
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
        if why == Kept::LookedAt && !attrs(expr).is_empty() {
            return None;
        }
        let site = self.value_site(expr);
        let is_call =
            matches!(why, Kept::Discarded(_)) && matches!(expr, Expr::Call(_) | Expr::MethodCall(_));
        let like = (why != Kept::LookedAt).then(|| probe(self.number()));
        let used = self.model.used.contains_key(&node);
        let ends = is_call && why == Kept::Discarded(Discarded::LastOfAny) && !breaks::at_all(expr);
        let copy = if is_call && !used || ends { self.unused_copy(expr, wrapper) } else { None };
        if let Some(copy) = copy.as_ref().filter(|_| !used) {
            let copy = statement_of(copy);
            wrapper.before.push(ours!(if false { let _ = #copy; loop {} }));
        }
        let at_end = ends && copy.is_some();
        if let (true, Some(copy), Some(like)) = (at_end, &copy, &like) {
            let copy = closure_of(copy);
            wrapper.before.push(ours!(if false { #like.result(#copy); loop {} }));
        }
        let way_past = match why {
            // A statement that never ends is the last of its block. There, locals end anyway; but one of a block
            // around may get a value on the way.
            Kept::Discarded(Discarded::Last) => !(self.takes_locals(expr) && assigns(expr)),
            Kept::Discarded(Discarded::LastOfAny) => false,
            _ => !self.takes_locals(expr),
        };
        let typed = like.is_some() && way_past && !breaks::leave(expr, true);
        Some(Keep { why, site, like, typed, is_call, at_end })
    }

    /// A copy of a call, with types in place of operands that do anything.
    fn unused_copy(&mut self, expr: &Expr, wrapper: &mut Wrapper) -> Option<Expr> {
        if breaks::leave(expr, false) || has_attributes(expr) {
            return None;
        }
        let mut call = expr.clone();
        take_attrs(&mut call);
        let written = operands_of(expr).into_iter().enumerate();
        for (operand, (index, written)) in operands(&mut call).into_iter().zip(written) {
            if !does_nothing(operand) {
                let probe = self.operand_probe(index, written, wrapper);
                *operand = Expr::Verbatim(ours!(#probe.value()));
            }
        }
        Some(call)
    }

    pub(super) fn keep(&mut self, keep: Keep, node: Key, expr: &mut Expr) {
        let rt = self.options.paths.private();
        let Keep { why, site, like, typed, is_call, at_end } = keep;
        let (span, attrs) = (start_of(expr), take_attrs(expr));
        if let Some(like) = like.as_ref().filter(|_| typed) {
            // Between its type and its value, a call that never returns makes nothing unreachable. Its type may be
            // the one of no value, of which Clippy wants no call: hence the box.
            self.give_type(expr, &ours!(*#like.boxed()));
        }
        let value = take(expr);
        if let Some(like) = like.as_ref().filter(|_| at_end) {
            let (end, announce) = (paths::end(), paths::announce(site));
            *expr = Expr::Verbatim(ours!(#(#attrs)* {
                let #like = #rt::probe();
                let #end = #rt::end();
                { let #announce = #rt::at_end(#like, #site); #value };
            }));
            return;
        }
        let ends = self.tables().ends(site);
        let watched = match (self.matched.remove(&node), &like) {
            (Some(Matched { like, questions, emptiness: None }), _) => {
                ours!(#rt::used(#like, #value, { #(#questions)* #rt::probe::<()>() }, #site))
            }
            (Some(Matched { like, questions, emptiness: Some(emptiness) }), _) => {
                let (takes, kind) = (emptiness.takes(), emptiness.kind());
                ours!(#rt::matched(#like, #value, { #(#questions)* #takes }, #kind, #site))
            }
            (None, Some(like)) => ours!(#rt::used(#like, #value, #rt::probe::<()>(), #site)),
            (None, None) => ours!(#rt::temporary(#value, #site)),
        };
        let watched = located(watched, ends);
        let span = Span::call_site().located_at(span);
        let unused = like.as_ref().filter(|_| !is_call).map(|like| quote_spanned!(span=> #like.value()));
        let declared = like.map(|like| ours!(let #like = #rt::probe();));
        *expr = Expr::Verbatim(match why {
            Kept::LookedAt => ours!(#watched.value),
            Kept::Discarded(_) => {
                let lint = unused.map(|unused| ours!(if false { #unused; }));
                ours!(#(#attrs)* { #declared #lint match #watched { _ => {} } })
            }
            Kept::ByWildcard => {
                let lint = unused.map(|unused| quote_spanned!(span=> let _ = #unused;));
                ours!({ #declared if false { #lint } #watched })
            }
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
                ours!(#rt::Some(#rest.moves()))
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
        let matched =
            known.or_insert_with(|| Matched { like: like.clone(), questions: Vec::new(), emptiness: None });
        if matched.like != *like {
            let (other, rt) = (&matched.like, self.options.paths.private());
            before.push(Step::Do(ours!(#rt::alike(#other, #like))));
        }
        matched.emptiness = Some(emptiness);
    }

    pub(super) fn ask_for_the_rest(&mut self, scrutinee: &Expr, pat: &Pat, before: &mut Vec<Step>) -> Ident {
        let rt = self.options.paths.private();
        let rest = probe(self.number());
        before.push(Step::of(&rest, ours!(#rt::probe())));
        let number = self.number();
        let matched = self.matched.entry(key::<Expr>(scrutinee)).or_insert_with(|| {
            let like = probe(number);
            before.push(Step::of(&like, ours!(#rt::probe())));
            Matched { like, questions: Vec::new(), emptiness: None }
        });
        matched.questions.push(dead_match_of(&matched.like, &rest, pat));
        rest
    }
}

/// Whether an expression assigns to anything.
fn assigns(expr: &Expr) -> bool {
    struct Finder(bool);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_expr_assign(&mut self, _: &'ast ExprAssign) {
            self.0 = true;
        }
    }
    let mut finder = Finder(false);
    finder.visit_expr(expr);
    finder.0
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
