//! Zip: a published log as one file, made while it is read, so that a log of any length takes the same memory.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use crate::error::{Doing, Result};

/// Bytes that were written and not taken yet.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A zip in the making.
pub struct Zip {
    writer: ZipWriter<StreamWriter<Written>>,
    written: Written,
}

impl Default for Zip {
    fn default() -> Self {
        let written = Written::default();
        Self { writer: ZipWriter::new_stream(written.clone()), written }
    }
}

impl Zip {
    /// Adds a file. Returns the bytes of the zip that come next.
    ///
    /// # Errors
    /// It has no place in a zip.
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> Result<Vec<u8>> {
        // Hashes do not become shorter, and an auditor may look at entries with any program.
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.writer.start_file(path, stored).doing("making a zip of the log")?;
        self.writer.write_all(bytes).doing("making a zip of the log")?;
        Ok(self.written.take())
    }

    /// Ends it. Returns the last bytes.
    ///
    /// # Errors
    /// It cannot be ended.
    pub fn end(self) -> Result<Vec<u8>> {
        self.writer.finish().doing("making a zip of the log")?;
        Ok(self.written.take())
    }
}
