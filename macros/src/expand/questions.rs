//! Questions to the compiler: does this expression take the value of that local?
//!
//! A closure captures a local by value exactly if its body moves it, and a closure type needs dropping
//! exactly if it captured something by value that does. So the expression is put into a closure in
//! dead code, and only the closure's type is carried out, by a probe.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote_spanned, ToTokens};
use syn::{Expr, Lifetime, Macro, Token};

use super::breaks;
use super::ends::{ends_of, ends_of_tokens, start_of};
use super::marks::{label, take_attrs, TypedOperand, Way, Wrapper};
use super::rewrite::Rewriter;
use super::step::Step;
use super::temporaries::located;
use crate::body::{expr_attrs as attrs, key, Key, LocalId};
use crate::paths::{again, closure_at, ours, probe, value};
use crate::plan::{Mark, MarkKind};

impl Rewriter<'_> {
    /// Asks whether a call, a struct expression or a macro takes the local's value; false if that
    /// cannot be asked.
    ///
    /// ```text
    /// x.method(f(y))        '__tm1: { let probe2 = probe(); let probe3 = probe();
    ///                         if false { break '__tm1 probe2.bind(|| x.method(probe3.value())); }
    ///                         local0.moved_if(probe2.moves(), 0);
    ///                         x.method('__tm4: { if false { break '__tm4 probe3.value(); } f(y) }) }
    /// ```
    ///
    /// Of the operands only the types are needed, which they give to their probes in passing. The
    /// `break` makes the call's type that of the copy, also where only the surroundings tell it. It is a way past
    /// the call, though; where operands take locals, the call gives its type on its way (see [`Way::Through`]).
    pub(super) fn ask(&mut self, mark: &Mark, expr: &Expr, wrapper: &mut Wrapper) -> Option<Ident> {
        if breaks::leave(expr, mark.in_loop) || has_attributes(expr) {
            return None;
        }
        let rt = self.options.paths.private();
        let probe = probe(self.number());
        let question = if let Expr::Macro(inner) = expr {
            let label = self.label(wrapper, expr);
            let (value, closure, bind) =
                (value(), self.macro_in_closure(mark, &inner.mac)?, self.bind_name());
            ours! {
                let mut #value = #rt::any();
                let _ = #probe.#bind(#closure);
                break #label #value;
            }
        } else {
            let call = self.with_typed_operands(expr, wrapper);
            let copy = closure_of(&call);
            let ends = ends_of(expr);
            let ask = located(ours!(#probe.bind(#copy)), ends);
            if operands_of(expr).into_iter().any(|operand| self.takes_locals(operand)) {
                let result = self.result(wrapper, true);
                let result = located(ours!(*#result.boxed()), ends);
                ours!(#result = #ask; loop {})
            } else {
                let label = self.label(wrapper, expr);
                ours!(break #label #ask;)
            }
        };
        wrapper.before.push(ours!(let #probe = #rt::probe();));
        let never = self.never();
        wrapper.before.push(ours!(if #never { #question }));
        Some(probe)
    }

    /// The condition of dead code with a copy of an expression in it, for which the compiler tells a mistake in both once:
    /// where it stands first, or of a value that is borrowed for too long, where it stands last.
    fn never(&self) -> TokenStream {
        let returns = self.returns.last().and_then(Option::as_ref);
        if returns.is_some_and(|ty| ty.to_string().contains(['&', '\''])) {
            ours!(!true)
        } else {
            ours!(false)
        }
    }

    /// The probe that the whole expression gives its type to, without a way past it.
    pub(super) fn result(&mut self, wrapper: &mut Wrapper, known: bool) -> Ident {
        if let Some((result, _)) = &wrapper.through {
            return result.clone();
        }
        let rt = self.options.paths.private();
        let result = probe(self.number());
        wrapper.before.push(ours!(let #result = #rt::probe();));
        wrapper.through = Some((result.clone(), known));
        result
    }

    /// A macro of unknown meaning may expand to `return` or `?`, so the closure returns what the body
    /// returns, and the macro's value goes out through a variable.
    fn macro_in_closure(&self, mark: &Mark, mac: &Macro) -> Option<TokenStream> {
        let rt = self.options.paths.private();
        let returns = self.returns.last().cloned().flatten()?;
        let (value, others, asyncness) = (value(), self.kept_out(mark), self.asyncness());
        Some(ours!(#asyncness || -> #returns {
            #(#others)*
            #value = if true { #mac } else { #rt::any() };
            loop {}
        }))
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
                ours!(let #ident = #rt::conjure(&#name);)
            }
        };
        mark.others.iter().map(stand_in).collect()
    }

    /// The call or struct expression with its operands replaced by their types.
    pub(super) fn with_typed_operands(&mut self, expr: &Expr, wrapper: &mut Wrapper) -> Expr {
        let mut call = expr.clone();
        take_attrs(&mut call);
        // What is known of an operand is known by its place in the source, not in the copy.
        let written = operands_of(expr).into_iter().enumerate();
        for (operand, (index, written)) in operands(&mut call).into_iter().zip(written) {
            if !matches!(operand, Expr::Lit(_)) {
                let probe = self.operand_probe(index, written, wrapper);
                *operand = Expr::Verbatim(ours!(#probe.value()));
            }
        }
        call
    }

    pub(super) fn operand_probe(&mut self, index: usize, operand: &Expr, wrapper: &mut Wrapper) -> Ident {
        if let Some(known) = wrapper.operands.iter().find(|typed| typed.index == index) {
            return known.probe.clone();
        }
        let rt = self.options.paths.private();
        let probe = probe(self.number());
        wrapper.before.push(ours!(let #probe = #rt::probe();));
        let way = match operand {
            Expr::Path(_) => Way::Before,
            // Its parameters have their types from where it stands.
            Expr::Closure(_) => Way::Behind,
            _ if self.takes_locals(operand) => Way::Through,
            _ => Way::Behind,
        };
        wrapper.operands.push(TypedOperand { index, probe: probe.clone(), way });
        probe
    }

    /// Asks for the type of a closure, which gives its own to the block around it. It is not copied:
    /// a copy would have another type, and might not know the types of its parameters.
    ///
    /// ```text
    /// |item| set.contains(item)     '__tm2: { let probe1 = probe();
    ///                                 if false { break '__tm2 probe1.value(); }
    ///                                 local0.moved_if(probe1.moves(), 0);
    ///                                 |item| set.contains(item) }
    /// ```
    pub(super) fn captures(&mut self, wrapper: &mut Wrapper, expr: &Expr) -> Ident {
        if let Some(probe) = &wrapper.closure {
            return probe.clone();
        }
        let rt = self.options.paths.private();
        let probe = probe(self.number());
        let label = self.label(wrapper, expr);
        wrapper.before.push(ours!(let #probe = #rt::probe();));
        wrapper.before.push(ours!(if false { break #label #probe.value(); }));
        wrapper.closure = Some(probe.clone());
        probe
    }

    /// Questions about a macro in statement position. It stays where it is, since it may declare
    /// variables for the statements that follow.
    pub(super) fn ask_before_macro(&mut self, node: Key, mac: &Macro) -> Vec<Step> {
        let Some(marks) = self.plan.marks.get(&node) else { return Vec::new() };
        let mut steps = Vec::new();
        for mark in marks.clone() {
            let returns = self.returns.last().cloned().flatten();
            let Some(returns) = returns.filter(|_| mark.kind == MarkKind::Asked) else {
                steps.push(Step::Do(self.unknown(&mark)));
                continue;
            };
            let (rt, others) = (self.options.paths.private(), self.kept_out(&mark));
            // The loop takes a `break` or `continue` that the macro may hold.
            let (asyncness, bind) = (self.asyncness(), self.bind_name());
            let closure = ours!(#asyncness || -> #returns {
                #(#others)*
                if #rt::yes() {
                    let _ = loop { if true { #mac; } return #rt::any(); };
                }
                #rt::any()
            });
            let (probe, ask) = self.declare_probe(&ours!(#bind(#closure)));
            steps.extend(ask);
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

/// A copy of an expression as the body of a closure, which stands where the expression does: a mistake in both is
/// told once.
pub(super) fn closure_of(copy: &Expr) -> TokenStream {
    // Clippy finds a closure of the user's redundant which only calls another.
    let only_calls = matches!(copy, Expr::Call(call) if call.args.is_empty());
    let copy = copy.to_token_stream();
    let start = ends_of_tokens(&copy).0;
    let bars = Token![||](if only_calls { Span::mixed_site() } else { closure_at(start) });
    ours!(#bars #copy)
}

/// The same, as a statement.
pub(super) fn statement_of(copy: &Expr) -> TokenStream {
    let copy = copy.to_token_stream();
    quote_spanned!(closure_at(ends_of_tokens(&copy).0)=> || { #copy; })
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

/// Whether an operand has attributes, of which one may take it away.
pub(super) fn has_attributes(expr: &Expr) -> bool {
    let on_fields = match expr {
        Expr::Struct(fields) => fields.fields.iter().any(|field| !field.attrs.is_empty()),
        _ => false,
    };
    on_fields || operands_of(expr).into_iter().any(|operand| !attrs(operand).is_empty())
}
