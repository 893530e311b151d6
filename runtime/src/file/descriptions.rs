//! What the records of a file point to: functions and types.

use crate::capture::decode::{Described, UNKNOWN, UNKNOWN_TYPE};
use crate::capture::describe;
use crate::capture::payload;
use crate::capture::word::{Kind, SITE, size};
use crate::site::{Function, Type};

/// Longest text of a description, in bytes.
const LONGEST_TEXT: u64 = 1 << 26;

/// Functions and types, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Descriptions {
    functions: Numbered<(&'static Function, &'static str)>,
    types: Numbered<&'static Type>,
    /// A description whose texts are not all there yet.
    open: Option<Open>,
}

/// What the small numbers of records stand for.
#[derive(Debug)]
struct Numbered<T>(Vec<Option<T>>);

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> Numbered<T> {
    fn get(&self, number: u64) -> Option<T> {
        *self.0.get(size(number))?
    }

    /// What no record can name is left out.
    fn insert(&mut self, number: u64, what: T) {
        let index = size(number);
        if number >> SITE == 0 {
            self.0.resize(self.0.len().max(index + 1), None);
            self.0[index] = Some(what);
        }
    }
}

#[derive(Debug)]
struct Open {
    kind: Kind,
    numbers: [u64; 5],
    lengths: Vec<usize>,
    text: Vec<u8>,
}

impl Described for Descriptions {
    fn function(&self, number: u64) -> Option<(&'static Function, &'static str)> {
        Some(self.functions.get(number).unwrap_or((&UNKNOWN, "")))
    }

    fn ty(&self, number: u64) -> Option<&'static Type> {
        Some(self.types.get(number).unwrap_or(&UNKNOWN_TYPE))
    }
}

impl Descriptions {
    /// Reads the records of a segment; what makes no sense is left out.
    pub(super) fn read(&mut self, words: &[u64]) {
        let mut rest = words;
        while let Some(kind) = rest.first().and_then(|word| Kind::of(*word)) {
            let record = payload::length(kind, rest).and_then(|length| rest.split_at_checked(length));
            let Some((record, after)) = record else { return };
            self.add(kind, record.get(1..).unwrap_or_default());
            rest = after;
        }
    }

    fn add(&mut self, kind: Kind, payload: &[u64]) {
        if kind == Kind::Text {
            let Some((open, (bytes, text))) = self.open.as_mut().zip(payload.split_first()) else { return };
            let text = text.iter().flat_map(|word| word.to_ne_bytes());
            open.text.extend(text.take(usize::try_from(*bytes).unwrap_or(0)));
        } else {
            self.open = payload.split_first_chunk().map(|(numbers, lengths)| {
                let length = |bytes: &u64| usize::try_from(*bytes.min(&LONGEST_TEXT)).unwrap_or(0);
                Open {
                    kind,
                    numbers: *numbers,
                    lengths: lengths.iter().map(length).collect(),
                    text: Vec::new(),
                }
            });
        }
        let complete = |open: &mut Open| open.text.len() >= open.lengths.iter().sum();
        if let Some(open) = self.open.take_if(complete) {
            self.finish(&open);
        }
    }

    fn finish(&mut self, open: &Open) {
        let mut rest = &open.text[..];
        // They are needed as long as the program that reads them runs, and there are few.
        let mut texts = open.lengths.iter().map(|bytes| -> &'static str {
            let (text, after) = rest.split_at_checked(*bytes).unwrap_or((rest, &[]));
            rest = after;
            Box::leak(String::from_utf8_lossy(text).into_owned().into_boxed_str())
        });
        let mut text = || texts.next().unwrap_or_default();
        let size = |word: u64| usize::try_from(word).unwrap_or(usize::MAX);
        let [number, first, second, third, fourth] = open.numbers;
        match open.kind {
            Kind::Function => {
                let (path, name, within, file, places) = (text(), text(), text(), text(), text());
                let kind = describe::kind(second);
                let closures = u8::try_from(third).unwrap_or(0);
                let line = u32::try_from(fourth).unwrap_or(0);
                let name = (first != 0).then_some(name);
                let function = Function { name, kind, within, closures, file, line, places };
                self.functions.insert(number, (Box::leak(Box::new(function)), path));
            }
            Kind::Type => {
                let ty = Type::known(text(), size(first), second != 0, (third != 0).then_some(size(fourth)));
                self.types.insert(number, Box::leak(Box::new(ty)));
            }
            _ => {}
        }
    }
}
