//! Puts the attribute on every function of a source file, at byte offsets: the rest stays as it is, byte for byte.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, ImplItemFn, ItemFn, Signature, TraitItemFn, Visibility};

/// What goes before a function.
const ATTRIBUTE: &str = "#[::trace_memory::trace_memory] ";

/// How many functions there are, and which are left alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Functions {
    /// Those that have the attribute now.
    pub(crate) traced: usize,
    /// Those that have not, by the reason.
    pub(crate) left: BTreeMap<&'static str, usize>,
}

impl Functions {
    /// All of them.
    pub(crate) fn all(&self) -> usize {
        self.traced + self.left.values().sum::<usize>()
    }
}

impl AddAssign for Functions {
    fn add_assign(&mut self, other: Self) {
        self.traced += other.traced;
        for (reason, count) in other.left {
            *self.left.entry(reason).or_default() += count;
        }
    }
}

/// The file with the attribute on its functions.
pub(crate) fn put(text: &str) -> (String, Functions) {
    let mut finder = Finder::default();
    match syn::parse_file(text) {
        Ok(file) => finder.visit_file(&file),
        Err(_) => _ = finder.functions.left.insert("in a file that the parser cannot read", 1),
    }
    let mut with = text.to_owned();
    finder.places.sort_unstable();
    for at in finder.places.iter().rev() {
        with.insert_str(*at, ATTRIBUTE);
    }
    (with, finder.functions)
}

#[derive(Default)]
struct Finder {
    /// Byte offsets.
    places: Vec<usize>,
    functions: Functions,
}

impl Finder {
    fn function(&mut self, attrs: &[Attribute], vis: Option<&Visibility>, sig: &Signature) {
        let is = |name: &str| attrs.iter().any(|attr| attr.path().is_ident(name));
        let reason = if sig.constness.is_some() {
            Some("`const fn`")
        } else if sig.variadic.is_some() {
            Some("variadic")
        } else if is("naked") {
            Some("naked")
        } else {
            None
        };
        if let Some(reason) = reason {
            *self.functions.left.entry(reason).or_default() += 1;
            return;
        }
        let start = match vis {
            Some(vis) if !matches!(vis, Visibility::Inherited) => first(vis),
            _ => first(sig),
        };
        self.functions.traced += 1;
        self.places.push(start);
    }
}

/// Where something begins. A joined span would do as well, but only some compilers join.
fn first(node: &impl Spanned) -> usize {
    let span: Span = node.span();
    span.byte_range().start
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.function(&function.attrs, Some(&function.vis), &function.sig);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.function(&function.attrs, Some(&function.vis), &function.sig);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        let body: Option<&Block> = function.default.as_ref();
        if body.is_some() {
            self.function(&function.attrs, None, &function.sig);
        }
        visit::visit_trait_item_fn(self, function);
    }
}
