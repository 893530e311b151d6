use trace_memory::trace_memory;

#[trace_memory(budget(alloc = 0))]
fn misspelt() {}

#[trace_memory(budget(allocs))]
fn without_a_limit() {}

#[trace_memory(budget(bytes = 0, 3))]
fn a_number_alone() {}

#[trace_memory(budget(allocs = 0, allocs = 1))]
fn twice() {}

fn main() {}
