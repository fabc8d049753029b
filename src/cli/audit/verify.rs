//! `kakitome audit verify`: from files and a key alone.

use std::cell::RefCell;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use indicatif::ProgressBar;
use mail_parser::MessageParser;
use serde_json::{Value, json};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::audit::{
    self, Flaw, KeptCheckpoint, NotACheckpoint, Place, Published, Verified, VerifierKey, previous_checkpoint,
    read_entries,
};
use crate::error::Doing;

use super::super::failure::{Failure, Result};
use super::super::terminal::Terminal;
use super::{bar, is_zip, receipt};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The log as files (checkpoint, tile/…) or as one zip; or a receipt, or certificates
    #[arg(value_name = "DIR-OR-FILE")]
    what: PathBuf,
    /// The key of the log, or a file with it; from somebody else than whoever gave the files. More than one for certificates
    /// of several logs
    #[arg(long, value_name = "KEY", required = true)]
    key: Vec<String>,
    /// A checkpoint that was kept elsewhere: a file with it, a mail of the gateway as it came, or the log that began after
    /// this one. As often as there are some
    #[arg(long, value_name = "FILE-OR-LOG")]
    kept: Vec<PathBuf>,
}

/// 256 entries of 65535 bytes, each behind its length.
const LARGEST: u64 = 256 * (65_535 + 2);

/// A log as files of a directory, or of a zip.
enum Files {
    Directory(PathBuf),
    Zip(RefCell<ZipArchive<fs::File>>),
}

impl Files {
    fn open(path: &Path) -> Result<Self> {
        if !is_zip(path) {
            return Ok(Self::Directory(path.to_owned()));
        }
        let file = fs::File::open(path).map_err(|error| Failure::file(path, &error))?;
        let archive = ZipArchive::new(file).doing("reading the zip of the log")?;
        Ok(Self::Zip(RefCell::new(archive)))
    }

    /// The first entry; none where there is no such file.
    fn first_entry(&self) -> crate::error::Result<Option<Vec<u8>>> {
        for width in (1..=audit::ENTRIES).rev() {
            if let Some(bytes) = self.read(&Place::Entries(0, width).path())? {
                return Ok(read_entries(&bytes).and_then(|entries| entries.first().map(|entry| entry.to_vec())));
            }
        }
        Ok(None)
    }
}

impl Published for Files {
    fn read(&self, path: &str) -> crate::error::Result<Option<Vec<u8>>> {
        // No more than the largest tile of entries, and one byte that tells of more: whoever gives the files may mean ill.
        let whole = |file: &mut dyn Read| {
            let mut bytes = Vec::new();
            file.take(LARGEST + 1).read_to_end(&mut bytes).map(|_| bytes)
        };
        let read = match self {
            Self::Directory(directory) => fs::File::open(directory.join(path)).and_then(|mut file| whole(&mut file)),
            Self::Zip(archive) => match archive.borrow_mut().by_name(path) {
                Ok(mut file) => whole(&mut file),
                Err(ZipError::FileNotFound) => return Ok(None),
                Err(error) => return Err(error).doing("reading a file of the log"),
            },
        };
        match read {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).doing("reading a file of the log"),
        }
    }
}

pub(super) fn run(args: &Args, terminal: Terminal) -> Result<()> {
    let keys = args.key.iter().map(|text| key(text, terminal)).collect::<Result<Vec<_>>>()?;
    if receipt::is_receipt(&args.what) {
        // What nobody compares is not passed over in silence.
        if !args.kept.is_empty() {
            return Err(terminal.failure("cli-receipt-kept", "cli-receipt-kept.next"));
        }
        return receipt::run(&args.what, &keys, terminal);
    }
    let kept = args.kept.iter().map(|path| kept(path, terminal)).collect::<Result<Vec<_>>>()?;
    if !is_zip(&args.what) && !args.what.join("tile").exists() && !args.what.join("checkpoint").exists() {
        let what = terminal.phrase("cli-audit-nothing-there").with("directory", args.what.display().to_string());
        let next = terminal.phrase("cli-audit-nothing-there.next").to_string();
        return Err(Failure::failed(what.to_string(), next));
    }
    let files = Files::open(&args.what)?;
    let checkpoint = files.read("checkpoint")?.unwrap_or_default();
    let key =
        fitting(&keys, &checkpoint).ok_or_else(|| terminal.failure("cli-audit-no-key", "cli-audit-no-key.next"))?;
    let mut progress: Option<ProgressBar> = None;
    let verified = audit::verify(&files, key, &kept, |done, all| {
        progress.get_or_insert_with(|| bar(key.origin(), all)).set_position(done);
    })?;
    if let Some(progress) = progress {
        progress.finish_and_clear();
    }
    tell(&verified, key, terminal)
}

/// The key that a checkpoint is judged by: of those of its log the one that signed it. Where none did, one that says so.
fn fitting<'k>(keys: &'k [VerifierKey], checkpoint: &[u8]) -> Option<&'k VerifierKey> {
    let of_log = |key: &&VerifierKey| checkpoint.starts_with(format!("{}\n", key.origin()).as_bytes());
    let signed = |key: &&VerifierKey| key.open(checkpoint) != Err(NotACheckpoint::NotSigned);
    let fits = keys.iter().filter(of_log).find(signed);
    fits.or_else(|| keys.iter().find(of_log)).or_else(|| keys.first())
}

fn key(text: &str, terminal: Terminal) -> Result<VerifierKey> {
    let file = fs::read_to_string(text).ok();
    let known = VerifierKey::parse(file.as_deref().unwrap_or(text));
    known.ok_or_else(|| terminal.failure("cli-audit-no-key", "cli-audit-no-key.next"))
}

fn kept(path: &Path, terminal: Terminal) -> Result<KeptCheckpoint> {
    let name = path.display().to_string();
    let note = if path.is_dir() || is_zip(path) {
        // The log after this one begins with the end of this one.
        let entry = Files::open(path)?.first_entry()?.unwrap_or_default();
        previous_checkpoint(&entry).unwrap_or_default().into_bytes()
    } else {
        let bytes = fs::read(path).map_err(|error| Failure::file(path, &error))?;
        let carried = out_of_mail(&bytes).or_else(|| previous_checkpoint(&bytes).map(String::into_bytes));
        carried.unwrap_or(bytes)
    };
    // Somebody's mistake accuses nobody.
    if !audit::is_checkpoint(&note) {
        let what = terminal.phrase("cli-audit-kept-is-none").with("name", name).to_string();
        return Err(Failure::failed(what, terminal.phrase("cli-audit-kept-is-none.next").to_string()));
    }
    Ok(KeptCheckpoint { name, note })
}

/// The checkpoint that every mail of the gateway carries.
fn out_of_mail(bytes: &[u8]) -> Option<Vec<u8>> {
    let mail = MessageParser::default().parse_headers(bytes)?;
    let is_it = |(name, _): &(&str, &str)| name.eq_ignore_ascii_case("Kakitome-Checkpoint");
    let mut carried = mail.headers_raw().filter(is_it);
    // Of two it would be anybody's guess which one was ours.
    let (Some((_, value)), None) = (carried.next(), carried.next()) else { return None };
    let letters: String = value.split_whitespace().collect();
    BASE64.decode(letters.as_bytes()).ok()
}

fn tell(verified: &Verified, key: &VerifierKey, terminal: Terminal) -> Result<()> {
    let flaws: Vec<(String, Value)> = verified.flaws.iter().map(|flaw| told(flaw, terminal)).collect();
    if terminal.json {
        let found: Vec<&Value> = flaws.iter().map(|(_, value)| value).collect();
        terminal.print_json(&json!({
            "ok": flaws.is_empty(),
            "origin": key.origin(),
            "size": verified.checkpoint.as_ref().map(|checkpoint| checkpoint.size),
            "root": verified.checkpoint.as_ref().map(|checkpoint| checkpoint.root.to_string()),
            "entries": verified.entries,
            "kept": verified.kept,
            "others": verified.others,
            "flaws": found,
        }))?;
    }
    for (sentence, _) in &flaws {
        terminal.say(sentence);
    }
    match (&verified.checkpoint, flaws.is_empty()) {
        (Some(checkpoint), true) => {
            let good = terminal.phrase("cli-audit-good").with("origin", key.origin()).with("entries", checkpoint.size);
            terminal.say(good.with("kept", verified.kept).to_string());
            if verified.kept == 0 {
                terminal.say_text("cli-audit-alone");
            }
            for name in &verified.others {
                terminal.say(terminal.phrase("cli-audit-skipped").with("name", name.as_str()).to_string());
            }
            Ok(())
        }
        _ => Err(terminal.failure("cli-audit-bad", "cli-audit-bad.next")),
    }
}

/// A flaw as a sentence, and as data.
fn told(flaw: &Flaw, terminal: Terminal) -> (String, Value) {
    let sentence = |key: &'static str| terminal.phrase(key);
    match flaw {
        Flaw::NoCheckpoint => (sentence("cli-audit-no-checkpoint").to_string(), json!({"flaw": "no_checkpoint"})),
        Flaw::Checkpoint(why) => {
            (sentence(reason(*why)).with("name", "checkpoint").to_string(), json!({"flaw": "checkpoint"}))
        }
        Flaw::Kept { name, why } => {
            (sentence(reason(*why)).with("name", name).to_string(), json!({"flaw": "kept", "name": name}))
        }
        Flaw::NoEntries { first, path } => (
            sentence("cli-audit-no-entries").with("first", first).with("path", path).to_string(),
            json!({"flaw": "no_entries", "first": first, "path": path}),
        ),
        Flaw::Count { path, wanted, found } => (
            sentence("cli-audit-count").with("path", path).with("wanted", wanted).with("found", found).to_string(),
            json!({"flaw": "count", "path": path, "wanted": wanted, "found": found}),
        ),
        Flaw::Entry { index } => {
            (sentence("cli-audit-entry").with("index", index).to_string(), json!({"flaw": "entry", "index": index}))
        }
        Flaw::Tile { path } => {
            (sentence("cli-audit-tile").with("path", path).to_string(), json!({"flaw": "tile", "path": path}))
        }
        Flaw::Root => (sentence("cli-audit-root").to_string(), json!({"flaw": "root"})),
        Flaw::Truncated { name, size } => (
            sentence("cli-audit-truncated").with("name", name).with("size", size).to_string(),
            json!({"flaw": "truncated", "name": name, "size": size}),
        ),
        Flaw::Forked { name, size } => (
            sentence("cli-audit-forked").with("name", name).with("size", size).to_string(),
            json!({"flaw": "forked", "name": name, "size": size}),
        ),
    }
}

const fn reason(why: NotACheckpoint) -> &'static str {
    match why {
        NotACheckpoint::Malformed => "cli-audit-malformed",
        NotACheckpoint::NotSigned => "cli-audit-unsigned",
        NotACheckpoint::Forged => "cli-audit-forged",
        NotACheckpoint::OtherLog => "cli-audit-other-log",
    }
}
