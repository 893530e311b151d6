#![deny(warnings)]
#![forbid(unsafe_code)]
#![allow(redundant_semicolons)]

use trace_memory::trace_memory;

use std::future::Future;

#[trace_memory]
fn constant_blocks() -> usize {
    const TABLE: [u32; 3] = {
        let mut table = [0; 3];
        table[1] = 7;
        table
    };
    let inline = const { TABLE.len() };
    let array = [0_u8; const { 2 + 1 }];
    inline + array.len() + TABLE[1] as usize
}

#[trace_memory]
fn async_block() -> impl Future<Output = usize> {
    let text = String::from("abc");
    async move {
        let inner = text;
        inner.len()
    }
}

#[trace_memory]
fn items_inside() -> usize {
    use std::collections::HashSet as Set;
    #[derive(Debug, Clone, PartialEq)]
    enum Kind {
        A(String),
    }
    impl Kind {
        const NAME: &str = "kind";
        fn text(&self) -> &str {
            let Self::A(text) = self;
            text
        }
    }
    static NUMBER: usize = 1;
    type Texts = Set<String>;
    let kind = Kind::A(String::from("abc"));
    let mut set = Texts::new();
    set.insert(kind.text().to_owned());
    set.len() + Kind::NAME.len() + NUMBER
}

#[trace_memory]
fn statements_without_value() -> usize {
    ;;
    let text = String::from("a");
    text.clone().clear();
    { text.clone().clear(); }
    if text.is_empty() { return 0 }
    match text.len() { 0 => return 0, _ => {} }
    loop { break }
    while text.is_empty() {}
    for _ in 0..0 {}
    text.len()
}

#[trace_memory]
fn operators() -> u32 {
    let text = String::from("a");
    let negated = !text.is_empty() && text.len() < 2 || false;
    let casted = text.len() as u32 as u8 as u32;
    let range = (1..=3).rev().chain(5..6).fold(0, |sum, number| sum + number);
    let indexed = [1, 2, 3][text.len()];
    let tuple = ((1, 2), 3);
    let dereferenced = *&*Box::new(4);
    u32::from(negated) + casted + range + indexed + tuple.0.1 + dereferenced + 1_i32 as u32
}

#[trace_memory]
fn empty() {}

#[trace_memory]
fn only_tail(text: String) -> String { text }

#[trace_memory]
fn only_items() { const _: () = (); }

#[trace_memory]
fn returns_unit(text: String) -> () { drop(text) }

#[trace_memory]
fn recursive(depth: u32) -> u32 {
    let text = depth.to_string();
    if depth == 0 { text.len() as u32 } else { recursive(depth - 1) + 1 }
}

#[trace_memory]
fn main() {
    assert_eq!(constant_blocks(), 13);
    drop(async_block());
    assert_eq!(items_inside(), 6);
    assert_eq!(statements_without_value(), 1);
    assert_eq!(operators(), 1 + 1 + 11 + 2 + 2 + 4 + 1);
    empty();
    assert_eq!(only_tail(String::from("a")), "a");
    only_items();
    returns_unit(String::new());
    assert_eq!(recursive(3), 4);
}
