//! From one thread to another, many at once.
//!
//! What was received goes back, for a thread is quickest to free what it has allocated, and a name that many share
//! should not be counted by two processors in turn.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

/// How many go at once, and how many such batches may wait.
const BATCH: usize = 4096;
const WAITING: usize = 4;

/// Where things go in.
pub(super) struct In<T> {
    batch: Vec<T>,
    full: SyncSender<Vec<T>>,
    empty: Receiver<Vec<T>>,
}

/// Where they come out.
pub(super) struct Out<T> {
    full: Receiver<Vec<T>>,
    empty: Sender<Vec<T>>,
}

pub(super) fn pipe<T>() -> (In<T>, Out<T>) {
    let (full, to_read) = sync_channel(WAITING);
    let (read, empty) = channel();
    (In { batch: Vec::with_capacity(BATCH), full, empty }, Out { full: to_read, empty: read })
}

impl<T> In<T> {
    /// Nobody may be there to receive it any more.
    pub(super) fn send(&mut self, thing: T) {
        self.batch.push(thing);
        if self.batch.len() == BATCH {
            let mut next = self.empty.try_recv().unwrap_or_else(|_| Vec::with_capacity(BATCH));
            next.clear();
            let _ = self.full.send(std::mem::replace(&mut self.batch, next));
        }
    }
}

impl<T> Drop for In<T> {
    fn drop(&mut self) {
        let _ = self.full.send(std::mem::take(&mut self.batch));
    }
}

impl<T> Out<T> {
    /// Everything, in its order, until the other end is dropped. An error of `each` ends it.
    pub(super) fn receive<E>(self, mut each: impl FnMut(&T) -> Result<(), E>) -> Result<(), E> {
        for batch in self.full {
            batch.iter().try_for_each(&mut each)?;
            let _ = self.empty.send(batch);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{BATCH, pipe};

    #[test]
    fn everything_comes_out_in_its_order() {
        let (mut sender, receiver) = pipe();
        let sent = std::thread::spawn(move || (0..BATCH * 9 + 3).for_each(|number| sender.send(number)));
        let mut next = 0;
        let end = receiver.receive(|number| {
            let is_next = *number == next;
            next += 1;
            if is_next { Ok(()) } else { Err(*number) }
        });
        sent.join().expect("the sender");
        assert_eq!((end, next), (Ok(()), BATCH * 9 + 3));
    }

    #[test]
    fn an_error_ends_it_and_the_sender_goes_on() {
        let (mut sender, receiver) = pipe();
        let sent = std::thread::spawn(move || (0..BATCH * 9).for_each(|number| sender.send(number)));
        assert_eq!(receiver.receive(|number| if *number < 5 { Ok(()) } else { Err(*number) }), Err(5));
        sent.join().expect("the sender");
    }
}
