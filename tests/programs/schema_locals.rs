//! Locals in every situation the trace has words for: where they point, where they go, how they end.

use std::collections::BTreeMap;
use std::mem;

use trace_memory::trace_memory;

#[global_allocator]
static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();

static GREETING: &str = "hello";

fn main() {
    // From before the trace: a place that the trace cannot know.
    let early: &'static str = String::from("early").leak();
    regions(early);
    let moved = moves(String::from("capture"), Some(String::from("pattern")));
    drops(&moved, true);
    drops(&moved, false);
    doubts(true);
    doubts(false);
    heap();
}

/// Pointers to the heap, as an owner and as a borrower, to the stack, to the image, and elsewhere.
#[trace_memory]
fn regions(early: &'static str) {
    let number = 3_u64;
    let to_stack = &number;
    let to_image = GREETING;
    let owner = vec![*to_stack; 4];
    let borrower = &owner[1..];
    let boxed: Box<dyn Fn() -> usize> = Box::new(move || to_image.len() + early.len());
    let _ = (borrower.len(), boxed());
}

struct Holder {
    name: String,
    rest: Vec<String>,
}

/// One move of each kind.
#[trace_memory]
fn moves(captured: String, matched: Option<String>) -> Vec<String> {
    let into_call = String::from("call");
    let from_call = passed(into_call);
    let mut target = String::new();
    let length = target.len();
    target = from_call;
    let into_field = vec![target];
    let holder = Holder { name: length.to_string(), rest: into_field };
    let Holder { name, rest } = holder;
    let closure = move || captured.len();
    let receiver = rest.into_iter();
    let mut list: Vec<String> = receiver.collect();
    list.push(closure().to_string());
    match matched {
        Some(text) => list.push(text),
        None => list.clear(),
    }
    let in_macro = vec![name];
    let nested = vec![in_macro];
    list.extend(nested.concat());
    list
}

#[trace_memory]
fn passed(text: String) -> String {
    text
}

/// A drop that runs traced code, and one for each reason but unwinding.
#[trace_memory]
fn drops(list: &[String], explicit: bool) {
    let mut replaced = Loud(list.to_vec());
    let kept = Loud(mem::take(&mut replaced.0));
    replaced = Loud(Vec::new());
    if explicit {
        drop(kept);
    }
    let _ = replaced.0.len();
}

struct Loud(Vec<String>);

impl Drop for Loud {
    #[trace_memory]
    fn drop(&mut self) {
        let count = self.0.len();
        let _ = count.to_string();
    }
}

macro_rules! unless {
    ($condition:expr => $leave:expr, $local:expr) => {
        if $condition {
            $leave;
        }
        drop($local)
    };
}

/// What the trace cannot be certain of: the rest after two fields were moved, and what macros do.
#[trace_memory]
fn doubts(yes: bool) {
    let holder = Holder { name: String::from("name"), rest: vec![String::from("rest")] };
    if yes {
        drop(holder.name);
    }
    drop(holder.rest);
    let text = String::from("perhaps");
    'given: {
        unless!(yes => break 'given, text);
    }
}

/// Blocks that begin, grow, shrink and end.
#[trace_memory]
fn heap() {
    let mut list = Vec::with_capacity(1);
    for number in 0..100_u32 {
        list.push(number);
    }
    list.truncate(3);
    list.shrink_to_fit();
    let zeroed = vec![0_u8; 100];
    let map: BTreeMap<_, _> = list.iter().map(|number| (*number, number.to_string())).collect();
    let _ = (map.len(), zeroed.len());
}
