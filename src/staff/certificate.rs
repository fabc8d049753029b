//! Client certificates: what the connection presented, measured at every request against the account that uses it. A
//! session that was begun on a bound device is worth nothing elsewhere.

use crate::config::CertificateNames;
use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountState, Factor, Proofs};
use crate::store::accounts;

use super::rules;
use super::session::{self, Proof, Running, Session, begin};
use super::visitor::Visitor;

/// Whether the connection's certificate counts for this account.
pub(super) fn certifies(gateway: &Gateway, account: &Account, visitor: &Visitor) -> bool {
    let Some(presented) = &visitor.certificate else { return false };
    match gateway.sign_in.certificate_names {
        CertificateNames::Person => presented.emails.contains(&account.email),
        CertificateNames::Device => true,
    }
}

/// Whether the connection's certificate names the holder of this account, and so may stand alone.
pub fn names(gateway: &Gateway, account: &Account, visitor: &Visitor) -> bool {
    gateway.sign_in.certificate_names == CertificateNames::Person && certifies(gateway, account, visitor)
}

/// A running session is unlocked or confirmed with the card that its connection presents.
///
/// # Errors
/// `CertificateNeeded` when the connection has none that names the session's account.
pub async fn prove(gateway: &Gateway, running: &Running, visitor: &Visitor) -> Result<()> {
    let account = running.account(gateway).await?;
    let rules = rules::read(gateway).await?;
    // Where the card alone does not let anybody in, it does not let anybody go on either.
    let alone = rules.are_met_by(&account.roles, &Factor::Certificate.into());
    if !alone || !names(gateway, &account, visitor) {
        return Err(Problem::CertificateNeeded.into());
    }
    session::prove(gateway, running, Factor::Certificate, None, visitor, |_| Ok(())).await
}

/// What a session has proven, with the certificate of this very connection and without that of an earlier one.
pub(super) fn effective(gateway: &Gateway, stored: &Proofs, account: &Account, visitor: &Visitor) -> Proofs {
    let own = stored.factors().iter().copied().filter(|factor| *factor != Factor::Certificate);
    let proofs = own.fold(Proofs::default(), Proofs::with);
    if certifies(gateway, account, visitor) { proofs.with(Factor::Certificate) } else { proofs }
}

/// Signs in with the certificate alone: a card that names its holder.
///
/// # Errors
/// `CertificateNeeded` when the connection has none that names an active account.
pub async fn sign_in(gateway: &Gateway, visitor: &Visitor) -> Result<Session> {
    if gateway.sign_in.certificate_names != CertificateNames::Person {
        return Err(Problem::CertificateNeeded.into());
    }
    let emails = visitor.certificate.as_ref().map(|one| one.emails.clone()).unwrap_or_default();
    let found = gateway
        .store
        .read(move |tx| {
            for email in &emails {
                if let Some(account) = accounts::by_email(tx, email)? {
                    return Ok(Some(account));
                }
            }
            Ok(None)
        })
        .await?;
    let now = gateway.now();
    let account = found.filter(|account| account.may_act(now)).ok_or(Problem::CertificateNeeded)?;
    let id = account.id;
    begin(gateway, account, Proof::now(Factor::Certificate, None), visitor, move |tx| {
        accounts::lock(tx, id)?;
        let active = accounts::get(tx, id)?.state == AccountState::Active;
        if active { Ok(()) } else { Err(Problem::CertificateNeeded.into()) }
    })
    .await
}
