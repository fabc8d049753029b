//! Passwords that the office's directory keeps.

use crate::error::{Problem, Result};
use crate::gateway::{Gateway, Staffed};
use crate::model::{EventKind, Factor, Passphrase};
use crate::store::accounts::Credentials;
use crate::store::{Tx, accounts};

use super::admission;
use super::guessing::{self, Try};
use super::session::{self, Proof, Running, Session};
use super::visitor::Visitor;

/// Whether the directory decides about a typed password: where no other was chosen.
pub(super) fn decides<'a>(gateway: &'a Gateway, own: Option<&Credentials>) -> Option<&'a Staffed> {
    let chosen = own.is_some_and(Credentials::has_chosen_password);
    gateway.elsewhere.directory.as_ref().filter(|_| !chosen)
}

/// Takes the time that asking takes: who has a password here and who has one there cannot be told apart by it.
///
/// # Errors
/// `ProviderUnavailable`, as for everybody then.
pub(super) async fn pretend(gateway: &Gateway, name: &str) -> Result<()> {
    match &gateway.elsewhere.directory {
        Some(directory) => directory.edge.verify(name, None).await.map(drop),
        None => Ok(()),
    }
}

/// Signs in with a password of the directory. The try was charged.
///
/// # Errors
/// `WrongPassword`; `NotAdmitted` for a right one of somebody who has no account here; `ProviderUnavailable`.
pub(super) async fn enter(
    gateway: &Gateway,
    directory: &Staffed,
    (tried, name): (Try, &str),
    password: &Passphrase,
    visitor: &Visitor,
) -> Result<Session> {
    let kind = EventKind::SignedIn { by: Factor::Directory };
    let asked = (!tried.stopped).then_some(password);
    let Some(known) = directory.edge.verify(name, asked).await? else {
        guessing::note_failure(gateway, Some(&tried), (tried.account, name), kind, visitor).await?;
        return Err(Problem::WrongPassword.into());
    };
    let admitted = admission::admit(gateway, &directory.admission, Factor::Directory, known, visitor).await;
    let account = match admitted {
        Ok(account) => account,
        Err(error) => {
            guessing::note_failure(gateway, None, (tried.account, name), kind, visitor).await?;
            return Err(error);
        }
    };
    let id = account.id;
    let check = move |tx: &mut Tx| {
        admission::confirm(tx, id)?;
        no_other(tx, id)?;
        guessing::forgive(tx, &tried)
    };
    session::begin(gateway, account, Proof::now(Factor::Directory, None), visitor, check).await
}

/// By whatever name the directory finds a person: a password that was chosen here is the only one.
fn no_other(tx: &mut Tx, account: crate::model::AccountId) -> Result<()> {
    match accounts::credentials(tx, account)?.has_chosen_password() {
        true => Err(Problem::WrongPassword.into()),
        false => Ok(()),
    }
}

/// A running session proves the directory's password again.
///
/// # Errors
/// `WrongPassword`, also for somebody else's; `ProviderUnavailable`; `SlowDown`, `SourceBanned`.
pub(super) async fn prove(
    gateway: &Gateway,
    directory: &Staffed,
    running: &Running,
    password: &Passphrase,
    visitor: &Visitor,
) -> Result<()> {
    let id = running.row.account_id;
    let account = running.account(gateway).await?;
    let tried = guessing::charge(gateway, &account.email, Some(id), visitor).await?;
    let asked = (!tried.stopped).then_some(password);
    let Some(known) = directory.edge.verify(&account.email, asked).await? else {
        let kind = running.proving(Factor::Directory);
        guessing::note_failure(gateway, Some(&tried), (Some(id), &account.email), kind, visitor).await?;
        return Err(Problem::WrongPassword.into());
    };
    let realm = directory.admission.realm.clone();
    let check = move |tx: &mut Tx| {
        admission::is_the_same(tx, &realm, &known.subject, id)?;
        guessing::forgive(tx, &tried)?;
        no_other(tx, id)
    };
    session::prove(gateway, running, Factor::Directory, None, visitor, check).await
}
