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
pub(crate) mod random;
mod scope;
mod temporaries;
mod types;
mod values;

pub use generator::{Function, function};
pub use package::{Bin, Package, ROUNDS};
