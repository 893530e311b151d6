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
