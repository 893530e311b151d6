//! One kind of event at a time.

use std::hint::black_box;

/// Calls a small function.
#[must_use]
pub fn calls(times: u64) -> u64 {
    (0..times).fold(0, |sum, _| step(sum))
}

// traced
#[inline(never)]
fn step(x: u64) -> u64 {
    // shown: x
    x.wrapping_mul(5).wrapping_add(1)
}

/// Allocates a block and frees it, in one function that has no other events: a closure would be a frame.
// traced
#[must_use]
pub fn pairs(mut times: u64) -> u64 {
    while times > 0 {
        pair(&mut times);
    }
    times
}

/// Never traced: no frame and no local, two heap events.
#[inline]
fn pair(times: &mut u64) {
    *times = black_box(Box::new([*times; 4]))[3] - 1;
}

/// Makes a local with drop glue, and drops it.
// traced
#[must_use]
pub fn locals(mut times: u64) -> u64 {
    while times > 0 {
        let held = Held(&mut times);
        // local: held
        black_box(&held);
    }
    times
}

/// Its drop does almost nothing.
struct Held<'a>(&'a mut u64);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        *self.0 -= 1;
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn they_do_what_they_say() {
        assert_eq!(super::calls(3), 31);
        assert_eq!(super::pairs(7), 0);
        assert_eq!(super::locals(7), 0);
    }
}
