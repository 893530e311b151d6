#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

struct Parts {
    left: String,
    right: String,
    count: u8,
}

macro_rules! note {
    ($what:expr) => {
        let _ = &$what;
    };
}

#[trace_memory]
fn taken_apart(parts: Parts) -> Parts {
    debug_assert!(!parts.left.is_empty());
    note!(parts.left);
    debug_assert_eq!(parts.count, 1);
    Parts { left: parts.left, count: parts.count, right: parts.right }
}

#[trace_memory]
fn whole(parts: Parts) -> Parts {
    note!(parts.left);
    parts
}

fn main() {
    let parts = taken_apart(Parts { left: "left".into(), right: "right".into(), count: 1 });
    let parts = whole(parts);
    assert_eq!((parts.left.as_str(), parts.right.as_str()), ("left", "right"));
}
