//! The record of a signed review: canonical JSON, kept byte for byte, its SHA-256 in the log. Reading and exporting it.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Doing, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, AccountState, Actor, Decision, Event, EventKind, ReviewId, Role, Time, words};
use crate::staff::permit::RegisterReader;
use crate::staff::registrar::Registrar;
use crate::store::reviews::{Item, Review, Verdict};
use crate::store::{Tx, accounts, reviews};

const VERSION: u32 = 1;

words! {
    /// Whether a decision changed the account.
    pub enum Done {
        /// It asked for no change.
        Nothing = "nothing",
        /// It was carried out with the signature.
        Now = "carried_out",
        /// The account had been changed that way before the signature.
        Before = "done_before",
    }
}

/// Somebody whom a record names, as he was called when it was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The account.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Its mail address.
    pub email: String,
}

/// An account in a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Who it is.
    pub account: Party,
    /// The department.
    pub department: String,
    /// Whether it was in use before the signature.
    pub state_before: AccountState,
    /// Its roles before the signature.
    pub roles_before: Vec<Role>,
    /// Who was to decide.
    pub reviewer: Option<Party>,
    /// What was decided.
    pub decision: Decision,
    /// Why.
    pub reason: String,
    /// Who decided; nobody: somebody at the console.
    pub decided_by: Option<Party>,
    /// When, in unix milliseconds.
    pub decided_at: Time,
    /// Whether it was typed at the console: who decided is as was said there.
    pub at_console: bool,
    /// Whether an administrator kept the own account, because there was no other.
    pub own_account: bool,
    /// Whether it changed the account.
    pub done: Done,
    /// Whether it is in use after the signature.
    pub state_after: AccountState,
    /// Its roles after the signature.
    pub roles_after: Vec<Role>,
}

/// The record of a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The form of the record.
    pub v: u32,
    /// The review.
    pub review: ReviewId,
    /// From when on accounts were looked at: the end of the review before, or the first account.
    pub period_from: Time,
    /// Until when.
    pub period_to: Time,
    /// When it was begun.
    pub started_at: Time,
    /// Who began it; nobody: somebody at the console.
    pub started_by: Option<Party>,
    /// Until when it should have been signed.
    pub deadline_at: Time,
    /// When it was signed.
    pub signed_at: Time,
    /// Who signed; nobody: somebody at the console.
    pub signed_by: Option<Party>,
    /// Whether it was signed at the console: who signed is as was said there.
    pub signed_at_console: bool,
    /// What was said with the signature.
    pub note: String,
    /// Who decided.
    pub reviewers: Vec<Party>,
    /// The accounts, by address.
    pub accounts: Vec<Line>,
}

/// A record that was read, with its digest.
#[derive(Clone, Debug)]
pub struct Kept {
    /// What it says.
    pub record: Record,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their SHA-256, lower-case hexadecimal.
    pub digest: String,
}

impl Record {
    /// How many accounts were decided in this way.
    pub fn count(&self, decision: Decision) -> usize {
        self.accounts.iter().filter(|line| line.decision == decision).count()
    }
}

fn party(account: &Account) -> Party {
    Party { id: account.id, name: account.name.clone(), email: account.email.clone() }
}

fn party_of(tx: &mut Tx, id: Option<AccountId>) -> Result<Option<Party>> {
    let Some(id) = id else { return Ok(None) };
    Ok(accounts::find(tx, id)?.as_ref().map(party))
}

/// The line of an account that was decided.
pub(super) fn line(
    tx: &mut Tx,
    item: &Item,
    verdict: &Verdict,
    (before, after): (&Account, &Account),
    done: Done,
) -> Result<Line> {
    Ok(Line {
        account: party(before),
        department: before.department.clone(),
        state_before: before.state,
        roles_before: before.roles.clone(),
        reviewer: party_of(tx, item.reviewer)?,
        decision: verdict.decision,
        reason: verdict.reason.clone(),
        decided_by: party_of(tx, verdict.by)?,
        decided_at: verdict.at,
        at_console: verdict.at_console,
        own_account: verdict.by == Some(item.account),
        done,
        state_after: after.state,
        roles_after: after.roles.clone(),
    })
}

/// The record of a review that is being signed.
pub(super) fn make(
    tx: &mut Tx,
    review: &Review,
    signer: Option<AccountId>,
    registrar: &Registrar,
    mut lines: Vec<Line>,
    now: Time,
) -> Result<Record> {
    let before = reviews::last_signed(tx)?.and_then(|review| review.ended_at);
    let first = accounts::all(tx)?.iter().map(|account| account.created_at).min();
    lines.sort_by(|one, other| one.account.email.cmp(&other.account.email));
    let mut reviewers: Vec<Party> = Vec::new();
    for party in lines.iter().filter_map(|line| line.decided_by.as_ref()) {
        if !reviewers.contains(party) {
            reviewers.push(party.clone());
        }
    }
    Ok(Record {
        v: VERSION,
        review: review.id,
        period_from: before.or(first).unwrap_or(review.started_at),
        period_to: now,
        started_at: review.started_at,
        started_by: party_of(tx, review.started_by)?,
        deadline_at: review.deadline_at,
        signed_at: now,
        signed_by: party_of(tx, signer)?,
        signed_at_console: registrar.account().is_none(),
        note: registrar.why().to_owned(),
        reviewers,
        accounts: lines,
    })
}

/// The record of a signed review.
///
/// # Errors
/// `NotFound` for one that was not signed.
pub async fn read(gateway: &Gateway, id: ReviewId) -> Result<Kept> {
    let bytes = gateway.store.read(move |tx| reviews::record(tx, id)).await?;
    let record = serde_json::from_slice(&bytes).doing("reading the record of a review")?;
    Ok(Kept { record, digest: digest_of(&bytes), bytes })
}

/// SHA-256 as the log has it.
pub fn digest_of(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// Notes that a record was written to a file with these bytes, before it leaves.
///
/// # Errors
/// `SignInNeeded` when the session ended meanwhile; the store cannot be written.
pub async fn exported(gateway: &Gateway, reader: &RegisterReader, id: ReviewId, bytes: &[u8]) -> Result<()> {
    let event = export(id, bytes, gateway.now(), reader.actor());
    reader.write(gateway, move |tx| tx.record(&event)).await
}

/// The same at the console of the server.
///
/// # Errors
/// The store cannot be written.
pub async fn exported_at_console(gateway: &Gateway, id: ReviewId, bytes: &[u8]) -> Result<()> {
    let event = export(id, bytes, gateway.now(), Actor::Console);
    gateway.store.write(move |tx| tx.record(&event)).await
}

fn export(id: ReviewId, bytes: &[u8], now: Time, by: Actor) -> Event {
    Event::new(EventKind::ReviewExported { digest: digest_of(bytes) }, now, by).review(id)
}
