//! Where somebody is signed in and which API tokens act for an account: seen by who may read the register, ended by
//! administrators. The account itself stays as it is.

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{AccountId, Event, EventKind, SignInId, TokenId};
use crate::staff::permit::RegisterReader;
use crate::staff::registrar::Registrar;
use crate::store::sign_ins::SignIn;
use crate::store::tokens::ApiToken;
use crate::store::{Tx, accounts, sign_ins, tokens};

/// What acts for an account now.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Its sessions, the one used last first.
    pub sessions: Vec<SignIn>,
    /// Its live API tokens, the newest first.
    pub tokens: Vec<ApiToken>,
}

/// What acts for an account now.
///
/// # Errors
/// The store cannot be read.
pub async fn of(gateway: &Gateway, _reader: &RegisterReader, id: AccountId) -> Result<Access> {
    let now = gateway.now();
    let read = move |tx: &mut Tx| {
        let mut sessions = sign_ins::of_account(tx, id)?;
        sessions.sort_by_key(|row| std::cmp::Reverse(row.last_seen_at));
        let mut tokens = tokens::of_account(tx, id)?;
        tokens.retain(|token| token.revoked_at.is_none() && token.expires_at > now);
        Ok(Access { sessions, tokens })
    };
    gateway.store.read(read).await
}

/// Ends sessions of an account: these, or with `None` all. One that ended by itself meanwhile is no fault.
///
/// # Errors
/// `OwnAccount`, `NotFound`: nothing was ended.
pub async fn end_sessions(
    gateway: &Gateway,
    id: AccountId,
    which: Option<Vec<SignInId>>,
    registrar: &Registrar,
) -> Result<()> {
    let now = gateway.now();
    let registrar = registrar.clone();
    let work = move |tx: &mut Tx| {
        admit(tx, id, &registrar)?;
        for row in sign_ins::of_account(tx, id)? {
            let is_meant = which.as_ref().is_none_or(|ids| ids.contains(&row.id));
            if is_meant && sign_ins::end(tx, &row, now)? {
                let event = Event::new(EventKind::SignedOut, now, registrar.actor()).account(id);
                tx.record(&registrar.says(event))?;
            }
        }
        Ok(())
    };
    gateway.store.write(work).await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

/// Revokes API tokens of an account: these, or with `None` all. One that was revoked meanwhile is no fault.
///
/// # Errors
/// `OwnAccount`, `NotFound`: nothing was revoked.
pub async fn revoke_tokens(
    gateway: &Gateway,
    id: AccountId,
    which: Option<Vec<TokenId>>,
    registrar: &Registrar,
) -> Result<()> {
    let now = gateway.now();
    let registrar = registrar.clone();
    let work = move |tx: &mut Tx| {
        admit(tx, id, &registrar)?;
        for token in tokens::of_account(tx, id)? {
            let is_meant = which.as_ref().is_none_or(|ids| ids.contains(&token.id));
            if is_meant && tokens::revoke(tx, &token, now)? {
                let event = Event::new(EventKind::TokenRevoked, now, registrar.actor()).account(id).token(token.id);
                tx.record(&registrar.says(event))?;
            }
        }
        Ok(())
    };
    gateway.store.write(work).await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

fn admit(tx: &mut Tx, id: AccountId, registrar: &Registrar) -> Result<()> {
    registrar.admit(tx, Some(id))?;
    accounts::lock(tx, id)
}
