//! What a killed `send` goes on with: a file per order in the person's state directory. It holds no secret: where the
//! transfer is and which upload is which file.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::cli::failure::{Failure, Result};
use crate::cli::private_file::make_directory;
use crate::cli::terminal::Terminal;
use crate::error::Doing;

use super::Order;
use super::chosen::Chosen;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    server: String,
    idempotency_key: String,
    transfer: Option<String>,
    uploads: Vec<Upload>,
}

/// A file and where it is uploaded to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Upload {
    file: Chosen,
    address: Option<String>,
}

/// An order that is being sent.
#[derive(Debug)]
pub(super) struct Draft {
    path: PathBuf,
    state: State,
    /// Held for as long as this process sends the order.
    _lock: File,
}

/// `$XDG_STATE_HOME/kakitome` (XDG Base Directory Specification).
pub(super) fn directory(terminal: Terminal) -> Result<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || absolute("HOME").map(|home| home.join(".local/state"));
    let base = absolute("XDG_STATE_HOME").or_else(home);
    let base = base.ok_or_else(|| terminal.failure("cli-no-home", "cli-no-home.next"))?;
    Ok(base.join("kakitome"))
}

impl Draft {
    /// Takes up the order, or goes on with it. Only one process at a time.
    pub(super) fn open(directory: &Path, server: &Url, order: &Order, terminal: Terminal) -> Result<Self> {
        make_directory(directory)?;
        let path = directory.join(format!("send-{}.json", fingerprint(server, order)?));
        let lock_path = path.with_extension("lock");
        let lock = File::create(&lock_path).map_err(|error| Failure::file(&lock_path, &error))?;
        if lock.try_lock().is_err() {
            return Err(terminal.failure("cli-send-runs", "cli-send-runs.next"));
        }
        let kept = fs::read(&path).ok().and_then(|text| serde_json::from_slice::<State>(&text).ok());
        let same = |state: &State| state.uploads.iter().map(|upload| &upload.file).eq(&order.files);
        let state = match kept {
            Some(state) if same(&state) => state,
            Some(_) => return Err(changed(&path, terminal)),
            None => State::new(server, order),
        };
        let draft = Self { path, state, _lock: lock };
        draft.save()?;
        Ok(draft)
    }

    pub(super) fn transfer(&self) -> Option<&str> {
        self.state.transfer.as_deref()
    }

    /// Makes a repeated creation the same creation.
    pub(super) fn key(&self) -> &str {
        &self.state.idempotency_key
    }

    pub(super) fn begun(&mut self, transfer: &str) -> Result<()> {
        self.state.transfer = Some(transfer.to_owned());
        self.save()
    }

    /// The gateway does not know the transfer any more.
    pub(super) fn start_over(&mut self) -> Result<()> {
        self.state.transfer = None;
        self.state.idempotency_key = Uuid::new_v4().to_string();
        for upload in &mut self.state.uploads {
            upload.address = None;
        }
        self.save()
    }

    /// Where file `index` is uploaded to.
    pub(super) fn address(&self, index: usize) -> Option<&str> {
        self.state.uploads.get(index)?.address.as_deref()
    }

    pub(super) fn set_address(&mut self, index: usize, address: Option<String>) -> Result<()> {
        if let Some(upload) = self.state.uploads.get_mut(index) {
            upload.address = address;
        }
        self.save()
    }

    /// Everything was done.
    pub(super) fn close(&self) -> Result<()> {
        for path in [&self.path, &self.path.with_extension("lock")] {
            fs::remove_file(path).map_err(|error| Failure::file(path, &error))?;
        }
        Ok(())
    }

    /// Old or new, never half: a kill may come at any moment.
    fn save(&self) -> Result<()> {
        let directory = self.path.parent().unwrap_or(Path::new("."));
        let written = serde_json::to_vec_pretty(&self.state).map_err(std::io::Error::other).and_then(|text| {
            let mut file = tempfile::NamedTempFile::new_in(directory)?;
            file.write_all(&text)?;
            file.as_file().sync_all()?;
            file.persist(&self.path).map_err(|error| error.error)
        });
        written.map(drop).map_err(|error| Failure::file(&self.path, &error))
    }
}

impl State {
    fn new(server: &Url, order: &Order) -> Self {
        let uploads = order.files.iter().map(|file| Upload { file: file.clone(), address: None });
        Self {
            server: server.to_string(),
            idempotency_key: Uuid::new_v4().to_string(),
            transfer: None,
            uploads: uploads.collect(),
        }
    }
}

/// Names an order by its arguments; sizes and dates of files are left out, so that a changed file is noticed.
fn fingerprint(server: &Url, order: &Order) -> Result<String> {
    let paths: Vec<&Path> = order.files.iter().map(|file| file.path.as_path()).collect();
    let arguments = (
        server.as_str(),
        paths,
        &order.to,
        &order.message,
        (order.keep_hours, order.language, order.channel),
        (&order.phone, &order.phrase),
    );
    let text = serde_json::to_vec(&arguments).doing("naming the order")?;
    let mut digest = HEXLOWER.encode(&Sha256::digest(text));
    digest.truncate(24);
    Ok(digest)
}

fn changed(path: &Path, terminal: Terminal) -> Failure {
    let next = terminal.phrase("cli-order-changed.next").with("state", path.display().to_string()).to_string();
    Failure::failed(terminal.texts.text("cli-order-changed"), next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn order(directory: &Path) -> Order {
        let file = directory.join("a.txt");
        let files = super::super::chosen::choose(&[file], Terminal::new(false)).unwrap();
        Order {
            files,
            to: vec!["sato@example.jp".parse().unwrap()],
            message: Some("秘密の伝言".into()),
            keep_hours: None,
            language: None,
            phone: None,
            phrase: Some("あの喫茶店".into()),
            channel: None,
        }
    }

    #[test]
    fn a_killed_send_goes_on_and_keeps_no_secret() {
        let terminal = Terminal::new(false);
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("a.txt"), "bytes").unwrap();
        let (state, order) = (directory.path().join("state"), order(directory.path()));
        let server = Url::parse("https://localhost:8443").unwrap();
        let mut draft = Draft::open(&state, &server, &order, terminal).unwrap();
        draft.begun("transfer-1").unwrap();
        draft.set_address(0, Some("/api/v1/uploads/1".into())).unwrap();
        assert!(Draft::open(&state, &server, &order, terminal).is_err(), "one process at a time");
        let key = draft.key().to_owned();
        let path = draft.path.clone();
        drop(draft);

        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("秘密") && !text.contains("喫茶店"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&state).unwrap().permissions().mode() & 0o777, 0o700);
        let draft = Draft::open(&state, &server, &order, terminal).unwrap();
        assert_eq!((draft.transfer(), draft.key()), (Some("transfer-1"), key.as_str()));
        assert_eq!(draft.address(0), Some("/api/v1/uploads/1"));
        draft.close().unwrap();
        assert_eq!(fs::read_dir(&state).unwrap().count(), 0);
    }

    #[test]
    fn a_file_that_changed_between_is_noticed() {
        let terminal = Terminal::new(false);
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("a.txt"), "bytes").unwrap();
        let state = directory.path().join("state");
        let server = Url::parse("https://localhost:8443").unwrap();
        drop(Draft::open(&state, &server, &order(directory.path()), terminal).unwrap());
        fs::write(directory.path().join("a.txt"), "other bytes").unwrap();
        let refused = Draft::open(&state, &server, &order(directory.path()), terminal).unwrap_err();
        assert!(refused.told(&terminal.texts).contains("send-"));
    }
}
