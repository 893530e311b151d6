//! Values without a name, watched where they are.
//!
//! A value becomes a field, between one that announces its drop and one that ends it. It stays a temporary of
//! its statement, and can be taken out of the field; whether a call does that is a question to the compiler.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, Pat, Stmt, UnOp};

use super::breaks;
use super::ends::{ends_of, ends_of_tokens, start_of};
use super::held::Held;
use super::marks::{labelled, Wrapper};
use super::questions::{can_be_copied, operands_of};
use super::rewrite::Rewriter;
use super::step::{protected, statement, take, Step};
use super::text::text_of;
use crate::body::{composed, gives_a_closure, key, root, root_mut, Composed, Kept, Key, Usage};
use crate::paths::{self, ours, probe};
use crate::plan::Part;

/// The probe of a value's type.
#[derive(Clone)]
pub(super) struct Like {
    pub(super) probe: Ident,
    /// Whether the value goes through a call to give its type: no `break` without a label may stand in a block that has
    /// one.
    pub(super) by_call: bool,
    /// Whether it is a path to a function or a constant.
    pub(super) is_item: bool,
}

impl Like {
    /// For a value as it is before it is rewritten.
    pub(super) fn of(value: &Expr, probe: Ident) -> Self {
        // Nor does the compiler see in a block with a label that what is behind it cannot be reached.
        let by_call = breaks::leave(value, true) || breaks::departs(value);
        Self { probe, by_call, is_item: false }
    }
}

/// How a value inside of an expression is watched, made before the expression is rewritten.
pub(super) enum Watch {
    /// The compiler was asked whether the expression takes it.
    Asked { like: Like, takes: TokenStream, part: Part, site: u32 },
    /// The compiler cannot be asked.
    Perhaps { site: u32 },
    /// The compiler was asked, and what was borrowed for it must be free once it is taken: it stands alone.
    Late { like: Like },
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
            Usage::Pinned => {
                let like = Like::of(expr, self.new_probe(wrapper));
                Watch::Held(Held::Pinned { like, site })
            }
            Usage::Part => self.ask_about_a_part(expr, site, wrapper),
            _ if self.model.taken_whole.contains(&node) => {
                return self.watch_late(expr, site, used.in_loop, wrapper)
            }
            Usage::Receiver if !can_be_copied(expr, used.in_loop) => Watch::Perhaps { site },
            Usage::Receiver => self.ask_about_a_receiver(expr, site, wrapper),
        })
    }

    /// ```text
    /// f().x                 { let probe1 = probe(); let probe2 = probe();
    ///                         used('__tm3: { if false && stop() { break '__tm3 probe1.value(); } f() }, {
    ///                             if false && stop() {
    ///                                 let value = probe1.value();
    ///                                 probe2.bind(|| { let _moved = value.x; });
    ///                             }
    ///                             probe2.moves()
    ///                         }, 0).value.x }
    /// ```
    fn ask_about_a_part(&mut self, expr: &Expr, site: u32, wrapper: &mut Wrapper) -> Watch {
        let (like, takes, value) = (self.new_probe(wrapper), self.new_probe(wrapper), paths::value());
        let mut place = expr.clone();
        *root_mut(&mut place) = Expr::Verbatim(ours!(#value));
        let question = self.unreached(&ours!(
            let #value = #like.value();
            #takes.bind(|| { let _moved = #place; });
        ));
        let takes = ours!({ #question #takes.moves() });
        let (part, like) = (part_of(expr), Like::of(root(expr), like));
        Watch::Asked { like, takes, part, site }
    }

    /// ```text
    /// f().g(x)              '__tm1: {
    ///                         let probe2 = probe(); let probe3 = probe(); let probe4 = probe();
    ///                         if false && stop() { break '__tm1 probe4.value(); }
    ///                         used('__tm6: { if false && stop() { break '__tm6 probe2.value(); } f() }, {
    ///                             if false && stop() {
    ///                                 let mut value = probe2.value();
    ///                                 let _ = &mut value;
    ///                                 *probe4.boxed() = probe3.bind(|| value.g(probe5.value()));
    ///                             }
    ///                             probe3.moves()
    ///                         }, 0).value.g(x) }
    /// ```
    ///
    /// The question is asked behind the value, whose type is known there. The last probe gives the call and its
    /// copy one type. Values are of the type of a probe only where the compiler looks at types alone: the lifetimes
    /// of a probe, which may be there for a whole loop, are not those of a value.
    fn ask_about_a_receiver(&mut self, expr: &Expr, site: u32, wrapper: &mut Wrapper) -> Watch {
        let rt = self.options.paths.private();
        let (like, takes, value) = (self.new_probe(wrapper), self.new_probe(wrapper), paths::value());
        wrapper.receiver = Some(ours!(#takes.moves()));
        let (result, label) = (self.new_probe(wrapper), self.label(wrapper, expr));
        wrapper.before.push(self.unreached(&ours!(break #label #result.value();)));
        let mut call = self.with_typed_operands(expr, wrapper);
        *root_mut(user_of(&mut call)) = Expr::Verbatim(ours!(#value));
        let discarded = matches!(self.model.kept.get(&key::<Expr>(expr)), Some(Kept::Discarded(_)));
        let lint = discarded.then(|| {
            // A name of ours would have the compiler warn at the attribute.
            let value = Ident::new(&value.to_string(), start_of(expr));
            let mut call = call.clone();
            *root_mut(user_of(&mut call)) = Expr::Verbatim(value.to_token_stream());
            self.unreached(&ours!(
                let mut #value = #like.value();
                let _ = &mut #value;
                #rt::once(|| { #call; });
            ))
        });
        // Of the wrong type, it is told where the call stands.
        let ends = ends_of(expr);
        let result = located(ours!(*#result.boxed()), ends);
        let asked = located(ours!(#takes.bind(|| #call)), ends);
        let question = self.unreached(&ours!(
            let mut #value = #like.value();
            let _ = &mut #value;
            #result = #asked;
        ));
        let takes = ours!({ #lint #question #takes.moves() });
        let like = Like::of(root(used_by(expr)), like);
        Watch::Asked { like, takes, part: part_of(user_of(&mut call)), site }
    }

    /// ```text
    /// f(x.g().h(y), x)      f(alone(&end(), x.g()).h(beside(&late({ … }, probe1.moves(), Some(false), 0), y)), x)
    /// f(x.g().h(), x)       f(behind_call(alone(&end(), x.g()).h(), &late({ … }, probe1.moves(), Some(false), 0)), x)
    /// ```
    ///
    /// As a field, the value would count as there when it was taken long ago, and what it borrows as borrowed. The
    /// announcement is made as soon as possible behind the value: temporaries of the operands are dropped before.
    fn watch_late(&mut self, expr: &Expr, site: u32, in_loop: bool, wrapper: &mut Wrapper) -> Option<Watch> {
        if !can_be_copied(expr, in_loop) {
            return None;
        }
        // What a closure's parameters are is told by where it stands.
        let operands = operands_of(expr);
        let beside = operands.iter().position(|operand| !gives_a_closure(operand));
        let Watch::Asked { like, takes, part, site } = self.ask_about_a_receiver(expr, site, wrapper) else {
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
        let probe = &like.probe;
        wrapper.late = Some((ours!(#rt::late(#takes, #probe.moves(), #rest, #site)), beside));
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
            self.give_type(place, &like);
            let value = protected(take(place));
            *place = Expr::Verbatim(ours!(#rt::alone(&#rt::end(), #value)));
            return;
        }
        let (Watch::Asked { site, .. } | Watch::Perhaps { site } | Watch::Stays { site }) = watch else {
            return;
        };
        let is_called = matches!(expr, Expr::Call(_));
        let place = root_mut(user_of(expr));
        if let Watch::Asked { like, .. } = &watch {
            self.give_type(place, like);
        }
        let value = protected(take(place));
        let ends = self.tables().ends(site);
        let watched = match watch {
            Watch::Asked { takes, part, .. } => {
                let used = match part {
                    Part::Whole => ours!(used),
                    Part::Fields => ours!(used_in_part),
                    Part::BoxContent => ours!(used_but_for_its_box),
                };
                ours!(#rt::#used(#value, #takes, #site).value)
            }
            Watch::Perhaps { .. } => ours!(#rt::perhaps_used(#value, #site).value),
            _ => ours!(#rt::temporary(#value, #site).value),
        };
        let watched = located(watched, ends);
        // A field that is called needs parentheses.
        *place = Expr::Verbatim(if is_called { ours!((#watched)) } else { watched });
    }

    /// Lets a value give its type to a probe.
    ///
    /// ```text
    /// f()                   '__tm1: { if false && stop() { break '__tm1 probe2.value(); } f() }
    /// ```
    ///
    /// In the tail of a block, a value has the type that is expected of it where it stands.
    pub(super) fn give_type(&mut self, place: &mut Expr, Like { probe: like, by_call, is_item }: &Like) {
        if *by_call {
            return self.give_type_by_call(place, like);
        }
        let ends = ends_of(place);
        let label = self.operand_label(ends.0);
        let rt = self.options.paths.private();
        let value = take(place);
        let stmts = if *is_item {
            // The first type that is met is coerced to what is expected, the second to the first. A function's lifetimes
            // would be lost on that way.
            vec![
                statement(ours!(if !(false && #rt::stop()) { break #label #value; })),
                Stmt::Expr(Expr::Verbatim(ours!(*#like.boxed())), None),
            ]
        } else {
            // The type may be that of no value, of which Clippy wants no call: hence the box.
            let ask = statement(self.unreached(&ours!(break #label *#like.boxed();)));
            vec![ask, Stmt::Expr(protected(value), None)]
        };
        *place = labelled(Some(label), stmts, Vec::new(), ends);
    }

    /// Lets a value give its type to a probe, where a labelled block may not stand around it.
    pub(super) fn give_type_by_call(&self, place: &mut Expr, like: &Ident) {
        let rt = self.options.paths.private();
        let ends = ends_of(place);
        let value = protected(take(place));
        *place = Expr::Verbatim(located(ours!(#rt::with_type(#like, #value)), ends));
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
