//! Signing in at an OpenID provider: out with a sealed ticket in a cookie, back with a code. The same way unlocks or confirms
//! a running session.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::{Doing, Problem, Result};
use crate::gateway::{Gateway, Provider, minutes};
use crate::model::{Account, EventKind, Factor, Time};
use crate::port::{Known, Thread};
use crate::store::identities;

use super::session::{self, Proof, Running, Session};
use super::visitor::Visitor;
use super::{admission, guessing};

/// How long the way there and back may take, in minutes.
pub const MINUTES: u32 = 10;

/// A browser on its way to a provider.
pub struct Begun {
    /// Where it goes.
    pub url: String,
    /// What it carries, sealed: a cookie's value.
    pub ticket: String,
}

/// What a ticket holds.
#[derive(Serialize, Deserialize)]
struct Ticket {
    provider: String,
    thread: Thread,
    next: String,
    /// The session that proves one more thing, by its hash; none where somebody signs in.
    session: Option<Vec<u8>>,
    begun_at: Time,
}

/// What came back with the browser.
pub struct Answer {
    /// As it left.
    pub state: String,
    /// What is exchanged for the person; none where the provider refused.
    pub code: Option<String>,
}

/// What a sign-in elsewhere led to.
pub enum Outcome {
    /// A new session.
    Entered(Box<Session>),
    /// The running session has proven one more thing.
    Proven,
}

fn redirect(gateway: &Gateway, provider: &Provider) -> String {
    format!("{}/sign-in/with/{}/callback", gateway.staff_url, provider.id)
}

/// Begins a sign-in, or with `running` a proof of that session: then the provider shall ask for the person, as it may
/// remember whoever sat here before. Nothing is written.
///
/// # Errors
/// `NotFound` for a provider that there is not; `ProviderUnavailable`.
pub async fn begin(gateway: &Gateway, id: &str, next: &str, running: Option<&Running>) -> Result<Begun> {
    let provider = gateway.elsewhere.provider(id).ok_or(Problem::NotFound)?;
    let (url, thread) = provider.edge.begin(&redirect(gateway, provider), running.is_some()).await?;
    let ticket = Ticket {
        provider: id.to_owned(),
        thread,
        next: next.to_owned(),
        session: running.map(|running| running.row.token_hash.clone()),
        begun_at: gateway.now(),
    };
    let text = Zeroizing::new(serde_json::to_vec(&ticket).doing("writing a ticket to an OpenID provider")?);
    let sealed = gateway.seal_to_custody(&text)?;
    Ok(Begun { url, ticket: data_encoding::BASE64URL_NOPAD.encode(&sealed) })
}

/// What a browser that came back is about: the ticket that it left with, looked at.
pub struct Return {
    ticket: Ticket,
    code: Option<String>,
}

impl Return {
    /// Where it goes on, also when it was refused.
    pub fn next(&self) -> &str {
        &self.ticket.next
    }

    /// Whether a running session was to prove something.
    pub fn is_proof(&self) -> bool {
        self.ticket.session.is_some()
    }
}

/// Whether the two ends of the thread fit: the answer is to what this browser began here, lately.
///
/// # Errors
/// `ProviderRefused`.
pub fn fit(gateway: &Gateway, id: &str, ticket: &str, answer: Answer) -> Result<Return> {
    let ticket = opened(gateway, ticket).ok_or(Problem::ProviderRefused)?;
    let same = ticket.thread.state.as_bytes().ct_eq(answer.state.as_bytes());
    let lately = gateway.now() < ticket.begun_at + minutes(MINUTES);
    if !bool::from(same) || ticket.provider != id || !lately {
        return Err(Problem::ProviderRefused.into());
    }
    Ok(Return { ticket, code: answer.code })
}

fn opened(gateway: &Gateway, ticket: &str) -> Option<Ticket> {
    let sealed = data_encoding::BASE64URL_NOPAD.decode(ticket.as_bytes()).ok()?;
    let text = gateway.store.keys().custody.open(&sealed).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Ends a sign-in at a provider, for the session that runs in this browser or for a new one.
///
/// # Errors
/// `ProviderRefused`: it confirmed nobody, or somebody else; `ProviderUnavailable`; `NotAdmitted`.
pub async fn finish(gateway: &Gateway, back: &Return, running: Option<&Running>, visitor: &Visitor) -> Result<Outcome> {
    let provider = gateway.elsewhere.provider(&back.ticket.provider).ok_or(Problem::ProviderRefused)?;
    let done = complete(gateway, provider, back, running, visitor).await;
    if let Err(crate::error::Error::Problem(Problem::ProviderRefused | Problem::NotAdmitted)) = &done {
        let kind = match running.filter(|_| back.is_proof()) {
            Some(running) => running.proving(Factor::Oidc),
            None => EventKind::SignedIn { by: Factor::Oidc },
        };
        let account = running.filter(|_| back.is_proof()).map(|running| running.row.account_id);
        guessing::note_failure(gateway, None, (account, ""), kind, visitor).await?;
    }
    done
}

async fn complete(
    gateway: &Gateway,
    provider: &Provider,
    back: &Return,
    running: Option<&Running>,
    visitor: &Visitor,
) -> Result<Outcome> {
    let code = back.code.as_deref().ok_or(Problem::ProviderRefused)?;
    let took = gateway.now().since(back.ticket.begun_at);
    let fresh: Option<Duration> = back.is_proof().then_some(took);
    let known = provider.edge.finish(&redirect(gateway, provider), code, &back.ticket.thread, fresh).await?;
    match &back.ticket.session {
        Some(hash) => {
            let meant = running.filter(|running| running.row.token_hash == *hash).ok_or(Problem::SignInNeeded)?;
            prove(gateway, provider, meant, known, visitor).await.map(|()| Outcome::Proven)
        }
        None => enter(gateway, provider, known, visitor).await.map(|session| Outcome::Entered(Box::new(session))),
    }
}

async fn enter(gateway: &Gateway, provider: &Provider, known: Known, visitor: &Visitor) -> Result<Session> {
    // The provider may have answered without asking anybody: then nobody has shown yet that he sits here.
    let proof = Proof { by: Factor::Oidc, key: None, ago: known.ago };
    let account = admission::admit(gateway, &provider.admission, Factor::Oidc, known, visitor).await?;
    let id = account.id;
    session::begin(gateway, account, proof, visitor, move |tx| admission::confirm(tx, id)).await
}

async fn prove(
    gateway: &Gateway,
    provider: &Provider,
    running: &Running,
    known: Known,
    visitor: &Visitor,
) -> Result<()> {
    let (realm, id) = (provider.admission.realm.clone(), running.row.account_id);
    let same = move |tx: &mut crate::store::Tx| admission::is_the_same(tx, &realm, &known.subject, id);
    session::prove(gateway, running, Factor::Oidc, None, visitor, same).await
}

/// The providers at which this account is known, in the order of their buttons.
///
/// # Errors
/// The store cannot be read.
pub async fn of_account<'a>(gateway: &'a Gateway, account: &Account) -> Result<Vec<&'a Provider>> {
    let id = account.id;
    let known = gateway.store.read(move |tx| identities::of_account(tx, id)).await?;
    let is_known = |provider: &&Provider| known.iter().any(|(realm, _)| *realm == provider.admission.realm);
    Ok(gateway.elsewhere.providers.iter().filter(is_known).collect())
}
