//! What carries the attribute.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse, ParseStream};
use syn::{token, Attribute, Block, Signature, Visibility};

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
    /// Syntax newer than the parser's: kept as it is, so that only the frame can be traced.
    Opaque(token::Brace, TokenStream),
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        let ahead = input.fork();
        let body = if let Ok((inner, block)) = parse_block(&ahead) {
            input.advance_to(&ahead);
            attrs.extend(inner);
            Body::Parsed(block)
        } else {
            let content;
            let brace = syn::braced!(content in input);
            Body::Opaque(brace, content.parse()?)
        };
        Ok(Self { attrs, vis, sig, body })
    }
}

fn parse_block(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Block)> {
    let content;
    let brace_token = syn::braced!(content in input);
    let attrs = content.call(Attribute::parse_inner)?;
    let stmts = content.call(Block::parse_within)?;
    Ok((attrs, Block { brace_token, stmts }))
}

impl Function {
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
