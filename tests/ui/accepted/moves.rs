#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

use std::convert::TryFrom;

#[derive(Clone, Debug, Default, PartialEq)]
struct Settings {
    name: String,
    paths: Vec<String>,
    depth: u32,
    inner: Inner,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Inner {
    text: String,
    list: Vec<u32>,
}

#[trace_memory]
fn partial(settings: Settings) -> (String, usize, String) {
    let name = settings.name;
    let count = settings.paths.len();
    let text = settings.inner.text;
    (name, count + settings.inner.list.len(), text)
}

#[trace_memory]
fn refilled(mut settings: Settings) -> Settings {
    let old = settings.name;
    settings.name = old + "!";
    drop(settings.inner);
    settings.inner = Inner::default();
    settings
}

#[trace_memory]
fn updated(base: Settings) -> Settings {
    let name = String::from("new");
    let depth = 3;
    Settings { name, depth, ..base }
}

#[trace_memory]
fn rest_after_update(base: Settings) -> (Settings, String) {
    let other = Settings { name: String::from("other"), inner: Inner::default(), ..base };
    (other, base.name)
}

#[trace_memory]
fn shadowed() -> usize {
    let text = String::from("a");
    let text = text + "b";
    let text = {
        let text = text.as_str();
        text.len()
    };
    text
}

#[trace_memory]
fn deferred(yes: bool) -> String {
    let text;
    let other: String;
    if yes {
        text = String::from("yes");
    } else {
        other = String::from("no");
        text = other;
    }
    text
}

#[trace_memory]
fn never_initialised(yes: bool) -> u32 {
    let text: String;
    if yes {
        text = String::from("abc");
        return u32::try_from(text.len()).unwrap();
    }
    0
}

#[trace_memory]
fn coerced() -> usize {
    let owned = String::from("abc");
    let mut text: &str = "";
    assert!(text.is_empty());
    text = &owned;
    let mut shape: Box<dyn Fn() -> usize>;
    shape = Box::new(|| 1);
    let mut sum = shape();
    shape = Box::new(move || text.len());
    sum += shape();
    let mut slice: &[u8];
    slice = &[1, 2];
    sum += slice.len();
    let list = vec![1, 2, 3];
    slice = &list;
    let mut function: fn(&str) -> usize = str::len;
    sum += function("ab");
    function = |text| text.len() * 2;
    sum + slice.len() + function("ab")
}

#[trace_memory]
fn assigned() -> String {
    let mut text = String::from("a");
    text += "b";
    let mut list = vec![text.clone()];
    list[0] = text;
    text = list.remove(0);
    text = text + "c";
    let swap = (text, String::from("d"));
    (_, text) = swap;
    text
}

#[trace_memory]
fn out_of_box() -> (String, usize) {
    let boxed = Box::new((String::from("a"), String::from("bc")));
    let left = boxed.0;
    let rest = boxed.1.len();
    (left, rest)
}

#[trace_memory]
fn out_of_array() -> String {
    let list = [String::from("a"), String::from("b")];
    let [first, second] = list;
    drop(first);
    second
}

#[trace_memory]
fn out_of_option() -> usize {
    let mut slot = Some(String::from("abc"));
    let taken = slot.take();
    let length = taken.map_or(0, |text| text.len());
    slot = Some(String::from("d"));
    length + slot.unwrap().len()
}

#[trace_memory]
fn into_values() -> Vec<Settings> {
    let name = String::from("n");
    let paths = vec![String::from("p")];
    let text = String::from("t");
    let settings = Settings { name, paths, inner: Inner { text, list: vec![] }, depth: 0 };
    let tuple = (settings, 1);
    let array = [tuple.0];
    array.into()
}

#[trace_memory]
fn copied() -> u32 {
    let number = 3;
    let copy = number;
    let pair = (copy, number);
    let again = pair;
    again.0 + pair.1
}

#[trace_memory]
fn dropped() -> usize {
    let text = String::from("abc");
    let length = text.len();
    drop(text);
    std::mem::drop(vec![length]);
    let kept = std::mem::ManuallyDrop::new(String::new());
    length + kept.len()
}

#[trace_memory]
fn own_drop() -> usize {
    fn drop(text: String) -> usize {
        text.len()
    }
    let text = String::from("abc");
    drop(text)
}

#[trace_memory]
fn chained(text: String) -> Vec<u8> {
    text.trim().to_owned().into_bytes().into_iter().rev().collect()
}

#[trace_memory]
fn main() {
    let inner = Inner { text: String::from("t"), list: vec![1] };
    let full = Settings { name: String::from("n"), paths: vec![String::new()], depth: 1, inner };
    assert_eq!(partial(full.clone()), (String::from("n"), 2, String::from("t")));
    let refilled = refilled(full.clone());
    assert_eq!((refilled.name.as_str(), refilled.inner), ("n!", Inner::default()));
    assert_eq!(updated(full.clone()), Settings { name: String::from("new"), depth: 3, ..full.clone() });
    let (other, name) = rest_after_update(full);
    assert_eq!((other.name.as_str(), other.paths.len(), name.as_str()), ("other", 1, "n"));
    assert_eq!(shadowed(), 2);
    assert_eq!((deferred(true).as_str(), deferred(false).as_str()), ("yes", "no"));
    assert_eq!((never_initialised(true), never_initialised(false)), (3, 0));
    assert_eq!(coerced(), 15);
    assert_eq!(assigned(), "d");
    assert_eq!(out_of_box(), (String::from("a"), 2));
    assert_eq!(out_of_array(), "b");
    assert_eq!(out_of_option(), 4);
    assert_eq!(into_values().len(), 1);
    assert_eq!(copied(), 6);
    assert_eq!(dropped(), 3);
    assert_eq!(own_drop(), 3);
    assert_eq!(chained(String::from(" ab ")), *b"ba");
}
