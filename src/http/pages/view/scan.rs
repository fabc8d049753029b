//! How the files of a draft stand before the scanner, line by line: icon, word and colour, then what there is to know.

use super::{FileRow, Frame};
use crate::config::Ruling;
use crate::error::{FileFlaw, Problem};
use crate::gateway::ScannerState;
use crate::http::problem_text::problem_text;
use crate::http::scan_text;
use crate::http::text::Texts;
use crate::model::{Report, Signatures, Time};
use crate::transfer::queue::Stand;

/// One thing that is to be said of a file or of the scanner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanLine {
    /// The class of its colour.
    pub(super) tone: &'static str,
    /// Its sign.
    pub(super) icon: &'static str,
    /// What it is, in a word or two.
    pub(super) word: String,
    /// What there is to know; may be empty.
    pub(super) more: String,
}

/// What files larger than the scanner takes come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScanLimit {
    /// Bytes that the scanner takes at most.
    pub bytes: u64,
    /// What the policy makes of larger ones.
    pub larger: Ruling,
}

impl ScanLine {
    fn new(tone: &'static str, icon: &'static str, word: String, more: String) -> Self {
        Self { tone, icon, word, more }
    }
}

impl FileRow {
    /// Whether the scanner's word is still to come.
    pub(super) fn is_pending(&self) -> bool {
        matches!(&self.scan, Some(Stand::Waiting { .. } | Stand::Down { .. } | Stand::Scanning { .. }))
    }

    /// Whether it cannot leave as it is.
    pub(super) fn is_refused(&self) -> bool {
        self.flaws.iter().any(|(_, ruling)| *ruling != Ruling::Allow)
    }

    /// Whole percents that were handed to the scanner; a hundred only once it has said its word.
    pub(super) fn scanned_percent(&self) -> Option<u64> {
        let Some(Stand::Scanning { bytes }) = &self.scan else { return None };
        let percent = u128::from(*bytes) * 100 / u128::from(self.size.max(1));
        Some(u64::try_from(percent).unwrap_or(99).min(99))
    }

    /// Everything that is to be said, the scanner's word first.
    pub(super) fn scan_lines(&self, frame: &Frame) -> Vec<ScanLine> {
        let texts = &frame.texts;
        let stand = self.scan.as_ref().and_then(|stand| self.stand_line(texts, stand));
        let flaws = self.flaws.iter().map(|(flaw, ruling)| self.flaw_line(texts, *flaw, *ruling));
        stand.into_iter().chain(flaws).collect()
    }

    /// What is read out when it comes up while somebody looks at the page.
    pub(super) fn scan_says(&self, frame: &Frame) -> String {
        if !self.is_refused() {
            return String::new();
        }
        let lines = self.scan_lines(frame).into_iter().map(|line| format!("{} {}", line.word, line.more));
        format!("{} {}", self.name, lines.collect::<Vec<_>>().join(" "))
    }

    fn stand_line(&self, texts: &Texts, stand: &Stand) -> Option<ScanLine> {
        let again = |more: String| match self.again {
            true => texts.phrase("scan-again").with("more", more).to_string(),
            false => more,
        };
        Some(match stand {
            Stand::Off => return None,
            Stand::Waiting { before, waiting } => {
                let more = texts.phrase("scan-place").with("before", *before).with("waiting", *waiting).to_string();
                ScanLine::new("quiet", "…", texts.text("scan-waiting"), again(more))
            }
            Stand::Down { since } => {
                let more = texts.phrase("scan-down-more").with("since", texts.short_moment(since)).to_string();
                ScanLine::new("care", "⚠", texts.text("scan-down"), more)
            }
            Stand::Scanning { .. } => {
                let word = texts.phrase("scan-scanning").with("percent", self.scanned_percent().unwrap_or(0));
                ScanLine::new("open", "●", word.to_string(), again(String::new()))
            }
            Stand::Done(report) => clean_line(texts, report)?,
        })
    }

    fn flaw_line(&self, texts: &Texts, flaw: FileFlaw, ruling: Ruling) -> ScanLine {
        let finding = match &self.scan {
            Some(Stand::Done(Report { finding: Some(finding), .. })) => finding.as_str(),
            _ => "",
        };
        let what = scan_text::flaw(texts, flaw, finding);
        let said = |key: &str, next: String| texts.phrase(key).with("what", what).with("next", next).to_string();
        match ruling {
            Ruling::Refuse => {
                let next = problem_text(texts, &Problem::FileRefused { name: self.name.clone(), because: flaw }).next;
                ScanLine::new("alert", "×", texts.text("scan-refused"), said("scan-said", next))
            }
            Ruling::Approval => {
                let next = problem_text(texts, &Problem::ApprovalNeeded).next;
                ScanLine::new("care", "⚠", texts.text("scan-approval"), said("scan-said", next))
            }
            Ruling::Allow => {
                let next = texts.text("scan-marked-next");
                ScanLine::new("care", "⚑", texts.text("scan-marked"), said("scan-said", next))
            }
        }
    }
}

/// Where nothing was found; what was found is told with what the policy makes of it.
fn clean_line(texts: &Texts, report: &Report) -> Option<ScanLine> {
    if report.verdict.flaw().is_some() {
        return None;
    }
    let more = report.signatures.as_ref().map(|known| known_text(texts, known)).unwrap_or_default();
    Some(ScanLine::new("good", "✓", texts.text("scan-clean"), more))
}

fn known_text(texts: &Texts, known: &Signatures) -> String {
    scan_text::signatures(texts, &known.version, known.made_at)
}

/// How the files stand together; nothing where nothing is scanned or none is there.
pub(super) fn summary(frame: &Frame, files: &[FileRow]) -> Option<ScanLine> {
    let texts = &frame.texts;
    let down = files.iter().find_map(|file| match file.scan {
        Some(Stand::Down { since }) => Some(since),
        _ => None,
    });
    if let Some(since) = down {
        let more = texts.phrase("scan-all-down-more").with("since", texts.short_moment(&since)).to_string();
        return Some(ScanLine::new("care", "⚠", texts.text("scan-all-down"), more));
    }
    let left = files.iter().filter(|file| file.is_pending()).count();
    if left > 0 {
        let word = texts.phrase("scan-all-left").with("count", left).to_string();
        return Some(ScanLine::new("quiet", "…", word, texts.text("scan-all-left-more")));
    }
    let scanned = files.iter().filter(|file| matches!(file.scan, Some(Stand::Done(_)))).count();
    if scanned == 0 || scanned < files.len() {
        return None;
    }
    Some(match files.iter().any(FileRow::is_refused) {
        true => ScanLine::new("alert", "×", texts.text("scan-all-refused"), texts.text("scan-all-refused-more")),
        false => ScanLine::new("good", "✓", texts.text("scan-all-done"), String::new()),
    })
}

/// How the scanner of the installation stands, in one line.
pub(super) fn scanner(frame: &Frame, state: &ScannerState, is_off: bool, stale_since: Time) -> ScanLine {
    let texts = &frame.texts;
    if is_off {
        return ScanLine::new("care", "⚠", texts.text("scanner-off"), texts.text("scanner-off-more"));
    }
    match state {
        ScannerState::Unknown => ScanLine::new("quiet", "…", texts.text("scanner-unknown"), String::new()),
        ScannerState::Down { since } => {
            let more = texts.phrase("scanner-down-more").with("since", texts.short_moment(since)).to_string();
            ScanLine::new("alert", "⚠", texts.text("scanner-down"), more)
        }
        ScannerState::Ready { signatures, .. } => {
            let more = known_text(texts, signatures);
            match signatures.made_at {
                Some(at) if at < stale_since => ScanLine::new("alert", "⚠", texts.text("scanner-stale"), more),
                _ => ScanLine::new("good", "✓", texts.text("scanner-ready"), more),
            }
        }
    }
}
