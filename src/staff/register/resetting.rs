//! A reset: whoever needs one has lost something, and nobody knows who found it.

use crate::crypt::Identity;
use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{Account, AccountState, Entry, Event, EventKind, Passphrase};
use crate::staff::registrar::Registrar;
use crate::staff::session::end_others;
use crate::staff::{guessing, password, rules};
use crate::store::{accounts, devices, identities, invitations, passkeys, totps};

use super::adding::Issued;
use super::entry::record;

/// Issues a new one-time password and a new account key, and forgets every other way to sign in. The old key is gone: the
/// account's running transfers can be recalled, but no new numbers issued for them. The person is told so at the next
/// sign-in. An invited account is in use from then on, without its mail.
///
/// # Errors
/// `Forbidden` for an API token; `OwnAccount`; the store cannot be written.
pub async fn reset(gateway: &Gateway, account: &Account, registrar: &Registrar) -> Result<Issued> {
    registrar.require_person()?;
    let one_time_password = password::one_time_password();
    let secret = Passphrase::new(one_time_password.as_str().to_owned());
    let credentials = password::seal(gateway, Identity::generate(), secret, true).await?;
    let (id, email) = (account.id, account.email.clone());
    let history = rules::read(gateway).await?.passwords.history;
    let now = gateway.now();
    let registrar = registrar.clone();
    gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, Some(id))?;
            accounts::lock(tx, id)?;
            let before = accounts::get(tx, id)?;
            let old = accounts::credentials(tx, id)?;
            password::give_up(tx, id, &old, history, now)?;
            accounts::set_credentials(tx, id, &credentials, now)?;
            accounts::set_key_renewed(tx, id, before.recipient_key.as_ref().map(|_| now))?;
            totps::remove(tx, id)?;
            passkeys::remove_all(tx, id)?;
            devices::forget(tx, id)?;
            identities::forget(tx, id)?;
            guessing::forget(tx, &email)?;
            guessing::forget_codes(tx, &email)?;
            end_others(tx, id, None, now, registrar.actor())?;
            tx.record(&registrar.says(Event::new(EventKind::PasswordReset, now, registrar.actor()).account(id)))?;
            if before.state != AccountState::Invited {
                return Ok(());
            }
            invitations::remove(tx, id)?;
            let after = Account { state: AccountState::Active, ..before };
            accounts::set_entry(tx, &after, now)?;
            record(tx, &after, EventKind::AccountJoined { entry: Entry::of(&after) }, &registrar, now)
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    let account = gateway.store.read(move |tx| accounts::get(tx, id)).await?;
    Ok(Issued { account, one_time_password })
}
