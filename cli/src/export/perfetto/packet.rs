//! Packets of a Perfetto trace, and the texts and call stacks that they refer to by number.

use std::collections::HashMap;
use std::hash::Hash;
use std::io::{self, Write};

use crate::export::paths::{Path, Paths};
use crate::export::proto::Message;

/// All packets are of one sequence, so numbers mean the same in all of them.
const SEQUENCE: u64 = 1;
/// The state of the sequence begins with this packet.
const CLEARED: u64 = 1;
/// The packet refers to what packets before it have said.
const NEEDS_STATE: u64 = 2;
/// The one mapping: the program.
const MAPPING: u64 = 1;

/// What an event is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Type {
    Begin = 1,
    End = 2,
    Instant = 3,
    Counter = 4,
    State = 5,
}

/// The value of an annotation.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Number(u64),
    Address(usize),
    Text(&'a str),
    Flag(bool),
}

/// Where a block's arrow goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Flow {
    /// From here on.
    On(u64),
    /// It ends here.
    Ends(u64),
}

/// An event before it is written.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) kind: Type,
    pub(super) track: u64,
    pub(super) category: Option<&'static str>,
    pub(super) name: Option<&'a str>,
    pub(super) annotations: Vec<(&'static str, Value<'a>)>,
    /// File, function and line.
    pub(super) source: Option<(&'a str, &'a str, u32)>,
    /// A number that [`Packets::stack`] gave, and bytes.
    pub(super) stack: Option<(u64, u64)>,
    pub(super) flow: Option<Flow>,
    pub(super) counter: Option<u64>,
}

impl<'a> Row<'a> {
    pub(super) fn new(kind: Type, track: u64) -> Self {
        Self {
            kind,
            track,
            category: None,
            name: None,
            annotations: Vec::new(),
            source: None,
            stack: None,
            flow: None,
            counter: None,
        }
    }

    pub(super) fn named(kind: Type, track: u64, category: &'static str, name: &'a str) -> Self {
        Self { category: Some(category), name: Some(name), ..Self::new(kind, track) }
    }
}

/// Numbers for what is said more than once, from 1.
#[derive(Debug)]
struct Numbers<K>(HashMap<K, u64>);

impl<K: Hash + Eq> Numbers<K> {
    fn new() -> Self {
        Self(HashMap::new())
    }

    /// The number of a key, and whether it is new.
    fn of(&mut self, key: K) -> (u64, bool) {
        let next = self.0.len() as u64 + 1;
        let number = *self.0.entry(key).or_insert(next);
        (number, number == next)
    }
}

/// Writes packets, and says each text once.
pub(super) struct Packets<'a> {
    out: &'a mut dyn Write,
    packet: Message,
    /// What the next packet has to say first.
    news: Message,
    flags: u64,
    categories: Numbers<&'static str>,
    names: Numbers<String>,
    annotations: Numbers<&'static str>,
    sources: Numbers<(String, String, u32)>,
    functions: Numbers<String>,
    files: Numbers<String>,
    frames: Numbers<(u64, u64, u32)>,
    stacks: Numbers<(Path, Option<(u32, u32)>)>,
}

/// The fields of `InternedData`.
mod interned {
    pub(super) const CATEGORIES: u32 = 1;
    pub(super) const EVENT_NAMES: u32 = 2;
    pub(super) const ANNOTATION_NAMES: u32 = 3;
    pub(super) const SOURCE_LOCATIONS: u32 = 4;
    pub(super) const FUNCTION_NAMES: u32 = 5;
    pub(super) const FRAMES: u32 = 6;
    pub(super) const CALLSTACKS: u32 = 7;
    pub(super) const MAPPING_PATHS: u32 = 17;
    pub(super) const SOURCE_PATHS: u32 = 18;
    pub(super) const MAPPINGS: u32 = 19;
}

impl<'a> Packets<'a> {
    pub(super) fn new(program: &str, out: &'a mut dyn Write) -> Self {
        let mut packets = Self {
            out,
            packet: Message::new(),
            news: Message::new(),
            flags: CLEARED | NEEDS_STATE,
            categories: Numbers::new(),
            names: Numbers::new(),
            annotations: Numbers::new(),
            sources: Numbers::new(),
            functions: Numbers::new(),
            files: Numbers::new(),
            frames: Numbers::new(),
            stacks: Numbers::new(),
        };
        packets.say(interned::MAPPING_PATHS, MAPPING, program);
        packets.news.message(interned::MAPPINGS, |mapping| {
            mapping.number(1, MAPPING);
            mapping.number(7, MAPPING);
        });
        packets
    }

    /// Describes a track; `describe` writes the fields of its `TrackDescriptor`.
    pub(super) fn track(&mut self, describe: impl FnOnce(&mut Message)) -> io::Result<()> {
        self.packet.clear();
        self.packet.message(1, |packet| {
            packet.number(10, SEQUENCE);
            packet.message(60, describe);
        });
        self.out.write_all(self.packet.as_bytes())
    }

    /// The number of a call stack: the functions of the path, the statement as a last one.
    pub(super) fn stack(&mut self, paths: &Paths, path: Path, at: Option<(u32, u32)>) -> u64 {
        let (number, new) = self.stacks.of((path, at));
        if new {
            let functions: Vec<_> = paths.functions(path).map(|number| paths.function(number)).collect();
            let mut frames: Vec<_> = functions
                .iter()
                .rev()
                .map(|function| self.frame(&function.name, &function.file, function.line))
                .collect();
            if let Some(((line, column), function)) = at.zip(functions.first()) {
                let statement = format!("{}:{line}:{column}", function.file);
                frames.push(self.frame(&statement, &function.file, line));
            }
            self.news.message(interned::CALLSTACKS, |stack| {
                stack.number(1, number);
                for frame in frames {
                    stack.number(2, frame);
                }
            });
        }
        number
    }

    fn frame(&mut self, name: &str, file: &str, line: u32) -> u64 {
        let (name, file) = (self.function(name), self.file(file));
        let (number, new) = self.frames.of((name, file, line));
        if new {
            self.news.message(interned::FRAMES, |frame| {
                frame.number(1, number);
                frame.number(2, name);
                frame.number(3, MAPPING);
                frame.number(5, file);
                frame.number(6, u64::from(line));
            });
        }
        number
    }

    fn function(&mut self, name: &str) -> u64 {
        let (number, new) = self.functions.of(name.to_owned());
        if new {
            self.say(interned::FUNCTION_NAMES, number, name);
        }
        number
    }

    fn file(&mut self, path: &str) -> u64 {
        let (number, new) = self.files.of(path.to_owned());
        if new {
            self.say(interned::SOURCE_PATHS, number, path);
        }
        number
    }

    fn source(&mut self, (file, function, line): (&str, &str, u32)) -> u64 {
        let (number, new) = self.sources.of((file.to_owned(), function.to_owned(), line));
        if new {
            self.news.message(interned::SOURCE_LOCATIONS, |source| {
                source.number(1, number);
                source.text(2, file);
                source.text(3, function);
                source.number(4, u64::from(line));
            });
        }
        number
    }

    /// The text of a number, for the next packet.
    fn say(&mut self, field: u32, number: u64, text: &str) {
        self.news.message(field, |interned| {
            interned.number(1, number);
            interned.text(2, text);
        });
    }

    /// Writes an event.
    pub(super) fn row(&mut self, now_ns: u64, row: &Row<'_>) -> io::Result<()> {
        let category = row.category.map(|category| {
            let (number, new) = self.categories.of(category);
            if new {
                self.say(interned::CATEGORIES, number, category);
            }
            number
        });
        let name = row.name.map(|name| {
            let (number, new) = self.names.of(name.to_owned());
            if new {
                self.say(interned::EVENT_NAMES, number, name);
            }
            number
        });
        let mut annotations = Vec::with_capacity(row.annotations.len());
        for (name, value) in &row.annotations {
            let (number, new) = self.annotations.of(name);
            if new {
                self.say(interned::ANNOTATION_NAMES, number, name);
            }
            annotations.push((number, value));
        }
        let source = row.source.map(|source| self.source(source));
        let Self { packet, news, flags, .. } = self;
        packet.clear();
        packet.message(1, |packet| {
            packet.number(8, now_ns);
            packet.number(10, SEQUENCE);
            if !news.is_empty() {
                packet.raw(12, news.as_bytes());
            }
            packet.number(13, *flags);
            packet.message(11, |event| {
                row.write(event, (category, name, source));
                for (name, value) in annotations {
                    annotate(event, name, value);
                }
            });
        });
        news.clear();
        *flags = NEEDS_STATE;
        self.out.write_all(packet.as_bytes())
    }
}

impl Row<'_> {
    fn write(&self, event: &mut Message, (category, name, source): (Option<u64>, Option<u64>, Option<u64>)) {
        event.number(9, self.kind as u64);
        event.number(11, self.track);
        for (field, value) in [(3, category), (10, name), (34, source), (30, self.counter)] {
            if let Some(value) = value {
                event.number(field, value);
            }
        }
        match self.flow {
            Some(Flow::On(id)) => event.fixed64(47, id),
            Some(Flow::Ends(id)) => event.fixed64(48, id),
            None => {}
        }
        if let Some((stack, bytes)) = self.stack {
            event.number(56, stack);
            #[expect(clippy::cast_precision_loss, reason = "exact up to 2⁵³ bytes")]
            event.double(57, bytes as f64);
        }
    }
}

fn annotate(event: &mut Message, name: u64, value: &Value<'_>) {
    event.message(4, |annotation| {
        annotation.number(1, name);
        match *value {
            Value::Number(value) => annotation.number(3, value),
            Value::Address(value) => annotation.number(7, value as u64),
            Value::Text(value) => annotation.text(6, value),
            Value::Flag(value) => annotation.flag(2, value),
        }
    });
}
