//! A table in a file: rows go in one by one, and out in groups.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use tempfile::NamedTempFile;

use crate::error::Error;
use crate::export::output::{name, unnamed};

/// Rows that are kept before they are written.
const GROUP: usize = 1 << 16;
/// Texts that are kept to be shared between rows.
const TEXTS: usize = 1 << 16;

/// A value of a row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Flag(bool),
}

impl<'a> Cell<'a> {
    pub(super) fn text(text: Option<&'a (impl AsRef<str> + ?Sized)>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.as_ref()))
    }

    pub(super) fn maybe<T: TryInto<i64>>(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::int)
    }

    /// A number; what is too large for the column is unknown rather than wrong.
    pub(super) fn int(value: impl TryInto<i64>) -> Self {
        value.try_into().map_or(Self::Null, Self::Int)
    }
}

/// The values of a column, without the empty ones, and for each row whether it has one.
#[derive(Debug)]
enum Values {
    Int(Vec<i64>),
    Text(Vec<ByteArray>),
    Flag(Vec<bool>),
}

#[derive(Debug)]
struct Column {
    values: Values,
    levels: Vec<i16>,
}

/// A table that is being written. Its file has no name until all of it is there.
pub(super) struct Table {
    writer: SerializedFileWriter<NamedTempFile>,
    path: PathBuf,
    columns: Vec<Column>,
    rows: usize,
    texts: HashMap<String, ByteArray>,
}

impl Table {
    /// A table with the columns of `schema`, each `name type` with the type `int`, `text`, `flag` or `time`. Every
    /// column may be empty in a row: so files of later versions, with more columns, can be read beside old ones.
    pub(super) fn create(folder: &Path, run: &str, schema: &[(&str, &str)]) -> Result<Self, Error> {
        let file = fs::create_dir_all(folder).and_then(|()| unnamed(folder));
        let file = file.map_err(|error| Error::Write(folder.to_owned(), error))?;
        let fields: Vec<_> = schema
            .iter()
            .map(|(name, kind)| match *kind {
                "int" => format!("OPTIONAL INT64 {name};"),
                "flag" => format!("OPTIONAL BOOLEAN {name};"),
                "time" => format!("OPTIONAL INT64 {name} (TIMESTAMP(MILLIS,true));"),
                _ => format!("OPTIONAL BYTE_ARRAY {name} (STRING);"),
            })
            .collect();
        let message = format!("message rows {{ {} }}", fields.join(" "));
        let schema_type = Arc::new(parse_message_type(&message).map_err(failed)?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(file, schema_type, Arc::new(properties)).map_err(failed)?;
        let columns = schema.iter().map(|(_, kind)| Column::new(kind)).collect();
        let path = folder.join(format!("{run}.parquet"));
        Ok(Self { writer, path, columns, rows: 0, texts: HashMap::new() })
    }

    /// Adds a row; cells in the order of the schema.
    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Error> {
        debug_assert_eq!(cells.len(), self.columns.len(), "{}", self.path.display());
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.push(*cell, &mut self.texts);
        }
        self.rows += 1;
        if self.rows < GROUP { Ok(()) } else { self.write().map_err(failed) }
    }

    fn write(&mut self) -> Result<(), ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            column.write(&mut group)?;
        }
        group.close()?;
        self.rows = 0;
        if self.texts.len() > TEXTS {
            self.texts.clear();
        }
        Ok(())
    }

    /// Writes what is left. The file waits for its name.
    pub(super) fn finish(mut self) -> Result<Complete, Error> {
        self.write().map_err(failed)?;
        let file = self.writer.into_inner().map_err(failed)?;
        Ok(Complete { file, path: self.path })
    }
}

/// A table that is complete.
#[derive(Debug)]
pub(super) struct Complete {
    file: NamedTempFile,
    path: PathBuf,
}

impl Complete {
    /// Gives the file its name.
    pub(super) fn publish(self, force: bool) -> Result<(), Error> {
        name(self.file, &self.path, force)
    }
}

impl Column {
    fn new(kind: &str) -> Self {
        let values = match kind {
            "int" | "time" => Values::Int(Vec::new()),
            "flag" => Values::Flag(Vec::new()),
            _ => Values::Text(Vec::new()),
        };
        Self { values, levels: Vec::new() }
    }

    fn push(&mut self, cell: Cell<'_>, texts: &mut HashMap<String, ByteArray>) {
        let mut level = 1;
        match (&mut self.values, cell) {
            (Values::Int(values), Cell::Int(value)) => values.push(value),
            (Values::Flag(values), Cell::Flag(value)) => values.push(value),
            (Values::Text(values), Cell::Text(text)) => {
                let known = texts.get(text).cloned();
                values.push(known.unwrap_or_else(|| {
                    let bytes = ByteArray::from(text);
                    texts.insert(text.to_owned(), bytes.clone());
                    bytes
                }));
            }
            (_, other) => {
                debug_assert!(matches!(other, Cell::Null), "{other:?} is of another type");
                level = 0;
            }
        }
        self.levels.push(level);
    }

    fn write(&mut self, group: &mut SerializedRowGroupWriter<'_, NamedTempFile>) -> Result<(), ParquetError> {
        match &mut self.values {
            Values::Int(values) => write_column::<Int64Type>(group, values, &self.levels)?,
            Values::Text(values) => write_column::<ByteArrayType>(group, values, &self.levels)?,
            Values::Flag(values) => write_column::<BoolType>(group, values, &self.levels)?,
        }
        self.levels.clear();
        Ok(())
    }
}

fn write_column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, NamedTempFile>,
    values: &mut Vec<T::T>,
    levels: &[i16],
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("more columns than the schema has".to_owned()));
    };
    column.typed::<T>().write_batch(values, Some(levels), None)?;
    values.clear();
    column.close()
}

pub(super) fn failed(error: ParquetError) -> Error {
    Error::Io(std::io::Error::other(error))
}
