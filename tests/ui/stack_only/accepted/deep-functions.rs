//! Calls of functions that are followed, of `core`, of closures, and of what is trusted.
use trace_memory::trace_memory;

mod dsp {
    use trace_memory::trace_memory;

    #[trace_memory(stack_only(deep))]
    pub fn gain(sample: f32, by: f32) -> f32 {
        sample * by
    }

    pub mod filters {
        use trace_memory::trace_memory;

        #[trace_memory(stack_only(deep))]
        pub(crate) fn low_pass(sample: f32, last: f32) -> f32 {
            super::gain(sample, 0.5) + super::gain(last, 0.5)
        }
    }
}

use dsp::filters;
use dsp::gain;

#[trace_memory(stack_only(deep))]
fn countdown(n: u32) -> u32 {
    if n == 0 { 0 } else { countdown(n - 1) }
}

/// Counts what it was called.
#[trace_memory(stack_only(deep))]
fn smooth(samples: &mut [f32; 8]) -> f32 {
    let mut last = 0.0;
    for sample in samples.iter_mut() {
        last = filters::low_pass(*sample, last);
        *sample = gain(last, 2.0);
    }
    let louder = |sample: f32| gain(sample, 3.0) + 1.0;
    for (index, sample) in samples.iter().enumerate() {
        last += louder(*sample) * index as f32;
    }
    samples.iter().copied().map(louder).fold(last, f32::max)
}

#[trace_memory(stack_only(deep))]
fn inside(n: u32) -> u32 {
    #[trace_memory(stack_only(deep))]
    fn twice(n: u32) -> u32 {
        n * 2
    }
    let mut left = twice(n);
    let mut right = 3;
    core::mem::swap(&mut left, &mut right);
    std::mem::swap(&mut left, &mut right);
    drop(Token);
    left + right - 2 + countdown(5) + u32::from(true) + core::cmp::max(1, 2)
}

struct Token;

fn outside(n: u32) -> u32 {
    n + 1
}

macro_rules! twice {
    ($value:expr) => {
        $value * 2
    };
}

#[trace_memory(stack_only(deep, trust(outside, twice)))]
fn trusting(n: u32) -> u32 {
    outside(n) + Some(n).map(outside).unwrap_or(0) + twice!(n)
}

#[trace_memory(stack_only(deep, trust(each)))]
fn with_callback(list: &[u32], mut each: impl FnMut(u32)) {
    for &item in list {
        each(item);
    }
}

struct Hooks {
    before: fn(u32) -> u32,
}

#[derive(Debug, PartialEq)]
struct Wrong;

impl From<core::num::ParseIntError> for Wrong {
    fn from(_: core::num::ParseIntError) -> Self {
        Self
    }
}

#[trace_memory(stack_only(deep, trust(before, from, Default::default)))]
fn hooked(hooks: &Hooks, text: &str) -> Result<u32, Wrong> {
    let number: u32 = text.parse()?;
    Ok((hooks.before)(number) + <u32 as Default>::default())
}

#[trace_memory(stack_only(deep, allow(panic)))]
fn checked(n: u32) -> u32 {
    assert!(n < 100 && inside(n) > 0, "too large");
    debug_assert_eq!(n, n);
    match n {
        0 => panic!("zero"),
        n => n,
    }
}

fn main() {
    let mut samples = [1.0; 8];
    assert!(smooth(&mut samples) > 0.0);
    assert_eq!(inside(2), 8);
    assert_eq!(trusting(2), 10);
    assert_eq!(hooked(&Hooks { before: outside }, "2"), Ok(3));
    let mut sum = 0;
    with_callback(&[1, 2], |item| sum += item);
    assert_eq!((sum, checked(4)), (3, 4));
}
