//! Numbers for functions, which a trace names again and again.

use std::sync::Arc;

use foldhash::HashMap;
use trace_memory::event::Enter;

/// The numbers of functions. Two are one if path, file and line are.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// By the places of the texts: a reader keeps each text once, so that most look-ups need not read it.
    by_place: HashMap<(usize, usize, u32), u32>,
    by_text: HashMap<(Arc<str>, Arc<str>, u32), u32>,
    /// The texts, kept so that their places are of no others.
    kept: Vec<(Arc<str>, Arc<str>)>,
}

impl Numbers {
    /// The number of a function; `add` makes one for a function that has none.
    pub(super) fn of(&mut self, enter: &Enter, add: impl FnOnce() -> u32) -> u32 {
        let place = (address(&enter.function), address(&enter.file), enter.line);
        if let Some(&number) = self.by_place.get(&place) {
            return number;
        }
        let text = (enter.function.clone(), enter.file.clone(), enter.line);
        let number = *self.by_text.entry(text).or_insert_with(add);
        self.kept.push((enter.function.clone(), enter.file.clone()));
        self.by_place.insert(place, number);
        number
    }
}

/// Where a text is kept.
pub(super) fn address(text: &Arc<str>) -> usize {
    Arc::as_ptr(text).cast::<u8>().addr()
}
