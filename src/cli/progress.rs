//! How far a file has come: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal::Terminal;

/// How often a line is written where there is no terminal.
const LINE: Duration = Duration::from_secs(10);

/// One file on its way.
pub(super) struct Progress {
    name: String,
    total: u64,
    position: AtomicU64,
    bar: ProgressBar,
    terminal: Terminal,
    last_line: Mutex<Instant>,
}

impl Progress {
    /// A file of `total` bytes.
    pub(super) fn new(name: &str, total: u64, terminal: Terminal) -> Self {
        let target =
            if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total), target).with_message(name.to_owned());
        let look = "{msg} [{bar:30}] {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        if let Ok(style) = ProgressStyle::with_template(look) {
            bar.set_style(style);
        }
        let last_line = Mutex::new(Instant::now());
        Self { name: name.to_owned(), total, position: AtomicU64::new(0), bar, terminal, last_line }
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }

    pub(super) fn set(&self, position: u64) {
        self.position.store(position, Ordering::Relaxed);
        self.bar.set_position(position);
    }

    pub(super) fn advance(&self, bytes: u64) {
        let position = self.position.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        self.bar.set_position(position);
        if self.bar.is_hidden() {
            self.line(position);
        }
    }

    /// The file has arrived.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
        self.told("cli-file-arrived", self.total);
    }

    fn line(&self, position: u64) {
        let mut last = self.last_line.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() >= LINE {
            *last = Instant::now();
            self.told("cli-file-moving", position);
        }
    }

    fn told(&self, key: &str, position: u64) {
        let size = |bytes: u64| self.terminal.texts.size(bytes);
        let line = self.terminal.phrase(key).with("name", self.name.as_str());
        self.terminal.say(line.with("position", size(position)).with("total", size(self.total)).to_string());
    }
}
