#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

#[trace_memory]
fn chained(value: Option<String>, limit: usize) -> usize {
    if let Some(text) = value
        && let length = text.len()
        && length < limit
        && let Some(first) = text.chars().next()
    {
        let mut longer = text;
        longer.push(first);
        longer.len()
    } else {
        0
    }
}

#[trace_memory]
fn looped(mut list: Vec<u32>) -> u32 {
    let mut sum = 0;
    while let Some(last) = list.pop()
        && last != 0
    {
        sum += last;
    }
    sum
}

#[trace_memory]
fn moved(left: Option<String>, right: Result<String, String>) -> String {
    if let Some(left) = left
        && let Ok(right) | Err(right) = right
    {
        left + &right
    } else {
        String::new()
    }
}

fn main() {
    assert_eq!(chained(Some(String::from("ab")), 3), 3);
    assert_eq!(chained(Some(String::from("abc")), 3), 0);
    assert_eq!(looped(vec![5, 0, 1, 2]), 3);
    assert_eq!(moved(Some(String::from("a")), Err(String::from("b"))), "ab");
    assert_eq!(moved(None, Ok(String::from("b"))), "");
}
