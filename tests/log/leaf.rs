//! The bytes of the log, fixed for ever: one line per event.

use std::collections::BTreeSet;
use std::convert::Infallible;

use kakitome::audit::{LEAF_MAX, Leaf};
use kakitome::model::HookKind;
use kakitome::model::{
    AccountId, AccountState, Actor, AlertRule, ApprovalReason, CertificateForm, Channel, Decision, DeliveryId, Detail,
    EndReason, Entry, Erasure, Event, EventId, EventKind, ExportFormat, ExportState, Factor, Language, Leaving,
    LetterKind, LogReason, Private, Role, Scope, Time, Validity, Verdict,
};
use rand::{TryCryptoRng, TryRng};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Counts up, so that salts are the same in every run and with every version of the random number crate.
struct Counting(u8);

impl TryRng for Counting {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
        Ok(())
    }
}

impl TryCryptoRng for Counting {}

const NOW: Time = Time::from_millis(1_738_290_896_123);

fn id<T: std::str::FromStr>(last: u8) -> T
where
    T::Err: std::fmt::Debug,
{
    format!("0190b5a0-0000-7000-8000-0000000000{last:02x}").parse().unwrap()
}

fn leaf(event: &Event) -> Leaf {
    Leaf::of(event, id::<EventId>(1), &mut Counting(0)).unwrap()
}

/// What the register says of somebody.
fn entry() -> Entry {
    Entry {
        state: AccountState::Active,
        roles: vec![Role::Sender, Role::Auditor],
        language: Language::Ja,
        validity: Validity { from: None, until: Some(NOW) },
        most_bytes: Some(1 << 50),
        most_recipients: Some(3),
        most_keep_hours: None,
        needs_approval: true,
        successor: Some(id::<AccountId>(5)),
        revision: 7,
        created_at: NOW,
    }
}

fn entry_json() -> Value {
    json!({"state": "active", "roles": ["sender", "auditor"], "language": "ja",
           "validity": {"from": null, "until": 1_738_290_896_123_i64}, "most_bytes": 1_125_899_906_842_624_i64,
           "most_recipients": 3, "most_keep_hours": null, "needs_approval": true,
           "successor": "0190b5a0-0000-7000-8000-000000000005", "revision": 7, "created_at": 1_738_290_896_123_i64})
}

/// Every event and the clear fields that it adds to its leaf.
fn every_event() -> Vec<(EventKind, Value)> {
    use EventKind::*;
    let (expires_at, letter) = (Time::from_millis(1_738_900_000_000), LetterKind::Offer);
    vec![
        (Started, json!({"event": "started"})),
        (Stopped, json!({"event": "stopped"})),
        (
            LogExported { export: id(7), format: ExportFormat::JsonLines, rows: 3, digest: "ab".into() },
            json!({"event": "log_exported", "export": "0190b5a0-0000-7000-8000-000000000007", "format": "jsonl", "rows": 3,
                "digest": "ab"}),
        ),
        (
            LogExportFetched { export: id(7) },
            json!({"event": "log_export_fetched", "export": "0190b5a0-0000-7000-8000-000000000007"}),
        ),
        (
            LogExportEnded { export: id(7), state: ExportState::Expired },
            json!({"event": "log_export_ended", "export": "0190b5a0-0000-7000-8000-000000000007", "state": "expired"}),
        ),
        (
            LogBegan { origin: "o/audit/2026-1".into(), why: LogReason::First, previous: None },
            json!({"event": "log_began", "origin": "o/audit/2026-1", "why": "first"}),
        ),
        (
            LogVerified { origin: "o/audit/2026-1".into(), size: 7 },
            json!({"event": "log_verified", "origin": "o/audit/2026-1", "size": 7}),
        ),
        (
            LogInconsistent { origin: "o/audit/2026-1".into(), size: 7, flaw: "entry", entry: Some(3) },
            json!({"event": "log_inconsistent", "origin": "o/audit/2026-1", "size": 7, "flaw": "entry", "entry": 3}),
        ),
        (
            CertificateIssued { form: CertificateForm::File, digest: "ab".repeat(32) },
            json!({"event": "certificate_issued", "form": "file", "digest": "ab".repeat(32)}),
        ),
        (CertificatesIssued { month: "2026-11".into() }, json!({"event": "certificates_issued", "month": "2026-11"})),
        (ClockJump { jump_ms: -5 }, json!({"event": "clock_jump", "jump_ms": -5})),
        (SignedIn { by: Factor::Password }, json!({"event": "signed_in", "by": "password"})),
        (IdentityConfirmed { by: Factor::Totp }, json!({"event": "identity_confirmed", "by": "totp"})),
        (SignedOut, json!({"event": "signed_out"})),
        (SessionLocked, json!({"event": "session_locked"})),
        (SessionUnlocked { by: Factor::Passkey }, json!({"event": "session_unlocked", "by": "passkey"})),
        (PasswordLocked { seconds: 900 }, json!({"event": "password_locked", "seconds": 900})),
        (PasswordStopped, json!({"event": "password_stopped"})),
        (CodesLocked { seconds: 900 }, json!({"event": "codes_locked", "seconds": 900})),
        (CodesStopped, json!({"event": "codes_stopped"})),
        (SourceBanned { seconds: 1800 }, json!({"event": "source_banned", "seconds": 1800})),
        (BanLifted, json!({"event": "ban_lifted"})),
        (TotpEnrolled, json!({"event": "totp_enrolled"})),
        (TotpRemoved, json!({"event": "totp_removed"})),
        (RecoveryCodesMade, json!({"event": "recovery_codes_made"})),
        (PasskeyAdded { opens_key: true }, json!({"event": "passkey_added", "opens_key": true})),
        (PasskeyRemoved, json!({"event": "passkey_removed"})),
        (IdentityLinked { by: Factor::Oidc }, json!({"event": "identity_linked", "by": "oidc"})),
        (SealingPassphraseSet, json!({"event": "sealing_passphrase_set"})),
        (KeyRenewalRead, json!({"event": "key_renewal_read"})),
        (PasswordReminded { days: 14 }, json!({"event": "password_reminded", "days": 14})),
        (
            SignInRulesChanged { settings: vec!["profile"] },
            json!({"event": "sign_in_rules_changed", "settings": ["profile"]}),
        ),
        (AccountCreated { entry: entry() }, json!({"event": "account_created", "entry": entry_json()})),
        (AccountInvited { expires_at }, json!({"event": "account_invited", "expires_at": 1_738_900_000_000_i64})),
        (AccountJoined { entry: entry() }, json!({"event": "account_joined", "entry": entry_json()})),
        (
            AccountChanged { changed: vec![Detail::Name, Detail::Limits], entry: entry() },
            json!({"event": "account_changed", "changed": ["name", "limits"], "entry": entry_json()}),
        ),
        (
            RolesChanged { changed: vec![Detail::Roles], entry: entry() },
            json!({"event": "roles_changed", "changed": ["roles"], "entry": entry_json()}),
        ),
        (
            AccountStopped { transfers: Leaving::Recall, entry: entry() },
            json!({"event": "account_stopped", "transfers": "recall", "entry": entry_json()}),
        ),
        (AccountResumed { entry: entry() }, json!({"event": "account_resumed", "entry": entry_json()})),
        (
            RegisterImported { rows: 3, added: 2, changed: 1 },
            json!({"event": "register_imported", "rows": 3, "added": 2, "changed": 1}),
        ),
        (
            RegisterExported { rows: 3, digest: "ab".repeat(32) },
            json!({"event": "register_exported", "rows": 3, "digest": "ab".repeat(32)}),
        ),
        (
            DepartmentLimited {
                most_bytes: Some(1),
                most_recipients: None,
                most_keep_hours: Some(2),
                needs_approval: true,
            },
            json!({"event": "department_limited", "most_bytes": 1, "most_recipients": null, "most_keep_hours": 2,
                   "needs_approval": true}),
        ),
        (
            ReviewStarted { accounts: 40, deadline_at: expires_at },
            json!({"event": "review_started", "accounts": 40, "deadline_at": 1_738_900_000_000_i64}),
        ),
        (
            ReviewAssigned { reviewer: id::<AccountId>(5) },
            json!({"event": "review_assigned", "reviewer": "0190b5a0-0000-7000-8000-000000000005"}),
        ),
        (
            ReviewDecided { decision: Decision::Reduce, roles: vec![Role::Sender] },
            json!({"event": "review_decided", "decision": "reduce", "roles": ["sender"]}),
        ),
        (ReviewReminded { days: -1 }, json!({"event": "review_reminded", "days": -1})),
        (
            ReviewSigned { digest: "ab".repeat(32), kept: 38, reduced: 1, stopped: 1 },
            json!({"event": "review_signed", "digest": "ab".repeat(32), "kept": 38, "reduced": 1, "stopped": 1}),
        ),
        (ReviewAbandoned, json!({"event": "review_abandoned"})),
        (ReviewExported { digest: "ab".repeat(32) }, json!({"event": "review_exported", "digest": "ab".repeat(32)})),
        (
            PolicyChanged { setting: "hold_minutes", before: None, after: Some(5) },
            json!({"event": "policy_changed", "setting": "hold_minutes", "before": null, "after": 5}),
        ),
        (OfficeChanged { settings: vec!["name"] }, json!({"event": "office_changed", "settings": ["name"]})),
        (
            PersonalDataErased { why: Erasure::Person, values: 7, rows: 2 },
            json!({"event": "personal_data_erased", "why": "person", "values": 7, "rows": 2}),
        ),
        (PasswordChanged, json!({"event": "password_changed"})),
        (PasswordReset, json!({"event": "password_reset"})),
        (
            TokenCreated { scope: Scope::Send, expires_at },
            json!({"event": "token_created", "scope": "send", "expires_at": 1_738_900_000_000_i64}),
        ),
        (TokenRevoked, json!({"event": "token_revoked"})),
        (DraftCreated, json!({"event": "draft_created"})),
        (FileAdded { size: 50_000_000_000 }, json!({"event": "file_added", "size": 50_000_000_000_i64})),
        (FileArrived { size: 1 }, json!({"event": "file_arrived", "size": 1})),
        (FileRemoved, json!({"event": "file_removed"})),
        (RecipientAdded, json!({"event": "recipient_added"})),
        (RecipientRemoved, json!({"event": "recipient_removed"})),
        (
            ScanVerdict { verdict: Verdict::Off, signatures: None, signatures_at: None },
            json!({"event": "scan_verdict", "verdict": "off"}),
        ),
        (
            ScanVerdict {
                verdict: Verdict::Infected,
                signatures: Some("ClamAV 1.4.3/27600".into()),
                signatures_at: Some(expires_at),
            },
            json!({"event": "scan_verdict", "verdict": "infected", "signatures": "ClamAV 1.4.3/27600", "signatures_at": 1_738_900_000_000_i64}),
        ),
        (ScannerLost, json!({"event": "scanner_lost"})),
        (
            ScannerFound { signatures: "ClamAV 1.4.3".into(), signatures_at: None },
            json!({"event": "scanner_found", "signatures": "ClamAV 1.4.3", "signatures_at": null}),
        ),
        (
            SignaturesAged { signatures: "ClamAV 1.4.3/27600".into(), hours: 50 },
            json!({"event": "signatures_aged", "signatures": "ClamAV 1.4.3/27600", "hours": 50}),
        ),
        (MailWithheld { letter: LetterKind::Offer }, json!({"event": "mail_withheld", "letter": "offer"})),
        (
            Sealed { manifest: "ab".repeat(32), files: 2, bytes: 3, deliveries: 4, expires_at },
            json!({"event": "sealed", "manifest": "ab".repeat(32), "files": 2, "bytes": 3, "deliveries": 4,
                   "expires_at": 1_738_900_000_000_i64}),
        ),
        (
            FlagsConfirmed { flags: vec!["look_alike", "first_time"] },
            json!({"event": "flags_confirmed", "flags": ["look_alike", "first_time"]}),
        ),
        (ContactAdded { office: true }, json!({"event": "contact_added", "office": true})),
        (ContactChanged { office: false }, json!({"event": "contact_changed", "office": false})),
        (ContactRemoved { office: false }, json!({"event": "contact_removed", "office": false})),
        (
            ContactsImported { office: true, added: 2, changed: 1 },
            json!({"event": "contacts_imported", "office": true, "added": 2, "changed": 1}),
        ),
        (ContactsExported { rows: 3 }, json!({"event": "contacts_exported", "rows": 3})),
        (TemplateSaved { recipients: 3 }, json!({"event": "template_saved", "recipients": 3})),
        (TemplateRenamed, json!({"event": "template_renamed"})),
        (TemplateRemoved, json!({"event": "template_removed"})),
        (PhoneVerified, json!({"event": "phone_verified"})),
        (
            ApprovalAsked {
                reasons: vec![ApprovalReason::Always, ApprovalReason::NewDomain],
                latest_expiry: expires_at,
                decide_by: expires_at,
            },
            json!({"event": "approval_asked", "reasons": ["always", "new_domain"],
                   "latest_expiry": 1_738_900_000_000_i64, "decide_by": 1_738_900_000_000_i64}),
        ),
        (
            ApprovalGiven { manifest: "ab".repeat(32), latest_expiry: expires_at, on_behalf_of: None },
            json!({"event": "approval_given", "manifest": "ab".repeat(32), "latest_expiry": 1_738_900_000_000_i64}),
        ),
        (Reminded, json!({"event": "reminded"})),
        (AskedAgain, json!({"event": "asked_again"})),
        (Resent, json!({"event": "resent"})),
        (ApprovalRefused { on_behalf_of: None }, json!({"event": "approval_refused"})),
        (ApprovalLapsed, json!({"event": "approval_lapsed"})),
        (
            ApprovalRefused { on_behalf_of: Some(id::<AccountId>(5)) },
            json!({"event": "approval_refused", "on_behalf_of": "0190b5a0-0000-7000-8000-000000000005"}),
        ),
        (
            DeputyNamed { deputy: id::<AccountId>(5), from_at: expires_at, until_at: expires_at },
            json!({"event": "deputy_named", "deputy": "0190b5a0-0000-7000-8000-000000000005",
                   "from_at": 1_738_900_000_000_i64, "until_at": 1_738_900_000_000_i64}),
        ),
        (DeputyWithdrawn, json!({"event": "deputy_withdrawn"})),
        (HoldReleased { mails: 2 }, json!({"event": "hold_released", "mails": 2})),
        (FileInspected, json!({"event": "file_inspected"})),
        (NumberShown, json!({"event": "number_shown"})),
        (NumberCopied, json!({"event": "number_copied"})),
        (NumberPrinted, json!({"event": "number_printed"})),
        (
            NumberTold { channel: Channel::Phone, verified: Some(false) },
            json!({"event": "number_told", "channel": "phone", "verified": false}),
        ),
        (NumberTold { channel: Channel::Sheet, verified: None }, json!({"event": "number_told", "channel": "sheet"})),
        (
            NumberSent { channel: Channel::Sms, verified: true, status: Some(200) },
            json!({"event": "number_sent", "channel": "sms", "verified": true, "status": 200}),
        ),
        (WebhookTested { receiver: "crm".into() }, json!({"event": "webhook_tested", "receiver": "crm"})),
        (
            WebhookGivenUp { receiver: "crm".into(), hook: HookKind::NumberIssued },
            json!({"event": "webhook_given_up", "receiver": "crm", "hook": "number.issued"}),
        ),
        (WebhookStopped { receiver: "crm".into() }, json!({"event": "webhook_stopped", "receiver": "crm"})),
        (
            WebhookDropped { receiver: "crm".into(), posts: 3 },
            json!({"event": "webhook_dropped", "receiver": "crm", "posts": 3}),
        ),
        (MailQueued { letter }, json!({"event": "mail_queued", "letter": "offer"})),
        (MailAccepted { letter, attempt: 1 }, json!({"event": "mail_accepted", "letter": "offer", "attempt": 1})),
        (MailDeferred { letter, attempt: 2 }, json!({"event": "mail_deferred", "letter": "offer", "attempt": 2})),
        (MailFailed { letter, attempt: 3 }, json!({"event": "mail_failed", "letter": "offer", "attempt": 3})),
        (
            MailBounced { letter, status: "5.1.1".into() },
            json!({"event": "mail_bounced", "letter": "offer", "status": "5.1.1"}),
        ),
        (
            MailDelayed { letter, status: "4.4.1".into() },
            json!({"event": "mail_delayed", "letter": "offer", "status": "4.4.1"}),
        ),
        (MailWithdrawn { letter }, json!({"event": "mail_withdrawn", "letter": "offer"})),
        (Dispatched, json!({"event": "dispatched"})),
        (LinkOpened, json!({"event": "link_opened"})),
        (NumberMistyped, json!({"event": "number_mistyped"})),
        (NumberWrong { wrong: 1, life: 2 }, json!({"event": "number_wrong", "wrong": 1, "life": 2})),
        (NumberAccepted { opening: 1 }, json!({"event": "number_accepted", "opening": 1})),
        (Paused, json!({"event": "paused"})),
        (Resumed, json!({"event": "resumed"})),
        (NumberReissued, json!({"event": "number_reissued"})),
        (
            HandedOver { to: id::<AccountId>(5) },
            json!({"event": "handed_over", "to": "0190b5a0-0000-7000-8000-000000000005"}),
        ),
        (SessionTakenOver, json!({"event": "session_taken_over"})),
        (SessionEnded, json!({"event": "session_ended"})),
        (ServingStarted, json!({"event": "serving_started"})),
        (BytesServed { bytes: 9, complete: true }, json!({"event": "bytes_served", "bytes": 9, "complete": true})),
        (Retrieved, json!({"event": "retrieved"})),
        (RecipientConfirmed, json!({"event": "recipient_confirmed"})),
        (Extended { expires_at }, json!({"event": "extended", "expires_at": 1_738_900_000_000_i64})),
        (FaxRecorded { pages: 2, differs: true }, json!({"event": "fax_recorded", "pages": 2, "differs": true})),
        (FaxCorrected { pages: 2, differs: false }, json!({"event": "fax_corrected", "pages": 2, "differs": false})),
        (FaxSent { sent_at: NOW }, json!({"event": "fax_sent", "sent_at": 1_738_290_896_123_i64})),
        (FaxConfirmed, json!({"event": "fax_confirmed"})),
        (FaxOriginalStored, json!({"event": "fax_original_stored"})),
        (FaxClosed, json!({"event": "fax_closed"})),
        (FaxMisdirected, json!({"event": "fax_misdirected"})),
        (
            FaxHandedOver { to: id::<AccountId>(5) },
            json!({"event": "fax_handed_over", "to": "0190b5a0-0000-7000-8000-000000000005"}),
        ),
        (FaxesExported { rows: 3, digest: "ab".into() }, json!({"event": "faxes_exported", "rows": 3, "digest": "ab"})),
        (DeliveryEnded { reason: EndReason::Confirmed }, json!({"event": "delivery_ended", "reason": "confirmed"})),
        (Finished { reason: EndReason::KeyLost }, json!({"event": "finished", "reason": "key_lost"})),
        (ShredIntended, json!({"event": "shred_intended"})),
        (Shredded { blobs: 7 }, json!({"event": "shredded", "blobs": 7})),
        (TamperSuspected, json!({"event": "tamper_suspected"})),
        (AlertRaised { rule: AlertRule::LogStalled }, json!({"event": "alert_raised", "rule": "log_stalled"})),
    ]
}

#[test]
fn every_event_has_its_fixed_leaf() {
    for (kind, fields) in every_event() {
        let mut expected = json!({
            "v": 1,
            "id": "0190b5a0-0000-7000-8000-000000000001",
            "at": 1_738_290_896_123_i64,
            "actor": {"by": "system"},
            "subject": {},
            "outcome": "ok",
            "commitments": {},
        });
        expected.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let leaf = leaf(&Event::new(kind, NOW, Actor::System));
        assert_eq!(serde_json::from_slice::<Value>(&leaf.bytes).unwrap(), expected);
        assert_eq!(leaf.bytes, serde_json_canonicalizer::to_vec(&expected).unwrap(), "canonical as RFC 8785 says");
        assert_eq!(leaf.word, fields["event"]);
    }
}

#[test]
fn the_table_names_every_event() {
    let source = include_str!("../../src/model/event/kind.rs");
    let body = source.split("pub enum EventKind {").nth(1).unwrap().split("\n}").next().unwrap();
    let declared =
        body.lines().filter(|line| line.starts_with("    ") && line.trim_start().starts_with(char::is_uppercase));
    let words: BTreeSet<_> = every_event().into_iter().map(|(_, fields)| fields["event"].to_string()).collect();
    assert_eq!(words.len(), declared.count());
}

#[test]
fn a_leaf_commits_to_what_it_does_not_tell() {
    let event = Event::new(EventKind::NumberWrong { wrong: 1, life: 1 }, NOW, Actor::Recipient(id::<DeliveryId>(2)))
        .failed()
        .transfer(id(3))
        .delivery(id(2))
        .source(Some("192.0.2.7".parse().unwrap()))
        .with(Private::Email("yamada@example.jp".to_owned()))
        .with(Private::FileName("給与明細.pdf".to_owned()))
        .with(Private::PersonName(String::new()));
    let leaf = leaf(&event);
    let text = std::str::from_utf8(&leaf.bytes).unwrap();
    let salt = |first: u8| std::array::from_fn::<u8, 32, _>(|at| first + u8::try_from(at).unwrap());
    let hash = |first, value: &str| {
        data_encoding::HEXLOWER.encode(&Sha256::new().chain_update(salt(first)).chain_update(value).finalize())
    };
    assert_eq!(
        text,
        format!(
            r#"{{"actor":{{"by":"recipient","id":"0190b5a0-0000-7000-8000-000000000002"}},"at":1738290896123,"commitments":{{"email":"{}","file_name":"{}","source":"{}"}},"event":"number_wrong","id":"0190b5a0-0000-7000-8000-000000000001","life":1,"outcome":"failed","subject":{{"delivery":"0190b5a0-0000-7000-8000-000000000002","transfer":"0190b5a0-0000-7000-8000-000000000003"}},"v":1,"wrong":1}}"#,
            hash(32, "yamada@example.jp"),
            hash(64, "給与明細.pdf"),
            hash(0, "192.0.2.7"),
        )
    );
    let kept: Vec<_> = leaf.private.iter().map(|value| (value.field, value.value.as_str(), value.sealed)).collect();
    assert_eq!(
        kept,
        [("source", "192.0.2.7", false), ("email", "yamada@example.jp", false), ("file_name", "給与明細.pdf", true)]
    );
}

#[test]
fn equal_values_have_unequal_commitments() {
    let event = Event::new(EventKind::SignedIn { by: Factor::Password }, NOW, Actor::Account(id::<AccountId>(4)))
        .with(Private::Email("same".to_owned()))
        .with(Private::PersonName("same".to_owned()));
    let leaf = leaf(&event);
    let commitments: BTreeSet<_> = leaf.private.iter().map(|value| value.commitment()).collect();
    assert_eq!(commitments.len(), 2);
}

#[test]
fn a_leaf_that_cannot_be_kept_is_refused() {
    let twice = Event::new(EventKind::SignedIn { by: Factor::Password }, NOW, Actor::Anonymous)
        .with(Private::Email("a@example.jp".to_owned()))
        .with(Private::Email("b@example.jp".to_owned()));
    assert!(Leaf::of(&twice, id(1), &mut Counting(0)).is_err());
    let sealed = |manifest| EventKind::Sealed { manifest, files: 0, bytes: 0, deliveries: 0, expires_at: NOW };
    let long = Event::new(sealed("a".repeat(LEAF_MAX)), NOW, Actor::System);
    assert!(Leaf::of(&long, id(1), &mut Counting(0)).is_err());
    let reason = Event::new(EventKind::SignedIn { by: Factor::Password }, NOW, Actor::System)
        .with(Private::Reason("長".repeat(100_000)));
    assert!(leaf(&reason).bytes.len() < 400, "values of any length leave only their commitment");
}
