use trace_memory::trace_memory;

#[trace_memory]
fn main() {
    let text = String::from("a");
    println!("{}", text.len() + n);
}
