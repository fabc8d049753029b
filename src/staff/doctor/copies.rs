//! Whether the log grows, and whether it leaves the house.

use std::time::Duration;

use crate::error::Result;
use crate::gateway::minutes;
use crate::model::{CopyFailure, CopyState, Destination};
use crate::staff::log::copies::{self, Standing};
use crate::store::tree;

use super::facts::Facts;
use super::{Saw, Seen};

/// A day's mails carry it out, where there are any.
const LONG: Duration = Duration::from_secs(48 * 3600);

/// Events do not wait long for their place.
pub(super) async fn grows(facts: &Facts<'_>) -> Result<Saw> {
    let gateway = facts.gateway();
    let waiting = gateway.store.read(tree::waiting_since).await?;
    let age = waiting.map_or(Duration::ZERO, |since| gateway.now().since(since));
    let seen = match age > minutes(gateway.audit.alerts.stalled_minutes) {
        true => Seen::LogStalled,
        false => Seen::LogGrows,
    };
    Ok(Saw::new(seen).with("seconds", super::Value::Seconds(age.as_secs())))
}

/// A checkpoint is out of the operator's reach.
pub(super) async fn left(facts: &Facts<'_>) -> Result<Saw> {
    let gateway = facts.gateway();
    let standing = copies::standing(gateway).await?;
    let Some((standing, signed)) =
        standing.and_then(|standing| standing.signed.clone().map(|signed| (standing, signed)))
    else {
        return Ok(Saw::new(Seen::LogNotSigned));
    };
    Ok(match standing.left {
        None => Saw::new(Seen::LogNeverLeft),
        Some((size, at)) => {
            let is_old = size < signed.size && gateway.now().since(at) > LONG;
            let seen = if is_old { Seen::LogLeftLong } else { Seen::LogLeft };
            Saw::new(seen).with("at", at).with("count", size)
        }
    })
}

/// The bucket takes what is signed.
pub(super) async fn bucket(facts: &Facts<'_>) -> Result<Saw> {
    let is_it = |state: &CopyState| state.destination == Destination::Bucket;
    let (standing, states) = of(facts, is_it).await?;
    let Some(state) = states.first() else { return Ok(Saw::new(Seen::BucketNone)) };
    let fails = failing(state, Seen::BucketFails).or_else(|| behind(standing.as_ref(), is_it));
    let unread = state.is_unread.then(|| Saw::new(Seen::BucketUnread));
    Ok(fails.or(unread).unwrap_or_else(|| taken(standing.as_ref(), &states, Seen::BucketTakes)))
}

/// Every witness signs what is signed.
pub(super) async fn witnesses(facts: &Facts<'_>) -> Result<Saw> {
    let is_one = |state: &CopyState| matches!(state.destination, Destination::Witness(_));
    let (standing, states) = of(facts, is_one).await?;
    if states.is_empty() {
        return Ok(Saw::new(Seen::WitnessesNone));
    }
    let failing: Vec<Saw> = states.iter().filter_map(|state| failing(state, Seen::WitnessFails)).collect();
    // The worst first.
    let worst = failing.iter().find(|saw| saw.seen == Seen::CopyInconsistent).or(failing.first()).cloned();
    let worst = worst.or_else(|| behind(standing.as_ref(), is_one));
    Ok(worst.unwrap_or_else(|| taken(standing.as_ref(), &states, Seen::WitnessesSign)))
}

async fn of(facts: &Facts<'_>, is_one: impl Fn(&CopyState) -> bool) -> Result<(Option<Standing>, Vec<CopyState>)> {
    let standing = copies::standing(facts.gateway()).await?;
    let states = match &standing {
        Some(standing) => standing.destinations.clone(),
        // Before there is a log nothing was tried.
        None => facts.gateway().copies.destinations().into_iter().map(CopyState::none).collect(),
    };
    Ok((standing, states.into_iter().filter(is_one).collect()))
}

/// A log that has ended and is not whole there.
fn behind(standing: Option<&Standing>, is_one: impl Fn(&CopyState) -> bool) -> Option<Saw> {
    let behind = standing?.behind.iter().find(|behind| is_one(&behind.state))?;
    let is_other = behind.state.failing.is_some_and(|(_, why)| why == CopyFailure::Inconsistent);
    let saw = if is_other { failing(&behind.state, Seen::CopyInconsistent)? } else { Saw::new(Seen::CopyBehind) };
    Some(saw.with("name", behind.state.destination.to_string()).with("log", behind.origin.clone()))
}

fn failing(state: &CopyState, seen: Seen) -> Option<Saw> {
    let (since, why) = state.failing?;
    let seen = if why == CopyFailure::Inconsistent { Seen::CopyInconsistent } else { seen };
    Some(Saw::new(seen).with("name", state.destination.to_string()).with("at", since).with("why", why.word()))
}

fn taken(standing: Option<&Standing>, states: &[CopyState], seen: Seen) -> Saw {
    let is_whole = |state: &&CopyState| standing.is_some_and(|standing| standing.is_whole(state));
    let whole = states.iter().filter(is_whole).count();
    Saw::new(seen).with("count", whole as u64).with("needed", states.len() as u64)
}
