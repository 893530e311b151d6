//! Values without a name that something holds as it is: what is borrowed and made of parts, or may be a constant, and
//! what is pinned.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Pat};

use super::rewrite::Rewriter;
use super::step::Step;
use super::temporaries::{used_by, Like};
use crate::body::{key, root, unparenthesised, ByLocal};
use crate::paths::{self, ours, probe};

/// How a value is watched that something holds.
pub(super) enum Held {
    /// It is borrowed until the end of the statement, and made of parts.
    Borrowed { site: u32, always: bool },
    /// It is borrowed, and may be a constant.
    AsIs { site: u32 },
    /// It is pinned until the end of the statement.
    Pinned { like: Like, site: u32 },
    /// It is pinned as long as a variable, and a variable of ours announces its drop, for which it gives its type.
    ByLocal { like: Like },
}

/// An argument without the comma that may stand behind it.
fn without_comma(argument: TokenStream) -> TokenStream {
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let mut tokens: Vec<TokenTree> = argument.into_iter().collect();
    if tokens.last().is_some_and(is_comma) {
        tokens.pop();
    }
    tokens.into_iter().collect()
}

impl Rewriter<'_> {
    /// Puts the watch around the rewritten expression that holds a value.
    ///
    /// ```text
    /// &[f()]                borrowed(&end(), &[f()], &announce(true, 0))
    /// &f()                  match (&end(), &f(), &announce(true, 0)) {
    ///                           (end, value, announce) => { borrowed(end, value, announce); value }
    ///                       }
    /// pin!(f())             { let probe1 = probe();
    ///                         pinned(&end(), pin!('__tm2: { … f() }), &announce(probe1.moves(), 0)) }
    /// ```
    ///
    /// Temporaries of a statement are dropped in reverse, so the value is between the two.
    pub(super) fn hold(&mut self, held: Held, expr: &mut Expr) {
        let rt = self.options.paths.private();
        if let (Held::Pinned { like, .. } | Held::ByLocal { like }, Expr::Macro(pin)) = (&held, &mut *expr) {
            let mut value = Expr::Verbatim(without_comma(std::mem::take(&mut pin.mac.tokens)));
            self.give_type(&mut value, like);
            pin.mac.tokens = value.into_token_stream();
        }
        *expr = Expr::Verbatim(match held {
            Held::ByLocal { .. } => return,
            Held::Pinned { like: Like { probe: like, .. }, site } => {
                ours!(#rt::pinned(&#rt::end(), #expr, &#rt::announce(#like.moves(), #site)))
            }
            Held::Borrowed { site, always } => {
                let mutable = matches!(expr, Expr::Reference(borrow) if borrow.mutability.is_some());
                let by_name = match (mutable, always) {
                    (false, false) => ours!(borrowed),
                    (true, false) => ours!(borrowed_mut),
                    (false, true) => ours!(borrowed_as),
                    (true, true) => ours!(borrowed_mut_as),
                };
                ours!(#rt::#by_name(&#rt::end(), #expr, &#rt::announce(true, #site)))
            }
            // The type that counts is that of the variable: the one that is expected may be another.
            Held::AsIs { site } => {
                let (end, value, announce) = (paths::end(), paths::value(), paths::announce(site));
                ours!(match (&#rt::end(), #expr, &#rt::announce(true, #site)) {
                    (#end, #value, #announce) => {
                        #rt::borrowed(#end, #value, #announce);
                        #value
                    }
                })
            }
        });
    }

    /// Prepares what announces the drop of a value that an initialiser keeps as long as its variable, outside of the
    /// initialiser: before the statement, and behind it.
    ///
    /// ```text
    /// let x = pin!(f());    let probe1 = probe(); let end = end();
    ///                       let x = pin!('__tm2: { … f() });
    ///                       let announce0 = announce(probe1.moves(), 0);
    /// ```
    pub(super) fn prepare_by_local(&mut self, pat: &Pat, init: &Expr) -> (Vec<Step>, Vec<Step>) {
        let whole = unparenthesised(init);
        let how = self.model.by_local.get(&key::<Expr>(whole));
        let rt = self.options.paths.private();
        let end = Step::of(paths::end(), ours!(#rt::end()));
        match (how, &self.bound(pat)[..]) {
            (Some(ByLocal::Pinned), _) => {
                let (like, site) = (probe(self.number()), self.value_site(whole));
                self.by_local.insert(key::<Expr>(whole), Like::of(whole, like.clone()));
                let announce = ours!(#rt::announce(#like.moves(), #site));
                let before = vec![Step::of(&like, ours!(#rt::probe())), end];
                (before, vec![Step::of(paths::announce(site), announce)])
            }
            (Some(ByLocal::Borrowed), [(binding, id)]) => {
                let site = self.value_site(root(used_by(whole)));
                let name = self.mention(*id, &binding.ident);
                let announce = ours!(#rt::announce_borrowed(#name, #site));
                (vec![end], vec![Step::of(paths::announce(site), announce)])
            }
            _ => Default::default(),
        }
    }
}
