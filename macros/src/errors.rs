//! Collects what is wrong, so that all mistakes are told at once.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

use crate::paths::root_at;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors {
    combined: Option<syn::Error>,
}

impl Errors {
    /// Adds a mistake that the user sees under `tokens`.
    pub(crate) fn push(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.combine(syn::Error::new_spanned(tokens, message));
    }

    /// Adds what a parser refused.
    pub(crate) fn combine(&mut self, error: syn::Error) {
        match &mut self.combined {
            Some(first) => first.combine(error),
            None => self.combined = Some(error),
        }
    }

    /// `compile_error!`s for all of them; nothing if there are none.
    pub(crate) fn finish(self) -> TokenStream {
        let errors = self.combined.map(syn::Error::into_compile_error).unwrap_or_default();
        let rooted = errors.into_iter().map(|mut token| {
            token.set_span(root_at(token.span()));
            token
        });
        rooted.collect()
    }
}
