use trace_memory::trace_memory;

#[trace_memory(budget)]
fn alone() {}

#[trace_memory(budget = 0)]
fn with_a_value() {}

#[trace_memory(budget())]
fn of_nothing() {}

fn main() {}
