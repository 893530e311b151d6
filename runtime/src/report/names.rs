//! Types as the source has them: an `async` block is not seen to be wrapped.

/// The type of a traced `async` block, up to the type of the block itself.
const TRACED: &str = "trace_memory::capture::future::Traced<";

/// Whether a type is, or holds, a traced `async` block.
pub(super) fn is_wrapped(name: &str) -> bool {
    name.contains(TRACED)
}

/// The name of such a type without the wrapper.
pub(super) fn unwrapped(name: &str) -> String {
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
