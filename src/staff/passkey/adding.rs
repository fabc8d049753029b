//! A new passkey. Whoever adds one has just shown it, so the session has proven it too.

use serde_json::Value;
use webauthn_rs::prelude::{CredentialID, Passkey, PasskeyRegistration, RegisterPublicKeyCredential};

use super::ceremony::{self, Kind};
use super::{Answered, Begun, ours};
use crate::crypt::{Identity, prf_identity, seal_passkey_copy, seal_session};
use crate::error::{Doing, Error, FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, Actor, Event, EventKind, Factor, PasskeyId, PrfOutput, ShredKeyId, Time};
use crate::staff::permit::Newcomer;
use crate::staff::session::still_there;
use crate::staff::visitor::Visitor;
use crate::store::passkeys::PasskeyRow;
use crate::store::{Tx, accounts, passkeys, sign_ins};

/// Characters of a name at most.
const NAME_LONGEST: usize = 60;

/// A passkey that is to be added.
pub struct New {
    /// What its owner calls it.
    pub name: String,
    /// The second half of the exchange.
    pub answered: Answered<RegisterPublicKeyCredential>,
}

/// Asks for a new passkey: kept by the authenticator, opened by finger, face or code, not one that is here already.
///
/// # Errors
/// `PasswordChangeNeeded`, `ConfirmationNeeded`; `PasskeyRefused` where passkeys cannot work.
pub async fn begin_adding(gateway: &Gateway, newcomer: &Newcomer) -> Result<Begun> {
    newcomer.may_enrol(gateway)?;
    let account = &newcomer.account;
    let id = account.id;
    let here = gateway.store.read(move |tx| passkeys::of_account(tx, id)).await?;
    let here = here.into_iter().map(|row| CredentialID::from(row.credential_id)).collect();
    let (mut wanted, state) = ours(gateway)?
        .start_passkey_registration(id.uuid(), &account.email, &account.name, Some(here))
        .doing("asking for a passkey")?;
    // The office may have changed its name since the start.
    wanted.public_key.rp.name = gateway.office().name;
    let mut options = serde_json::to_value(&wanted.public_key).doing("asking for a passkey")?;
    if let Some(selection) = options.get_mut("authenticatorSelection").and_then(Value::as_object_mut) {
        // The library leaves it to the authenticator; but nobody types a name where a passkey signs in.
        selection.insert("residentKey".into(), "required".into());
        selection.insert("requireResidentKey".into(), true.into());
    }
    let token = ceremony::keep(gateway, Kind::Adding, Some(id), &state).await?;
    Ok(Begun { token, options })
}

/// Adds the passkey. True if signing in with it will open the account key.
///
/// # Errors
/// `PasswordChangeNeeded`, `ConfirmationNeeded`; `Field` for a bad name; `PasskeyRefused`; `SignInNeeded` when the session ended meanwhile.
pub async fn add(gateway: &Gateway, newcomer: &Newcomer, new: New, visitor: &Visitor) -> Result<bool> {
    newcomer.may_enrol(gateway)?;
    let name = checked_name(&new.name)?;
    let Answered { token, answer, prf } = new.answered;
    let id = newcomer.account.id;
    let state: PasskeyRegistration = ceremony::take(gateway, Kind::Adding, Some(id), &token).await?;
    let passkey = ours(gateway)?.finish_passkey_registration(&answer, &state).map_err(|error| {
        tracing::info!(%error, "an authenticator's answer was not accepted");
        Error::from(Problem::PasskeyRefused)
    })?;
    let copy = match prf {
        Some(output) => copy_for(gateway, newcomer, &output).await?,
        None => None,
    };
    let opens_key = copy.is_some();
    let row = row(newcomer, name, &passkey, copy.as_ref(), gateway.now())?;
    store(gateway, newcomer.clone(), row, copy.and_then(|copy| copy.made), visitor).await?;
    Ok(opens_key)
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    let flaw = match name.chars().count() {
        0 => FieldFlaw::Missing,
        length if length > NAME_LONGEST => {
            FieldFlaw::TooLong { limit: u32::try_from(NAME_LONGEST).unwrap_or(u32::MAX) }
        }
        _ if name.chars().any(char::is_control) => FieldFlaw::Malformed,
        _ => return Ok(name.to_owned()),
    };
    Err(Problem::Field { field: "name", flaw }.into())
}

fn row(newcomer: &Newcomer, name: String, passkey: &Passkey, copy: Option<&Sealed>, now: Time) -> Result<PasskeyRow> {
    Ok(PasskeyRow {
        id: PasskeyId::new(now),
        account_id: newcomer.account.id,
        credential_id: passkey.cred_id().to_vec(),
        name,
        public: serde_json::to_string(passkey).doing("writing down a passkey")?,
        recipient_key: copy.map(|copy| copy.recipient.clone()),
        account_key: copy.map(|copy| copy.sealed.clone()),
        created_at: now,
        last_used_at: None,
    })
}

/// The account key for a new passkey.
struct Sealed {
    recipient: String,
    sealed: Vec<u8>,
    made: Option<Made>,
}

/// An account key that did not exist before: the session carries it from now on.
struct Made {
    public: String,
    shred_key: ShredKeyId,
    sealed: Vec<u8>,
}

async fn copy_for(gateway: &Gateway, newcomer: &Newcomer, output: &PrfOutput) -> Result<Option<Sealed>> {
    let Some((key, is_new)) = key_of(gateway, newcomer).await? else { return Ok(None) };
    let passkey = prf_identity(output).recipient();
    let sealed = seal_passkey_copy(&key, &passkey, &gateway.store.keys().custody.newest_recipient())?;
    let made = match is_new {
        true => {
            let (shred_key, shred) = gateway.store.make_shred_key(gateway.now()).await?;
            let sealed = seal_session(&key, &shred.recipient(), newcomer.signed_in().token())?;
            Some(Made { public: key.recipient().to_string(), shred_key, sealed })
        }
        false => None,
    };
    Ok(Some(Sealed { recipient: passkey.to_string(), sealed, made }))
}

/// The account key that the session carries; a new one for an account that has none. Nothing where the session does not
/// carry the account's key: whoever is only signed in must not get at it.
async fn key_of(gateway: &Gateway, newcomer: &Newcomer) -> Result<Option<(Identity, bool)>> {
    let carried = match newcomer.signed_in().account_key(&gateway.store).await {
        Ok(key) => Some(key),
        Err(Error::Problem(Problem::AccountKeyNeeded)) => None,
        Err(fault) => return Err(fault),
    };
    Ok(match (&newcomer.account.recipient_key, carried) {
        (Some(public), Some(key)) => key.recipient().matches(public).then_some((key, false)),
        (Some(_), None) => None,
        (None, Some(key)) => Some((key, true)),
        (None, None) => Some((Identity::generate(), true)),
    })
}

async fn store(
    gateway: &Gateway,
    newcomer: Newcomer,
    row: PasskeyRow,
    made: Option<Made>,
    visitor: &Visitor,
) -> Result<()> {
    let (now, source) = (gateway.now(), visitor.source);
    gateway
        .store
        .write(move |tx| {
            still_there(tx, &newcomer)?;
            passkeys::insert(tx, &row)?;
            if let Some(made) = &made {
                adopt(tx, &newcomer.account, &made.public)?;
            }
            let proofs = newcomer.row.proofs.clone().with(Factor::Passkey);
            let carried = made.as_ref().map(|made| (made.shred_key, made.sealed.as_slice()));
            if !sign_ins::prove(tx, &newcomer.row, &proofs, carried, now)? {
                return Err(Problem::SignInNeeded.into());
            }
            let kind = EventKind::PasskeyAdded { opens_key: row.account_key.is_some() };
            let id = newcomer.account.id;
            tx.record(&Event::new(kind, now, Actor::Account(id)).account(id).source(source))
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

/// The account's key from now on, unless it got another one meanwhile.
fn adopt(tx: &mut Tx, account: &Account, public: &str) -> Result<()> {
    match accounts::get(tx, account.id)?.recipient_key {
        None => accounts::set_account_key(tx, account.id, public, None),
        Some(_) => Err(Problem::PasskeyRefused.into()),
    }
}
