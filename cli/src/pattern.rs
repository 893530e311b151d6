//! Which functions are meant by a text of the command line.

use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};

/// A part of a path, or a glob over all of it.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    Part(String),
    Glob(String, GlobMatcher),
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("write a part of the path of a function".to_owned());
        }
        if !text.contains('*') {
            return Ok(Self::Part(text.to_owned()));
        }
        // Paths have brackets and braces of their own.
        let escaped: String = text
            .chars()
            .flat_map(|c| {
                let special = matches!(c, '[' | ']' | '{' | '}' | '?' | '\\');
                special.then_some('\\').into_iter().chain([c])
            })
            .collect();
        let glob = GlobBuilder::new(&escaped).literal_separator(false).backslash_escape(true).build();
        glob.map(|glob| Self::Glob(text.to_owned(), glob.compile_matcher()))
            .map_err(|error| error.to_string())
    }
}

impl Pattern {
    pub(crate) fn matches(&self, path: &str) -> bool {
        match self {
            Self::Part(part) => path.contains(part.as_str()),
            Self::Glob(_, glob) => glob.is_match(path),
        }
    }

    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Part(text) | Self::Glob(text, _) => text,
        }
    }

    /// How well a path answers the text as the name of one function: 0 is not at all, 3 is its very path, and
    /// 2 the end of it.
    pub(crate) fn rank(&self, path: &str) -> u8 {
        let Self::Part(part) = self else { return u8::from(self.matches(path)) };
        if path == part {
            return 3;
        }
        let is_end = path.strip_suffix(part.as_str()).is_some_and(|before| before.ends_with("::"));
        if is_end { 2 } else { u8::from(path.contains(part.as_str())) }
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn pattern(text: &str) -> Pattern {
        text.parse().expect("a pattern")
    }

    #[test]
    fn a_part_or_a_glob() {
        assert!(pattern("parse").matches("app::parse_csv"));
        assert!(!pattern("parse*").matches("app::parse_csv"));
        assert!(pattern("*parse*").matches("app::parse_csv"));
        assert!(pattern("app::*::{{closure}}").matches("app::f::{{closure}}"));
        assert!(pattern("*[u8]*").matches("<[u8] as app::T>::f"));
        assert!(!pattern("*[u8]*").matches("app::u"));
        assert!("".parse::<Pattern>().is_err());
    }

    #[test]
    fn the_end_of_a_path_is_better_than_a_part() {
        let f = pattern("parse");
        assert_eq!(
            ["parse", "app::parse", "app::parse_csv", "app::main"].map(|path| f.rank(path)),
            [3, 2, 1, 0]
        );
    }
}
