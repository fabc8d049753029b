//! Posts to webhooks: rows, written in the transaction of the event that they tell, posted by a leased worker.

use std::time::Duration;

use diesel::prelude::*;
use serde_json::{Value, json};

use crate::error::{Doing, Result};
use crate::model::{Event, EventKind, HookKind, Post, PostId, Time, words};

use super::database::on;
use super::lease::free;
use super::schema::{webhook_posts, webhook_stops};
use super::{Tx, deliveries};

words! {
    /// Where a post is.
    pub enum PostState {
        /// Waits for its turn or its next try.
        Queued = "queued",
        /// The receiver took it.
        Taken = "taken",
        /// It was not taken in three days.
        GivenUp = "given_up",
        /// Its receiver said that it is gone.
        Stopped = "stopped",
        /// Its receiver stands in the configuration no more, or under another address.
        Dropped = "dropped",
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_posts)]
struct Row {
    id: PostId,
    receiver: String,
    kind: HookKind,
    body: String,
    attempts: i32,
}

/// What became of a post, as far as it has come.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = webhook_posts)]
pub struct Posted {
    /// Its id.
    pub id: PostId,
    /// What it tells.
    pub kind: HookKind,
    /// Where it is.
    pub state: PostState,
    /// Tries so far.
    pub attempts: i32,
    /// What the newest try was answered, or why it was not; empty before the first.
    pub answer: String,
    /// When it was written.
    pub created_at: Time,
    /// When it is tried next, while it is queued.
    pub not_before: Time,
    /// When it was taken or given up.
    pub ended_at: Option<Time>,
}

/// Queues an event for everybody who is to be told of it. Returns for how many.
pub(super) fn announce(tx: &mut Tx, event: &Event) -> Result<usize> {
    let Some(kind) = HookKind::of(&event.kind) else { return Ok(0) };
    let wanting = |tx: &Tx| {
        let all = tx.subscribers.iter();
        let wanting = all.filter(|one| one.kinds.is_empty() || one.kinds.contains(&kind));
        wanting.map(|one| (one.name.clone(), one.url.clone())).collect::<Vec<_>>()
    };
    let wanting = wanting(tx);
    if wanting.is_empty() {
        return Ok(0);
    }
    let body = body(kind, event.at, about(tx, event)?)?;
    let mut queued = 0;
    for (receiver, url) in wanting {
        if stopped_at(tx, &receiver, &url)?.is_none() {
            let id = PostId::new(event.at);
            insert(tx, &Post { id, receiver, kind, body: body.clone(), attempts: 0 }, &url, event.at)?;
            queued += 1;
        }
    }
    Ok(queued)
}

/// The bytes of a post: what, when, about what.
///
/// # Errors
/// It cannot be written.
pub fn body(kind: HookKind, at: Time, data: Value) -> Result<String> {
    let body = json!({ "type": kind, "timestamp": at.to_rfc3339(), "data": data });
    serde_json::to_string(&body).doing("writing a post to a webhook")
}

/// Ids and references: they name, and open nothing.
fn about(tx: &mut Tx, event: &Event) -> Result<Value> {
    if let EventKind::AlertRaised { rule } = event.kind {
        let reference = event.subject.delivery.map(|id| deliveries::get(tx, id)).transpose()?.map(|row| row.reference);
        return Ok(json!({ "rule": rule, "reference": reference }));
    }
    let transfer = event.subject.transfer;
    if let Some(id) = event.subject.delivery {
        let reference = deliveries::get(tx, id)?.reference;
        return Ok(json!({ "transfer": transfer, "delivery": id, "reference": reference }));
    }
    let rows = match transfer {
        Some(transfer) => deliveries::of_transfer(tx, transfer)?,
        None => Vec::new(),
    };
    let one = |row: &crate::model::Delivery| json!({ "delivery": row.id, "reference": row.reference });
    let deliveries: Vec<Value> = rows.iter().map(one).collect();
    Ok(json!({ "transfer": transfer, "deliveries": deliveries }))
}

fn insert(tx: &mut Tx, post: &Post, url: &str, now: Time) -> Result<()> {
    on!(tx, c => diesel::insert_into(webhook_posts::table)
        .values((
            webhook_posts::id.eq(post.id),
            webhook_posts::receiver.eq(post.receiver.as_str()),
            webhook_posts::url.eq(url),
            webhook_posts::kind.eq(post.kind),
            webhook_posts::body.eq(post.body.as_str()),
            webhook_posts::state.eq(PostState::Queued),
            webhook_posts::attempts.eq(post.attempts),
            webhook_posts::not_before.eq(now),
            webhook_posts::created_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// A receiver by its word, at its address: what was meant for another address is not for this one.
pub type Place = (String, String);

/// Leases the post that is due longest to one of `receivers`: nobody else takes it until `now + lease`.
///
/// # Errors
/// The database cannot be written.
pub fn claim(tx: &mut Tx, receivers: &[Place], now: Time, lease: Duration) -> Result<Option<Post>> {
    let mut due: Vec<(Time, PostId)> = Vec::new();
    for (name, url) in receivers {
        let first: Option<(Time, PostId)> = on!(tx, c => webhook_posts::table
            .filter(webhook_posts::receiver.eq(name).and(webhook_posts::url.eq(url)))
            .filter(webhook_posts::state.eq(PostState::Queued).and(webhook_posts::not_before.le(now)))
            .filter(free!(webhook_posts::leased_until, now, lease))
            .order(webhook_posts::not_before)
            .select((webhook_posts::not_before, webhook_posts::id))
            .first(c)
            .optional())?;
        due.extend(first);
    }
    let Some((_, id)) = due.into_iter().min() else { return Ok(None) };
    let row = webhook_posts::table.find(id).filter(webhook_posts::state.eq(PostState::Queued)).filter(free!(
        webhook_posts::leased_until,
        now,
        lease
    ));
    let taken = on!(tx, c => diesel::update(row)
        .set((webhook_posts::leased_until.eq(Some(now + lease)), webhook_posts::attempts.eq(webhook_posts::attempts + 1)))
        .execute(c))?;
    if taken != 1 {
        return Ok(None);
    }
    let row: Row = on!(tx, c => webhook_posts::table.find(id).select(Row::as_select()).first(c))?;
    let Row { id, receiver, kind, body, attempts } = row;
    Ok(Some(Post { id, receiver, kind, body, attempts }))
}

/// Ends a leased post, only if this attempt still holds it: true for the call that ended it.
///
/// # Errors
/// The database cannot be written.
pub fn settle(tx: &mut Tx, post: &Post, state: PostState, answer: &str, now: Time) -> Result<bool> {
    let row = webhook_posts::table
        .find(post.id)
        .filter(webhook_posts::state.eq(PostState::Queued).and(webhook_posts::attempts.eq(post.attempts)));
    let settled = on!(tx, c => diesel::update(row)
        .set((
            webhook_posts::state.eq(state),
            webhook_posts::answer.eq(answer),
            webhook_posts::leased_until.eq(None::<Time>),
            webhook_posts::ended_at.eq(Some(now)),
        ))
        .execute(c))?;
    Ok(settled == 1)
}

/// Gives a leased post back for a later try, only if this attempt still holds it.
///
/// # Errors
/// The database cannot be written.
pub fn defer(tx: &mut Tx, post: &Post, answer: &str, not_before: Time) -> Result<()> {
    let row = webhook_posts::table
        .find(post.id)
        .filter(webhook_posts::state.eq(PostState::Queued).and(webhook_posts::attempts.eq(post.attempts)));
    on!(tx, c => diesel::update(row)
        .set((
            webhook_posts::answer.eq(answer),
            webhook_posts::leased_until.eq(None::<Time>),
            webhook_posts::not_before.eq(not_before),
        ))
        .execute(c))?;
    Ok(())
}

/// When the next post to one of `receivers` is due, if any waits.
///
/// # Errors
/// The database cannot be read.
pub fn next_due(tx: &mut Tx, receivers: &[Place]) -> Result<Option<Time>> {
    let mut due: Vec<Time> = Vec::new();
    for (name, url) in receivers {
        let first: Option<Time> = on!(tx, c => webhook_posts::table
            .filter(webhook_posts::receiver.eq(name).and(webhook_posts::url.eq(url)))
            .filter(webhook_posts::state.eq(PostState::Queued))
            .order(webhook_posts::not_before)
            .select(webhook_posts::not_before)
            .first(c)
            .optional())?;
        due.extend(first);
    }
    Ok(due.into_iter().min())
}

/// Whom posts wait for.
///
/// # Errors
/// The database cannot be read.
pub fn waiting(tx: &mut Tx) -> Result<Vec<Place>> {
    Ok(on!(tx, c => webhook_posts::table
        .filter(webhook_posts::state.eq(PostState::Queued))
        .select((webhook_posts::receiver, webhook_posts::url))
        .distinct()
        .load(c))?)
}

/// Says of posts that were written before their address was noted that they are meant for this one.
///
/// # Errors
/// The database cannot be written.
pub fn adopt(tx: &mut Tx, (name, url): &Place) -> Result<()> {
    let unnamed = webhook_posts::table.filter(webhook_posts::receiver.eq(name).and(webhook_posts::url.eq("")));
    on!(tx, c => diesel::update(unnamed).set(webhook_posts::url.eq(url)).execute(c))?;
    Ok(())
}

/// Ends what waits for a receiver that is none any more. Returns how many.
///
/// # Errors
/// The database cannot be written.
pub fn drop_waiting(tx: &mut Tx, (name, url): &Place, now: Time) -> Result<usize> {
    let waiting = webhook_posts::table
        .filter(webhook_posts::receiver.eq(name).and(webhook_posts::url.eq(url)))
        .filter(webhook_posts::state.eq(PostState::Queued));
    Ok(on!(tx, c => diesel::update(waiting)
        .set((
            webhook_posts::state.eq(PostState::Dropped),
            webhook_posts::leased_until.eq(None::<Time>),
            webhook_posts::ended_at.eq(Some(now)),
        ))
        .execute(c))?)
}

/// Notes that the receiver at this address is gone; what waits for it is not tried any more.
///
/// # Errors
/// The database cannot be written.
pub fn stop(tx: &mut Tx, receiver: &str, url: &str, now: Time) -> Result<()> {
    go_on(tx, receiver)?;
    on!(tx, c => diesel::insert_into(webhook_stops::table)
        .values((
            webhook_stops::receiver.eq(receiver),
            webhook_stops::url.eq(url),
            webhook_stops::stopped_at.eq(now),
        ))
        .execute(c))?;
    let waiting = webhook_posts::table
        .filter(webhook_posts::receiver.eq(receiver).and(webhook_posts::url.eq(url)))
        .filter(webhook_posts::state.eq(PostState::Queued));
    on!(tx, c => diesel::update(waiting)
        .set((webhook_posts::state.eq(PostState::Stopped), webhook_posts::ended_at.eq(Some(now))))
        .execute(c))?;
    Ok(())
}

/// Tells a receiver again from now on.
///
/// # Errors
/// The database cannot be written.
pub fn go_on(tx: &mut Tx, receiver: &str) -> Result<()> {
    on!(tx, c => diesel::delete(webhook_stops::table.find(receiver)).execute(c))?;
    Ok(())
}

/// Since when a receiver at this address counts as gone.
///
/// # Errors
/// The database cannot be read.
pub fn stopped_at(tx: &mut Tx, receiver: &str, url: &str) -> Result<Option<Time>> {
    Ok(on!(tx, c => webhook_stops::table
        .find(receiver)
        .filter(webhook_stops::url.eq(url))
        .select(webhook_stops::stopped_at)
        .first(c)
        .optional())?)
}

/// The newest posts to a receiver, newest first.
///
/// # Errors
/// The database cannot be read.
pub fn newest(tx: &mut Tx, receiver: &str, most: i64) -> Result<Vec<Posted>> {
    Ok(on!(tx, c => webhook_posts::table
        .filter(webhook_posts::receiver.eq(receiver))
        .order((webhook_posts::created_at.desc(), webhook_posts::id.desc()))
        .limit(most)
        .select(Posted::as_select())
        .load(c))?)
}

/// Forgets what ended before this time.
///
/// # Errors
/// The database cannot be written.
pub fn forget(tx: &mut Tx, before: Time) -> Result<()> {
    let ended = webhook_posts::table.filter(webhook_posts::ended_at.lt(Some(before)));
    on!(tx, c => diesel::delete(ended).execute(c))?;
    Ok(())
}
