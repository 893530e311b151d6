//! The functions of a program that are not with the attribute what they are without it.

use std::collections::BTreeMap;
use std::fmt;

use super::generate::Case;
use super::program::{Bench, discard};
use super::said::said;
use super::warned::warned;
use crate::Program;
use crate::compiler::{Attribute, Compiled};

/// How a function differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// It does not compile without the attribute: the family is wrong, not the attribute.
    Invalid,
    /// It does not compile with the attribute.
    Refused,
    /// The compiler warns otherwise.
    Warned,
    /// The compiler warns about the same, at another place or with other help or notes.
    Helped,
    /// A message shows a name of the expansion.
    Named,
    /// It does something else.
    Behaved,
}

/// What is wrong with a function.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Its position in the program.
    pub case: usize,
    /// How it differs.
    pub difference: Difference,
    /// What the compiler or the program said.
    pub text: String,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}\n{}", self.difference, self.text)
    }
}

/// The functions, all of one edition, that differ.
#[must_use]
pub fn verdicts(cases: &[Case]) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let mut bench = Bench::new(cases);
    let starts = bench.starts();
    let Some(plain) = sifted(&mut bench, Attribute::Plain, &mut verdicts) else { return verdicts };
    let Some(traced) = sifted(&mut bench, Attribute::Traced, &mut verdicts) else { return verdicts };
    let present = bench.present();
    let messages = [&plain, &traced].map(|compiled| said(compiled, &starts));
    verdicts.extend(present.iter().flat_map(|case| warned(*case, &messages)));
    let [without, with] = [plain, traced].map(|compiled| {
        let behaviour = behaviour(&compiled.output);
        discard(&compiled.output);
        behaviour
    });
    verdicts.extend(present.iter().filter_map(|case| behaved(*case, &cases[*case].name, &without, &with)));
    verdicts
}

/// The program without the functions that do not compile; nothing if none is left.
fn sifted(bench: &mut Bench<'_>, attribute: Attribute, verdicts: &mut Vec<Verdict>) -> Option<Compiled> {
    let difference = if attribute == Attribute::Plain { Difference::Invalid } else { Difference::Refused };
    let starts = bench.starts();
    while !bench.present().is_empty() {
        let compiled = bench.compiled(attribute);
        if compiled.success {
            return Some(compiled);
        }
        let messages = said(&compiled, &starts);
        let present = bench.present();
        let mut found: BTreeMap<usize, String> = BTreeMap::new();
        for message in messages.iter().filter(|message| message.is_error) {
            if let Some(case) = message.case.filter(|case| present.contains(case)) {
                found.entry(case).or_default().extend([message.whole.as_str(), "\n"]);
            }
        }
        if found.is_empty() {
            let text = messages.iter().map(|message| message.whole.as_str()).collect::<Vec<_>>().join("\n");
            found.insert(culprit(bench, attribute), text);
        }
        for (case, text) in found {
            bench.leave_out(case);
            verdicts.push(Verdict { case, difference, text });
        }
    }
    None
}

/// The function behind an error that has no place: the last one of the shortest beginning that has the error.
fn culprit(bench: &Bench<'_>, attribute: Attribute) -> usize {
    let present = bench.present();
    let (mut good, mut bad) = (0, present.len());
    while bad - good > 1 {
        let middle = usize::midpoint(good, bad);
        if bench.beginning(&present[..middle]).compiled(attribute).success {
            good = middle;
        } else {
            bad = middle;
        }
    }
    present[bad - 1]
}

/// What a program wrote, by function: traced, and with the trace off.
#[derive(Debug)]
struct Behaviour([BTreeMap<String, String>; 2]);

fn behaviour(program: &std::path::Path) -> Behaviour {
    let trace = crate::scratch("trace.jsonl");
    let settings = [format!("json:{}", trace.display()), "off".to_owned()];
    let run = |setting| sections(&Program::new(program).env("TRACE_MEMORY", setting).run().stdout);
    let behaviour = Behaviour(settings.map(run));
    discard(&trace);
    behaviour
}

/// The lines behind each `# name`.
fn sections(stdout: &str) -> BTreeMap<String, String> {
    let sections = stdout.split("# ").skip(1).filter_map(|section| section.split_once('\n'));
    sections.map(|(name, lines)| (name.to_owned(), lines.to_owned())).collect()
}

fn behaved(case: usize, name: &str, without: &Behaviour, with: &Behaviour) -> Option<Verdict> {
    let expected = without.0[0].get(name);
    let found = with.0.iter().map(|sections| sections.get(name)).find(|lines| *lines != expected)?;
    let text = |lines: Option<&String>| lines.map_or("nothing", String::as_str).to_owned();
    let text = format!("without the attribute\n{}with it\n{}", text(expected), text(found));
    Some(Verdict { case, difference: Difference::Behaved, text })
}
