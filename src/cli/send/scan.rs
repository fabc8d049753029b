//! Waiting for the scanner's word on every file of an order, and telling what it refuses.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cli::client::shapes::{DraftFile, Scan};
use crate::cli::client::{Again, Client, Refused};
use crate::cli::failure::{Failure, Result};
use crate::cli::terminal::Terminal;

/// Pauses between looks: the first, and at most.
const SOON: Duration = Duration::from_millis(200);
const LATE: Duration = Duration::from_secs(5);
/// How often a line is written where there is no terminal.
const LINE: Duration = Duration::from_secs(10);

/// What the gateway says would be sent.
#[derive(Deserialize)]
struct Check {
    #[serde(default)]
    problems: Vec<Value>,
    files: Vec<DraftFile>,
}

/// Returns once every file has its verdict and none is refused.
///
/// # Errors
/// Files are refused; or the scanner's word did not come for as long as a person has patience. The draft is kept.
pub(super) async fn wait(client: &Client, transfer: &str, terminal: Terminal) -> Result<()> {
    let path = format!("/api/v1/transfers/{transfer}/check");
    let mut watch = Watch::new(client.patience_limit(), terminal);
    loop {
        let check: Check = client.json(Method::GET, &path, None, Again::Always).await?;
        if !watch.shows(&check.files)? {
            watch.over();
            return refuse(check, terminal);
        }
        tokio::time::sleep(watch.pause).await;
    }
}

/// How far the scan is, as a person sees it.
struct Watch {
    bar: ProgressBar,
    terminal: Terminal,
    patience: Duration,
    pause: Duration,
    moved: Instant,
    said: Instant,
    told_down: bool,
}

impl Watch {
    fn new(patience: Duration, terminal: Terminal) -> Self {
        let now = Instant::now();
        Self { bar: ProgressBar::hidden(), terminal, patience, pause: SOON, moved: now, said: now, told_down: false }
    }

    /// Whether the scanner's word is still to come.
    fn shows(&mut self, files: &[DraftFile]) -> Result<bool> {
        let pending = files.iter().filter(|file| file.scan.as_ref().is_some_and(Scan::is_pending)).count();
        if pending == 0 {
            return Ok(false);
        }
        let total = files.iter().map(|file| file.size).sum();
        let done = files.iter().map(DraftFile::scanned).sum();
        if self.bar.length() != Some(total) {
            self.bar = bar(total, self.terminal);
        }
        if done > self.bar.position() {
            (self.moved, self.pause) = (Instant::now(), SOON);
        } else {
            self.pause = (self.pause * 2).min(LATE);
        }
        self.bar.set_position(done);
        let down = files.iter().find_map(|file| file.scan.as_ref()?.down_since.as_deref());
        self.tell(down, pending);
        if self.moved.elapsed() > self.patience {
            self.over();
            let key = if down.is_some() { "cli-scan-down-end" } else { "cli-scan-late" };
            return Err(self.terminal.failure(key, "cli-scan-next"));
        }
        Ok(true)
    }

    fn tell(&mut self, down: Option<&str>, pending: usize) {
        let terminal = self.terminal;
        match down {
            Some(since) if !self.told_down => {
                self.told_down = true;
                let line = terminal.phrase("cli-scan-down").with("since", terminal.moment(since)).to_string();
                self.bar.suspend(|| terminal.say(line));
            }
            Some(_) => {}
            None => {
                self.told_down = false;
                if self.bar.is_hidden() && self.said.elapsed() >= LINE {
                    self.said = Instant::now();
                    terminal.say(terminal.phrase("cli-scan-waits").with("count", pending).to_string());
                }
            }
        }
    }

    fn over(&self) {
        self.bar.finish_and_clear();
    }
}

fn bar(total: u64, terminal: Terminal) -> ProgressBar {
    let target =
        if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(total), target).with_message(terminal.texts.text("cli-scan-bar"));
    if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {bytes}/{total_bytes}") {
        bar.set_style(style);
    }
    bar
}

/// What of the files is refused is told file by file; everything else that hinders, sending itself tells.
fn refuse(check: Check, terminal: Terminal) -> Result<()> {
    let about_files = check.problems.iter().filter(|problem| code(problem) == "file-refused");
    let refused: Vec<&Value> = about_files.collect();
    if refused.is_empty() {
        tell_marked(&check.files, terminal);
        return Ok(());
    }
    if terminal.json {
        terminal.print_json(&json!({ "refused": refused }))?;
    }
    for problem in &refused {
        let (what, next) = Refused::of(problem).told(&terminal.texts);
        terminal.say(terminal.phrase("cli-scan-refused").with("what", what).with("next", next).to_string());
    }
    let count = refused.len();
    let what = terminal.phrase("cli-scan-refused-all").with("count", count).to_string();
    Err(Failure::failed(what, terminal.texts.text("cli-scan-refused-next")))
}

/// Files that are sent, and have something to be looked at.
fn tell_marked(files: &[DraftFile], terminal: Terminal) {
    for file in files {
        for flaw in &file.flaws {
            let line = terminal.phrase("cli-scan-marked").with("name", file.name.as_str());
            terminal.say(line.with("flaw", flaw.flaw.as_str()).to_string());
        }
    }
}

fn code(problem: &Value) -> &str {
    problem.get("code").and_then(Value::as_str).unwrap_or_default()
}
