#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

use std::panic::Location;

#[trace_memory]
#[track_caller]
fn caller_line(text: String) -> u32 {
    let line = Location::caller().line();
    assert!(text.is_empty());
    line
}

struct Tracked(String);

impl Tracked {
    #[track_caller]
    #[trace_memory]
    fn line(self) -> u32 {
        let text = self.0;
        assert!(text.is_empty());
        Location::caller().line()
    }
}

/// A documented function.
#[inline]
#[must_use = "reasons"]
#[trace_memory]
#[allow(unused_variables)]
fn decorated(text: String) -> usize {
    let unused = 3;
    #[allow(unused_mut)]
    let mut length = text.len();
    length
}

#[cold]
#[inline(never)]
#[trace_memory]
#[expect(unused_variables, reason = "the expectation is about the user's own variable")]
fn expecting() -> usize {
    let unused = String::from("a");
    let used = String::from("ab");
    used.len()
}

#[trace_memory]
fn configured() -> u32 {
    let mut count = 0;
    #[cfg(any())]
    missing(&mut count);
    #[cfg(any())]
    let count = "never";
    #[cfg(all())]
    let extra = String::from("a");
    #[cfg(all())]
    {
        count += 1;
    }
    #[cfg(any())]
    return missing();
    match extra.len() {
        #[cfg(any())]
        1 => missing(),
        _ => count,
    }
}

#[trace_memory]
fn inner() -> usize {
    #![allow(unused_variables)]
    //! Inner documentation.
    let unused = 3;
    let text = String::from("abc");
    text.len()
}

#[deprecated = "for the test"]
#[trace_memory]
fn old() -> u32 {
    1
}

#[trace_memory]
#[doc(hidden)]
pub(crate) fn hidden() -> u32 {
    1
}

#[cfg_attr(all(), trace_memory)]
fn conditionally() -> String {
    let text = String::from("a");
    text
}

#[trace_memory::trace_memory]
fn by_path() -> String {
    let text = String::from("a");
    text
}

#[trace_memory]
fn main() {
    assert_eq!(caller_line(String::new()), line!());
    assert_eq!(Tracked(String::new()).line(), line!());
    assert_eq!(decorated(String::from("a")), 1);
    assert_eq!(expecting(), 2);
    assert_eq!(configured(), 1);
    assert_eq!(inner(), 3);
    #[allow(deprecated)]
    let number = old();
    assert_eq!(number + hidden(), 2);
    assert_eq!(conditionally(), by_path());
}
