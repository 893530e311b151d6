//! What broke a `stack_only` function, in the form of a compiler's message.

use std::fmt::Write as _;

use super::{escape, number};
use crate::event::Broken;
use crate::site::Position;

/// One violation, with names.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) what: Broken,
    pub(crate) bytes: usize,
    /// The size that a reallocation asked for.
    pub(crate) new_bytes: usize,
    /// The traced frames, innermost first.
    pub(crate) frames: Vec<Frame>,
    /// Which of them is the `stack_only` function.
    pub(crate) rule: usize,
    /// What is dropped in the innermost frame at the time.
    pub(crate) dropped: Option<String>,
    /// The line of the innermost frame, if its file can be read.
    pub(crate) source: Option<String>,
}

/// A frame of a [`Report`].
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) function: String,
    pub(crate) file: String,
    /// Of the function's name.
    pub(crate) line: u32,
    /// The statement where it stands.
    pub(crate) at: Option<Position>,
}

impl Frame {
    fn place(&self) -> String {
        let file = escape(&self.file);
        match self.at {
            Some(at) => format!("{file}:{}:{}", at.line, at.column),
            None => format!("{file}:{}", self.line),
        }
    }
}

/// The message, with a line break at its end.
pub(crate) fn message(report: &Report) -> String {
    let mut text = String::new();
    let Some(innermost) = report.frames.first() else { return text };
    let rule = report.frames.get(report.rule).unwrap_or(innermost);
    let line = innermost.at.map_or(innermost.line, |at| at.line);
    let margin = " ".repeat(line.to_string().len());
    let _ = writeln!(text, "error: `{}` is `stack_only`, and {}", escape(&rule.function), deed(report));
    let _ = writeln!(text, "{margin}--> {}", innermost.place());
    if let Some(source) = &report.source {
        let (source, carets) = shown(source, innermost.at);
        let _ = writeln!(text, "{margin} |\n{line} | {source}\n{margin} | {carets}");
    }
    if innermost.at.is_none() {
        let _ = writeln!(text, "{margin} = note: outside of its statements: a parameter is dropped");
    }
    if let Some(dropped) = &report.dropped {
        let _ = writeln!(text, "{margin} = note: in the drop of `{}`", escape(dropped));
    }
    for (inner, outer) in report.frames.iter().zip(report.frames.iter().skip(1)) {
        let (inner, function) = (escape(&inner.function), escape(&outer.function));
        let _ = writeln!(text, "{margin} = note: `{inner}` was called by `{function}` at {}", outer.place());
    }
    let advice =
        "keep the value on the stack, borrow it from the caller, or allow it with `trace_memory::permit`";
    let _ = writeln!(text, "{margin} = help: {advice}");
    text
}

fn deed(report: &Report) -> String {
    let size = number::size(report.bytes);
    match report.what {
        Broken::Alloc => format!("allocates {size} on the heap"),
        Broken::Realloc => {
            format!("reallocates a heap block, {size} to {}", number::size(report.new_bytes))
        }
        Broken::Free => format!("frees a heap block of {size}"),
    }
}

/// A line of source without its indentation's tabs, and a mark under the statement.
pub(super) fn shown(source: &str, at: Option<Position>) -> (String, String) {
    let source: String = escape(&source.trim_end().replace('\t', " ")).chars().take(160).collect();
    let length = source.chars().count();
    let column = at.and_then(|at| usize::try_from(at.column).ok()).unwrap_or(1).saturating_sub(1).min(length);
    let start = source.chars().skip(column).take_while(|letter| *letter == ' ').count() + column;
    let carets = format!("{}{}", " ".repeat(start), "^".repeat((length - start).max(1)));
    (source, carets)
}

#[cfg(test)]
mod tests {
    use super::{Frame, Report, message};
    use crate::event::Broken;
    use crate::site::Position;

    fn frame(function: &str, at: Option<Position>) -> Frame {
        Frame { function: function.into(), file: "src/lib.rs".into(), line: 3, at }
    }

    #[test]
    fn a_message_has_the_site_the_size_and_the_frames() {
        let at = |line| Some(Position { line, column: 5 });
        let report = Report {
            what: Broken::Alloc,
            bytes: 24,
            new_bytes: 24,
            frames: vec![frame("app::mix", at(41)), frame("app::process", at(7))],
            rule: 1,
            dropped: None,
            source: Some("    let name = peak.to_string();".into()),
        };
        let expected = "error: `app::process` is `stack_only`, and allocates 24 B on the heap\n  \
             --> src/lib.rs:41:5\n   |\n41 |     let name = peak.to_string();\n   |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n   \
             = note: `app::mix` was called by `app::process` at src/lib.rs:7:5\n   \
             = help: keep the value on the stack, borrow it from the caller, or allow it with `trace_memory::permit`\n";
        assert_eq!(message(&report), expected);
    }

    #[test]
    fn a_drop_of_a_parameter_has_no_statement() {
        let frames = vec![frame("app::take", None)];
        let (what, dropped) = (Broken::Free, Some("list".into()));
        let report = Report { what, bytes: 5, new_bytes: 5, frames, rule: 0, dropped, source: None };
        let text = message(&report);
        assert!(text.contains("  = note: in the drop of `list`\n"), "{text}");
        assert!(text.starts_with(
            "error: `app::take` is `stack_only`, and frees a heap block of 5 B\n --> src/lib.rs:3\n"
        ));
        assert!(text.contains("a parameter is dropped"));
    }
}
