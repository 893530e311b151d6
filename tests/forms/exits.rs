//! A function that never returns ends the program.

use trace_memory::trace_memory;

#[trace_memory]
fn leave(text: String) -> ! {
    let code = text.len() as i32;
    std::process::exit(code)
}

#[trace_memory]
fn main() {
    let text = String::from("abc");
    println!("{text}");
    leave(text)
}
