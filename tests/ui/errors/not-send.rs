use trace_memory::trace_memory;

#[trace_memory]
pub fn spawn() {
    let text = std::rc::Rc::new(String::new());
    let handle = std::thread::spawn(move || text.len());
    drop(handle.join());
}

fn main() {}
