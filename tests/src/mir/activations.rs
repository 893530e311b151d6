//! The activations of functions in a trace, and the functions that they are of.

use std::collections::{BTreeMap, BTreeSet};

use super::paths::{End, Told};
use super::{Function, plain_name};
use crate::Trace;

/// One run of one function.
#[derive(Clone, Debug)]
pub struct Activation {
    /// The path of the function, as the trace writes it.
    pub function: String,
    /// The source file.
    pub file: String,
    /// The line of the function's head.
    pub line: u64,
    /// How it ended, if it did.
    pub end: Option<End>,
    /// Its drops, in order.
    pub drops: Vec<Told>,
    /// Whether each of the locals that got a value needs dropping, as far as the trace says.
    pub bound: BTreeMap<String, BTreeSet<bool>>,
}

/// The activations in a trace, in order of their start.
#[must_use]
pub fn activations(trace: &Trace) -> Vec<Activation> {
    let mut frames: BTreeMap<u64, Activation> = BTreeMap::new();
    for event in &trace.lines {
        let Some(frame) = event["frame"].as_u64() else { continue };
        let text = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
        if event["ev"] == "enter" {
            let line = event["line"].as_u64().unwrap_or_default();
            let (function, file) = (text("fn"), text("file"));
            let new = Activation { function, file, line, end: None, drops: vec![], bound: BTreeMap::new() };
            frames.insert(frame, new);
            continue;
        }
        let Some(activation) = frames.get_mut(&frame) else { continue };
        let local = plain_name(event["local"].as_str().unwrap_or_default()).to_owned();
        match event["ev"].as_str() {
            Some("bind") => {
                _ = activation.bound.entry(local).or_default().insert(event["needs_drop"] == true);
            }
            // The MIR has no name for a temporary, and is not asked about places.
            Some("drop") if event["temporary"] != true && event["place"] != true => {
                let certain = event["certain"] == true;
                activation.drops.push(Told { local, reason: text("reason"), certain });
            }
            Some("exit") => {
                activation.end = Some(if event["how"] == "return" { End::Return } else { End::Unwind });
            }
            _ => {}
        }
    }
    frames.into_values().collect()
}

/// The function that an activation is of; none if several may be.
#[must_use]
pub fn find(functions: &[Function], activation: &Activation) -> Option<usize> {
    let told = without_arguments(&activation.function);
    let (parent, name) = told.rsplit_once("::")?;
    let parent = parent.split_once("::").map_or("", |(_, path)| path);
    let line_of = |index: &usize| {
        let place = functions[*index].place.as_ref();
        place.filter(|(file, _)| file_name(file) == file_name(&activation.file)).map(|(_, line)| *line)
    };
    let all = || 0..functions.len();
    let is_closure = name == "{{closure}}";
    let here = |index: &usize| {
        let depth = functions[*index].path.matches("{closure#").count();
        let at = functions[*index].is_closure() && line_of(index) == Some(activation.line);
        at && depth == told.matches("{{closure}}").count()
    };
    let in_impl = |index: &usize| {
        let function = &functions[*index];
        let before = line_of(index).is_some_and(|line| line <= activation.line);
        before && function.path.contains("<impl at ") && function.name() == name
    };
    let with_path = |wanted: String| all().find(move |index| functions[*index].path == wanted);
    if is_closure {
        let mut closures = all().filter(here);
        return closures.next().filter(|_| closures.next().is_none());
    }
    let full = if parent.is_empty() { name.to_owned() } else { format!("{parent}::{name}") };
    let in_function = || with_path(parent.to_owned()).and_then(|_| with_path(name.to_owned()));
    let provided = || {
        let of_trait = activation.function.split_once(" as ")?.1.split('>').next()?.rsplit("::").next()?;
        with_path(format!("{of_trait}::{name}"))
    };
    let innermost = || all().filter(in_impl).max_by_key(line_of);
    with_path(full).or_else(in_function).or_else(innermost).or_else(provided)
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A path without type arguments.
fn without_arguments(path: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::new();
    let mut last = ' ';
    for c in path.chars() {
        match c {
            '<' => depth += 1,
            '>' if last != '-' => depth -= 1,
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
        last = c;
    }
    plain
}
