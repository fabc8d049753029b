//! Passkeys: adding one, proving with one, removing one. What an authenticator and we tell each other is the library's
//! matter; ours are whose passkey it is, what follows from it, and the copy of the account key that it may open.

mod adding;
mod ceremony;
mod proving;
mod removing;

use serde_json::Value;
use webauthn_rs::Webauthn;
use zeroize::Zeroizing;

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{PasskeyId, PrfOutput, Time};
use crate::store::passkeys;

use super::permit::Newcomer;

pub use adding::{New, add, begin_adding};
pub use proving::{begin_proving, prove, sign_in};
pub use removing::remove;

/// The first half of an exchange with an authenticator.
pub struct Begun {
    /// Comes back with the authenticator's answer.
    pub token: Zeroizing<String>,
    /// What the browser is to ask of the authenticator (WebAuthn's options, as JSON).
    pub options: Value,
}

/// The second half.
pub struct Answered<A> {
    /// The token of the first half.
    pub token: String,
    /// What the authenticator says.
    pub answer: A,
    /// What the authenticator made of our salt, if it can.
    pub prf: Option<PrfOutput>,
}

/// A passkey as its owner sees it in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub added_at: Time,
    /// When it was last used.
    pub used_at: Option<Time>,
    /// Whether signing in with it opens the account key.
    pub opens_key: bool,
}

/// The own passkeys, oldest first.
///
/// # Errors
/// The store cannot be read.
pub async fn own(gateway: &Gateway, newcomer: &Newcomer) -> Result<Vec<Listed>> {
    let account = newcomer.account.id;
    let rows = gateway.store.read(move |tx| passkeys::of_account(tx, account)).await?;
    let listed = |row: passkeys::PasskeyRow| Listed {
        id: row.id,
        name: row.name,
        added_at: row.created_at,
        used_at: row.last_used_at,
        opens_key: row.account_key.is_some(),
    };
    Ok(rows.into_iter().map(listed).collect())
}

/// Our side of the exchange.
fn ours(gateway: &Gateway) -> Result<&Webauthn> {
    gateway.passkeys.as_ref().ok_or_else(|| Problem::PasskeyRefused.into())
}
