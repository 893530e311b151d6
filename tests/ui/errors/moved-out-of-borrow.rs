use trace_memory::trace_memory;

#[trace_memory]
pub fn steal(text: &String) -> String {
    let stolen = *text;
    stolen
}

fn main() {}
