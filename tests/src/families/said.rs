//! What the compiler says about each function of a program, help and notes as well.

use serde_json::Value;

use crate::compiler::{Compiled, Message};

/// A message about one function, or about none.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// The function.
    pub(super) case: Option<usize>,
    /// The level, code and text.
    pub(super) claim: String,
    /// The claim with its place, and the places with their labels, the help and the notes.
    pub(super) whole: String,
    pub(super) is_error: bool,
    pub(super) names_ours: bool,
}

/// The messages of a program whose functions start at the lines `starts`, in the order of their texts.
pub(super) fn said(compiled: &Compiled, starts: &[usize]) -> Vec<Said> {
    let mut all: Vec<Said> = compiled.messages().map(|message| of(message, starts)).collect();
    all.sort_by(|a, b| (a.case, &a.whole).cmp(&(b.case, &b.whole)));
    all
}

fn of(message: &Message, starts: &[usize]) -> Said {
    let json = message.json();
    let headline = message.headline();
    let claim = headline.rsplit_once(" at ").map_or("", |(claim, _)| claim).to_owned();
    let whole = whole(json, &headline);
    Said {
        case: case(json, starts),
        claim,
        is_error: json["level"] == "error",
        names_ours: message.shows_hidden(),
        whole,
    }
}

/// The function that a message is about: that of its first place, or of the first place of a note.
fn case(message: &Value, starts: &[usize]) -> Option<usize> {
    let children = message["children"].as_array().into_iter().flatten();
    let mut places = std::iter::once(message).chain(children).flat_map(spans).collect::<Vec<_>>();
    places.sort_by_key(|span| span["is_primary"] != true);
    places.into_iter().find_map(|span| {
        let line = usize::try_from(outermost(span)["line_start"].as_u64()?).ok()?;
        let behind = starts.iter().position(|start| *start > line)?;
        behind.checked_sub(1)
    })
}

/// Where the macros stand that a place is in.
fn outermost(span: &Value) -> &Value {
    let mut span = span;
    while span["expansion"]["span"].is_object() {
        span = &span["expansion"]["span"];
    }
    span
}

fn spans(message: &Value) -> impl Iterator<Item = &Value> {
    message["spans"].as_array().into_iter().flatten()
}

fn whole(message: &Value, headline: &str) -> String {
    let mut lines = vec![headline.to_owned()];
    lines.extend(spans(message).filter_map(described));
    for child in message["children"].as_array().into_iter().flatten() {
        let text = child["message"].as_str().unwrap_or_default();
        // Where a lint comes from is told once for a whole program.
        if !["#[warn(", "implied by", "to override"].iter().any(|told| text.contains(told)) {
            lines.push(format!("  {}: {text}", child["level"].as_str().unwrap_or("?")));
            lines.extend(spans(child).filter_map(described));
        }
    }
    lines.join("\n")
}

/// A place that has a label or proposes something.
fn described(span: &Value) -> Option<String> {
    let label = span["label"].as_str().unwrap_or_default();
    let proposed = span["suggested_replacement"].as_str();
    let place = |key: &str| span[key].as_u64().unwrap_or_default();
    let (line, from, to) = (place("line_start"), place("column_start"), place("column_end"));
    let proposal = proposed.map(|text| format!(" -> `{text}`")).unwrap_or_default();
    (!label.is_empty() || proposed.is_some()).then(|| format!("    {line}:{from}-{to} {label}{proposal}"))
}
