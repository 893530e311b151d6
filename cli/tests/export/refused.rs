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
    let rows: [(&[&str], i32, &str); 9] = [
        (
            &["-o", &out("new.json")],
            2,
            "error: the name of the output does not say its format\n help: add `--format NAME`, or let it end in one \
            of `.perfetto-trace`, `.pftrace`, `.perfetto`, `.dhat.json`, `.dhat`, `.pb.gz`, `.pprof`, `.folded`, \
            `.collapsed`, `.chrome.json`, `.trace.json`, `.jsonl`, `.parquet`\n",
        ),
        (&["-o", &there], 2, "error: `OUT/there.folded` is there already\n help: `--force` replaces it\n"),
        (
            &["-o", &out("folder.folded")],
            2,
            "error: `OUT/folder.folded` is a directory\n help: name a file in it\n",
        ),
        (
            &["-o", &out("no/such/folder.folded")],
            1,
            "error: `OUT/no/such/folder.folded`: No such file or directory (os error 2)\n help: `-o` takes another place \
            for it\n",
        ),
        (
            &["-o", &out("new.dhat"), "--cost", "bytes"],
            2,
            "error: `--cost` is for `--format folded`, and this is `dhat`\n help: remove `--cost`, or choose \
            `folded`\n",
        ),
        (
            &["-o", &out("new.pb.gz"), "--block-tracks", "5"],
            2,
            "error: `--block-tracks` is for `--format perfetto`, and this is `pprof`\n help: remove \
            `--block-tracks`, or choose `perfetto`\n",
        ),
        (
            &["-o", &out("new.pb.gz"), "--host", "here"],
            2,
            "error: `--host` is for `--format parquet`, and this is `pprof`\n help: remove `--host`, or choose \
            `parquet`\n",
        ),
        (
            &["-o", trace, "--format", "folded", "--force"],
            2,
            &format!("error: `{trace}` is the trace itself\n help: write the export into another file\n"),
        ),
        (
            &["-o", &there, "--format", "parquet"],
            2,
            "error: `OUT/there.folded` is not a directory\n help: `parquet` needs one, which may be new\n",
        ),
    ];
    for (arguments, status, expected) in rows {
        assert_eq!(said(arguments), (Some(status), expected.to_owned()), "{arguments:?}");
    }
    assert_eq!(fs::read_to_string(there).expect("it is there"), "kept");
}

/// A full disk leaves neither a part of a file nor the old one's ruins.
#[test]
fn a_failure_leaves_nothing_behind() {
    let (status, text) = said(&["--format", "jsonl", "-o", "/dev/full"]);
    assert_eq!(
        (status, text.as_str()),
        (
            Some(1),
            "error: `/dev/full`: No space left on device (os error 28)\n help: `-o` takes another place for it\n"
        )
    );
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
