#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

use std::collections::HashMap;

mod facade {
    #[allow(unused_imports)]
    pub use ::trace_memory as memory;
}

#[derive(Clone)]
struct NoDebug;

#[trace_memory(name = "a name with spaces")]
fn named() -> String {
    let text = String::from("a");
    text
}

#[trace_memory(values)]
fn shown(text: String, plain: NoDebug, pair: (u32, NoDebug)) -> usize {
    let list = vec![Some(1), None];
    let copy = plain.clone();
    let map: HashMap<u32, &str> = HashMap::new();
    let (number, _kept) = pair;
    let mut changed = text;
    changed = changed + "!";
    drop(copy);
    let closure = |extra: usize| {
        let all = list.len() + extra;
        all
    };
    closure(changed.len()) + map.len() + number as usize
}

#[trace_memory(values)]
fn shown_generic<T>(value: T) -> T {
    let same = value;
    same
}

#[trace_memory(values)]
fn shown_unsized(text: &str, list: &[u32], dynamic: &dyn Fn(u32) -> u32) -> u32 {
    let first = list[0];
    dynamic(first) + text.len() as u32
}

#[trace_memory(values)]
fn shown_borrowed<'a>(text: &'a mut String) -> &'a mut String {
    let inner = &mut *text;
    inner.push('a');
    text
}

#[trace_memory(crate = facade::memory)]
fn renamed() -> String {
    let text = String::from("a");
    let other = move || text;
    other()
}

#[trace_memory(crate = crate::facade::memory, name = "both", values)]
fn everything(text: String) -> String {
    let moved = text;
    moved
}

#[trace_memory(skip)]
const fn skipped() -> u32 {
    3
}

#[trace_memory(skip)]
async fn skipped_async() -> u32 {
    3
}

#[trace_memory()]
fn nothing() -> u32 {
    3
}

#[trace_memory(values,)]
fn trailing() -> u32 {
    3
}

#[trace_memory]
fn nested() -> usize {
    #[trace_memory(values)]
    fn inner(text: String) -> usize {
        let length = text.len();
        length
    }
    fn untraced(text: &str) -> usize {
        let length = text.len();
        length
    }
    struct Inside(String);
    impl Inside {
        #[trace_memory]
        fn taken(self) -> String {
            self.0
        }
    }
    let text = Inside(String::from("abc")).taken();
    untraced(&text) + inner(text)
}

const LIMIT: u32 = skipped();

#[trace_memory(allocator = none)]
fn main() {
    assert_eq!(named(), "a");
    assert_eq!(shown(String::from("a"), NoDebug, (1, NoDebug)), 5);
    assert_eq!(shown_generic(3), 3);
    let _ = shown_generic(NoDebug);
    assert_eq!(shown_unsized("a", &[1], &|number| number + 1), 3);
    assert_eq!(shown_borrowed(&mut String::new()), "a");
    assert_eq!(renamed(), "a");
    assert_eq!(everything(String::from("a")), "a");
    drop(skipped_async());
    assert_eq!((LIMIT, nothing(), trailing()), (3, 3, 3));
    assert_eq!(nested(), 6);
}
