//! `docs/export.md` shows what the commands on it print.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::subject::{built, run_on, scratch};
#[cfg(feature = "parquet")]
use crate::tools::{python, script, skip};

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/export.md");
    fs::read_to_string(path).expect("the page is there")
}

/// The trace of the example that the page is about.
fn orders(name: &str, careful: bool) -> PathBuf {
    let path = scratch("orders").join(name);
    let mut command = Command::new(built("trace-memory-examples", "orders"));
    command.env("TRACE_MEMORY", format!("bin:{}", path.display())).env("TRACE_MEMORY_OVERWRITE", "1");
    command.env_remove("CAREFUL").envs(careful.then_some(("CAREFUL", "1")));
    assert!(command.output().expect("the program runs").status.success());
    path
}

#[test]
fn the_page_shows_folded_stacks() {
    let trace = orders("folded.bin", false);
    let output = run_on(&trace, &["--format", "folded", "-o", "-"]);
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(lines.lines().count() > 3, "{lines}");
    let shown = format!("$ cargo trace-memory export orders.bin --format folded -o -\n{lines}```\n");
    assert!(page().contains(&shown), "not on the page:\n{lines}");
}

/// Each query on the page, run by the database, gives the result below it.
#[cfg(feature = "parquet")]
#[test]
fn the_page_shows_results_of_queries() {
    let python = match python() {
        Ok(python) => python,
        Err(why) => return skip("queries of docs/export.md", why),
    };
    let folder = scratch("queries");
    let traces = folder.join("traces");
    if traces.exists() {
        fs::remove_dir_all(&traces).expect("old tables go");
    }
    let path = traces.to_str().expect("the path is UTF-8");
    for (host, careful) in [("alpha", false), ("beta", true)] {
        let trace = orders(&format!("{host}.bin"), careful);
        let output = run_on(&trace, &["--format", "parquet", "-o", path, "--host", host]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let page = page();
    let block = |text: &str| text.split("```").next().unwrap_or_default().to_owned();
    let mut queries = 0;
    for part in page.split("```sql\n").skip(1) {
        let shown = part.split("```text\n").nth(1).map(block).expect("a result follows");
        let mut command = Command::new(python);
        let output = command.current_dir(&folder).arg(script("show_query.py")).arg(block(part)).output();
        let output = output.expect("the database runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), shown.trim_end(), "{part}");
        queries += 1;
    }
    assert_eq!(queries, 3);
}
