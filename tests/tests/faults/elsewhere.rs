//! The rows that are tested in other places, that cannot be tested here, or whose subject is not there yet.

use std::fmt::Write as _;
use std::fs;

use trace_memory_tests::workspace;

pub(crate) const HEAD: &str = "\
# Faults

What the tracer does where something fails, in itself or in the program. `cargo test -p trace-memory-tests --test faults` runs
a program under each fault, without the tracer (`TRACE_MEMORY=off`) and under `tree`, `live`, `summary` and `json:PATH`, and
compares how it ends and what it prints. The words in quotes are the tracer's; what the trace holds is that of the JSON file.
The test writes this page (`BLESS=1`), and fails where it differs. Each row is also checked with mistakes put into what was
observed (another status, a line more, a message less, an event less, another count): each thing that is said has to be
changed by one of them.

The letters are those of the project's list: A allocator and thread-locals, B threads, forks and signals, C endings,
D resources, F futures and coroutines, J unwinding and guards.

| – | case | expected | observed |
|---|---|---|---|
";

pub(crate) const NOT_AS_EXPECTED: &str = "
## Not as expected

| – | case | wanted | observed |
|---|---|---|---|
";

const TESTED: &str = "
## Tested in other places

| – | case | test |
|---|---|---|
";

const NOT_HERE: &str = "
## Cannot run here

| – | case | why |
|---|---|---|
";

const NOT_YET: &str = "
## Not there yet

| – | case | waits for |
|---|---|---|
";

/// Number, case, file, test.
const ELSEWHERE: &[[&str; 4]] = &[
    [
        "A1, A2",
        "the tracer's own allocations are in no trace",
        "tests/tests/heap_counts.rs",
        "every_heap_event_is_traced_to_the_last_byte",
    ],
    [
        "C5–C7, C10–C18",
        "what was recorded in `bin:PATH` outlives the process: abort, `exec`, a stack overflow",
        "tests/tests/bin.rs",
        "whatever_ends_the_program_the_events_are_there",
    ],
    ["C17", "the same: killed at any moment", "tests/tests/bin.rs", "nothing_is_lost_when_it_is_killed"],
    [
        "C18",
        "a file that is cut off at any byte is read",
        "tests/tests/bin.rs",
        "a_trace_that_is_cut_off_is_read_as_far_as_it_goes",
    ],
    [
        "A19",
        "a file with any bit wrong is read",
        "tests/tests/bin.rs",
        "a_trace_with_a_wrong_bit_is_an_error_or_a_trace",
    ],
    [
        "D2, D3",
        "`bin:PATH` finds no room",
        "tests/tests/bin.rs",
        "a_full_disk_ends_the_trace_and_not_the_program",
    ],
    ["A23", "two global allocators are refused", "tests/tests/ui.rs", "refused"],
    ["A24", "the allocator is not installed", "runtime/tests/capture_alone.rs", "it_is_said_once"],
    ["B4", "the trace is read while threads write", "runtime/src/capture/tests.rs", "many_threads_one_order"],
    ["B4", "the same, in every interleaving", "tests/models/src/lib.rs", "hand_over"],
    ["B5", "a buffer goes from thread to thread", "runtime/src/capture/tests.rs", "lanes_are_recycled"],
    ["B5", "the same, in every interleaving", "tests/models/src/lib.rs", "recycling"],
    ["A21, A22", "addresses that are used again, in every interleaving", "tests/models/src/lib.rs", "blocks"],
    [
        "A21, A22",
        "four threads that pass blocks around, a million events",
        "tests/tests/order.rs",
        "four_threads_and_no_contradiction",
    ],
    [
        "A19",
        "a file of any mutations of a real one",
        "tests/tests/fuzz.rs",
        "a_mutated_trace_is_an_error_or_a_trace",
    ],
    [
        "D7, D15",
        "a path that is missing, too strange, a link, a folder or a device",
        "tests/tests/settings.rs",
        "a_symbolic_link_is_not_followed",
    ],
    [
        "D13",
        "two processes and one name",
        "tests/tests/settings.rs",
        "a_second_run_does_not_replace_the_first",
    ],
    [
        "F1",
        "tasks that move from thread to thread",
        "tests/tests/futures.rs",
        "frames_are_on_one_thread_at_a_time",
    ],
    [
        "F2, F3, F5",
        "futures that are cancelled, never polled, or polled by turns",
        "tests/tests/futures.rs",
        "tasks_drop_what_the_trace_says",
    ],
    ["F4", "panics while a future is polled", "tests/tests/futures.rs", "frames_of_the_drop_programs"],
    [
        "F6, F8, F9, F10, F11",
        "traits, sizes and forms of futures",
        "tests/tests/forms.rs",
        "programs_behave_as_without_the_attribute",
    ],
    ["J8", "a million frames deep", "runtime/tests/report_bounds.rs", "a_million_frames_deep"],
    [
        "J3",
        "nothing panics in a guard",
        "runtime/src/capture/tests.rs",
        "no_panic_in_a_closure_that_cannot_unwind",
    ],
];

/// Number, case, reason.
const IMPOSSIBLE: &[[&str; 3]] = &[
    ["A9", "thread-locals made of `pthread_key`s", "needs a system without native thread-locals"],
    [
        "A25, A26, B20",
        "two copies of the runtime in one process, libraries loaded late",
        "needs dynamic libraries: Cargo builds them for a crate of its own",
    ],
    [
        "A29, A30",
        "the optimiser takes allocations away",
        "depends on the version of the compiler; the header of the trace says whether it is a debug build",
    ],
    ["A31", "the environment is read inside of a hook", "it never is: `session::open` reads it, once"],
    ["A32, D16", "a clock that wraps or goes back", "the clock is `CLOCK_MONOTONIC`, which nobody can set"],
    [
        "B13",
        "`vfork`, `clone(CLONE_VM)`",
        "the child shares the parent's memory and may do nothing but `exec`",
    ],
    ["B18", "a setuid program ignores the environment", "needs a file of another user, so the superuser"],
    [
        "B19",
        "no start of the standard library: `main` is C's",
        "needs a program of its own; `thread-raw` and `before-main` are the nearest",
    ],
    ["C10", "`panic=abort`", "needs a standard library and a program built so; it ends as `abort` does"],
    ["C23", "a debugger attaches", "by hand"],
    [
        "D4",
        "the file is truncated by somebody else",
        "`bin:PATH` is mapped, so the program gets `SIGBUS`, which cannot be prevented; the file is new, and its owner's alone",
    ],
    [
        "D5",
        "file systems without `fallocate` or shared maps",
        "needs one; `bin:PATH` is then written with `pwrite`, and says so",
    ],
    [
        "D9",
        "no memory at all (`RLIMIT_AS`)",
        "how much is left when the tracer asks differs from run to run: the rows above take the memory away where it matters. Where a report wants more than the reserve of 4 MiB before it reads the next record, the process is aborted as it would be for the program's own request",
    ],
    [
        "D10",
        "65,530 maps",
        "a thread has one buffer, and in `bin:PATH` one map: it would take as many threads",
    ],
    ["D14", "one process number in two containers", "needs containers"],
    ["D17", "a terminal", "needs one"],
    ["F7, J7", "sizes of futures and frames", "a matter of benchmarks"],
    ["F13", "async closures, generators", "need a nightly compiler"],
    ["F14", "two runtimes, `spawn_blocking`", "each poll is entered by itself, so it is F1 twice"],
];

/// Number, case, feature.
const PLANNED: &[[&str; 3]] = &[["D11, D12", "a budget of events; 24 hours", "`TRACE_MEMORY_LIMIT`"]];

/// The lists below the table.
pub(crate) fn tables() -> String {
    let mut text = TESTED.to_owned();
    for [id, what, file, test] in ELSEWHERE {
        let _ = writeln!(text, "| {id} | {what} | [{test}](../{file}) |");
    }
    for (head, rows) in [(NOT_HERE, IMPOSSIBLE), (NOT_YET, PLANNED)] {
        text += head;
        for [id, what, why] in rows {
            let _ = writeln!(text, "| {id} | {what} | {why} |");
        }
    }
    text
}

/// Those among the tests that are not where the list says.
fn missing(rows: &[[&str; 4]]) -> Vec<String> {
    let is_there = |[.., file, test]: &&[&str; 4]| {
        let text = fs::read_to_string(workspace().join(file)).unwrap_or_default();
        text.contains(&format!("#[test]\nfn {test}() {{"))
            || text.contains(&format!("#[test]\n    fn {test}() {{"))
    };
    rows.iter().filter(|row| !is_there(row)).map(|row| row[3].to_owned()).collect()
}

#[test]
fn the_tests_in_other_places_are_there() {
    assert_eq!(missing(ELSEWHERE), [""; 0]);
    let gone = [
        ["A1", "", "tests/tests/ui.rs", "no_such_test"],
        ["A1", "", "tests/tests/no_such_file.rs", "refused"],
    ];
    assert_eq!(missing(&gone), ["no_such_test", "refused"]);
}

/// The numbers of `text`: `C5–C7, D2` are four.
fn numbers(text: &str) -> Vec<(char, u32)> {
    let number = |text: &str| {
        let mut chars = text.chars();
        Some((chars.next()?, chars.as_str().parse().ok()?))
    };
    let ranges = text.split(", ").filter_map(|part| {
        let (first, last) = part.split_once('–').unwrap_or((part, part));
        let ((section, first), (_, last)) = (number(first)?, number(last)?);
        Some((first..=last).map(move |number| (section, number)))
    });
    ranges.flatten().collect()
}

/// Every number of the list is on the page.
#[test]
fn no_number_is_missing() {
    let cases = [super::cases::CASES, super::endings::CASES, super::resources::CASES].into_iter().flatten();
    let ids: Vec<&str> = cases.map(|case| case.id).collect();
    let lists = ELSEWHERE.iter().map(|row| row[0]).chain(IMPOSSIBLE.iter().chain(PLANNED).map(|row| row[0]));
    let found: std::collections::BTreeSet<_> = ids.into_iter().chain(lists).flat_map(numbers).collect();
    let all = [('A', 32), ('B', 20), ('C', 23), ('D', 17), ('F', 14), ('J', 12)];
    let all = all.iter().flat_map(|&(section, count)| (1..=count).map(move |number| (section, number)));
    assert_eq!(all.filter(|number| !found.contains(number)).collect::<Vec<_>>(), []);
    assert_eq!(numbers("C5–C7, D2"), [('C', 5), ('C', 6), ('C', 7), ('D', 2)]);
}
