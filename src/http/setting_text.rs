//! Settings of the policy, rights and limits in words.

use crate::config::{Setting, Unit};
use crate::http::text::Texts;
use crate::model::{Limits, Reach, Right, Role};

/// Bytes of a gigabyte, as people count them.
const GIGABYTE: u64 = 1_000_000_000;

/// The label of a setting.
pub(crate) fn label(texts: &Texts, setting: &Setting) -> String {
    texts.text(label_key(setting.name))
}

/// A value of a setting with its unit.
pub(crate) fn value(texts: &Texts, setting: &Setting, value: u64) -> String {
    let counted = |key: &str| texts.phrase(key).with("count", value).to_string();
    match setting.unit {
        Unit::Minutes => counted("unit-minutes"),
        Unit::Hours => counted("unit-hours"),
        Unit::Days => counted("unit-days"),
        Unit::Months => counted("unit-months"),
        Unit::Bytes => texts.size(value),
        Unit::HourOfDay if value > 23 => texts.text("word-no-hour"),
        Unit::HourOfDay => format!("{value}:00"),
        Unit::Count | Unit::OneOf(_) => value.to_string(),
        Unit::Words(words) => {
            let word = usize::try_from(value).ok().and_then(|place| words.get(place)).copied().unwrap_or_default();
            texts.text(match word {
                "never" => "word-sender-slot-never",
                "no" => "word-no",
                "yes" => "word-yes",
                "refuse" => "word-ruling-refuse",
                "approval" => "word-ruling-approval",
                "allow" => "word-ruling-allow",
                _ => "word-sender-slot-until-collected",
            })
        }
    }
}

/// What may be typed for a setting: from its least to its most.
pub(crate) fn bounds(texts: &Texts, setting: &Setting) -> String {
    let (least, most) = (value(texts, setting, setting.least), value(texts, setting, setting.most));
    texts.phrase("policy-bounds").with("least", least).with("most", most).to_string()
}

/// A value as a form takes it: bytes as gigabytes.
pub(crate) fn typed(setting: &Setting, value: u64) -> String {
    if setting.unit == Unit::Bytes { gigabytes(value) } else { value.to_string() }
}

/// Bytes as gigabytes, exactly.
pub(crate) fn gigabytes(bytes: u64) -> String {
    let whole = bytes / GIGABYTE;
    let rest = format!("{:09}", bytes % GIGABYTE);
    match rest.trim_end_matches('0') {
        "" => whole.to_string(),
        digits => format!("{whole}.{digits}"),
    }
}

/// What was typed for a setting; none: it is no number.
pub(crate) fn read(setting: &Setting, typed: &str) -> Option<u64> {
    if setting.unit == Unit::Bytes { bytes(typed) } else { number(typed) }
}

/// A number, in the digits of a Japanese keyboard too.
pub(crate) fn number(typed: &str) -> Option<u64> {
    plain(typed).parse().ok()
}

/// Gigabytes with up to nine decimals, as bytes.
pub(crate) fn bytes(typed: &str) -> Option<u64> {
    let typed = plain(typed);
    let (whole, rest) = typed.split_once('.').unwrap_or((&typed, ""));
    if rest.len() > 9 || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest: u64 = format!("{rest:0<9}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(GIGABYTE)?.checked_add(rest)
}

fn plain(typed: &str) -> String {
    let digit = |typed: char| match typed {
        '０'..='９' => char::from_u32(u32::from(typed) - u32::from('０') + u32::from('0')).unwrap_or(typed),
        '．' => '.',
        other => other,
    };
    typed.trim().chars().filter(|typed| *typed != ',').map(digit).collect()
}

/// Limits in one line; nothing where there are none.
pub(crate) fn limits(texts: &Texts, limits: &Limits) -> String {
    let bytes = limits.most_bytes.and_then(|bytes| u64::try_from(bytes).ok());
    let said = [
        bytes.map(|bytes| texts.phrase("limit-bytes").with("size", texts.size(bytes)).to_string()),
        limits.most_recipients.map(|most| texts.phrase("limit-recipients").with("count", i64::from(most)).to_string()),
        limits.most_keep_hours.map(|most| texts.phrase("limit-keep").with("count", i64::from(most)).to_string()),
        (!limits.domains.is_empty())
            .then(|| texts.phrase("limit-domains").with("domains", limits.domains.join(", ")).to_string()),
        limits.needs_approval.then(|| texts.text("limit-approval")),
    ];
    said.into_iter().flatten().collect::<Vec<_>>().join(&texts.text("limit-between"))
}

/// A right, a role and a reach, as the printed table names them.
pub(crate) fn right(texts: &Texts, right: Right) -> String {
    texts.text(match right {
        Right::Send => "right-send",
        Right::ManageTransfer => "right-manage-transfer",
        Right::OpenFiles => "right-open-files",
        Right::Approve => "right-approve",
        Right::ReadRegister => "right-read-register",
        Right::ChangeAccount => "right-change-account",
        Right::SetRights => "right-set-rights",
        Right::RunReview => "right-run-review",
        Right::DecideReview => "right-decide-review",
        Right::SetPolicy => "right-set-policy",
        Right::ReadFaxes => "right-read-faxes",
        Right::ReadLog => "right-read-log",
        Right::ErasePersonalData => "right-erase-personal-data",
        Right::AlterLog => "right-alter-log",
    })
}

/// A role.
pub(crate) fn role(texts: &Texts, role: Role) -> String {
    texts.text(match role {
        Role::Sender => "roles-sender",
        Role::Approver => "roles-approver",
        Role::Auditor => "roles-auditor",
        Role::Administrator => "roles-administrator",
    })
}

/// Whose things a right is about.
pub(crate) fn reach(texts: &Texts, reach: Reach) -> String {
    texts.text(match reach {
        Reach::None => "reach-none",
        Reach::Own => "reach-own",
        Reach::Others => "reach-others",
        Reach::All => "reach-all",
    })
}

/// The key of a setting's label. A test goes through all of them.
fn label_key(name: &str) -> &'static str {
    match name {
        "keep_default_hours" => "setting-keep-default-hours",
        "keep_least_hours" => "setting-keep-least-hours",
        "keep_most_hours" => "setting-keep-most-hours",
        "grace_minutes" => "setting-grace-minutes",
        "hold_minutes" => "setting-hold-minutes",
        "sender_slot" => "setting-sender-slot",
        "retype_domain" => "setting-retype-domain",
        "confirm_first_time" => "setting-confirm-first-time",
        "approve_always" => "setting-approve-always",
        "approve_new_domains" => "setting-approve-new-domains",
        "approve_recipients" => "setting-approve-recipients",
        "approve_bytes" => "setting-approve-bytes",
        "remind_hours" => "setting-remind-hours",
        "digest_hour" => "setting-digest-hour",
        "approval_hours" => "setting-approval-hours",
        "channel_phone" => "setting-channel-phone",
        "channel_sheet" => "setting-channel-sheet",
        "channel_sms" => "setting-channel-sms",
        "sms_per_delivery" => "setting-sms-per-delivery",
        "sms_per_day" => "setting-sms-per-day",
        "infected" => "setting-infected",
        "unscannable" => "setting-unscannable",
        "unanswered" => "setting-unanswered",
        "oversized" => "setting-oversized",
        "signature_hours" => "setting-signature-hours",
        "executables" => "setting-executables",
        "macros" => "setting-macros",
        "disguised" => "setting-disguised",
        "mismatched" => "setting-mismatched",
        "draft_days" => "setting-draft-days",
        "upload_hours" => "setting-upload-hours",
        "bytes_per_transfer" => "setting-bytes-per-transfer",
        "files_per_transfer" => "setting-files-per-transfer",
        "recipients_per_transfer" => "setting-recipients-per-transfer",
        "number_digits" => "setting-number-digits",
        "wrong_pause" => "setting-wrong-pause",
        "wrong_life" => "setting-wrong-life",
        "openings" => "setting-openings",
        "session_idle_minutes" => "setting-session-idle-minutes",
        "session_most_hours" => "setting-session-most-hours",
        "idle_lock_minutes" => "setting-idle-lock-minutes",
        "absolute_hours" => "setting-absolute-hours",
        "invitation_hours" => "setting-invitation-hours",
        "dormant_days" => "setting-dormant-days",
        "review_months" => "setting-review-months",
        "review_days" => "setting-review-days",
        _ => "field-other",
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::config::SETTINGS;
    use crate::model::Language;

    #[test]
    fn every_setting_right_and_reach_has_its_words() {
        for language in [Language::Ja, Language::En] {
            let texts = Texts::new(language, Tz::UTC);
            let settings = SETTINGS.iter().flat_map(|setting| {
                [label(&texts, setting), value(&texts, setting, setting.least), bounds(&texts, setting)]
            });
            let rights = Right::ALL.iter().map(|one| right(&texts, *one));
            let roles = Role::ALL.iter().map(|one| role(&texts, *one));
            assert!(SETTINGS.iter().all(|setting| label_key(setting.name) != "field-other"));
            for text in settings.chain(rights).chain(roles).chain(Reach::ALL.iter().map(|one| reach(&texts, *one))) {
                assert!(!text.contains('⟦'), "{text}");
            }
        }
    }

    #[test]
    fn sizes_are_typed_in_gigabytes_and_lose_no_byte() {
        for (typed, expected) in [
            ("50", Some(50_000_000_000)),
            (" 1.5 ", Some(1_500_000_000)),
            ("１．５", Some(1_500_000_000)),
            ("1,000", Some(1_000_000_000_000)),
            ("0.000000001", Some(1)),
            ("0.0000000001", None),
            ("-1", None),
            ("1.-5", None),
            ("", None),
            ("many", None),
            ("99999999999999", None),
        ] {
            assert_eq!(bytes(typed), expected, "{typed}");
        }
        for bytes_ in [1, 999_999_999, 1_500_000_000, 1 << 50] {
            assert_eq!(bytes(&gigabytes(bytes_)), Some(bytes_));
        }
    }
}
