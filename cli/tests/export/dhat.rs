//! DHAT: the viewer's own script, and the rules of the format.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::subject::export;
use crate::tools::{dhat_viewer, read_with, script, skip};
use crate::truth::{AT_PEAK, KNOWN, ODD, number, text, totals};

fn sum(points: &[Value], key: &str) -> u64 {
    points.iter().map(|point| number(point, key)).sum()
}

/// The function whose statement allocated: the first frame that is not the owner.
fn function(point: &Value) -> &str {
    let frames = point["fs"].as_array().expect("frames").iter().filter_map(Value::as_str);
    let mut frames = frames.filter_map(|frame| frame.strip_prefix("0x0: "));
    let frame = frames.find(|frame| !frame.starts_with("let ")).expect("a function");
    frame.rsplit_once(" (").map_or(frame, |(name, _)| name)
}

#[test]
fn the_viewer_of_dhat_shows_what_the_program_did() {
    let viewer = match dhat_viewer() {
        Ok(viewer) => viewer,
        Err(why) => return skip("dhat", &why),
    };
    let file = export("viewer.dhat.json", &[]);
    let read = read_with(Command::new("node").arg(script("read_dhat.js")).arg(viewer).arg(file));
    let totals = totals();
    let sums = ["blocks", "bytes", "at_peak", "live_blocks", "live_bytes"].map(|key| number(&read, key));
    let events = [totals.blocks, totals.bytes, totals.peak_bytes, totals.live_blocks, totals.live_bytes];
    assert_eq!(sums, events);
    let shown = text(&read, "text");
    for line in [
        "  Mode:    trace-memory\n",
        "  Command: export_subject\n",
        "At t-end:  3,000 bytes (100%) in 3 blocks (100%)",
        "Max:       1,000,000 bytes in 1 blocks, avg size 1,000,000 bytes",
        "#1: 0x0: let large: alloc::vec::Vec<u8>\n",
        "#2: 0x0: export_subject::peak (cli/tests/programs/export_subject.rs:60:5)\n",
    ] {
        assert!(shown.contains(line), "{line:?} is not in\n{shown}");
    }
}

#[test]
fn a_dhat_file_keeps_the_rules() {
    let file = fs::read(export("subject.dhat.json", &[])).expect("a file");
    let mut file: Value = serde_json::from_slice(&file).expect("JSON");
    let keys: BTreeSet<_> = file.as_object().expect("an object").keys().map(String::as_str).collect();
    let expected = "Mtu bkacc bklt cmd dhatFileVersion ftbl mode pid pps te tg tu tuth verb";
    assert_eq!(keys.into_iter().collect::<Vec<_>>().join(" "), expected);
    assert_eq!(
        (number(&file, "dhatFileVersion"), &file["bklt"], &file["bkacc"]),
        (2, &true.into(), &false.into())
    );
    assert!(number(&file, "tg") <= number(&file, "te"));
    let table: Vec<String> = serde_json::from_value(file["ftbl"].take()).expect("texts");
    assert_eq!(table[0], "[root]");
    let points = file["pps"].as_array_mut().expect("points");
    let mut stacks = BTreeSet::new();
    for point in points.iter_mut() {
        let keys: Vec<_> = point.as_object().expect("an object").keys().cloned().collect();
        assert_eq!(keys.join(" "), "eb ebk fs gb gbk mb mbk tb tbk tl");
        let frames: Vec<usize> = serde_json::from_value(point["fs"].take()).expect("numbers");
        assert!(!frames.contains(&0), "the root is nobody's frame");
        assert!(stacks.insert(frames.clone()), "two points of {frames:?}: the viewer stops there");
        point["fs"] = frames.iter().map(|&frame| table[frame].as_str()).collect();
        assert!(number(point, "eb") <= number(point, "mb") && number(point, "gb") <= number(point, "mb"));
        assert!(number(point, "mb") <= number(point, "tb") && number(point, "mbk") <= number(point, "tbk"));
    }
    let totals = totals();
    assert_eq!([sum(points, "tbk"), sum(points, "tb")], [totals.blocks, totals.bytes]);
    assert_eq!([sum(points, "ebk"), sum(points, "eb")], [totals.live_blocks, totals.live_bytes]);
    assert_eq!(sum(points, "gb"), totals.peak_bytes);
    let mut functions = BTreeMap::<_, [u64; 4]>::new();
    for point in points.iter() {
        let sums = functions.entry(function(point)).or_default();
        for (sum, key) in sums.iter_mut().zip(["tbk", "tb", "eb", "gb"]) {
            *sum += number(point, key);
        }
    }
    for (function, [blocks, bytes, live, _]) in KNOWN {
        let peak = AT_PEAK.iter().find(|(name, _)| *name == function).map_or(0, |(_, bytes)| *bytes);
        assert_eq!(functions[function], [blocks, bytes, live, peak], "{function}");
    }
    assert!(functions.contains_key(ODD));
}
