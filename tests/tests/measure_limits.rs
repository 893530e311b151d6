//! What `measure` says where it cannot know: in a process of its own, since all of it shares one table.

use trace_memory::measure;

#[global_allocator]
static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();

fn failure(work: impl FnOnce()) -> Option<String> {
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    result.err()?.downcast_ref::<String>().cloned()
}

#[test]
fn more_blocks_than_can_be_followed_are_not_guessed() {
    let report = measure(|| (0..1_500_000_u64).map(Box::new).collect::<Vec<_>>());
    report.assert_allocs(1_500_001..);
    let told = failure(|| _ = report.leaks()).expect("the leaks are unknown");
    assert!(told.starts_with("too many blocks were alive at once, and "), "{told}");
    let told = failure(|| _ = report.assert_no_leaks()).expect("the leaks are unknown");
    assert!(told.starts_with("error: the budget of the measured code cannot be checked: too many"), "{told}");
    drop(report);
    // What was alive is forgotten with it.
    measure(|| drop(std::hint::black_box(Box::new(1)))).assert_allocs(1).assert_no_leaks();
}
