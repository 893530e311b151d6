use trace_memory::trace_memory;

#[trace_memory]
pub async fn length(text: String) -> usize {
    let length = text.len().await;
    length
}

fn main() {}
