//! A crate without the standard library, as far as the functions go.
#![no_std]
#![forbid(unsafe_code)]

extern crate std;

use trace_memory::trace_memory;

#[trace_memory]
fn sum(list: &[u32]) -> Option<u32> {
    let mut sum = 0_u32;
    for number in list {
        sum = sum.checked_add(*number)?;
    }
    Some(sum)
}

#[trace_memory]
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(',');
    parts.filter(|part| !part.is_empty())
}

#[trace_memory]
fn moved<T: Default>(slot: &mut T) -> T {
    let old = core::mem::take(slot);
    old
}

#[trace_memory]
fn main() {
    let mut number = 7;
    std::println!("{:?} {:?} {}", sum(&[1, 2]), sum(&[u32::MAX, 1]), moved(&mut number));
    std::println!("{:?}", parts("a,,b").last());
}
