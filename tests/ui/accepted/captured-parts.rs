#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

struct Stored<'a> {
    f: Box<dyn FnMut(&str) -> usize + 'a>,
}

#[trace_memory]
fn stored(seen: &mut Vec<String>) -> Stored<'_> {
    let f = Box::new(|text: &str| {
        seen.push(text.to_owned());
        seen.len()
    });
    Stored { f }
}

#[trace_memory]
fn part_of_a_struct() -> (String, String) {
    struct Pair {
        left: String,
        right: String,
    }
    let pair = Pair { left: String::from("l"), right: String::from("r") };
    let take = || pair.left;
    let left = take();
    (left, pair.right)
}

#[trace_memory]
fn main() {
    let mut seen = Vec::new();
    let mut store = stored(&mut seen);
    assert_eq!(((store.f)("a"), (store.f)("b")), (1, 2));
    drop(store);
    assert_eq!(seen, ["a", "b"]);
    assert_eq!(part_of_a_struct(), (String::from("l"), String::from("r")));
}
