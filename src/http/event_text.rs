//! The kinds of events by their groups, as a choice among them and a table of them show them.

use super::text::Texts;

/// A kind of event: its word, and the key of its name.
pub type Kind = (&'static str, &'static str);

/// Kinds that belong together, under the key of the group's name.
pub type Group = (&'static str, &'static [Kind]);

/// Every kind of event.
pub const GROUPS: [Group; 9] = [
    (
        "kind-group-staff",
        &[
            ("signed_in", "kind-signed-in"),
            ("identity_confirmed", "kind-identity-confirmed"),
            ("signed_out", "kind-signed-out"),
            ("session_locked", "kind-session-locked"),
            ("session_unlocked", "kind-session-unlocked"),
            ("password_locked", "kind-password-locked"),
            ("password_stopped", "kind-password-stopped"),
            ("codes_locked", "kind-codes-locked"),
            ("codes_stopped", "kind-codes-stopped"),
            ("source_banned", "kind-source-banned"),
            ("ban_lifted", "kind-ban-lifted"),
            ("totp_enrolled", "kind-totp-enrolled"),
            ("totp_removed", "kind-totp-removed"),
            ("recovery_codes_made", "kind-recovery-codes-made"),
            ("passkey_added", "kind-passkey-added"),
            ("passkey_removed", "kind-passkey-removed"),
            ("identity_linked", "kind-identity-linked"),
            ("sealing_passphrase_set", "kind-sealing-passphrase-set"),
            ("key_renewal_read", "kind-key-renewal-read"),
            ("password_reminded", "kind-password-reminded"),
            ("password_changed", "kind-password-changed"),
            ("password_reset", "kind-password-reset"),
        ],
    ),
    (
        "kind-group-register",
        &[
            ("account_created", "kind-account-created"),
            ("account_invited", "kind-account-invited"),
            ("account_joined", "kind-account-joined"),
            ("account_changed", "kind-account-changed"),
            ("roles_changed", "kind-roles-changed"),
            ("account_stopped", "kind-account-stopped"),
            ("account_resumed", "kind-account-resumed"),
            ("register_imported", "kind-register-imported"),
            ("register_exported", "kind-register-exported"),
            ("review_started", "kind-review-started"),
            ("review_assigned", "kind-review-assigned"),
            ("review_decided", "kind-review-decided"),
            ("review_reminded", "kind-review-reminded"),
            ("review_signed", "kind-review-signed"),
            ("review_abandoned", "kind-review-abandoned"),
            ("review_exported", "kind-review-exported"),
        ],
    ),
    (
        "kind-group-office",
        &[
            ("sign_in_rules_changed", "kind-sign-in-rules-changed"),
            ("department_limited", "kind-department-limited"),
            ("policy_changed", "kind-policy-changed"),
            ("office_changed", "kind-office-changed"),
            ("token_created", "kind-token-created"),
            ("token_revoked", "kind-token-revoked"),
            ("webhook_tested", "kind-webhook-tested"),
            ("webhook_given_up", "kind-webhook-given-up"),
            ("webhook_stopped", "kind-webhook-stopped"),
            ("webhook_dropped", "kind-webhook-dropped"),
        ],
    ),
    (
        "kind-group-sending",
        &[
            ("draft_created", "kind-draft-created"),
            ("file_added", "kind-file-added"),
            ("file_arrived", "kind-file-arrived"),
            ("file_removed", "kind-file-removed"),
            ("recipient_added", "kind-recipient-added"),
            ("recipient_removed", "kind-recipient-removed"),
            ("scan_verdict", "kind-scan-verdict"),
            ("scanner_lost", "kind-scanner-lost"),
            ("scanner_found", "kind-scanner-found"),
            ("signatures_aged", "kind-signatures-aged"),
            ("sealed", "kind-sealed"),
            ("flags_confirmed", "kind-flags-confirmed"),
            ("contact_added", "kind-contact-added"),
            ("contact_changed", "kind-contact-changed"),
            ("contact_removed", "kind-contact-removed"),
            ("contacts_imported", "kind-contacts-imported"),
            ("contacts_exported", "kind-contacts-exported"),
            ("template_saved", "kind-template-saved"),
            ("template_renamed", "kind-template-renamed"),
            ("template_removed", "kind-template-removed"),
            ("phone_verified", "kind-phone-verified"),
            ("approval_asked", "kind-approval-asked"),
            ("approval_given", "kind-approval-given"),
            ("approval_refused", "kind-approval-refused"),
            ("approval_lapsed", "kind-approval-lapsed"),
            ("deputy_named", "kind-deputy-named"),
            ("deputy_withdrawn", "kind-deputy-withdrawn"),
            ("hold_released", "kind-hold-released"),
            ("file_inspected", "kind-file-inspected"),
            ("number_shown", "kind-number-shown"),
            ("number_copied", "kind-number-copied"),
            ("number_printed", "kind-number-printed"),
            ("number_told", "kind-number-told"),
            ("number_sent", "kind-number-sent"),
            ("dispatched", "kind-dispatched"),
        ],
    ),
    (
        "kind-group-mail",
        &[
            ("mail_queued", "kind-mail-queued"),
            ("mail_accepted", "kind-mail-accepted"),
            ("mail_deferred", "kind-mail-deferred"),
            ("mail_failed", "kind-mail-failed"),
            ("mail_bounced", "kind-mail-bounced"),
            ("mail_delayed", "kind-mail-delayed"),
            ("mail_withheld", "kind-mail-withheld"),
            ("mail_withdrawn", "kind-mail-withdrawn"),
        ],
    ),
    (
        "kind-group-collecting",
        &[
            ("link_opened", "kind-link-opened"),
            ("number_mistyped", "kind-number-mistyped"),
            ("number_wrong", "kind-number-wrong"),
            ("number_accepted", "kind-number-accepted"),
            ("paused", "kind-paused"),
            ("resumed", "kind-resumed"),
            ("number_reissued", "kind-number-reissued"),
            ("reminded", "kind-reminded"),
            ("asked_again", "kind-asked-again"),
            ("resent", "kind-resent"),
            ("session_taken_over", "kind-session-taken-over"),
            ("session_ended", "kind-session-ended"),
            ("serving_started", "kind-serving-started"),
            ("bytes_served", "kind-bytes-served"),
            ("retrieved", "kind-retrieved"),
            ("recipient_confirmed", "kind-recipient-confirmed"),
        ],
    ),
    (
        "kind-group-ending",
        &[
            ("extended", "kind-extended"),
            ("handed_over", "kind-handed-over"),
            ("delivery_ended", "kind-delivery-ended"),
            ("finished", "kind-finished"),
            ("shred_intended", "kind-shred-intended"),
            ("shredded", "kind-shredded"),
            ("tamper_suspected", "kind-tamper-suspected"),
        ],
    ),
    (
        "kind-group-fax",
        &[
            ("fax_recorded", "kind-fax-recorded"),
            ("fax_corrected", "kind-fax-corrected"),
            ("fax_sent", "kind-fax-sent"),
            ("fax_confirmed", "kind-fax-confirmed"),
            ("fax_original_stored", "kind-fax-original-stored"),
            ("fax_closed", "kind-fax-closed"),
            ("fax_misdirected", "kind-fax-misdirected"),
            ("fax_handed_over", "kind-fax-handed-over"),
            ("faxes_exported", "kind-faxes-exported"),
        ],
    ),
    (
        "kind-group-log",
        &[
            ("alert_raised", "kind-alert-raised"),
            ("started", "kind-started"),
            ("stopped", "kind-stopped"),
            ("log_began", "kind-log-began"),
            ("log_verified", "kind-log-verified"),
            ("log_inconsistent", "kind-log-inconsistent"),
            ("certificate_issued", "kind-certificate-issued"),
            ("certificates_issued", "kind-certificates-issued"),
            ("log_exported", "kind-log-exported"),
            ("log_export_fetched", "kind-log-export-fetched"),
            ("log_export_ended", "kind-log-export-ended"),
            ("clock_jump", "kind-clock-jump"),
        ],
    ),
];

/// The name of a kind of event, by its word.
pub fn name(texts: &Texts, word: &str) -> String {
    let mut kinds = GROUPS.iter().flat_map(|(_, kinds)| kinds.iter());
    kinds.find(|(other, _)| *other == word).map_or_else(|| word.to_owned(), |(_, key)| texts.text(key))
}

/// Whether it is the word of a kind of event.
pub fn is_kind(word: &str) -> bool {
    GROUPS.iter().flat_map(|(_, kinds)| kinds.iter()).any(|(other, _)| *other == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Tz;

    use crate::model::Language;

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        for language in [Language::Ja, Language::En] {
            let texts = Texts::new(language, Tz::Asia__Tokyo);
            let kinds = GROUPS.iter().flat_map(|(_, kinds)| kinds.iter());
            let mut names: Vec<_> = kinds.map(|(word, _)| name(&texts, word)).collect();
            assert!(names.iter().all(|name| !name.contains('⟦')));
            let all = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), all);
        }
    }
}
