//! `docs/cli.md`: what it shows is what the command says now.

use std::fs;

use crate::support::{Said, careful_orders, command, orders};
use trace_memory_tests::{golden, workspace};

/// The report of a command line of the page.
fn report(line: &str) -> String {
    let arguments = line.strip_prefix("$ cargo trace-memory ").expect("a command of ours");
    let files = |word: &str| match word {
        "orders.bin" => orders().bin().to_owned(),
        "careful.bin" => careful_orders().bin().to_owned(),
        _ => word.replace('\'', ""),
    };
    let said = Said::by(command().args(arguments.split(' ').map(files)));
    assert_eq!(said.stderr, "", "{line}");
    said.stdout.replace(orders().bin(), "orders.bin")
}

#[test]
fn what_the_page_shows_is_what_is_said() {
    let path = workspace().join("docs/cli.md");
    let page = fs::read_to_string(&path).expect("the page");
    let mut made = Vec::new();
    let mut rest = page.as_str();
    while let Some((before, block)) = rest.split_once("```text\n") {
        let (block, after) = block.split_once("```\n").expect("a block ends");
        let line = block.lines().next().unwrap_or_default();
        made.push(format!("{before}```text\n{line}\n{}```\n", report(line)));
        rest = after;
    }
    assert!(made.len() >= 10, "the blocks are found: {}", made.len());
    golden(&(made.concat() + rest), path);
}

#[test]
fn every_verb_has_a_section() {
    let page = fs::read_to_string(workspace().join("docs/cli.md")).expect("the page");
    let help = crate::support::said(&["--help"]).report();
    let verbs = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let verbs: Vec<_> =
        verbs.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next()).collect();
    assert!(verbs.len() > 8, "{verbs:?}");
    // Pages of their own: they write something else than a report.
    let elsewhere = ["run", "export"];
    for verb in verbs.into_iter().filter(|verb| !elsewhere.contains(verb)) {
        assert!(page.contains(&format!("\n## `{verb}")), "no section on `{verb}`");
    }
}
