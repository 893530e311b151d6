//! What a file of `tests/families` says.
//!
//! ```text
//! // A comment.
//! [place]                       an axis, of which a function takes one alternative
//! field                         an alternative
//!   set = s.field = ~value;     one text of it; `~value` is replaced by a text of that key
//!   value = Some(1)
//!   value = None                another text of the same key: one of them is picked
//!   items =                     a longer text
//!     struct S;
//! [context]                     an axis without alternatives is that of `common.txt`
//! ```

use std::collections::BTreeMap;

/// The texts of each key.
pub(super) type Rules = BTreeMap<String, Vec<String>>;

/// One of several things that a function may have or be.
#[derive(Clone, Debug, Default)]
pub(super) struct Alternative {
    pub(super) name: String,
    pub(super) rules: Rules,
}

/// What a function takes one alternative of.
#[derive(Clone, Debug, Default)]
pub(super) struct Axis {
    pub(super) name: String,
    pub(super) alternatives: Vec<Alternative>,
}

/// The axes of a file.
///
/// # Panics
///
/// If a line stands where none may.
pub(super) fn axes(text: &str) -> Vec<Axis> {
    let mut axes: Vec<Axis> = Vec::new();
    let mut key = String::new();
    for line in text.lines().filter(|line| !line.starts_with("//")) {
        let misplaced = format!("a misplaced line: {line}");
        if let Some(name) = line.strip_prefix('[') {
            let name = name.trim_end_matches(']').to_owned();
            axes.push(Axis { name, alternatives: Vec::new() });
        } else if let Some(more) = line.strip_prefix("    ") {
            let alternative = axes.last_mut().and_then(|axis| axis.alternatives.last_mut());
            let texts = alternative.and_then(|alternative| alternative.rules.get_mut(&key));
            let text = texts.and_then(|texts| texts.last_mut()).expect(&misplaced);
            text.push_str(more);
            text.push('\n');
        } else if let Some(rule) = line.strip_prefix("  ") {
            let alternative = axes.last_mut().and_then(|axis| axis.alternatives.last_mut());
            let (name, value) = rule.split_once('=').expect(&misplaced);
            name.trim().clone_into(&mut key);
            let rules = &mut alternative.expect(&misplaced).rules;
            rules.entry(key.clone()).or_default().push(value.trim().to_owned());
        } else if !line.is_empty() {
            let alternative = Alternative { name: line.to_owned(), rules: Rules::new() };
            axes.last_mut().expect(&misplaced).alternatives.push(alternative);
        }
    }
    axes
}

#[cfg(test)]
mod tests {
    use super::axes;

    #[test]
    fn files_are_read() {
        let axes = axes("// c\n[a]\nx\n  k = 1\n  k = 2\n\ny\n  k =\n    1\n      2\n[b]\n");
        let names: Vec<_> = axes.iter().map(|axis| (axis.name.as_str(), axis.alternatives.len())).collect();
        assert_eq!(names, [("a", 2), ("b", 0)]);
        assert_eq!(axes[0].alternatives[0].rules["k"], ["1", "2"]);
        assert_eq!(axes[0].alternatives[1].rules["k"], ["1\n  2\n"]);
    }
}
