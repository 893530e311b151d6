//! An oracle for drops: random functions whose values say themselves when they are dropped, to compare
//! with what the trace says.

mod asynchronous;
mod bindings;
pub mod compare;
mod control;
mod functions;
mod generator;
mod loops;
mod matching;
mod moves;
mod package;
mod parts;
mod random;
mod scope;
mod temporaries;
mod types;
mod values;

pub use generator::{Function, function};
pub use package::{Bin, Package, ROUNDS};

/// Whether the trace has the drops of temporaries: values named `t` and a number.
pub const TEMPORARIES: bool = true;

/// Whether the trace has the drops of operands that were evaluated before control left: values named `o`
/// and a number.
pub const OPERANDS: bool = false;

/// Whether the trace has the drop of the old value of a field that gets a new one, or of what a box holds.
pub const ASSIGNED_PARTS: bool = true;

/// Whether trait objects are also made by `as`, and not only by calls.
pub const CASTS: bool = true;

/// Whether `move` closures also mention locals that they do not capture, before `_`.
pub const IGNORED_CAPTURES: bool = true;

/// Whether closures also have parameters with `_`.
pub const WILD_PARAMETERS_OF_CLOSURES: bool = true;

/// Whether there are async functions and blocks.
pub const ASYNC: bool = true;
