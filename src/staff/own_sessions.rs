//! The own sessions, for whoever wonders where he is signed in.

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{SignInId, Time};
use crate::store::sign_ins;
use crate::store::sign_ins::SignIn;

use super::permit::Person;
use super::session::end_in;

/// A session as its owner sees it in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id.
    pub id: SignInId,
    /// When it began.
    pub began_at: Time,
    /// When it was last used.
    pub seen_at: Time,
    /// Whether it is locked.
    pub locked: bool,
    /// Where it began; may be empty.
    pub source: String,
    /// In which browser; may be empty.
    pub browser: String,
    /// Whether it is the one that asks.
    pub own: bool,
}

/// The own sessions, the one used last first.
///
/// # Errors
/// The store cannot be read.
pub async fn list(gateway: &Gateway, person: &Person) -> Result<Vec<Listed>> {
    let (account, own) = (person.account.id, person.row.id);
    let mut rows = gateway.store.read(move |tx| sign_ins::of_account(tx, account)).await?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.last_seen_at));
    let listed = |row: SignIn| Listed {
        id: row.id,
        began_at: row.created_at,
        seen_at: row.last_seen_at,
        locked: row.locked,
        source: row.source,
        browser: row.browser,
        own: row.id == own,
    };
    Ok(rows.into_iter().map(listed).collect())
}

/// Ends one of the own sessions, or with `None` all but the one that asks.
///
/// # Errors
/// `NotFound` when the account has no such session; `SignInNeeded` when the one that asks ended meanwhile.
pub async fn end(gateway: &Gateway, person: &Person, which: Option<SignInId>) -> Result<()> {
    let (account, own) = (person.account.id, person.row.id);
    let now = gateway.now();
    person
        .write(gateway, move |tx| {
            let chosen = |row: &SignIn| which.map_or(row.id != own, |id| row.id == id);
            let rows: Vec<SignIn> = sign_ins::of_account(tx, account)?.into_iter().filter(chosen).collect();
            if rows.is_empty() && which.is_some() {
                return Err(Problem::NotFound.into());
            }
            rows.iter().try_for_each(|row| end_in(tx, row, now))
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}
