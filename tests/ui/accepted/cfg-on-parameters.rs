#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

#[trace_memory]
fn configured(#[cfg(any())] missing: Missing, #[cfg(all())] text: String) -> usize {
    text.len()
}

#[trace_memory]
fn silenced(#[allow(unused)] extra: String, (_, text): (u32, String)) -> usize {
    text.len()
}

fn main() {
    assert_eq!(configured(String::from("a")), 1);
    assert_eq!(silenced(String::new(), (1, String::from("a"))), 1);
}
