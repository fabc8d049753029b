//! Entries of the log in the formats that other programs read: one stored entry with what is kept beside it in, bytes out.
//! Fields and their sources are in `docs/EXPORT.md`.
//!
//! Names of files stay sealed and are in no format. What was erased is not there; the commitment to it still is.

mod cef;
mod csv;
mod json_lines;
mod ocsf;
mod record;
mod syslog;

use crate::error::Result;
use crate::model::{ExportFormat, words};

pub use csv::Column;
pub use ocsf::OCSF_VERSION;
pub use record::{Called, KeptValue, Place, Record};
pub use syslog::{EXAMPLE_ENTERPRISE, Framed, Header, SYSLOG_MOST};

words! {
    /// How entries are written to a stream of syslog messages.
    pub enum Stream {
        /// RFC 5424 with everything in structured data and a sentence behind it.
        Rfc5424 = "rfc5424",
        /// A CEF line as the message.
        Cef = "cef",
        /// An OCSF object as the message.
        Ocsf = "ocsf",
    }
}

/// Writes entries in one format.
pub struct Writer {
    format: ExportFormat,
    columns: Vec<Column>,
    zone: chrono_tz::Tz,
}

impl Writer {
    /// A writer; `columns` are those of CSV in their order, none: all of them. Times of CSV are told in `zone`.
    pub fn new(format: ExportFormat, columns: &[Column], zone: chrono_tz::Tz) -> Self {
        let columns = if columns.is_empty() { Column::ALL.to_vec() } else { columns.to_vec() };
        Self { format, columns, zone }
    }

    /// What a file begins with.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn head(&self) -> Result<Vec<u8>> {
        match self.format {
            ExportFormat::Csv => csv::head(&self.columns),
            _ => Ok(Vec::new()),
        }
    }

    /// One entry, its line's end included.
    ///
    /// # Errors
    /// The entry is no leaf.
    pub fn line(&self, record: &Record) -> Result<Vec<u8>> {
        match self.format {
            ExportFormat::Csv => csv::line(record, &self.columns, self.zone),
            ExportFormat::JsonLines => json_lines::line(record),
            ExportFormat::Cef => cef::line(record).map(ended),
            ExportFormat::Ocsf => ocsf::line(record).map(ended),
        }
    }
}

fn ended(line: String) -> Vec<u8> {
    let mut bytes = line.into_bytes();
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests;
