//! Folded stacks, drawn by inferno.

use std::collections::BTreeMap;
use std::fs;

use inferno::flamegraph::{self, Options};

use crate::subject::{export, run};
use crate::truth::{AT_PEAK, KNOWN, ODD, totals};

/// A recursion is drawn once for each call, all as wide: below `main`, 255 of 256, and the innermost one.
const RECURSIONS: u64 = 256;

/// What inferno writes over each function: its name and its number, and those of the whole picture.
fn drawn(cost: &str) -> BTreeMap<String, u64> {
    let text = fs::read_to_string(export(&format!("{cost}.folded"), &["--cost", cost])).expect("UTF-8");
    let mut options = Options::default();
    options.min_width = 0.0;
    "units".clone_into(&mut options.count_name);
    let mut svg = Vec::new();
    flamegraph::from_lines(&mut options, text.lines(), &mut svg).expect("inferno reads every line");
    let svg = String::from_utf8(svg).expect("UTF-8");
    let titles = svg.split("<title>").skip(1).filter_map(|rest| rest.split("</title>").next());
    let mut sums = BTreeMap::new();
    for title in titles {
        // `name (1,234 units, 5.6%)`
        let Some((name, rest)) = title.rsplit_once(" (") else { continue };
        let number: String = rest.split(" units").next().unwrap_or_default().replace(',', "");
        if let Ok(number) = number.parse::<u64>() {
            *sums.entry(name.to_owned()).or_default() += number;
        }
    }
    sums
}

/// As the format and then SVG write it.
fn as_drawn(function: &str) -> String {
    let folded = function.replace(';', ",").replace('\n', " ");
    folded.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn compare(cost: &str, all: u64, known: impl Fn(usize) -> u64) {
    let drawn = drawn(cost);
    assert_eq!(drawn["all"], all, "{cost}");
    for (index, (function, _)) in KNOWN.iter().enumerate() {
        let times = if function.ends_with("deep") { RECURSIONS } else { 1 };
        let number = drawn.get(&as_drawn(function)).copied().unwrap_or(0);
        assert_eq!(number, known(index) * times, "{cost} of {function}");
    }
}

#[test]
fn inferno_draws_what_the_program_did() {
    let totals = totals();
    compare("allocations", totals.blocks, |index| KNOWN[index].1[0]);
    compare("bytes", totals.bytes, |index| KNOWN[index].1[1]);
    compare("leaked", totals.live_bytes, |index| KNOWN[index].1[2]);
    compare("peak", totals.peak_bytes, |index| {
        AT_PEAK.iter().find(|(name, _)| *name == KNOWN[index].0).map_or(0, |(_, bytes)| *bytes)
    });
    let temporary = drawn("temporary");
    for (function, [_, _, _, temporaries]) in KNOWN {
        let times = if function.ends_with("deep") { RECURSIONS } else { 1 };
        let number = temporary.get(&as_drawn(function)).copied().unwrap_or(0);
        assert_eq!(number, temporaries * times, "temporary of {function}");
    }
}

/// Bytes are the default, and stdout gets nothing but the lines.
#[test]
fn folded_stacks_go_to_stdout() {
    let output = run(&["--format", "folded", "-o", "-"]);
    assert!(output.status.success() && output.stderr.is_empty());
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let grow = "export_subject::main;export_subject::grow;cli/tests/programs/export_subject.rs:42:5;\
        let bytes: alloc::vec::Vec<u8> 64";
    let odd = ODD.replace(';', ",").replace('\n', " ");
    let odd = format!(
        "export_subject::main;{odd};cli/tests/programs/export_subject.rs:67:5;let seven: alloc::boxed::Box<[u8, 7]> 7"
    );
    for line in [grow, &odd] {
        assert!(text.lines().any(|other| other == line), "{line} is not in\n{text}");
    }
    assert!(text.lines().is_sorted());
}
