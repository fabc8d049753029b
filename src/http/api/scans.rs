//! What the interface says of scanning: of each file of a draft, and of the scanner.

use serde::Serialize;
use utoipa::ToSchema;

use crate::config::Ruling;
use crate::error::FileFlaw;
use crate::gateway::{Gateway, ScannerState};
use crate::model::{Time, Verdict, words};
use crate::transfer::draft::NamedFile;
use crate::transfer::queue::Stand;

words! {
    /// How a whole file stands before the scanner.
    pub enum ScanStand {
        /// It waits; also while the scanner does not answer.
        Waiting = "waiting",
        /// The scanner is at it.
        Scanning = "scanning",
        /// It has a verdict.
        Done = "done",
        /// Nobody looks at it, as the configuration says.
        Off = "off",
    }
}

words! {
    /// How the scanner stands.
    pub enum ScannerStand {
        /// It answers.
        Ready = "ready",
        /// It does not answer: files wait.
        Down = "down",
        /// Nobody has asked it yet.
        Unknown = "unknown",
        /// There is none: files are sent unscanned, as the configuration says.
        Off = "off",
    }
}

/// How a file stands before the scanner.
#[derive(Serialize, ToSchema)]
#[schema(as = Scan)]
pub struct ScanOut {
    /// How it stands.
    pub state: ScanStand,
    /// What the scanner said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// What it found, in its own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// The scanner with its signatures.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "ClamAV 1.4.3/27600/Wed Nov 25 09:26:34 2026")]
    pub signatures: Option<String>,
    /// Of when those are, if the scanner says.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatures_at: Option<String>,
    /// When it said so.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanned_at: Option<String>,
    /// Bytes that the scanner was handed; while it is at the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<u64>,
    /// Files that are taken before it; while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// Since when the scanner does not answer; while the file waits for that.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub down_since: Option<String>,
    /// Whether it is scanned once more because the signatures are newer.
    pub again: bool,
}

/// What is to be said of a file, and what the policy makes of it.
#[derive(Serialize, ToSchema)]
#[schema(as = Flaw)]
pub struct FlawOut {
    /// `infected`, `encrypted`, `limits`, `oversized`, `timed_out`, `failed`, `executable`, `macros`, `disguised`,
    /// `mismatched` or `ending`.
    pub flaw: &'static str,
    /// `refuse`: it is not sent. `approval`: not without one. `allow`: it is sent, and marked.
    pub ruling: &'static str,
}

/// The scanner.
#[derive(Serialize, ToSchema)]
#[schema(as = Scanner)]
pub struct ScannerOut {
    /// How it stands.
    pub state: ScannerStand,
    /// Since when it does not answer.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub down_since: Option<String>,
    /// Itself with its signatures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatures: Option<String>,
    /// Of when those are, if it says.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatures_at: Option<String>,
    /// Bytes of a file that it takes at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest_bytes: Option<u64>,
    /// What becomes of larger files: `refuse`, `approval` or `allow`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub larger: Option<&'static str>,
}

fn at(time: Time) -> String {
    time.to_rfc3339()
}

fn ruling_word(ruling: Ruling) -> &'static str {
    Ruling::WORDS.get(ruling as usize).copied().unwrap_or_default()
}

impl FlawOut {
    /// A flaw with its ruling.
    pub fn of((flaw, ruling): (FileFlaw, Ruling)) -> Self {
        Self { flaw: flaw.word(), ruling: ruling_word(ruling) }
    }
}

impl ScanOut {
    fn bare(state: ScanStand, again: bool) -> Self {
        Self {
            state,
            verdict: None,
            finding: None,
            signatures: None,
            signatures_at: None,
            scanned_at: None,
            progress: None,
            before: None,
            down_since: None,
            again,
        }
    }

    /// How `file` stands.
    pub fn of(file: &NamedFile, stand: Stand) -> Self {
        let bare = |state| Self::bare(state, file.again);
        match stand {
            Stand::Off => Self { verdict: file.report.as_ref().map(|report| report.verdict), ..bare(ScanStand::Off) },
            Stand::Waiting { before, .. } => Self { before: Some(before), ..bare(ScanStand::Waiting) },
            Stand::Down { since } => Self { down_since: Some(at(since)), ..bare(ScanStand::Waiting) },
            Stand::Scanning { bytes } => Self { progress: Some(bytes), ..bare(ScanStand::Scanning) },
            Stand::Done(report) => {
                let (signatures, made_at) = match report.signatures {
                    Some(known) => (Some(known.version), known.made_at),
                    None => (None, None),
                };
                Self {
                    verdict: Some(report.verdict),
                    finding: report.finding,
                    signatures,
                    signatures_at: made_at.map(at),
                    scanned_at: Some(at(report.at)),
                    ..bare(ScanStand::Done)
                }
            }
        }
    }
}

impl ScannerOut {
    /// The scanner as it is now.
    pub fn of(gateway: &Gateway) -> Self {
        let mut out = Self {
            state: ScannerStand::Off,
            down_since: None,
            signatures: None,
            signatures_at: None,
            largest_bytes: None,
            larger: None,
        };
        if gateway.scanner.is_none() {
            return out;
        }
        out.largest_bytes = Some(gateway.scan.largest_bytes);
        out.larger = Some(ruling_word(gateway.policy().oversized));
        match gateway.scans.state() {
            ScannerState::Unknown => out.state = ScannerStand::Unknown,
            ScannerState::Down { since } => (out.state, out.down_since) = (ScannerStand::Down, Some(at(since))),
            ScannerState::Ready { signatures, .. } => {
                out.state = ScannerStand::Ready;
                (out.signatures_at, out.signatures) = (signatures.made_at.map(at), Some(signatures.version));
            }
        }
        out
    }
}
