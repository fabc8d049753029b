//! What waits between the two halves of an exchange: sealed to a token that only the browser has, kept for a few minutes,
//! taken once by whichever node gets the second half.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::crypt::{cookie_text, generate_token, open, parse_cookie, seal, token_hash, token_identity};
use crate::error::{Doing, Problem, Result};
use crate::gateway::Gateway;
use crate::model::AccountId;
use crate::store::ceremonies;

/// How long an authenticator's answer is waited for.
const LIFE: Duration = Duration::from_secs(5 * 60);

/// What an exchange is for.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Adding,
    Proving,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Adding => "passkey_adding",
            Self::Proving => "passkey_proving",
        }
    }
}

/// Exchanges that wait at a time.
const MOST: i64 = 5000;
/// Seconds after which it is worth coming back when too many wait.
const COME_BACK: u32 = 60;

/// Keeps `state` until its token comes back. `account` is whose it is, where that is known beforehand.
pub(super) async fn keep(
    gateway: &Gateway,
    kind: Kind,
    account: Option<AccountId>,
    state: &impl Serialize,
) -> Result<Zeroizing<String>> {
    let token = generate_token(&mut rand::rng());
    let plain = Zeroizing::new(serde_json::to_vec(state).doing("writing down an exchange with an authenticator")?);
    let sealed = seal(&token_identity(&token).recipient(), &plain)?;
    let hash = token_hash(&token);
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            ceremonies::sweep(tx, now)?;
            // Strangers begin these; a flood of them shall not fill the database.
            if ceremonies::count(tx)? >= MOST {
                return Err(Problem::Busy { seconds: COME_BACK }.into());
            }
            ceremonies::insert(tx, &hash, kind.word(), account, &sealed, now + LIFE)
        })
        .await?;
    Ok(cookie_text(&token))
}

/// Takes what waits under `token`. Nobody gets it twice, too late, for another purpose or as another account.
pub(super) async fn take<S: DeserializeOwned>(
    gateway: &Gateway,
    kind: Kind,
    account: Option<AccountId>,
    token: &str,
) -> Result<S> {
    let token = parse_cookie(token).ok_or(Problem::PasskeyRefused)?;
    let hash = token_hash(&token);
    let now = gateway.now();
    let taken = gateway.store.write(move |tx| ceremonies::take(tx, &hash, kind.word(), now)).await?;
    let (sealed, _) = taken.filter(|(_, whose)| *whose == account).ok_or(Problem::PasskeyRefused)?;
    let plain = open(&token_identity(&token), &sealed)?;
    serde_json::from_slice(&plain).doing("reading an exchange with an authenticator")
}
