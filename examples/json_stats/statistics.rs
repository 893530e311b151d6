//! The statistics, and an input to take them of.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{BufWriter, Write};

use serde_json::Value;
use trace_memory::trace_memory;

/// What a JSON document holds.
#[derive(Debug, Default)]
pub(crate) struct Statistics {
    records: usize,
    values: BTreeMap<&'static str, usize>,
    deepest: usize,
    text_bytes: usize,
    longest_text: String,
}

impl fmt::Display for Statistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "records:      {}", self.records)?;
        for (kind, count) in &self.values {
            writeln!(f, "{:<13} {count}", format!("{kind}s:"))?;
        }
        writeln!(f, "deepest:      {}", self.deepest)?;
        writeln!(f, "text:         {} bytes", self.text_bytes)?;
        write!(f, "longest text: {} bytes", self.longest_text.len())
    }
}

/// Reads a file and takes its statistics.
///
/// # Errors
///
/// A sentence that names the file, if it cannot be read or is not JSON.
#[trace_memory]
pub(crate) fn of_file(path: &str) -> Result<Statistics, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let document = parse(&text).map_err(|error| format!("{path}: {error}"))?;
    Ok(of_document(&document))
}

#[trace_memory]
fn parse(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str(text)
}

#[trace_memory]
fn of_document(document: &Value) -> Statistics {
    let mut statistics = Statistics::default();
    match document {
        Value::Array(records) => {
            for record in records {
                of_record(record, &mut statistics);
            }
        }
        other => of_record(other, &mut statistics),
    }
    statistics
}

#[trace_memory]
fn of_record(record: &Value, statistics: &mut Statistics) {
    statistics.records += 1;
    let mut open = vec![(record, 1)];
    while let Some((value, depth)) = open.pop() {
        statistics.deepest = statistics.deepest.max(depth);
        *statistics.values.entry(kind(value)).or_default() += 1;
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(fields) => open.extend(fields.values().map(|field| (field, depth + 1))),
            Value::String(text) => note_text(text, statistics),
            _ => {}
        }
    }
}

fn note_text(text: &str, statistics: &mut Statistics) {
    statistics.text_bytes += text.len();
    if text.len() > statistics.longest_text.len() {
        text.clone_into(&mut statistics.longest_text);
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Writes about `megabytes` million bytes of records, the same ones every time.
///
/// # Errors
///
/// A sentence that names the file, if it cannot be written.
#[trace_memory]
pub(crate) fn make_file(megabytes: usize, path: &str) -> Result<(), String> {
    write_records(megabytes * 1_000_000, path).map_err(|error| format!("{path}: {error}"))
}

fn write_records(bytes: usize, path: &str) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut written = out.write(b"[")?;
    for id in 0_usize.. {
        let separator = if id == 0 { "" } else { ",\n" };
        let name = "ab".repeat(id % 17);
        let record = format!(
            r#"{separator}{{"id":{id},"name":"user {name}","tags":["a{}","b{}"],"position":{{"x":{}.5,"y":-{}}},"active":{},"parent":null}}"#,
            id % 7,
            id % 11,
            id % 360,
            id % 180,
            id % 2 == 0,
        );
        written += record.len();
        out.write_all(record.as_bytes())?;
        if written >= bytes {
            break;
        }
    }
    out.write_all(b"]\n")?;
    out.flush()
}
