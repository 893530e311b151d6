//! What DHAT's viewer reads, version 2: one program point for each call path and statement.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use super::Done;
use super::json::quoted;
use super::paths::Function;
use super::sites::{Detail, Site, Sites};
use crate::error::Error;
use crate::input::{End, Trace};

pub(super) fn write(trace: Trace, out: &mut dyn Write) -> Result<Done, Error> {
    let header = trace.header().clone();
    let mut sites = Sites::new(Detail::Statement);
    let done = super::stream(trace, &mut |event| {
        sites.add(event);
        Ok(())
    })?;
    sites.finish();
    write!(
        out,
        r#"{{"dhatFileVersion":2,"mode":{},"verb":"Allocated","bklt":true,"bkacc":false,"tu":"µs","Mtu":"s","tuth":10,"cmd":{},"pid":{},"tg":{},"te":{},"pps":["#,
        quoted(&mode(&done.end)),
        quoted(&header.program),
        header.pid,
        sites.peak_at_ns / 1000,
        sites.end_ns / 1000,
    )?;
    let mut frames = Frames::new();
    for (index, site) in sites.all.iter().enumerate() {
        let numbers = frames.of(&sites, site);
        write_point(site, &numbers, index, out)?;
    }
    write!(out, "],\n\"ftbl\":[")?;
    for (index, text) in frames.texts.iter().enumerate() {
        write!(out, "{}\n{}", if index == 0 { "" } else { "," }, quoted(text))?;
    }
    writeln!(out, "]}}")?;
    Ok(done)
}

/// The viewer shows it on top. What is missing is said there.
fn mode(end: &End) -> String {
    let missing = super::missing(end);
    missing.map_or_else(|| "trace-memory".to_owned(), |missing| format!("trace-memory ({missing})"))
}

fn write_point(site: &Site, frames: &[usize], index: usize, out: &mut dyn Write) -> io::Result<()> {
    let comma = if index == 0 { "" } else { "," };
    let frames: Vec<_> = frames.iter().map(usize::to_string).collect();
    write!(
        out,
        "{comma}\n{{\"tb\":{},\"tbk\":{},\"tl\":{},\"mb\":{},\"mbk\":{},\"gb\":{},\"gbk\":{},\"eb\":{},\"ebk\":{},\"fs\":[{}]}}",
        site.allocated.bytes,
        site.allocated.blocks,
        site.lived_ns / 1000,
        site.most.bytes,
        site.most.blocks,
        site.at_peak.bytes,
        site.at_peak.blocks,
        site.live.bytes,
        site.live.blocks,
        frames.join(","),
    )
}

/// The table of frames, each text once.
struct Frames {
    texts: Vec<String>,
    numbers: HashMap<String, usize>,
    /// The viewer stops where two points have the same frames.
    used: HashSet<Vec<usize>>,
}

impl Frames {
    fn new() -> Self {
        Self { texts: vec!["[root]".to_owned()], numbers: HashMap::new(), used: HashSet::new() }
    }

    /// The frames of an entry, innermost first; the owner stands before them.
    fn of(&mut self, sites: &Sites, site: &Site) -> Vec<usize> {
        let mut numbers = Vec::new();
        numbers.extend(site.owned_by().map(|owner| self.number(format!("0x0: let {owner}"))));
        let mut at = site.key.at;
        for number in sites.paths.functions(site.key.path) {
            numbers.push(self.number(text(sites.paths.function(number), at.take())));
        }
        let first = numbers.first().copied().unwrap_or(0);
        for again in 2.. {
            if self.used.insert(numbers.clone()) {
                break;
            }
            numbers[0] = self.number(format!("{} #{again}", self.texts[first]));
        }
        numbers
    }

    fn number(&mut self, text: String) -> usize {
        let next = self.texts.len();
        *self.numbers.entry(text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            next
        })
    }
}

/// A frame in the form from which other viewers take file and line. Of a caller the statement is not known: the line is
/// that of its name.
fn text(function: &Function, at: Option<(u32, u32)>) -> String {
    let Function { name, file, line } = function;
    match at {
        Some((line, column)) => format!("0x0: {name} ({file}:{line}:{column})"),
        None if *line == 0 => format!("0x0: {name}"),
        None => format!("0x0: {name} ({file}:{line})"),
    }
}
