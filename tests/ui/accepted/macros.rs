#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

use std::fmt::Write as _;

macro_rules! getter {
    ($name:ident, $field:ident: $kind:ty) => {
        #[trace_memory]
        fn $name(&self) -> &$kind {
            let value = &self.$field;
            value
        }
    };
}

struct Pair {
    left: String,
    right: Vec<u32>,
}

impl Pair {
    getter!(left, left: String);
    getter!(right, right: Vec<u32>);
}

macro_rules! function {
    ($(#[$attr:meta])* $vis:vis fn $name:ident($($arg:ident: $kind:ty),*) -> $result:ty $body:block) => {
        #[trace_memory]
        $(#[$attr])*
        $vis fn $name($($arg: $kind),*) -> $result $body
    };
}

function! {
    #[must_use]
    pub(crate) fn joined(left: String, right: String) -> String {
        let all = left + &right;
        all
    }
}

macro_rules! length_of {
    ($local:ident) => {
        $local.len()
    };
}

macro_rules! take {
    ($local:expr) => {{
        let taken = $local;
        taken
    }};
}

macro_rules! declare {
    ($name:ident) => {
        let $name = String::from(stringify!($name));
    };
}

macro_rules! twice {
    ($($body:tt)*) => {{
        { $($body)* }
        { $($body)* }
    }};
}

#[trace_memory]
fn used() -> usize {
    let text = String::from("abc");
    let length = length_of!(text);
    let taken = take!(text);
    declare!(made);
    let mut count = 0;
    twice! {
        let step = String::from("a");
        count += step.len();
    }
    length + taken.len() + made.len() + count
}

#[trace_memory]
fn standard(list: Vec<Option<String>>) -> String {
    assert!(!list.is_empty(), "{list:?}");
    assert_eq!(list.len(), 2, "{}", list.len());
    assert_ne!(list.len(), 3);
    debug_assert!(matches!(list.as_slice(), [Some(_), None]));
    let mut out = String::new();
    let width = 4;
    write!(out, "{:>width$}|{list:?}", "a").unwrap();
    writeln!(out, "{0}{name}", 1, name = list.len()).unwrap();
    let first = matches!(&list[0], Some(text) if text == "b");
    let copies = vec![first; 2];
    let listed = vec![out, format!("{copies:?}")];
    listed.concat()
}

#[trace_memory]
fn moved_into_macro() -> Vec<String> {
    let left = String::from("a");
    let right = String::from("b");
    vec![left, right]
}

#[trace_memory]
fn values() -> (u32, &'static str, usize) {
    let line = line!();
    let name = concat!("a", "b");
    let found = include_str!("macros.rs").len();
    let _ = (file!(), column!(), module_path!(), env!("CARGO_PKG_NAME"), option_env!("NONE"), cfg!(test));
    (u32::from(line > 1), name, usize::from(found > 1))
}

#[trace_memory]
fn braces() -> usize {
    let text = String::from("abc");
    take! { text.len() };
    take!([text.len()])[0]
}

#[trace_memory]
fn local_macro() -> usize {
    macro_rules! local {
        ($name:ident) => {
            let $name = String::from("abc");
        };
    }
    local!(text);
    let text = text;
    text.len()
}

thread_local! {
    static CELL: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
}

#[trace_memory]
fn local_storage() -> usize {
    let text = String::from("abc");
    CELL.with_borrow_mut(|list| list.push(text));
    CELL.with(|cell| {
        let list = cell.borrow();
        list.len()
    })
}

macro_rules! shown {
    ($($shown:tt)*) => { show(&format!($($shown)*)); };
}

fn show(_: &str) {}

/// `left` in the macro is a field, and no mention of the local of that name.
#[trace_memory]
fn fields_named_like_locals() -> usize {
    let left = String::from("a");
    let right = vec![left.len() as u32];
    let mut pair = Pair { left, right };
    shown!("{} {}", pair.left.len(), pair.right.len());
    pair.right.push(2);
    pair.right.len()
}

#[trace_memory]
fn main() {
    assert_eq!(fields_named_like_locals(), 2);
    let pair = Pair { left: String::from("a"), right: vec![1] };
    assert_eq!((pair.left().as_str(), pair.right().len()), ("a", 1));
    assert_eq!(joined(String::from("a"), String::from("b")), "ab");
    assert_eq!(used(), 12);
    let list = vec![Some(String::from("b")), None];
    assert_eq!(standard(list), "   a|[Some(\"b\"), None]12\n[true, true]");
    assert_eq!(moved_into_macro(), ["a", "b"]);
    assert_eq!(values(), (1, "ab", 1));
    assert_eq!(braces(), 3);
    assert_eq!(local_macro(), 3);
    assert_eq!(local_storage(), 1);
}
