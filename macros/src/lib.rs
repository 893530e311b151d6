//! The `#[trace_memory]` attribute. Use it through the `trace-memory` crate, whose documentation
//! describes it.

#[cfg(any(feature = "trace", feature = "stack-only"))]
mod args;
#[cfg(any(feature = "trace", feature = "stack-only"))]
mod blocks;
#[cfg(any(feature = "trace", feature = "stack-only"))]
mod body;
#[cfg(any(feature = "trace", feature = "stack-only"))]
mod budget;
#[cfg(any(feature = "trace", feature = "stack-only"))]
mod bytes;
#[cfg(any(feature = "trace", feature = "stack-only"))]
mod check;
#[cfg(any(feature = "trace", feature = "stack-only"))]
mod errors;
#[cfg(any(feature = "trace", feature = "stack-only"))]
mod expand;
#[cfg(any(feature = "trace", feature = "stack-only"))]
mod item;
#[cfg(any(feature = "trace", feature = "stack-only"))]
mod normalise;
#[cfg(any(feature = "trace", feature = "stack-only"))]
mod paths;
#[cfg(any(feature = "trace", feature = "stack-only"))]
mod plan;
#[cfg(any(feature = "trace", feature = "stack-only"))]
mod stack_only;
#[cfg(all(test, feature = "trace"))]
mod tests;

use proc_macro::TokenStream;

/// Traces where the values of a function live.
///
/// Documented on its re-export, `trace_memory::trace_memory`.
#[cfg(any(feature = "trace", feature = "stack-only"))]
#[proc_macro_attribute]
pub fn trace_memory(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(args.into(), item.into(), in_editor()).into()
}

/// Leaves everything as it is: the features `trace` and `stack-only` are off.
#[cfg(not(any(feature = "trace", feature = "stack-only")))]
#[proc_macro_attribute]
pub fn trace_memory(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Whether rust-analyzer asks, and not a compiler: it runs macros in a program that bears its name.
#[cfg(any(feature = "trace", feature = "stack-only"))]
fn in_editor() -> bool {
    static ANSWER: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *ANSWER.get_or_init(|| {
        let program = std::env::current_exe().unwrap_or_default();
        program.file_name().is_some_and(|name| name.to_string_lossy().contains("rust-analyzer"))
    })
}

/// Parse, check, expand. Whatever is refused, the item itself is still there.
///
/// An editor gets the item as it was written, with the errors behind it. What it tells about the code under the
/// cursor, it looks up in the expansion. To complete a name, it expands twice, with a made-up name at the cursor and
/// without, and relies on both being the same up to there. To explain a name, it tells of every token that has the
/// place of the user's, also of those that are inserted.
#[cfg(any(feature = "trace", feature = "stack-only"))]
fn attribute(
    args: proc_macro2::TokenStream,
    item: proc_macro2::TokenStream,
    in_editor: bool,
) -> proc_macro2::TokenStream {
    let mut errors = errors::Errors::default();
    let args = args::Args::parse(args, &mut errors);
    if !cfg!(feature = "trace") && args.stack_only.is_none() {
        return item;
    }
    let written = in_editor.then(|| item.clone());
    let traced = if args.skip.is_some() {
        item
    } else if let Some(block) = blocks::Block::of(&item) {
        args.check_block(&mut errors);
        block.expand(&args, &mut errors)
    } else {
        match check::function(item, &args, &mut errors) {
            Ok(function) => {
                let allocator = expand::allocator(&function, &args);
                let mut traced = expand::expand(function, &args, stack_only::Around::Unseen, &mut errors);
                traced.extend(allocator);
                traced
            }
            Err(item) => item,
        }
    };
    let mut output = written.unwrap_or(traced);
    output.extend(errors.finish());
    output
}
