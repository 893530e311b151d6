//! `stack_only`: what the compiler is asked about a function that keeps everything on the stack.
//!
//! ```text
//! { body }              { if false {
//!                             let probe0 = probe();
//!                             let copy = copy(move || -> R { <body, in which f(x) gives its type to probe0> });
//!                             <for each probe: the question about its type>
//!                             end(copy);
//!                         }
//!                         body }
//! ```
//!
//! The body itself stays as it is, and nothing of this is there at run time. The copy is in a closure, so that `return`
//! and `?` leave only that, and so that it may call what a `const fn` may not. The questions come last, when the
//! types are known.

mod callees;
mod calls;
mod closures;
mod copy;
mod macros;
mod methods;
mod names;
mod parts;
mod sites;
mod syntax;

use proc_macro2::{Span, TokenStream};
use quote::{quote_spanned, ToTokens};
use syn::{Block, Expr, FnArg, Item, ReceiverKind, ReturnType, Stmt, Type, TypeParamBound};

use self::copy::Copier;
use self::names::Names;
use self::sites::{Asks, Ends};
use crate::args::{Asked, StackOnly};
use crate::body::any_word;
use crate::errors::Errors;
use crate::expand::return_type;
use crate::item::{Body, Function};
use crate::paths::{self, ours, Paths};

/// What stands around a function, as far as it can be seen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Around {
    /// The attribute is on the function: an `impl` block around it is not seen.
    Unseen,
    /// A module.
    Module,
    /// An `impl` block, perhaps with type parameters, perhaps of a trait.
    Impl { generic: bool, of_trait: bool },
    /// A trait.
    Trait,
}

impl Around {
    /// Whether a type in the function may depend on parameters.
    fn generic(self, function: &Function) -> bool {
        let sig = &function.sig;
        let own = sig.generics.type_params().next().is_some()
            || sig.generics.const_params().next().is_some()
            || sig.inputs.iter().any(|input| any_word(input.to_token_stream(), &|word| word == "impl"));
        own || match self {
            Self::Trait => true,
            Self::Impl { generic, .. } => generic,
            Self::Unseen | Self::Module => {
                sig.receiver().is_some() || any_word(sig.to_token_stream(), &is_outside)
            }
        }
    }

    /// Whether a function stands in a module, or in a body, as far as that can be seen.
    fn is_free(self, function: &Function) -> bool {
        let sig = &function.sig;
        match self {
            Self::Module => true,
            Self::Unseen => {
                sig.receiver().is_none() && !any_word(sig.to_token_stream(), &|word| word == "Self")
            }
            Self::Impl { .. } | Self::Trait => false,
        }
    }
}

/// `Self`, or what looks like a type parameter.
fn is_outside(word: &str) -> bool {
    let mut letters = word.chars();
    let short =
        letters.next().is_some_and(char::is_uppercase) && letters.all(|letter| letter.is_ascii_digit());
    word == "Self" || short
}

/// The description of the rule, for the run-time check.
pub(crate) fn rule(rules: &StackOnly, paths: &Paths) -> TokenStream {
    let rt = paths.private();
    let StackOnly { allow_print, allow_panic, .. } = rules;
    ours!(const {
        &#rt::Rule { allow_print: #allow_print, allow_panic: #allow_panic, test: #rt::core::cfg!(test) }
    })
}

/// What stands beside a function that is `stack_only(deep)`, so that others may call it: see `stack_only::deep` of the
/// runtime.
pub(crate) fn companion(
    function: &Function,
    rules: &StackOnly,
    around: Around,
    paths: &Paths,
) -> Option<TokenStream> {
    let deep = rules.deep.as_ref().filter(|_| cfg!(feature = "stack-only"))?;
    let (rt, vis, name) = (paths.stack_only(), &function.vis, &function.sig.ident);
    let cfgs: Vec<_> = function.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect();
    if matches!(around, Around::Impl { of_trait: false, .. }) {
        let marker = paths::companion(name);
        return Some(ours! {
            #(#cfgs)*
            #[doc(hidden)]
            #[allow(dead_code, unreachable_pub, reason = "generated")]
            #[inline]
            #vis fn #marker(&self) -> #rt::Marked<Self> {
                #rt::stop()
            }
        });
    }
    // In an `impl` block that is not seen, there can be no type: the compiler says so at the word `deep`.
    let span = Span::mixed_site().located_at(deep.span());
    around.is_free(function).then(|| {
        quote_spanned! {span=>
            #(#cfgs)*
            #[doc(hidden)]
            #[allow(non_camel_case_types, dead_code, unreachable_pub, reason = "generated")]
            #vis enum #name {}
            #(#cfgs)*
            #[diagnostic::do_not_recommend]
            impl<F> #rt::Followed<F> for #name {}
        }
    })
}

/// A function that is `stack_only`.
pub(crate) struct Checker<'a> {
    pub(crate) function: &'a Function,
    pub(crate) paths: &'a Paths,
    pub(crate) asked: &'a Asked<StackOnly>,
    pub(crate) around: Around,
}

impl Checker<'_> {
    /// The dead code that goes before the body.
    pub(crate) fn check(&self, body: &Body, errors: &mut Errors) -> Option<TokenStream> {
        if !cfg!(feature = "stack-only") {
            return None;
        }
        let Some(block) = body.read() else {
            errors.push(
                &self.asked.key,
                "`stack_only` cannot read this function: its syntax is newer than the parser, or wrong",
            );
            return None;
        };
        let asks = Asks {
            rt: self.paths.stack_only(),
            function: &self.function.sig.ident,
            named: self.asked.value.deep.is_some() && self.around.is_free(self.function),
            in_patterns: !self.around.generic(self.function),
        };
        let mut copier = Copier::new(&asks, &self.asked.value, errors);
        if self.asked.value.deep.is_some() {
            copier.names = Some(Names::of(&self.function.sig, &block.stmts));
            copier.output = output(&self.function.sig.output);
            copier.callables(&self.function.sig);
        }
        let mut stmts = without_items(&block);
        for stmt in &mut stmts {
            copier.statement(stmt);
        }
        if let Some(expected) = expected_closure(&self.function.sig.output) {
            expect_closure(&mut stmts, &expected);
        }
        let params = self.params(&mut copier);
        let scope = copier.finish();
        let (probes, questions) = (scope.probes(&asks), scope.questions(&asks));
        let mut body = TokenStream::new();
        block.brace_token.surround(&mut body, |tokens| tokens.extend(ours!(#params #(#stmts)*)));
        let ended = self.ended(&asks.rt, &body, &questions);
        Some(ours!(if false { #probes #ended }))
    }

    /// The copy and what is asked about it, as code that never comes to its end.
    fn ended(&self, rt: &TokenStream, body: &TokenStream, questions: &TokenStream) -> TokenStream {
        let sig = &self.function.sig;
        let ty = output(&sig.output);
        if sig.asyncness.is_some() {
            let typed = ty.map(|ty| ours!(if false { return #rt::any::<#ty>(); }));
            return ours!(let copy = async move { #typed #body }; { #questions } #rt::end(copy););
        }
        let arrow = ty.map(|ty| ours!(-> #ty));
        if sig.constness.is_some() {
            // The questions are no constant expressions, either.
            return ours!(#rt::copied(move || #arrow #body, || { #questions }););
        }
        ours!(let copy = #rt::copy(move || #arrow #body); { #questions } #rt::end(copy);)
    }

    /// What is asked about the parameters.
    fn params(&self, copier: &mut Copier<'_>) -> TokenStream {
        let mut tokens = TokenStream::new();
        for input in &self.function.sig.inputs {
            match input {
                FnArg::Typed(typed) => {
                    // By its type: the parameter may have no name, or one that nothing else mentions.
                    let hidden = any_word(typed.ty.to_token_stream(), &|word| word == "impl");
                    let cfgs: Vec<_> =
                        typed.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect();
                    let asked = copier.within(&typed.attrs, |copier| {
                        let ends = Ends::between(&typed.pat, &typed.ty);
                        if hidden {
                            copier.bindings(&typed.pat, ends)
                        } else {
                            copier.of_type(&typed.pat, &typed.ty, ends)
                        }
                    });
                    tokens.extend(ours!(#(#cfgs)* { #asked }));
                }
                FnArg::Receiver(receiver) => {
                    let shared = matches!(receiver.kind, ReceiverKind::Reference(_, _, None));
                    if !shared {
                        tokens.extend(copier.place(&receiver.self_token, Ends::of(receiver)));
                    }
                }
            }
        }
        tokens
    }
}

/// The statements of a body. Items are not copied: those of the body are seen from its copy. Macros are, since
/// they are known only behind their definition.
fn without_items(block: &Block) -> Vec<Stmt> {
    let copied = |stmt: &&Stmt| !matches!(stmt, Stmt::Item(item) if !matches!(item, Item::Macro(_)));
    block.stmts.iter().filter(copied).cloned().collect()
}

/// The type that the copy returns, where it can be written.
fn output(output: &ReturnType) -> Option<TokenStream> {
    let never = matches!(output, ReturnType::Type(_, ty) if matches!(&**ty, Type::Never(_)));
    if never {
        None
    } else {
        return_type(output)
    }
}

/// Tells a closure in tail position what is expected of it.
fn expect_closure(stmts: &mut [Stmt], expected: &TokenStream) {
    if let Some(Stmt::Expr(closure @ Expr::Closure(_), None)) = stmts.last_mut() {
        *closure = Expr::Verbatim(ours!({ let _: &(#expected) = &#closure; }));
    }
}

/// `dyn Fn(…)` for `impl Fn(…)`: what a closure that is returned learns its parameters from.
fn expected_closure(output: &ReturnType) -> Option<TokenStream> {
    let ReturnType::Type(_, ty) = output else { return None };
    let Type::ImplTrait(hidden) = &**ty else { return None };
    let bounds = hidden.bounds.iter().filter(|bound| !matches!(bound, TypeParamBound::PreciseCapture(_)));
    let is_closure = any_word(ty.to_token_stream(), &|word| ["Fn", "FnMut", "FnOnce"].contains(&word));
    is_closure.then(|| ours!(dyn #(#bounds)+*))
}
