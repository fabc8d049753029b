//! Files that only their owner reads, and secrets that come from files.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use zeroize::Zeroizing;

use super::failure::{Failure, Result};
use super::terminal::Terminal;

/// No secret of ours is longer; what is longer is the wrong file.
const LONGEST: u64 = 64 * 1024;

/// The text of a file, or of standard input for `-`.
pub(super) fn read_secret(path: &Path) -> Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    let read = if path == Path::new("-") {
        io::stdin().lock().take(LONGEST).read_to_string(&mut text)
    } else {
        fs::File::open(path).and_then(|file| file.take(LONGEST).read_to_string(&mut text))
    };
    read.map_err(|error| Failure::file(path, &error))?;
    Ok(text)
}

/// Says so when others may read a file with a secret.
pub(super) fn warn_if_open_to_others(path: &Path, terminal: Terminal) {
    let open = fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o077 != 0);
    if open {
        terminal.say(terminal.phrase("cli-file-open").with("file", path.display().to_string()).to_string());
    }
}

/// Writes a new file that only its owner reads.
pub(super) fn write_new(path: &Path, text: &str) -> Result<()> {
    write_bytes(path, Zeroizing::new(format!("{text}\n")).as_bytes())
}

/// As [`write_new`], byte for byte.
pub(super) fn write_bytes(path: &Path, bytes: &[u8]) -> Result<()> {
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| Failure::file(path, &error))
}

/// Makes a directory, and those above it, that only their owner enters.
pub(super) fn make_directory(path: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| Failure::file(path, &error))
}
