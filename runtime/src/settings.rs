//! What the environment asks for.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::budget::bytes;
use crate::capture::filter::Filter;

/// What is written, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The tree of each outermost frame, when it ends.
    Tree,
    /// Each event, as it happens.
    Live,
    /// Totals, at exit.
    Summary,
    /// JSON Lines, to a file. `{pid}` and `{bin}` are not yet replaced.
    Json(PathBuf),
    /// The records as they are, to a file. The same names are not yet replaced.
    Bin(PathBuf),
    /// Nothing.
    Off,
}

/// What is traced, and how closely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Traced {
    /// How often the clock is looked at, if that was decided.
    clock: Option<Clock>,
    /// Whether locals are recorded.
    pub(crate) locals: bool,
    /// Which functions are.
    pub(crate) filter: Filter,
}

/// How often the clock is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// For each event.
    Exact,
    /// For some.
    Coarse,
}

/// What a violation of `stack_only` leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Reaction {
    /// A message, when the outermost `stack_only` function has ended.
    Report,
    /// A panic there, unless the thread is unwinding.
    Panic,
    /// The message, and the end of the process.
    Abort,
}

/// The settings of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) mode: Mode,
    /// What stands before the mode.
    pub(crate) traced: Traced,
    /// Colour, if it was decided; else the terminal decides.
    pub(crate) color: Option<bool>,
    /// Leave out what changes from run to run.
    pub(crate) stable: bool,
    /// An existing file may be replaced.
    pub(crate) overwrite: bool,
    /// No characters beyond ASCII, where Cargo was told so.
    pub(crate) ascii: bool,
    /// Bytes of records that may wait in memory.
    pub(crate) limit: u64,
    /// Columns of the output.
    pub(crate) width: usize,
    /// What follows where a `stack_only` function uses the heap.
    pub(crate) reaction: Reaction,
    /// What is wrong with the settings, a line each.
    pub(crate) complaints: Vec<String>,
}

const MODES: &str = "`tree`, `live`, `summary`, `json:PATH`, `bin:PATH`, `off`; going on with `tree`";

/// Of records in memory, if nothing else is said: 256 MiB.
const LIMIT: u64 = 256 << 20;
/// At least: a buffer.
const LEAST: u64 = 1 << 16;

const DIRECTIVES: &str = "`FUNCTION=on`, `FUNCTION=off`, `clock=exact`, `clock=coarse`, `locals=off`, with commas, and behind them a mode such as `tree`; \
    going on with `tree`";

impl Settings {
    /// Reads the settings through `lookup`, which knows the variables of the environment.
    pub(crate) fn read(lookup: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let traced = Traced { clock: None, locals: true, filter: Filter::default() };
        let mut reader = Reader { lookup, traced, complaints: Vec::new() };
        let mode = reader.mode();
        let color = reader.color();
        let stable = reader.flag("TRACE_MEMORY_STABLE");
        let overwrite = reader.flag("TRACE_MEMORY_OVERWRITE");
        let ascii = lookup("CARGO_TERM_UNICODE").is_some_and(|value| value == "false");
        let width = reader.width();
        let reaction = reader.reaction();
        let limit = reader.limit();
        let Reader { traced, complaints, .. } = reader;
        Self { mode, traced, color, stable, overwrite, ascii, limit, width, reaction, complaints }
    }

    /// A file is for long runs; what is printed at once is to say how long things took.
    pub(crate) fn clock(&self) -> Clock {
        let coarse = matches!(self.mode, Mode::Bin(_) | Mode::Summary);
        self.traced.clock.unwrap_or(if coarse { Clock::Coarse } else { Clock::Exact })
    }
}

struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<OsString>,
    traced: Traced,
    complaints: Vec<String>,
}

impl Reader<'_> {
    /// The text of a variable; an empty one counts as unset.
    fn text(&mut self, name: &str) -> Option<String> {
        let value = (self.lookup)(name)?;
        if let Ok(text) = value.into_string() {
            return Some(text).filter(|text| !text.is_empty());
        }
        self.complaints.push(format!("trace-memory: `{name}` is not UTF-8; going on without it"));
        None
    }

    fn reject(&mut self, name: &str, value: &str, write: &str) {
        let line =
            format!("trace-memory: `{name}={}` is not known; write one of {write}", value.escape_debug());
        self.complaints.push(line);
    }

    fn mode(&mut self) -> Mode {
        let Some(text) = self.text("TRACE_MEMORY") else {
            return Mode::Tree;
        };
        let mut rest = text.as_str();
        loop {
            let (first, after) = rest.split_once(',').unwrap_or((rest, ""));
            // The path of a file may have any character, and a mode may be written as if it were a function.
            let is_mode = |name: &str| ["json", "bin", "tree", "live", "summary", "off"].contains(&name);
            let is_directive = |name: &str| !name.replace("::", "").contains(':') && !is_mode(name);
            let directive = first.split_once('=').filter(|(name, _)| is_directive(name));
            match directive {
                Some(("clock", "exact")) => self.traced.clock = Some(Clock::Exact),
                Some(("clock", "coarse")) => self.traced.clock = Some(Clock::Coarse),
                Some(("locals", word @ ("on" | "off"))) => self.traced.locals = word == "on",
                Some((path, word @ ("on" | "off"))) if !path.is_empty() => {
                    self.traced.filter.add(path, word == "on");
                }
                Some(_) => {
                    self.reject("TRACE_MEMORY", &text, DIRECTIVES);
                    return Mode::Tree;
                }
                None => break,
            }
            rest = after;
        }
        match (rest, rest.split_once(':')) {
            ("tree" | "", _) => Mode::Tree,
            ("live", _) => Mode::Live,
            ("summary", _) => Mode::Summary,
            ("off", _) => Mode::Off,
            (_, Some(("json", path))) if !path.is_empty() => Mode::Json(path.into()),
            (_, Some(("bin", path))) if !path.is_empty() => Mode::Bin(path.into()),
            _ => {
                self.reject("TRACE_MEMORY", &text, MODES);
                Mode::Tree
            }
        }
    }

    fn reaction(&mut self) -> Reaction {
        match self.text("TRACE_MEMORY_STACK_ONLY").as_deref() {
            None | Some("report") => Reaction::Report,
            Some("panic") => Reaction::Panic,
            Some("abort") => Reaction::Abort,
            Some(other) => {
                self.reject(
                    "TRACE_MEMORY_STACK_ONLY",
                    other,
                    "`report`, `panic`, `abort`; going on with `report`",
                );
                Reaction::Report
            }
        }
    }

    fn limit(&mut self) -> u64 {
        let Some(text) = self.text("TRACE_MEMORY_LIMIT") else { return LIMIT };
        match bytes::parse(&text) {
            Ok(limit) if limit >= LEAST => return limit,
            Ok(_) => self.complaints.push(format!(
                "trace-memory: `TRACE_MEMORY_LIMIT={}` is less than a buffer, 64 KiB; going on with `256 MiB`",
                text.escape_debug()
            )),
            Err(why) => self
                .complaints
                .push(format!("trace-memory: `TRACE_MEMORY_LIMIT`: {why}; going on with `256 MiB`")),
        }
        LIMIT
    }

    fn flag(&mut self, name: &str) -> bool {
        let text = self.text(name).unwrap_or_default();
        if !matches!(text.as_str(), "" | "0" | "1") {
            self.reject(name, &text, "`0`, `1`; going on with `0`");
        }
        text == "1"
    }

    /// The usual order: our own variable, then `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`, `TERM`.
    fn color(&mut self) -> Option<bool> {
        match self.text("TRACE_MEMORY_COLOR").as_deref() {
            Some("always") => return Some(true),
            Some("never") => return Some(false),
            None | Some("auto") => {}
            Some(other) => {
                self.reject("TRACE_MEMORY_COLOR", other, "`auto`, `always`, `never`; going on with `auto`");
            }
        }
        let set = |name| (self.lookup)(name).is_some_and(|value| !value.is_empty());
        let is = |name, wanted| (self.lookup)(name).is_some_and(|value| value == wanted);
        if set("NO_COLOR") {
            return Some(false);
        }
        if set("CLICOLOR_FORCE") {
            return Some(true);
        }
        if is("CLICOLOR", "0") {
            return Some(false);
        }
        let able = (set("TERM") && !is("TERM", "dumb")) || set("CLICOLOR") || set("CI");
        if able { None } else { Some(false) }
    }

    fn width(&mut self) -> usize {
        let columns = (self.lookup)("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
        columns.unwrap_or(100).clamp(60, 200)
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, Mode, Reaction, Settings};
    use crate::capture::filter::Filter;

    fn read(variables: &[(&str, &str)]) -> Settings {
        Settings::read(&|name| {
            let found = variables.iter().find(|(known, _)| *known == name)?;
            Some(found.1.into())
        })
    }

    #[test]
    fn nothing_set_is_a_tree() {
        let settings = read(&[]);
        assert_eq!(settings.mode, Mode::Tree);
        assert_eq!(settings.color, Some(false));
        assert_eq!(settings.width, 100);
        assert!(!settings.stable && !settings.overwrite && settings.complaints.is_empty());
    }

    #[test]
    fn modes() {
        let mode = |text| read(&[("TRACE_MEMORY", text)]).mode;
        assert_eq!(mode(""), Mode::Tree);
        assert_eq!(mode("live"), Mode::Live);
        assert_eq!(mode("summary"), Mode::Summary);
        assert_eq!(mode("off"), Mode::Off);
        assert_eq!(mode("json:a:{pid}.jsonl"), Mode::Json("a:{pid}.jsonl".into()));
    }

    #[test]
    fn a_bad_mode_is_one_line_and_a_tree() {
        for bad in ["tre", "json:", "json", "tree:x", "TREE"] {
            let settings = read(&[("TRACE_MEMORY", bad)]);
            assert_eq!(settings.mode, Mode::Tree);
            let line = format!(
                "trace-memory: `TRACE_MEMORY={bad}` is not known; write one of `tree`, `live`, \
                 `summary`, `json:PATH`, `bin:PATH`, `off`; going on with `tree`"
            );
            assert_eq!(settings.complaints, [line]);
        }
    }

    #[test]
    fn directives_come_before_the_mode() {
        let settings =
            read(&[("TRACE_MEMORY", "app=on,app::noise=off,clock=exact,locals=off,bin:a=on,b.bin")]);
        let mut filter = Filter::default();
        filter.add("app", true);
        filter.add("app::noise", false);
        assert_eq!((&settings.traced.filter, settings.traced.locals), (&filter, false));
        assert_eq!((settings.clock(), settings.mode), (Clock::Exact, Mode::Bin("a=on,b.bin".into())));
        assert_eq!(read(&[("TRACE_MEMORY", "app=off")]).mode, Mode::Tree);
        assert_eq!(read(&[("TRACE_MEMORY", "bin:t")]).clock(), Clock::Coarse);
        assert_eq!(read(&[("TRACE_MEMORY", "clock=coarse,")]).clock(), Clock::Coarse);
    }

    #[test]
    fn a_bad_directive_is_one_line_and_a_tree() {
        for bad in ["app=of,live", "clock=fast,live", "=on", "app=on,lively=,x"] {
            let settings = read(&[("TRACE_MEMORY", bad)]);
            assert_eq!(settings.mode, Mode::Tree);
            let line = format!(
                "trace-memory: `TRACE_MEMORY={bad}` is not known; write one of `FUNCTION=on`, `FUNCTION=off`, \
                 `clock=exact`, `clock=coarse`, `locals=off`, with commas, and behind them a mode such as `tree`; going on with \
                 `tree`"
            );
            assert_eq!(settings.complaints, [line]);
        }
    }

    #[test]
    fn colour_order() {
        let color = |variables: &[_]| read(variables).color;
        assert_eq!(color(&[("TRACE_MEMORY_COLOR", "always"), ("NO_COLOR", "1")]), Some(true));
        assert_eq!(color(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]), Some(false));
        assert_eq!(color(&[("NO_COLOR", ""), ("CLICOLOR_FORCE", "1")]), Some(true));
        assert_eq!(color(&[("CLICOLOR", "0"), ("TERM", "xterm")]), Some(false));
        assert_eq!(color(&[("TERM", "xterm")]), None);
        assert_eq!(color(&[("TERM", "dumb")]), Some(false));
        assert_eq!(read(&[("TRACE_MEMORY_COLOR", "blue")]).complaints.len(), 1);
    }

    #[test]
    fn reactions() {
        let reaction = |value| read(&[("TRACE_MEMORY_STACK_ONLY", value)]).reaction;
        assert_eq!(
            ["", "panic", "abort", "x"].map(reaction),
            [Reaction::Report, Reaction::Panic, Reaction::Abort, Reaction::Report]
        );
        assert_eq!(read(&[("TRACE_MEMORY_STACK_ONLY", "Panic")]).complaints.len(), 1);
    }

    #[test]
    fn limits() {
        let limit = |text| read(&[("TRACE_MEMORY_LIMIT", text)]);
        assert_eq!(["", "1 MiB", "64KiB"].map(|text| limit(text).limit), [256 << 20, 1 << 20, 1 << 16]);
        for (bad, why) in [
            ("1 KiB", "`TRACE_MEMORY_LIMIT=1 KiB` is less than a buffer, 64 KiB"),
            ("much", "`TRACE_MEMORY_LIMIT`: `much` is not a size; write a number and a unit, as in `1 KiB`"),
        ] {
            let settings = limit(bad);
            assert_eq!(settings.limit, 256 << 20);
            assert_eq!(settings.complaints, [format!("trace-memory: {why}; going on with `256 MiB`")]);
        }
    }

    #[test]
    fn cargo_decides_on_unicode() {
        let ascii = |value| read(&[("CARGO_TERM_UNICODE", value)]).ascii;
        assert_eq!([ascii("false"), ascii("true"), ascii("")], [true, false, false]);
    }

    #[test]
    fn widths_are_kept_in_bounds() {
        let width = |columns| read(&[("COLUMNS", columns)]).width;
        assert_eq!([width("1"), width("80"), width("9999"), width("x")], [60, 80, 200, 100]);
    }

    #[cfg(unix)]
    #[test]
    fn not_utf8_is_one_line() {
        use std::os::unix::ffi::OsStringExt;
        let lookup = |name: &str| (name == "TRACE_MEMORY").then(|| std::ffi::OsString::from_vec(vec![0xff]));
        let settings = Settings::read(&lookup);
        assert_eq!(settings.mode, Mode::Tree);
        assert_eq!(settings.complaints.len(), 1);
    }
}
