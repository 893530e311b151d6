//! A struct that owns a `String` three levels down.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Inner(#[expect(dead_code, reason = "it is only owned")] String);

struct Middle([Inner; 1]);

struct Outer {
    _middle: Option<Middle>,
}

fn deep() -> Outer {
    Outer { _middle: Some(Middle([Inner(String::from("text"))])) }
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = deep();
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
