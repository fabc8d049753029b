//! A passkey that is given up: because there is a better one, or because it was lost.

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, Actor, Event, EventKind, Factor, PasskeyId, Proofs};
use crate::staff::permit::Person;
use crate::staff::session::{end_in, still_there};
use crate::store::passkeys::PasskeyRow;
use crate::store::{Tx, accounts, identities, passkeys, sign_ins, totps};

/// Removes a passkey. Every other session that a passkey began ends: it may have been this one, in other hands.
///
/// # Errors
/// `ConfirmationNeeded`; `NotFound`; `WouldShutOut` when its owner could not sign in any more; `SignInNeeded` when the
/// session ended meanwhile.
pub async fn remove(gateway: &Gateway, person: &Person, id: PasskeyId) -> Result<()> {
    person.require_fresh(gateway)?;
    let person = person.clone();
    let usual = gateway.usual_rules.clone();
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            still_there(tx, &person.clone().into())?;
            let account = &person.account;
            if !passkeys::remove(tx, account.id, id)? {
                return Err(Problem::NotFound.into());
            }
            let left = passkeys::of_account(tx, account.id)?;
            let rules = crate::store::settings::sign_in(tx)?.unwrap_or(usual);
            let reach = reach(tx, account, &person.signed_in().proofs(), &left)?;
            if !rules.are_met_by(&account.roles, &reach) {
                return Err(Problem::WouldShutOut.into());
            }
            forget_unreachable_key(tx, account, &left)?;
            for row in sign_ins::of_account(tx, account.id)? {
                if row.id != person.row.id && row.proofs.has(Factor::Passkey) {
                    end_in(tx, &row, now)?;
                }
            }
            tx.record(&Event::new(EventKind::PasskeyRemoved, now, Actor::Account(account.id)).account(account.id))
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

/// What its owner can prove without the removed one: what is set up, and what this session has shown besides.
fn reach(tx: &mut Tx, account: &Account, proven: &Proofs, left: &[PasskeyRow]) -> Result<Proofs> {
    let mut reach = Proofs::default();
    for factor in proven.factors().iter().filter(|factor| **factor != Factor::Passkey) {
        reach = reach.with(*factor);
    }
    for (factor, is_there) in [
        (Factor::Password, accounts::credentials(tx, account.id)?.has_password()),
        (Factor::Totp, totps::is_enrolled(tx, account.id)?),
        (Factor::Oidc, !identities::of_account(tx, account.id)?.is_empty()),
        (Factor::Passkey, !left.is_empty()),
    ] {
        if is_there {
            reach = reach.with(factor);
        }
    }
    Ok(reach)
}

/// An account key that nothing opens any more is none: the next passkey brings a new one.
fn forget_unreachable_key(tx: &mut Tx, account: &Account, left: &[PasskeyRow]) -> Result<()> {
    let opened_by_passkey = left.iter().any(|row| row.account_key.is_some());
    let opened_otherwise = accounts::credentials(tx, account.id)?.account_key.is_some();
    if opened_by_passkey || opened_otherwise { Ok(()) } else { accounts::forget_account_key(tx, account.id) }
}
