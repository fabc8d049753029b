//! The rows of the guideline and their reasons in words. The matches are exhaustive: a new reason does not compile without
//! its text.

use crate::http::text::Texts;
use crate::staff::guideline::{Because, Reason, Row, Verdict};

/// What a row asks for.
pub(crate) fn asked(texts: &Texts, row: &Row) -> String {
    texts.text(match row.name {
        "S1" => "guideline-s1",
        "S2" => "guideline-s2",
        "S3" => "guideline-s3",
        "S4" => "guideline-s4",
        "S5" => "guideline-s5",
        "S6" => "guideline-s6",
        "S7" => "guideline-s7",
        "S8" => "guideline-s8",
        "S9" => "guideline-s9",
        _ => "guideline-s10",
    })
}

/// How far a row is fulfilled.
pub(crate) fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fulfilled => "guideline-fulfilled",
        Verdict::Partly => "guideline-partly",
        Verdict::Not => "guideline-not",
    }
}

/// Why.
pub(crate) fn reason(texts: &Texts, reason: &Reason) -> String {
    texts.phrase(key(reason.because)).with("count", reason.count).to_string()
}

fn key(because: Because) -> &'static str {
    match because {
        Because::SignInAlways => "guideline-sign-in-always",
        Because::PasswordAlone => "guideline-password-alone",
        Because::NetworksClosed => "guideline-networks-closed",
        Because::NetworksSome => "guideline-networks-some",
        Because::Domain => "guideline-domain",
        Because::Devices => "guideline-devices",
        Because::NetworksOpen => "guideline-networks-open",
        Because::InitialChanged => "guideline-initial-changed",
        Because::Length => "guideline-length",
        Because::Classes => "guideline-classes",
        Because::Age => "guideline-age",
        Because::PasswordsElsewhere => "guideline-passwords-elsewhere",
        Because::Idle => "guideline-idle",
        Because::Register => "guideline-register",
        Because::NeverReviewed => "guideline-never-reviewed",
        Because::Reviewed => "guideline-reviewed",
        Because::ReviewDue => "guideline-review-due",
        Because::ReviewOverdue => "guideline-review-overdue",
        Because::Dormant => "guideline-dormant",
        Because::Mixed => "guideline-mixed",
        Because::Listeners => "guideline-listeners",
        Because::Bans => "guideline-bans",
        Because::FilterOutside => "guideline-filter-outside",
        Because::AdminOpen => "guideline-admin-open",
        Because::ScanOff => "guideline-scan-off",
        Because::Scanned => "guideline-scanned",
        Because::ScannerDown => "guideline-scanner-down",
        Because::SignaturesFresh => "guideline-signatures-fresh",
        Because::SignaturesOld => "guideline-signatures-old",
        Because::SignaturesUndated => "guideline-signatures-undated",
        Because::InfectedPass => "guideline-infected-pass",
        Because::UnscannablePass => "guideline-unscannable-pass",
        Because::NoAttachment => "guideline-no-attachment",
        Because::Checked => "guideline-checked",
        Because::Outcomes => "guideline-outcomes",
        Because::Approval => "guideline-approval",
        Because::NoApproval => "guideline-no-approval",
        Because::NoHold => "guideline-no-hold",
        Because::Hold => "guideline-hold",
        Because::MailInClear => "guideline-mail-in-clear",
        Because::Shredded => "guideline-shredded",
        Because::Tls12 => "guideline-tls12",
        Because::Tls13 => "guideline-tls13",
        Because::NoCertificate => "guideline-no-certificate",
        Because::FaxRegister => "guideline-fax-register",
    }
}
