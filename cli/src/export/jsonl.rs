//! JSON Lines, as the program itself writes them.

use std::io::Write;

use trace_memory::event::Kind;
use trace_memory::wire::{End, json};

use super::Done;
use crate::error::Error;
use crate::input::Trace;

pub(super) fn write(trace: Trace, mut out: &mut dyn Write) -> Result<Done, Error> {
    json::write_header(trace.header(), &mut out)?;
    let mut end = End::default();
    let done = super::stream(trace, &mut |event| {
        end.events += 1;
        match event.kind {
            Kind::Alloc(_) => end.allocs += 1,
            Kind::Realloc(_) => end.reallocs += 1,
            Kind::Free(_) => end.frees += 1,
            _ => {}
        }
        Ok(json::write_event(event, &mut out)?)
    })?;
    let losses = done.end.losses;
    (end.lost, end.skipped, end.non_lifo) = (losses.lost, losses.skipped, losses.non_lifo);
    json::write_end(&end, &mut out)?;
    Ok(done)
}
