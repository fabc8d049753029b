//! The register from a file: first it is checked, row by row, and nothing happens; then all of it is carried out in one
//! transaction, or nothing. A known address is changed in what the file has a column for, an unknown one becomes a new
//! account. Nobody is stopped by it.

mod cells;
mod flaw;
mod plan;
mod text;

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, Event, EventKind, Language, Private, Time};
use crate::staff::invitation;
use crate::staff::registrar::Registrar;
use crate::store::accounts::Credentials;
use crate::store::{Tx, accounts};

use super::adding::store_new;
use super::{entry, export};
use plan::Present;

pub use flaw::{Flaw, RowFlaw};
pub use plan::{Added, CHANGES_MOST, Changed, Plan};
pub use text::{BYTES_MOST, ROWS_MOST};

/// What a check found.
pub type Verdict = std::result::Result<Plan, Vec<RowFlaw>>;

/// How a file is carried out.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether new accounts are invited by mail at once.
    pub mail: bool,
    /// The mark of the plan that was agreed to; none for whatever the file does.
    pub agreed: Option<String>,
}

/// What became of a file.
#[derive(Debug)]
pub enum Outcome {
    /// All of it was done.
    Done(Plan),
    /// Nothing was done: it does not fit the register.
    Refused(Vec<RowFlaw>),
    /// Nothing was done: the register has changed since it was agreed, and the file would do this now.
    Stale(Plan),
}

/// What a file is judged by, besides the register.
#[derive(Clone, Copy)]
struct Rules {
    own: Option<AccountId>,
    language: Language,
    zone: chrono_tz::Tz,
    now: Time,
}

impl Rules {
    fn of(gateway: &Gateway, own: Option<AccountId>) -> Self {
        let zone = gateway.office().time_zone;
        Self { own, language: gateway.default_language(), zone, now: gateway.now() }
    }

    fn judge(self, tx: &mut Tx, bytes: &[u8]) -> Result<Verdict> {
        let wanted = text::read(bytes).and_then(|table| cells::read(&table, self.zone));
        let wanted = match wanted {
            Ok(wanted) => wanted,
            Err(flaws) => return Ok(Err(flaws)),
        };
        let accounts = accounts::all(tx)?;
        let present = Present { accounts, own: self.own, language: self.language, now: self.now };
        Ok(plan::judge(&wanted, &present))
    }
}

/// What a file would do, or what is wrong with it. Nothing is changed. `own` is the account of who asks.
///
/// # Errors
/// The store cannot be read.
pub async fn check(gateway: &Gateway, bytes: Vec<u8>, own: Option<AccountId>) -> Result<Verdict> {
    let rules = Rules::of(gateway, own);
    gateway.store.read(move |tx| rules.judge(tx, &bytes)).await
}

/// Carries a file out: all of it or nothing. It is judged again in the transaction that does it. `progress` is told how many
/// accounts are done.
///
/// # Errors
/// `SignInNeeded` when the session ended meanwhile; the store cannot be written.
pub async fn carry_out(
    gateway: &Gateway,
    bytes: Vec<u8>,
    options: Options,
    registrar: &Registrar,
    progress: impl Fn(u64) + Send + 'static,
) -> Result<Outcome> {
    let rules = Rules::of(gateway, registrar.account());
    let invitation = invitation::Term::of(gateway);
    let registrar = registrar.clone();
    let outcome = gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, None)?;
            let plan = match rules.judge(tx, &bytes)? {
                Ok(plan) => plan,
                Err(flaws) => return Ok(Outcome::Refused(flaws)),
            };
            if options.agreed.is_some() && options.agreed != Some(plan.mark()?) {
                return Ok(Outcome::Stale(plan));
            }
            let invitation = options.mail.then_some(invitation);
            write(tx, &plan, (&registrar, invitation), export::digest(&bytes), rules.now, &progress)?;
            Ok(Outcome::Done(plan))
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    gateway.outbox_bell.notify_one();
    Ok(outcome)
}

fn write(
    tx: &mut Tx,
    plan: &Plan,
    (registrar, invitation): (&Registrar, Option<invitation::Term>),
    digest: String,
    now: Time,
    progress: &dyn Fn(u64),
) -> Result<()> {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let (added, changed) = (count(plan.added.len()), count(plan.changed.len()));
    let rows = i64::try_from(plan.rows).unwrap_or(i64::MAX);
    let kind = EventKind::RegisterImported { rows, added, changed };
    let event = Event::new(kind, now, registrar.actor()).with(Private::Digest(digest));
    tx.record(&registrar.says(event))?;
    let mut done = 0;
    let mut step = || {
        done += 1;
        progress(done);
    };
    // Who will administer first: no moment in between is without anybody.
    let (first, then): (Vec<_>, Vec<_>) = plan.changed.iter().partition(|one| one.after.administers_for_good(now));
    for one in first.into_iter().chain(then) {
        accounts::lock(tx, one.before.id)?;
        let after = Account { revision: accounts::get(tx, one.before.id)?.revision, ..one.after.clone() };
        entry::write(tx, (&one.before, &after), registrar, now)?;
        step();
    }
    for Added { account, .. } in &plan.added {
        store_new(tx, account, &Credentials::none(), registrar, now)?;
        if let Some(invitation) = invitation {
            invitation.send(tx, account.id, registrar, now)?;
        }
        step();
    }
    Ok(())
}

/// The rows of any table as spreadsheet programs write it, by number, the heading among them; none for what is no text, or
/// is too much.
pub fn rows(bytes: &[u8]) -> Option<Vec<(u64, Vec<String>)>> {
    text::rows(bytes)
}

/// The text of a file, in any usual encoding; none for what is no text, or is too much.
pub fn text(bytes: &[u8]) -> Option<String> {
    text::text(bytes)
}
