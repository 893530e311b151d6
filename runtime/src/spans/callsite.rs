//! A callsite for each traced function, so that subscribers can filter them by module, as they do with all spans.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock};

use tracing::callsite::{self, Callsite, Identifier};
use tracing::field::{FieldSet, Value};
use tracing::metadata::Kind;
use tracing::subscriber::Interest;
use tracing::{Metadata, Span, dispatcher};

use crate::capture::name_of;
use crate::site::Function;

use super::LEVEL;

/// `function` is the path as in the trace; the others are recorded when the frame ends.
const FIELDS: &[&str] = &["function", "allocs", "reallocs", "bytes", "frees", "freed_bytes"];

/// A traced function, and one copy of it if it is generic.
struct Site {
    path: String,
    interest: AtomicU8,
    metadata: OnceLock<Metadata<'static>>,
}

const NEVER: u8 = 0;
const SOMETIMES: u8 = 1;
const ALWAYS: u8 = 2;

impl Callsite for Site {
    fn set_interest(&self, interest: Interest) {
        let number = match interest {
            never if never.is_never() => NEVER,
            always if always.is_always() => ALWAYS,
            _ => SOMETIMES,
        };
        self.interest.store(number, Ordering::Relaxed);
    }

    fn metadata(&self) -> &Metadata<'_> {
        self.metadata.get().expect("`Site::of` sets it before anybody knows the site")
    }
}

type Sites = HashMap<(usize, usize), &'static Site>;

static SITES: RwLock<Option<Sites>> = RwLock::new(None);

impl Site {
    /// That of a function, made when it is first seen. There are as many as functions, and they stay.
    fn of(function: &'static Function, path: fn() -> &'static str) -> &'static Self {
        let key = (std::ptr::from_ref(function).addr(), (path as *const ()).addr());
        let sites = SITES.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(site) = sites.as_ref().and_then(|sites| sites.get(&key)) {
            return site;
        }
        drop(sites);
        let site = Self::new(function, path);
        let mut sites = SITES.write().unwrap_or_else(PoisonError::into_inner);
        let sites = sites.get_or_insert_default();
        // Another thread may have been faster; then one callsite stays unused.
        sites.entry(key).or_insert(site)
    }

    fn new(function: &'static Function, path: fn() -> &'static str) -> &'static Self {
        let path = match function.name {
            Some(name) => name.to_owned(),
            None => name_of(path(), function.closures).to_owned() + function.within,
        };
        let site = Self { path, interest: AtomicU8::new(NEVER), metadata: OnceLock::new() };
        let site: &'static Self = Box::leak(Box::new(site));
        let (module, name) = split(&site.path);
        let module = module.unwrap_or("trace_memory");
        site.metadata.get_or_init(|| {
            let fields = FieldSet::new(FIELDS, Identifier(site));
            let (file, line) = (Some(function.file), Some(function.line));
            Metadata::new(name, module, LEVEL, file, line, Some(module), fields, Kind::SPAN)
        });
        callsite::register(site);
        site
    }
}

/// The module of a path, and the function's own name, with the closures in it.
fn split(path: &str) -> (Option<&str>, &str) {
    let end = path.find("::{{closure}}").unwrap_or(path.len());
    let (mut depth, mut at) = (0_i32, None);
    for (index, byte) in path.bytes().enumerate().take(end) {
        match byte {
            b'<' => depth += 1,
            b'>' => depth -= 1,
            b':' if depth == 0 && path[index..].starts_with("::") => at = Some(index),
            _ => {}
        }
    }
    at.map_or((None, path), |at| (Some(&path[..at]), &path[at + 2..]))
}

/// A span for a frame of the function, if anybody wants it.
pub(super) fn span(function: &'static Function, path: fn() -> &'static str) -> Option<Span> {
    let site = Site::of(function, path);
    let metadata = site.metadata.get()?;
    let wanted = match site.interest.load(Ordering::Relaxed) {
        NEVER => false,
        ALWAYS => true,
        _ => dispatcher::get_default(|subscriber| subscriber.enabled(metadata)),
    };
    let field = metadata.fields().field("function").filter(|_| wanted)?;
    let path = site.path.as_str();
    Some(Span::new(metadata, &metadata.fields().value_set(&[(&field, Some(&path as &dyn Value))])))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_path_is_a_module_and_a_name() {
        assert_eq!(split("app::parse::number"), (Some("app::parse"), "number"));
        assert_eq!(split("app::f::{{closure}}::{{closure}}"), (Some("app"), "f::{{closure}}::{{closure}}"));
        assert_eq!(split("<a::B as c::D>::method"), (Some("<a::B as c::D>"), "method"));
        assert_eq!(split("app::f<a::B>"), (Some("app"), "f<a::B>"));
        assert_eq!(split("startup"), (None, "startup"));
    }
}
