//! The crates, by name and version.

/// The list: data, so that a crate is a line.
const LIST: &str = include_str!("../crates.txt");

/// A crate of the list.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// Features besides the default ones, between commas; `*` is all of them.
    pub(crate) features: &'static str,
    pub(crate) kind: &'static str,
    /// Whether its tests run, or it is only checked.
    pub(crate) tested: bool,
}

/// All of them, in the order of the file.
pub(crate) fn entries() -> Vec<Entry> {
    let mut tested = true;
    let mut entries = Vec::new();
    for line in LIST.lines().map(str::trim) {
        match line {
            "[tests]" => tested = true,
            "[check]" => tested = false,
            _ if line.is_empty() || line.starts_with('#') => {}
            _ => entries.push(Entry::of(line, tested)),
        }
    }
    entries
}

impl Entry {
    fn of(line: &'static str, tested: bool) -> Self {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [name, version, features, kind] = cells[..] else { panic!("{line}: a line has four cells") };
        Self { name, version, features, kind, tested }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::entries;

    #[test]
    fn each_crate_is_in_the_list_once() {
        let entries = entries();
        let names: BTreeSet<&str> = entries.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), entries.len());
        assert!(entries.iter().all(|entry| entry.version.starts_with(|first: char| first.is_ascii_digit())));
    }

    #[test]
    fn there_are_enough_of_them() {
        let (tested, checked): (Vec<_>, Vec<_>) = entries().into_iter().partition(|entry| entry.tested);
        assert!(tested.len() >= 60, "{}", tested.len());
        assert!(checked.len() >= 150, "{}", checked.len());
    }
}
