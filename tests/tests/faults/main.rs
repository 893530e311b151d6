//! Faults: what the tracer does where something fails, in itself or in the program. `docs/faults.md` is the list, with
//! what was expected and what was observed; `BLESS=1` writes it.
#![cfg(target_os = "linux")]

mod cases;
mod elsewhere;
mod endings;
mod facts;
mod fault;
mod resources;
mod run;

use std::fmt::Write as _;

use trace_memory_tests::compiler::in_parallel;
use trace_memory_tests::{golden, workspace};

use facts::{Ask, MISTAKES, facts};
use run::{Fault, Outcome, Subject, run};

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    /// The number that this way to fail has in the project's list.
    id: &'static str,
    what: &'static str,
    subject: Subject,
    /// The settings it is run under, beside `off`.
    sinks: &'static [&'static str],
    expected: &'static [&'static str],
    ask: Ask,
    /// Whether the trace differs from run to run.
    racy: bool,
    /// What it ought to be, where it is not.
    wanted: Option<&'static str>,
}

const ALL: &[&str] = &["tree", "live", "summary", "json"];

impl Case {
    /// The subject does `mode`, under every setting and without a fault.
    const fn new(id: &'static str, what: &'static str, mode: &'static str) -> Self {
        let exe = env!("CARGO_BIN_EXE_faults_subject");
        let subject = Subject { mode, count: 1, fault: Fault::None, env: &[], exe };
        Self { id, what, subject, sinks: ALL, expected: &[], ask: |_| Vec::new(), racy: false, wanted: None }
    }

    const fn count(mut self, count: u32) -> Self {
        self.subject.count = count;
        self
    }

    const fn under(mut self, fault: Fault) -> Self {
        self.subject.fault = fault;
        self
    }

    const fn env(mut self, env: &'static [(&'static str, &'static str)]) -> Self {
        self.subject.env = env;
        self
    }

    const fn sinks(mut self, sinks: &'static [&'static str]) -> Self {
        self.sinks = sinks;
        self
    }

    const fn asks(mut self, ask: Ask) -> Self {
        self.ask = ask;
        self
    }

    const fn expects(mut self, expected: &'static [&'static str]) -> Self {
        self.expected = expected;
        self
    }

    const fn wants(mut self, wanted: &'static str) -> Self {
        self.wanted = Some(wanted);
        self
    }

    const fn racy(mut self) -> Self {
        self.racy = true;
        self
    }

    /// What is said of the outcomes.
    fn facts(&self, outcomes: &[Outcome]) -> Vec<String> {
        let mut facts = facts(outcomes, self.ask);
        if self.racy {
            facts.retain(|fact| !fact.contains("frame") && !fact.contains('“'));
        }
        facts
    }

    /// Runs it without the tracer, and under each setting.
    fn outcomes(&self) -> Vec<Outcome> {
        std::iter::once(&"off").chain(self.sinks).map(|sink| run(&self.subject, sink)).collect()
    }
}

/// What is wrong with a row: what is observed is not what is expected, or would be said whatever happens.
fn wrong(case: &Case, outcomes: &[Outcome], observed: &[String]) -> Vec<String> {
    let mut wrong = Vec::new();
    if observed != case.expected {
        wrong
            .push(format!("{} {}:\nexpected {:?}\nobserved {observed:?}", case.id, case.what, case.expected));
    }
    let mistaken = MISTAKES.iter().map(|mistake| {
        let mut mistaken = outcomes.to_vec();
        mistaken[1..].iter_mut().for_each(mistake);
        case.facts(&mistaken)
    });
    let mistaken: Vec<_> = mistaken.collect();
    for fact in observed {
        // A known fault is there already, whatever else goes wrong.
        if case.wanted.is_none() && mistaken.iter().all(|facts| facts.contains(fact)) {
            wrong.push(format!("{} {}: no mistake changes `{fact}`", case.id, case.what));
        }
    }
    wrong
}

#[test]
fn each_fault_is_met_as_expected() {
    let cases: Vec<&Case> = [cases::CASES, endings::CASES, resources::CASES].into_iter().flatten().collect();
    let results = in_parallel(&cases, |case| {
        let outcomes = case.outcomes();
        let observed = case.facts(&outcomes);
        (wrong(case, &outcomes, &observed), observed)
    });
    let faults: Vec<String> = results.iter().flat_map(|(wrong, _)| wrong.clone()).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    let mut rows: Vec<(&Case, String)> =
        cases.iter().zip(&results).map(|(case, (_, observed))| (*case, observed.join("; "))).collect();
    rows.sort_by_key(|(case, _)| order(case.id));
    let mut page = elsewhere::HEAD.to_owned();
    for (Case { id, what, expected, .. }, observed) in rows.iter().filter(|(case, _)| case.wanted.is_none()) {
        let _ = writeln!(page, "| {id} | {what} | {} | {observed} |", expected.join("; "));
    }
    page += elsewhere::NOT_AS_EXPECTED;
    for (Case { id, what, wanted, .. }, observed) in rows {
        if let Some(wanted) = wanted {
            let _ = writeln!(page, "| {id} | {what} | {wanted} | {observed} |");
        }
    }
    page += &elsewhere::tables();
    golden(&page, workspace().join("docs/faults.md"));
}

/// By section, and by number within it.
pub(crate) fn order(id: &str) -> (String, u32) {
    let section: String = id.chars().take_while(|c| c.is_alphabetic()).collect();
    let number: String = id.chars().skip(section.len()).take_while(char::is_ascii_digit).collect();
    (section, number.parse().unwrap_or(0))
}

/// A program that writes, opens and allocates by itself fails under the same faults: they are there.
#[test]
fn the_faults_are_real() {
    let alone = |mode, fault| run(&Case::new("", "", mode).under(fault).subject, "off");
    let too_large = format!("signal {}", libc::SIGXFSZ);
    for (mode, fault, end) in [
        ("alone-write", Fault::FileSize(1 << 16), &*too_large),
        ("alone-write", Fault::None, "status 6"),
        ("alone-write", Fault::Descriptors, "status 101"),
        ("alone-write", Fault::FullFile, "status 101"),
        ("alone-write", Fault::NoFiles, "status 101"),
        ("alone-memory-file", Fault::NoFiles, "status 101"),
        ("alone-memory-file", Fault::NoMemoryFile, "status 101"),
        ("alone-memory-file", Fault::None, "status 6"),
        ("alone-write-at", Fault::FullAt, "status 101"),
        ("alone-write-at", Fault::None, "status 6"),
        ("alone-map", Fault::Buffers, "status 101"),
        ("alone-map", Fault::None, "status 6"),
        ("alone-error", Fault::ErrorFull, "status 101"),
        ("alone-error", Fault::ErrorUnread, "status 101"),
        ("alone-error", Fault::ErrorLimited(10), &too_large),
        ("alone-error", Fault::None, "status 6"),
    ] {
        assert_eq!(alone(mode, fault).end, end, "{mode} {fault:?}");
    }
}

/// A run that ends in another way, or prints something else, is not the same: what is compared is two programs.
#[test]
fn a_program_that_does_something_else_is_found_out() {
    let subject = |mode| Case::new("", "", mode).subject;
    let plain = run(&subject("work"), "off");
    let said = |mode| facts(&[plain.clone(), run(&subject(mode), "json")], |_| Vec::new());
    assert!(said("work").contains(&"the same end (status 6)".to_owned()));
    for mode in ["ends-abort", "ends-panic", "ends-kill"] {
        let said = said(mode);
        assert!(said[0].starts_with("another end than status 6: json: "), "{said:?}");
        assert_eq!(said[1], "another output: json");
    }
}
