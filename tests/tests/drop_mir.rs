//! The trace against the compiler's own account: the drops of each activation have to be those of a path
//! through the function's MIR, compiled without the trace.
//!
//! The figures: `cargo test -p trace-memory-tests --test drop_mir -- --nocapture`.
#![expect(clippy::print_stdout, reason = "the figures are for people to read")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::OnceLock;

use trace_memory_tests::corpus::{Corpus, source};
use trace_memory_tests::mir::activations::{Activation, activations, find};
use trace_memory_tests::mir::paths::{End, Paths, Told};
use trace_memory_tests::mir::{Function, Kind};
use trace_memory_tests::{Program, workspace};

const PROGRAMS: [&str; 11] = [
    "drops_chains",
    "drops_closures",
    "drops_control",
    "drops_macros",
    "drops_moves",
    "drops_ordinary",
    "drops_params",
    "drops_patterns",
    "drops_peers",
    "drops_shapes",
    "drops_unwind",
];

const EXAMPLES: [&str; 2] = ["drop_order", "stack_and_heap"];

/// Locals of macros that the trace does not follow. They have no events.
const IN_MACROS: [(&str, &str); 2] = [("defining", "x"), ("let_macro", "x")];

/// What `for` calls the iterator.
const OF_THE_COMPILER: &str = "iter";

/// A function's MIR and its activations.
struct Subject {
    program: &'static str,
    function: Function,
    activations: Vec<Activation>,
}

/// The functions of all programs that ran under the trace.
fn subjects() -> &'static [Subject] {
    static SUBJECTS: OnceLock<Vec<Subject>> = OnceLock::new();
    SUBJECTS.get_or_init(|| {
        // This file is also compiled as a test of a package of edition 2021.
        let corpus = Corpus::of_package(env!("CARGO_PKG_NAME"));
        // Edition 2021 has no chains.
        let names = PROGRAMS.into_iter().filter(|name| corpus.edition() == "2024" || *name != "drops_chains");
        let programs = names.map(|name| (name, Program::new(corpus.traced(name)), source(name)));
        let examples = EXAMPLES.map(|name| (name, Program::example(name), example(name)));
        let mut subjects = Vec::new();
        for (name, program, source) in programs.chain(examples) {
            let functions = Function::all(&corpus.mir(&source));
            let mut by_function: HashMap<_, Vec<_>> = HashMap::new();
            for activation in activations(&program.trace().1) {
                let index = find(&functions, &activation);
                // Of several closures in one line it is not known which one ran.
                assert!(index.is_some() || activation.function.ends_with("{{closure}}"), "{activation:?}");
                assert!(activation.end.is_some(), "{activation:?}");
                by_function.entry(index).or_default().push(activation);
            }
            let with_activations = functions.into_iter().enumerate().filter_map(|(index, function)| {
                let activations = by_function.remove(&Some(index))?;
                Some(Subject { program: name, function, activations })
            });
            subjects.extend(with_activations);
        }
        subjects
    })
}

fn example(name: &str) -> PathBuf {
    workspace().join("examples").join(name).with_extension("rs")
}

/// What is wrong with an activation, if anything is.
fn contradictions(function: &Function, activation: &Activation) -> Vec<String> {
    contradictions_but(function, activation, &IN_MACROS)
}

/// What is wrong with an activation, but for locals of macros.
fn contradictions_but(
    function: &Function,
    activation: &Activation,
    in_macros: &[(&str, &str)],
) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(end) = activation.end else { return wrong };
    let told = activation.drops.clone();
    let silent: BTreeSet<String> = function
        .names
        .values()
        .flatten()
        .filter(|name| is_silent(function, activation, name) || in_macros.contains(&(function.name(), name)))
        .cloned()
        .collect();
    let all_names = function.names.values().flatten().chain(told.iter().map(|drop| &drop.local));
    for name in all_names.collect::<BTreeSet<_>>() {
        let drops = || told.iter().filter(|drop| drop.local == *name);
        let mut certain = drops().filter(|drop| drop.certain);
        match fate(function, name) {
            Fate::Never if certain.next().is_some() => wrong.push(format!("`{name}` is never dropped")),
            Fate::Unwinding if certain.any(|drop| drop.reason != "unwind") => {
                wrong.push(format!("`{name}` is dropped by unwinding only"));
            }
            Fate::Always(least)
                if end == End::Return && !silent.contains(name) && drops().count() < least =>
            {
                wrong.push(format!("`{name}` is dropped {least} times at least"));
            }
            _ => {}
        }
    }
    let sure = silent.is_empty() && told.iter().all(|drop| drop.certain);
    let paths = Paths::new(function, silent);
    if let Err(at) = paths.allow(&told, end) {
        wrong.push(format!("no path has the drops up to number {at}"));
    }
    let order = in_order(function, &paths).filter(|_| sure && end == End::Return);
    if order.is_some_and(|order| told.iter().map(|drop| &drop.local).ne(&order)) {
        wrong.push("it has one path, and other drops on it".to_owned());
    }
    wrong
}

/// Whether the trace may miss a local's drops: its type needs none in this activation, though the MIR,
/// which is for all types, has some; or it is none of the function's own.
fn is_silent(function: &Function, activation: &Activation, name: &str) -> bool {
    let Some(needs) = activation.bound.get(name) else {
        return name == OF_THE_COMPILER;
    };
    let mut locals = function.locals_of(name);
    let (first, others) = (locals.next(), locals.next().is_some());
    let generic = first.is_some_and(|local| function.generic.contains(&local));
    // `drop(x)` is a call, whatever the type.
    let called = first.is_some_and(|local| function.drops_of(local).all(|(_, drop)| drop.kind == Kind::Call));
    needs.contains(&false) && (generic || others || called)
}

/// What the MIR says of the locals of a name.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Never,
    Unwinding,
    Sometimes,
    /// On every path that returns, so many times at least.
    Always(usize),
}

fn fate(function: &Function, name: &str) -> Fate {
    let mut drops = function.locals_of(name).flat_map(|local| function.drops_of(local)).peekable();
    if drops.peek().is_none() {
        return Fate::Never;
    }
    if drops.all(|(block, _)| block.cleanup) {
        return Fate::Unwinding;
    }
    match function.locals_of(name).map(|local| function.certain_drops(local)).sum() {
        0 => Fate::Sometimes,
        times => Fate::Always(times),
    }
}

/// The names in the order of their drops, if the function has one path only, and each local one name.
fn in_order(function: &Function, paths: &Paths<'_>) -> Option<Vec<String>> {
    let drops = paths.only()?;
    let names = drops.iter().map(|drop| function.names.get(&drop.local)?.first().cloned());
    names.collect()
}

#[test]
fn the_trace_says_what_the_compiler_says() {
    let (mut failures, mut activations, mut straight) = (Vec::new(), 0, 0);
    let mut fates: BTreeMap<&str, usize> = BTreeMap::new();
    for Subject { program, function, activations: all } in subjects() {
        activations += all.len();
        straight += usize::from(in_order(function, &Paths::new(function, BTreeSet::new())).is_some());
        for name in function.names.values().flatten().collect::<BTreeSet<_>>() {
            let fate = match fate(function, name) {
                Fate::Never => "never",
                Fate::Unwinding => "by unwinding only",
                Fate::Sometimes => "on some paths",
                Fate::Always(_) => "always",
            };
            *fates.entry(fate).or_default() += 1;
        }
        for activation in all {
            let wrong = contradictions(function, activation);
            let drops = &activation.drops;
            let failure = || format!("{program}: {}: {}\n  {drops:?}", function.path, wrong.join(", "));
            failures.extend((!wrong.is_empty()).then(failure));
        }
    }
    let functions = subjects().len();
    println!("{functions} functions ({straight} with one path), {activations} activations");
    println!("locals dropped: {fates:?}; contradictions: {}", failures.len());
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    assert!(functions >= 200, "a corpus: {functions}");
    assert!(["never", "always", "on some paths"].iter().all(|fate| fates[fate] > 50), "{fates:?}");
}

#[test]
fn without_an_exception_there_is_a_contradiction() {
    for (name, local) in IN_MACROS {
        let of_name = subjects().iter().filter(|subject| subject.function.name() == name);
        let mut all = of_name.flat_map(|Subject { function, activations, .. }| {
            activations.iter().flat_map(move |activation| contradictions_but(function, activation, &[]))
        });
        assert!(all.any(|wrong| wrong.contains("no path")), "{name}: {local}");
    }
}

/// The subject and its activation, to be corrupted.
fn good(program: &str, name: &str) -> (&'static Function, Activation) {
    let mut all = subjects().iter().filter(|subject| subject.program == program);
    let subject = all.find(|subject| subject.function.name() == name).expect("the function ran");
    let activation = subject.activations[0].clone();
    assert_eq!(contradictions(&subject.function, &activation), [""; 0]);
    (&subject.function, activation)
}

fn dropped(local: &str) -> Told {
    Told { local: local.to_owned(), reason: "scope_end".to_owned(), certain: true }
}

#[test]
fn a_missing_drop_is_a_contradiction() {
    let (function, mut activation) = good("drops_moves", "into_call");
    assert_eq!(activation.drops, [dropped("y")]);
    activation.drops.clear();
    let wrong = contradictions(function, &activation);
    assert!(wrong.contains(&"`y` is dropped 1 times at least".to_owned()), "{wrong:?}");
}

#[test]
fn a_drop_of_a_moved_local_is_a_contradiction() {
    let (function, mut activation) = good("drops_control", "assigned_from_other");
    let before = activation.drops.len();
    activation.drops.push(dropped("y"));
    assert!(before > 0 && !contradictions(function, &activation).is_empty());
    // Of a local that is moved before anything can panic, there is no drop anywhere.
    let (function, mut activation) = good("drops_params", "by_value_out");
    activation.drops.push(dropped("self"));
    let wrong = contradictions(function, &activation);
    assert!(wrong.contains(&"`self` is never dropped".to_owned()), "{wrong:?}");
}

#[test]
fn drops_in_another_order_are_a_contradiction() {
    let (function, mut activation) = good("drops_patterns", "tuple");
    assert_eq!(activation.drops, [dropped("b"), dropped("a")]);
    activation.drops.swap(0, 1);
    let wrong = contradictions(function, &activation);
    assert!(wrong.contains(&"it has one path, and other drops on it".to_owned()), "{wrong:?}");
}

#[test]
fn a_wrong_reason_is_a_contradiction() {
    let (function, mut activation) = good("drops_unwind", "between");
    activation.drops[1].reason = "scope_end".to_owned();
    assert!(!contradictions(function, &activation).is_empty());
}

/// How many of the traces with one thing wrong are seen to be wrong. Not all are: what happens on some
/// paths, or in some turns of a loop, may just as well not happen.
#[test]
fn most_corrupted_traces_are_contradictions() {
    let mut seen: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for Subject { function, activations, .. } in subjects() {
        // Functions that run often say the same again.
        for activation in activations.iter().take(4).filter(|activation| activation.end.is_some()) {
            for (kind, corrupted) in corruptions(activation) {
                let [found, all] = seen.entry(kind).or_default();
                *found += usize::from(!contradictions(function, &corrupted).is_empty());
                *all += 1;
            }
        }
    }
    println!("corrupted traces that are found, of all: {seen:?}");
    for (kind, [found, all]) in seen {
        assert!(all > 100 && found * 100 >= all * 70, "{kind}: {found} of {all}");
    }
}

/// The activation with one drop less, one twice, two in the wrong order, one of a local that moved.
fn corruptions(activation: &Activation) -> Vec<(&'static str, Activation)> {
    let drops = &activation.drops;
    let with = |change: &dyn Fn(&mut Vec<Told>)| {
        let mut corrupted = activation.clone();
        change(&mut corrupted.drops);
        corrupted
    };
    let mut all = Vec::new();
    for (index, drop) in drops.iter().enumerate().filter(|(_, drop)| drop.certain) {
        all.push(("removed", with(&|drops| _ = drops.remove(index))));
        all.push(("repeated", with(&|drops| drops.insert(index, drop.clone()))));
        if drops.get(index + 1).is_some_and(|next| next.certain && next.local != drop.local) {
            all.push(("swapped", with(&|drops| drops.swap(index, index + 1))));
        }
    }
    for (name, needs) in &activation.bound {
        if !needs.contains(&false) && drops.iter().all(|drop| drop.local != *name) {
            all.push(("moved", with(&|drops| drops.push(dropped(name)))));
        }
    }
    all
}
