//! The attribute that changes nothing, to build the programs without the trace.

use std::iter::Peekable;

use proc_macro::{Group, TokenStream, TokenTree, token_stream};

/// The item as it is, and without the attribute on what is inside.
#[proc_macro_attribute]
pub fn trace_memory(_: TokenStream, item: TokenStream) -> TokenStream {
    without_attributes(item)
}

fn without_attributes(tokens: TokenStream) -> TokenStream {
    let mut left = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if is_attribute(&token, &mut tokens) {
            tokens.next();
            continue;
        }
        left.push(match token {
            // Another group would have another span.
            TokenTree::Group(group) if group.stream().to_string().contains("[trace_memory") => {
                let mut inside = Group::new(group.delimiter(), without_attributes(group.stream()));
                inside.set_span(group.span());
                TokenTree::Group(inside)
            }
            token => token,
        });
    }
    left.into_iter().collect()
}

/// Whether `#` and what follows are the attribute.
fn is_attribute(token: &TokenTree, rest: &mut Peekable<token_stream::IntoIter>) -> bool {
    let is_hash = matches!(token, TokenTree::Punct(mark) if mark.as_char() == '#');
    let names_it = |group: &Group| group.stream().to_string().starts_with("trace_memory");
    is_hash && matches!(rest.peek(), Some(TokenTree::Group(group)) if names_it(group))
}
