//! `impl` blocks, `trait` blocks and inline modules: every function inside that can be traced, is.
//!
//! Only the functions are read. Everything else stays as it came, token by token, also what no parser knows.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, ImplItem, Item, Meta, Token, TraitItem, Visibility};

use crate::args::Args;
use crate::check;
use crate::errors::Errors;
use crate::expand;
use crate::item::Function;
use crate::stack_only::Around;

/// A block.
pub(crate) struct Block {
    attrs: Vec<Attribute>,
    /// What stands between its attributes and its braces.
    head: TokenStream,
    body: Group,
}

impl Block {
    /// The block that an item is; `None` if it is none, or has no braces.
    pub(crate) fn of(item: &TokenStream) -> Option<Self> {
        let parser = |input: ParseStream<'_>| {
            let attrs = input.call(Attribute::parse_outer)?;
            if !is_block(input) {
                return Err(input.error("no block"));
            }
            Ok((attrs, input.parse::<TokenStream>()?))
        };
        let (attrs, rest) = parser.parse2(item.clone()).ok()?;
        let mut head: Vec<TokenTree> = rest.into_iter().collect();
        match head.pop()? {
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
                Some(Self { attrs, head: head.into_iter().collect(), body })
            }
            _ => None,
        }
    }

    /// The block, with its functions traced as `args` say, where they do not say otherwise themselves.
    pub(crate) fn expand(self, args: &Args, errors: &mut Errors) -> TokenStream {
        let around = self.around();
        let parser = |input: ParseStream<'_>| {
            let mut inside = TokenStream::new();
            while input.peek(Token![#]) && input.peek2(Token![!]) {
                let ahead = input.fork();
                ahead.call(Attribute::parse_inner)?;
                inside.extend(take_until(input, &ahead)?);
            }
            while !input.is_empty() {
                inside.extend(expand_next(input, args, around, errors)?);
            }
            Ok(inside)
        };
        let inside = match parser.parse2(self.body.stream()) {
            Ok(inside) => inside,
            Err(error) => {
                errors.combine(error);
                self.body.stream()
            }
        };
        let mut body = Group::new(Delimiter::Brace, inside);
        body.set_span(self.body.span());
        let mut tokens = with_attrs(&self.attrs, self.head);
        tokens.extend([TokenTree::Group(body)]);
        tokens
    }
}

impl Block {
    /// What a function inside may mention that is not its own.
    fn around(&self) -> Around {
        let mut head = self.head.clone().into_iter().filter_map(|token| match token {
            TokenTree::Ident(ident) => Some(ident.to_string()),
            TokenTree::Punct(punct) => Some(punct.as_char().to_string()),
            TokenTree::Group(_) | TokenTree::Literal(_) => None,
        });
        match head.find(|word| ["impl", "trait", "mod"].contains(&word.as_str())).as_deref() {
            Some("mod") => Around::Module,
            Some("trait") => Around::Trait,
            _ => {
                let mut head = head.peekable();
                let generic = head.peek().is_some_and(|word| word == "<");
                // A bound may be `for<'a> …`, in angle brackets or behind `where`.
                let (mut depth, mut arrow) = (0_usize, false);
                let of_trait = head.take_while(|word| word != "where").any(|word| {
                    match word.as_str() {
                        "<" => depth += 1,
                        ">" if !arrow => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    arrow = word == "-";
                    depth == 0 && word == "for"
                });
                Around::Impl { generic, of_trait }
            }
        }
    }
}

fn with_attrs(attrs: &[Attribute], rest: TokenStream) -> TokenStream {
    let mut tokens: TokenStream = attrs.iter().map(ToTokens::to_token_stream).collect();
    tokens.extend(rest);
    tokens
}

/// Whether an item begins, behind its attributes, as a block does.
fn is_block(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    if ahead.parse::<Visibility>().is_err() {
        return false;
    }
    // Only words stand before the keyword, and nowhere else is there one of these behind words alone.
    while let Ok(word) = ahead.call(Ident::parse_any) {
        if ["impl", "trait", "mod"].iter().any(|keyword| word == keyword) {
            return true;
        }
    }
    false
}

/// Takes the next item, and traces it or what is inside.
fn expand_next(
    input: ParseStream<'_>,
    args: &Args,
    around: Around,
    errors: &mut Errors,
) -> syn::Result<TokenStream> {
    let ahead = input.fork();
    let function = ahead.parse::<Function>();
    let tokens = if function.is_ok() { take_until(input, &ahead)? } else { take_item(input)? };
    let Some((attrs, own, rest)) = own_args(&tokens, errors) else { return Ok(tokens) };
    let is_own = own.is_some();
    let args = args.for_item(own, errors);
    let left_alone = with_attrs(&attrs, rest);
    if args.skip.is_some() {
        return Ok(left_alone);
    }
    let function = function.ok().and_then(|read| match args.no_locals {
        Some(_) => Function::parse_for(&args, tokens.clone()).ok(),
        None => Some(read),
    });
    let Some(mut function) = function else {
        return Ok(match Block::of(&left_alone) {
            Some(block) => {
                args.check_block(errors);
                block.expand(&args, errors)
            }
            // Its own attribute says what is wrong with that.
            None => tokens,
        });
    };
    let checked = args.stack_only.is_some() && !function.is_naked();
    if !checked {
        if !cfg!(feature = "trace") {
            return Ok(left_alone);
        }
        if let Some((token, message)) = check::refusal(&function) {
            if is_own {
                errors.push(token, message);
            }
            return Ok(left_alone);
        }
    }
    function.attrs.retain(|attr| !is_own_attribute(attr));
    Ok(expand::expand(function, &args, around, errors))
}

fn is_own_attribute(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == "trace_memory")
        && !matches!(attr.meta, Meta::NameValue(_))
}

/// The attributes of an item without its own `#[trace_memory]`, the options of that, and the rest of the item.
fn own_args(
    tokens: &TokenStream,
    errors: &mut Errors,
) -> Option<(Vec<Attribute>, Option<Args>, TokenStream)> {
    let parser =
        |input: ParseStream<'_>| Ok((input.call(Attribute::parse_outer)?, input.parse::<TokenStream>()?));
    let (mut attrs, rest) = parser.parse2(tokens.clone()).ok()?;
    let at = attrs.iter().position(is_own_attribute);
    let own = at.map(|at| match attrs.remove(at).meta {
        Meta::List(list) => Args::parse(list.tokens, errors),
        Meta::Path(_) | Meta::NameValue(_) => Args::default(),
    });
    Some((attrs, own, rest))
}

/// Takes an item that is no function with a body.
fn take_item(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    for parses in [
        |input: ParseStream<'_>| input.parse::<Item>().is_ok(),
        |input: ParseStream<'_>| input.parse::<ImplItem>().is_ok(),
        |input: ParseStream<'_>| input.parse::<TraitItem>().is_ok(),
    ] {
        let ahead = input.fork();
        if parses(&ahead) {
            return take_until(input, &ahead);
        }
    }
    // Syntax newer than the parser's: most items end with braces or a semicolon.
    let mut tokens = TokenStream::new();
    while !input.is_empty() {
        let token = input.parse::<TokenTree>()?;
        let ends = match &token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Ident(_) | TokenTree::Literal(_) => false,
        };
        tokens.extend([token]);
        if ends {
            break;
        }
    }
    Ok(tokens)
}

/// Takes what the other stream has read.
pub(crate) fn take_until(input: ParseStream<'_>, ahead: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while input.cursor() != ahead.cursor() {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    Ok(tokens)
}
