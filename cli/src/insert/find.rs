//! What there is in a file: functions, modules, allocators.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Block, Expr, ExprLit, ImplItemFn, ItemFn, ItemImpl, ItemMod, ItemStatic, ItemTrait, Lit,
    Macro, Meta, Signature, Token, TraitItemFn, Visibility,
};

use super::place::Places;
use super::{Allocator, Function, Module, Source};

/// Everything of a file but its text.
pub(super) fn found(file: &syn::File, places: &Places<'_>) -> Source {
    let source = Source {
        text: String::new(),
        functions: Vec::new(),
        modules: Vec::new(),
        includes: Vec::new(),
        allocators: Vec::new(),
        in_macros: 0,
    };
    let mut finder = Finder {
        places,
        source,
        inside: Vec::new(),
        conditions: Vec::new(),
        left: None,
        has_own: false,
        depth: 0,
    };
    finder.conditions.extend(conditions(&file.attrs));
    finder.visit_file(file);
    finder.source
}

struct Finder<'a> {
    places: &'a Places<'a>,
    source: Source,
    /// The folders of the inline modules around.
    inside: Vec<String>,
    /// Their conditions.
    conditions: Vec<String>,
    /// Why the functions of the block around are left alone.
    left: Option<&'static str>,
    /// Whether the block around has the attribute.
    has_own: bool,
    /// How many functions are around.
    depth: usize,
}

/// Why a function is left alone that is written into a line of another.
const SHARES: &str = "in one line with the function around it";

impl Finder<'_> {
    /// A function that begins with the word at `start`, if that is not the first one of its signature.
    fn function(&mut self, attrs: &[Attribute], start: Option<Span>, sig: &Signature, body: &Block) {
        let start = start.unwrap_or_else(|| sig.span());
        let has_own = self.has_own || has_own(attrs);
        let at = (!has_own).then(|| self.places.attribute(self.places.range(start).start));
        // Columns behind it would be wrong in the function around it.
        let shares = at.is_some_and(|at| at.shares_line) && self.depth > 0;
        self.source.functions.push(Function {
            name: sig.ident.to_string(),
            is_async: sig.asyncness.is_some(),
            lines: self.places.line(start)..=self.places.line(body.brace_token.span.close()),
            left: self.left.or_else(|| refused(attrs, sig)).or_else(|| shares.then_some(SHARES)),
            at,
        });
    }

    /// Visits what is inside of a block.
    fn within(&mut self, attrs: &[Attribute], left: Option<&'static str>, visit: impl FnOnce(&mut Self)) {
        let (had, was) = (self.has_own, self.left);
        self.has_own |= has_own(attrs);
        self.left = self.left.or(left);
        visit(self);
        (self.has_own, self.left) = (had, was);
    }

    fn module(&mut self, name: String, paths: Vec<String>) {
        let (inside, conditions) = (self.inside.clone(), self.conditions.clone());
        self.source.modules.push(Module { name, inside, paths, conditions });
    }

    /// Functions and modules in tokens that only a macro understands.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut before: Option<String> = None;
        let mut name: Option<String> = None;
        for token in tokens {
            match &token {
                TokenTree::Ident(ident) => {
                    let ident = ident.to_string();
                    match before.as_deref() {
                        Some("fn") => self.source.in_macros += 1,
                        Some("mod") => name = Some(ident.clone()),
                        _ => name = None,
                    }
                    before = Some(ident);
                    continue;
                }
                // `fn $name`, in the macro itself.
                TokenTree::Punct(punct) if punct.as_char() == '$' && before.as_deref() == Some("fn") => {
                    self.source.in_macros += 1;
                }
                TokenTree::Punct(punct) if punct.as_char() == ';' => {
                    if let Some(name) = name.take() {
                        self.module(plain(&name), Vec::new());
                    }
                }
                TokenTree::Group(group) => match (name.take(), group.delimiter()) {
                    (Some(name), Delimiter::Brace) => {
                        self.inside.push(plain(&name));
                        self.tokens(group.stream());
                        self.inside.pop();
                    }
                    _ => self.tokens(group.stream()),
                },
                _ => {}
            }
            (before, name) = (None, None);
        }
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.function(&function.attrs, visible(&function.vis), &function.sig, &function.block);
        self.depth += 1;
        visit::visit_item_fn(self, function);
        self.depth -= 1;
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        let start = visible(&function.vis).or_else(|| function.modifiers.defaultness.map(|word| word.span()));
        self.function(&function.attrs, start, &function.sig, &function.block);
        self.depth += 1;
        visit::visit_impl_item_fn(self, function);
        self.depth -= 1;
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(body) = &function.default {
            self.function(&function.attrs, None, &function.sig, body);
        }
        self.depth += 1;
        visit::visit_trait_item_fn(self, function);
        self.depth -= 1;
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let of = item.trait_.as_ref().and_then(|(path, ..)| path_of(path));
        let left = (of.as_deref() == Some("GlobalAlloc")).then_some("part of an allocator");
        self.within(&item.attrs, left, |finder| visit::visit_item_impl(finder, item));
    }

    fn visit_item_trait(&mut self, item: &'ast ItemTrait) {
        self.within(&item.attrs, None, |finder| visit::visit_item_trait(finder, item));
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let name = plain(&item.ident.to_string());
        let (paths, count) = (paths(&item.attrs), self.conditions.len());
        self.conditions.extend(conditions(&item.attrs));
        if item.content.is_some() {
            self.inside.push(paths.into_iter().next().unwrap_or(name));
            self.within(&item.attrs, None, |finder| visit::visit_item_mod(finder, item));
            self.inside.pop();
        } else {
            self.module(name, paths);
        }
        self.conditions.truncate(count);
    }

    fn visit_item_static(&mut self, item: &'ast ItemStatic) {
        let is = |attr: &Attribute| attr.path().is_ident("global_allocator");
        let under = item.attrs.iter().find_map(|attr| conditional(attr, "global_allocator"));
        if item.attrs.iter().any(is) || under.is_some() {
            let conditions = self.conditions.iter().cloned().chain(conditions(&item.attrs)).chain(under);
            self.source.allocators.push(Allocator {
                name: item.ident.to_string(),
                conditions: conditions.collect(),
                ty: self.places.range(item.ty.span()),
                value: self.places.range(item.expr.span()),
            });
        }
        visit::visit_item_static(self, item);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        if item.path.is_ident("include") {
            self.source.includes.extend(item.parse_body::<syn::LitStr>().ok().map(|path| path.value()));
        }
        self.tokens(item.tokens.clone());
    }
}

/// Where a visibility is written, if it is.
fn visible(vis: &Visibility) -> Option<Span> {
    (!matches!(vis, Visibility::Inherited)).then(|| vis.span())
}

/// Why a function cannot have the attribute.
fn refused(attrs: &[Attribute], sig: &Signature) -> Option<&'static str> {
    let names = |name: &str| attrs.iter().any(|attr| attr.path().is_ident(name) || wraps(attr, name));
    let reasons = [
        (sig.constness.is_some(), "`const fn`"),
        (sig.variadic.is_some(), "variadic"),
        (names("naked"), "naked"),
        (attrs.iter().any(|attr| makes_const(&attr.meta)), MADE_CONST),
        (names("panic_handler") || names("alloc_error_handler"), "called by the compiler"),
    ];
    reasons.into_iter().find_map(|(is, reason)| is.then_some(reason))
}

/// Why a function is left alone that is no `const fn` as it is written.
const MADE_CONST: &str = "made `const` by an attribute";

/// What says nothing about the function itself: conditions, lints, texts.
const SAY_NOTHING: [&str; 9] =
    ["cfg", "allow", "warn", "deny", "expect", "forbid", "doc", "deprecated", "must_use"];

/// Whether an attribute has the word `const` in it, as `rustversion::attr(since(1.64), const)` and `const_fn` have: then it
/// may make a `const fn` of a function.
fn makes_const(meta: &Meta) -> bool {
    if SAY_NOTHING.iter().any(|name| meta.path().is_ident(name)) {
        return false;
    }
    if let Some((_, attributes)) = cfg_attr(meta) {
        return attributes.iter().any(makes_const);
    }
    let is_const = |word: &Ident| word.to_string().split('_').any(|part| part == "const");
    let is_named = meta.path().segments.iter().any(|segment| is_const(&segment.ident));
    let Meta::List(list) = meta else { return is_named };
    is_named || has_word(list.tokens.clone(), &is_const)
}

fn has_word(tokens: TokenStream, is: &dyn Fn(&Ident) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => is(&word),
        TokenTree::Group(group) => has_word(group.stream(), is),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Whether an attribute is `unsafe(name)`.
fn wraps(attr: &Attribute, name: &str) -> bool {
    let Meta::List(list) = &attr.meta else { return false };
    list.path.is_ident("unsafe") && list.tokens.to_string() == name
}

/// Whether the attribute stands here already.
fn has_own(attrs: &[Attribute]) -> bool {
    let last =
        |attr: &Attribute| attr.path().segments.last().is_some_and(|last| last.ident == "trace_memory");
    attrs.iter().any(last)
}

/// What the `cfg` attributes say.
fn conditions(attrs: &[Attribute]) -> impl Iterator<Item = String> {
    attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident("cfg") => Some(list.tokens.to_string()),
        _ => None,
    })
}

/// The condition of `#[cfg_attr(condition, name)]`.
fn conditional(attr: &Attribute, name: &str) -> Option<String> {
    let (condition, attributes) = cfg_attr(&attr.meta)?;
    attributes.iter().any(|meta| meta.path().is_ident(name)).then_some(condition)
}

/// The condition of a `cfg_attr`, and its attributes.
fn cfg_attr(meta: &Meta) -> Option<(String, Vec<Meta>)> {
    let Meta::List(list) = meta else { return None };
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let all = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()?;
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let condition = list.tokens.clone().into_iter().take_while(|token| !is_comma(token));
    Some((condition.collect::<TokenStream>().to_string(), all.into_iter().skip(1).collect()))
}

/// What `#[path = "…"]` says, also under conditions.
fn paths(attrs: &[Attribute]) -> Vec<String> {
    let path = |meta: &Meta| match meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => text(&pair.value),
        _ => None,
    };
    let under = attrs.iter().filter_map(|attr| cfg_attr(&attr.meta)).flat_map(|(_, attributes)| attributes);
    let all = attrs.iter().map(|attr| attr.meta.clone()).chain(under);
    all.filter_map(|meta| path(&meta)).collect()
}

fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

fn path_of(path: &syn::Path) -> Option<String> {
    path.segments.last().map(|last| last.ident.to_string())
}

/// A name without `r#`.
fn plain(name: &str) -> String {
    name.strip_prefix("r#").unwrap_or(name).to_owned()
}
