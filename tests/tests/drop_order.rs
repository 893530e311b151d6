//! The exactness contract: the trace names the locals that are dropped, in the order in which they are.
//!
//! The programs `drops_*` say themselves what they drop. Each of their functions runs on its own under
//! the trace, which has to say the same; and prints the same with the trace off, or never compiled in.

use std::collections::BTreeSet;

use trace_memory_tests::corpus::Corpus;
use trace_memory_tests::{Program, Trace};

/// Functions with a local that loses a part whose type alone does not say what is left, or that holds a variant
/// which no pattern names: the trace says that it is not sure.
const UNCERTAIN: [&str; 16] = [
    "box_field",
    "field_again",
    "field_again_after_pattern",
    "field_conditional",
    "field_deep",
    "field_into_call",
    "field_out",
    "field_receiver",
    "match_field",
    "match_guard_fails",
    "match_struct_partly",
    "part_scrutinee",
    "parts_in_two_steps",
    "receivers_changed",
    "struct_base_moved",
    "struct_parts_in_two_steps",
];

/// Functions of `drops_macros` and `drops_chains` with a local that goes into a macro of unknown meaning: it may be moved
/// there on some path, and the trace says that it is not sure.
const UNKNOWN_MACROS: [&str; 17] = [
    "asserting",
    "asserts",
    "attempts",
    "bails",
    "boxed_macro",
    "conditional",
    "consumed",
    "debugging",
    "expression_arguments",
    "local_macro",
    "macro_scrutinee",
    "map_macro",
    "matched_binding",
    "next_breaks",
    "next_breaks_while",
    "run",
    "several_consumed",
];

/// This file is also compiled as a test of a package of edition 2021.
fn corpus() -> Corpus {
    Corpus::of_package(env!("CARGO_PKG_NAME"))
}

/// Checks every function of a program.
fn check(name: &str) {
    let (traced, plain) = (corpus().traced(name), corpus().plain(name));
    let all = Program::new(&plain).run();
    let functions: Vec<&str> = all.functions().collect();
    assert!(!functions.is_empty(), "{name} has functions");
    let mut failures = Vec::new();
    for function in functions {
        let (run, trace) = Program::new(&traced).arg(function).trace();
        let off = Program::new(&traced).arg(function).env("TRACE_MEMORY", "off").run();
        let without = Program::new(&plain).arg(function).run();
        let logged: Vec<&str> =
            run.logged_drops().into_iter().filter(|name| !name.starts_with("_tmp")).collect();
        if !agrees(&logged, &trace) {
            let told = trace.drops();
            failures.push(format!("{name}::{function}\n  dropped  {logged:?}\n  traced   {told:?}"));
        }
        let uncertain = uncertain(&trace);
        let expected = UNCERTAIN.contains(&function)
            || (["drops_macros", "drops_chains"].contains(&name) && UNKNOWN_MACROS.contains(&function));
        if !expected && !uncertain.is_empty() {
            failures.push(format!("{name}::{function} is uncertain of {uncertain:?}"));
        }
        for (other, how) in [(off, "with the trace off"), (without, "without the attribute")] {
            if (other.status, &other.stdout) != (run.status, &run.stdout) {
                failures.push(format!("{name}::{function} differs {how}:\n{}{}", run.stdout, other.stdout));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Whether the trace has the drops that happened, in order, and no others but those it is not sure of.
fn agrees(logged: &[&str], trace: &Trace) -> bool {
    let told = trace.drops_of_locals().map(|event| {
        let local = event["local"].as_str().expect("a drop has a local");
        (local, event["certain"] == true)
    });
    let told: Vec<_> = told.filter(|(local, _)| !local.starts_with("quiet")).collect();
    matches(logged, &told)
}

fn matches(logged: &[&str], told: &[(&str, bool)]) -> bool {
    let Some(((local, certain), rest)) = told.split_first() else { return logged.is_empty() };
    let happened = logged.first() == Some(local) && matches(&logged[1..], rest);
    happened || (!certain && matches(logged, rest))
}

fn uncertain(trace: &Trace) -> BTreeSet<&str> {
    let doubtful = trace.drops_of_locals().filter(|event| event["certain"] == false);
    doubtful.filter_map(|event| event["local"].as_str()).collect()
}

#[test]
fn patterns() {
    check("drops_patterns");
}

#[test]
fn moves() {
    check("drops_moves");
}

#[test]
fn parameters() {
    check("drops_params");
}

#[test]
fn control_flow() {
    check("drops_control");
}

#[test]
fn closures() {
    check("drops_closures");
}

#[test]
fn unwinding() {
    check("drops_unwind");
}

#[test]
fn macros() {
    check("drops_macros");
}

#[test]
fn chains() {
    // Edition 2021 has no chains.
    if corpus().edition() == "2024" {
        check("drops_chains");
    }
}

#[test]
fn async_functions() {
    check("drops_async");
}

#[test]
fn futures() {
    check("drops_futures");
}

#[test]
fn peers() {
    check("drops_peers");
}

#[test]
fn shapes() {
    check("drops_shapes");
}

/// Each drop in the log has a row whose text holds the name, in order, and there are no others.
#[test]
fn values_without_a_name() {
    let name = "drops_nameless";
    let (traced, plain) = (corpus().traced(name), corpus().plain(name));
    let all = Program::new(&plain).run();
    assert!(all.functions().count() > 25, "{name} has functions");
    let mut failures = Vec::new();
    for function in all.functions() {
        let (run, trace) = Program::new(&traced).arg(function).trace();
        let without = Program::new(&plain).arg(function).run();
        assert_eq!((without.status, &without.stdout), (run.status, &run.stdout), "{function}");
        let logged: Vec<&str> = run.stdout.lines().filter_map(|line| line.strip_prefix("drop ")).collect();
        let rows: Vec<&str> = trace.events("drop").filter_map(|event| event["local"].as_str()).collect();
        let holds = |row: &str, name: &str| {
            let mut words = row.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.any(|word| word == name)
        };
        let agree =
            logged.len() == rows.len() && rows.iter().zip(&logged).all(|(row, name)| holds(row, name));
        if !agree || trace.events("drop").any(|event| event["certain"] == false) {
            failures.push(format!("{function}\n  dropped  {logged:?}\n  traced   {rows:?}"));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Code that says nothing of its drops: the trace is sure of them all, and changes nothing.
#[test]
fn ordinary_code() {
    let (run, trace) = Program::new(corpus().traced("drops_ordinary")).trace();
    // A list, taken apart in a loop until there is a variant that the loop's pattern does not name.
    assert_eq!(uncertain(&trace), BTreeSet::from(["cur"]));
    assert!(trace.drops_of_locals().count() > 50, "{:?}", trace.drops());
    let off = Program::new(corpus().traced("drops_ordinary")).env("TRACE_MEMORY", "off").run();
    let without = Program::new(corpus().plain("drops_ordinary")).run();
    for other in [off, without] {
        assert_eq!((other.status, other.stdout), (run.status, run.stdout.clone()));
    }
}
