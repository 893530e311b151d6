#![deny(warnings)]
#![forbid(unsafe_code)]
#![no_implicit_prelude]

use ::std::convert::From;
use ::std::iter::IntoIterator;
use ::std::option::Option::{self, Some};
use ::std::string::String;
use ::trace_memory::trace_memory;

struct Holder {
    text: String,
}

impl Holder {
    #[trace_memory]
    fn taken(self) -> String {
        self.text
    }
}

#[trace_memory]
fn lengths(list: [String; 2], extra: Option<String>) -> usize {
    let mut sum = 0;
    for text in IntoIterator::into_iter(list) {
        let length = || text.len();
        sum += length();
    }
    if let Some(text) = extra {
        let mut holder = Holder { text };
        holder = Holder { text: holder.taken() };
        sum += holder.taken().len();
    }
    sum
}

#[trace_memory]
fn main() {
    let text = String::from("ab");
    let list = [String::from("c"), text];
    let sum = lengths(list, Some(String::from("def")));
    ::std::assert_eq!(sum, 6);
}
