use trace_memory::trace_memory;

#[trace_memory]
pub fn wait(future: std::future::Ready<String>) -> String {
    future.await
}

fn main() {}
