//! What was chosen: files as they are now, and people.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::cli::failure::{Failure, Result};
use crate::cli::terminal::Terminal;

/// A file as it was when it was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::cli) struct Chosen {
    pub(super) path: PathBuf,
    pub(super) name: String,
    /// Bytes.
    pub(super) size: u64,
    /// Last written, in nanoseconds since the epoch.
    modified: u128,
}

/// Somebody who shall receive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(in crate::cli) struct Addressee {
    pub(super) email: String,
    pub(super) name: Option<String>,
}

impl FromStr for Addressee {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (email, name) = match text.split_once(',') {
            Some((email, name)) => (email.trim(), Some(name.trim().to_owned())),
            None => (text.trim(), None),
        };
        if !email.contains('@') {
            return Err("write EMAIL or EMAIL,NAME".to_owned());
        }
        Ok(Self { email: email.to_owned(), name: name.filter(|name| !name.is_empty()) })
    }
}

/// Looks at every file before anything is sent.
pub(in crate::cli) fn choose(paths: &[PathBuf], terminal: Terminal) -> Result<Vec<Chosen>> {
    paths.iter().map(|path| Chosen::look(path, terminal)).collect()
}

/// Refuses an address that stands twice.
pub(super) fn each_once(to: Vec<Addressee>, terminal: Terminal) -> Result<Vec<Addressee>> {
    let mut seen = HashSet::new();
    match to.iter().find(|addressee| !seen.insert(addressee.email.to_lowercase())) {
        Some(twice) => {
            Err(Failure::Usage(terminal.phrase("cli-twice").with("email", twice.email.as_str()).to_string()))
        }
        None => Ok(to),
    }
}

impl Chosen {
    fn look(path: &Path, terminal: Terminal) -> Result<Self> {
        let told = |key: &str| terminal.phrase(key).with("file", path.display().to_string()).to_string();
        let meta = fs::metadata(path).map_err(|error| Failure::file(path, &error))?;
        if meta.is_dir() {
            return Err(Failure::failed(told("cli-directory"), terminal.texts.text("cli-directory.next")));
        }
        if !meta.is_file() {
            return Err(Failure::failed(told("cli-no-file"), ""));
        }
        if meta.len() == 0 {
            return Err(Failure::failed(told("cli-empty-file"), ""));
        }
        let path = fs::canonicalize(path).map_err(|error| Failure::file(path, &error))?;
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Failure::failed(told("cli-name-not-text"), ""))?.to_owned();
        Ok(Self { modified: modified(&meta), size: meta.len(), name, path })
    }

    /// Refuses a file that is not what was chosen any more: half of it may have left.
    pub(super) fn check_unchanged(&self, terminal: Terminal) -> Result<()> {
        let meta = fs::metadata(&self.path).map_err(|error| Failure::file(&self.path, &error))?;
        if meta.len() == self.size && modified(&meta) == self.modified {
            return Ok(());
        }
        let what = terminal.phrase("cli-file-changed").with("file", self.path.display().to_string()).to_string();
        Err(Failure::failed(what, terminal.texts.text("cli-file-changed.next")))
    }
}

fn modified(meta: &Metadata) -> u128 {
    let written = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    written.unwrap_or_default().as_nanos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addressees_are_read_with_and_without_a_name() {
        let named: Addressee = "sato@example.jp, 佐藤 花子".parse().unwrap();
        assert_eq!((named.email.as_str(), named.name.as_deref()), ("sato@example.jp", Some("佐藤 花子")));
        let bare: Addressee = "sato@example.jp,".parse().unwrap();
        assert_eq!(bare.name, None);
        assert!("佐藤 花子".parse::<Addressee>().is_err());
        let twice = vec![bare.clone(), Addressee { email: "SATO@example.jp".into(), name: None }];
        assert!(each_once(twice, Terminal::new(false)).is_err());
    }

    #[test]
    fn directories_and_empty_files_are_refused_and_changes_noticed() {
        let terminal = Terminal::new(false);
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("a.txt");
        fs::write(&file, "").unwrap();
        assert!(choose(&[directory.path().to_owned()], terminal).is_err());
        assert!(choose(std::slice::from_ref(&file), terminal).is_err());
        fs::write(&file, "one").unwrap();
        let chosen = choose(std::slice::from_ref(&file), terminal).unwrap();
        chosen[0].check_unchanged(terminal).unwrap();
        fs::write(&file, "four").unwrap();
        assert!(chosen[0].check_unchanged(terminal).is_err());
    }
}
