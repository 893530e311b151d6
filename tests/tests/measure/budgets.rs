//! Budgets of functions, and of reports.

use std::hint::black_box;

use trace_memory::{budget, measure, trace_memory};

use crate::failure;

#[trace_memory(budget(allocs = 1, bytes = "8 B", peak = 8, leaks = ..=0))]
fn boxes(count: u64) {
    for number in 0..count {
        drop(black_box(Box::new(number)));
    }
}

#[trace_memory(budget(allocs = 1_000, peak = "64 B"))]
fn nested(depth: u64) -> u64 {
    let here = Box::new(depth);
    if depth == 0 { *here } else { *here + nested(depth - 1) }
}

#[trace_memory(budget(leaks = 0))]
fn keeps(list: &mut Vec<String>) {
    let block = "x".to_owned();
    list.push(block);
}

#[trace_memory(budget(bytes = 0), name = "fails")]
fn fails(how: &str) -> Result<u8, std::num::ParseIntError> {
    let text = how.to_owned();
    text.parse()
}

struct Keeper(Vec<u8>);

impl Keeper {
    #[trace_memory(budget(allocs = 0), stack_only)]
    fn first(&self) -> u8 {
        self.0[0]
    }

    #[trace_memory(budget(allocs = 0))]
    fn into_first(self) -> u8 {
        self.0[0]
    }
}

#[test]
fn a_budget_is_of_each_call() {
    for _ in 0..100 {
        boxes(1);
    }
    let told = failure(|| boxes(2)).expect("twice is too often");
    let lines: Vec<_> = told.lines().filter(|line| line.starts_with("error: ")).collect();
    let own = "measure::budgets::boxes";
    assert_eq!(
        lines,
        [
            format!("error: `{own}` allocated 2 times, its budget is at most 1"),
            format!("error: `{own}` allocated 16 B, its budget is at most 8 B"),
        ]
    );
}

#[test]
fn methods_have_budgets_too() {
    let keeper = Keeper(vec![7]);
    assert_eq!(keeper.first(), 7);
    assert_eq!(keeper.into_first(), 7);
}

#[test]
fn a_call_that_calls_itself_counts_all_of_it() {
    assert_eq!(nested(7), 28);
    let told = failure(|| _ = nested(8)).expect("nine boxes are alive at once");
    assert!(told.contains("had 72 B alive at once, its budget is at most 64 B"), "{told}");
    // The innermost calls kept theirs.
    assert_eq!(told.matches("error: ").count(), 1);
    assert_eq!(nested(3), 6);
}

#[test]
fn what_a_call_leaves_is_told_with_its_owner() {
    let mut list = Vec::with_capacity(4);
    let told = failure(|| keeps(&mut list)).expect("a block is left");
    assert!(told.contains("left 1 block, 1 B, its budget is 0"), "{told}");
    assert!(told.contains("1 block left, 1 B, owner `block: String`"), "{told}");
    assert!(told.contains("    let block = \"x\".to_owned();"), "{told}");
}

#[test]
fn an_early_return_is_checked_and_a_panic_is_not() {
    #[trace_memory(budget(allocs = 0))]
    fn panics() {
        let _text = black_box("text").to_owned();
        std::panic::resume_unwind(Box::new("enough"));
    }
    let told = failure(|| _ = fails("x")).expect("a text is made");
    assert!(told.contains("error: `fails` allocated 1 B, its budget is 0 B"), "{told}");
    assert_eq!(failure(panics).as_deref(), Some("enough"));
}

#[test]
fn a_message_names_the_assertion() {
    let report = measure(|| black_box(vec![1_u8; 2000]));
    let told = failure(|| _ = report.assert_bytes("1.5 KiB")).expect("it is more");
    let line = line!() - 1;
    assert!(told.starts_with("error: the measured code allocated 1.953 KiB (2 000 B), its budget is at most 1.5 KiB (1 536 B)\n"), "{told}");
    assert!(
        told.contains("1 of them, 1.953 KiB (2 000 B), in no traced function; put `#[trace_memory]`"),
        "{told}"
    );
    assert!(
        told.contains(&format!("= note: budget set at tests/tests/measure/budgets.rs:{line}\n")),
        "{told}"
    );
}

#[test]
fn ranges_bound_and_numbers_are_exact() {
    let report = measure(|| (black_box(Box::new(1_u8)), black_box(Box::new(2_u8))));
    report.assert_allocs(2).assert_allocs(..=2).assert_allocs(..3).assert_allocs(2..).assert_allocs(..);
    report.assert_allocs(1..3).assert_allocs(1..=2).assert_bytes(2).assert_bytes("2 B").assert_peak(2..=2);
    #[expect(clippy::reversed_empty_ranges, reason = "what is said of them is tested")]
    let refused: [(Option<String>, &str); 6] = [
        (failure(|| _ = report.assert_allocs(3)), "its budget is exactly 3"),
        (failure(|| _ = report.assert_allocs(1)), "its budget is exactly 1"),
        (failure(|| _ = report.assert_allocs(..2)), "its budget is at most 1"),
        (failure(|| _ = report.assert_allocs(3..)), "its budget is at least 3"),
        (failure(|| _ = report.assert_allocs(3..=9)), "its budget is 3 to 9"),
        (failure(|| _ = report.assert_allocs(3..2)), "its budget is an empty range, which nothing meets"),
    ];
    for (told, words) in refused {
        let told = told.expect("it is refused");
        assert!(
            told.starts_with(&format!("error: the measured code allocated 2 times, {words}\n")),
            "{told}"
        );
    }
    assert!(failure(|| _ = report.assert_allocs(..0)).is_some());
}

#[test]
fn sizes_are_read_exactly() {
    let read = [
        ("0 B", 0),
        ("1B", 1),
        (" 1 KiB ", 1024),
        ("1.5 KiB", 1536),
        ("1.50 KiB", 1536),
        ("0.0009765625 KiB", 1),
        ("2 kB", 2000),
        ("0.001 kB", 1),
        ("1 MiB", 1 << 20),
        ("1 MB", 1_000_000),
        ("1 GiB", 1 << 30),
        ("1 GB", 1_000_000_000),
        ("1 TiB", 1 << 40),
        ("18446744073709551615 B", u64::MAX),
    ];
    for (text, bytes) in read {
        assert_eq!(budget::bytes(text), Ok(bytes), "{text}");
    }
    let refused = [
        ("", "`` is not a size; write a number and a unit, as in `1 KiB`"),
        ("KiB", "`KiB` is not a size; write a number and a unit, as in `1 KiB`"),
        ("-1 B", "`-1 B` is negative; a size is 0 or more"),
        (
            "12",
            "`12` has no unit; write one of `B`, `KiB`, `MiB`, `GiB`, `TiB`, `kB`, `MB`, `GB`, `TB` behind it",
        ),
        ("1 KB", "`1 KB` has an unknown unit; write `KiB` for 1024 bytes, or `kB` for 1000"),
        (
            "1 kib",
            "`1 kib` has an unknown unit; write one of `B`, `KiB`, `MiB`, `GiB`, `TiB`, `kB`, `MB`, `GB`, `TB`",
        ),
        ("0.3 KiB", "`0.3 KiB` is not a whole number of bytes"),
        ("0.5 B", "`0.5 B` is not a whole number of bytes"),
        ("1.2.3 KiB", "`1.2.3 KiB` is not a size; write a number and a unit, as in `1.5 KiB`"),
        ("1. KiB", "`1. KiB` is not a size; write a number and a unit, as in `1.5 KiB`"),
        (".5 KiB", "`.5 KiB` is not a size; write a number and a unit, as in `1.5 KiB`"),
        ("18446744073709551616 B", "`18446744073709551616 B` is larger than any address space"),
        ("99999999 TiB", "`99999999 TiB` is larger than any address space"),
        (
            "1e3 B",
            "`1e3 B` has an unknown unit; write one of `B`, `KiB`, `MiB`, `GiB`, `TiB`, `kB`, `MB`, `GB`, `TB`",
        ),
        ("\u{1b}[2J", "`\\u{1b}[2J` is not a size; write a number and a unit, as in `1 KiB`"),
    ];
    for (text, wrong) in refused {
        assert_eq!(budget::bytes(text).expect_err(text), wrong);
    }
    let long = "9".repeat(100_000);
    assert!(budget::bytes(&long).is_err_and(|wrong| wrong.len() < 300));
    let long = format!("0.{}1 TiB", "0".repeat(100_000));
    assert!(
        budget::bytes(&long)
            .is_err_and(|wrong| wrong.ends_with("has more digits behind the point than are read"))
    );
    let told = failure(|| _ = measure(|| ()).assert_bytes("1 kib")).expect("it is no size");
    assert!(told.starts_with("`1 kib` has an unknown unit; "), "{told}");
}

#[test]
fn the_macro_reads_sizes_as_the_runtime_does() {
    let read =
        |path| std::fs::read_to_string(trace_memory_tests::workspace().join(path)).expect("it is there");
    assert!(
        read("macros/src/bytes.rs") == read("runtime/src/budget/bytes.rs"),
        "one of them was changed alone"
    );
}
