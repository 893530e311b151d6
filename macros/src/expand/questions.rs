//! Questions to the compiler: does this expression take the value of that local?
//!
//! A closure captures a local by value exactly if its body moves it, and a closure type needs dropping
//! exactly if it captured something by value that does. So the expression is put into a closure in
//! dead code, and only the closure's type is carried out, by a probe.

use proc_macro2::{Ident, Span, TokenStream};

use syn::{Expr, Lifetime, Lit, Macro, Token, UnOp};

use super::breaks;
use super::ends::{ends_of, start_of};
use super::marks::{label, take_attrs, tokens_of, TypedOperand, Wrapper};
use super::rewrite::Rewriter;
use super::step::Step;
use super::temporaries::{located, Like};
use crate::body::{expr_attrs as attrs, is_closure, key, never_ends, tells_types, LocalId};
use crate::paths::{self, again, ours, probe as probe_of, Private};
use crate::plan::{Mark, MarkKind};

impl Rewriter<'_> {
    /// Asks whether a call, a struct expression or a macro takes the local's value; false if that
    /// cannot be asked.
    ///
    /// ```text
    /// x.method(f(y))        '__tm1: { let probe2 = probe(); let probe3 = probe();
    ///                         if false && stop() { break '__tm1 probe2.bind(|| x.method(probe3.value())); }
    ///                         local0.moved_if(probe2.moves(), 0);
    ///                         x.method('__tm4: { if false && stop() { break '__tm4 probe3.value(); } f(y) }) }
    /// ```
    ///
    /// Of the operands only the types are needed, which they give to their probes in passing. The
    /// `break` makes the call's type that of the copy, also where only the surroundings tell it.
    pub(super) fn ask(&mut self, mark: &Mark, expr: &Expr, wrapper: &mut Wrapper) -> Option<Ident> {
        if !can_be_copied(expr, mark.in_loop) {
            return None;
        }
        if let Expr::Macro(inner) = expr {
            // Its value may hold a closure, or be of a type that the callee tells: there is no telling which.
            if self.never || self.model.free.contains(&key::<Expr>(expr)) {
                return None;
            }
            return Some(self.ask_macro(mark, expr, &inner.mac, wrapper));
        }
        let probe = self.new_probe(wrapper);
        let call = self.with_typed_operands(expr, wrapper);
        let ends = ends_of(expr);
        let question = if let Some(operand) = operand_of(&call) {
            // An operator has to know the type of its operand, whatever is expected of its result.
            let copy = closure_of(operand);
            located(ours!(let _ = #probe.bind(#copy);), ends)
        } else {
            let (label, copy) = (self.label(wrapper, expr), closure_of(&call));
            let ask = located(ours!(#probe.bind(#copy)), ends);
            ours!(break #label #ask;)
        };
        wrapper.before.push(self.unreached(&question));
        Some(probe)
    }

    /// Asks whether a macro of unknown meaning may take the local's value.
    ///
    /// ```text
    /// m!(x)                 '__tm1: { let probe2 = probe();
    ///                         if false && stop() {
    ///                             let returned = probe();
    ///                             if yes() { return returned.value(); }
    ///                             probe2.bind(|| { … probe4.same(m!(x)) … });
    ///                             break '__tm1 probe3.value();
    ///                         }
    ///                         local0.moved_if(probe2.moves(), 0);
    ///                         m!(x) }
    /// ```
    ///
    /// The value and its copy are of one type, which only the surroundings may tell, unless it has a closure in it: then
    /// there are two. So it is tried to make them one. Where nothing is expected of the value, in a `let` without a type,
    /// that is tried behind the statement, when as much as possible is known of both; elsewhere, before the copy.
    fn ask_macro(&mut self, mark: &Mark, expr: &Expr, mac: &Macro, wrapper: &mut Wrapper) -> Ident {
        let rt = self.options.paths.private();
        let (probe, label) = (self.new_probe(wrapper), self.label(wrapper, expr));
        let [value, copy] = [probe_of(self.number()), probe_of(self.number())];
        // It may never give a value: then nothing behind it is to be unreachable.
        let closure = self.macro_in_closure(mark, &ours!(#copy.same(if true { #mac } else { #rt::any() });));
        let (bind, returned) = (self.bind_name(), paths::returned());
        let alike = ours!({
            use #rt::{ViaAlike as _, ViaOther as _};
            (&#rt::pair(#value, #copy)).alike();
        });
        let declare = [&value, &copy].map(|probe| Step::of(probe, ours!(#rt::probe())));
        let later = self.later.last_mut().and_then(Option::as_mut);
        let now = if let Some(later) = later.filter(|later| later.of == key::<Expr>(expr)) {
            later.before.extend(declare);
            later.after.push(Step::Do(unreached(&rt, &alike)));
            TokenStream::new()
        } else {
            wrapper.before.extend(declare.map(tokens_of));
            // A closure may be behind an `impl Trait`.
            if self.opaque == Some(key::<Expr>(expr)) {
                TokenStream::new()
            } else {
                alike
            }
        };
        wrapper.before.push(self.unreached(&ours!(
            let #returned = #rt::probe();
            if #rt::yes() { return #returned.value(); }
            if #rt::yes() { break #label #value.value(); }
            #now
            let _ = #probe.#bind(#closure);
        )));
        probe
    }

    /// See [`unreached`].
    pub(super) fn unreached(&self, code: &TokenStream) -> TokenStream {
        unreached(&self.options.paths.private(), code)
    }

    /// A closure around a copy of a macro of unknown meaning, which may expand to `return` or `?`: it returns what the body
    /// returns.
    ///
    /// The copy stands where types alone are looked at, within the closure as well: it may give a variable of the body its
    /// value, or name one anew and not use it. The closure itself looks at what it captures.
    fn macro_in_closure(&self, mark: &Mark, copy: &TokenStream) -> TokenStream {
        let rt = self.options.paths.private();
        let (others, asyncness, returned) = (self.kept_out(mark), self.asyncness(), paths::returned());
        let looked_at = std::iter::once(&mark.local).chain(&mark.outside);
        let names = looked_at.map(|&id| again(&self.model.local(id).ident));
        let copy = self.unreached(&ours!(if #rt::yes() { return #returned.value(); } #copy));
        ours!(#asyncness || {
            #(#others)*
            #(let _ = &#names;)*
            #copy
            #returned.value()
        })
    }

    /// `async` in the body of a future: what a macro expands to may await something there.
    fn asyncness(&self) -> Option<Token![async]> {
        let is_future = self.bodies.last().is_some_and(|kind| kind.is_future());
        is_future.then(|| Token![async](Span::mixed_site()))
    }

    /// The question that takes a closure which may be `async`.
    fn bind_name(&self) -> Ident {
        let name = if self.asyncness().is_some() { "bind_async" } else { "bind" };
        Ident::new(name, Span::mixed_site())
    }

    /// Stand-ins for the other locals that a macro names, so that the closure captures those only by
    /// reference.
    fn kept_out(&self, mark: &Mark) -> Vec<TokenStream> {
        let rt = self.options.paths.private();
        let stand_in = |&other: &LocalId| {
            let local = self.model.local(other);
            let (ident, name) = (&local.ident, again(&local.ident));
            if local.mutable {
                ours!(let mut #ident = #rt::conjure(&#name); let _ = &mut #name;)
            } else {
                ours!(let #ident = #rt::conjure(&#name); let _ = &#name;)
            }
        };
        mark.others.iter().map(stand_in).collect()
    }

    /// The call or struct expression with its operands replaced by their types.
    pub(super) fn with_typed_operands(&mut self, expr: &Expr, wrapper: &mut Wrapper) -> Expr {
        self.copy_of(expr, is_of_one_type, wrapper)
    }

    /// A copy of a call or struct expression, in which an operand `stays` as it is or is replaced by its type.
    pub(super) fn copy_of(&mut self, expr: &Expr, stays: fn(&Expr) -> bool, wrapper: &mut Wrapper) -> Expr {
        let mut call = expr.clone();
        take_attrs(&mut call);
        // What is known of an operand is known by its place in the source, not in the copy.
        let written = operands_of(expr).into_iter().enumerate();
        for (operand, (index, written)) in operands(&mut call).into_iter().zip(written) {
            if !stays(operand) {
                *operand = self.type_of_operand(index, written, wrapper);
            }
        }
        call
    }

    /// What stands for an operand in a copy.
    fn type_of_operand(&mut self, index: usize, operand: &Expr, wrapper: &mut Wrapper) -> Expr {
        let rt = self.options.paths.private();
        Expr::Verbatim(if never_ends(operand) {
            // It has no type, and may be taken for one of any.
            ours!(#rt::stop())
        } else {
            let probe = self.operand_probe(index, operand, wrapper);
            ours!(#probe.value())
        })
    }

    fn operand_probe(&mut self, index: usize, operand: &Expr, wrapper: &mut Wrapper) -> Ident {
        if let Some(known) = wrapper.operands.iter().find(|typed| typed.index == index) {
            return known.like.probe.clone();
        }
        let rt = self.options.paths.private();
        let probe = probe_of(self.number());
        wrapper.before.push(ours!(let #probe = #rt::probe();));
        let mut like = Like::of(operand, probe.clone());
        let is_local = self.model.names.contains(&key::<Expr>(operand));
        like.is_item = matches!(operand, Expr::Path(_)) && !is_local;
        wrapper.operands.push(TypedOperand { index, like });
        probe
    }

    /// Asks for the type of a closure, which gives its own to the block around it. It is not copied:
    /// a copy would have another type, and might not know the types of its parameters.
    ///
    /// ```text
    /// |item| set.contains(item)     '__tm2: { let probe1 = probe();
    ///                                 if false && stop() { break '__tm2 probe1.value(); }
    ///                                 local0.moved_if(probe1.moves(), 0);
    ///                                 |item| set.contains(item) }
    /// ```
    pub(super) fn captures(&mut self, wrapper: &mut Wrapper, expr: &Expr) -> Ident {
        if let Some(probe) = &wrapper.closure {
            return probe.clone();
        }
        let rt = self.options.paths.private();
        let probe = probe_of(self.number());
        let label = self.label(wrapper, expr);
        wrapper.before.push(ours!(let #probe = #rt::probe();));
        wrapper.before.push(self.unreached(&ours!(break #label #probe.value();)));
        wrapper.closure = Some(probe.clone());
        probe
    }

    /// Questions about a macro in statement position. It stays where it is, since it may declare
    /// variables for the statements that follow.
    pub(super) fn ask_before_macro(&mut self, mac: &Macro, is_value: bool) -> Vec<Step> {
        let Some(marks) = self.plan.marks.get(&key::<Macro>(mac)) else { return Vec::new() };
        let mut steps = Vec::new();
        for mark in marks.clone() {
            // What type the value of a block has, only the surroundings may tell.
            let is_tail = self.tail == Some(key::<Macro>(mac));
            if mark.kind != MarkKind::Asked || self.never || is_value && !is_tail {
                steps.push(Step::Do(self.unknown(&mark)));
                continue;
            }
            let rt = self.options.paths.private();
            let (bind, returned) = (self.bind_name(), paths::returned());
            // The loop takes a `break` or `continue` that the macro may hold.
            let copy = if is_tail {
                ours!(loop { #returned.same(if true { #mac } else { #rt::any() }); })
            } else {
                ours!(let _ = loop { if true { #mac; } #rt::stop(); };)
            };
            let closure = self.macro_in_closure(&mark, &copy);
            let probe = probe_of(self.number());
            let ask = self.unreached(&ours!(
                let #returned = #rt::probe();
                if #rt::yes() { return #returned.value(); }
                let _ = #probe.#bind(#closure);
            ));
            steps.extend([Step::of(&probe, ours!(#rt::probe())), Step::Do(ask)]);
            steps.push(Step::Do(self.answered(&mark, &probe)));
        }
        steps
    }

    /// The label of the block around an expression. Where the block is matched in a chain of `let`s, its span is the
    /// user's: the edition of the whole is looked at.
    pub(super) fn label(&mut self, wrapper: &mut Wrapper, expr: &Expr) -> Lifetime {
        let number = self.number();
        let is_chained = self.chained.contains_key(&key::<Expr>(expr));
        let start = start_of(expr);
        let span = if is_chained { start } else { Span::mixed_site().located_at(start) };
        wrapper.label.get_or_insert_with(|| label(number, span)).clone()
    }

    /// A label for a block around an operand.
    pub(super) fn operand_label(&mut self, start: Span) -> Lifetime {
        label(self.number(), Span::mixed_site().located_at(start))
    }
}

/// Code of which only the types are looked at.
///
/// `stop` never returns, so for the borrow checker there is no way into the block, and none out of it past what follows:
/// the code may move what is moved once more behind it, and break out of an expression that gives a variable its value.
pub(super) fn unreached(rt: &Private, code: &TokenStream) -> TokenStream {
    ours!(if false && #rt::stop() { #code })
}

/// A copy of an expression as the body of a closure: a closure of ours, which captures no more than it mentions, whatever
/// the user's edition is.
pub(super) fn closure_of(copy: &Expr) -> TokenStream {
    ours!(|| #copy)
}

/// The same, as a statement.
pub(super) fn statement_of(copy: &Expr) -> TokenStream {
    ours!(|| { #copy; })
}

/// The operand of `!` or `-`.
fn operand_of(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Paren(inner) => operand_of(&inner.expr),
        Expr::Unary(inner) if !matches!(inner.op, UnOp::Deref(_)) => Some(&inner.expr),
        _ => None,
    }
}

/// Whether a copy of an operand has the operand's type, whatever is expected of either: text and bytes may become a slice.
fn is_of_one_type(operand: &Expr) -> bool {
    matches!(operand, Expr::Lit(literal) if !matches!(literal.lit, Lit::ByteStr(_)))
}

/// The arguments of a call, or the fields or elements of a value that is made. `-x.f()` is about the call, too.
pub(super) fn operands(expr: &mut Expr) -> Vec<&mut Expr> {
    match expr {
        Expr::Call(call) => call.args.iter_mut().collect(),
        Expr::MethodCall(call) => call.args.iter_mut().collect(),
        Expr::Struct(fields) => fields.fields.iter_mut().map(|field| &mut field.expr).collect(),
        Expr::Tuple(tuple) => tuple.elems.iter_mut().collect(),
        Expr::Array(array) => array.elems.iter_mut().collect(),
        Expr::Unary(unary) => operands(&mut unary.expr),
        Expr::Paren(paren) => operands(&mut paren.expr),
        _ => Vec::new(),
    }
}

/// The same, to look at.
pub(super) fn operands_of(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Call(call) => call.args.iter().collect(),
        Expr::MethodCall(call) => call.args.iter().collect(),
        Expr::Struct(fields) => fields.fields.iter().map(|field| &field.expr).collect(),
        Expr::Tuple(tuple) => tuple.elems.iter().collect(),
        Expr::Array(array) => array.elems.iter().collect(),
        Expr::Unary(unary) => operands_of(&unary.expr),
        Expr::Paren(paren) => operands_of(&paren.expr),
        _ => Vec::new(),
    }
}

/// Whether a copy of an expression can stand in a closure, and means the same there.
pub(super) fn can_be_copied(expr: &Expr, in_loop: bool) -> bool {
    !(breaks::leave(expr, in_loop) || has_attributes(expr) || has_early_closures(expr))
}

/// Whether a closure among the operands has to stand alone, since those behind it tell its parameters' types.
fn has_early_closures(expr: &Expr) -> bool {
    let operands = operands_of(expr);
    let last = operands.iter().rposition(|operand| tells_types(operand)).unwrap_or(0);
    operands[..last].iter().any(|operand| is_closure(operand))
}

/// Whether an operand has attributes, of which one may take it away.
pub(super) fn has_attributes(expr: &Expr) -> bool {
    let on_fields = match expr {
        Expr::Struct(fields) => fields.fields.iter().any(|field| !field.attrs.is_empty()),
        _ => false,
    };
    on_fields || operands_of(expr).into_iter().any(|operand| !attrs(operand).is_empty())
}
