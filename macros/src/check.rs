//! What the attribute refuses, each with one sentence on the user's own token.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{ForeignItemFn, Item, Token, TraitItemFn};

use crate::args::Args;
use crate::errors::Errors;
use crate::item::Function;
use crate::paths::ours;

/// The function to trace, or the item as it is left.
pub(crate) fn function(item: TokenStream, args: &Args, errors: &mut Errors) -> Result<Function, TokenStream> {
    match Function::parse_for(args, item.clone()) {
        // What is not traced can be checked all the same.
        Ok(function) if args.stack_only.is_some() && !function.is_naked() => return Ok(function),
        Ok(function) => match refusal(&function) {
            None => return Ok(function),
            Some((tokens, message)) => errors.push(tokens, message),
        },
        Err(error) => {
            if let Some(warning) = unread(&item) {
                return Err(warning);
            }
            refuse_other(&item, error, errors);
        }
    }
    Err(item)
}

/// A function whose head the parser cannot read, with a warning in its body: parameters without a name, or
/// with a keyword as their name, of edition 2015; or syntax newer than the parser.
fn unread(item: &TokenStream) -> Option<TokenStream> {
    if syn::parse2::<Item>(item.clone()).is_ok() {
        return None;
    }
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    let is_function = tokens.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "fn"));
    let body = match tokens.pop()? {
        TokenTree::Group(body) if is_function && body.delimiter() == Delimiter::Brace => body,
        _ => return None,
    };
    let stmts = body.stream();
    let warning = ours!({
        #[deprecated(
            note = "`#[trace_memory]` cannot read this function, and leaves it as it is: its syntax is that of edition 2015, or newer than the parser"
        )]
        const NOT_TRACED: () = ();
        NOT_TRACED
    });
    // The braces stay the user's: their edition decides when temporaries end.
    let mut with_warning = Group::new(Delimiter::Brace, ours!(#warning #stmts));
    with_warning.set_span(body.span());
    tokens.push(TokenTree::Group(with_warning));
    Some(tokens.into_iter().collect())
}

/// Why a function cannot be traced, if it cannot, and the token to say it at.
pub(crate) fn refusal(function: &Function) -> Option<(TokenStream, &'static str)> {
    let sig = &function.sig;
    if let Some(constness) = &sig.constness {
        Some((
            constness.to_token_stream(),
            "`#[trace_memory]` cannot trace a `const fn`, which may run inside the compiler; remove `const` or the attribute",
        ))
    } else if let Some(variadic) = &sig.variadic {
        Some((
            variadic.to_token_stream(),
            "`#[trace_memory]` cannot trace a variadic function; remove the attribute",
        ))
    } else if function.is_naked() {
        Some((
            sig.fn_token.to_token_stream(),
            "`#[trace_memory]` cannot trace a naked function, which has no frame of its own; remove the attribute",
        ))
    } else {
        None
    }
}

/// Tells what the attribute was put on, by the item's own keyword.
fn refuse_other(item: &TokenStream, error: syn::Error, errors: &mut Errors) {
    if let Some(fn_token) = bodiless(item) {
        return errors.push(
            fn_token,
            "`#[trace_memory]` needs a body to trace, and this function only declares one; move the attribute to where the body is",
        );
    }
    let Ok(item) = syn::parse2::<Item>(item.clone()) else {
        return errors.combine(error);
    };
    let (keyword, what) = match &item {
        Item::Struct(item) => (item.struct_token.to_token_stream(), "a struct"),
        Item::Enum(item) => (item.enum_token.to_token_stream(), "an enum"),
        Item::Union(item) => (item.union_token.to_token_stream(), "a union"),
        Item::TraitAlias(item) => (item.trait_token.to_token_stream(), "a trait alias"),
        Item::Mod(item) => (item.mod_token.to_token_stream(), "a module in a file of its own"),
        Item::Const(item) => (item.const_token.to_token_stream(), "a constant"),
        Item::Static(item) => (item.static_token.to_token_stream(), "a static"),
        Item::Type(item) => (item.type_token.to_token_stream(), "a type alias"),
        Item::Use(item) => (item.use_token.to_token_stream(), "a `use`"),
        Item::ExternCrate(item) => (item.extern_token.to_token_stream(), "an `extern crate`"),
        Item::ForeignMod(item) => (item.abi.to_token_stream(), "an `extern` block"),
        Item::Macro(item) => (item.mac.path.to_token_stream(), "a macro"),
        other => (other.to_token_stream(), "this item"),
    };
    errors.push(
        keyword,
        format!(
            "`#[trace_memory]` goes on a function, a method, or an `impl`, `trait` or `mod` block, not on {what}; move it to the functions to trace"
        ),
    );
}

/// The `fn` of a function without a body: in a trait, or in an `extern` block.
fn bodiless(item: &TokenStream) -> Option<Token![fn]> {
    if let Ok(method) = syn::parse2::<TraitItemFn>(item.clone()) {
        return method.default.is_none().then_some(method.sig.fn_token);
    }
    syn::parse2::<ForeignItemFn>(item.clone()).ok().map(|function| function.sig.fn_token)
}
