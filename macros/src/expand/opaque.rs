//! Functions whose body stays as it was written: only the frame is added.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{token, FnArg, Item, Pat, PatIdent, ReceiverKind, Signature};

use super::frame::{enter, plain};
use super::futures;
use super::step::{under, Step};
use super::tables::{About, BodyKind, Place, Tables};
use super::Options;
use crate::blocks::take_until;
use crate::body::{type_has_no_glue, Model};
use crate::item::Function;
use crate::paths::{self, ours};

/// The body of a function with its frame.
///
/// ```text
/// { items; body }       { items; let frame = enter(…); body }
/// ```
///
/// Nothing is put around what the user wrote, so that it is checked and run as it was. The parameters are dropped behind
/// the frame, and in editions before 2024 so are the temporaries of the tail.
///
/// The body of an `async fn` becomes a future inside of the function's own one, as always.
pub(super) fn function(
    function: &mut Function,
    body: (token::Brace, TokenStream),
    options: &Options<'_>,
) -> TokenStream {
    let model = Model::default();
    let sig = &mut function.sig;
    let kind = if sig.asyncness.is_some() { BodyKind::AsyncFnApart } else { BodyKind::Function };
    let about = About {
        model: &model,
        paths: options.paths,
        name: options.name,
        inserted: options.inserted,
        place: Place::of(&[kind], false),
        span: sig.ident.span(),
    };
    let (brace, stmts) = body;
    let (items, rest) = split_items(stmts);
    let check = options.check;
    if kind == BodyKind::AsyncFnApart {
        let taken = take_params(sig);
        let body = (brace, ours!(#taken #check #rest));
        let body = futures::apart(Tables::default(), &about, options.rule, &sig.output, body);
        return ours!(#items #body);
    }
    let frame = enter(Tables::default(), &about, options.rule, options.budget);
    ours!(#items #frame #check #rest)
}

/// The items that a body begins with, where lints want them, and the rest.
fn split_items(body: TokenStream) -> (TokenStream, TokenStream) {
    let parser = |input: ParseStream<'_>| {
        let mut items = TokenStream::new();
        loop {
            let ahead = input.fork();
            match ahead.parse::<Item>() {
                // A macro may be a statement.
                Ok(Item::Macro(_) | Item::Verbatim(_)) | Err(_) => break,
                Ok(_) => items.extend(take_until(input, &ahead)?),
            }
        }
        Ok((items, input.parse::<TokenStream>()?))
    };
    match parser.parse2(body.clone()) {
        Ok((items, rest)) if !items.is_empty() && !has_fragments(&rest) => (items, rest),
        _ => (TokenStream::new(), body),
    }
}

/// Whether tokens hold fragments of a `macro_rules!` macro. Taken apart, they would bind as if written there.
fn has_fragments(tokens: &TokenStream) -> bool {
    let is_fragment =
        |token| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::None);
    tokens.clone().into_iter().any(is_fragment)
}

/// Moves the parameters that may need dropping into the inner future of an `async fn`, as the compiler does with a
/// function's own: there they are dropped in the same order, and inside of the frame. A receiver cannot be renamed; it
/// is named, so that the future owns all of it.
fn take_params(sig: &mut Signature) -> TokenStream {
    let mut steps = Vec::new();
    for (index, input) in sig.inputs.iter_mut().enumerate() {
        match input {
            FnArg::Typed(typed) if !type_has_no_glue(&typed.ty) => {
                let moved = take_param(index, &mut typed.pat);
                steps.extend(under(&typed.attrs, moved));
            }
            FnArg::Receiver(receiver) if !matches!(receiver.kind, ReceiverKind::Reference(..)) => {
                let name = &receiver.self_token;
                steps.push(Step::Do(ours!(let _ = &#name)));
            }
            FnArg::Typed(_) | FnArg::Receiver(_) => {}
        }
    }
    steps.into_iter().map(|step| step.into_statement().into_token_stream()).collect()
}

fn take_param(index: usize, pat: &mut Pat) -> Vec<Step> {
    if let Pat::Ident(PatIdent { by_ref: None, mutability: None, subpat: None, ident, .. }) = pat {
        return vec![Step::of(&*ident, ours!(#ident))];
    }
    let name = paths::param(index);
    let pat = std::mem::replace(pat, Pat::Ident(plain(&name)));
    vec![Step::of(&name, ours!(#name)), Step::of(pat, ours!(#name))]
}
