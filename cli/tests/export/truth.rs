//! What the program does, from its source; and sums of the events, added up here and not by the exports.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::subject::lines;

/// What a function allocates by itself: blocks, bytes asked for, bytes left at the end, blocks freed at once.
pub(crate) type Known = (&'static str, [u64; 4]);

/// The name of a function that formats have other uses for.
pub(crate) const ODD: &str = "odd;name \"quoted\"\nsecond line é <b> \\ 5";

/// By the program's source, without `main` and `unwind`, where the standard library allocates, too.
pub(crate) const KNOWN: [Known; 11] = [
    ("export_subject::leak", [3, 3000, 3000, 0]),
    ("export_subject::grow", [1, 64, 0, 1]),
    ("export_subject::temporary", [10, 1000, 0, 10]),
    ("export_subject::peak", [1, 1_000_000, 0, 1]),
    (ODD, [1, 7, 0, 1]),
    ("export_subject::generic<[u8; 32]>", [1, 32, 0, 0]),
    ("export_subject::generic<u64>", [1, 8, 0, 1]),
    ("export_subject::deep", [2, 22, 0, 2]),
    ("export_subject::kept", [1, 21, 0, 1]),
    ("export_subject::worker", [1, 500, 0, 1]),
    ("export_subject::pausing", [1, 17, 0, 1]),
];

/// Bytes that are alive when the program has the most, by function: what leaked before, and the large block.
pub(crate) const AT_PEAK: [(&str, u64); 2] =
    [("export_subject::leak", 3000), ("export_subject::peak", 1_000_000)];

/// Sums over all events.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) blocks: u64,
    pub(crate) bytes: u64,
    pub(crate) reallocs: u64,
    pub(crate) frees: u64,
    pub(crate) live_blocks: u64,
    pub(crate) live_bytes: u64,
    pub(crate) peak_bytes: u64,
    pub(crate) calls: BTreeMap<String, u64>,
}

/// A number of a row.
#[track_caller]
pub(crate) fn number(row: &Value, key: &str) -> u64 {
    row[key].as_u64().unwrap_or_else(|| panic!("no number `{key}` in {row}"))
}

/// The text of a row.
#[track_caller]
pub(crate) fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_else(|| panic!("no text `{key}` in {row}"))
}

pub(crate) fn totals() -> Totals {
    let mut totals = Totals::default();
    let (mut live, mut peak) = (0_i64, 0_i64);
    let signed = |row: &Value, key: &str| row[key].as_i64().expect("a size");
    for line in lines().iter().filter(|line| line["ev"].is_string()) {
        match text(line, "ev") {
            "alloc" => {
                totals.blocks += 1;
                totals.bytes += number(line, "bytes");
                live += signed(line, "bytes");
            }
            "realloc" => {
                totals.reallocs += 1;
                let grown = signed(line, "bytes") - signed(line, "old_bytes");
                totals.bytes += u64::try_from(grown).unwrap_or(0);
                live += grown;
            }
            "free" => {
                totals.frees += 1;
                live -= signed(line, "bytes");
            }
            "enter" => *totals.calls.entry(text(line, "fn").to_owned()).or_default() += 1,
            _ => {}
        }
        peak = peak.max(live);
    }
    totals.live_blocks = totals.blocks - totals.frees;
    totals.live_bytes = u64::try_from(live).expect("not less than nothing is alive");
    totals.peak_bytes = u64::try_from(peak).expect("a peak");
    totals
}

/// The events themselves say what the source says: else nothing that is compared with them means much.
#[test]
fn the_trace_has_what_the_program_does() {
    let totals = totals();
    let known: u64 = KNOWN.iter().map(|(_, [_, bytes, ..])| bytes).sum();
    assert!(totals.bytes > known && totals.bytes < known + 10_000, "{totals:?}");
    assert_eq!(totals.live_bytes, 3000, "only what was leaked is left");
    assert_eq!(totals.calls["export_subject::deep"], 300);
    assert!((1_003_000..1_004_000).contains(&totals.peak_bytes), "{totals:?}");
}
