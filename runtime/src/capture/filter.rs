//! Which functions are traced, by their paths.

use std::sync::OnceLock;

/// Rules, as `RUST_LOG` has them: the longest path that a function's path begins with decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    rules: Vec<(String, bool)>,
}

/// Set once, before the first record.
static FILTER: OnceLock<Filter> = OnceLock::new();

impl Filter {
    /// What is in `path` is traced, or is not.
    pub(crate) fn add(&mut self, path: &str, traced: bool) {
        self.rules.push((path.to_owned(), traced));
    }

    /// Whether a function is traced. Without a rule for it, it is unless there is one that says of others that they
    /// are.
    fn lets(&self, path: &str) -> bool {
        // A method of a trait is `<app::Type as Trait>::method`.
        let path = path.trim_start_matches(['<', '&', ' ']);
        let rules = self.rules.iter().filter(|(rule, _)| is_in(path, rule));
        let longest = rules.max_by_key(|(rule, _)| rule.len());
        longest.map_or_else(|| self.rules.iter().all(|(_, traced)| !traced), |(_, traced)| *traced)
    }
}

/// Whether a path is `rule`, or below it.
fn is_in(path: &str, rule: &str) -> bool {
    path.strip_prefix(rule).is_some_and(|rest| {
        rule.ends_with("::") || !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_')
    })
}

/// Traces by these rules from now on.
pub(crate) fn set(filter: Filter) {
    if !filter.rules.is_empty() {
        let _ = FILTER.set(filter);
    }
}

/// Whether a function with this path is traced.
pub(super) fn lets(path: &str) -> bool {
    FILTER.get().is_none_or(|filter| filter.lets(path))
}

#[cfg(test)]
mod tests {
    use super::Filter;

    fn lets(rules: &[(&str, bool)], path: &str) -> bool {
        let mut filter = Filter::default();
        for (path, traced) in rules {
            filter.add(path, *traced);
        }
        filter.lets(path)
    }

    #[test]
    fn the_longest_rule_decides() {
        let rules = [("app", true), ("app::noise", false), ("app::noise::loud", true)];
        let traced = |path| lets(&rules, path);
        assert_eq!(
            ["app::main", "app::noise::hum", "app::noise::loud", "app::noise::loud::er", "other::f"]
                .map(traced),
            [true, false, true, true, false]
        );
        assert!(lets(&[("app::noise", false)], "other::f"));
        assert!(lets(&[], "app"));
    }

    #[test]
    fn a_rule_ends_with_a_name() {
        assert!(lets(&[("app::par", false)], "app::parse"));
        assert!(!lets(&[("app::parse", false)], "app::parse<u8>"));
        assert!(!lets(&[("app::Type", false)], "<app::Type as app::Trait>::f"));
    }
}
