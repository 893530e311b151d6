#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

#[trace_memory(budget(allocs = 0, bytes = "1 KiB", peak = "4 KiB", leaks = 0))]
fn sum(numbers: &[u32]) -> u32 {
    numbers.iter().sum()
}

#[trace_memory(budget(allocs = ..=2, bytes = 1_024), values, name = "joined")]
fn joined(first: String, second: &str) -> String {
    first + second
}

#[trace_memory(budget(leaks = 0,), stack_only)]
#[track_caller]
fn first(numbers: &[u32]) -> u32 {
    numbers[0]
}

struct Stack<T>(Vec<T>);

#[trace_memory]
impl<T: Clone> Stack<T> {
    #[trace_memory(budget(allocs = 1))]
    fn into_last(self) -> Option<T> {
        self.0.last().cloned()
    }

    #[trace_memory(budget(peak = "0.5 KiB"))]
    fn map<'a, R: 'a>(&'a self, with: impl FnMut(&'a T) -> R + 'a) -> impl Iterator<Item = R> + 'a {
        self.0.iter().map(with)
    }
}

#[trace_memory(budget(allocs = 1_000))]
fn ends() -> ! {
    std::process::exit(0)
}

fn main() {
    assert_eq!(sum(&[1, 2]), 3);
    assert_eq!(joined("a".to_owned(), "b"), "ab");
    assert_eq!(first(&[1]), 1);
    let stack = Stack(vec![1, 2]);
    assert_eq!(stack.map(|item| item + 1).max(), Some(3));
    assert_eq!(stack.into_last(), Some(2));
    ends();
}
