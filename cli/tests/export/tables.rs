//! Parquet, queried with `DuckDB`.

#![cfg(feature = "parquet")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::subject::{lines, run, scratch};
use crate::tools::{python, read_with, script, skip};
use crate::truth::{KNOWN, ODD, number, totals};

fn folder(name: &str) -> PathBuf {
    let folder = scratch("out").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("an old folder goes");
    }
    folder
}

fn write(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let path = folder.to_str().expect("the path is UTF-8");
    let output = run(&[&["--format", "parquet", "-o", path], arguments].concat());
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn query(folder: &Path) -> Option<Value> {
    match python() {
        Ok(python) => Some(read_with(Command::new(python).arg(script("read_tables.py")).arg(folder))),
        Err(why) => {
            skip("parquet", why);
            None
        }
    }
}

#[test]
fn duckdb_finds_what_the_program_did() {
    let folder = folder("one");
    assert!(write(&folder, &[]).0);
    let Some(read) = query(&folder) else { return };
    let totals = totals();
    let run = &read["runs"][0];
    assert_eq!(
        [&run[1], &run[2], &run[3], &run[4], &run[5]].map(Value::to_string).join(" "),
        "null \"export_subject\" true 0 2"
    );
    let events = lines().len() as u64 - 2;
    let sums = [
        totals.blocks,
        totals.bytes,
        totals.frees,
        totals.live_blocks,
        totals.live_bytes,
        totals.peak_bytes,
        events,
    ];
    assert_eq!(read["totals"], json!([sums]));
    assert_eq!(read["events"], json!([[events, events]]));
    let left = [totals.frees, totals.live_blocks, totals.live_bytes];
    assert_eq!(read["blocks"], json!([[totals.blocks, totals.bytes, left[0], left[1], left[2]]]));
    let sites = read["sites"].as_array().expect("rows");
    for (function, [blocks, bytes, live, _]) in KNOWN {
        assert!(sites.contains(&json!([function, blocks, bytes, live])), "{function}: {sites:#?}");
    }
    for (function, calls) in &totals.calls {
        assert_eq!(number(&read["frames"], function), *calls, "{function}");
    }
    assert_eq!(read["ends"], json!({ "return": totals.calls.values().sum::<u64>() - 1, "unwind": 1 }));
    assert_eq!(read["async"], json!([["export_subject::pausing"]]));
    let functions = read["functions"].as_array().expect("rows");
    assert!(functions.contains(&json!(["export_subject::deep", 300, 300, 0, 2, 22])), "{functions:#?}");
    let kind = |event: &str| number(&read["kinds"], event);
    assert_eq!(
        [kind("alloc"), kind("free"), kind("realloc")],
        [totals.blocks, totals.frees, totals.reallocs]
    );
    assert_eq!([kind("suspend"), kind("resume")], [1, 1]);
    assert_eq!(read["pointers"], json!([["alloc::boxed::Box<[u8; 7]>", "heap", true]]));
    let of_grow = json!(["bytes", "alloc::vec::Vec<u8>", "export_subject::grow", "bytes", 1, 16, 64]);
    let of_kept = json!(["moved", "alloc::boxed::Box<[u8; 21]>", "export_subject::kept", null, 0, 21, 21]);
    let of_odd = json!(["seven", "alloc::boxed::Box<[u8; 7]>", ODD, "seven", 0, 7, 7]);
    let owners = read["owners"].as_array().expect("rows");
    for owner in [of_grow, of_kept, of_odd] {
        assert!(owners.contains(&owner), "{owner} is not in {owners:#?}");
    }
    let started = json!(["started", "TIMESTAMP WITH TIME ZONE"]);
    assert_eq!(read["types"][4], started);
}

/// Two machines export into one folder, and a query reads both.
#[test]
fn runs_lie_side_by_side() {
    let folder = folder("two");
    for host in ["alpha", "beta"] {
        assert!(write(&folder, &["--host", host]).0);
    }
    let Some(read) = query(&folder) else { return };
    let hosts: Vec<_> = read["runs"].as_array().expect("rows").iter().map(|run| run[1].clone()).collect();
    assert_eq!(hosts, ["alpha", "beta"]);
    assert_eq!(read["events"].as_array().map(Vec::len), Some(2));
    assert_eq!(number(&read["kinds"], "alloc"), 2 * totals().blocks);
}

#[test]
fn a_run_is_not_replaced_unless_asked() {
    let folder = folder("again");
    assert!(write(&folder, &[]).0);
    let (done, said) = write(&folder, &[]);
    assert!(!done && said.contains("is there already\n help: `--force` replaces it"), "{said}");
    assert!(write(&folder, &["--force"]).0);
    for table in fs::read_dir(&folder).expect("a folder") {
        let files = fs::read_dir(table.expect("an entry").path()).expect("a folder").count();
        assert_eq!(files, 1, "nothing is left lying about");
    }
}
