//! Proving who one is with a passkey: signing in, or one more proof of a running session. Unknown passkeys, stopped
//! accounts and bad answers get the same answer.

use serde_json::json;
use webauthn_rs::prelude::{DiscoverableAuthentication, Passkey, PublicKeyCredential};

use super::ceremony::{self, Kind};
use super::{Answered, Begun, ours};
use crate::crypt::{CryptError, Identity, open_passkey_copy, prf_identity};
use crate::error::{Doing, Error, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, AccountState, EventKind, Factor, PrfOutput, Time};
use crate::staff::guessing;
use crate::staff::session::{self, Proof, Running, Session};
use crate::staff::visitor::Visitor;
use crate::store::passkeys::PasskeyRow;
use crate::store::{Tx, accounts, passkeys};

/// Asks for a passkey: any one, or for a running session one of its account.
///
/// # Errors
/// `PasskeyRefused` where passkeys cannot work.
pub async fn begin_proving(gateway: &Gateway, running: Option<&Running>) -> Result<Begun> {
    let (wanted, state) = ours(gateway)?.start_discoverable_authentication().doing("asking for a passkey")?;
    let mut options = serde_json::to_value(&wanted.public_key).doing("asking for a passkey")?;
    if let Some(id) = running.map(|running| running.row.account_id) {
        let own = gateway.store.read(move |tx| passkeys::of_account(tx, id)).await?;
        let named = own.iter().map(|row| json!({"type": "public-key", "id": in_base64(&row.credential_id)}));
        if let Some(options) = options.as_object_mut() {
            options.insert("allowCredentials".into(), named.collect());
        }
    }
    let token = ceremony::keep(gateway, Kind::Proving, None, &state).await?;
    Ok(Begun { token, options })
}

fn in_base64(bytes: &[u8]) -> String {
    data_encoding::BASE64URL_NOPAD.encode(bytes)
}

/// Signs in with a passkey. The session carries the account key if the passkey opens it.
///
/// # Errors
/// `PasskeyRefused`.
pub async fn sign_in(gateway: &Gateway, answered: Answered<PublicKeyCredential>, visitor: &Visitor) -> Result<Session> {
    let kind = EventKind::SignedIn { by: Factor::Passkey };
    let shown = examine(gateway, answered, None, kind, visitor).await?;
    let (account, key) = (shown.account.clone(), shown.key.clone());
    session::begin(gateway, account, Proof::now(Factor::Passkey, key), visitor, accept(gateway.now(), shown)).await
}

/// A running session proves a passkey of its account: it is unlocked, confirmed, or a step further.
///
/// # Errors
/// `PasskeyRefused`, also for a passkey of another account; `SignInNeeded` when the session ended meanwhile.
pub async fn prove(
    gateway: &Gateway,
    running: &Running,
    answered: Answered<PublicKeyCredential>,
    visitor: &Visitor,
) -> Result<()> {
    let kind = running.proving(Factor::Passkey);
    let shown = examine(gateway, answered, Some(running.row.account_id), kind, visitor).await?;
    let key = shown.key.clone();
    session::prove(gateway, running, Factor::Passkey, key, visitor, accept(gateway.now(), shown)).await
}

/// A passkey that was shown.
struct Shown {
    account: Account,
    row: PasskeyRow,
    /// Counter and flags as they are now.
    public: String,
    key: Option<Identity>,
}

async fn examine(
    gateway: &Gateway,
    answered: Answered<PublicKeyCredential>,
    expected: Option<AccountId>,
    kind: EventKind,
    visitor: &Visitor,
) -> Result<Shown> {
    let Answered { token, answer, prf } = answered;
    let state: DiscoverableAuthentication = ceremony::take(gateway, Kind::Proving, None, &token).await?;
    let (row, account) = find(gateway, answer.get_credential_id()).await?.ok_or(Problem::PasskeyRefused)?;
    let is_his = names_owner(&answer, &account, expected) && account.may_act(gateway.now());
    let public = match is_his {
        true => verify(gateway, &answer, state, &row),
        false => Err(Problem::PasskeyRefused.into()),
    };
    match public {
        Ok(public) => {
            let public_key = account.recipient_key.as_deref();
            let key = key_of(gateway, &row, prf.as_ref())?;
            // After an administrator gave the account another key a copy of the old one is worth nothing.
            let key = key.filter(|key| public_key.is_some_and(|public| key.recipient().matches(public)));
            Ok(Shown { account, row, public, key })
        }
        Err(error) => {
            let who = (Some(account.id), account.email.as_str());
            guessing::note_failure(gateway, None, who, kind, visitor).await?;
            Err(error)
        }
    }
}

async fn find(gateway: &Gateway, credential: &[u8]) -> Result<Option<(PasskeyRow, Account)>> {
    let credential = credential.to_vec();
    gateway
        .store
        .read(move |tx| {
            let Some(row) = passkeys::by_credential(tx, &credential)? else { return Ok(None) };
            let account = accounts::get(tx, row.account_id)?;
            Ok(Some((row, account)))
        })
        .await
}

/// Whether the passkey is of whom the answer names and the session expects (WebAuthn 7.2, step 6).
fn names_owner(answer: &PublicKeyCredential, account: &Account, expected: Option<AccountId>) -> bool {
    let named = answer.get_user_unique_id();
    let as_named = named.map_or(expected.is_some(), |named| named == account.id.uuid().as_bytes());
    as_named && expected.is_none_or(|expected| expected == account.id)
}

/// Checks the signature. A counter that goes back tells of a copied authenticator, and is refused.
fn verify(
    gateway: &Gateway,
    answer: &PublicKeyCredential,
    state: DiscoverableAuthentication,
    row: &PasskeyRow,
) -> Result<String> {
    let mut passkey: Passkey = serde_json::from_str(&row.public).doing("reading a passkey")?;
    let result = ours(gateway)?.finish_discoverable_authentication_v2(answer, state, &passkey).map_err(|error| {
        tracing::info!(%error, passkey = %row.id, "an authenticator's answer was not accepted");
        Error::from(Problem::PasskeyRefused)
    })?;
    passkey.update_credential(&result);
    serde_json::to_string(&passkey).doing("writing down a passkey")
}

/// The account key, if this passkey opens it. An output that does not fit opens nothing, but the signature stands.
fn key_of(gateway: &Gateway, row: &PasskeyRow, output: Option<&PrfOutput>) -> Result<Option<Identity>> {
    let (Some(output), Some(sealed)) = (output, &row.account_key) else { return Ok(None) };
    match open_passkey_copy(sealed, &prf_identity(output), gateway.store.keys().custody.identities()) {
        Ok(key) => Ok(Some(key)),
        Err(CryptError::WrongKey) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What must still hold when it is stored: the account works, the passkey is there and was not used meanwhile.
fn accept(now: Time, shown: Shown) -> impl FnOnce(&mut Tx) -> Result<()> + Send + 'static {
    move |tx| {
        let Shown { account, row, public, .. } = shown;
        accounts::lock(tx, account.id)?;
        let active = accounts::get(tx, account.id)?.state == AccountState::Active;
        let current = passkeys::by_credential(tx, &row.credential_id)?;
        let same = current.is_some_and(|current| current.id == row.id && current.public == row.public);
        if !active || !same {
            return Err(Problem::PasskeyRefused.into());
        }
        guessing::forget(tx, &account.email)?;
        passkeys::used(tx, row.id, &public, now)
    }
}
