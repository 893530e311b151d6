#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

use std::panic;

#[trace_memory]
fn fails(text: String) -> ! {
    let length = text.len();
    panic::resume_unwind(Box::new(length))
}

#[trace_memory]
fn diverges() -> u32 {
    let text = String::from("abc");
    fails(text)
}

#[trace_memory]
fn returns_early(text: String) -> usize {
    return text.len();
}

#[trace_memory]
fn ends_in_a_loop(mut list: Vec<u32>) -> u32 {
    loop {
        match list.pop() {
            Some(3) => break 3,
            Some(_) => {}
            None => return 0,
        }
    }
}

#[trace_memory]
fn unreachable_arm(value: Result<String, std::convert::Infallible>) -> String {
    match value {
        Ok(text) => text,
        Err(error) => match error {},
    }
}

#[trace_memory]
fn todo_in_an_arm(number: u32) -> String {
    match number {
        0 => String::from("zero"),
        _ => unreachable!("{}", number),
    }
}

#[trace_memory]
fn main() {
    let payload = panic::catch_unwind(diverges).unwrap_err();
    assert_eq!(payload.downcast_ref::<usize>(), Some(&3));
    assert_eq!(returns_early(String::from("ab")), 2);
    assert_eq!(ends_in_a_loop(vec![3, 1]), 3);
    assert_eq!(ends_in_a_loop(vec![1]), 0);
    assert_eq!(unreachable_arm(Ok(String::from("a"))), "a");
    assert_eq!(todo_in_an_arm(0), "zero");
}
