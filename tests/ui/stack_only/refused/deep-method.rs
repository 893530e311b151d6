//! A call of a method that is not followed.
use trace_memory::trace_memory;

struct Log(Vec<u32>);

impl Log {
    fn note(&mut self, value: u32) {
        self.0.push(value);
    }
}

#[trace_memory(stack_only(deep))]
fn calls(log: &mut Log) {
    log.note(1);
}

fn main() {
    calls(&mut Log(Vec::new()));
}
