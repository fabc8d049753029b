//! Copies: what is signed is carried to witnesses and into the bucket, each at its own pace. Whoever was away gets all of it
//! later; what a destination has is written down, and since when it takes nothing.

mod bucket;
mod head;
mod witness;

use futures_util::future::join_all;

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{CopyFailure, CopyState, Destination, Time};
use crate::port::Unanswered;
use crate::store::copies::{self, Behind, LogCopy};
use crate::store::tree::{self, Signed};

/// Carries every log's newest checkpoint to each destination that lacks it and whose turn it is. A destination that does not
/// take it stops no other.
///
/// # Errors
/// The store cannot be read or written.
pub async fn copy(gateway: &Gateway) -> Result<()> {
    let places = &gateway.copies;
    if places.bucket.is_none() && places.witnesses.is_empty() {
        return Ok(());
    }
    for log in gateway.store.read(tree::all).await? {
        let Some(signed) = log.signed.as_ref().filter(|signed| signed.size > 0) else { continue };
        // First those who sign: the bucket then gets what they signed.
        let told = places.witnesses.iter().map(|known| witness::tell(gateway, known, signed));
        join_all(told).await.into_iter().collect::<Result<()>>()?;
        if let Some(bucket) = &places.bucket {
            bucket::put(gateway, &**bucket, &log, signed).await?;
        }
    }
    Ok(())
}

/// What the destination has, if it is its turn; what it lacks is judged by `lacks`.
async fn turn(
    gateway: &Gateway,
    to: &Destination,
    log: i32,
    lacks: impl Fn(Option<&LogCopy>) -> bool,
) -> Result<Option<LogCopy>> {
    let known = to.clone();
    let copy = gateway.store.read(move |tx| copies::get(tx, &known, log)).await?;
    if !lacks(copy.as_ref()) {
        return Ok(None);
    }
    let (known, pause, now) = (to.clone(), gateway.copies.pause, gateway.now());
    gateway
        .store
        .write(move |tx| match copies::claim(tx, &known, log, pause, now)? {
            true => copies::get(tx, &known, log),
            false => Ok(None),
        })
        .await
}

/// Writes down that a destination did not take the log.
async fn note_failure(gateway: &Gateway, to: &Destination, signed: &Signed, why: CopyFailure) -> Result<()> {
    tracing::warn!(destination = %to, %why, "the log was not copied; it is tried again");
    let (known, log, now) = (to.clone(), signed.log, gateway.now());
    gateway.store.write(move |tx| copies::failed(tx, &known, log, why, now)).await
}

fn failure(why: Unanswered) -> CopyFailure {
    match why {
        Unanswered::Refused(_) => CopyFailure::Refused,
        Unanswered::Forbidden => CopyFailure::Forbidden,
        Unanswered::TimedOut => CopyFailure::TimedOut,
        Unanswered::Silent => CopyFailure::Silent,
    }
}

/// How far the log that grows has left the house.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The log's name for the world.
    pub origin: String,
    /// Its newest signed checkpoint.
    pub signed: Option<Signed>,
    /// The newest checkpoint that left, of so many entries, and when: what is older cannot be rewritten unseen.
    pub left: Option<(u64, Time)>,
    /// Every destination that there is now.
    pub destinations: Vec<CopyState>,
    /// Logs that have ended and are not whole at one of them.
    pub behind: Vec<Behind>,
}

impl Standing {
    /// Whether a destination has everything that is signed.
    pub fn is_whole(&self, state: &CopyState) -> bool {
        let signed = self.signed.as_ref().map_or(0, |signed| signed.size);
        signed == 0 || state.left.is_some_and(|(size, _)| size >= signed)
    }

    /// Since when a destination takes nothing, of the log that grows or of one that has ended.
    pub fn failing_since(&self, to: &Destination) -> Option<Time> {
        let ended = self.behind.iter().map(|behind| &behind.state);
        let states = self.destinations.iter().chain(ended).filter(|state| state.destination == *to);
        states.filter_map(|state| state.failing).map(|(since, _)| since).min()
    }
}

/// How far the log has left the house; none before there is one.
///
/// # Errors
/// The store cannot be read.
pub async fn standing(gateway: &Gateway) -> Result<Option<Standing>> {
    let destinations = gateway.copies.destinations();
    gateway
        .store
        .read(move |tx| {
            let Some(log) = tree::current(tx)? else { return Ok(None) };
            let (copies, behind) = (copies::of_log(tx, log.number)?, copies::behind(tx, &destinations)?);
            let state = |destination: Destination| {
                let word = destination.to_string();
                match copies.iter().find(|copy| copy.destination == word) {
                    Some(copy) => copy.state(destination),
                    None => CopyState::none(destination),
                }
            };
            let destinations = destinations.into_iter().map(state).collect();
            Ok(Some(Standing { origin: log.origin, signed: log.signed, left: log.left, destinations, behind }))
        })
        .await
}
