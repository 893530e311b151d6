use trace_memory::trace_memory;

#[global_allocator]
static ALLOC: std::alloc::System = std::alloc::System;

#[trace_memory]
fn main() {}
