//! `write!` into a buffer on the stack.

use std::hint::black_box;
use core::fmt::{self, Write};

use trace_memory::trace_memory;

struct Out<'a> {
    bytes: &'a mut [u8],
    used: usize,
}

impl Write for Out<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.used + text.len();
        self.bytes.get_mut(self.used..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.used = end;
        Ok(())
    }
}

#[trace_memory(stack_only)]
fn f(number: u32) -> Result<usize, fmt::Error> {
    let mut bytes = [0; 32];
    let mut out = Out { bytes: &mut bytes, used: 0 };
    write!(out, "{number:>4}|{:.2}", number as f32 / 2.0)?;
    Ok(out.used)
}

fn main() {
    let _ = black_box(f(black_box(3)));
}
