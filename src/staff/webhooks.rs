//! What happens is told to the office's own systems: posts that events left behind are handed over, at least once, for
//! three days; and administrators see what became of them.

use std::time::Duration;

use serde_json::json;

use super::permit::Administrator;
use crate::error::{Problem, Result};
use crate::gateway::{Gateway, Receiver};
use crate::model::{Actor, Event, EventKind, HookKind, Post, PostId, Time};
use crate::port::Unanswered;
use crate::store::Tx;
use crate::store::webhooks::{self, Place, PostState, Posted};

/// Longer than any attempt may take; a node that died gives its post up after this.
const LEASE: Duration = Duration::from_secs(300);
/// Seconds between the tries, growing; together three days. The first follows at once: a restart of the receiver takes no
/// longer.
const PAUSES: [u64; 9] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 64_800, 80_000];
/// The answer of a receiver that wants to be told nothing any more.
const GONE: u16 = 410;
/// How many of a receiver's posts an administrator sees.
const SHOWN: i64 = 20;
/// How long it is remembered what became of a post.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 3600);

/// Hands over the post that is due longest. `false` when none is due.
///
/// # Errors
/// The store failed; the post is tried again when its lease ends.
pub async fn deliver_next(gateway: &Gateway) -> Result<bool> {
    let (places, now) = (places(gateway), gateway.now());
    let claimed = gateway.store.write(move |tx| webhooks::claim(tx, &places, now, LEASE)).await?;
    let Some(post) = claimed else { return Ok(false) };
    let Some(receiver) = gateway.outwards.receiver(&post.receiver) else { return Ok(true) };
    let answer = receiver.edge.post(&post, now).await;
    if let Err(why) = answer {
        tracing::warn!(receiver = %post.receiver, kind = %post.kind, attempt = post.attempts, %why, "a webhook was not taken");
    }
    let (url, now) = (receiver.url.clone(), gateway.now());
    gateway.store.write(move |tx| settle(tx, &post, &url, answer, now)).await?;
    Ok(true)
}

fn places(gateway: &Gateway) -> Vec<Place> {
    gateway.outwards.receivers.iter().map(|receiver| (receiver.name.clone(), receiver.url.clone())).collect()
}

/// Ends what waits for receivers that stand in the configuration no more, or under another address: nobody else gets what
/// was meant for them. At the start of the server.
///
/// # Errors
/// The store cannot be written; what is not ended waits, and is posted to nobody.
pub async fn drop_left_over(gateway: &Gateway) -> Result<()> {
    let (places, now) = (places(gateway), gateway.now());
    let dropped = gateway
        .store
        .write(move |tx| {
            places.iter().try_for_each(|place| webhooks::adopt(tx, place))?;
            let mut dropped = Vec::new();
            for left in webhooks::waiting(tx)?.into_iter().filter(|left| !places.contains(left)) {
                let posts = u32::try_from(webhooks::drop_waiting(tx, &left, now)?).unwrap_or(u32::MAX);
                let kind = EventKind::WebhookDropped { receiver: left.0.clone(), posts };
                tx.record(&Event::new(kind, now, Actor::System).failed())?;
                dropped.push((left.0, posts));
            }
            Ok(dropped)
        })
        .await?;
    for (receiver, posts) in dropped {
        tracing::warn!(%receiver, posts, "posts to a webhook were dropped: the configuration has it no more");
    }
    Ok(())
}

fn settle(tx: &mut Tx, post: &Post, url: &str, answer: Result<u16, Unanswered>, now: Time) -> Result<()> {
    let said = said(answer);
    let event = |kind| Event::new(kind, now, Actor::System).failed();
    match answer {
        Ok(_) => webhooks::settle(tx, post, PostState::Taken, &said, now).map(drop),
        Err(Unanswered::Refused(GONE)) => {
            if webhooks::settle(tx, post, PostState::Stopped, &said, now)? {
                webhooks::stop(tx, &post.receiver, url, now)?;
                tx.record(&event(EventKind::WebhookStopped { receiver: post.receiver.clone() }))?;
            }
            Ok(())
        }
        Err(_) => match pause(post.attempts) {
            Some(pause) => webhooks::defer(tx, post, &said, now + pause),
            None => {
                if webhooks::settle(tx, post, PostState::GivenUp, &said, now)? {
                    let kind = EventKind::WebhookGivenUp { receiver: post.receiver.clone(), hook: post.kind };
                    tx.record(&event(kind))?;
                }
                Ok(())
            }
        },
    }
}

/// How long after this many tries the next one follows, if one does.
fn pause(attempts: i32) -> Option<Duration> {
    let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or_default();
    PAUSES.get(place).copied().map(Duration::from_secs)
}

/// A status, or a word.
fn said(answer: Result<u16, Unanswered>) -> String {
    match answer {
        Ok(status) | Err(Unanswered::Refused(status)) => status.to_string(),
        Err(why) => why.word().to_owned(),
    }
}

/// When posts should be looked at again, if any waits.
///
/// # Errors
/// The store cannot be read.
pub async fn next_due(gateway: &Gateway) -> Result<Option<Time>> {
    let places = places(gateway);
    gateway.store.read(move |tx| webhooks::next_due(tx, &places)).await
}

/// Forgets what became of old posts.
///
/// # Errors
/// The store cannot be written.
pub async fn sweep(gateway: &Gateway) -> Result<()> {
    let before = Time::from_millis(gateway.now().millis() - i64::try_from(REMEMBERED.as_millis()).unwrap_or(i64::MAX));
    gateway.store.write(move |tx| webhooks::forget(tx, before)).await
}

/// A receiver, and what became of what it was told last.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its word.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// What it is told; empty: everything.
    pub kinds: Vec<HookKind>,
    /// Since when it is told nothing, because it said that it is gone.
    pub stopped_at: Option<Time>,
    /// The newest posts, newest first.
    pub posts: Vec<Posted>,
}

/// Every receiver as it stands.
///
/// # Errors
/// The store cannot be read.
pub async fn list(gateway: &Gateway, _: &Administrator) -> Result<Vec<Standing>> {
    let one = |receiver: &Receiver| (receiver.name.clone(), receiver.url.clone(), receiver.kinds.clone());
    let receivers: Vec<_> = gateway.outwards.receivers.iter().map(one).collect();
    let standing = move |tx: &mut Tx<'_>| {
        let read = |(name, url, kinds): (String, String, Vec<HookKind>)| {
            let stopped_at = webhooks::stopped_at(tx, &name, &url)?;
            let posts = webhooks::newest(tx, &name, SHOWN)?;
            Ok(Standing { name, url, kinds, stopped_at, posts })
        };
        receivers.into_iter().map(read).collect()
    };
    gateway.store.read(standing).await
}

/// Posts a test at once. A receiver that takes it is told again if it was stopped. What it answered: a status or a word,
/// and whether it took it.
///
/// # Errors
/// `NotFound` for a receiver that is none; `SignInNeeded` when the session ended meanwhile; the store cannot be written.
pub async fn test(gateway: &Gateway, administrator: &Administrator, name: &str) -> Result<(bool, String)> {
    let receiver = gateway.outwards.receiver(name).ok_or(Problem::NotFound)?;
    let now = gateway.now();
    let body = webhooks::body(HookKind::Test, now, json!({}))?;
    let post = Post { id: PostId::new(now), receiver: name.to_owned(), kind: HookKind::Test, body, attempts: 1 };
    let answer = receiver.edge.post(&post, now).await;
    let event = Event::new(EventKind::WebhookTested { receiver: name.to_owned() }, now, administrator.actor());
    let taken = answer.is_ok();
    let write = move |tx: &mut Tx<'_>| {
        if taken {
            webhooks::go_on(tx, &post.receiver)?;
        }
        tx.record(&if taken { event } else { event.failed() })
    };
    administrator.write(gateway, write).await?;
    Ok((taken, said(answer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_after_three_days() {
        let pauses: Vec<_> = (1..).map_while(pause).collect();
        assert!(pauses.is_sorted());
        let days = pauses.iter().sum::<Duration>().as_secs_f64() / 86_400.0;
        assert!((2.9..=3.1).contains(&days), "{days}");
        assert_eq!(pause(0), pause(1), "the first try is the least");
    }
}
