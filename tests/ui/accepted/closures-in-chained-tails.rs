#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

#[trace_memory]
fn counted(text: String) -> usize {
    let words = text.split(' ');
    words.filter(|word| !word.is_empty()).count()
}

#[trace_memory]
fn returned<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {
    let parts = text.split(mark);
    parts.filter(|part| !part.is_empty())
}

#[trace_memory]
fn mapped(list: Vec<String>) -> Vec<usize> {
    let wanted = String::from("a");
    let iterator = list.into_iter();
    let found = iterator.filter(|text| *text != wanted).map(|text| {
        let length = text.len();
        length
    });
    found.collect()
}

#[trace_memory]
fn folded(list: Vec<String>) -> String {
    let iterator = list.iter();
    iterator.fold(String::new(), |mut all, text| {
        all.push_str(text);
        all
    })
}

fn main() {
    assert_eq!(counted(String::from("a b  c")), 3);
    assert_eq!(returned("a--b", "-").collect::<Vec<_>>(), ["a", "b"]);
    let list = vec![String::from("a"), String::from("bc")];
    assert_eq!(folded(list.clone()), "abc");
    assert_eq!(mapped(list), [2]);
}
