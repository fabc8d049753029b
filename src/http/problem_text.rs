//! What people read when something was refused: what happened, what is unharmed, what to do. The match is exhaustive, so
//! that a new problem does not compile without its text in both languages.

use crate::config::Setting;
use crate::error::{FieldFlaw, FileFlaw, PasswordFlaw, Problem};
use crate::http::setting_text;
use crate::http::text::{Phrase, Texts};

/// A problem in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemText {
    /// What happened; also the inline text beside a field.
    pub what: String,
    /// What is unharmed.
    pub safe: String,
    /// What to do.
    pub next: String,
}

/// The problem in the words of `texts`.
pub fn problem_text(texts: &Texts, problem: &Problem) -> ProblemText {
    let key = problem_key(problem);
    // What helps depends on what is wrong with the file.
    let next = match problem {
        Problem::FileRefused { because, .. } => format!("{}.next", flaw_key(*because)),
        _ => format!("{key}.next"),
    };
    ProblemText {
        what: what(texts, problem),
        safe: fill(texts, texts.phrase(&format!("{key}.safe")), problem),
        next: fill(texts, texts.phrase(&next), problem),
    }
}

/// What happened, in one sentence: for error summaries and beside fields.
pub fn what(texts: &Texts, problem: &Problem) -> String {
    match problem {
        Problem::Field { field, flaw } => field_text(texts, field, *flaw),
        Problem::PasswordRefused(flaw) => password_text(texts, *flaw),
        Problem::FileRefused { because, .. } => fill(texts, texts.phrase(flaw_key(*because)), problem),
        _ => fill(texts, texts.phrase(problem_key(problem)), problem),
    }
}

/// The Fluent message of a problem: `problem-` and its slug.
pub fn problem_key(problem: &Problem) -> &'static str {
    use Problem as P;
    match problem {
        P::NotFound => "problem-not-found",
        P::WrongPassword => "problem-wrong-password",
        P::SignInNeeded => "problem-sign-in-needed",
        P::SessionLocked => "problem-session-locked",
        P::SecondStepNeeded => "problem-second-step-needed",
        P::EnrolmentNeeded => "problem-enrolment-needed",
        P::ConfirmationNeeded => "problem-confirmation-needed",
        P::WrongCode => "problem-wrong-code",
        P::PasskeyRefused => "problem-passkey-refused",
        P::ProviderRefused => "problem-provider-refused",
        P::ProviderUnavailable => "problem-provider-unavailable",
        P::NotAdmitted => "problem-not-admitted",
        P::CertificateNeeded => "problem-certificate-needed",
        P::NetworkRefused => "problem-network-refused",
        P::SourceBanned { .. } => "problem-source-banned",
        P::WouldShutOut => "problem-would-shut-out",
        P::PasswordChangeNeeded => "problem-password-change-needed",
        P::SlowDown { .. } => "problem-slow-down",
        P::Forbidden => "problem-forbidden",
        P::Forged => "problem-forged",
        P::PasswordRefused(_) => "problem-password-refused",
        P::Field { .. } => "problem-field",
        P::MessageCarriesSecret => "problem-message-carries-secret",
        P::Malformed { .. } => "problem-malformed",
        P::TooLarge { .. } => "problem-too-large",
        P::TooManyFiles { .. } => "problem-too-many-files",
        P::TooManyTemplates { .. } => "problem-too-many-templates",
        P::TooManyRecipients { .. } => "problem-too-many-recipients",
        P::SmsDeliveryLimit { .. } => "problem-sms-delivery-limit",
        P::SmsDayLimit { .. } => "problem-sms-day-limit",
        P::WrongState { .. } => "problem-wrong-state",
        P::NoFiles => "problem-no-files",
        P::EmptyFile => "problem-empty-file",
        P::NoRecipients => "problem-no-recipients",
        P::UploadUnfinished { .. } => "problem-upload-unfinished",
        P::DraftChanged => "problem-draft-changed",
        P::OffsetMismatch { .. } => "problem-offset-mismatch",
        P::UploadBusy => "problem-upload-busy",
        P::ChecksumMismatch => "problem-checksum-mismatch",
        P::ChecksumUnsupported => "problem-checksum-unsupported",
        P::AccountKeyNeeded => "problem-account-key-needed",
        P::SenderSlotGone => "problem-sender-slot-gone",
        P::NumberAlreadyShown => "problem-number-already-shown",
        P::NumberMistyped => "problem-number-mistyped",
        P::NumberLength { .. } => "problem-number-length",
        P::NumberMissing => "problem-number-missing",
        P::NumberWrong { .. } => "problem-number-wrong",
        P::DeliveryPaused => "problem-delivery-paused",
        P::OpeningsUsedUp => "problem-openings-used-up",
        P::OpenElsewhere => "problem-open-elsewhere",
        P::UnlockNeeded => "problem-unlock-needed",
        P::DeliveryEnded { .. } => "problem-delivery-ended",
        P::Busy { .. } => "problem-busy",
        P::Unavailable => "problem-unavailable",
        P::LogUnavailable => "problem-log-unavailable",
        P::IdempotencyReused => "problem-idempotency-reused",
        P::LastAdministrator => "problem-last-administrator",
        P::OwnAccount => "problem-own-account",
        P::InvitationOver => "problem-invitation-over",
        P::ReviewOpen => "problem-review-open",
        P::ReviewEnded { .. } => "problem-review-ended",
        P::ReviewChanged => "problem-review-changed",
        P::ReviewUndecided { .. } => "problem-review-undecided",
        P::DomainRefused { .. } => "problem-domain-refused",
        P::LinkReplaced { .. } => "problem-link-replaced",
        P::NobodyWaits => "problem-nobody-waits",
        P::RemindedLately => "problem-reminded-lately",
        P::AskingInVain => "problem-asking-in-vain",
        P::ApprovalEnded { .. } => "problem-approval-ended",
        P::QuestionOpen => "problem-question-open",
        P::ApprovalNeeded => "problem-approval-needed",
        P::FaxNumbersDiffer => "problem-fax-numbers-differ",
        P::FaxNumberNew { .. } => "problem-fax-number-new",
        P::ConfirmRecipients { .. } => "problem-confirm-recipients",
        P::AddressTaken => "problem-address-taken",
        P::NotInLogYet => "problem-not-in-log-yet",
        P::NeverSigned => "problem-never-signed",
        P::NotProved => "problem-not-proved",
        P::NotErased => "problem-not-erased",
        P::FileRefused { .. } => "problem-file-refused",
        P::ScanPending { .. } => "problem-scan-pending",
        P::ScannerDown => "problem-scanner-down",
        P::TooLargeToScan { .. } => "problem-too-large-to-scan",
    }
}

/// The Fluent message of what is wrong with a file, `{ $name }`.
fn flaw_key(flaw: FileFlaw) -> &'static str {
    match flaw {
        FileFlaw::Infected => "file-refused-infected",
        FileFlaw::Encrypted => "file-refused-encrypted",
        FileFlaw::Limits => "file-refused-limits",
        FileFlaw::Opaque => "file-refused-opaque",
        FileFlaw::Oversized => "file-refused-oversized",
        FileFlaw::TimedOut => "file-refused-timed-out",
        FileFlaw::Failed => "file-refused-failed",
        FileFlaw::Executable => "file-refused-executable",
        FileFlaw::Macros => "file-refused-macros",
        FileFlaw::Disguised => "file-refused-disguised",
        FileFlaw::Mismatched => "file-refused-mismatched",
        FileFlaw::Ending => "file-refused-ending",
    }
}

/// Problems that carry numbers lend them to their texts; the others' texts name none.
fn fill(texts: &Texts, phrase: Phrase<'_>, problem: &Problem) -> String {
    match problem {
        Problem::SlowDown { seconds } | Problem::Busy { seconds } | Problem::SourceBanned { seconds } => {
            phrase.with("wait", texts.duration(*seconds)).to_string()
        }
        Problem::FileRefused { name, .. } => phrase.with("name", name.clone()).to_string(),
        Problem::FaxNumberNew { known } => phrase.with("known", known.clone()).to_string(),
        Problem::LinkReplaced { reference } => phrase.with("reference", reference.clone()).to_string(),
        Problem::ConfirmRecipients { recipients } => {
            let who: Vec<&str> = recipients.iter().map(|one| one.email.as_str()).collect();
            phrase.with("who", who.join(", ")).to_string()
        }
        Problem::ScanPending { left } => phrase.with("left", *left).to_string(),
        Problem::TooLarge { limit } | Problem::TooLargeToScan { limit } => {
            phrase.with("limit", texts.size(*limit)).to_string()
        }
        Problem::TooManyFiles { limit }
        | Problem::TooManyRecipients { limit }
        | Problem::TooManyTemplates { limit } => phrase.with("limit", *limit).to_string(),
        Problem::SmsDeliveryLimit { limit } => phrase.with("limit", *limit).to_string(),
        Problem::SmsDayLimit { limit, left } => phrase.with("limit", *limit).with("left", *left).to_string(),
        Problem::UploadUnfinished { missing } => phrase.with("missing", *missing).to_string(),
        Problem::NumberLength { got, want } => phrase.with("got", *got).with("want", *want).to_string(),
        Problem::ReviewUndecided { left } => phrase.with("left", *left).to_string(),
        Problem::DomainRefused { domain } => phrase.with("domain", domain.clone()).to_string(),
        Problem::NumberWrong { left } => phrase.with("left", *left).to_string(),
        _ => phrase.to_string(),
    }
}

fn field_text(texts: &Texts, field: &str, flaw: FieldFlaw) -> String {
    let setting = Setting::named(field);
    let label = setting.map_or_else(|| texts.text(field_key(field)), |setting| setting_text::label(texts, setting));
    let bound = |bound: i64| match (setting, u64::try_from(bound)) {
        (Some(setting), Ok(bound)) => setting_text::value(texts, setting, bound),
        (None, Ok(bound)) if field == "most_bytes" => texts.size(bound),
        _ => bound.to_string(),
    };
    match flaw {
        FieldFlaw::Missing => texts.phrase("flaw-missing").with("field", label),
        FieldFlaw::Malformed => texts.phrase("flaw-malformed").with("field", label),
        FieldFlaw::TooLong { limit } => texts.phrase("flaw-too-long").with("field", label).with("limit", limit),
        FieldFlaw::OutOfBounds { least, most } => {
            let phrase = texts.phrase("flaw-out-of-bounds").with("field", label);
            phrase.with("least", bound(least)).with("most", bound(most))
        }
        FieldFlaw::Duplicate if field == "template" => texts.phrase("template-taken"),
        FieldFlaw::Duplicate => texts.phrase("flaw-duplicate").with("field", label),
        FieldFlaw::TooBroad { limit } => texts.phrase("flaw-too-broad").with("field", label).with("limit", limit),
        FieldFlaw::NotOffered => texts.phrase("flaw-not-offered").with("field", label),
        FieldFlaw::FaxNumber => texts.phrase("flaw-fax-number").with("field", label),
        FieldFlaw::NotMobile => texts.phrase("flaw-not-mobile").with("field", label),
        FieldFlaw::Incomplete { got, want } => {
            texts.phrase("flaw-incomplete").with("field", label).with("got", got).with("want", want)
        }
        FieldFlaw::NamesPerson => texts.phrase("flaw-names-person").with("field", label),
        FieldFlaw::Mistyped => texts.phrase("flaw-mistyped").with("field", label),
        FieldFlaw::TooPale { readable } => texts.phrase("flaw-too-pale").with("colour", readable.to_string()),
    }
    .to_string()
}

/// Fields that stand on pages; what only the programming interface takes is "this field" here.
fn field_key(field: &str) -> &'static str {
    match field {
        "email" => "field-email",
        "company" => "field-company",
        "purpose" => "field-purpose",
        "note" => "field-note",
        "template" => "field-template",
        "language" => "contact-language",
        "channel" => "contact-channel",
        "name" => "field-name",
        "phone" => "field-phone",
        "phrase" => "field-phrase",
        "message" => "field-message",
        "days" => "field-days",
        "from" => "field-from",
        "until" => "audit-until",
        "person" => "audit-person",
        "source" => "audit-source",
        "kind" => "audit-kind",
        "result" => "audit-result",
        "search_name" => "audit-search-name",
        "to" => "field-to",
        "keep_hours" => "field-keep",
        "filename" => "field-filename",
        "reason" => "field-reason",
        "sure" => "field-sure",
        "password" => "field-password",
        "secret" => "field-code",
        "invitation" => "join-code",
        "office_name" => "field-office-name",
        "address" => "field-address",
        "hours" => "field-hours",
        "web" => "field-web",
        "colour" => "field-colour",
        "time_zone" => "field-time-zone",
        "minimum" => "rules-minimum",
        "minimum_with_second" => "rules-minimum-with-second",
        "max_age_days" => "rules-max-age",
        "history" => "rules-history",
        "combinations" => "rules-ways",
        "role" => "field-role",
        "department" => "field-department",
        "valid_from" => "field-valid-from",
        "valid_until" => "field-valid-until",
        "most_bytes" => "field-most-bytes",
        "most_recipients" => "field-most-recipients",
        "most_keep_hours" => "field-most-keep-hours",
        "domains" => "field-domains",
        "successor" => "field-successor",
        "deadline" => "review-field-deadline",
        "reviewer" => "review-field-reviewer",
        "decision" => "review-decision",
        "reset_reason" => "field-reason",
        "setting" => "policy-setting",
        "recipient" => "field-fax-recipient",
        "number" => "field-fax-number",
        "again" => "field-fax-again",
        "subject" => "field-fax-subject",
        "pages" => "field-fax-pages",
        "month" => "field-month",
        "reference" => "field-fax-reference",
        "checked_by" => "field-fax-checked-by",
        "at" => "field-fax-at",
        "with" => "field-fax-with",
        "call" => "field-fax-call",
        "place" => "field-fax-place",
        _ => "field-other",
    }
}

fn password_text(texts: &Texts, flaw: PasswordFlaw) -> String {
    match flaw {
        PasswordFlaw::TooShort { minimum } => texts.phrase("password-too-short").with("minimum", minimum),
        PasswordFlaw::TooLong { maximum } => texts.phrase("password-too-long").with("maximum", maximum),
        PasswordFlaw::Same => texts.phrase("password-same"),
        PasswordFlaw::ContainsName => texts.phrase("password-contains-name"),
        PasswordFlaw::Differs => texts.phrase("password-differs"),
        PasswordFlaw::Guessable => texts.phrase("password-guessable"),
        PasswordFlaw::TooSimilar => texts.phrase("password-too-similar"),
        PasswordFlaw::Reused { history } => texts.phrase("password-reused").with("history", history),
        PasswordFlaw::LacksClasses => texts.phrase("password-lacks-classes"),
    }
    .to_string()
}
