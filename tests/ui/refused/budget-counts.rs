use trace_memory::trace_memory;

#[trace_memory(budget(allocs = -1))]
fn negative() {}

#[trace_memory(budget(leaks = 99999999999999999999))]
fn large() {}

#[trace_memory(budget(allocs = 1..3))]
fn a_range() {}

#[trace_memory(budget(allocs = "3"))]
fn a_text() {}

#[trace_memory(budget(allocs = LIMIT))]
fn a_name() {}

const LIMIT: u64 = 3;

fn main() {}
