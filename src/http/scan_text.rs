//! What is said of scanning, in words: flaws of files, verdicts, what the scanner knows. The matches are exhaustive: a new
//! flaw does not compile without its text.

use crate::error::FileFlaw;
use crate::http::text::Texts;
use crate::model::{Time, Verdict};

/// What is wrong with a file, whatever the policy makes of it. `finding` is the scanner's name for what it found.
pub(crate) fn flaw(texts: &Texts, flaw: FileFlaw, finding: &str) -> String {
    let key = match flaw {
        FileFlaw::Infected if finding.is_empty() => "scan-flaw-infected-unnamed",
        FileFlaw::Infected => "scan-flaw-infected",
        FileFlaw::Encrypted => "scan-flaw-encrypted",
        FileFlaw::Limits => "scan-flaw-limits",
        FileFlaw::Oversized => "scan-flaw-oversized",
        FileFlaw::TimedOut => "scan-flaw-timed-out",
        FileFlaw::Failed => "scan-flaw-failed",
        FileFlaw::Executable => "scan-flaw-executable",
        FileFlaw::Macros => "scan-flaw-macros",
        FileFlaw::Disguised => "scan-flaw-disguised",
        FileFlaw::Mismatched => "scan-flaw-mismatched",
        FileFlaw::Opaque => "scan-flaw-opaque",
        FileFlaw::Ending => "scan-flaw-ending",
    };
    texts.phrase(key).with("finding", finding.to_owned()).to_string()
}

/// What a verdict says.
pub(crate) fn verdict(texts: &Texts, verdict: Verdict, finding: &str) -> String {
    match (verdict.flaw(), verdict) {
        (Some(of), _) => flaw(texts, of, finding),
        (None, Verdict::Off) => texts.text("scan-off-short"),
        (None, _) => texts.text("scan-clean-short"),
    }
}

/// Which scanner with which signatures, and of when they are.
pub(crate) fn signatures(texts: &Texts, version: &str, made_at: Option<Time>) -> String {
    match made_at {
        // The date within the scanner's own words is told in the reader's.
        Some(at) => {
            let version = version.rsplit_once('/').map_or(version, |(version, _)| version).to_owned();
            texts.phrase("scan-signatures").with("version", version).with("at", texts.short_moment(&at)).to_string()
        }
        None => texts.phrase("scan-signatures-undated").with("version", version.to_owned()).to_string(),
    }
}
