#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

use std::collections::BTreeMap;
use std::num::ParseIntError;

#[trace_memory]
fn parsed(text: &str) -> Result<u8, ParseIntError> {
    let number: u8 = text.parse()?;
    let other = text.parse::<u8>()?;
    Ok(number + other)
}

#[trace_memory]
fn tail(text: &str) -> Result<u64, ParseIntError> {
    text.parse()
}

#[trace_memory]
fn into_tail(text: &str) -> Box<str> {
    let copy = text.to_owned();
    copy.into()
}

#[trace_memory]
fn conversions() -> usize {
    let text: String = "abc".into();
    let bytes: Vec<u8> = text.clone().into();
    let boxed: Box<dyn std::error::Error> = text.into();
    bytes.len() + boxed.to_string().len()
}

#[trace_memory]
fn collected(list: &[&str]) -> BTreeMap<String, Vec<usize>> {
    let mut map: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for text in list {
        map.entry(text.to_string()).or_default().push(text.len());
    }
    let kept: Vec<_> = map.into_iter().filter(|(_, lengths)| lengths.len() > 1).collect();
    kept.into_iter().collect()
}

#[trace_memory]
fn results(list: &[&str]) -> Option<Vec<i64>> {
    let numbers: Result<Vec<_>, _> = list.iter().map(|text| text.parse::<i64>()).collect();
    numbers.ok()
}

#[trace_memory]
fn summed(list: Vec<u32>) -> u64 {
    let sum = list.iter().copied().map(u64::from).sum::<u64>();
    let product: u64 = list.into_iter().map(u64::from).product();
    sum + product
}

#[trace_memory]
fn late_element() -> Vec<u16> {
    let mut list = Vec::new();
    let mut empty = None;
    assert!(list.is_empty());
    for number in 0..3 {
        list.push(number);
    }
    if empty.is_none() {
        empty = Some(7);
    }
    list.extend(empty);
    list
}

#[trace_memory]
fn late_default() -> (String, Vec<u8>) {
    let text = Default::default();
    let bytes = Default::default();
    (text, bytes)
}

#[trace_memory]
fn late_integer() -> u8 {
    let number = 200;
    let small = if number > 100 { number } else { 0 };
    small
}

#[trace_memory]
fn by_argument() -> usize {
    let mut parts = "a b".split(' ').map(Into::into).collect();
    longest(&mut parts);
    parts.len()
}

fn longest(list: &mut Vec<String>) {
    list.sort_by_key(String::len);
}

#[trace_memory]
fn never_known() -> Option<std::convert::Infallible> {
    let nothing = None;
    nothing
}

#[trace_memory]
fn dynamic(yes: bool) -> Box<dyn Iterator<Item = u32>> {
    let list = vec![1, 2, 3];
    if yes { Box::new(list.into_iter()) } else { Box::new(std::iter::empty()) }
}

#[trace_memory]
fn references<'a>(list: &'a [String]) -> Vec<&'a str> {
    let texts = list.iter().map(|text| text.as_str());
    let mut all: Vec<&str> = texts.collect();
    all.dedup();
    all
}

#[trace_memory]
fn swapped<T>(mut pair: (T, T)) -> (T, T) {
    let (left, right) = (&mut pair.0, &mut pair.1);
    std::mem::swap(left, right);
    pair
}

#[trace_memory]
fn array() -> [String; 2] {
    let list = [const { String::new() }; 2];
    let made = std::array::from_fn(|index| {
        let text = index.to_string();
        text
    });
    assert_eq!(list.len(), 2);
    made
}

#[trace_memory]
fn main() {
    assert_eq!(parsed("100"), Ok(200));
    assert_eq!(tail("7"), Ok(7));
    assert_eq!(&*into_tail("a"), "a");
    assert_eq!(conversions(), 6);
    assert_eq!(collected(&["a", "b", "a"]), BTreeMap::from([(String::from("a"), vec![1, 1])]));
    assert_eq!((results(&["1", "2"]), results(&["x"])), (Some(vec![1, 2]), None));
    assert_eq!(summed(vec![2, 3]), 11);
    assert_eq!(late_element(), [0, 1, 2, 7]);
    assert_eq!(late_default(), (String::new(), Vec::new()));
    assert_eq!(late_integer(), 200);
    assert_eq!(by_argument(), 2);
    assert!(never_known().is_none());
    assert_eq!((dynamic(true).sum::<u32>(), dynamic(false).count()), (6, 0));
    assert_eq!(references(&[String::from("a"), String::from("a")]), ["a"]);
    assert_eq!(swapped((1, 2)), (2, 1));
    assert_eq!(array(), ["0", "1"]);
    let number: u8 = "9".parse().unwrap();
    assert_eq!(number, 9);
}
