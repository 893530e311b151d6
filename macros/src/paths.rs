//! Every name the expansion may use.

use std::rc::Rc;
use std::sync::OnceLock;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, ToTokens, TokenStreamExt};
use syn::ext::IdentExt;
use syn::Path;

use crate::body::LocalId;

/// `quote!` with the macro's own hygiene: names made here cannot meet the user's, and the blocks are
/// of this crate's edition (see Cargo.toml). Interpolated tokens keep the spans they have.
macro_rules! ours {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}
pub(crate) use ours;

/// Where the runtime is found: `::trace_memory`, or what the user wrote after `crate =`.
#[derive(Clone)]
pub(crate) struct Paths {
    root: TokenStream,
    private: Private,
}

/// The path of the module that holds whatever generated code calls, token by token: of what an expansion holds most,
/// the compiler should not be asked to copy a stream each time.
#[derive(Clone)]
pub(crate) struct Private(Rc<[TokenTree]>);

impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(self.0.iter());
    }
}

impl Paths {
    pub(crate) fn new(krate: Option<&Path>) -> Self {
        let root = krate.map_or_else(|| ours!(::trace_memory), |path| quote!(#path));
        let private = Private(ours!(#root::__private).into_iter().collect());
        Self { root, private }
    }

    /// The module that holds whatever generated code calls.
    pub(crate) fn private(&self) -> Private {
        self.private.clone()
    }

    /// The module for `stack_only`.
    pub(crate) fn stack_only(&self) -> TokenStream {
        let root = &self.root;
        ours!(#root::__private::stack_only)
    }

    /// The allocator type, for `fn main`.
    pub(crate) fn alloc(&self) -> TokenStream {
        let root = &self.root;
        ours!(#root::Alloc)
    }
}

// Hygiene keeps these apart from the user's locals, but not from statics, constants and unit structs
// of the same name: hence the prefix.

/// The variable that holds a frame.
pub(crate) fn frame() -> Ident {
    own("frame")
}

/// The variable that holds a future that is awaited.
pub(crate) fn future() -> Ident {
    own("future")
}

/// The variable that holds what a future gave.
pub(crate) fn output() -> Ident {
    own("output")
}

/// The function that holds the allocator, and never runs.
pub(crate) fn allocator() -> Ident {
    own("allocator")
}

/// The variable that ends a block's last drop.
pub(crate) fn scope() -> Ident {
    own("scope")
}

/// The variable that holds a function called `drop`.
pub(crate) fn callee() -> Ident {
    own("callee")
}

/// A variable of dead code that holds the value of an expression.
pub(crate) fn value() -> Ident {
    own("value")
}

/// The variable that guards a local.
pub(crate) fn guard(local: LocalId) -> Ident {
    own(&format!("local{}", local.0))
}

/// The variable that announces the drop of a value that lives as long as a variable.
pub(crate) fn announce(site: u32) -> Ident {
    own(&format!("announce{site}"))
}

/// The variable that announces the drops of operands, for one that never gives a value.
pub(crate) fn waiting() -> Ident {
    own("waiting")
}

/// The variable of dead code that has the type of what the body returns.
pub(crate) fn returned() -> Ident {
    own("returned")
}

/// The variable that announces the drop of what is about to be replaced.
pub(crate) fn replacing() -> Ident {
    own("replacing")
}

/// The variable that knows which operands of a call are there.
pub(crate) fn operands(number: usize) -> Ident {
    own(&format!("operands{number}"))
}

/// The variable that ends the drop of a statement's value.
pub(crate) fn end() -> Ident {
    own("end")
}

/// A variable that carries an answer of the compiler.
pub(crate) fn probe(number: usize) -> Ident {
    own(&format!("probe{number}"))
}

/// The hidden method beside one of this name that is `stack_only(deep)`.
pub(crate) fn companion(method: &Ident) -> Ident {
    own(&format!("deep_{}", method.unraw()))
}

/// A parameter whose pattern is taken apart inside the body.
pub(crate) fn param(index: usize) -> Ident {
    own(&format!("param{index}"))
}

/// A binding of what a pattern leaves.
pub(crate) fn rest(number: usize) -> Ident {
    own(&format!("rest{number}"))
}

fn own(name: &str) -> Ident {
    Ident::new(&format!("__tm_{name}"), Span::mixed_site())
}

/// Another mention of a name the user wrote: resolves like it, but is not the place an editor shows.
pub(crate) fn again(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(Span::call_site().resolved_at(ident.span()));
    ident
}

/// A path of ours, in the user's code. In edition 2015, the user's paths begin in the user's crate.
pub(crate) fn root_at(span: Span) -> Span {
    if edition() == Some(2015) {
        Span::mixed_site().located_at(span)
    } else {
        span
    }
}

/// The edition of the user's crate, where it stands in the arguments of the program that runs the macro: it does in those
/// of the compiler. What is decided by it is only how mistakes read.
fn edition() -> Option<u16> {
    static EDITION: OnceLock<Option<u16>> = OnceLock::new();
    *EDITION.get_or_init(|| {
        let mut args = std::env::args_os().filter_map(|arg| arg.into_string().ok());
        let edition = args.find_map(|arg| arg.strip_prefix("--edition").map(str::to_owned))?;
        let edition = if edition.is_empty() { args.next()? } else { edition };
        edition.trim_start_matches('=').parse().ok()
    })
}

/// The name, where only the expansion mentions it: then it is one of ours.
///
/// Clippy would count our mention of a `_name` as the user's own.
pub(crate) fn hidden(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(Span::mixed_site().located_at(ident.span()));
    ident
}
