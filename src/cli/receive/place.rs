//! Where a file is saved: never outside of the chosen directory, never over something that is there.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::failure::{Failure, Result};
use crate::crypt::sanitise_name;

/// Most file systems take 255 bytes; this much is kept for what is added to a name.
const LONGEST: usize = 200;

/// The directory of one delivery.
pub(super) struct Places {
    directory: PathBuf,
    /// Marks unfinished files of this delivery.
    suffix: String,
}

impl Places {
    pub(super) fn new(directory: &Path, public_id: &str) -> Result<Self> {
        fs::create_dir_all(directory).map_err(|error| Failure::file(directory, &error))?;
        let id: String = public_id.chars().filter(char::is_ascii_alphanumeric).collect();
        Ok(Self { directory: directory.to_owned(), suffix: format!(".{id}.part") })
    }

    /// Whether an earlier call left something to go on with.
    pub(super) fn any_part(&self) -> bool {
        let ours = |entry: io::Result<fs::DirEntry>| {
            entry.is_ok_and(|entry| entry.file_name().to_string_lossy().ends_with(&self.suffix))
        };
        fs::read_dir(&self.directory).is_ok_and(|mut entries| entries.any(ours))
    }

    /// Where file `n` lies until it is whole.
    pub(super) fn part(&self, n: u32, name: &str) -> PathBuf {
        self.directory.join(format!("{}.{n}{}", local_name(name), self.suffix))
    }

    /// The first free name: `name`, `name (2)`, … Paths that exist are offered to `is_same` first; the one that it knows
    /// is taken as it is.
    pub(super) fn existing(&self, name: &str, is_same: impl Fn(&Path) -> bool) -> Option<PathBuf> {
        self.names(name).take_while(|path| path.symlink_metadata().is_ok()).find(|path| is_same(path))
    }

    /// Gives a whole part its name, durably. Nothing is replaced, also when somebody else saves at the same moment.
    pub(super) fn keep(&self, part: &Path, name: &str) -> Result<PathBuf> {
        for path in self.names(name) {
            let whole = tempfile::TempPath::try_from_path(part).map_err(|error| Failure::file(part, &error))?;
            match whole.persist_noclobber(&path) {
                Ok(()) => {
                    let synced = File::open(&self.directory).and_then(|directory| directory.sync_all());
                    synced.map_err(|error| Failure::file(&self.directory, &error))?;
                    return Ok(path);
                }
                Err(error) => {
                    let exists = error.error.kind() == io::ErrorKind::AlreadyExists;
                    // What is given back would remove the part when dropped.
                    error.path.keep().map_err(|error| Failure::file(part, &error.error))?;
                    if !exists {
                        return Err(Failure::file(&path, &error.error));
                    }
                }
            }
        }
        Err(Failure::failed(format!("{}: no free name", self.directory.display()), ""))
    }

    fn names(&self, name: &str) -> impl Iterator<Item = PathBuf> {
        let name = local_name(name);
        (1..10_000).map(move |count| self.directory.join(numbered(&name, count)))
    }
}

/// A name of this directory: one segment, visible, not too long.
fn local_name(name: &str) -> String {
    let mut name = sanitise_name(name);
    if name.starts_with('.') {
        name.replace_range(0..1, "_");
    }
    if name.len() <= LONGEST {
        return name;
    }
    let (stem, ending) = split(&name);
    let room = LONGEST.saturating_sub(ending.len());
    let mut short = String::new();
    for c in stem.chars() {
        if short.len() + c.len_utf8() > room {
            break;
        }
        short.push(c);
    }
    format!("{short}{ending}")
}

fn numbered(name: &str, count: u32) -> String {
    if count == 1 {
        return name.to_owned();
    }
    let (stem, ending) = split(name);
    format!("{stem} ({count}){ending}")
}

/// Before and from the last dot; what is longer than this is no ending.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.').and_then(|at| name.split_at_checked(at)) {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 32 => (stem, ending),
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_the_directory() {
        for hostile in
            ["../../etc/passwd", "/etc/passwd", "..", ".", "", ".bashrc", "a/../../b", "..\\..\\b", "\0", "a\nb"]
        {
            let name = local_name(hostile);
            assert!(!name.is_empty() && !name.starts_with('.'), "{hostile:?} became {name:?}");
            assert!(!name.contains(['/', '\\', '\0', '\n']), "{hostile:?} became {name:?}");
        }
        let long = local_name(&format!("{}.tar.gz", "あ".repeat(300)));
        assert!(long.len() <= LONGEST && long.ends_with(".gz"));
        assert_eq!(local_name("給与 2026-11.xlsx"), "給与 2026-11.xlsx");
    }

    #[test]
    fn nothing_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let places = Places::new(directory.path(), "abcd1234").unwrap();
        assert!(!places.any_part());
        for expected in ["a.txt", "a (2).txt", "a (3).txt"] {
            let part = places.part(1, "a.txt");
            fs::write(&part, expected).unwrap();
            assert!(places.any_part());
            assert_eq!(places.keep(&part, "a.txt").unwrap(), directory.path().join(expected));
            assert_eq!(fs::read_to_string(directory.path().join(expected)).unwrap(), expected);
        }
        assert!(!places.any_part());
        let second = |path: &Path| fs::read_to_string(path).unwrap() == "a (2).txt";
        assert_eq!(places.existing("a.txt", second), Some(directory.path().join("a (2).txt")));
        assert_eq!(places.existing("b.txt", |_| true), None);
    }
}
