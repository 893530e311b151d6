use trace_memory::trace_memory;

#[trace_memory]
type Number = u32;

fn main() {
    let _: Number = 3;
}
