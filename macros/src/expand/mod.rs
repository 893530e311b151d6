//! Writes the instrumented function. Cannot fail: everything was decided in the plan.

mod assignments;
mod breaks;
mod ends;
mod frame;
mod futures;
mod held;
mod kept;
mod locals;
mod marks;
mod opaque;
mod operands;
mod patterns;
mod questions;
mod rewrite;
mod splits;
mod statements;
mod step;
mod tables;
mod tails;
mod temporaries;
pub(crate) mod text;
mod variants;

pub(crate) use frame::return_type;
pub(crate) use tables::line_of;

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use proc_macro2::TokenStream;
use syn::Block;

use crate::args::Args;
use crate::body::Model;
use crate::budget;
use crate::check;
use crate::errors::Errors;
use crate::item::{Body, Function};
use crate::normalise;
use crate::paths::{self, ours, Paths};
use crate::plan::Plan;
use crate::stack_only::{self, Around, Checker};

/// The function as it runs under the trace, and is checked.
pub(crate) fn expand(
    mut function: Function,
    args: &Args,
    around: Around,
    errors: &mut Errors,
) -> TokenStream {
    budget::check(&function, args, errors);
    let paths = Paths::new(args.krate.as_ref().map(|asked| &asked.value));
    let name = args.name.as_ref().map(|asked| &asked.value);
    let mut body =
        std::mem::replace(&mut function.body, Body::Opaque(syn::token::Brace::default(), TokenStream::new()));
    normalise::signature(&mut function.sig);
    if let Body::Parsed(block) = &mut body {
        normalise::block(block);
    }
    let check = args
        .stack_only
        .as_ref()
        .and_then(|asked| Checker { function: &function, paths: &paths, asked, around }.check(&body, errors));
    let beside = args
        .stack_only
        .as_ref()
        .and_then(|asked| stack_only::companion(&function, &asked.value, around, &paths));
    if !cfg!(feature = "trace") || check::refusal(&function).is_some() {
        let mut function = match body {
            Body::Parsed(Block { brace_token, stmts }) => {
                function.with_body(brace_token, &ours!(#check #(#stmts)*))
            }
            Body::Opaque(brace, tokens) => function.with_body(brace, &ours!(#check #tokens)),
        };
        function.extend(beside);
        return function;
    }
    let rule = args.stack_only.as_ref().map(|asked| stack_only::rule(&asked.value, &paths));
    let budget = args.budget.as_ref().map(|asked| asked.value.tokens(&asked.key, &paths));
    let options = Options {
        paths: &paths,
        name,
        values: args.values.is_some(),
        inserted: tables::Inserted::of(args),
        check: check.as_ref(),
        rule: rule.as_ref(),
        budget: budget.as_ref(),
    };
    let (brace, tokens) = match body {
        Body::Parsed(mut block) => {
            let mut model = Model::of(&function.sig, &block);
            let plan = Plan::of(&model);
            let known = std::mem::take(&mut model.macros);
            let rewriter = rewrite::Rewriter::new(&model, &plan, options, known);
            let tokens = frame::function(rewriter, &mut function, &mut block);
            (block.brace_token, tokens)
        }
        Body::Opaque(brace, tokens) => (brace, opaque::function(&mut function, (brace, tokens), &options)),
    };
    let mut function = function.with_body(brace, &tokens);
    function.extend(beside);
    function
}

/// What the user's options say about the expansion.
#[derive(Clone, Copy)]
pub(crate) struct Options<'a> {
    pub(crate) paths: &'a Paths,
    pub(crate) name: Option<&'a syn::LitStr>,
    pub(crate) values: bool,
    pub(crate) inserted: Option<tables::Inserted>,
    /// Dead code that goes before the body: see `stack_only`.
    pub(crate) check: Option<&'a TokenStream>,
    /// What `stack_only` says, for the run-time check.
    pub(crate) rule: Option<&'a TokenStream>,
    /// The limits of its budget.
    pub(crate) budget: Option<&'a TokenStream>,
}

/// Whether the crate has its allocator: a `main` of a module may have installed it, and a program has one.
static INSTALLED: AtomicBool = AtomicBool::new(false);

/// The allocator that a binary's own `fn main` installs.
pub(crate) fn allocator(function: &Function, args: &Args) -> TokenStream {
    let sig = &function.sig;
    let is_main = sig.ident == "main" && sig.inputs.is_empty() && sig.generics.params.is_empty();
    if !is_main || args.no_allocator.is_some() || !builds_a_binary() || INSTALLED.swap(true, Relaxed) {
        return TokenStream::new();
    }
    let alloc = Paths::new(args.krate.as_ref().map(|asked| &asked.value)).alloc();
    // Not `const _`, which the compiler proposes where a name of one letter is missing.
    let holder = paths::allocator();
    ours! {
        fn #holder() {
            #[global_allocator]
            static ALLOCATOR: #alloc = #alloc::system();
        }
    }
}

/// Whether the crate being compiled is a binary or an example. Cargo says so; without Cargo, a
/// `fn main` is taken at its word.
fn builds_a_binary() -> bool {
    std::env::var_os("CARGO_BIN_NAME").is_some() || std::env::var_os("CARGO_PKG_NAME").is_none()
}
