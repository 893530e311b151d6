//! Millions of events: memory and output stay small, and nothing recurses.

mod report_support;

use report_support::{COUNT, LENGTH, MAIN, STRING, Trace};
use trace_memory::print::{Style, write_root};
use trace_memory::record::Reason;
use trace_memory::report::Model;

const STABLE: Style = Style { color: false, stable: true, ascii: false, width: 80 };

/// Feeds the model while the records are made, so that the test itself keeps nothing.
struct Feed {
    trace: Trace,
    model: Model,
}

impl Feed {
    fn start() -> Self {
        let mut feed = Self { trace: Trace::start(1, None, 0x7000..0x9000), model: Model::new() };
        feed.with(|trace| trace.enter(1, 0, &MAIN, 0x8f00));
        feed
    }

    fn with(&mut self, make: impl FnOnce(&mut Trace)) {
        make(&mut self.trace);
        for event in self.trace.made.drain(..) {
            self.model.add(&event);
        }
    }

    fn text(mut self) -> String {
        self.with(|trace| trace.exit(1));
        let mut text = Vec::new();
        for root in self.model.finished_roots() {
            write_root(&root, &STABLE, &mut text).expect("a vector takes everything");
        }
        String::from_utf8(text).expect("text")
    }
}

#[track_caller]
fn check(actual: &str, expected: &str) {
    assert!(actual == expected, "expected:\n{expected}\nactual:\n{actual}");
}

#[test]
fn a_million_allocations_in_one_statement() {
    let mut feed = Feed::start();
    for index in 0..1_000_000 {
        feed.with(|trace| {
            trace.alloc(1, 2, 0x10_000, index % 50 + 1);
            trace.free(1, 2, 0x10_000, index % 50 + 1);
        });
    }
    check(
        &feed.text(),
        "\
stack_and_heap::main             size  where                   stack_and_heap.rs
main()                                 stack frame, heap +24.31 MiB −24.31 MiB
├─ ± 1 000 000 heap blocks  24.31 MiB  temporary, freed                   :15:13
╰─ return                              stack frame freed
",
    );
}

#[test]
fn identical_calls_become_one_row() {
    let mut feed = Feed::start();
    for frame in 2..100_002 {
        feed.with(|trace| {
            trace.enter(frame, 1, &LENGTH, 0x8e00);
            trace.bind(frame, (1, 0), &COUNT, 0x8e10, &[]);
            trace.exit(frame);
        });
    }
    check(
        &feed.text(),
        "\
stack_and_heap::main   size  where  stack_and_heap.rs
main()                       stack frame          :12
├─ length() × 100 000        stack frame          :30
│  ├─ text: i32         4 B  stack                :30
│  ╰─ return                 stack frame freed
╰─ return                    stack frame freed
",
    );
}

#[test]
fn loop_with_an_owning_local() {
    let mut feed = Feed::start();
    for slot in 0..10_000 {
        feed.with(|trace| {
            trace.bind(1, (2 * slot, 0), &COUNT, 0x8f80, &[]);
            trace.bind(1, (2 * slot + 1, 2), &STRING, 0x8f40, &[(8, 1)]);
            trace.alloc(1, 3, 0x10_000, 5);
            trace.scan(1, 2 * slot + 1, &[(8, 0x10_000)]);
            trace.drop(1, 2 * slot + 1, Reason::ScopeEnd);
            trace.free(1, 3, 0x10_000, 5);
            trace.dropped(1);
        });
    }
    check(
        &feed.text(),
        "\
stack_and_heap::main   size  where                      stack_and_heap.rs
main()                       stack frame, heap +48.82 KiB −48.82 KiB  :12
├─ x: i32 × 10 000      4 B  stack                                    :13
├─ s: String × 10 000  24 B  stack → heap, 5 B                        :15
│  ╰─ + heap block      5 B  allocated                              :16:5
├─ drop s × 10 000           end of scope
│  ╰─ − heap block      5 B  freed
╰─ return                    stack frame freed
",
    );
}

#[test]
fn many_different_rows() {
    let mut feed = Feed::start();
    for index in 0..100_000_u64 {
        feed.with(|trace| {
            let frame = index + 2;
            trace.enter(frame, 1, &LENGTH, 0x8e00);
            let bytes = usize::try_from(index + 1).expect("small");
            trace.alloc(frame, 0, 0x10_000, bytes);
            trace.exit(frame);
            trace.free(1, 3, 0x10_000, bytes);
        });
    }
    let text = feed.text();
    assert_eq!(text.lines().count(), 134, "{text}");
    let middle: Vec<_> = text.lines().filter(|line| line.contains("more") || line.contains("× ")).collect();
    check(
        &(middle.join("\n") + "\n"),
        "\
├─ … 199 936 more
│  ├─ length() × 99 968             heap +4.655 GiB
",
    );
}

#[test]
fn a_million_frames_deep() {
    let mut feed = Feed::start();
    let deepest = 1_000_000;
    for frame in 2..=deepest {
        feed.with(|trace| trace.enter(frame, frame - 1, &LENGTH, 0x8e00));
    }
    for frame in (2..=deepest).rev() {
        feed.with(|trace| trace.exit(frame));
    }
    let text = feed.text();
    assert!(text.contains("… 999 967 deeper frames"), "{text}");
    assert_eq!(text.lines().count(), 68, "{text}");
}
