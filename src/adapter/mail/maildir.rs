//! Mail as files: the embedded default. A maildir is read by every mail program and by people; delivery follows the
//! maildir rules (tmp, sync, rename), and the file name is made of the letter's id, so that a repeat is no second copy.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use super::message::Stationery;
use crate::error::{Doing, Result};
use crate::model::Letter;
use crate::port::{Accepted, MailFailure, Mailer};

/// Age from which an unfinished file is the remains of a crash.
const STALE: Duration = Duration::from_secs(3600);

/// Writes letters into a maildir.
pub struct MaildirMailer {
    stationery: Stationery,
    directory: Arc<PathBuf>,
}

impl MaildirMailer {
    /// Makes `directory` a maildir if it is none (directories 0700, files 0600), and removes what a crash left unfinished
    /// in it more than an hour ago.
    ///
    /// # Errors
    /// A fault when the directories cannot be made or read.
    pub fn open(stationery: Stationery, directory: &Path) -> Result<Self> {
        for part in ["tmp", "new", "cur"] {
            let path = directory.join(part);
            DirBuilder::new().recursive(true).mode(0o700).create(&path).doing("making the maildir")?;
        }
        remove_stale(&directory.join("tmp")).doing("tidying the maildir")?;
        Ok(Self { stationery, directory: Arc::new(directory.to_owned()) })
    }
}

#[async_trait]
impl Mailer for MaildirMailer {
    async fn deliver(&self, letter: &Letter) -> std::result::Result<Accepted, MailFailure> {
        let message = self.stationery.write(letter)?.formatted();
        let name = format!("{}.kakitome", letter.id);
        let directory = Arc::clone(&self.directory);
        let written = tokio::task::spawn_blocking(move || store(&directory, &name, &message)).await;
        match written {
            Ok(Ok(())) => Ok(Accepted { answer: "written to the maildir".to_owned(), left: false }),
            Ok(Err(error)) => Err(MailFailure::Transient { answer: format!("maildir: {error}") }),
            Err(_) => Err(MailFailure::Transient { answer: "maildir: interrupted".to_owned() }),
        }
    }
}

/// Durable and visible, in this order, or an error. A file of that name means that the letter was delivered before.
fn store(directory: &Path, name: &str, message: &[u8]) -> io::Result<()> {
    let new = directory.join("new");
    if was_read(directory, name)? {
        return Ok(());
    }
    let mut file = tempfile::Builder::new()
        .prefix(name)
        .permissions(Permissions::from_mode(0o600))
        .tempfile_in(directory.join("tmp"))?;
    file.write_all(&without_carriage_returns(message))?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(new.join(name)) {
        Ok(_) => {}
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.error),
    }
    File::open(&new)?.sync_all()
}

/// Mail programs move what they showed to `cur`, with flags after a colon.
fn was_read(directory: &Path, name: &str) -> io::Result<bool> {
    for entry in fs::read_dir(directory.join("cur"))? {
        let file = entry?.file_name();
        if file.to_string_lossy().split(':').next() == Some(name) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Files of a maildir have the line ends of the system. Both bodies are encoded or plain ASCII, so no byte is lost.
fn without_carriage_returns(message: &[u8]) -> Vec<u8> {
    message.iter().copied().filter(|byte| *byte != b'\r').collect()
}

fn remove_stale(tmp: &Path) -> io::Result<()> {
    let now = SystemTime::now();
    for entry in fs::read_dir(tmp)? {
        let entry = entry?;
        let written = entry.metadata()?.modified()?;
        if now.duration_since(written).is_ok_and(|age| age > STALE) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
