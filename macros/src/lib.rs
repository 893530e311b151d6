//! The `#[trace_memory]` attribute. Use it through the `trace-memory` crate, whose documentation
//! describes it.

mod args;
mod blocks;
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
    let mut output = if args.skip.is_some() {
        item
    } else if let Some(block) = blocks::Block::of(&item) {
        args.check_block(&mut errors);
        block.expand(&args, &mut errors)
    } else if let Some(function) = check::function(&item, &mut errors) {
        let allocator = expand::allocator(&function, &args);
        let mut traced = expand::expand(function, &args);
        traced.extend(allocator);
        traced
    } else {
        item
    };
    output.extend(errors.finish());
    output
}
