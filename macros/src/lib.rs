//! The `#[trace_memory]` attribute. Use it through the `trace-memory` crate, whose documentation
//! describes it.

mod args;
mod body;
mod check;
mod errors;
mod expand;
mod item;
mod normalise;
mod paths;
mod plan;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Traces where the values of a function live.
///
/// Documented on its re-export, `trace_memory::trace_memory`.
#[proc_macro_attribute]
pub fn trace_memory(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(args.into(), item.into()).into()
}

/// Parse, check, expand. Whatever is refused, the item itself is still there.
fn attribute(args: proc_macro2::TokenStream, item: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    let mut errors = errors::Errors::default();
    let args = args::Args::parse(args, &mut errors);
    let mut output = match check::function(&item, &args, &mut errors) {
        Some(function) => expand::expand(function, &args),
        None => item,
    };
    output.extend(errors.finish());
    output
}
