//! pprof, read with the messages that it publishes.

use std::fs;
use std::process::Command;

use serde_json::json;

use crate::subject::export;
use crate::tools::{node, read_with, script, skip};
use crate::truth::{AT_PEAK, KNOWN, number, totals};

#[test]
fn pprof_reads_what_the_program_did() {
    let folder = match node() {
        Ok(folder) => folder,
        Err(why) => return skip("pprof", why),
    };
    let profile = export("subject.pb.gz", &[]);
    let read = read_with(Command::new("node").arg(script("read_pprof.js")).arg(folder).arg(profile));
    let types = [
        "alloc_objects/count",
        "alloc_space/bytes",
        "inuse_objects/count",
        "inuse_space/bytes",
        "peak_objects/count",
        "peak_space/bytes",
    ];
    assert_eq!(read["types"], json!(types));
    assert_eq!((&read["default"], &read["period"]), (&json!("alloc_space"), &json!("space/bytes")));
    assert_eq!(read["program"], "export_subject");
    for (function, [blocks, bytes, live, _]) in KNOWN {
        let peak = AT_PEAK.iter().find(|(name, _)| *name == function).map_or(0, |(_, bytes)| *bytes);
        let sums = &read["functions"][function];
        let [objects, space, _, in_use, _, at_peak] = [0, 1, 2, 3, 4, 5].map(|index| sums[index].as_u64());
        let read = [objects, space, in_use, at_peak];
        assert_eq!(read, [blocks, bytes, live, peak].map(Some), "{function}");
    }
    let totals = totals();
    let sums = [0, 1, 2, 3, 5].map(|index| read["totals"][index].as_u64().expect("a number"));
    let events = [totals.blocks, totals.bytes, totals.live_blocks, totals.live_bytes, totals.peak_bytes];
    assert_eq!(sums, events);
    assert_eq!(read["threads"], json!([1, 2]));
    assert_eq!(read["sizes"], true);
    assert_eq!(number(&read, "deepest"), 258);
    let owners = read["owners"].as_array().expect("a list");
    assert!(owners.contains(&json!("seven: alloc::boxed::Box<[u8; 7]>")), "{owners:?}");
}

/// The header of gzip could hold a time.
#[test]
fn the_same_trace_makes_the_same_profile() {
    let [one, other] = ["one.pb.gz", "other.pb.gz"].map(|name| fs::read(export(name, &[])).expect("a file"));
    assert_eq!(one, other);
}
