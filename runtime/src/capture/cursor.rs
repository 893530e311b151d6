//! How far the words of a lane were read: of this process, or of a file.

use crate::record::Record;

use super::decode::{Decoder, Described, Place};

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    place: Place,
    words: Vec<u64>,
    /// How many of them are done.
    done: usize,
    /// Words of the next record, once it was found.
    length: usize,
}

impl Cursor {
    /// Goes on in other words, of the same lane.
    pub(crate) fn refill(&mut self, words: Vec<u64>) {
        (self.words, self.done, self.length) = (words, 0, 0);
    }

    /// How many words are done.
    pub(crate) fn done(&self) -> usize {
        self.done
    }

    /// The key and the time of the next record. `Ok(None)` if there is none in these words; an error if what is there
    /// makes no sense.
    pub(crate) fn head(&mut self, decoder: &mut Decoder) -> Result<Option<(u64, u64)>, ()> {
        if self.length == 0 {
            let rest = self.words.get(self.done..).unwrap_or_default();
            let Some((before, length)) = decoder.follow(&mut self.place, rest)? else { return Ok(None) };
            (self.done, self.length) = (self.done + before, length);
        }
        Ok(Some((self.place.key, self.place.at_ns)))
    }

    /// The record that [`head`](Self::head) found, if it is one and not only says what the next ones are of. It is done
    /// then, even if it makes no sense.
    pub(crate) fn take(
        &mut self,
        decoder: &mut Decoder,
        described: &dyn Described,
    ) -> Result<Option<Record>, ()> {
        let start = self.done;
        self.done += std::mem::take(&mut self.length);
        let words = self.words.get(start..self.done).unwrap_or_default();
        decoder.record(&self.place, words, described)
    }
}
