//! Families of programs: functions of every shape that the compiler has something to say about, each compiled plain
//! and traced.
//!
//! A family is a file in `tests/families`, which says how its functions are put together (`grammar`). A seed picks
//! (`generate`), many functions make up one program (`program`), and what differs is found function by function
//! (`compare`).

pub mod compare;
mod generate;
mod grammar;
mod program;
mod said;
mod warned;

pub use compare::{Difference, Verdict, verdicts};
pub use generate::{Case, Family, families};
pub use program::{Bench, alone};
