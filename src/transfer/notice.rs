//! Mails to members of staff about themselves: what each needs to be worded, read when it is about to leave. One that says
//! what is true no longer is withdrawn.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono_tz::Tz;

use crate::error::{Error, Result};
use crate::gateway::Gateway;
use crate::model::{
    Account, AccountState, AlertCount, Correspondent, Digest, Letter, LetterKind, LogNews, Role, ScannerWord,
    SignInRules, Time, Token,
};
use crate::staff::log::check;
use crate::store::letters::QueuedLetter;
use crate::store::{Tx, accounts, alerts, events, invitations, reviews, scans, settings, transfers};

use super::approve;
use super::dispatch::correspondent;
use super::summary;

/// Questions that a mail counts at most.
const MOST_COUNTED: i64 = 1000;
/// Alerts that were raised together have one time.
const MOMENT: Duration = Duration::from_millis(1);

/// What mails to staff are measured and counted by.
pub(super) struct Surroundings {
    usual: SignInRules,
    zone: Tz,
    scanner: ScannerWord,
}

impl Surroundings {
    /// As they are now.
    pub(super) fn of(gateway: &Gateway) -> Self {
        let usual = gateway.usual_rules.clone();
        Self { usual, zone: gateway.office().time_zone, scanner: summary::scanner(gateway) }
    }
}

/// A mail to a member of staff.
pub(super) struct Notice {
    account: Account,
    /// Until when, or when it happened.
    when: Time,
    /// How many things it is about.
    count: u32,
    /// The day in numbers.
    digest: Option<Digest>,
    /// What was found.
    alerts: Vec<AlertCount>,
    /// What is new in the log.
    log: Option<LogNews>,
}

/// What a mail about an account says now; none if that is true no longer.
pub(super) fn read(tx: &mut Tx, letter: &QueuedLetter, around: &Surroundings, now: Time) -> Result<Option<Notice>> {
    let missing = || Error::fault("reading a mail", "it is about nothing");
    let account = accounts::get(tx, letter.account_id.ok_or_else(missing)?)?;
    let when = match letter.kind {
        LetterKind::PasswordAge => must_change_at(tx, letter, &account, &around.usual, now)?.map(|when| (when, 0)),
        LetterKind::Invitation => invitation(tx, letter, &account, now)?.map(|when| (when, 0)),
        LetterKind::ReviewDue => waiting(tx, &account, now)?,
        LetterKind::ApprovalAsked => asked(tx, &account, now)?,
        LetterKind::ScannerDown => scanner_down(tx, letter, &account, now)?,
        LetterKind::LogInconsistent => log_inconsistent(tx, &account, now)?,
        LetterKind::SignaturesOld => signatures_old(tx, &account, now)?,
        LetterKind::HandedOver => account.may_act(now).then_some((letter.created_at, running(tx, &account)?)),
        LetterKind::Digest | LetterKind::Alert => administers(&account, now).then_some((letter.created_at, 0)),
        LetterKind::LogCheckpoint => audits(&account, now).then_some((letter.created_at, 0)),
        _ => None,
    };
    let digest = match letter.kind {
        LetterKind::Digest => summary::of_day_before(tx, letter.created_at, around.zone, around.scanner)?,
        _ => None,
    };
    let alerts = match letter.kind {
        LetterKind::Alert => alerts::told(tx, (letter.created_at, letter.created_at + MOMENT))?,
        _ => Vec::new(),
    };
    let log = match letter.kind {
        LetterKind::LogCheckpoint => summary::of_log(tx, letter.created_at)?,
        _ => None,
    };
    // Without something to tell they are true no longer.
    let is_empty = match letter.kind {
        LetterKind::Alert => alerts.is_empty(),
        LetterKind::LogCheckpoint => log.is_none(),
        _ => false,
    };
    Ok(when.filter(|_| !is_empty).map(|(when, count)| Notice { account, when, count, digest, alerts, log }))
}

/// A password that was changed since the mail was written is younger than the mail.
fn must_change_at(
    tx: &mut Tx,
    letter: &QueuedLetter,
    account: &Account,
    usual: &SignInRules,
    now: Time,
) -> Result<Option<Time>> {
    let rules = settings::sign_in(tx)?.unwrap_or_else(|| usual.clone());
    let current = account.may_act(now) && account.password_changed_at <= letter.created_at;
    Ok(rules.passwords.must_change_at(account.password_changed_at).filter(|_| current))
}

/// An invitation that was followed or replaced has another secret, or none.
fn invitation(tx: &mut Tx, letter: &QueuedLetter, account: &Account, now: Time) -> Result<Option<Time>> {
    let present = invitations::of_account(tx, account.id)?.filter(|present| now < present.expires_at);
    let same = present.filter(|present| present.created_at == letter.created_at);
    Ok(same.filter(|_| account.state == AccountState::Invited).map(|present| present.expires_at))
}

/// The deadline of the open review, and how many accounts of it wait for this reviewer.
fn waiting(tx: &mut Tx, account: &Account, now: Time) -> Result<Option<(Time, u32)>> {
    let Some(review) = reviews::open(tx)?.filter(|_| account.may_act(now)) else { return Ok(None) };
    let count = u32::try_from(reviews::waiting_for(tx, review.id, account.id)?).unwrap_or(u32::MAX);
    Ok((count > 0).then_some((review.deadline_at, count)))
}

/// When the first question lapses, and how many wait for this approver.
fn asked(tx: &mut Tx, account: &Account, now: Time) -> Result<Option<(Time, u32)>> {
    if !account.may_act(now) {
        return Ok(None);
    }
    let open = approve::open_for(tx, account.id, now, MOST_COUNTED)?;
    // Each recipient is a question; people decide about a transfer.
    let transfers: BTreeSet<_> = open.iter().map(|question| question.transfer).collect();
    let count = u32::try_from(transfers.len()).unwrap_or(u32::MAX);
    Ok(open.first().map(|first| (first.decide_by, count)))
}

/// Since when the scanner is silent, and how many files wait for it.
fn scanner_down(tx: &mut Tx, letter: &QueuedLetter, account: &Account, now: Time) -> Result<Option<(Time, u32)>> {
    let is_over = events::latest(tx, "scanner_found")?.is_some_and(|found| found > letter.created_at);
    let alarm = settings::alarm(tx, letter.kind)?.filter(|_| !is_over && administers(account, now));
    let waiting = u32::try_from(scans::waiting(tx)?).unwrap_or(u32::MAX);
    Ok(alarm.map(|alarm| (alarm.since, waiting)))
}

/// Since when the scanner's signatures are too old.
fn signatures_old(tx: &mut Tx, account: &Account, now: Time) -> Result<Option<(Time, u32)>> {
    let alarm = settings::alarm(tx, LetterKind::SignaturesOld)?.filter(|_| administers(account, now));
    Ok(alarm.map(|alarm| (alarm.since, 0)))
}

/// Since when the log is known to be inconsistent, and from which entry on, where one is named.
fn log_inconsistent(tx: &mut Tx, account: &Account, now: Time) -> Result<Option<(Time, u32)>> {
    let wrong = settings::checked(tx)?.and_then(|checked| checked.wrong).filter(|_| check::is_told(account, now));
    Ok(wrong.map(|wrong| (wrong.found_at, wrong.entry.and_then(|entry| u32::try_from(entry).ok()).unwrap_or_default())))
}

fn administers(account: &Account, now: Time) -> bool {
    account.has(Role::Administrator) && account.may_act(now)
}

fn audits(account: &Account, now: Time) -> bool {
    account.has(Role::Auditor) && account.may_act(now)
}

fn running(tx: &mut Tx, account: &Account) -> Result<u32> {
    Ok(u32::try_from(transfers::running(tx, account.id)?).unwrap_or(u32::MAX))
}

impl Notice {
    /// The mail, ready to be worded.
    pub(super) fn word(&self, gateway: &Gateway, letter: &QueuedLetter) -> Result<Letter> {
        Ok(Letter {
            id: letter.id,
            kind: letter.kind,
            language: self.account.language,
            to: correspondent(&self.account),
            sender: Correspondent::default(),
            recipient: Correspondent::default(),
            reference: String::new(),
            file_count: 0,
            total_bytes: 0,
            when: self.when,
            end_reason: None,
            count: self.count,
            mailed_at: None,
            approved: None,
            digest: self.digest,
            alerts: self.alerts.clone(),
            log: self.log.clone(),
            invitation: secret(gateway, letter)?,
            offer: None,
            checkpoint: None,
        })
    }
}

fn secret(gateway: &Gateway, letter: &QueuedLetter) -> Result<Option<Token>> {
    if letter.kind != LetterKind::Invitation {
        return Ok(None);
    }
    let missing = || Error::fault("wording a mail", "its secret is gone");
    let sealed = letter.secret_sealed.as_deref().ok_or_else(missing)?;
    let secret: [u8; 32] = gateway.store.keys().custody.open(sealed)?.as_slice().try_into().map_err(|_| missing())?;
    Ok(Some(Token::new(secret)))
}
