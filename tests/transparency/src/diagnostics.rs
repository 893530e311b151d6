//! What the compiler says of a crate, in a form in which two of its builds can be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;
use trace_memory_tests::compiler::HIDDEN;

/// Notes that stand at the first of several warnings, whichever that is.
const ONCE: [&str; 5] = [
    "on by default",
    "implied by",
    "the lint level is defined here",
    "previous diagnostic",
    "requested on the",
];

/// The messages of a build about one package.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    /// What is said, labels, notes and suggestions included, by place, code and message.
    warnings: BTreeMap<String, BTreeSet<String>>,
    /// What keeps it from compiling, as a person reads it.
    pub(crate) errors: Vec<String>,
    /// Each text in any of the messages.
    texts: BTreeSet<String>,
}

impl Diagnostics {
    /// Reads what Cargo wrote about the package of `manifest`.
    pub(crate) fn of(messages: &str, manifest: &str) -> Self {
        let mut all = Self::default();
        let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        for message in messages.filter(|message| message["reason"] == "compiler-message") {
            if message["manifest_path"] == manifest {
                all.add(&message["message"]);
            }
        }
        all
    }

    fn add(&mut self, message: &Value) {
        // Sums: how many warnings there are, and so on.
        if list(message, "spans").is_empty() && message["code"].is_null() {
            return;
        }
        texts(message, &mut self.texts);
        if message["level"] == "error" {
            self.errors.push(text(message, "rendered").to_owned());
            return;
        }
        let code = text(&message["code"], "code");
        let key = format!("{}: {code}: {}", place(message), text(message, "message"));
        self.warnings.entry(key).or_default().insert(details(message));
    }

    /// How many warnings there are.
    pub(crate) fn count(&self) -> usize {
        self.warnings.len()
    }

    /// What the traced build says otherwise than the plain one.
    pub(crate) fn faults(plain: &Self, traced: &Self) -> Vec<String> {
        let mut faults = Vec::new();
        for (key, told) in &traced.warnings {
            match plain.warnings.get(key) {
                None => faults.push(format!("new warning: {key}{}", joined(told))),
                Some(before) if before != told => {
                    faults.push(format!(
                        "said otherwise: {key}{}\n  instead of{}",
                        joined(told),
                        joined(before)
                    ));
                }
                Some(_) => {}
            }
        }
        let lost = plain.warnings.keys().filter(|key| !traced.warnings.contains_key(*key));
        faults.extend(lost.map(|key| format!("lost warning: {key}")));
        let shown = traced.texts.difference(&plain.texts).filter(|text| shows(text));
        faults.extend(shown.map(|text| format!("shows a name of the expansion: {text}")));
        faults
    }
}

/// Whether a text has a name of the expansion.
fn shows(text: &str) -> bool {
    HIDDEN.iter().any(|name| text.contains(name))
}

fn joined(told: &BTreeSet<String>) -> String {
    told.iter().map(String::as_str).collect::<Vec<_>>().join("\n  and")
}

/// The line of the first place.
fn place(message: &Value) -> String {
    let spans = list(message, "spans");
    let primary = spans.iter().find(|span| span["is_primary"] == true).or(spans.first());
    primary.map_or_else(String::new, |span| format!("{}:{}", text(span, "file_name"), span["line_start"]))
}

/// Labels, notes, helps and suggestions, with their lines, in order of their texts.
fn details(message: &Value) -> String {
    let mut all: Vec<String> = labels(message);
    for child in list(message, "children") {
        let said = text(child, "message");
        if ONCE.iter().any(|once| said.contains(once)) {
            continue;
        }
        let places = labels(child).join("");
        all.push(format!("\n    {}: {said}{places}", text(child, "level")));
    }
    all.sort();
    all.concat()
}

fn labels(message: &Value) -> Vec<String> {
    let spans = list(message, "spans").iter();
    let all = spans.map(|span| {
        let mut line = format!("\n    {}:{}", text(span, "file_name"), span["line_start"]);
        for what in ["label", "suggested_replacement"] {
            if let Some(text) = span[what].as_str() {
                let _ = write!(line, " {what}: {text}");
            }
        }
        line
    });
    all.collect()
}

/// All that a person reads of a message.
fn texts(message: &Value, all: &mut BTreeSet<String>) {
    all.insert(text(message, "message").to_owned());
    for span in list(message, "spans") {
        all.insert(text(span, "label").to_owned());
        all.insert(text(span, "suggested_replacement").to_owned());
    }
    for child in list(message, "children") {
        texts(child, all);
    }
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Diagnostics;

    fn build(label: &str, note: &str) -> Diagnostics {
        let span = json!({"file_name": "src/lib.rs", "line_start": 3, "is_primary": true, "label": label});
        let message = json!({
            "level": "warning", "message": "unused", "code": {"code": "unused"}, "spans": [span],
            "children": [{"level": "note", "message": note, "spans": [], "children": []}],
        });
        let line = json!({"reason": "compiler-message", "manifest_path": "m", "message": message});
        Diagnostics::of(&line.to_string(), "m")
    }

    #[test]
    fn notes_and_labels_are_compared() {
        let same = Diagnostics::faults(&build("a", "b"), &build("a", "b"));
        assert!(same.is_empty(), "{same:?}");
        assert_eq!(Diagnostics::faults(&build("a", "b"), &build("a", "c")).len(), 1);
        assert_eq!(Diagnostics::faults(&build("a", "b"), &build("c", "b")).len(), 1);
        assert_eq!(Diagnostics::faults(&build("a", "b"), &Diagnostics::default()).len(), 1);
        assert_eq!(Diagnostics::faults(&Diagnostics::default(), &build("a", "b")).len(), 1);
    }

    #[test]
    fn where_a_lint_is_set_is_told_of_its_first_warning_only() {
        let first = build("a", "`#[warn(unused)]` on by default");
        assert!(Diagnostics::faults(&build("a", "`#[warn(x)]` implied by `y`"), &first).is_empty());
    }

    #[test]
    fn names_of_the_expansion_are_found() {
        let faults = Diagnostics::faults(&build("a", "b"), &build("a", "consider `__tm_0`"));
        assert_eq!(faults.len(), 2, "{faults:?}");
    }
}
