//! The keys directory: custody key, log key, shred store and limits store. It belongs on another volume than the data and
//! in no backup. Everything in it is readable by its owner only, or the gateway does not start.

use std::cmp::Ordering;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rand::Rng;
use zeroize::Zeroizing;

use crate::audit::Origin;
use crate::crypt::{CustodyKeys, LogKey};
use crate::error::{Doing, Error, Result};

use super::shred_keys::ShredKeys;

const CUSTODY_KEY: &str = "custody.key";
const LOG_KEY: &str = "log.key";
const SHRED_STORE: &str = "shred.store";
const LIMITS: &str = "limits.sqlite";
/// The newest checkpoint that was signed: a database that was put back does not know it, and must not sign another of its size.
const LAST_CHECKPOINT: &str = "log.checkpoint";
/// Whoever replaces it holds this file.
const LAST_CHECKPOINT_TURN: &str = "log.turn";

/// The opened directory.
pub struct KeyDirectory {
    path: PathBuf,
    /// The installation's own age keys.
    pub custody: CustodyKeys,
    /// The key that will sign the log's checkpoints.
    pub log: LogKey,
    /// The shred store.
    pub shred: ShredKeys,
}

impl KeyDirectory {
    /// Opens the directory; makes it and its keys on the first start.
    ///
    /// # Errors
    /// A file is readable by others, damaged, or cannot be made.
    pub fn open(path: &Path, rng: &mut impl Rng) -> Result<Self> {
        if !path.exists() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(path).doing("making the keys directory")?;
        }
        refuse_if_open_to_others(path)?;
        let custody = read_or_make(&path.join(CUSTODY_KEY), || Ok(CustodyKeys::generate().to_text()))?;
        let log = read_or_make(&path.join(LOG_KEY), || Ok(LogKey::generate()?.to_pem()))?;
        let shred_path = path.join(SHRED_STORE);
        let shred = ShredKeys::open(&shred_path, rng)?;
        refuse_if_open_to_others(&shred_path)?;
        Ok(Self {
            path: path.to_owned(),
            custody: CustodyKeys::from_text(&custody)?,
            log: LogKey::from_pem(&log)?,
            shred,
        })
    }

    /// The newest checkpoint that was signed with the log key, if one was.
    ///
    /// # Errors
    /// It is there and cannot be read.
    pub fn last_checkpoint(&self) -> Result<Option<String>> {
        match fs::read_to_string(self.path.join(LAST_CHECKPOINT)) {
            Ok(note) => Ok(Some(note)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).doing("reading the newest checkpoint"),
        }
    }

    /// Keeps a checkpoint before it is shown to anybody. False if a newer one is kept already, or another tree of this
    /// size: whoever signed it was asleep meanwhile, and it must not be shown.
    ///
    /// # Errors
    /// It cannot be written; then it must not be shown.
    pub fn keep_checkpoint(&self, note: &str) -> Result<bool> {
        // Another process may be at the same place; the lock ends with the file.
        let mut options = OpenOptions::new();
        let turn =
            options.write(true).create(true).truncate(true).mode(0o600).open(self.path.join(LAST_CHECKPOINT_TURN));
        let turn = turn.doing("keeping a checkpoint")?;
        turn.lock().doing("keeping a checkpoint")?;
        if self.last_checkpoint()?.is_some_and(|kept| outdates(&kept, note)) {
            return Ok(false);
        }
        let mut file = tempfile::NamedTempFile::new_in(&self.path).doing("keeping a checkpoint")?;
        file.write_all(note.as_bytes()).and_then(|()| file.as_file().sync_all()).doing("keeping a checkpoint")?;
        file.persist(self.path.join(LAST_CHECKPOINT)).doing("keeping a checkpoint")?;
        // The name, too, must outlive a power cut.
        std::fs::File::open(&self.path).and_then(|directory| directory.sync_all()).doing("keeping a checkpoint")?;
        Ok(true)
    }

    /// Where the limits store lies.
    pub fn limits_path(&self) -> PathBuf {
        self.path.join(LIMITS)
    }
}

/// Whether a kept checkpoint stands in the way of another: it is of a later log, of more entries, or of another tree with
/// as many.
fn outdates(kept: &str, other: &str) -> bool {
    let (Some(kept), Some(other)) = (place(kept), place(other)) else { return false };
    match kept.0.cmp(&other.0) {
        Ordering::Greater => true,
        Ordering::Less => false,
        Ordering::Equal => kept.1 != other.1,
    }
}

/// Number of the log and size, and the root, of a checkpoint.
fn place(note: &str) -> Option<((i32, u64), &str)> {
    let origin = Origin::of_note(note)?;
    let mut lines = note.lines().skip(1);
    let size = lines.next()?.parse().ok()?;
    Some(((origin.number, size), lines.next()?))
}

fn refuse_if_open_to_others(path: &Path) -> Result<()> {
    let mode = fs::metadata(path).doing("reading the keys directory")?.mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let advice = format!("{} is open to other users (mode {:o}); run: chmod go-rwx {0}", path.display(), mode & 0o777);
    Err(Error::fault("checking the keys directory", advice))
}

fn read_or_make(path: &Path, make: impl FnOnce() -> Result<Zeroizing<String>>) -> Result<Zeroizing<String>> {
    if !path.exists() {
        let text = make()?;
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).doing("making a key file")?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).doing("writing a key file")?;
        return Ok(text);
    }
    refuse_if_open_to_others(path)?;
    fs::read_to_string(path).map(Zeroizing::new).doing("reading a key file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_never_followed_by_something_older() {
        let note =
            |number: i32, size: u64, root: &str| format!("host/audit/2026-{number}\n{size}\n{root}\n\n— host sig\n");
        let kept = note(2, 10, "root");
        for (other, outdated) in [
            (note(2, 9, "before"), true),
            (note(2, 10, "root"), false),
            (note(2, 10, "another"), true),
            (note(2, 11, "after"), false),
            (note(1, 90, "old"), true),
            (note(3, 1, "new"), false),
        ] {
            assert_eq!(outdates(&kept, &other), outdated, "{other}");
        }
        assert!(!outdates("damaged", &kept));
    }
}
