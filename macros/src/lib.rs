//! The `#[trace_memory]` attribute. Use it through the `trace-memory` crate, whose documentation
//! describes it.

#[cfg(feature = "trace")]
mod args;
#[cfg(feature = "trace")]
mod blocks;
#[cfg(feature = "trace")]
mod body;
#[cfg(feature = "trace")]
mod check;
#[cfg(feature = "trace")]
mod errors;
#[cfg(feature = "trace")]
mod expand;
#[cfg(feature = "trace")]
mod item;
#[cfg(feature = "trace")]
mod normalise;
#[cfg(feature = "trace")]
mod paths;
#[cfg(feature = "trace")]
mod plan;
#[cfg(all(test, feature = "trace"))]
mod tests;

use proc_macro::TokenStream;

/// Traces where the values of a function live.
///
/// Documented on its re-export, `trace_memory::trace_memory`.
#[cfg(feature = "trace")]
#[proc_macro_attribute]
pub fn trace_memory(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(args.into(), item.into()).into()
}

/// Leaves everything as it is: the feature `trace` is off.
#[cfg(not(feature = "trace"))]
#[proc_macro_attribute]
pub fn trace_memory(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Parse, check, expand. Whatever is refused, the item itself is still there.
#[cfg(feature = "trace")]
fn attribute(args: proc_macro2::TokenStream, item: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    let mut errors = errors::Errors::default();
    let args = args::Args::parse(args, &mut errors);
    let mut output = if args.skip.is_some() {
        item
    } else if let Some(block) = blocks::Block::of(&item) {
        args.check_block(&mut errors);
        block.expand(&args, &mut errors)
    } else {
        match check::function(item, &mut errors) {
            Ok(function) => {
                let allocator = expand::allocator(&function, &args);
                let mut traced = expand::expand(function, &args);
                traced.extend(allocator);
                traced
            }
            Err(item) => item,
        }
    };
    output.extend(errors.finish());
    output
}
