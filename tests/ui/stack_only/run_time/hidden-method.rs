//! A method of a type of the program's own that grows a `Vec`.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Log(Vec<u32>);

impl Log {
    fn add(&mut self, number: u32) {
        self.0.push(number);
        black_box(&self.0);
    }
}

#[trace_memory(stack_only)]
fn f(log: &mut Log) {
    log.add(1);
}

fn main() {
    f(&mut Log(Vec::new()));
}
