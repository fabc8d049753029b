//! What a burglar or a backup takes: copies of an installation's files, and looks into them from outside.

use std::path::{Path, PathBuf};
use std::process::Command;

use kakitome::app::{self, App, Places};

use super::flows::Office;

/// Every file under a directory.
pub fn files_under(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files_under(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Which files hold these bytes.
pub fn files_with(directory: &Path, needle: &[u8]) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| {
        let content = std::fs::read(path).unwrap();
        content.windows(needle.len()).any(|window| window == needle)
    };
    files_under(directory).into_iter().filter(holds).collect()
}

/// Copies a directory as it lies there.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    let copied = Command::new("cp").arg("-a").arg(format!("{}/.", from.display())).arg(to).status().unwrap();
    assert!(copied.success());
}

/// What SQLite's own shell answers, one row a line, columns parted by `|`.
pub fn sqlite(database: &Path, query: &str) -> Vec<String> {
    let out = Command::new("sqlite3")
        .arg(database)
        .arg(query)
        .output()
        .expect("sqlite3 is not installed; run: apt-get install sqlite3");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).lines().map(str::to_owned).collect()
}

/// A backup: the database by SQLite's own online backup, and the blobs. No keys.
pub struct Backup {
    directory: tempfile::TempDir,
}

impl Backup {
    pub fn take(office: &Office) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = office.directory.path().join("data");
        let target = directory.path().join("kakitome.sqlite");
        sqlite(&data.join("kakitome.sqlite"), &format!(".backup '{}'", target.display()));
        copy(&data.join("blobs"), &directory.path().join("blobs"));
        Self { directory }
    }

    pub fn database(&self) -> PathBuf {
        self.directory.path().join("kakitome.sqlite")
    }

    /// Starts an installation from this backup with the present keys directory of `office`, in another place: the keys
    /// are linked, not copied, so that what happens to them happens to the one shred store there is.
    pub async fn restore(&self, office: &Office) -> Restored {
        let directory = tempfile::tempdir().unwrap();
        copy(self.directory.path(), &directory.path().join("data"));
        let keys = Office::places_in(office.directory.path()).keys;
        let places = Places { data: directory.path().join("data"), keys };
        let app = app::open(office.config.clone(), places, office.clock.clone()).await.unwrap();
        Restored { app, _directory: directory }
    }
}

pub struct Restored {
    pub app: App,
    /// Is removed with this.
    _directory: tempfile::TempDir,
}
