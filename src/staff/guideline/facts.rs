//! What the table is judged by.

use std::time::Duration;

use serde::Deserialize;

use crate::config::{Networks, Policy};
use crate::error::{Doing, Result};
use crate::gateway::{Gateway, ScannerState};
use crate::model::{Account, Role, SignInRules, Time};
use crate::staff::rules;
use crate::store::{Tx, accounts, events};

/// A month of the policy, for counting back.
const MONTH: Duration = Duration::from_secs(31 * 24 * 3600);

/// Everything that a row may depend on.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The rules of signing in.
    pub rules: SignInRules,
    /// The policy.
    pub policy: Policy,
    /// From where what may be used.
    pub networks: Networks,
    /// Whether staff is known to a directory or provider.
    pub known_elsewhere: bool,
    /// Whether the staff's listener asks for client certificates.
    pub certificates: bool,
    /// What is known of the scanner.
    pub scanner: Scanner,
    /// Whether TLS 1.2 is spoken too.
    pub tls12: bool,
    /// Whether mails reach the mail server unprotected.
    pub mail_in_clear: bool,
    /// Whether only this machine reaches the administrators' listener.
    pub admin_is_local: bool,
    /// What the register and its reviews say.
    pub register: Register,
}

/// What is known of the scanner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scanner {
    /// There is none: files leave unscanned, because the configuration says so.
    Off,
    /// It does not answer.
    #[default]
    Down,
    /// It answers.
    Ready {
        /// Whether its signatures are as new as the policy wants; none: it does not say of when they are.
        fresh: Option<bool>,
    },
}

/// What the register and its reviews say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Register {
    /// Whether the last review was signed within the time that the policy gives; none: none was ever signed.
    pub reviewed: Option<bool>,
    /// Whether a review is open beyond its deadline.
    pub is_overdue: bool,
    /// Accounts that were not used for the days that the policy names.
    pub dormant: u64,
    /// Accounts that are both auditor and administrator: who sets the rules should not be who examines them.
    pub mixed: u64,
}

/// The facts as they are now.
///
/// # Errors
/// The store cannot be read.
pub async fn facts(gateway: &Gateway) -> Result<Facts> {
    let policy = Policy::clone(&gateway.policy());
    let (now, measured) = (gateway.now(), policy.clone());
    let register = gateway.store.read(move |tx| register(tx, &measured, now)).await?;
    let protection = &gateway.protection;
    Ok(Facts {
        rules: rules::read(gateway).await?,
        policy,
        networks: gateway.sign_in.networks.clone(),
        known_elsewhere: gateway.elsewhere.directory.is_some() || !gateway.elsewhere.providers.is_empty(),
        certificates: gateway.asks_for_certificates,
        scanner: scanner(gateway),
        tls12: protection.tls12,
        mail_in_clear: protection.mail_in_clear,
        admin_is_local: protection.admin_is_local,
        register,
    })
}

/// Signatures older than this are older than the policy wants.
pub fn stale_since(gateway: &Gateway) -> Time {
    gateway.now() - Duration::from_secs(u64::from(gateway.policy().signature_hours) * 3600)
}

fn scanner(gateway: &Gateway) -> Scanner {
    if gateway.protection.scan_off {
        return Scanner::Off;
    }
    match gateway.scans.state() {
        ScannerState::Unknown | ScannerState::Down { .. } => Scanner::Down,
        ScannerState::Ready { signatures, .. } => {
            Scanner::Ready { fresh: signatures.made_at.map(|at| at >= stale_since(gateway)) }
        }
    }
}

fn register(tx: &mut Tx, policy: &Policy, now: Time) -> Result<Register> {
    let in_use: Vec<Account> = accounts::all(tx)?.into_iter().filter(|account| account.may_act(now)).collect();
    let unused_since = now - Duration::from_secs(u64::from(policy.dormant_days) * 24 * 3600);
    let count = |is_so: &dyn Fn(&Account) -> bool| in_use.iter().filter(|account| is_so(account)).count() as u64;
    Ok(Register {
        reviewed: events::of_words(tx, &["review_signed"], 1)?
            .first()
            .map(|signed| signed.at + MONTH * policy.review_months >= now),
        is_overdue: open_until(tx)?.is_some_and(|deadline| deadline < now),
        dormant: count(&|account| account.last_used_at.unwrap_or(account.created_at) < unused_since),
        mixed: count(&|account| account.has(Role::Auditor) && account.has(Role::Administrator)),
    })
}

/// The deadline of the review that is open, as the log has it.
fn open_until(tx: &mut Tx) -> Result<Option<Time>> {
    #[derive(Deserialize)]
    struct Said {
        deadline_at: Option<Time>,
    }
    let newest = events::of_words(tx, &["review_started", "review_signed", "review_abandoned"], 1)?;
    let Some(newest) = newest.first() else { return Ok(None) };
    let said: Said = serde_json::from_slice(&newest.leaf).doing("reading the log")?;
    Ok(said.deadline_at)
}
