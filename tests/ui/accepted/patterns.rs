#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

use std::convert::TryFrom;

struct C {
    c: u32,
}

#[derive(Debug, PartialEq)]
enum Shape {
    Dot,
    Line(String, u32),
    Named { name: String, sides: Vec<u32> },
}

#[trace_memory]
fn matched(shape: Shape) -> String {
    match shape {
        Shape::Dot => String::from("dot"),
        Shape::Line(name, length) if length > 3 => name + "!",
        Shape::Line(name, _) => name,
        Shape::Named { name, sides: list } if list.is_empty() => name,
        Shape::Named { sides, .. } => format!("{sides:?}"),
    }
}

#[trace_memory]
fn bound(number: u32) -> String {
    match number {
        small @ 0..=9 => format!("small {small}"),
        big @ (10 | 20) => format!("round {big}"),
        other => other.to_string(),
    }
}

#[trace_memory]
fn whole(value: Option<Box<u32>>) -> u32 {
    match value {
        ref all @ Some(ref inner) if all.is_some() => **inner,
        Some(inner) => *inner,
        None => 0,
    }
}

#[trace_memory]
fn slices(list: &[String]) -> String {
    match list {
        [] => String::new(),
        [only] => only.clone(),
        [first, .., last] => format!("{first}{last}"),
    }
}

#[trace_memory]
fn middle(list: [String; 4]) -> usize {
    let [first, rest @ ..] = list;
    first.len() + rest.len()
}

#[trace_memory]
fn alternatives(value: Result<String, String>) -> usize {
    let (Ok(text) | Err(text)) = value;
    text.len()
}

#[trace_memory]
fn references(pair: (String, String)) -> usize {
    let (ref left, ref right) = pair;
    let total = left.len() + right.len();
    let (left, _) = &pair;
    total + left.len()
}

#[trace_memory]
fn mutable_references() -> (String, u32) {
    let mut pair = (String::from("a"), 1);
    {
        let (ref mut text, ref mut number) = pair;
        text.push('b');
        *number += 1;
    }
    let (text, number) = &mut pair;
    text.push('c');
    *number += 1;
    pair
}

#[trace_memory]
fn mutable(list: (Vec<u32>, u32)) -> Vec<u32> {
    let (mut numbers, extra) = list;
    numbers.push(extra);
    numbers
}

#[trace_memory]
fn parameters((left, right): (String, Vec<u32>), [a, b]: [u32; 2], &C { c }: &C) -> usize {
    left.len() + right.len() + (a + b + c) as usize
}

#[trace_memory]
fn ignored(_: String, (kept, _): (String, String), _unused: Vec<u32>) -> String {
    let _ = String::from("gone at once");
    let _later = String::from("gone later");
    kept
}

#[trace_memory]
fn nested(value: Option<(String, [Option<u32>; 2])>) -> u32 {
    let Some((text, [Some(first), second])) = value else {
        return 0;
    };
    first + second.unwrap_or_else(|| u32::try_from(text.len()).unwrap())
}

#[trace_memory]
fn guards(value: Option<String>) -> usize {
    match value {
        Some(text) if text.is_empty() => 100,
        Some(mut text) if text.len() < 3 => {
            text.push_str("abc");
            text.len()
        }
        Some(text) => text.len(),
        None => 0,
    }
}

#[trace_memory]
fn boxes(value: Box<Shape>) -> String {
    match *value {
        Shape::Line(name, _) => name,
        other => format!("{other:?}"),
    }
}

#[trace_memory]
fn destructured() -> (String, u32) {
    let (mut text, mut number) = (String::new(), 0);
    assert_eq!((text.as_str(), number), ("", 0));
    (text, number) = (String::from("a"), 1);
    [_, number, ..] = [number, number + 1, 3, 4];
    (text, number)
}

#[trace_memory]
fn main() {
    let name = || String::from("n");
    assert_eq!(matched(Shape::Dot), "dot");
    assert_eq!(matched(Shape::Line(name(), 4)), "n!");
    assert_eq!(matched(Shape::Line(name(), 1)), "n");
    assert_eq!(matched(Shape::Named { name: name(), sides: vec![] }), "n");
    assert_eq!(matched(Shape::Named { name: name(), sides: vec![1] }), "[1]");
    assert_eq!([bound(3), bound(20), bound(33)], ["small 3", "round 20", "33"]);
    assert_eq!((whole(Some(Box::new(3))), whole(None)), (3, 0));
    assert_eq!(slices(&[name(), name(), name()]), "nn");
    assert_eq!(slices(&[name()]), "n");
    assert_eq!(middle([name(), name(), name(), name()]), 4);
    assert_eq!(alternatives(Err(name())), 1);
    assert_eq!(references((name(), name())), 3);
    assert_eq!(mutable_references(), (String::from("abc"), 3));
    assert_eq!(mutable((vec![1], 2)), [1, 2]);
    assert_eq!(parameters((name(), vec![1]), [1, 2], &C { c: 3 }), 8);
    assert_eq!(ignored(name(), (name(), name()), vec![]), "n");
    assert_eq!(nested(Some((name(), [Some(2), None]))), 3);
    assert_eq!(nested(None), 0);
    assert_eq!([guards(Some(String::new())), guards(Some(name())), guards(None)], [100, 4, 0]);
    assert_eq!(boxes(Box::new(Shape::Line(name(), 1))), "n");
    assert_eq!(boxes(Box::new(Shape::Dot)), "Dot");
    assert_eq!(destructured(), (String::from("a"), 2));
}
