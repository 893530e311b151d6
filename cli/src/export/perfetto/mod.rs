//! Perfetto's own format: a timeline of frames, locals and heap events, with call stacks.
//!
//! Tracks: for the program the live bytes and blocks; for each thread its frames, below it the depth of its stack, its
//! locals, its allocations and its frees; for the first blocks one each, with who owns it. Allocations are weighted
//! with the bytes asked for and frees with those given back, so that the flame graph of a selection adds them up.

mod blocks;
mod packet;

use std::io::{self, Write};

use trace_memory::event::{Bind, Drop, DropOf, Event, Heap, Kind, Move};
use trace_memory::wire::{Header, json};

use self::blocks::Blocks;
use self::packet::{Flow, Packets, Row, Type, Value};
use super::Done;
use super::timeline::{Clock, Live, Names, Step, Threads};
use crate::error::Error;
use crate::input::Trace;
use crate::output::warn;

/// What a track of the program or of a thread shows; tracks of a thread follow each other in this order.
#[derive(Clone, Copy, Debug)]
enum Shows {
    Frames,
    Stack,
    Locals,
    Allocations,
    Frees,
}

const PROCESS: u64 = 1;
const LIVE_BYTES: u64 = 2;
const LIVE_BLOCKS: u64 = 3;
const BLOCKS: u64 = 4;
/// The fields of `TrackDescriptor`, and values of them.
mod track {
    pub(super) const UUID: u32 = 1;
    pub(super) const NAME: u32 = 2;
    pub(super) const PROCESS: u32 = 3;
    pub(super) const THREAD: u32 = 4;
    pub(super) const PARENT: u32 = 5;
    pub(super) const COUNTER: u32 = 8;
    pub(super) const CHILD_ORDERING: u32 = 11;
    pub(super) const RANK: u32 = 12;
    pub(super) const DESCRIPTION: u32 = 14;
    pub(super) const STATE: u32 = 18;
    pub(super) const EXPLICIT: u64 = 3;
    pub(super) const UNIT_COUNT: u64 = 2;
    pub(super) const UNIT_BYTES: u64 = 3;
}

/// Threads have 2³² numbers, each eight tracks.
fn thread_track(thread: u32, shows: Shows) -> u64 {
    1 << 40 | u64::from(thread) << 3 | shows as u64
}

pub(super) fn write(trace: Trace, block_tracks: u64, out: &mut dyn Write) -> Result<Done, Error> {
    let header = trace.header().clone();
    let mut timeline = Timeline {
        packets: Packets::new(&header.program, out),
        pid: header.pid,
        clock: Clock::default(),
        threads: Threads::new(),
        names: Names::default(),
        live: Live::default(),
        blocks: Blocks::new(block_tracks),
    };
    timeline.begin(&header)?;
    let done = super::stream(trace, &mut |event| Ok(timeline.event(event)?))?;
    let left_out = timeline.blocks.left_out();
    if left_out > 0 {
        warn(&format!(
            "{left_out} blocks have no track of their own; `--block-tracks COUNT` sets how many have one"
        ));
    }
    if let Some(missing) = super::missing(&done.end) {
        let row = Row::named(Type::Instant, PROCESS, "trace", &missing);
        timeline.packets.row(timeline.clock.now_ns, &row)?;
    }
    Ok(done)
}

struct Timeline<'a> {
    packets: Packets<'a>,
    pid: u32,
    clock: Clock,
    threads: Threads,
    names: Names,
    live: Live,
    blocks: Blocks,
}

impl Timeline<'_> {
    fn begin(&mut self, header: &Header) -> io::Result<()> {
        let pid = u64::from(self.pid);
        self.packets.track(|descriptor| {
            descriptor.number(track::UUID, PROCESS);
            descriptor.message(track::PROCESS, |process| {
                process.number(1, pid);
                process.text(6, &header.program);
            });
            descriptor.number(track::CHILD_ORDERING, track::EXPLICIT);
        })?;
        let counters =
            [(LIVE_BYTES, "live heap", track::UNIT_BYTES), (LIVE_BLOCKS, "live blocks", track::UNIT_COUNT)];
        for (uuid, name, unit) in counters {
            self.packets.track(|descriptor| {
                descriptor.number(track::UUID, uuid);
                descriptor.number(track::PARENT, PROCESS);
                descriptor.text(track::NAME, name);
                descriptor.message(track::COUNTER, |counter| counter.number(3, unit));
                descriptor.number(track::RANK, uuid);
            })?;
        }
        self.blocks.begin(&mut self.packets)
    }

    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.clock.advance(event.at_ns);
        if let Some(name) = self.names.news(event) {
            self.thread(event.thread, &name)?;
        }
        let steps = self.threads.follow(event);
        for step in &steps {
            self.step(event.thread, step)?;
        }
        if !steps.is_empty() {
            self.counter(thread_track(event.thread, Shows::Stack), self.threads.depth_bytes(event.thread))?;
        }
        self.heap(event)?;
        self.local(event)?;
        if self.live.follow(event) {
            self.counter(LIVE_BYTES, Some(self.live.bytes))?;
            self.counter(LIVE_BLOCKS, Some(self.live.blocks))?;
        }
        self.blocks.follow(event, &self.threads.paths, self.clock, &mut self.packets)
    }

    /// Describes the tracks of a thread. Said again with another name, the name changes.
    fn thread(&mut self, thread: u32, name: &str) -> io::Result<()> {
        let frames = thread_track(thread, Shows::Frames);
        let pid = u64::from(self.pid);
        self.packets.track(|descriptor| {
            descriptor.number(track::UUID, frames);
            descriptor.number(track::PARENT, PROCESS);
            descriptor.message(track::THREAD, |message| {
                message.number(1, pid);
                message.number(2, u64::from(thread));
                message.text(5, name);
            });
            descriptor.number(track::CHILD_ORDERING, track::EXPLICIT);
        })?;
        let below = [
            (Shows::Stack, "stack depth"),
            (Shows::Locals, "locals"),
            (Shows::Allocations, "allocations"),
            (Shows::Frees, "frees"),
        ];
        for (shows, name) in below {
            self.packets.track(|descriptor| {
                descriptor.number(track::UUID, thread_track(thread, shows));
                descriptor.number(track::PARENT, frames);
                descriptor.text(track::NAME, name);
                descriptor.number(track::RANK, shows as u64);
                if matches!(shows, Shows::Stack) {
                    descriptor.message(track::COUNTER, |counter| counter.number(3, track::UNIT_BYTES));
                }
            })?;
        }
        Ok(())
    }

    fn counter(&mut self, track: u64, value: Option<u64>) -> io::Result<()> {
        let Some(value) = value else { return Ok(()) };
        self.put(&Row { counter: Some(value), ..Row::new(Type::Counter, track) })
    }

    fn put(&mut self, row: &Row<'_>) -> io::Result<()> {
        self.packets.row(self.clock.now_ns, row)
    }

    fn step(&mut self, thread: u32, step: &Step) -> io::Result<()> {
        let track = thread_track(thread, Shows::Frames);
        match step {
            Step::Begin { frame, function } => {
                let mut row = Row::named(Type::Begin, track, "frame", &function.name);
                row.source = Some((&function.file, &function.name, function.line));
                row.annotations = vec![("frame", Value::Number(*frame))];
                self.put(&row)
            }
            Step::End { how, .. } => {
                let annotations = vec![("how", Value::Text(how))];
                self.put(&Row { annotations, ..Row::new(Type::End, track) })
            }
        }
    }

    fn heap(&mut self, event: &Event) -> io::Result<()> {
        let thread = event.thread;
        let (shows, name, heap, bytes, extra) = match &event.kind {
            Kind::Alloc(heap) => (Shows::Allocations, "alloc", heap, heap.bytes, None),
            Kind::Free(free) => {
                let lived = free.lived_ns.map(|lived| ("lived_ns", lived));
                (Shows::Frees, "free", &free.heap, free.heap.bytes, lived)
            }
            Kind::Realloc(realloc) => {
                let (old, new) = (realloc.old_bytes, realloc.heap.bytes);
                let old_bytes = Some(("old_bytes", old as u64));
                if new < old {
                    (Shows::Frees, "shrink", &realloc.heap, old - new, old_bytes)
                } else {
                    (Shows::Allocations, "grow", &realloc.heap, new - old, old_bytes)
                }
            }
            Kind::Violation(row) => return self.violation(thread, row),
            _ => return Ok(()),
        };
        let paths = &self.threads.paths;
        let at = heap.at.map(|at| (at.line, at.column));
        let stack = self.packets.stack(paths, paths.of(event.frame), at);
        let mut row = Row::named(Type::Instant, thread_track(thread, shows), "heap", name);
        row.stack = Some((stack, bytes as u64));
        row.flow = Some(if name == "free" { Flow::Ends(heap.block) } else { Flow::On(heap.block) });
        row.annotations = annotations(heap);
        row.annotations.extend(extra.map(|(name, value)| (name, Value::Number(value))));
        self.put(&row)
    }

    fn violation(&mut self, thread: u32, row: &trace_memory::event::Violation) -> io::Result<()> {
        let track = thread_track(thread, Shows::Frames);
        let annotations =
            vec![("function", Value::Text(&row.function)), ("bytes", Value::Number(row.bytes as u64))];
        let named = Row::named(Type::Instant, track, "violation", "stack_only broken");
        self.put(&Row { annotations, ..named })
    }

    fn local(&mut self, event: &Event) -> io::Result<()> {
        let (name, annotations) = match &event.kind {
            Kind::Bind(row) => (format!("bind {}", row.local.name), bound(row)),
            Kind::Move(row) => (format!("move {}", row.local.name), moved(row)),
            Kind::Drop(row) => (format!("drop {}", row.local.name), dropped(row)),
            _ => return Ok(()),
        };
        let track = thread_track(event.thread, Shows::Locals);
        let row = Row { annotations, ..Row::named(Type::Instant, track, "local", &name) };
        self.put(&row)
    }
}

fn annotations(heap: &Heap) -> Vec<(&'static str, Value<'static>)> {
    vec![
        ("block", Value::Number(heap.block)),
        ("bytes", Value::Number(heap.bytes as u64)),
        ("align", Value::Number(heap.align as u64)),
        ("addr", Value::Address(heap.addr)),
    ]
}

fn bound(row: &Bind) -> Vec<(&'static str, Value<'_>)> {
    let mut annotations = vec![
        ("slot", Value::Number(u64::from(row.local.slot))),
        ("type", Value::Text(&row.type_name)),
        ("bytes", Value::Number(row.bytes as u64)),
        ("addr", Value::Address(row.addr)),
        ("line", Value::Number(u64::from(row.line))),
    ];
    annotations.extend(row.value.as_deref().map(|value| ("value", Value::Text(value))));
    annotations
}

fn moved(row: &Move) -> Vec<(&'static str, Value<'_>)> {
    vec![
        ("slot", Value::Number(u64::from(row.local.slot))),
        ("into", Value::Text(json::into(row.into))),
        ("line", Value::Number(u64::from(row.line))),
        ("partial", Value::Flag(row.partial)),
        ("certain", Value::Flag(row.certain)),
    ]
}

fn dropped(row: &Drop) -> Vec<(&'static str, Value<'_>)> {
    let of = match row.of {
        DropOf::Local => "local",
        DropOf::Temporary => "temporary",
        DropOf::Place => "place",
    };
    let mut annotations = vec![
        ("slot", Value::Number(u64::from(row.local.slot))),
        ("of", Value::Text(of)),
        ("reason", Value::Text(json::reason(row.reason))),
        ("partial", Value::Flag(row.partial)),
        ("certain", Value::Flag(row.doubt.is_none())),
    ];
    annotations.extend(row.doubt.map(|doubt| ("why", Value::Text(json::doubt(doubt)))));
    annotations
}
