//! The part of `cargo trace-memory` that other programs may use: putting the attribute on functions.
//!
//! The command itself is documented by `cargo trace-memory --help`.

#![forbid(unsafe_code)]

pub mod insert;
