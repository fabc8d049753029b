//! Verification of a published log, from nothing but its files and its key: every entry is hashed, every tile and root is
//! computed anew, and whatever was kept of the log elsewhere must be a part of it.

mod walk;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::checkpoint::{Checkpoint, NotACheckpoint, VerifierKey};
use super::kept::KeptCheckpoint;
use super::tree::{Edge, Hash};
use crate::error::Result;

#[cfg(test)]
pub(super) use walk::Nothing;
use walk::Walk;

/// A published log: files by their path.
pub trait Published {
    /// The bytes of a file; none if there is none.
    ///
    /// # Errors
    /// It is there and cannot be read.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>>;
}

/// What is wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It has no checkpoint.
    NoCheckpoint,
    /// Its checkpoint does not count.
    Checkpoint(NotACheckpoint),
    /// A kept checkpoint does not count.
    Kept {
        /// Which.
        name: String,
        /// Why.
        why: NotACheckpoint,
    },
    /// Files with entries are missing, or cannot be read as such.
    NoEntries {
        /// The first that is missing.
        first: u64,
        /// The file.
        path: String,
    },
    /// A file has more or fewer entries than the tree.
    Count {
        /// The file.
        path: String,
        /// Entries that it should have.
        wanted: u64,
        /// Entries that it has.
        found: u64,
    },
    /// An entry is not the one that the tree was grown with: changed, removed, added, or another's place.
    Entry {
        /// The first that is wrong.
        index: u64,
    },
    /// A tile is missing, or its hashes are not those of what is below it.
    Tile {
        /// The file.
        path: String,
    },
    /// The entries and tiles fit each other, and not what was signed.
    Root,
    /// The log is shorter than it was: its end was cut off.
    Truncated {
        /// The checkpoint that knows better.
        name: String,
        /// Entries that it had then.
        size: u64,
    },
    /// At this size it was another log: it was rewritten, or there are two.
    Forked {
        /// The checkpoint that knows better.
        name: String,
        /// Entries that it had then.
        size: u64,
    },
}

impl Flaw {
    /// Its word in the log and the interface.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NoCheckpoint => "no_checkpoint",
            Self::Checkpoint(_) => "checkpoint",
            Self::Kept { .. } => "kept",
            Self::NoEntries { .. } => "no_entries",
            Self::Count { .. } => "count",
            Self::Entry { .. } => "entry",
            Self::Tile { .. } => "tile",
            Self::Root => "root",
            Self::Truncated { .. } => "truncated",
            Self::Forked { .. } => "forked",
        }
    }

    /// The first entry that it is about, from 0, where it names one.
    pub const fn entry(&self) -> Option<u64> {
        match self {
            Self::NoEntries { first, .. } => Some(*first),
            Self::Entry { index } => Some(*index),
            _ => None,
        }
    }
}

/// What verification found.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What the log's own checkpoint says, if it counts.
    pub checkpoint: Option<Checkpoint>,
    /// Entries that were hashed.
    pub entries: u64,
    /// Kept checkpoints that are a part of it.
    pub kept: usize,
    /// Kept checkpoints of other logs of the same host, such as that of another year: they say nothing about this one.
    pub others: Vec<String>,
    /// What is wrong; nothing if it is empty.
    pub flaws: Vec<Flaw>,
}

/// Verifies a log. `progress` is told how many of how many entries were looked at.
///
/// # Errors
/// A file is there and cannot be read.
pub fn verify(
    log: &impl Published,
    key: &VerifierKey,
    kept: &[KeptCheckpoint],
    mut progress: impl FnMut(u64, u64),
) -> Result<Verified> {
    let mut verified = Verified { checkpoint: None, entries: 0, kept: 0, others: Vec::new(), flaws: Vec::new() };
    let Some(note) = log.read("checkpoint")? else {
        verified.flaws.push(Flaw::NoCheckpoint);
        return Ok(verified);
    };
    let checkpoint = match key.open(&note) {
        Ok(checkpoint) => checkpoint,
        Err(why) => {
            verified.flaws.push(Flaw::Checkpoint(why));
            return Ok(verified);
        }
    };
    let mut known = Known::read(kept, key, checkpoint.size, &mut verified);
    let mut walk = Walk::begin(log, checkpoint.size)?;
    known.pass(&walk.edge)?;
    while walk.edge.size() < checkpoint.size && walk.flaws.is_empty() {
        walk.step(&mut known)?;
        progress(walk.edge.size(), checkpoint.size);
    }
    if walk.flaws.is_empty() {
        walk.end(checkpoint.root)?;
    }
    verified.entries = walk.edge.size();
    verified.kept = known.agreed;
    verified.flaws.append(&mut walk.flaws);
    verified.flaws.append(&mut known.flaws);
    verified.checkpoint = Some(checkpoint);
    Ok(verified)
}

/// Kept checkpoints, by the size of their tree.
struct Known {
    by_size: BTreeMap<u64, Vec<(String, Hash)>>,
    agreed: usize,
    flaws: Vec<Flaw>,
}

impl Known {
    fn read(kept: &[KeptCheckpoint], key: &VerifierKey, size: u64, verified: &mut Verified) -> Self {
        let mut known = Self { by_size: BTreeMap::new(), agreed: 0, flaws: Vec::new() };
        for one in kept {
            match key.open(&one.note) {
                Err(NotACheckpoint::OtherLog) => verified.others.push(one.name.clone()),
                Err(why) => verified.flaws.push(Flaw::Kept { name: one.name.clone(), why }),
                Ok(checkpoint) if checkpoint.size > size => {
                    known.flaws.push(Flaw::Truncated { name: one.name.clone(), size: checkpoint.size });
                }
                Ok(checkpoint) => {
                    known.by_size.entry(checkpoint.size).or_default().push((one.name.clone(), checkpoint.root));
                }
            }
        }
        known
    }

    /// The log has this size and root on its way.
    fn pass(&mut self, edge: &Edge) -> Result<()> {
        let Some(kept) = self.by_size.remove(&edge.size()) else { return Ok(()) };
        let root = edge.root()?;
        for (name, kept) in kept {
            if kept == root {
                self.agreed += 1;
            } else {
                self.flaws.push(Flaw::Forked { name, size: edge.size() });
            }
        }
        Ok(())
    }
}
