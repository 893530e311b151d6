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

mod closures;
mod copy;
mod macros;
mod methods;
mod sites;
mod syntax;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Block, Expr, FnArg, Item, ReceiverKind, ReturnType, Stmt, Type, TypeParamBound};

use self::copy::Copier;
use self::sites::{Asks, Ends};
use crate::args::{Asked, StackOnly};
use crate::body::any_word;
use crate::errors::Errors;
use crate::expand::return_type;
use crate::item::{Body, Function};
use crate::paths::{ours, Paths};

/// What stands around a function, as far as it can be seen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Around {
    /// The attribute is on the function, or on a module: an `impl` block around it is not seen.
    Nothing,
    /// An `impl` block without type parameters.
    Block,
    /// An `impl` block with type parameters, or a trait.
    Generics,
}

impl Around {
    /// Whether a type in the function may depend on parameters.
    fn generic(self, function: &Function) -> bool {
        let sig = &function.sig;
        let own = sig.generics.type_params().next().is_some()
            || sig.generics.const_params().next().is_some()
            || sig.inputs.iter().any(|input| any_word(input.to_token_stream(), &|word| word == "impl"));
        own || match self {
            Self::Generics => true,
            Self::Block => false,
            Self::Nothing => sig.receiver().is_some() || any_word(sig.to_token_stream(), &is_outside),
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
    let StackOnly { allow_print, allow_panic } = rules;
    ours!(const {
        &#rt::Rule { allow_print: #allow_print, allow_panic: #allow_panic, test: #rt::core::cfg!(test) }
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
        let Body::Parsed(block) = body else {
            errors.push(
                &self.asked.key,
                "`stack_only` cannot read this function: its syntax is newer than the parser, or wrong",
            );
            return None;
        };
        let asks = Asks {
            rt: self.paths.stack_only(),
            function: &self.function.sig.ident,
            in_patterns: !self.around.generic(self.function),
        };
        let mut copier = Copier::new(&asks, &self.asked.value, errors);
        let mut stmts = without_items(block);
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
