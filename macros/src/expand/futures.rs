//! Bodies of futures: where they are entered, and what they await.

use std::collections::HashMap;

use proc_macro2::{Span, TokenStream};
use quote::{quote_spanned, ToTokens};
use syn::visit::{self, Visit};
use syn::{token, Block, Expr, ExprAsync, ExprAwait, Item, Macro, Pat, Path, ReturnType, Token, Type};

use super::ends::start_of;
use super::marks::without_parens;
use super::questions::unreached;
use super::rewrite::Rewriter;
use super::step::take;
use super::tables::{About, BodyKind, Tables};
use super::temporaries::located;
use crate::body::{any_word, key, macro_name, Key, Known};
use crate::paths::{self, ours};

/// Macros of unknown meaning that await nothing, unless their arguments say so: of the standard library, and of crates that
/// log, make errors or values.
const AWAITS_NOTHING: [&str; 22] = [
    "anyhow",
    "assert",
    "bail",
    "dbg",
    "debug",
    "debug_assert",
    "debug_span",
    "ensure",
    "error",
    "error_span",
    "event",
    "eyre",
    "info",
    "info_span",
    "json",
    "log",
    "span",
    "trace",
    "trace_span",
    "warn",
    "warn_span",
    "warning",
];

/// Whether everything that a body awaits can be seen: a macro of unknown meaning may await something, too.
pub(super) fn shows_what_it_awaits(body: &Expr, known: &HashMap<Key, Known>) -> bool {
    let mut finder = Finder { known, hides: false };
    finder.visit_expr(body);
    !finder.hides
}

/// Does what [`shows_what_it_awaits`] does, for the block of a function.
pub(super) fn block_shows_what_it_awaits(body: &Block, known: &HashMap<Key, Known>) -> bool {
    let mut finder = Finder { known, hides: false };
    finder.visit_block(body);
    !finder.hides
}

struct Finder<'k> {
    known: &'k HashMap<Key, Known>,
    hides: bool,
}

impl Finder<'_> {
    fn tokens(&mut self, tokens: TokenStream) {
        self.hides |= any_word(tokens, &|word| word == "await");
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            // Bodies of their own.
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            Expr::Verbatim(_) => self.hides = true,
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let known = self.known;
        if let Some(known) = known.get(&key::<Macro>(mac)) {
            self.tokens(known.other_tokens());
            for arg in &known.args {
                // They are not of the tree.
                Finder::visit_expr(self, arg);
            }
        } else {
            self.hides |= !AWAITS_NOTHING.contains(&macro_name(mac).as_str());
            self.tokens(mac.tokens.clone());
        }
    }

    fn visit_item(&mut self, _: &'ast Item) {}

    fn visit_pat(&mut self, _: &'ast Pat) {}

    fn visit_type(&mut self, _: &'ast Type) {}

    fn visit_path(&mut self, _: &'ast Path) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

/// `let frame = enter_async(|| <description>);`
pub(super) fn enter(
    tables: Tables,
    about: &About<'_>,
    rule: Option<&TokenStream>,
    awaits: bool,
) -> TokenStream {
    let rt = about.paths.private();
    let (frame, description) = (paths::frame(), tables.into_tokens(about));
    let mutability = awaits.then(|| Token![mut](Span::mixed_site()));
    if let Some(rule) = rule {
        return ours!(let #mutability #frame = #rt::enter_async_stack_only(#description, #rule););
    }
    ours!(let #mutability #frame = #rt::enter_async(#description);)
}

/// The body of an `async fn` of which it is not known what it awaits, as a future that the function awaits.
///
/// ```text
/// { body }              { let returned = probe(); if false { return returned.value(); }
///                         future(…, async move { if false { return returned.value(); } body }).await }
/// ```
///
/// Both return the same, which gives the inner body the type of the outer one.
pub(super) fn apart(
    tables: Tables,
    about: &About<'_>,
    rule: Option<&TokenStream>,
    output: &ReturnType,
    (brace, stmts): (token::Brace, TokenStream),
) -> TokenStream {
    let (rt, returned) = (about.paths.private(), paths::returned());
    let mut inner = ours!(async move);
    brace.surround(&mut inner, |inner| inner.extend(ours!(if false { return #returned.value(); } #stmts)));
    let inner = future(tables, about, rule, &inner);
    if matches!(output, ReturnType::Type(_, ty) if matches!(&**ty, Type::Never(_))) {
        // It never returns, and says so with a type that can be named.
        return ours!(let #returned = #rt::probe::<#rt::Never>(); match #inner.await {});
    }
    let ask = unreached(&rt, &ours!(return #returned.value();));
    ours!(let #returned = #rt::probe(); #ask #inner.await)
}

/// `future(|| <description>, <block>)`
fn future(tables: Tables, about: &About<'_>, rule: Option<&TokenStream>, block: &TokenStream) -> TokenStream {
    let rt = about.paths.private();
    let description = tables.into_tokens(about);
    if let Some(rule) = rule {
        return ours!(#rt::future_stack_only(#description, #rule, #block));
    }
    ours!(#rt::future(#description, #block))
}

impl Rewriter<'_> {
    /// An `async` block is a frame, entered at every poll.
    ///
    /// ```text
    /// async { body }        future(…, async { body })
    /// ```
    ///
    /// What the block has captured is dropped behind its body, and so inside of the frame.
    pub(super) fn async_block(&mut self, block: &mut ExprAsync) -> Option<TokenStream> {
        self.model.async_blocks.get(&key::<ExprAsync>(block))?;
        self.frames.push(Tables::default());
        let outside = std::mem::replace(&mut self.framed, true);
        self.bodies.push(BodyKind::AsyncBlock);
        let inserted = self.statements(&mut block.block);
        if inserted {
            self.begin(&mut block.block, Vec::new(), true);
        }
        self.framed = outside;
        let tables = self.frames.pop().unwrap_or_default();
        let about = self.about(block.async_token.span);
        self.bodies.pop();
        let attrs = std::mem::take(&mut block.attrs);
        let future = future(tables, &about, None, &block.to_token_stream());
        Some(ours!(#(#attrs)* #future))
    }

    /// Lets the frame leave the thread while something is awaited, unless the body is a part of a future that does.
    ///
    /// ```text
    /// f().await             (match f() { value => match IntoFuture::into_future(value) { future => {
    ///                          let output = awaited(&mut frame, pin!(future)).await;
    ///                          output } } })
    /// ```
    ///
    /// As in what the compiler makes of `.await`, the temporaries of `f()` stay where they are, and the future is dropped
    /// at once. The compiler meets the future's type before the reference to it, and so only goes through it once.
    ///
    /// All stands where `await` does: there the compiler says once that something is no future.
    pub(super) fn awaited(&mut self, expr: &mut Expr) {
        let Expr::Await(ExprAwait { attrs, base, await_token, .. }) = expr else { return };
        if !self.bodies.last().is_some_and(|kind| kind.awaits_itself()) {
            return;
        }
        self.awaits = true;
        let (rt, frame) = (self.options.paths.private(), paths::frame());
        let [start, here] =
            [start_of(base), await_token.span].map(|span| Span::mixed_site().located_at(span));
        let [value, future, output] = [paths::value(), paths::future(), paths::output()].map(|mut name| {
            name.set_span(here);
            name
        });
        without_parens(base);
        let (attrs, base) = (std::mem::take(attrs), take(base));
        let wait = quote_spanned!(here=> #rt::awaited(&mut #frame, #rt::core::pin::pin!(#future)).await);
        let wait = located(wait, (here, here));
        let into_future = located(ours!(#rt::core::future::IntoFuture::into_future(#value)), (here, here));
        let arm = quote_spanned!(here=> { #value => match #into_future {
            #future => { let #output = #wait; #output }
        } });
        let matching = quote_spanned!(start=> match);
        *expr = Expr::Verbatim(quote_spanned!(here=> #(#attrs)* (#matching #base #arm)));
    }
}
