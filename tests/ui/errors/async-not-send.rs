use trace_memory::trace_memory;

async fn pause() {}

#[trace_memory]
pub async fn length(text: String) -> usize {
    let counted = std::rc::Rc::new(text);
    pause().await;
    counted.len()
}

fn sendable<T: Send>(_: T) {}

fn main() {
    sendable(length(String::new()));
}
