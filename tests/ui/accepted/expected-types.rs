//! Values whose types the place, the call or a later statement says; references whose lifetimes stand in other types.

extern crate trace_memory;

use std::collections::HashMap;
use std::fmt::Debug;

type Length = Box<dyn Fn(&str) -> usize>;

#[trace_memory::trace_memory]
fn places(boxes: &mut Vec<Option<Box<dyn Debug>>>, lengths: &mut [Length], text: &String) {
    boxes[0] = Some(Box::new(1u8));
    boxes[1] = if text.is_empty() { None } else { Some(Box::new("x")) };
    lengths[0] = Box::new(|x| x.len());
    let mut name: (Option<&str>, u8) = (None, 0);
    name.0 = Some(text);
    println!("{boxes:?} {} {name:?}", lengths[0]("four"));
}

#[trace_memory::trace_memory]
fn later() -> Option<String> {
    let mut x = None;
    for _ in 0..2 {
        x = match x {
            None => Some(String::new()),
            Some(y) => Some(str::trim(&y).to_string()),
        };
    }
    x
}

#[trace_memory::trace_memory]
fn pushed<'a>(this: &'a mut String, all: &mut Vec<&'a mut String>) {
    all.push(this);
}

trait Lend {
    type Item<'a>
    where
        Self: 'a;

    fn lend(&mut self) -> Option<Self::Item<'_>>;
}

struct Numbers(Vec<u8>);

impl Lend for Numbers {
    type Item<'a> = &'a mut [u8];

    #[trace_memory::trace_memory]
    fn lend(&mut self) -> Option<&mut [u8]> {
        self.0.pop()?;
        Some(&mut self.0)
    }
}

#[trace_memory::trace_memory]
fn lent<L: Lend>(mut from: L) -> usize {
    let mut count = 0;
    while let Some(item) = from.lend() {
        drop(item);
        count += 1;
    }
    count
}

struct Map<F>(F);

impl<F> Map<F> {
    fn own(self, f: fn(u8) -> u8) -> Map<fn(u8) -> u8> {
        Map(f)
    }

    fn apply<T: ?Sized, R>(&self, f: impl FnOnce(&T) -> R, to: &T) -> R {
        f(to)
    }
}

struct Packet<'a>(&'a mut [u8]);

fn emit(packet: &mut Packet<'_>) {
    packet.0[0] = 7;
}

#[trace_memory::trace_memory]
fn arguments(bytes: &mut [u8]) -> usize {
    let map = Map(|x: u8| x).own(|x| x + 1);
    let text = String::from("text");
    let length = map.apply(|s| s.len(), &text);
    emit(&mut Packet(bytes));
    let known = HashMap::from([(&b"0123"[..], 1)]);
    let found: Option<&u8> = known.get(b"0123".as_slice());
    length + bytes.len() + usize::from(map.0(1)) + usize::from(found.is_some())
}

fn main() {
    places(&mut vec![None, None], &mut [Box::new(str::len) as Length], &String::from("t"));
    println!("{:?}", later());
    let (mut text, mut all) = (String::from("s"), Vec::new());
    pushed(&mut text, &mut all);
    println!("{} {} {}", all.len(), lent(Numbers(vec![1, 2])), arguments(&mut [1, 2]));
}
