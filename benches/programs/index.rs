//! Another program of the usual kind: the words of a text, each with its lines. Functions are traced as people trace
//! them: not those that do less than a line of text asks for.

use std::collections::BTreeMap;
use std::fmt::Write;

type Index = BTreeMap<String, Vec<u32>>;

/// A text of 200 lines, made of 400 words.
#[must_use]
pub fn text() -> String {
    let mut text = String::new();
    let mut state = 1_u32;
    for _ in 0..200 {
        for column in 0..8 {
            // A linear congruential generator; the numbers are those of Knuth's MMIX, cut to 32 bits.
            state = state.wrapping_mul(0x4c95_7f2d).wrapping_add(0xf767_814f);
            let comma = if column == 7 { ".\n" } else { " " };
            write!(text, "Word{}{comma}", (state >> 16) % 400).expect("a string takes text");
        }
    }
    text
}

/// Indexes the text and asks about it, so many times.
#[must_use]
pub fn indices(text: &str, times: u64) -> u64 {
    (0..times).fold(0, |sum: u64, _| sum.wrapping_add(answers(text)))
}

// traced
fn answers(text: &str) -> u64 {
    let index = index(text);
    // local: index
    let words = frequent(&index);
    // local: words
    words.iter().map(|word| word.len() as u64).sum::<u64>() + index.len() as u64
}

// traced
fn index(text: &str) -> Index {
    let mut index = Index::new();
    // local: index
    for (number, line) in (1..).zip(text.lines()) {
        add(&mut index, number, line);
    }
    index
}

// traced
fn add(index: &mut Index, number: u32, line: &str) {
    for word in line.split(is_between) {
        if !word.is_empty() {
            index.entry(word.to_lowercase()).or_default().push(number);
        }
    }
}

/// Not traced: it is called for each letter.
fn is_between(letter: char) -> bool {
    !letter.is_alphanumeric()
}

/// The ten words with the most lines.
// traced
fn frequent(index: &Index) -> Vec<String> {
    let mut words: Vec<(&String, usize)> = index.iter().map(|(word, lines)| (word, lines.len())).collect();
    // local: words
    words.sort_by_key(|(word, lines)| (std::cmp::Reverse(*lines), *word));
    words.into_iter().take(10).map(|(word, _)| word.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::{frequent, index, indices, text};

    #[test]
    fn words_are_found() {
        let index = index("One two\nTWO, three");
        assert_eq!(index["two"], [1, 2]);
        assert_eq!(frequent(&index), ["two", "one", "three"]);
        assert!((100..=400).contains(&super::index(&text()).len()));
        assert!(indices(&text(), 2) > 0);
    }
}
