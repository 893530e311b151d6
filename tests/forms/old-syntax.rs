//! Syntax of edition 2015 alone, which the attribute leaves as it is; and functions that it traces there.

extern crate trace_memory;

use trace_memory::trace_memory;

trait Old {
    fn kept(&self, String) -> usize;

    #[trace_memory]
    fn anonymous(&self, String) -> usize {
        let text = String::from("anonymous");
        text.len()
    }
}

impl Old for u8 {
    #[trace_memory]
    fn kept(&self, text: String) -> usize {
        let copy = text.clone();
        copy.len()
    }
}

#[trace_memory]
fn keyword(dyn: String) -> usize {
    let copy = dyn.clone();
    copy.len() + dyn.len()
}

#[trace_memory]
fn of_any_edition(text: String) -> Result<usize, std::num::ParseIntError> {
    let trimmed = text.trim();
    let number: usize = trimmed.parse()?;
    Ok(number)
}

#[trace_memory]
fn main() {
    println!("{} {}", 1u8.kept(String::from("abc")), 1u8.anonymous(String::new()));
    println!("{} {:?}", keyword(String::from("ab")), of_any_edition(String::from(" 7")));
}
