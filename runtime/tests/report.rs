//! Hand-made records through the resolver and the printers: whole texts, and who owns what.

mod report_support;

use report_support::{COUNT, LENGTH, MAIN, STR_REF, STRING, STRING_REF, Trace, VEC};
use trace_memory::event::{Event, Free, Kind, Realloc, Region};
use trace_memory::print::{Live, Style, escape, write_root, write_summary};
use trace_memory::record::{Doubt, Fact, How, Reason};
use trace_memory::report::{Losses, Model};

const PLAIN: Style = Style { color: false, stable: false, ascii: false, width: 80 };
const STABLE: Style = Style { stable: true, ..PLAIN };

/// `main` of the first lesson: a number, a literal, a string, and a call that borrows the string.
fn lesson() -> Trace {
    let mut trace = started();
    trace.bind(1, (1, 0), &COUNT, 0x8f10, &[]);
    trace.bind(1, (2, 1), &STR_REF, 0x8f20, &[(0, 0x100), (8, 5)]);
    trace.alloc(1, 2, 0x10_000, 5);
    trace.bind(1, (3, 2), &STRING, 0x8f40, &[(0, 5), (8, 0x10_000), (16, 5)]);
    trace.enter(2, 1, &LENGTH, 0x8e00);
    trace.bind(2, (1, 0), &STRING_REF, 0x8e10, &[(0, 0x8f40)]);
    trace.exit(2);
    trace.scan(1, 3, &[(8, 0x10_000)]);
    trace.drop(1, 3, Reason::ScopeEnd);
    trace.free(1, 3, 0x10_000, 5);
    trace.dropped(1);
    trace.exit(1);
    trace
}

fn started() -> Trace {
    let mut trace = Trace::start(1, None, 0x7000..0x9000);
    trace.enter(1, 0, &MAIN, 0x8f00);
    trace
}

fn model(events: &[Event]) -> Model {
    let mut model = Model::new();
    for event in events {
        model.add(event);
    }
    model
}

fn tree(events: &[Event], style: Style) -> String {
    let mut text = Vec::new();
    for root in model(events).finished_roots() {
        write_root(&root, &style, &mut text).expect("a vector takes everything");
    }
    String::from_utf8(text).expect("text")
}

#[track_caller]
fn check(actual: &str, expected: &str) {
    assert!(actual == expected, "expected:\n{expected}\nactual:\n{actual}");
}

/// Whether each heap pointer of the bindings and scans is an owning one, in order.
fn owns(events: &[Event]) -> Vec<(String, u64, bool)> {
    let pointers = events.iter().filter_map(|event| match &event.kind {
        Kind::Bind(bind) => Some((&bind.local, &bind.points_to)),
        Kind::Scan(scan) => Some((&scan.local, &scan.points_to)),
        _ => None,
    });
    let heap = pointers.flat_map(|(local, pointers)| {
        pointers.iter().filter_map(|pointer| match pointer.region {
            Region::Heap { block, owns, .. } => Some((local.name.to_string(), block, owns)),
            _ => None,
        })
    });
    heap.collect()
}

fn named(rows: &[(&str, u64, bool)]) -> Vec<(String, u64, bool)> {
    rows.iter().map(|&(name, block, owns)| (name.to_owned(), block, owns)).collect()
}

fn frees(events: &[Event]) -> Vec<&Free> {
    let frees = events.iter().filter_map(|event| match &event.kind {
        Kind::Free(free) => Some(free),
        _ => None,
    });
    frees.collect()
}

fn reallocs(events: &[Event]) -> Vec<&Realloc> {
    let reallocs = events.iter().filter_map(|event| match &event.kind {
        Kind::Realloc(realloc) => Some(realloc),
        _ => None,
    });
    reallocs.collect()
}

#[test]
fn lesson_tree() {
    check(
        &tree(&lesson().events(), PLAIN),
        "\
stack_and_heap::main   size  where          stack_and_heap.rs
main()                       stack frame, heap +5 B −5 B  :12
├─ x: i32               4 B  stack                        :13
├─ y: &str             16 B  stack → static               :14
├─ s: String           24 B  stack → heap #1, 5 B         :15
│  ╰─ + heap #1         5 B  allocated                 :15:13
├─ length()           256 B  stack frame                  :30
│  ├─ text: &String     8 B  stack → stack: s             :30
│  ╰─ return                 stack frame freed
├─ drop s                    end of scope
│  ╰─ − heap #1         5 B  freed after 7 µs
╰─ return                    stack frame freed
",
    );
}

#[test]
fn lesson_tree_ascii_and_stable() {
    let style = Style { ascii: true, ..STABLE };
    check(
        &tree(&lesson().events(), style),
        "\
stack_and_heap::main  size  where          stack_and_heap.rs
main()                      stack frame, heap +5 B -5 B  :12
|- x: i32              4 B  stack                        :13
|- y: &str            16 B  stack -> static              :14
|- s: String          24 B  stack -> heap #1, 5 B        :15
|  `- + heap #1        5 B  allocated                 :15:13
|- length()                 stack frame                  :30
|  |- text: &String    8 B  stack -> stack: s            :30
|  `- return                stack frame freed
|- drop s                   end of scope
|  `- - heap #1        5 B  freed
`- return                   stack frame freed
",
    );
}

#[test]
fn lesson_live() {
    let mut live = Live::new(STABLE);
    let mut text = Vec::new();
    for event in lesson().events() {
        live.write(&event, &mut text).expect("a vector takes everything");
    }
    check(
        &String::from_utf8(text).expect("text"),
        "\
main()                                           stack frame                   stack_and_heap.rs:12
  x: i32                                    4 B  stack                         :13
  y: &str                                  16 B  stack → static                :14
  + heap #1                                 5 B  allocated                     :15:13
  s: String                                24 B  stack → heap #1, 5 B          :15
  length()                                       stack frame                   stack_and_heap.rs:30
    text: &String                           8 B  stack → stack: s              :30
  return                                         stack frame freed
  drop s                                         end of scope
  − heap #1                                 5 B  freed by the drop of s        :16:5
return                                           stack frame freed
",
    );
}

#[test]
fn summary_with_leaks_and_losses() {
    let mut trace = started();
    for block in 0..12 {
        trace.alloc(1, 2, 0x10_000 + block * 0x1000, 100);
    }
    trace.bind(1, (3, 2), &STRING, 0x8f40, &[(8, 0x10_000)]);
    trace.depart(1, 3, 0);
    trace.exit(1);
    let losses = Losses { lost: 1204, non_lifo: 1, ..Losses::default() };
    let mut text = Vec::new();
    let leaks = trace.resolver.live_blocks();
    write_summary(&model(&trace.events()), &losses, &leaks, &PLAIN, &mut text)
        .expect("a vector takes everything");
    check(
        &String::from_utf8(text).expect("text"),
        "\
memory summary
├─ heap
│  ├─ allocated         1.171 KiB  12 allocations
│  ├─ resized                      0 reallocations
│  ├─ freed                   0 B  0 frees
│  ├─ peak              1.171 KiB  alive at once
│  ╰─ alive at the end  1.171 KiB  12 blocks
├─ leaked               1.171 KiB  12 blocks end not seen
│  ├─ heap #1               100 B  s in main(), moved out
│  ├─ heap #2               100 B  no owner seen, in main()
│  ├─ heap #3               100 B  no owner seen, in main()
│  ├─ heap #4               100 B  no owner seen, in main()
│  ├─ heap #5               100 B  no owner seen, in main()
│  ├─ heap #6               100 B  no owner seen, in main()
│  ├─ heap #7               100 B  no owner seen, in main()
│  ├─ heap #8               100 B  no owner seen, in main()
│  ├─ heap #9               100 B  no owner seen, in main()
│  ├─ heap #10              100 B  no owner seen, in main()
│  ╰─ … 2 more              200 B
╰─ incomplete
   ├─ 1 204 events                 lost: the buffer was full
   ╰─ 1 frame                      ended out of order
",
    );
}

#[test]
fn summary_of_nothing() {
    let mut text = Vec::new();
    write_summary(&Model::new(), &Losses::default(), &[], &PLAIN, &mut text)
        .expect("a vector takes everything");
    check(
        &String::from_utf8(text).expect("text"),
        "\
memory summary
╰─ heap
   ├─ allocated         0 B  0 allocations
   ├─ resized                0 reallocations
   ├─ freed             0 B  0 frees
   ├─ peak              0 B  alive at once
   ╰─ alive at the end  0 B  0 blocks
",
    );
}

#[test]
fn growth_doubts_and_moves() {
    let mut trace = started();
    trace.bind(1, (3, 2), &VEC, 0x8f40, &[(8, 1)]);
    trace.alloc(1, 3, 0x10_000, 16);
    trace.reallocating(1, 3, 0x10_000, 16);
    trace.reallocated(0x20_000, 64);
    trace.scan(1, 3, &[(8, 0x20_000)]);
    trace.reallocating(1, 4, 0x20_000, 64);
    trace.reallocated(0x20_000, 2048);
    trace.scan(1, 3, &[(8, 0x20_000)]);
    trace.bind(1, (4, 3), &STRING, 0x8f60, &[]);
    trace.depart(1, 3, 0);
    trace.doubtful_drop(1, 4, Doubt::Rest);
    trace.dropped(1);
    trace.alloc(1, 4, 0x30_000, 7);
    trace.free(1, 4, 0x30_000, 7);
    trace.fact(Fact::Exit { frame: 1, how: How::Unwind });
    check(
        &tree(&trace.events(), STABLE),
        "\
stack_and_heap::main   size  where                     stack_and_heap.rs
main()                       stack frame, heap +2.006 KiB −7 B       :12
├─ s: Vec<String>      24 B  stack → heap #1, 2 KiB                  :15
│  ├─ + heap #1        16 B  allocated                             :16:5
│  ╰─ ~ heap #1       2 KiB  grew 2 times, 16 B → 2 KiB            :16:5
├─ t: String           24 B  stack                                   :17
├─ move s                    into call                               :20
├─ drop t                    end of scope; not certain: fields moved out
├─ ± heap #2            7 B  temporary, freed                      :17:9
╰─ unwind                    stack frame freed
",
    );
}

#[test]
fn owner_is_the_first_local_that_holds_the_block() {
    let mut trace = started();
    trace.alloc(1, 2, 0x10_000, 5);
    trace.bind(1, (1, 2), &STRING, 0x8f40, &[(8, 0x10_000)]);
    trace.bind(1, (2, 0), &STRING_REF, 0x8f60, &[(0, 0x10_000)]);
    trace.bind(1, (3, 3), &STRING, 0x8f80, &[(8, 0x10_000)]);
    trace.depart(1, 1, 0);
    trace.scan(1, 3, &[(8, 0x10_000)]);
    let expected = [("s", 1, true), ("x", 1, false), ("t", 1, false), ("t", 1, true)];
    assert_eq!(owns(&trace.events()), named(&expected));
}

#[test]
fn interior_pointer_never_owns() {
    let mut trace = started();
    trace.alloc(1, 2, 0x10_000, 5);
    trace.bind(1, (1, 2), &STRING, 0x8f40, &[(8, 0x10_004)]);
    trace.bind(1, (2, 3), &STRING, 0x8f60, &[(8, 0x10_005)]);
    assert_eq!(owns(&trace.events()), named(&[("s", 1, false)]));
}

#[test]
fn moved_into_a_callee_and_leaked() {
    let mut trace = started();
    trace.alloc(1, 2, 0x10_000, 5);
    trace.bind(1, (1, 2), &STRING, 0x8f40, &[(8, 0x10_000)]);
    trace.depart(1, 1, 0);
    trace.enter(2, 1, &LENGTH, 0x8e00);
    trace.bind(2, (1, 1), &STRING, 0x8e10, &[(8, 0x10_000)]);
    trace.exit(2);
    let leaks = trace.resolver.live_blocks();
    let owner = leaks[0].owner.as_ref().expect("an owner");
    assert_eq!(
        (leaks.len(), &*owner.local, &*owner.function, owner.moved),
        (1, "copy", "stack_and_heap::length", false)
    );
    assert_eq!(leaks[0].at.map(|at| at.line), Some(15));
}

#[test]
fn partial_move_keeps_the_owner() {
    let mut trace = started();
    trace.alloc(1, 2, 0x10_000, 5);
    trace.bind(1, (1, 2), &STRING, 0x8f40, &[(8, 0x10_000)]);
    trace.fact(Fact::Move { frame: 1, slot: 1, site: 0, partial: true, certain: true });
    trace.bind(1, (2, 3), &STRING, 0x8f60, &[(8, 0x10_000)]);
    assert_eq!(owns(&trace.events()), named(&[("s", 1, true), ("t", 1, false)]));
}

#[test]
fn new_slot_takes_the_place_of_an_old_one() {
    let mut trace = started();
    trace.bind(1, (1, 2), &STRING, 0x8f40, &[]);
    trace.bind(1, (2, 0), &COUNT, 0x8f44, &[]);
    trace.bind(1, (3, 1), &STRING_REF, 0x8f80, &[(0, 0x8f40)]);
    trace.bind(1, (4, 3), &STRING_REF, 0x8f90, &[(0, 0x8f46)]);
    let local = |event: &Event| match &event.kind {
        Kind::Bind(bind) => match &bind.points_to.first()?.region {
            Region::Stack { thread: 1, local } => Some(local.as_deref().map(str::to_owned)),
            _ => None,
        },
        _ => None,
    };
    let seen: Vec<_> = trace.events().iter().filter_map(local).collect();
    assert_eq!(seen, [None, Some("x".to_owned())]);
}

#[test]
fn unknown_reference_and_other_words() {
    let mut trace = started();
    trace.bind(1, (1, 1), &STR_REF, 0x8f80, &[(0, 0xdead), (8, 0xbeef)]);
    trace.bind(1, (2, 2), &STRING, 0x8fa0, &[(0, 0xdead)]);
    let regions = trace.events().into_iter().filter_map(|event| match event.kind {
        Kind::Bind(bind) => {
            Some(bind.points_to.into_iter().map(|pointer| pointer.region).collect::<Vec<_>>())
        }
        _ => None,
    });
    assert_eq!(regions.collect::<Vec<_>>(), [vec![Region::Unknown], vec![]]);
}

#[test]
fn address_reused_by_another_thread_during_realloc() {
    let mut trace = started();
    trace.alloc(1, 2, 0x10_000, 5);
    trace.reallocating(1, 2, 0x10_000, 5);
    trace.thread(2, Some("worker"), 0x4000..0x6000);
    trace.alloc(0, u32::MAX, 0x10_000, 9);
    trace.thread = 1;
    trace.reallocated(0x20_000, 50);
    trace.free(1, 2, 0x20_000, 50);
    trace.thread = 2;
    trace.free(0, u32::MAX, 0x10_000, 9);
    let events = trace.events();
    let realloc = reallocs(&events)[0];
    assert_eq!((realloc.heap.block, realloc.old_addr, realloc.old_bytes), (1, 0x10_000, 5));
    let freed: Vec<_> = frees(&events).iter().map(|free| (free.heap.block, free.heap.bytes)).collect();
    assert_eq!(freed, [(1, 50), (2, 9)]);
    assert!(trace.resolver.live_blocks().is_empty());
}

#[test]
fn failed_and_foreign_reallocs() {
    let mut trace = started();
    trace.alloc(1, 2, 0x10_000, 5);
    trace.reallocating(1, 2, 0x10_000, 5);
    trace.fact(Fact::ReallocFailed);
    trace.reallocating(0, 2, 0x50_000, 5);
    trace.reallocated(0x60_000, 6);
    trace.reallocating(1, 2, 0x50_000, 5);
    trace.reallocated(0x70_000, 7);
    let events = trace.events();
    assert!(reallocs(&events).is_empty());
    let live: Vec<_> = trace.resolver.live_blocks().iter().map(|leak| (leak.block, leak.bytes)).collect();
    assert_eq!(live, [(1, 5), (2, 7)]);
}

#[test]
fn freed_by_another_thread() {
    let mut trace = started();
    trace.alloc(1, 2, 0x10_000, 5);
    trace.thread(2, Some("worker"), 0x4000..0x6000);
    trace.enter(2, 0, &LENGTH, 0x5000);
    trace.free(2, 0, 0x10_000, 5);
    trace.free(2, 0, 0x99_000, 5);
    trace.exit(2);
    let events = trace.events();
    let free = frees(&events);
    assert_eq!((free.len(), free[0].alloc_thread, free[0].lived_ns), (1, Some(1), Some(3_000)));
    check(
        &tree(&events, STABLE),
        "\
thread 2 \"worker\": stack_and_heap::length  size  where      stack_and_heap.rs
length()                                         stack frame, heap −5 B   :30
├─ − heap #1                                5 B  freed, from thread 1  :31:16
╰─ return                                        stack frame freed
",
    );
}

#[test]
fn free_in_a_callee_names_the_local_its_caller_drops() {
    let mut trace = started();
    trace.alloc(1, 2, 0x10_000, 5);
    trace.bind(1, (1, 2), &STRING, 0x8f40, &[(8, 0x10_000)]);
    trace.drop(1, 1, Reason::ScopeEnd);
    trace.enter(2, 1, &LENGTH, 0x8e00);
    trace.bind(2, (1, 1), &STRING, 0x8e10, &[]);
    trace.free(2, 0, 0x10_000, 5);
    trace.drop(2, 1, Reason::ScopeEnd);
    trace.alloc(2, 0, 0x20_000, 1);
    trace.free(2, 0, 0x20_000, 1);
    trace.dropped(2);
    trace.exit(2);
    trace.dropped(1);
    trace.alloc(1, 2, 0x30_000, 1);
    trace.free(1, 2, 0x30_000, 1);
    trace.exit(1);
    let events = trace.events();
    let names: Vec<_> =
        frees(&events).iter().map(|free| free.dropping.as_ref().map(|local| &*local.name)).collect();
    assert_eq!(names, [Some("s"), Some("copy"), None]);
    check(
        &tree(&events, STABLE),
        "\
stack_and_heap::main   size  where          stack_and_heap.rs
main()                       stack frame, heap +7 B −7 B  :12
├─ s: String           24 B  stack → heap #1, 5 B         :15
│  ╰─ + heap #1         5 B  allocated                 :15:13
├─ drop s                    end of scope
│  ╰─ length()               stack frame, heap +1 B −6 B  :30
│     ├─ copy: String  24 B  stack                        :31
│     ├─ − heap #1      5 B  freed                     :31:16
│     ├─ drop copy           end of scope
│     │  ╰─ − heap #2   1 B  freed
│     ├─ + heap #2      1 B  allocated                 :31:16
│     ╰─ return              stack frame freed
├─ ± heap #3            1 B  temporary, freed          :15:13
╰─ return                    stack frame freed
",
    );
}

#[test]
fn text_of_the_program_cannot_touch_the_terminal() {
    assert_eq!(escape("a\u{1b}[31m\u{9b}\u{202e}\n\u{7f}é"), "a\\u{1b}[31m\\u{9b}\\u{202e}\\n\\u{7f}é");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in [48, 60, 72, 80] {
        let style = Style { width, ..PLAIN };
        let text = tree(&lesson().events(), style);
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest.is_some_and(|widest| widest <= width), "{width}:\n{text}");
        assert!(text.lines().all(|line| line == line.trim_end()), "trailing spaces:\n{text}");
    }
}

#[test]
fn colours_change_no_column() {
    let text = tree(&lesson().events(), Style { color: true, ..PLAIN });
    let plain = ["1", "2", "33", "31", "0"]
        .iter()
        .fold(text.clone(), |text, code| text.replace(&format!("\u{1b}[{code}m"), ""));
    assert_ne!(text, plain);
    check(&plain, &tree(&lesson().events(), PLAIN));
}
