#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

use std::fmt::{Debug, Display};
use std::ops::Add;

#[trace_memory]
fn largest<T>(list: &[T]) -> Option<&T>
where
    T: PartialOrd,
{
    let mut best = list.first()?;
    for item in list {
        if item > best {
            best = item;
        }
    }
    Some(best)
}

#[trace_memory]
fn total<T: Add<Output = T> + Default, const N: usize>(list: [T; N]) -> T {
    let mut sum = T::default();
    for item in list {
        sum = sum + item;
    }
    sum
}

#[trace_memory]
fn applied<F>(f: F) -> usize
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    let text = String::from("  text ");
    let short = f(&text);
    short.len()
}

#[trace_memory]
fn shown(value: impl Debug, other: &impl Display) -> String {
    let text = format!("{value:?}");
    text + &other.to_string()
}

#[trace_memory]
fn evens(list: Vec<u32>) -> impl Iterator<Item = u32> {
    let wanted = 0;
    list.into_iter().filter(move |number| number % 2 == wanted)
}

#[trace_memory]
fn sides<A, B: Clone>(pair: (A, B)) -> (B, A, B) {
    let (left, right) = pair;
    (right.clone(), left, right)
}

#[trace_memory]
fn unsized_text<T: AsRef<str> + ?Sized>(text: &T) -> usize {
    let text = text.as_ref();
    text.len()
}

#[trace_memory]
fn dynamic(list: &[Box<dyn Fn(u32) -> u32>], start: u32) -> u32 {
    let mut number = start;
    for f in list {
        number = f(number);
    }
    number
}

#[trace_memory]
fn boxed<'a>(text: &'a str) -> Box<dyn Fn() -> usize + 'a> {
    let copy = text.to_owned();
    Box::new(move || copy.len() + text.len())
}

#[trace_memory]
fn main() {
    assert_eq!(largest(&[1, 5, 3]), Some(&5));
    assert_eq!(largest::<String>(&[]), None);
    assert_eq!(total([1, 2, 3]), 6);
    assert_eq!(applied(str::trim), 4);
    assert_eq!(shown(Some("a"), &3), "Some(\"a\")3");
    assert_eq!(evens(vec![1, 2, 4]).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(sides((1, String::from("b"))), (String::from("b"), 1, String::from("b")));
    assert_eq!(unsized_text("abc"), 3);
    assert_eq!(dynamic(&[Box::new(|number| number + 1), Box::new(|number| number * 2)], 3), 8);
    assert_eq!(boxed("abc")(), 6);
}
