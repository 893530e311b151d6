//! What cannot be done, and what is said of it.

use std::fs;

use crate::subject::{run, scratch, trace};

/// The status, and what is said on stderr.
fn said(arguments: &[&str]) -> (Option<i32>, String) {
    let output = run(arguments);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), text.replace(&scratch("out").display().to_string(), "OUT"))
}

fn out(name: &str) -> String {
    let path = scratch("out").join(name);
    path.to_str().expect("the path is UTF-8").to_owned()
}

#[test]
fn mistakes_are_told_in_a_sentence() {
    let there = out("there.folded");
    fs::write(&there, "kept").expect("a file");
    fs::create_dir_all(out("folder.folded")).expect("a folder");
    let trace = trace().to_str().expect("UTF-8");
    let rows: [(&[&str], &str); 8] = [
        (
            &["-o", &out("new.json")],
            "error: the name of the output does not say its format; add `--format NAME`, or let it end in one of \
            `.perfetto-trace`, `.pftrace`, `.perfetto`, `.dhat.json`, `.dhat`, `.pb.gz`, `.pprof`, `.folded`, \
            `.collapsed`, `.chrome.json`, `.trace.json`, `.jsonl`, `.parquet`\n",
        ),
        (&["-o", &there], "error: `OUT/there.folded` is there already; add `--force` to replace it\n"),
        (&["-o", &out("folder.folded")], "error: `OUT/folder.folded` is a directory; name a file in it\n"),
        (
            &["-o", &out("no/such/folder.folded")],
            "error: `OUT/no/such/folder.folded` cannot be written: there is no directory `OUT/no/such`\n",
        ),
        (
            &["-o", &out("new.dhat"), "--cost", "bytes"],
            "error: `--cost` is for `--format folded`; remove it, or export as `folded` and not as `dhat`\n",
        ),
        (
            &["-o", &out("new.pb.gz"), "--block-tracks", "5"],
            "error: `--block-tracks` is for `--format perfetto`; remove it, or export as `perfetto` and not as \
            `pprof`\n",
        ),
        (
            &["-o", &out("new.pb.gz"), "--host", "here"],
            "error: `--host` is for `--format parquet`; remove it, or export as `parquet` and not as `pprof`\n",
        ),
        (
            &["-o", trace, "--format", "folded", "--force"],
            &format!("error: `{trace}` is the trace itself; choose another name\n"),
        ),
    ];
    for (arguments, expected) in rows {
        assert_eq!(said(arguments), (Some(2), expected.to_owned()), "{arguments:?}");
    }
    assert_eq!(fs::read_to_string(there).expect("it is there"), "kept");
}

/// A full disk leaves neither a part of a file nor the old one's ruins.
#[test]
fn a_failure_leaves_nothing_behind() {
    let (status, text) = said(&["--format", "jsonl", "-o", "/dev/full"]);
    assert_eq!((status, text.as_str()), (Some(1), "error: No space left on device (os error 28)\n"));
    let empty = scratch("empty");
    let broken = empty.join("broken.bin");
    fs::write(&broken, "not a trace").expect("a file");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-trace-memory"));
    command.args(["trace-memory", "export"]).arg(&broken).arg("-o").arg(empty.join("new.folded"));
    let output = command.output().expect("the tool runs");
    assert_eq!(output.status.code(), Some(1));
    fs::remove_file(&broken).expect("it is there");
    assert_eq!(fs::read_dir(&empty).expect("a folder").count(), 0, "no output was begun");
}
