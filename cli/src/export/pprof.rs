//! What `pprof` reads: a profile with one sample for each call path, statement, thread and size class.

use std::collections::HashMap;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use trace_memory::wire::Header;

use super::Done;
use super::paths::Function;
use super::proto::Message;
use super::sites::{Detail, Site, Sites};
use crate::error::Error;
use crate::input::Trace;

/// Names and units of a sample's values; the first four are those of a heap profile of Go, in its order.
const VALUES: [(&str, &str); 6] = [
    ("alloc_objects", "count"),
    ("alloc_space", "bytes"),
    ("inuse_objects", "count"),
    ("inuse_space", "bytes"),
    ("peak_objects", "count"),
    ("peak_space", "bytes"),
];

/// The fields of `Profile`.
mod field {
    pub(super) const SAMPLE_TYPE: u32 = 1;
    pub(super) const SAMPLE: u32 = 2;
    pub(super) const MAPPING: u32 = 3;
    pub(super) const LOCATION: u32 = 4;
    pub(super) const FUNCTION: u32 = 5;
    pub(super) const STRING_TABLE: u32 = 6;
    pub(super) const TIME_NANOS: u32 = 9;
    pub(super) const DURATION_NANOS: u32 = 10;
    pub(super) const PERIOD_TYPE: u32 = 11;
    pub(super) const PERIOD: u32 = 12;
    pub(super) const COMMENT: u32 = 13;
    pub(super) const DEFAULT_SAMPLE_TYPE: u32 = 14;
}

pub(super) fn write(trace: Trace, out: &mut dyn Write) -> Result<Done, Error> {
    let header = trace.header().clone();
    let mut sites = Sites::new(Detail::ThreadAndSize);
    let done = super::stream(trace, &mut |event| {
        sites.add(event);
        Ok(())
    })?;
    sites.finish();
    // The same trace makes the same file: no name, no time of this run.
    let mut profile = Profile::new(GzEncoder::new(out, Compression::default()));
    profile.begin(&header, sites.end_ns)?;
    if let Some(missing) = super::missing(&done.end) {
        let missing = profile.string(&missing);
        profile.number(field::COMMENT, missing)?;
    }
    for site in &sites.all {
        profile.sample(&sites, site)?;
    }
    profile.finish()?;
    Ok(done)
}

/// A profile as far as it is written. Only what later fields refer to is kept.
struct Profile<W: Write> {
    out: GzEncoder<W>,
    message: Message,
    strings: HashMap<String, u64>,
    functions: HashMap<u32, u64>,
    /// By function, and line and column.
    locations: HashMap<(u32, (u32, u32)), u64>,
}

impl<W: Write> Profile<W> {
    fn new(out: GzEncoder<W>) -> Self {
        Self {
            out,
            message: Message::new(),
            strings: HashMap::from([(String::new(), 0)]),
            functions: HashMap::new(),
            locations: HashMap::new(),
        }
    }

    fn begin(&mut self, header: &Header, end_ns: u64) -> io::Result<()> {
        for (name, unit) in VALUES {
            self.value_type(field::SAMPLE_TYPE, (name, unit))?;
        }
        self.value_type(field::PERIOD_TYPE, ("space", "bytes"))?;
        // A mapping that has everything: no reader looks for a binary to find names in.
        let program = self.string(&header.program);
        self.write(field::MAPPING, |mapping| {
            mapping.number(1, 1);
            mapping.number(5, program);
            for has in 7..=9 {
                mapping.flag(has, true);
            }
        })?;
        self.number(field::TIME_NANOS, header.started_ms.saturating_mul(1_000_000))?;
        self.number(field::DURATION_NANOS, end_ns)?;
        self.number(field::PERIOD, 1)?;
        let default = self.string("alloc_space");
        self.number(field::DEFAULT_SAMPLE_TYPE, default)
    }

    fn value_type(&mut self, field: u32, (name, unit): (&str, &str)) -> io::Result<()> {
        let (name, unit) = (self.string(name), self.string(unit));
        self.write(field, |value| {
            value.number(1, name);
            value.number(2, unit);
        })
    }

    fn sample(&mut self, sites: &Sites, site: &Site) -> io::Result<()> {
        let mut at = site.key.at;
        let mut locations = Vec::new();
        for number in sites.paths.functions(site.key.path) {
            // Of a caller the line of the call is not known, which is a zero.
            locations.push(self.location(
                number,
                sites.paths.function(number),
                at.take().unwrap_or((0, 0)),
            )?);
        }
        let amounts = [site.allocated, site.live, site.at_peak];
        let owner = site.owned_by().map(|owner| (self.string("owner"), self.string(&owner)));
        let [thread, bytes] = ["thread", "bytes"].map(|key| self.string(key));
        self.write(field::SAMPLE, |sample| {
            sample.packed(1, locations);
            sample.packed(2, amounts.into_iter().flat_map(|amount| [amount.blocks, amount.bytes]));
            if let Some((key, value)) = owner {
                sample.message(3, |label| {
                    label.number(1, key);
                    label.number(2, value);
                });
            }
            for (key, value, unit) in
                [(thread, u64::from(site.key.thread), None), (bytes, site.key.size_class, Some(bytes))]
            {
                sample.message(3, |label| {
                    label.number(1, key);
                    label.number(3, value);
                    if let Some(unit) = unit {
                        label.number(4, unit);
                    }
                });
            }
        })
    }

    fn location(&mut self, number: u32, function: &Function, at: (u32, u32)) -> io::Result<u64> {
        if let Some(&known) = self.locations.get(&(number, at)) {
            return Ok(known);
        }
        let id = self.locations.len() as u64 + 1;
        self.locations.insert((number, at), id);
        let function = self.function(number, function)?;
        self.write(field::LOCATION, |location| {
            location.number(1, id);
            location.number(2, 1);
            location.message(4, |line| {
                line.number(1, function);
                line.number(2, u64::from(at.0));
                line.number(3, u64::from(at.1));
            });
        })?;
        Ok(id)
    }

    fn function(&mut self, number: u32, function: &Function) -> io::Result<u64> {
        if let Some(&known) = self.functions.get(&number) {
            return Ok(known);
        }
        let id = self.functions.len() as u64 + 1;
        self.functions.insert(number, id);
        let (name, file) = (self.string(&function.name), self.string(&function.file));
        self.write(field::FUNCTION, |message| {
            message.number(1, id);
            message.number(2, name);
            message.number(3, name);
            message.number(4, file);
            message.number(5, u64::from(function.line));
        })?;
        Ok(id)
    }

    fn string(&mut self, text: &str) -> u64 {
        if let Some(&known) = self.strings.get(text) {
            return known;
        }
        let number = self.strings.len() as u64;
        self.strings.insert(text.to_owned(), number);
        number
    }

    fn write(&mut self, field: u32, write: impl FnOnce(&mut Message)) -> io::Result<()> {
        self.message.clear();
        self.message.message(field, write);
        self.out.write_all(self.message.as_bytes())
    }

    fn number(&mut self, field: u32, value: u64) -> io::Result<()> {
        self.message.clear();
        self.message.number(field, value);
        self.out.write_all(self.message.as_bytes())
    }

    /// The texts come last: they are a field of the profile, and fields may come in any order.
    fn finish(mut self) -> io::Result<()> {
        let mut strings: Vec<_> = std::mem::take(&mut self.strings).into_iter().collect();
        strings.sort_unstable_by_key(|&(_, number)| number);
        for (text, _) in strings {
            self.message.clear();
            self.message.text(field::STRING_TABLE, &text);
            self.out.write_all(self.message.as_bytes())?;
        }
        self.out.finish()?.flush()
    }
}
