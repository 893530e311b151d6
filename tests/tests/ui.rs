//! What does not compile, and what the compiler says then. `ui/accepted`, which compiles, is for `forms.rs` and `lints.rs`.
//!
//! `TRYBUILD=overwrite cargo test --test ui` accepts the messages there are now; read them.

use trybuild::TestCases;

/// The attribute refuses what it cannot trace: one sentence, on the user's own token.
#[test]
fn refused() {
    TestCases::new().compile_fail("ui/refused/*.rs");
}

/// The user's own mistakes read as they do without the attribute.
#[test]
fn errors() {
    TestCases::new().compile_fail("ui/errors/*.rs");
}
