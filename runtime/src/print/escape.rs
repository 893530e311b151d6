//! Text of the traced program, made safe to show.

use std::fmt::Write;

/// The text with everything written out that could move the cursor, change colours or reorder letters:
/// control characters (C0, DEL, C1), line and paragraph separators, bidirectional controls.
///
/// ```
/// use trace_memory::print::escape;
///
/// assert_eq!(escape("red: \u{1b}[31m"), "red: \\u{1b}[31m");
/// ```
#[must_use]
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => safe.push_str("\\n"),
            '\t' => safe.push_str("\\t"),
            '\r' => safe.push_str("\\r"),
            _ if is_unsafe(c) => {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
            }
            _ => safe.push(c),
        }
    }
    safe
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{FEFF}')
        || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}')
}

/// The columns a text takes on a terminal.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(column).sum()
}

/// The text, cut to so many columns with an ellipsis.
pub(super) fn cut(text: &str, most: usize, dots: &str) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    let mut left = most.saturating_sub(columns(dots));
    let mut short: String = text
        .chars()
        .take_while(|&c| {
            let fits = column(c) <= left;
            left = left.saturating_sub(column(c));
            fits
        })
        .collect();
    short.truncate(short.trim_end().len());
    short + dots
}

fn column(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36F | 0x200B..=0x200D | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}
