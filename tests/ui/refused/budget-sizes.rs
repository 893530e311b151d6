use trace_memory::trace_memory;

#[trace_memory(budget(bytes = "1 KB"))]
fn unit() {}

#[trace_memory(budget(peak = "12"))]
fn no_unit() {}

#[trace_memory(budget(bytes = "0.3 KiB", peak = "many"))]
fn two_at_once() {}

#[trace_memory(budget(bytes = "-1 B"))]
fn negative_text() {}

#[trace_memory(budget(peak = -1))]
fn negative_number() {}

#[trace_memory(budget(bytes = "99999999 TiB"))]
fn large() {}

fn main() {}
