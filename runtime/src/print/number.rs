//! Numbers for people: at most four significant figures, a unit, and groups of thousands.

/// Bytes, exact below 1 KiB.
///
/// ```
/// use trace_memory::print::number;
///
/// assert_eq!(number::bytes(1000), "1000 B");
/// assert_eq!(number::bytes(1536), "1.5 KiB");
/// ```
#[must_use]
pub fn bytes(bytes: u64) -> String {
    let mut unit = 0;
    while unit < 4 && bytes >> (10 * unit) >= 1024 {
        unit += 1;
    }
    if unit == 0 {
        return format!("{bytes} B");
    }
    let thousandths = (u128::from(bytes) * 1000) >> (10 * unit);
    format!("{} {}", figures(thousandths), ["B", "KiB", "MiB", "GiB", "TiB"][unit])
}

/// A size in memory.
pub(super) fn size(bytes: usize) -> String {
    self::bytes(bytes as u64)
}

/// A duration in nanoseconds; `ascii` has no `µ`.
///
/// ```
/// assert_eq!(trace_memory::print::number::time(1_500, true), "1.5 us");
/// ```
#[must_use]
pub fn time(ns: u64, ascii: bool) -> String {
    let micro = if ascii { "us" } else { "µs" };
    let (unit, divisor) = match ns {
        0..1_000 => return format!("{ns} ns"),
        1_000..1_000_000 => (micro, 1_000),
        1_000_000..1_000_000_000 => ("ms", 1_000_000),
        _ => ("s", 1_000_000_000),
    };
    format!("{} {unit}", figures(u128::from(ns) * 1000 / divisor))
}

/// A count, in groups of three digits.
///
/// ```
/// assert_eq!(trace_memory::print::number::count(1_234_567), "1 234 567");
/// ```
#[must_use]
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// A count and what is counted.
///
/// ```
/// assert_eq!(trace_memory::print::number::counted(2, "block"), "2 blocks");
/// ```
#[must_use]
pub fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number))
}

fn figures(thousandths: u128) -> String {
    let decimals = match thousandths {
        0..10_000 => 3,
        10_000..100_000 => 2,
        100_000..1_000_000 => 1,
        _ => 0,
    };
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    let cut = &text[..text.len() - (3 - decimals)];
    cut.trim_end_matches('0').trim_end_matches('.').to_owned()
}
