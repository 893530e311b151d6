#![deny(warnings)]
#![forbid(unsafe_code)]
#![allow(non_upper_case_globals, non_camel_case_types)]

use trace_memory::trace_memory;

static frame: usize = 1;
const local0: usize = 2;
struct local1;
struct probe1;
static param0: usize = 3;
const scope: usize = 4;

#[trace_memory]
fn constants(text: String) -> usize {
    text.len() + frame + local0 + param0 + scope
}

#[trace_memory]
fn structs((left, _): (String, u32), right: String) -> usize {
    let _ = (local1, probe1);
    let both = left + &right;
    let closure = || both;
    closure().len()
}

#[trace_memory]
fn inside(text: String) -> usize {
    static frame: usize = 7;
    const local0: usize = 8;
    let moved = text;
    moved.len() + frame + local0
}

fn main() {
    assert_eq!(constants(String::from("a")), 11);
    assert_eq!(structs((String::from("a"), 1), String::from("b")), 2);
    assert_eq!(inside(String::from("a")), 16);
}
