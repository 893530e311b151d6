//! The heap events of a realistic program against an allocator that counts.

use trace_memory_tests::{Program, Trace, scratch};

/// Number and bytes of the heap events of one kind inside the frame of `work`.
fn traced(trace: &Trace, kind: &str) -> [u64; 2] {
    let work = trace
        .events("enter")
        .find(|event| event["fn"] == "json_stats_counted::work")
        .and_then(|event| event["seq"].as_u64())
        .expect("the program enters `work`");
    let inside =
        trace.events(kind).filter(|event| event["seq"].as_u64() > Some(work) && event["frame"].is_u64());
    inside.fold([0, 0], |[count, bytes], event| {
        [count + 1, bytes + event["bytes"].as_u64().expect("a heap event has a size")]
    })
}

#[test]
fn every_heap_event_is_traced_to_the_last_byte() {
    let exe = env!("CARGO_BIN_EXE_json_stats_counted");
    let (run, trace) = Program::new(exe).arg(scratch("in.json")).trace();
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let [allocs, reallocs, frees] = ["alloc", "realloc", "free"].map(|kind| traced(&trace, kind));
    let expected = format!(
        "allocs {}\nalloc_bytes {}\nreallocs {}\nrealloc_bytes {}\nfrees {}\nfree_bytes {}\n",
        allocs[0], allocs[1], reallocs[0], reallocs[1], frees[0], frees[1]
    );
    assert_eq!(run.stdout, expected, "left: the counting allocator, right: the trace");
    assert!(allocs[0] > 100_000, "a realistic program: {allocs:?}");
    assert_eq!(trace.end()["lost"], 0);
}
