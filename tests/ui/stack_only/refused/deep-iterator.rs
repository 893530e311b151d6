//! A loop over an iterator of the program's own.
use trace_memory::trace_memory;

struct Numbers(usize);

impl Iterator for Numbers {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        self.0 = self.0.checked_sub(1)?;
        Some(vec![0; self.0].len())
    }
}

#[trace_memory(stack_only(deep))]
fn calls(from: usize) -> usize {
    let mut sum = 0;
    for number in Numbers(from) {
        sum += number;
    }
    sum
}

fn main() {
    calls(3);
}
