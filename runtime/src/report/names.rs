//! Names of bodies and types, as the source has them: an `async` block is not seen to be wrapped.

use std::sync::Arc;

use super::body::Body;
use super::resolver::Resolver;
use crate::site::{Function, Type};

/// The type of a traced `async` block, up to the type of the block itself.
const TRACED: &str = "trace_memory::capture::future::Traced<";

/// Whether a type is, or holds, a traced `async` block.
fn is_wrapped(name: &str) -> bool {
    name.contains(TRACED)
}

/// The name of such a type without the wrapper.
fn unwrapped(name: &str) -> String {
    let Some((before, after)) = name.split_once(TRACED) else {
        return name.to_owned();
    };
    let mut depth = 1_usize;
    let end = after.bytes().position(|byte| {
        match byte {
            b'<' => depth += 1,
            b'>' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let (inner, rest) = after.split_at(end.unwrap_or(after.len()));
    format!("{before}{}{}", unwrapped(inner), unwrapped(rest.strip_prefix('>').unwrap_or(rest)))
}

impl Resolver {
    /// What is known of a body. Its name is what it was given, or the compiler's.
    pub(super) fn body(&mut self, function: &'static Function, path: &'static str) -> Arc<Body> {
        let key = (std::ptr::from_ref(function).addr(), path.as_ptr().addr(), path.len());
        if let Some(body) = self.bodies.get(&key) {
            return body.clone();
        }
        let named = match function.name {
            None if !function.within.is_empty() => format!("{path}{}", function.within).into(),
            name => self.name(name.unwrap_or(path)),
        };
        let body = Arc::new(Body::new(function, named, |name| self.name(name)));
        self.bodies.insert(key, body.clone());
        body
    }

    /// A type's name without the wrapper that a traced `async` block is in.
    pub(super) fn type_name(&mut self, ty: &'static Type) -> Arc<str> {
        let plain = || {
            let name = ty.name();
            if is_wrapped(name) { unwrapped(name).into() } else { name.into() }
        };
        self.type_names.entry(std::ptr::from_ref(ty).addr()).or_insert_with(plain).clone()
    }

    pub(super) fn name(&mut self, name: &'static str) -> Arc<str> {
        self.names.entry((name.as_ptr().addr(), name.len())).or_insert_with(|| name.into()).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::unwrapped;

    #[test]
    fn wrappers_are_taken_away_wherever_they_are() {
        let name = "core::pin::Pin<&mut trace_memory::capture::future::Traced<app::f::{{closure}}<u8>>>";
        assert_eq!(unwrapped(name), "core::pin::Pin<&mut app::f::{{closure}}<u8>>");
        assert_eq!(unwrapped("alloc::vec::Vec<u8>"), "alloc::vec::Vec<u8>");
    }
}
