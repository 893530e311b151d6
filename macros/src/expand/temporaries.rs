//! Values without a name, watched where they are.
//!
//! A value becomes a field, between one that announces its drop and one that ends it. It stays a temporary of
//! its statement, and can be taken out of the field; whether a call does that is a question to the compiler.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Stmt, UnOp};

use super::breaks;
use super::ends::{ends_of, ends_of_tokens};
use super::held::Held;
use super::marks::{labelled, Wrapper};
use super::questions::{has_attributes, operands_of};
use super::rewrite::Rewriter;
use super::step::{statement, take, Step};
use super::text::text_of;
use crate::body::{composed, gives_a_closure, key, root, root_mut, Composed, Kept, Key, Usage};
use crate::paths::{self, ours, probe};
use crate::plan::{Part, Plan};

/// How a value inside of an expression is watched, made before the expression is rewritten.
pub(super) enum Watch {
    /// The compiler was asked whether the expression takes it.
    Asked { like: Ident, question: TokenStream, part: Part, site: u32 },
    /// The compiler cannot be asked.
    Perhaps { site: u32 },
    /// The compiler was asked, and what was borrowed for it must be free once it is taken: it stands alone.
    Late { like: Ident },
    /// Whatever is done with it, it stays.
    Stays { site: u32 },
    /// Something holds it.
    Held(Held),
}

impl Rewriter<'_> {
    /// The entry of a value in the description of the frame.
    pub(super) fn value_site(&mut self, value: &Expr) -> u32 {
        let tokens = value.to_token_stream();
        let ends = ends_of_tokens(&tokens);
        self.tables().temporary(text_of(tokens), ends)
    }

    pub(super) fn new_probe(&mut self, wrapper: &mut Wrapper) -> Ident {
        let rt = self.options.paths.private();
        let probe = probe(self.number());
        wrapper.before.push(ours!(let #probe = #rt::probe();));
        probe
    }

    /// Prepares the watch on a value inside of `expr`; its questions hold copies of `expr` as it is now.
    pub(super) fn prepare_watch(&mut self, node: Key, expr: &Expr, wrapper: &mut Wrapper) -> Option<Watch> {
        if let Some(like) = self.by_local.remove(&node) {
            return Some(Watch::Held(Held::ByLocal { like }));
        }
        let used = *self.model.used.get(&node)?;
        let composed = composed(expr);
        if used.how == Usage::BorrowedLong && composed.is_some() {
            // What is expected of its parts comes from outside, and gets to them only where they stand.
            return None;
        }
        let site = self.value_site(root(used_by(expr)));
        Some(match used.how {
            Usage::Borrowed => match composed {
                Some(Composed::Vec) => Watch::Held(Held::Borrowed { site, always: true }),
                Some(Composed::Parts) => Watch::Held(Held::Borrowed { site, always: false }),
                None => Watch::Stays { site },
            },
            Usage::BorrowedLong => Watch::Stays { site },
            Usage::BorrowedAsIs => Watch::Held(Held::AsIs { site }),
            Usage::Pinned => Watch::Held(Held::Pinned { like: self.new_probe(wrapper), site }),
            Usage::Part => self.ask_about_a_part(expr, site, wrapper),
            _ if self.model.taken_whole.contains(&node) => {
                return self.watch_late(expr, site, used.in_loop, wrapper)
            }
            Usage::Receiver if breaks::leave(expr, used.in_loop) || has_attributes(expr) => {
                Watch::Perhaps { site }
            }
            Usage::Receiver => self.ask_about_a_receiver(expr, site, wrapper),
        })
    }

    /// ```text
    /// f().x                 { let probe1 = probe(); let probe2 = probe();
    ///                         used(probe1, f(), {
    ///                             if false {
    ///                                 let value = probe1.value();
    ///                                 probe2.bind(|| { let _moved = value.x; });
    ///                                 loop {}
    ///                             }
    ///                             probe2
    ///                         }, 0).value.x }
    /// ```
    fn ask_about_a_part(&mut self, expr: &Expr, site: u32, wrapper: &mut Wrapper) -> Watch {
        let (like, takes, value) = (self.new_probe(wrapper), self.new_probe(wrapper), paths::value());
        let mut place = expr.clone();
        *root_mut(&mut place) = Expr::Verbatim(ours!(#value));
        let question = ours!({
            if false {
                let #value = #like.value();
                #takes.bind(|| { let _moved = #place; });
                loop {}
            }
            #takes
        });
        let part = part_of(expr);
        Watch::Asked { like, question, part, site }
    }

    /// ```text
    /// f().g(x)              '__tm1: {
    ///                         let probe2 = probe(); let probe3 = probe(); let probe4 = probe();
    ///                         if false { break '__tm1 probe4.value(); }
    ///                         used(probe2, f(), {
    ///                             if false {
    ///                                 let mut value = probe2.value();
    ///                                 let _ = &mut value;
    ///                                 *probe4.boxed() = probe3.bind(|| value.g(probe5.value()));
    ///                                 loop {}
    ///                             }
    ///                             probe3
    ///                         }, 0).value.g(x) }
    /// ```
    ///
    /// The question is asked behind the value, whose type is known there. The last probe gives the call and its
    /// copy one type.
    fn ask_about_a_receiver(&mut self, expr: &Expr, site: u32, wrapper: &mut Wrapper) -> Watch {
        let (like, takes, value) = (self.new_probe(wrapper), self.new_probe(wrapper), paths::value());
        wrapper.receiver = Some(ours!(#takes.moves()));
        let result = if self.takes_locals(expr) {
            self.result(wrapper, false)
        } else {
            let (result, label) = (self.new_probe(wrapper), self.label(wrapper, expr));
            wrapper.before.push(ours!(if false { break #label #result.value(); }));
            result
        };
        let mut call = self.with_typed_operands(expr, wrapper);
        *root_mut(user_of(&mut call)) = Expr::Verbatim(ours!(#value));
        let discarded = matches!(self.model.kept.get(&key::<Expr>(expr)), Some(Kept::Discarded(_)));
        let lint = discarded.then(|| {
            ours!(if false {
                let mut #value = #like.value();
                let _ = &mut #value;
                let _ = || { #call; };
                loop {}
            })
        });
        // Of the wrong type, it is told where the call stands.
        let ends = ends_of(expr);
        let result = located(ours!(*#result.boxed()), ends);
        let asked = located(ours!(#takes.bind(|| #call)), ends);
        let question = ours!({
            #lint
            if false {
                let mut #value = #like.value();
                let _ = &mut #value;
                #result = #asked;
                loop {}
            }
            #takes
        });
        Watch::Asked { like, question, part: part_of(user_of(&mut call)), site }
    }

    /// ```text
    /// f(x.g().h(y), x)      f(alone(&end(), probe1, x.g()).h(beside(&late({ … probe2 }, probe1, Some(false), 0), y)), x)
    /// f(x.g().h(), x)       f(behind_call(alone(&end(), probe1, x.g()).h(), &late({ … probe2 }, probe1, Some(false), 0)), x)
    /// ```
    ///
    /// As a field, the value would count as there when it was taken long ago, and what it borrows as borrowed. The
    /// announcement is made as soon as possible behind the value: temporaries of the operands are dropped before.
    fn watch_late(&mut self, expr: &Expr, site: u32, in_loop: bool, wrapper: &mut Wrapper) -> Option<Watch> {
        if breaks::leave(expr, in_loop) || has_attributes(expr) {
            return None;
        }
        // What a closure's parameters are is told by where it stands.
        let operands = operands_of(expr);
        let beside = operands.iter().position(|operand| !gives_a_closure(operand));
        let Watch::Asked { like, question, part, site } = self.ask_about_a_receiver(expr, site, wrapper)
        else {
            return None;
        };
        let rt = self.options.paths.private();
        let rest = match part {
            Part::Whole => ours!(#rt::Some(false)),
            Part::Fields => ours!(#rt::None),
            Part::BoxContent => ours!(#rt::Some(true)),
        };
        if part != Part::Whole {
            wrapper.receiver = None;
        }
        wrapper.late = Some((ours!(#rt::late(#question, #like, #rest, #site)), beside));
        Some(Watch::Late { like })
    }

    /// Puts the watch around the rewritten value inside of `expr`.
    pub(super) fn watch(&mut self, watch: Watch, expr: &mut Expr) {
        let rt = self.options.paths.private();
        if let Watch::Held(held) = watch {
            return self.hold(held, expr);
        }
        if let Watch::Late { like } = watch {
            let place = root_mut(user_of(expr));
            let value = take(place);
            *place = Expr::Verbatim(ours!(#rt::alone(&#rt::end(), #like, #value)));
            return;
        }
        let (Watch::Asked { site, .. } | Watch::Perhaps { site } | Watch::Stays { site }) = watch else {
            return;
        };
        let is_called = matches!(expr, Expr::Call(_));
        let place = root_mut(user_of(expr));
        let value = take(place);
        let ends = self.tables().ends(site);
        let watched = match watch {
            Watch::Asked { like, question, part, .. } => {
                let used = match part {
                    Part::Whole => ours!(used),
                    Part::Fields => ours!(used_in_part),
                    Part::BoxContent => ours!(used_but_for_its_box),
                };
                ours!(#rt::#used(#like, #value, #question, #site).value)
            }
            Watch::Perhaps { .. } => ours!(#rt::perhaps_used(#value, #site).value),
            _ => ours!(#rt::temporary(#value, #site).value),
        };
        let watched = located(watched, ends);
        // A field that is called needs parentheses.
        *place = Expr::Verbatim(if is_called { ours!((#watched)) } else { watched });
    }

    /// Whether an expression may take the value of a local. Where its type is given to a probe, there is a way
    /// past it, which the compiler takes seriously: on that way, the local would still have its value.
    pub(super) fn takes_locals(&self, expr: &Expr) -> bool {
        let mut finder = Finder { plan: self.plan, found: false };
        finder.visit_expr(expr);
        finder.found
    }

    /// Lets a value give its type to a probe, which `like` takes a value from.
    pub(super) fn give_type(&mut self, place: &mut Expr, like: &TokenStream) {
        let ends = ends_of(place);
        let label = self.operand_label(ends.0);
        let value = take(place);
        let ask = statement(ours!(if false { break #label #like; }));
        *place = labelled(Some(label), vec![ask, Stmt::Expr(value, None)], Vec::new(), ends);
    }

    /// The iterator that a `for` loop makes of its expression, as an entry in the description of the frame.
    pub(super) fn prepare_iterated(&mut self, expr: &Expr) -> Option<u32> {
        self.model.iterated.contains(&key::<Expr>(expr)).then(|| {
            let tokens = expr.to_token_stream();
            let ends = ends_of_tokens(&tokens);
            let text = format!("into_iter({})", text_of(tokens));
            self.tables().temporary(text, ends)
        })
    }

    /// ```text
    /// for x in f() {…}      for x in iterate(f(), 0) {…}
    /// ```
    pub(super) fn iterate(&mut self, site: u32, expr: &mut Expr) {
        let rt = self.options.paths.private();
        let value = take(expr);
        let watched = ours!(#rt::iterate(#value, #site));
        *expr = Expr::Verbatim(located(watched, self.tables().ends(site)));
    }

    /// What announces the drop of a variable of ours, which the user gave no name.
    pub(super) fn announce_unnamed(&mut self, name: &Ident, pat: &Pat) -> Step {
        let rt = self.options.paths.private();
        let site = self.tables().temporary(text_of(pat.to_token_stream()), (pat.span(), pat.span()));
        Step::of(paths::announce(site), ours!(#rt::announce(#rt::needs_drop(&#name), #site)))
    }
}

struct Finder<'p> {
    plan: &'p Plan,
    found: bool,
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        let node = key::<Expr>(expr);
        self.found |= self.plan.marks.contains_key(&node) || self.plan.scrutinees.contains_key(&node);
        visit::visit_expr(self, expr);
    }

    fn visit_macro(&mut self, _: &'ast syn::Macro) {
        self.found = true;
    }
}

/// Tokens of ours around a value, as if they stood where the value does: errors about it point there.
pub(super) fn located(tokens: TokenStream, (start, end): (Span, Span)) -> TokenStream {
    let mut behind = false;
    let located = tokens.into_iter().map(|mut token| {
        behind |= matches!(token, TokenTree::Group(_));
        let place = if behind { end } else { start };
        token.set_span(token.span().located_at(place));
        token
    });
    located.collect()
}

/// How much of the value at its root a place expression names.
pub(super) fn part_of(place: &Expr) -> Part {
    match place {
        Expr::Paren(inner) => part_of(&inner.expr),
        Expr::Unary(_) => Part::BoxContent,
        Expr::Field(field) => match part_of(&field.base) {
            Part::BoxContent => Part::BoxContent,
            Part::Whole | Part::Fields => Part::Fields,
        },
        _ => Part::Whole,
    }
}

/// The expression inside of a call, borrow or place that the value is, or is a part of.
pub(super) fn used_by(expr: &Expr) -> &Expr {
    if matches!(expr, Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_))) {
        return expr;
    }
    match expr {
        Expr::MethodCall(call) => &call.receiver,
        Expr::Call(call) => &call.func,
        Expr::Reference(borrow) => &borrow.expr,
        Expr::Paren(inner) => used_by(&inner.expr),
        Expr::Unary(inner) => used_by(&inner.expr),
        other => other,
    }
}

/// The same, to be changed.
fn user_of(expr: &mut Expr) -> &mut Expr {
    if matches!(expr, Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_))) {
        return expr;
    }
    match expr {
        Expr::MethodCall(call) => &mut call.receiver,
        Expr::Call(call) => &mut call.func,
        Expr::Reference(borrow) => &mut borrow.expr,
        Expr::Paren(inner) => user_of(&mut inner.expr),
        Expr::Unary(inner) => user_of(&mut inner.expr),
        other => other,
    }
}
