use trace_memory::trace_memory;

#[trace_memory(budget(allocs = 0))]
async fn asynchronous() {}

#[trace_memory(budget(allocs = 0))]
mod block {
    pub fn inside() {}
}

#[trace_memory(stack_only, budget(allocs = 0))]
const fn constant() {}

#[trace_memory(skip, budget(allocs = 0))]
fn skipped() {}

struct Buffer;

#[trace_memory]
impl Buffer {
    #[trace_memory(budget(allocs = 0))]
    async fn asynchronous(&self) {}
}

fn main() {
    block::inside();
    let _ = (asynchronous(), Buffer.asynchronous());
    constant();
    skipped();
}
