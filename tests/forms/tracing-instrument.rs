//! `#[tracing::instrument]`, with the attribute above and below.

use trace_memory::trace_memory;

#[tracing::instrument]
#[trace_memory]
fn below(text: String, number: u8) -> usize {
    let copy = text.clone();
    copy.len() + usize::from(number)
}

#[trace_memory]
#[tracing::instrument(skip(text), fields(length = text.len()))]
fn above(text: String) -> usize {
    let copy = text.clone();
    copy.len() + text.len()
}

#[trace_memory]
#[tracing::instrument(err, ret)]
fn returns_above(text: String) -> Result<u8, std::num::ParseIntError> {
    let trimmed = text.trim();
    let number = trimmed.parse()?;
    Ok(number)
}

#[tracing::instrument(err, ret)]
#[trace_memory]
fn returns_below(text: String) -> Result<u8, std::num::ParseIntError> {
    let trimmed = text.trim();
    let number = trimmed.parse()?;
    Ok(number)
}

#[trace_memory]
#[tracing::instrument]
async fn awaits_above(text: String) -> String {
    let copy = text.clone();
    tokio::task::yield_now().await;
    copy + &text
}

#[tracing::instrument(skip_all, level = "debug")]
#[trace_memory]
async fn awaits_below(text: String) -> String {
    let copy = text.clone();
    tokio::task::yield_now().await;
    copy + &text
}

#[derive(Debug)]
struct Text(String);

impl Text {
    #[tracing::instrument]
    #[trace_memory]
    fn consumed(self) -> String {
        self.0 + "!"
    }

    #[trace_memory]
    #[tracing::instrument(skip(self))]
    fn grow(&mut self, other: &str) -> &mut String {
        self.0.push_str(other);
        &mut self.0
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{} {}", below(String::from("a"), 1), above(String::from("a")));
    println!("{:?} {:?}", returns_above(String::from(" 7")), returns_below(String::from("seven")));
    println!("{} {}", awaits_above(String::from("a")).await, awaits_below(String::from("b")).await);
    let mut text = Text(String::from("a"));
    text.grow("b").push('c');
    println!("{}", text.consumed());
}
