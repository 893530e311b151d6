use trace_memory::trace_memory;

#[trace_memory]
async fn answer() -> u32 {
    42
}

fn main() {
    drop(answer());
}
