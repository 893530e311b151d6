//! Shows where the values of a Rust program live: stack frames, heap blocks, moves and drops.
//!
//! ```
//! use trace_memory::trace_memory;
//!
//! #[trace_memory]
//! fn main() {
//!     let x = 42; // 4 bytes in main's stack frame
//!     let y = "hello"; // 16 bytes in the frame, pointing at 5 static bytes
//!     let s = String::from("hello"); // 24 bytes in the frame, pointing at 5 bytes on the heap
//!     println!("{x} {y} {s}");
//! }
//! ```
//!
//! The tree of what happened goes to stderr when the outermost traced function of a thread ends, and a
//! summary when the process exits. Stdout stays the program's own.
//!
//! # The allocator
//!
//! Heap events need [`Alloc`] as the global allocator. On a binary's or an example's `fn main` the
//! attribute installs it. Elsewhere, as in tests, write
//!
#![cfg_attr(feature = "std", doc = "```standalone_crate")]
#![cfg_attr(not(feature = "std"), doc = "```ignore")]
//! #[global_allocator]
//! static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
//! # fn main() {}
//! ```
//!
//! Without it, the first report says that it is missing, and has frames, locals, moves and drops only. The
//! summary then says that the heap is `unknown`.
//!
//! # Settings
//!
//! | variable | values | default |
//! |---|---|---|
//! | `TRACE_MEMORY` | `tree`, `live` (each event as it happens), `summary` (totals at exit), `json:PATH` (JSON Lines, see [`wire::json`]), `bin:PATH` (records as they are, see [`mod@file`]), `off` | `tree` |
//! | `TRACE_MEMORY_COLOR` | `auto`, `always`, `never` | `auto` |
//! | `TRACE_MEMORY_STABLE` | `1` leaves out times, addresses and frame sizes | `0` |
//! | `TRACE_MEMORY_STACK_ONLY` | `report`, `panic`, `abort`: what follows when a `stack_only` function has used the heap | `report` |
//! | `TRACE_MEMORY_OVERWRITE` | `1` lets `json:PATH` and `bin:PATH` replace an existing regular file: the old one is unlinked | `0` |
//!
//! In `PATH`, `{pid}` and `{bin}` stand for the process id and the program's file name. The file is new, and readable
//! for its owner only. `COLUMNS` sets the width of the output, and `CARGO_TERM_UNICODE=false` makes it ASCII. A value
//! that is not known is answered with one line on stderr, and the default holds. A process with more rights than its
//! user (setuid) reads none of these.
//!
//! # Features
//!
//! - `trace`, on by default. Without it, the attribute leaves every function as it was, without a parser in the build,
//!   and [`Alloc`] only forwards. A library says `default-features = false`: then the program decides.
//! - `stack-only`, on by default: the compile-time checks of [`stack_only`](trace_memory#options), with and without the
//!   trace. It needs neither `std` nor an allocator; `alloc` adds the types of that crate to those that errors know by name.
//! - `tracing`, with `trace`: each frame is a span of the crate `tracing`, whose fields `allocs`, `reallocs`, `bytes`,
//!   `frees` and `freed_bytes` are recorded when it ends, with what it calls. The subscriber is there before the
//!   first traced function runs; under `TRACE_MEMORY=off` there are spans and no trace.
//! - `std`, part of `trace`. Without it, the crate is `no_std`, and there is no [`Alloc`].
//!
//! # Parts
//!
//! [`trace_memory`] and [`Alloc`] are all that a traced program needs, and `measure` is for tests. The modules are the report as a
//! library: [`report`] turns what was recorded into [`event`]s and a model, [`mod@print`] and [`wire`]
//! write them. None of them does I/O of its own.
//!
//! # Platforms
//!
//! On Linux everything is there. On other systems some of it is missing, and nothing stands in for it:
//! outside of Linux, Android and FreeBSD no address is told to be `static`; outside of Linux and macOS
//! the extent of a thread's stack is not known, so a pointer into it shows only if a traced local lies
//! there; outside of unix there is no report at exit, so no `summary` and no `json`, and no temporary
//! file, so that what does not fit into the first 64 KiB of each thread is lost (and counted).

#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(feature = "std")]
mod allocator;
#[cfg(feature = "trace")]
pub mod budget;
#[cfg(feature = "trace")]
mod capture;
#[cfg(feature = "trace")]
pub mod event;
#[cfg(feature = "trace")]
pub mod file;
#[cfg(feature = "trace")]
mod measure;
mod permit;
#[cfg(feature = "trace")]
pub mod print;
#[cfg(feature = "trace")]
mod private;
#[cfg(feature = "trace")]
#[doc(hidden)]
pub mod record;
#[cfg(feature = "trace")]
pub mod report;
#[cfg(feature = "trace")]
mod session;
#[cfg(feature = "trace")]
mod settings;
#[cfg(feature = "trace")]
pub mod site;
#[cfg(feature = "tracing")]
mod spans;
#[cfg(feature = "stack-only")]
mod stack_only;
#[cfg(feature = "trace")]
mod trace;
#[cfg(feature = "trace")]
mod watch;
#[cfg(feature = "trace")]
pub mod wire;

#[cfg(feature = "std")]
pub use allocator::Alloc;
#[cfg(feature = "trace")]
pub use measure::{Measurement, Report, measure};
pub use permit::permit;
#[cfg(feature = "trace")]
pub use permit::violations;
#[cfg(feature = "stack-only")]
pub use stack_only::StackOnly;

/// Traces a function: its frame, its locals, where their values go, and what it does on the heap.
///
/// ```
/// use trace_memory::trace_memory;
///
/// #[trace_memory]
/// fn longest(words: Vec<String>) -> usize {
///     let lengths: Vec<usize> = words.iter().map(String::len).collect();
///     lengths.into_iter().max().unwrap_or(0)
/// }
/// assert_eq!(longest(vec!["stack".into(), "heap".into()]), 5);
/// ```
///
/// # Where it stands
///
/// On a free function, on a method with any receiver, on an associated function, in `impl`s of traits and
/// on trait methods that have a body. Generic, `async`, `unsafe` and `extern` functions, `-> !` and `-> impl Trait`
/// are fine. Only calls of functions that carry the attribute have a frame in the trace; what an untraced
/// function does on the heap is told with the statement that called it.
///
/// ```
/// use trace_memory::trace_memory;
///
/// struct Stack(Vec<u8>);
///
/// impl Stack {
///     #[trace_memory]
///     fn push(&mut self, byte: u8) {
///         self.0.push(byte);
///     }
///
///     #[trace_memory]
///     fn into_bytes(self) -> Vec<u8> {
///         self.0
///     }
/// }
///
/// let mut stack = Stack(Vec::new());
/// stack.push(7);
/// assert_eq!(stack.into_bytes(), [7]);
/// ```
///
/// On an `impl` block, a `trait` block or a module with its body it traces every function inside, also those in blocks
/// inside of a module. Those that cannot be traced (see below) are left alone. Options hold for all of them; an
/// attribute on a function or a block inside adds to them, or takes it out (`skip`).
///
/// ```
/// use trace_memory::trace_memory;
///
/// struct Stack(Vec<u8>);
///
/// #[trace_memory(values)]
/// impl Stack {
///     const fn new() -> Self {
///         Self(Vec::new())
///     }
///
///     fn push(&mut self, byte: u8) {
///         self.0.push(byte);
///     }
///
///     #[trace_memory(skip)]
///     fn len(&self) -> usize {
///         self.0.len()
///     }
/// }
///
/// let mut stack = Stack::new();
/// stack.push(7);
/// assert_eq!(stack.len(), 1);
/// ```
///
/// A closure inside a traced function is a frame of its own, if it names parameters, locals or temporaries; else
/// it belongs to the statement it runs in. A function inside a traced function needs an attribute of its own.
///
/// Everything else is refused with an error on the word that is in the way: `const fn`, variadic and naked functions, those
/// without a body, a `mod` in another file, and other items. `skip` is for what another attribute makes `const`.
///
#[cfg_attr(feature = "trace", doc = "```compile_fail")]
#[cfg_attr(not(feature = "trace"), doc = "```")]
/// #[trace_memory::trace_memory]
/// const fn double(number: u32) -> u32 {
///     number * 2
/// }
/// ```
///
/// # Options
///
/// Several are separated by commas.
///
/// **`name = "…"`** is what the trace calls the function, in place of its path.
///
/// ```
/// #[trace_memory::trace_memory(name = "startup")]
/// fn init() {}
/// ```
///
/// **`values`** adds the `Debug` text of each local that has one, taken when the local gets a
/// value, and cut after 256 bytes. Of a local that needs no dropping it is the first value. It runs the
/// type's own `Debug`; a panic in there leaves the text out.
///
/// ```
/// #[trace_memory::trace_memory(values)]
/// fn area(width: u32, height: u32) -> u32 {
///     let area = width * height; // `area: u32 = 12` in the tree
///     area
/// }
/// assert_eq!(area(3, 4), 12);
/// ```
///
/// **`locals = none`** traces the frame and the heap only, without lines, and leaves the body as it was written, also its
/// closures and `async` blocks: it compiles wherever the function does. **If a function does not compile with the attribute,
/// write `#[trace_memory(locals = none)]`, and report it.** Parameters (but those of an `async fn`), and in editions before
/// 2024 the temporaries of the last expression, are dropped behind the frame: what they free is told of the caller.
///
/// ```
/// #[trace_memory::trace_memory(locals = none)]
/// fn keep<'a>(name: &'a mut String, all: &mut Vec<&'a mut String>) {
///     all.push(name);
/// }
/// # keep(&mut String::new(), &mut Vec::new());
/// ```
///
/// **`stack_only`** says that the function keeps everything on the stack. The compiler refuses values whose types show that
/// they own memory on the heap, also temporaries, and methods that make a collection grow. What types do not show,
/// [`Alloc`] sees at run time: a message tells the function, the statement and the size, and a test fails. A type
/// with a destructor that frees nothing is declared with [`StackOnly`]; [`permit`] opens a hole.
/// `stack_only(allow(print))` accepts `println!`, whose buffer is on the heap, and `stack_only(allow(panic))` panics with
/// arguments, whose messages are. `stack_only(deep)` also refuses calls of what is not `stack_only(deep)` itself, nor in `core`,
/// nor named in `stack_only(deep, trust(path, …))`. It may stand on a `const fn`, which is checked and not traced. Needs the feature
/// `stack-only`; the run-time check needs `trace`.
///
/// ```
/// use core::fmt::{self, Write};
///
/// #[trace_memory::trace_memory(stack_only)]
/// fn show(number: f32, out: &mut impl Write) -> fmt::Result {
///     write!(out, "{number:.2}")
/// }
/// # let mut text = String::new();
/// # show(1.5, &mut text).unwrap();
/// # assert_eq!(text, "1.50");
/// ```
///
#[cfg_attr(feature = "stack-only", doc = "```compile_fail,E0277")]
#[cfg_attr(not(feature = "stack-only"), doc = "```")]
/// #[trace_memory::trace_memory(stack_only)]
/// fn show(number: f32) -> usize {
///     number.to_string().len() // error: `String` keeps its data on the heap
/// }
/// ```
///
#[cfg_attr(feature = "stack-only", doc = "```compile_fail,E0277")]
#[cfg_attr(not(feature = "stack-only"), doc = "```")]
/// use trace_memory::trace_memory;
///
/// fn count() -> usize {
///     vec![1, 2, 3].len()
/// }
///
/// #[trace_memory(stack_only(deep))]
/// fn total(more: usize) -> usize {
///     core::cmp::max(more, 1) + count() // error: `count` is not known to stay on the stack
/// }
/// # fn main() {}
/// ```
///
/// **`budget(allocs = 0, bytes = "1 KiB", peak = "4 KiB", leaks = 0)`**, or some of these, is the most that each call may do
/// with the heap, with all that it calls on its thread: how often memory is asked for, how many bytes, how many of
/// them alive at once, and how many blocks are left when it returns, its value's among them. A test panics when a call
/// goes over, and the message has the lines; other programs do as `TRACE_MEMORY_STACK_ONLY` says. Not for an `async fn`.
/// `measure` asserts the same of any code.
///
#[cfg_attr(feature = "std", doc = "```standalone_crate")]
#[cfg_attr(not(feature = "std"), doc = "```ignore")]
/// use trace_memory::trace_memory;
///
/// # #[global_allocator]
/// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
/// #[trace_memory(budget(allocs = 1, bytes = "64 B"))]
/// fn digits(number: u32) -> String {
///     number.to_string()
/// }
/// # fn main() {
/// assert_eq!(digits(42), "42");
/// # }
/// ```
///
/// **`crate = path`** says where this crate is found, if not as `::trace_memory`.
///
/// ```
/// use trace_memory as tracer;
///
/// #[tracer::trace_memory(crate = tracer)]
/// fn traced() {}
/// ```
///
/// **`allocator = none`**, on `fn main`, leaves the global allocator to the program.
///
#[cfg_attr(feature = "std", doc = "```standalone_crate")]
#[cfg_attr(not(feature = "std"), doc = "```ignore")]
/// use std::alloc::System;
///
/// #[global_allocator]
/// static ALLOC: trace_memory::Alloc<System> = trace_memory::Alloc::new(System);
///
/// #[trace_memory::trace_memory(allocator = none)]
/// fn main() {}
/// ```
///
/// **`skip`** leaves the function as it is, without removing the attribute.
///
/// ```
/// #[trace_memory::trace_memory(skip)]
/// const fn double(number: u32) -> u32 {
///     number * 2
/// }
/// assert_eq!(double(2), 4);
/// ```
///
/// # What it adds
///
/// The signature stays. In the body come calls into this crate: one when the function starts, one at each statement
/// that may touch the heap, a guard behind each local that may need dropping, a note where such a local may lose its
/// value. A guard borrows nothing. It is dropped right before its local, and so tells the drop when it is about to
/// run. Where only types can tell whether a value moves, a closure in dead code lets the compiler answer: its type
/// needs dropping if it captured the value. Names in the expansion start with `__tm_`. The expansion contains no
/// `unsafe`, no `allow` of its own and no path that does not start at this crate.
///
/// On a binary's or example's `fn main` without parameters it also adds
/// `#[global_allocator] static …: Alloc = Alloc::system();`.
///
/// Works in editions 2018, 2021 and 2024; the drop order is that of the user's edition. In edition 2015, too, but a
/// function whose parameters have no names, or a keyword as one, is left as it is, with a warning.
///
/// # Limits
///
/// - A closure that is called where it is written has no drop of its own. An `async` one may be left as it is.
/// - A move or a drop that cannot be decided is in the trace with `certain: false`. A drop says why. `rest`: a field
///   (`x.a`), a pattern with `..`, `..x` in a struct expression, or several patterns took parts of the value, and
///   whether what remains needs dropping is not known. `maybe_moved`: the value may have gone before, into one of these:
///   - a macro that is not followed, that is, one of the program's own, `assert!`, `debug_assert!` or `dbg!`, if
///     it takes the local on some path, or if the compiler cannot be asked: the macro is an operand of a call, is
///     looked at where it is (`&m!(x)`, `m!(x).f()`, `match m!(x)`) or taken apart by a `let`, is an expression in a
///     loop, its arguments hold `break`, `continue` or `.await`, or, as a statement, it is given a name that may
///     become a local;
///   - a call, as the last use of the local, that has an unlabelled `break` or `continue` in an operand, or, in a
///     loop, a macro that is not followed;
///   - a closure that may own several locals, or that another operand of its call follows;
///   - a `let` chain that takes apart what it has just bound.
/// - A local defined by a macro that is not followed is not seen, nor one that gets its first value there.
/// - An assignment to a captured local inside a closure has no event, and the old value no drop.
/// - The lint `unused_assignments` finds nothing in a traced function. Some errors of the borrow checker and of
///   types are told twice, or with a note about a closure that is not in the source.
/// - A macro named like one of the standard library (`vec!`, `println!`, …) is taken for that one, and one named like
///   those that log (`info!`, …) to await nothing. A name in a pattern with a capital first is a constant or variant.
/// - A local's pointers are found by reading its memory, up to 128 words of it. A number that happens to be
///   the address of a live block looks like a pointer to it.
pub use trace_memory_macros::trace_memory;

/// For the expansion of [`trace_memory`] only.
#[cfg(any(feature = "trace", feature = "stack-only"))]
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "trace")]
    pub use crate::private::*;
    #[cfg(feature = "stack-only")]
    pub mod stack_only {
        pub use ::core;

        pub use crate::stack_only::check::*;
        pub use crate::stack_only::deep::*;
    }
}
