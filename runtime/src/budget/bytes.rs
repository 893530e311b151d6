//! Sizes as people write them: `1 KiB`.
//!
//! The runtime and the macro read the same texts, and no crate is between them: this file is in both, letter by
//! letter. A test compares them.

/// The units, and how many bytes each is.
const UNITS: [(&str, u128); 9] = [
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];
const KNOWN: &str = "`B`, `KiB`, `MiB`, `GiB`, `TiB`, `kB`, `MB`, `GB`, `TB`";
/// Digits behind the point that are read.
const DECIMALS: usize = 26;

/// How many bytes a text says, or what is wrong with it.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let wrong = |what: &str| Err(format!("`{}` {what}", shown(text)));
    let trimmed = text.trim();
    let end = trimmed.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(trimmed.len());
    let (number, unit) = (&trimmed[..end], trimmed[end..].trim_start());
    if number.is_empty() {
        if trimmed.starts_with('-') {
            return wrong("is negative; a size is 0 or more");
        }
        return wrong("is not a size; write a number and a unit, as in `1 KiB`");
    }
    if unit.is_empty() {
        return wrong(&format!("has no unit; write one of {KNOWN} behind it"));
    }
    let Some(&(_, factor)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return wrong(&match unit {
            "K" | "k" | "KB" | "kb" => {
                "has an unknown unit; write `KiB` for 1024 bytes, or `kB` for 1000".to_owned()
            }
            _ => format!("has an unknown unit; write one of {KNOWN}"),
        });
    };
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || decimals.is_empty() || decimals.contains('.') {
        return wrong("is not a size; write a number and a unit, as in `1.5 KiB`");
    }
    match bytes(whole, decimals.trim_end_matches('0'), factor) {
        Ok(bytes) => Ok(bytes),
        Err(what) => wrong(what),
    }
}

fn bytes(whole: &str, decimals: &str, factor: u128) -> Result<u64, &'static str> {
    const LARGE: &str = "is larger than any address space";
    if decimals.len() > DECIMALS {
        return Err("has more digits behind the point than are read");
    }
    let whole: u128 = whole.parse().map_err(|_| LARGE)?;
    let digits = decimals.bytes().fold(0, |sum: u128, digit| sum * 10 + u128::from(digit - b'0'));
    let power = decimals.bytes().fold(1, |power: u128, _| power * 10);
    // At most 26 digits and 13 more: that is less than a `u128` holds.
    if digits * factor % power != 0 {
        return Err("is not a whole number of bytes");
    }
    let total = whole.checked_mul(factor).and_then(|bytes| bytes.checked_add(digits * factor / power));
    total.and_then(|bytes| u64::try_from(bytes).ok()).ok_or(LARGE)
}

/// The text, without what could change the terminal, and not all of a long one.
fn shown(text: &str) -> String {
    let mut letters = text.chars();
    let mut start: String = letters.by_ref().take(40).flat_map(char::escape_debug).collect();
    start.extend(letters.next().map(|_| '…'));
    start
}
