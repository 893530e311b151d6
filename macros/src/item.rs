//! What carries the attribute.

use std::borrow::Cow;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{token, Attribute, Block, Signature, Visibility};

use crate::args::Args;
use crate::normalise;

/// A function, a method or an associated function, with its body.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Body,
}

/// The body of a function.
pub(crate) enum Body {
    /// Read and understood.
    Parsed(Block),
    /// Kept as it was written, so that only the frame can be traced: it is asked for, or the syntax is newer than the
    /// parser's.
    Opaque(token::Brace, TokenStream),
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Self::parse_with(input, |input| {
            let ahead = input.fork();
            let read = parse_block(&ahead);
            if read.is_ok() {
                input.advance_to(&ahead);
            }
            read.or_else(|_| parse_opaque(input))
        })
    }
}

fn parse_block(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Body)> {
    let content;
    let brace_token = syn::braced!(content in input);
    let attrs = content.call(Attribute::parse_inner)?;
    let stmts = content.call(Block::parse_within)?;
    Ok((attrs, Body::Parsed(Block { brace_token, stmts })))
}

fn parse_opaque(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Body)> {
    let braces = braces(input)?;
    let (span, tokens) = (braces.delim_span(), braces.stream());
    let parser = |input: ParseStream<'_>| Ok((input.call(Attribute::parse_inner)?, input.parse()?));
    let (attrs, rest) = parser.parse2(tokens.clone())?;
    // What is taken apart loses how fragments of a `macro_rules!` macro bind (`$e:expr`).
    let tokens = if attrs.is_empty() { tokens } else { rest };
    Ok((attrs, Body::Opaque(token::Brace { span }, tokens)))
}

/// Takes braces, which may have come as a fragment of a `macro_rules!` macro.
fn braces(input: ParseStream<'_>) -> syn::Result<Group> {
    let expected = || input.error("expected curly braces");
    let mut token: TokenTree = input.parse()?;
    loop {
        token = match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return Ok(group),
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                group.stream().into_iter().next().ok_or_else(expected)?
            }
            _ => return Err(expected()),
        };
    }
}

impl Body {
    /// What it does, as far as the parser can read that.
    pub(crate) fn read(&self) -> Option<Cow<'_, Block>> {
        match self {
            Self::Parsed(block) => Some(Cow::Borrowed(block)),
            Self::Opaque(brace_token, tokens) => {
                let stmts = Block::parse_within.parse2(tokens.clone()).ok()?;
                let mut block = Block { brace_token: *brace_token, stmts };
                normalise::block(&mut block);
                Some(Cow::Owned(block))
            }
        }
    }
}

impl Function {
    /// Reads a function, and keeps its body as it was written if only the frame is to be traced.
    pub(crate) fn parse_for(args: &Args, tokens: TokenStream) -> syn::Result<Self> {
        match args.no_locals {
            Some(_) => (|input: ParseStream<'_>| Self::parse_with(input, parse_opaque)).parse2(tokens),
            None => syn::parse2(tokens),
        }
    }

    fn parse_with(
        input: ParseStream<'_>,
        parse_body: impl FnOnce(ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Body)>,
    ) -> syn::Result<Self> {
        let mut attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        let (inner, body) = parse_body(input)?;
        attrs.extend(inner);
        Ok(Self { attrs, vis, sig, body })
    }

    /// The function with another body; inner attributes go back inside.
    pub(crate) fn with_body(&self, brace: token::Brace, body: &TokenStream) -> TokenStream {
        let mut tokens = TokenStream::new();
        for attr in self.attrs.iter().filter(|attr| !is_inner(attr)) {
            attr.to_tokens(&mut tokens);
        }
        self.vis.to_tokens(&mut tokens);
        self.sig.to_tokens(&mut tokens);
        brace.surround(&mut tokens, |tokens| {
            for attr in self.attrs.iter().filter(|attr| is_inner(attr)) {
                attr.to_tokens(tokens);
            }
            body.to_tokens(tokens);
        });
        tokens
    }

    /// Whether the function is naked, by the attribute alone or marked as dangerous.
    pub(crate) fn is_naked(&self) -> bool {
        let is_naked = |attr: &Attribute| {
            let tokens = attr.meta.to_token_stream().to_string();
            tokens.trim_end_matches([')', ' ']).ends_with("naked")
        };
        self.attrs.iter().any(is_naked)
    }

    /// Whether an attribute of this name is on the function.
    pub(crate) fn has_attr(&self, name: &str) -> bool {
        self.attrs.iter().any(|attr| attr.path().is_ident(name))
    }
}

fn is_inner(attr: &Attribute) -> bool {
    matches!(attr.style, syn::AttrStyle::Inner(_))
}
