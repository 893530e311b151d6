//! `budget(allocs = 0, bytes = "1 KiB", …)`: how it is written, and what the expansion says of it.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, ExprLit, ExprRange, Ident, Lit, LitInt, LitStr, RangeLimits, Token, UnOp};

use crate::args::{set, skip_to_comma, Args, Asked};
use crate::bytes;
use crate::errors::Errors;
use crate::item::Function;
use crate::paths::{ours, Paths};

const KEYS: &str = "`allocs`, `bytes`, `peak`, `leaks`";
const TAKES: &str =
    "limits in parentheses: write `budget(allocs = 0, bytes = \"1 KiB\", peak = \"4 KiB\", leaks = 0)`";

/// The most that is allowed.
#[derive(Clone, Default)]
pub(crate) struct Budget {
    allocs: Option<Asked<u64>>,
    bytes: Option<Asked<u64>>,
    peak: Option<Asked<u64>>,
    leaks: Option<Asked<u64>>,
}

/// What stands in the parentheses.
pub(crate) fn parse(input: ParseStream<'_>, key: &Ident, errors: &mut Errors) -> syn::Result<Budget> {
    if !input.peek(syn::token::Paren) {
        return Err(syn::Error::new(key.span(), format!("`budget` takes {TAKES}")));
    }
    let content;
    syn::parenthesized!(content in input);
    let mut budget = Budget::default();
    if content.is_empty() {
        errors.push(key, format!("`budget` limits nothing; it takes {TAKES}"));
    }
    while !content.is_empty() {
        if let Err(error) = budget.parse_limit(&content, errors) {
            errors.combine(error);
            skip_to_comma(&content)?;
        }
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(budget)
}

impl Budget {
    fn parse_limit(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        let key: Ident = input
            .parse()
            .map_err(|error| syn::Error::new(error.span(), format!("expected one of {KEYS}")))?;
        let read: fn(&Expr, &Ident) -> syn::Result<u64> = match key.to_string().as_str() {
            "allocs" | "leaks" => count,
            "bytes" | "peak" => size,
            _ => {
                return Err(syn::Error::new(
                    key.span(),
                    format!("unknown limit `{key}`; `budget` takes {KEYS}"),
                ))
            }
        };
        if !input.peek(Token![=]) {
            return Err(syn::Error::new(key.span(), format!("`{key}` takes a limit: write `{key} = 0`")));
        }
        input.parse::<Token![=]>()?;
        let limit = read(&Expr::parse(input)?, &key)?;
        let place = match key.to_string().as_str() {
            "allocs" => &mut self.allocs,
            "leaks" => &mut self.leaks,
            "bytes" => &mut self.bytes,
            _ => &mut self.peak,
        };
        set(place, key, limit, errors);
        Ok(())
    }

    /// The limits, as the runtime's `Limits`.
    pub(crate) fn tokens(&self, key: &Ident, paths: &Paths) -> TokenStream {
        let rt = paths.private();
        let limit = |limit: &Option<Asked<u64>>| {
            let value = limit.as_ref().map(|asked| asked.value);
            value.map_or_else(|| ours!(#rt::None), |value| ours!(#rt::Some(#value)))
        };
        let [allocs, bytes, peak, leaks] = [&self.allocs, &self.bytes, &self.peak, &self.leaks].map(limit);
        let line = crate::expand::line_of(key.span());
        ours!(const {
            &#rt::Limits {
                allocs: #allocs,
                bytes: #bytes,
                peak: #peak,
                leaks: #leaks,
                line: #line,
                test: #rt::core::cfg!(test),
            }
        })
    }
}

/// Whether the function can have a budget, if it is to have one.
pub(crate) fn check(function: &Function, args: &Args, errors: &mut Errors) {
    let Some(asked) = &args.budget else { return };
    if function.sig.asyncness.is_some() {
        errors.push(
            &asked.key,
            "`budget` counts one call on one thread, and an `async fn` runs in polls, perhaps on several; put the \
             budget on a function that it calls, or measure what drives it with `trace_memory::measure`",
        );
    } else if let Some(constness) = &function.sig.constness {
        errors.push(
            constness,
            "`budget` is checked when the function runs under the trace, which a `const fn` does not; remove one of them",
        );
    }
}

/// A count: `3`, or `..=3`, which says the same.
fn count(limit: &Expr, key: &Ident) -> syn::Result<u64> {
    match within(limit) {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => parse_number(number),
        other => Err(refusal(other, key, "a number: write `", " = 3`, and up to 3 are allowed")),
    }
}

/// A size: `"1 KiB"`, or a number of bytes.
fn size(limit: &Expr, key: &Ident) -> syn::Result<u64> {
    match within(limit) {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => parse_number(number),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => parse_size(text),
        other => Err(refusal(other, key, "a size: write `", " = \"1 KiB\"`, and up to that is allowed")),
    }
}

fn parse_number(number: &LitInt) -> syn::Result<u64> {
    let wrong =
        |_| syn::Error::new(number.span(), format!("`{number}` is not a limit; it has to fit into a `u64`"));
    number.base10_parse().map_err(wrong)
}

fn parse_size(text: &LitStr) -> syn::Result<u64> {
    bytes::parse(&text.value()).map_err(|wrong| syn::Error::new(text.span(), wrong))
}

/// What stands behind `..=`, or the whole.
fn within(limit: &Expr) -> &Expr {
    match limit {
        Expr::Range(ExprRange { start: None, limits: RangeLimits::Closed(_), end: Some(end), .. }) => end,
        other => other,
    }
}

fn refusal(limit: &Expr, key: &Ident, takes: &str, example: &str) -> syn::Error {
    let is_negative = matches!(limit, Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)));
    let what = if is_negative { "is negative" } else { "is not a limit" };
    let text = limit.to_token_stream().to_string();
    let text = if matches!(limit, Expr::Unary(_) | Expr::Range(_)) { text.replace(' ', "") } else { text };
    let message = format!("`{text}` {what}; `{key}` takes {takes}{key}{example}");
    syn::Error::new_spanned(limit, message)
}
