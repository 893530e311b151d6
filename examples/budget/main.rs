//! What a function may do with the heap, written down as a test.
//!
//! `cargo test --example budget` runs the tests that keep their budgets, and `cargo test --example budget --
//! --ignored` those that do not, to show what is said. `cargo run --example budget` is a program that goes over one:
//! it is told, and goes on.

#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use trace_memory::trace_memory;

/// Tests count what passes through it.
#[global_allocator]
static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();

/// The words of a line that are longer than three letters, in lower case.
#[trace_memory]
fn keywords(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in line.split(' ') {
        if word.len() > 3 {
            let lower = word.to_lowercase();
            found.push(lower);
        }
    }
    found
}

/// The same, written into what the caller has.
#[trace_memory(budget(allocs = 0))]
fn keywords_into<'a>(line: &'a str, found: &mut Vec<&'a str>) {
    found.extend(line.split(' ').filter(|word| word.len() > 3));
}

/// It goes over its budget: the number gets a text of its own, and the key is made of that.
#[trace_memory(budget(allocs = 1, bytes = "1 KiB"))]
fn key(host: &str, port: u16) -> String {
    let port = port.to_string();
    [host, ":", port.as_str()].concat()
}

fn main() {
    let line = "the heap is where a string lives";
    let mut found = Vec::with_capacity(4);
    keywords_into(line, &mut found);
    println!("{found:?} {:?} {}", keywords(line), key("localhost", 8080));
}

#[cfg(test)]
mod tests {
    use trace_memory::{Measurement, measure, trace_memory};

    use super::{key, keywords, keywords_into};

    const LINE: &str = "the heap is where a string lives";

    #[test]
    fn keywords_take_an_allocation_each_and_one_for_the_list() {
        let report = measure(|| keywords(LINE));
        report.assert_allocs(5).assert_bytes("128 B").assert_peak("128 B");
        assert_eq!(report.value().len(), 4);
        // The list is in the report, and so are its words.
        assert_eq!(report.leaks(), 5);
    }

    #[test]
    fn nothing_is_left_when_the_keywords_are_dropped() {
        measure(|| drop(keywords(LINE))).assert_no_leaks();
    }

    #[test]
    fn a_list_of_the_callers_is_enough() {
        let mut found = Vec::with_capacity(4);
        measure(|| keywords_into(LINE, &mut found)).assert_stack_only();
        assert_eq!(found, ["heap", "where", "string", "lives"]);
    }

    #[test]
    fn locals_are_dropped_in_reverse() {
        #[trace_memory]
        fn three() {
            let _a = Box::new(1);
            let b = Box::new(2);
            let _c = Box::new(3);
            drop(b);
        }
        measure(three).assert_drop_order(["b", "_c", "_a"]).assert_allocs(3);
    }

    #[test]
    fn a_thread_that_is_told_is_counted() {
        let report = measure(|| {
            let measurement = Measurement::current();
            let worker = std::thread::spawn(move || measurement.include(|| keywords(LINE).len()));
            worker.join()
        });
        assert_eq!(report.value().as_ref().ok(), Some(&4));
        report.assert_allocs(5..).assert_bytes(117..);
    }

    #[test]
    #[ignore = "shows what is said"]
    fn too_many_allocations() {
        measure(|| keywords(LINE)).assert_allocs(..=1);
    }

    #[test]
    #[ignore = "shows what is said"]
    fn something_is_left() {
        measure(|| std::mem::forget(keywords(LINE))).assert_no_leaks();
    }

    #[test]
    #[ignore = "shows what is said"]
    fn a_budget_of_each_call() {
        assert_eq!(key("localhost", 8080), "localhost:8080");
    }
}
