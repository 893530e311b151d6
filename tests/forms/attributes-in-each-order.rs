//! Attributes that decide on the code, the symbol or the messages, above and below.

use trace_memory::trace_memory;

#[trace_memory]
#[unsafe(no_mangle)]
pub extern "C" fn trace_memory_forms_above(number: u32) -> u32 {
    let text = number.to_string();
    text.len() as u32
}

#[unsafe(no_mangle)]
#[trace_memory]
pub extern "C" fn trace_memory_forms_below(number: u32) -> u32 {
    let text = number.to_string();
    text.len() as u32
}

#[unsafe(export_name = "trace_memory_forms_exported")]
#[trace_memory]
pub extern "C" fn exported(number: u32) -> u32 {
    let text = number.to_string();
    text.len() as u32 + 1
}

mod linked {
    unsafe extern "C" {
        pub fn trace_memory_forms_above(number: u32) -> u32;
        pub fn trace_memory_forms_below(number: u32) -> u32;
        pub fn trace_memory_forms_exported(number: u32) -> u32;
    }
}

#[cfg(target_arch = "x86_64")]
#[trace_memory]
#[target_feature(enable = "sse2")]
unsafe fn vectorised(list: Vec<u32>) -> u32 {
    let sum = list.iter().sum();
    sum
}

#[cfg(not(target_arch = "x86_64"))]
#[trace_memory]
unsafe fn vectorised(list: Vec<u32>) -> u32 {
    let sum = list.iter().sum();
    sum
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
#[trace_memory]
unsafe fn vectorised_below(list: Vec<u32>) -> u32 {
    let doubled = list.iter().map(|number| number * 2);
    doubled.sum()
}

#[cfg(not(target_arch = "x86_64"))]
#[trace_memory]
unsafe fn vectorised_below(list: Vec<u32>) -> u32 {
    let doubled = list.iter().map(|number| number * 2);
    doubled.sum()
}

#[trace_memory]
#[inline(always)]
#[must_use]
fn always(text: String) -> usize {
    let copy = text.clone();
    copy.len()
}

#[inline(never)]
#[cold]
#[must_use = "so that it is seen"]
#[trace_memory]
fn never(text: String) -> usize {
    let copy = text.clone();
    copy.len()
}

#[trace_memory]
#[deprecated(note = "it is old")]
#[doc = "An old function."]
fn old(text: String) -> usize {
    text.len()
}

#[cfg_attr(all(), trace_memory, inline)]
#[cfg_attr(any(), trace_memory(unknown))]
fn conditional(text: String) -> usize {
    let copy = text;
    copy.len()
}

#[cfg(any())]
#[trace_memory]
fn absent(missing: Missing) {}

#[trace_memory]
#[cfg(any())]
fn absent_below(missing: Missing) {}

#[trace_memory]
#[trace_memory]
fn twice(text: String) -> usize {
    let copy = text.clone();
    copy.len() + text.len()
}

#[trace_memory]
fn outer(text: String) -> usize {
    #[trace_memory]
    fn inner(text: String) -> usize {
        let length = text.len();
        length
    }
    inner(text.clone()) + inner(text)
}

/// It looks like a binary's own.
mod nested {
    use trace_memory::trace_memory;

    #[trace_memory(allocator = none)]
    pub fn main() -> String {
        let text = String::from("not the main function");
        text
    }
}

#[trace_memory]
fn r#match(r#type: String, r#fn: &str) -> String {
    let r#let = r#type;
    r#let + r#fn
}

#[trace_memory]
fn main() {
    // SAFETY: the functions are those above.
    let linked = unsafe {
        [
            linked::trace_memory_forms_above(100),
            linked::trace_memory_forms_below(1),
            linked::trace_memory_forms_exported(10),
        ]
    };
    println!("{linked:?} {}", exported(1));
    // SAFETY: the processor is one with the feature.
    println!("{} {}", unsafe { vectorised(vec![1, 2]) }, unsafe { vectorised_below(vec![1, 2]) });
    println!("{} {}", always(String::from("a")), never(String::from("ab")));
    #[allow(deprecated)]
    let length = old(String::from("abc"));
    println!("{length} {}", conditional(String::from("abcd")));
    println!("{} {}", twice(String::from("a")), outer(String::from("a")));
    println!("{} {}", nested::main(), r#match(String::from("raw"), " names"));
}
