//! A function pointer in a field.
use trace_memory::trace_memory;

struct Hooks {
    before: fn() -> usize,
}

#[trace_memory(stack_only(deep))]
fn calls(hooks: &Hooks) -> usize {
    (hooks.before)()
}

fn main() {
    calls(&Hooks { before: || vec![1].len() });
}
