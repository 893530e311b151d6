#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Mutex;

#[trace_memory]
fn two_phase() -> Vec<usize> {
    let mut list = vec![1, 2];
    list.push(list.len());
    list.extend_from_within(..list.len() - 1);
    list
}

#[trace_memory]
fn reborrowed(list: &mut Vec<u32>) -> &mut u32 {
    list.push(1);
    fill(list);
    let again = &mut *list;
    again.push(3);
    let last = list.len() - 1;
    &mut list[last]
}

#[trace_memory]
fn fill(list: &mut Vec<u32>) {
    list.push(2);
}

#[trace_memory]
fn passed_on(list: &mut Vec<u32>) -> &mut Vec<u32> {
    fill(list);
    let same: &mut Vec<u32> = list;
    same.push(9);
    same
}

#[trace_memory]
fn extended() -> usize {
    let text = &String::from("extended");
    let slice = &vec![1, 2, 3][..];
    let part = &(String::from("a"), 1).0;
    let changed = &mut String::from("b");
    changed.push('c');
    text.len() + slice.len() + part.len() + changed.len()
}

/// The compiler keeps these in statics.
#[trace_memory]
fn constants() -> &'static [&'static usize; 3] {
    #[trace_memory]
    fn returned() -> &'static usize {
        &std::mem::size_of::<u32>()
    }
    #[trace_memory]
    fn kept() -> &'static usize {
        let size = &std::mem::size_of::<u16>();
        size
    }
    #[trace_memory]
    fn annotated() -> &'static usize {
        let size: &'static usize = &std::mem::size_of::<u8>();
        size
    }
    #[trace_memory]
    fn table() -> &'static std::task::RawWakerVTable {
        use std::task::{RawWaker, RawWakerVTable};
        fn nothing(_: *const ()) {}
        fn same(data: *const ()) -> RawWaker {
            RawWaker::new(data, table())
        }
        &RawWakerVTable::new(same, nothing, nothing, nothing)
    }
    let sum = returned() + kept() + annotated();
    assert!(sum == 7 && *table() == *table());
    &[&1, &2, &3]
}

#[trace_memory]
fn pinned(value: String) -> usize {
    use std::pin::{pin, Pin};
    let mut kept = pin!(value);
    let mut unsized_one: Pin<&mut dyn Fn() -> usize> = pin!(|| 2);
    let taken: Pin<&mut String> = std::pin::pin!(String::from("a"));
    kept.as_mut().push('b');
    pin!(String::from("c")).len() + kept.len() + taken.len() + unsized_one.as_mut()()
}

#[trace_memory]
fn extended_in_struct() -> usize {
    struct Holder<'a> {
        text: &'a str,
        list: &'a [String],
    }
    let holder = Holder { text: &String::from("abc"), list: &[String::from("d")] };
    holder.text.len() + holder.list.len()
}

#[trace_memory]
fn tail_of_cell(cell: RefCell<String>) -> usize {
    cell.borrow().len()
}

#[trace_memory]
fn tail_of_parameter(cell: RefCell<u32>) -> u32 {
    *cell.borrow()
}

#[trace_memory]
fn tail_of_lock(lock: Mutex<Vec<u32>>) -> Option<u32> {
    lock.lock().unwrap().pop()
}

#[trace_memory]
fn tail_match(shared: Rc<RefCell<Option<String>>>) -> usize {
    match shared.borrow().as_ref() {
        Some(text) => text.len(),
        None => 0,
    }
}

#[trace_memory]
fn longest<'a>(left: &'a str, right: &'a str) -> &'a str {
    let chosen = if left.len() > right.len() { left } else { right };
    chosen
}

#[trace_memory]
fn part_of(pair: &(String, Vec<u32>)) -> (&str, Option<&u32>) {
    let (text, list) = pair;
    (text, list.last())
}

#[trace_memory]
fn found<'m>(map: &'m mut Vec<(String, u32)>, name: &str) -> &'m mut u32 {
    let index = map.iter().position(|(known, _)| known == name);
    let index = match index {
        Some(index) => index,
        None => {
            map.push((name.to_owned(), 0));
            map.len() - 1
        }
    };
    &mut map[index].1
}

#[trace_memory]
fn swapped(left: &mut String, right: &mut String) {
    let kept = std::mem::take(left);
    *left = std::mem::replace(right, kept);
}

#[trace_memory]
fn through(pair: &mut (String, String)) -> usize {
    let (left, right) = (&mut pair.0, &mut pair.1);
    left.push_str(right);
    right.clear();
    pair.0.len()
}

#[trace_memory]
fn listed(mut node: &Node) -> u32 {
    let mut count = 1;
    while let Some(next) = &node.next {
        node = next;
        count += 1;
    }
    count
}

#[derive(Default)]
struct Node {
    next: Option<Box<Node>>,
}

impl Node {
    #[trace_memory]
    fn append(&mut self) -> &mut Node {
        let mut end = self;
        while end.next.is_some() {
            end = end.next.as_mut().unwrap();
        }
        end.next.insert(Box::default())
    }
}

#[trace_memory]
fn main() {
    assert_eq!(two_phase(), [1, 2, 2, 1, 2]);
    let mut list = Vec::new();
    *reborrowed(&mut list) += 10;
    assert_eq!(list, [1, 2, 13]);
    passed_on(&mut list).push(7);
    assert_eq!(list, [1, 2, 13, 2, 9, 7]);
    assert_eq!(extended(), 14);
    assert_eq!(extended_in_struct(), 4);
    assert_eq!(constants().len(), 3);
    assert_eq!(pinned(String::from("ab")), 7);
    assert_eq!(tail_of_cell(RefCell::new(String::from("abc"))), 3);
    assert_eq!(tail_of_parameter(RefCell::new(4)), 4);
    assert_eq!(tail_of_lock(Mutex::new(vec![1, 2])), Some(2));
    assert_eq!(tail_match(Rc::new(RefCell::new(Some(String::from("ab"))))), 2);
    assert_eq!(longest("ab", "c"), "ab");
    assert_eq!(part_of(&(String::from("a"), vec![1])), ("a", Some(&1)));
    let mut map = Vec::new();
    *found(&mut map, "a") += 1;
    *found(&mut map, "a") += 1;
    assert_eq!(map, [(String::from("a"), 2)]);
    let (mut left, mut right) = (String::from("l"), String::from("r"));
    swapped(&mut left, &mut right);
    assert_eq!((left.as_str(), right.as_str()), ("r", "l"));
    assert_eq!(through(&mut (left, right)), 2);
    let mut node = Node::default();
    node.append().append();
    assert_eq!(listed(&node), 3);
}
