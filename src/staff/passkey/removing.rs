//! A passkey that is given up: because there is a better one, or because it was lost.

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, Actor, Event, EventKind, Factor, PasskeyId, Proofs};
use crate::staff::permit::Person;
use crate::staff::session::{end_others, still_there};
use crate::store::passkeys::PasskeyRow;
use crate::store::{Tx, accounts, identities, passkeys, totps};

/// Removes a passkey. Every other session and every token ends: it may have been this one that made them, in other hands.
///
/// # Errors
/// `ConfirmationNeeded`; `NotFound`; `WouldShutOut` when its owner could not sign in any more; `SignInNeeded` when the
/// session ended meanwhile.
pub async fn remove(gateway: &Gateway, person: &Person, id: PasskeyId) -> Result<()> {
    person.require_fresh(gateway)?;
    let person = person.clone();
    let usual = gateway.usual_rules.clone();
    let providers = gateway.elsewhere.providers.iter().map(|provider| provider.admission.realm.clone()).collect();
    let directory = gateway.elsewhere.directory.as_ref().map(|directory| directory.admission.realm.clone());
    let elsewhere = Realms { providers, directory };
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
            let reach = reach(tx, account, &person.signed_in().proofs(), &left, &elsewhere)?;
            if !rules.are_met_by(&account.roles, &reach) {
                return Err(Problem::WouldShutOut.into());
            }
            forget_unreachable_key(tx, account, &left)?;
            end_others(tx, account.id, Some(person.row.id), now, Actor::Account(account.id))?;
            tx.record(&Event::new(EventKind::PasskeyRemoved, now, Actor::Account(account.id)).account(account.id))
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

/// Where somebody may be known besides.
struct Realms {
    providers: Vec<String>,
    directory: Option<String>,
}

/// What its owner can prove without the removed one: what is set up, and what this session has shown besides.
fn reach(tx: &mut Tx, account: &Account, proven: &Proofs, left: &[PasskeyRow], elsewhere: &Realms) -> Result<Proofs> {
    let known = identities::of_account(tx, account.id)?;
    let is_known = |realm: &String| known.iter().any(|(one, _)| one == realm);
    let mut reach = Proofs::default();
    for factor in proven.factors().iter().filter(|factor| **factor != Factor::Passkey) {
        reach = reach.with(*factor);
    }
    for (factor, is_there) in [
        (Factor::Password, accounts::credentials(tx, account.id)?.has_password()),
        (Factor::Totp, totps::is_enrolled(tx, account.id)?),
        (Factor::Oidc, elsewhere.providers.iter().any(is_known)),
        (Factor::Directory, elsewhere.directory.as_ref().is_some_and(is_known)),
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
