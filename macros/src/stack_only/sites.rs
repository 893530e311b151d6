//! The values of a body whose types are asked about, and the questions.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote_spanned, ToTokens};
use syn::Attribute;

use super::callees::Call;
use crate::paths;

/// What all questions of a function have in common.
pub(super) struct Asks<'a> {
    pub(super) rt: TokenStream,
    pub(super) function: &'a Ident,
    /// Whether the companion of the function has its name, and can be shown in errors.
    pub(super) named: bool,
    /// Whether a constant may stand in a pattern: not if it depends on type parameters. There the compiler asks
    /// it without building anything.
    pub(super) in_patterns: bool,
}

/// Where some code begins and ends.
#[derive(Clone, Copy)]
pub(super) struct Ends {
    first: Span,
    last: Span,
}

impl Ends {
    pub(super) fn of(tokens: impl ToTokens) -> Self {
        let mut spans = tokens.into_token_stream().into_iter().map(|token| token.span());
        let first = spans.next().unwrap_or_else(Span::call_site);
        let last = spans.last().unwrap_or(first);
        Self { first, last }
    }

    /// From the beginning of one to the end of the other.
    pub(super) fn between(start: impl ToTokens, end: impl ToTokens) -> Self {
        Self { first: Self::of(start).first, last: Self::of(end).last }
    }

    /// Tokens where it begins.
    pub(super) fn first(self, tokens: &TokenStream) -> TokenStream {
        at(self.first, tokens)
    }

    /// Tokens where it ends.
    pub(super) fn last(self, tokens: &TokenStream) -> TokenStream {
        at(self.last, tokens)
    }

    /// A span for what the expansion adds: names are the macro's own, the place is the user's.
    pub(super) fn ours(self) -> Span {
        Span::mixed_site().located_at(self.first)
    }
}

/// Tokens that seem to stand at `span`: what they are part of ends and begins there.
fn at(span: Span, tokens: &TokenStream) -> TokenStream {
    tokens
        .clone()
        .into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}

/// What is asked about a type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// Whether a value of it owns anything.
    Value,
    /// Whether a method that may take it by `&mut` can make it grow or shrink.
    Receiver,
    /// Whether a call is followed: see [`Call`].
    Call,
}

/// A value whose type is asked about.
struct Site {
    about: About,
    ends: Ends,
    text: String,
    /// The `cfg`s that it is under.
    cfgs: Vec<Attribute>,
    number: usize,
}

/// The sites of a function, or of a closure inside.
#[derive(Default)]
pub(super) struct Scope {
    sites: Vec<Site>,
    /// Questions about calls, and the names that they look for.
    calls: Vec<TokenStream>,
    markers: Vec<Ident>,
    /// The number of the closure or `async` block that it is the scope of.
    inside: Option<usize>,
}

impl Scope {
    /// Of the closure or `async` block of this number.
    pub(super) fn inside(number: usize) -> Self {
        Self { inside: Some(number), ..Self::default() }
    }

    /// A type with the name of the function, which errors show. No two have one name: that would be shown as a path.
    fn marker(&self, function: &Ident) -> Ident {
        let name = syn::ext::IdentExt::unraw(function);
        let name = match self.inside {
            None => name.to_string(),
            Some(1) => format!("closure_in_{name}"),
            Some(number) => format!("closure_{number}_in_{name}"),
        };
        Ident::new(&name, Span::mixed_site().located_at(function.span()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sites.is_empty() && self.calls.is_empty()
    }

    /// A new site: an expression that gives its type to the site's probe.
    ///
    /// The second probe is for the borrow checker. It does not see what lies behind a call that never returns, so
    /// the lifetimes of the first probe, which lives longer, do not become those of the value. Behind
    /// `&&`, the compiler does not complain of code that cannot be reached.
    pub(super) fn link(
        &mut self,
        asks: &Asks<'_>,
        (about, ends, text): (About, Ends, String),
        cfgs: &[Attribute],
        number: usize,
    ) -> TokenStream {
        let (rt, name) = (&asks.rt, paths::probe(number));
        self.sites.push(Site { about, ends, text, cfgs: cfgs.to_vec(), number });
        quote_spanned!(ends.ours()=> {
            let here = #rt::probe();
            if false && #rt::stop() {
                #name.like(here)
            }
            here
        })
    }

    /// Asks about a call, if need be with the type of the site of this number.
    pub(super) fn ask(
        &mut self,
        asks: &Asks<'_>,
        (call, ends): (&Call, Ends),
        number: Option<usize>,
        cfgs: &[Attribute],
    ) {
        let probe = paths::probe(number.unwrap_or_default());
        let question = call.question(&asks.rt, &probe, &self.marker(asks.function), ends);
        self.calls.push(quote_spanned!(ends.ours()=> #(#cfgs)* { #question }));
        self.markers.extend(call.marker().filter(|marker| !self.markers.contains(marker)));
    }

    /// `let probe = probe();` for each site.
    pub(super) fn probes(&self, asks: &Asks<'_>) -> TokenStream {
        let rt = &asks.rt;
        let each = self.sites.iter().map(|Site { cfgs, number, .. }| {
            let name = paths::probe(*number);
            paths::ours!(#(#cfgs)* let #name = #rt::probe();)
        });
        each.collect()
    }

    /// What is asked, once all types are known.
    pub(super) fn questions(&self, asks: &Asks<'_>) -> TokenStream {
        let (rt, function) = (&asks.rt, self.marker(asks.function));
        let values = self.sites.iter().filter(|site| site.about == About::Value);
        let constants = values.map(|site| site.constant(asks));
        let asked = self.sites.iter().filter(|site| site.about != About::Call);
        let questions = asked.map(|site| site.question(asks, &function));
        let calls = self.calls(rt);
        let marker = (!asks.named || self.inside.is_some()).then(|| paths::ours!(enum #function {}));
        paths::ours! {
            use #rt::{ViaAny as _, ViaCopy as _, ViaOwner as _, ViaSecondOwner as _, ViaStackOnly as _};
            use #rt::{ViaFixed as _, ViaGrows as _};
            #marker
            struct Value<T>(#rt::Answer<T>);
            impl<T> Value<T> {
                #(#constants)*
            }
            #(#questions)*
            #calls
        }
    }

    /// What is asked about calls. All types have the methods of the trait, which are taken where there is no other of the
    /// name.
    fn calls(&self, rt: &TokenStream) -> Option<TokenStream> {
        let (calls, markers) = (&self.calls, &self.markers);
        let unmarked = paths::ours! {
            use #rt::{Behind as _, Itself as _};
            trait Calls: #rt::core::marker::Sized {
                #(fn #markers(self) -> #rt::Unmarked<Self> { #rt::stop() })*
            }
            impl<R> Calls for R {}
            #(#calls)*
        };
        (!calls.is_empty()).then_some(unmarked)
    }
}

impl Site {
    fn name(&self) -> Ident {
        Ident::new(&format!("STAYS_ON_THE_STACK_{}", self.number), self.ends.ours())
    }

    /// The constant that cannot be computed if the type has to be dropped. What computes it, from its first token to
    /// its last, stands where the value does: the error is shown there.
    fn constant(&self, asks: &Asks<'_>) -> TokenStream {
        let Self { ends, text, cfgs, .. } = self;
        let (rt, name) = (&asks.rt, self.name());
        let message = format!(
            "`{text}` is of a type that has to be dropped, so it may own memory on the heap, and `{}` is `stack_only`\n\
             help: if its destructor frees nothing, declare the type: `impl trace_memory::StackOnly for … {{}}`",
            asks.function
        );
        let start = at(ends.first, rt);
        let callee = quote_spanned!(ends.first=> #start::owns_nothing);
        let message = quote_spanned!(ends.last=> (#message));
        quote_spanned!(ends.ours()=> #(#cfgs)* const #name: #rt::Answer<T> = #callee #message;)
    }

    fn question(&self, asks: &Asks<'_>, function: &Ident) -> TokenStream {
        let Self { ends, cfgs, number, .. } = self;
        let (rt, name, probe) = (&asks.rt, self.name(), paths::probe(*number));
        let (start, end) = (at(ends.first, rt), quote_spanned!(ends.last=> >));
        let shown = quote_spanned!(ends.first=> #start::It<_ #end);
        if self.about == About::Receiver {
            let there = quote_spanned!(ends.ours()=> <#shown as #rt::Unchanged<#function>>::there());
            return quote_spanned!(ends.ours()=> #(#cfgs)* { let _ = (&&#probe).grows().and(#there); });
        }
        let there = quote_spanned!(ends.ours()=> <#shown as #rt::OnTheStack<#function, _>>::there());
        let answer = quote_spanned!(ends.ours()=> (&&&&&#probe).verdict().and(#there));
        if asks.in_patterns {
            quote_spanned!(ends.ours()=> #(#cfgs)* match #answer { Value::<_>::#name => {} })
        } else {
            quote_spanned!(ends.ours()=> #(#cfgs)* { #rt::is(#answer, Value::<_>::#name) })
        }
    }
}
