//! A `Display` that allocates.

use std::hint::black_box;
use std::fmt::{self, Display, Write};

use trace_memory::trace_memory;

struct Name;

impl Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&black_box(String::from("name")))
    }
}

struct Out(usize);

impl Write for Out {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

#[trace_memory(stack_only)]
fn f(name: &Name, out: &mut Out) -> bool {
    write!(out, "{name}").is_ok()
}

fn main() {
    black_box(f(&Name, &mut Out(0)));
}
