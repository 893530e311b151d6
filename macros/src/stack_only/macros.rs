//! Calls of macros in a function that is `stack_only`.

use proc_macro2::TokenTree;
use syn::Macro;

use crate::args::StackOnly;
use crate::body::{is_known_macro, macro_name};
use crate::errors::Errors;

/// Whether a macro gives a value, and that may own something: those of the standard library that do.
pub(super) fn gives_a_value(mac: &Macro) -> bool {
    ["vec", "format", "dbg", "write", "writeln"].contains(&macro_name(mac).as_str())
}

/// Whether it is not known what the macro gives.
pub(super) fn is_unknown(mac: &Macro) -> bool {
    !is_known_macro(mac) && !["assert", "debug_assert", "dbg"].contains(&macro_name(mac).as_str())
}

/// Whether it evaluates a condition and shows it as text.
pub(super) fn asserts(mac: &Macro) -> bool {
    ["assert", "debug_assert"].contains(&macro_name(mac).as_str())
}

/// Whether a macro calls nothing but what its arguments do, and nothing of theirs if it panics.
pub(super) fn calls_nothing(mac: &Macro) -> bool {
    const QUIET: [&str; 17] = [
        "assert",
        "assert_eq",
        "assert_ne",
        "cfg",
        "column",
        "concat",
        "debug_assert",
        "debug_assert_eq",
        "debug_assert_ne",
        "env",
        "file",
        "include_bytes",
        "include_str",
        "line",
        "matches",
        "module_path",
        "stringify",
    ];
    let name = macro_name(mac);
    let panics = ["panic", "todo", "unimplemented", "unreachable"].contains(&name.as_str()) && !formats(mac);
    panics || QUIET.binary_search(&name.as_str()).is_ok() || ["vec", "pin", "format"].contains(&name.as_str())
}

/// What the types of a macro's arguments do not show.
pub(super) fn check(mac: &Macro, rules: &StackOnly, errors: &mut Errors) {
    let name = macro_name(mac);
    match name.as_str() {
        "print" | "println" if !rules.allow_print => errors.push(
            &mac.path,
            format!(
                "`{name}!` writes into the buffer of stdout, which is on the heap, under a lock; \
                 move it out of the function, or accept it with `stack_only(allow(print))`"
            ),
        ),
        "panic" | "todo" | "unimplemented" | "unreachable" if !rules.allow_panic && formats(mac) => errors
            .push(
                &mac.path,
                format!(
                    "`{name}!` with arguments makes its message on the heap; \
                 give it a text without arguments, or accept it with `stack_only(allow(panic))`"
                ),
            ),
        _ => {}
    }
}

/// Whether a macro is given more than a text without gaps.
fn formats(mac: &Macro) -> bool {
    let mut tokens = mac.tokens.clone().into_iter();
    let text = match tokens.next() {
        None => return false,
        Some(TokenTree::Literal(text)) => text.to_string().replace("{{", ""),
        Some(_) => return true,
    };
    text.contains('{') || tokens.any(|token| !matches!(token, TokenTree::Punct(_)))
}
