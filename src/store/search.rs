//! Finding events among many millions. A question is answered from strands: what one index gives in order. The strand that is
//! shortest is walked from the newest, and whatever else was asked is compared row by row; so the cost is known, whatever a
//! planner thinks of it.

use std::collections::HashSet;

use diesel::prelude::*;

use super::database::on;
use super::schema::{event_sources, events};
use super::{Tx, events as stored};
use crate::error::Result;
use crate::model::{AccountId, DeliveryId, EventId, Outcome, Time, TransferId};

/// Rows that are taken from a strand at once: a page and a half at first, more when they do not match.
const FIRST_CHUNK: i64 = 128;
const LARGEST_CHUNK: i64 = 4096;
/// Strands are told apart by whether they have more entries than these.
const LENGTHS: [i64; 3] = [10_000, 100_000, 1_000_000];
/// Rows that one question looks at, at most: what is met by most events and hardly ever together would take minutes.
pub const WALKED_MOST: i64 = 200_000;

/// What is wanted. Absent: anything.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// At this time or later.
    pub from: Option<Time>,
    /// Before this time.
    pub before: Option<Time>,
    /// One of these words.
    pub words: Option<Vec<String>>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// By or about one of these accounts.
    pub accounts: Option<Vec<AccountId>>,
    /// Of a delivery to one of these parties.
    pub parties: Option<Vec<i64>>,
    /// About this transfer.
    pub transfer: Option<TransferId>,
    /// Of one of these deliveries, or of its transfer as a whole.
    pub deliveries: Option<Vec<(TransferId, DeliveryId)>>,
    /// From this network address.
    pub source: Option<String>,
}

/// An event with what it is found by.
#[derive(Clone, Debug, Queryable)]
pub struct Found {
    /// Row id: it grows with time.
    pub id: EventId,
    /// When.
    pub at: Time,
    /// The event's word.
    pub event: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The transfer it was about.
    pub transfer: Option<TransferId>,
    /// The delivery it was about.
    pub delivery: Option<DeliveryId>,
    /// The account it was about.
    pub account: Option<AccountId>,
    /// The account that acted.
    pub actor: Option<AccountId>,
    party: Option<i64>,
}

/// An event with its leaf and the values that are still kept.
#[derive(Clone, Debug)]
pub struct Told {
    /// The event.
    pub found: Found,
    /// The final bytes: JCS JSON.
    pub leaf: Vec<u8>,
    /// Field and value; file names stay sealed and are left out.
    pub values: Vec<(String, String)>,
}

/// What one index gives, in order.
#[derive(Clone, Debug)]
enum Strand {
    All,
    Kind(String, Outcome),
    By(AccountId),
    About(AccountId),
    Transfer(TransferId),
    Party(i64),
    Source(String),
}

/// Where to go on, towards older events.
#[derive(Clone, Copy)]
struct Span {
    first: Option<EventId>,
    end: Option<EventId>,
}

impl Wanted {
    fn span(&self, after: Option<EventId>) -> Span {
        let end = self.before.map(EventId::first);
        let end = match (end, after) {
            (Some(end), Some(after)) => Some(end.min(after)),
            (end, after) => end.or(after),
        };
        Span { first: self.from.map(EventId::first), end }
    }

    fn is_met_by(&self, row: &Found) -> bool {
        let word = self.words.as_ref().is_none_or(|words| words.contains(&row.event));
        let outcome = self.outcome.is_none_or(|outcome| outcome == row.outcome);
        let one_of = |wanted: &Vec<AccountId>, id: Option<AccountId>| id.is_some_and(|id| wanted.contains(&id));
        let account = self.accounts.as_ref();
        let account = account.is_none_or(|wanted| one_of(wanted, row.account) || one_of(wanted, row.actor));
        let party = self.parties.as_ref();
        let party = party.is_none_or(|wanted| row.party.is_some_and(|party| wanted.contains(&party)));
        let is_of = |(transfer, delivery): &(TransferId, DeliveryId)| {
            row.transfer == Some(*transfer) && row.delivery.is_none_or(|of| of == *delivery)
        };
        let delivery = self.deliveries.as_ref().is_none_or(|wanted| wanted.iter().any(is_of));
        let transfer = self.transfer.is_none_or(|wanted| row.transfer == Some(wanted));
        word && outcome && transfer && account && party && delivery
    }

    /// What can be walked, the most telling first.
    fn candidates(&self) -> Vec<Vec<Strand>> {
        let mut all = Vec::new();
        if let Some(transfer) = self.transfer {
            all.push(vec![Strand::Transfer(transfer)]);
        }
        if let Some(deliveries) = &self.deliveries {
            let transfers: HashSet<TransferId> = deliveries.iter().map(|(transfer, _)| *transfer).collect();
            all.push(transfers.into_iter().map(Strand::Transfer).collect());
        }
        if let Some(parties) = &self.parties {
            all.push(parties.iter().copied().map(Strand::Party).collect());
        }
        if let Some(source) = &self.source {
            all.push(vec![Strand::Source(source.clone())]);
        }
        if let Some(accounts) = &self.accounts {
            all.push(accounts.iter().flat_map(|id| [Strand::By(*id), Strand::About(*id)]).collect());
        }
        if let Some(words) = &self.words {
            let outcomes = self.outcome.map_or(Outcome::ALL.to_vec(), |outcome| vec![outcome]);
            let of_word =
                |word: &String| outcomes.iter().map(|one| Strand::Kind(word.clone(), *one)).collect::<Vec<_>>();
            all.push(words.iter().flat_map(of_word).collect());
        }
        if all.is_empty() {
            all.push(vec![Strand::All]);
        }
        all
    }

    /// The strands to walk: the shortest, as far as that is seen at a glance, or else the most telling.
    fn strands(&self, tx: &mut Tx) -> Result<Vec<Strand>> {
        let mut candidates = self.candidates();
        if candidates.len() > 1 {
            for length in LENGTHS {
                for (at, strands) in candidates.iter().enumerate() {
                    if are_within(tx, strands, self.span(None), length)? {
                        return Ok(candidates.swap_remove(at));
                    }
                }
            }
        }
        Ok(candidates.swap_remove(0))
    }
}

/// Whether none of these strands has more entries.
fn are_within(tx: &mut Tx, strands: &[Strand], span: Span, length: i64) -> Result<bool> {
    for strand in strands {
        if !ids(tx, strand, span, length, 1)?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Narrows a query of events to a strand within a span.
macro_rules! within {
    ($query:expr, $strand:expr, $span:expr) => {{
        let mut query = $query;
        if let Some(first) = $span.first {
            query = query.filter(events::id.ge(first));
        }
        if let Some(end) = $span.end {
            query = query.filter(events::id.lt(end));
        }
        match $strand {
            Strand::Kind(word, outcome) => query.filter(events::event.eq(word)).filter(events::outcome.eq(*outcome)),
            Strand::By(account) => query.filter(events::actor_id.eq(*account)),
            Strand::About(account) => query.filter(events::account_id.eq(*account)),
            Strand::Transfer(transfer) => query.filter(events::transfer_id.eq(*transfer)),
            Strand::Party(party) => query.filter(events::party_id.eq(*party)),
            Strand::All | Strand::Source(_) => query,
        }
    }};
}

/// Ids of a strand, from the newest, but the first `skip`.
fn ids(tx: &mut Tx, strand: &Strand, span: Span, skip: i64, most: i64) -> Result<Vec<EventId>> {
    let Strand::Source(source) = strand else {
        return Ok(on!(tx, c => within!(events::table.select(events::id).into_boxed(), strand, span)
            .order(events::id.desc())
            .offset(skip)
            .limit(most)
            .load(c))?);
    };
    Ok(on!(tx, c => {
        let mut query = event_sources::table
            .filter(event_sources::source.eq(source))
            .select(event_sources::event_id)
            .into_boxed();
        if let Some(first) = span.first {
            query = query.filter(event_sources::event_id.ge(first));
        }
        if let Some(end) = span.end {
            query = query.filter(event_sources::event_id.lt(end));
        }
        query.order(event_sources::event_id.desc()).offset(skip).limit(most).load(c)
    })?)
}

const COLUMNS: (
    events::id,
    events::at,
    events::event,
    events::outcome,
    events::transfer_id,
    events::delivery_id,
    events::account_id,
    events::actor_id,
    events::party_id,
) = (
    events::id,
    events::at,
    events::event,
    events::outcome,
    events::transfer_id,
    events::delivery_id,
    events::account_id,
    events::actor_id,
    events::party_id,
);

/// Rows of a strand, from the newest, and where to go on; nowhere if these are the last.
fn chunk(tx: &mut Tx, strand: &Strand, span: Span, most: i64) -> Result<(Vec<Found>, Option<EventId>)> {
    let is_full = |count: usize| i64::try_from(count).is_ok_and(|count| count >= most);
    if matches!(strand, Strand::Source(_)) {
        let ids = ids(tx, strand, span, 0, most)?;
        let next = ids.last().copied().filter(|_| is_full(ids.len()));
        let rows = on!(tx, c => events::table
            .filter(events::id.eq_any(&ids))
            .order(events::id.desc())
            .select(COLUMNS)
            .load(c))?;
        return Ok((rows, next));
    }
    let rows: Vec<Found> = on!(tx, c => within!(events::table.select(COLUMNS).into_boxed(), strand, span)
        .order(events::id.desc())
        .limit(most)
        .load(c))?;
    let next = rows.last().map(|row| row.id).filter(|_| is_full(rows.len()));
    Ok((rows, next))
}

/// Which of these events came from this network address.
fn from_source(tx: &mut Tx, source: &str, rows: &[Found]) -> Result<HashSet<EventId>> {
    let ids: Vec<EventId> = rows.iter().map(|row| row.id).collect();
    let found: Vec<EventId> = on!(tx, c => event_sources::table
        .filter(event_sources::source.eq(source).and(event_sources::event_id.eq_any(&ids)))
        .select(event_sources::event_id)
        .load(c))?;
    Ok(found.into_iter().collect())
}

/// What was found, and where the walk came to its end before everything was looked at.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    /// The events, newest first.
    pub found: Vec<Found>,
    /// Nothing older than this was looked at, because enough was found or so much had to be passed over; none: there is no more.
    pub stopped: Option<EventId>,
}

/// The newest of a strand that are wanted; so many rows are looked at, at most.
fn newest(tx: &mut Tx, wanted: &Wanted, strand: &Strand, span: Span, (most, budget): (usize, i64)) -> Result<Walk> {
    let (mut found, mut span, mut size, mut walked) = (Vec::new(), span, FIRST_CHUNK, 0);
    loop {
        let (mut rows, next) = chunk(tx, strand, span, size)?;
        rows.retain(|row| wanted.is_met_by(row));
        if let (Some(source), false) = (&wanted.source, matches!(strand, Strand::Source(_))) {
            let from = from_source(tx, source, &rows)?;
            rows.retain(|row| from.contains(&row.id));
        }
        found.extend(rows);
        walked += size;
        if found.len() > most {
            found.truncate(most);
            let stopped = found.last().map(|last| last.id);
            return Ok(Walk { found, stopped });
        }
        let Some(next) = next else { return Ok(Walk { found, stopped: None }) };
        if walked >= budget {
            return Ok(Walk { found, stopped: Some(next) });
        }
        span.end = Some(next);
        size = (size * 4).min(LARGEST_CHUNK);
    }
}

/// The newest events that are wanted, older than `after`, newest first: at most so many, and as many as are found without
/// passing over more than [`WALKED_MOST`] others.
///
/// # Errors
/// The database cannot be read.
pub fn find(tx: &mut Tx, wanted: &Wanted, after: Option<EventId>, most: usize) -> Result<Walk> {
    find_within(tx, wanted, after, most, WALKED_MOST)
}

/// As [`find`], passing over so many others, and a chunk at least.
///
/// # Errors
/// The database cannot be read.
pub fn find_within(tx: &mut Tx, wanted: &Wanted, after: Option<EventId>, most: usize, budget: i64) -> Result<Walk> {
    let (strands, span) = (wanted.strands(tx)?, wanted.span(after));
    let of_each = budget / i64::try_from(strands.len().max(1)).unwrap_or(i64::MAX);
    let mut all = Walk::default();
    for strand in &strands {
        let Walk { found, stopped } = newest(tx, wanted, strand, span, (most, of_each))?;
        all.found.extend(found);
        all.stopped = all.stopped.max(stopped);
    }
    // What somebody did to himself is in two strands. Behind where one strand stopped, others are not whole.
    all.found.retain(|row| all.stopped.is_none_or(|stopped| row.id >= stopped));
    all.found.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
    all.found.dedup_by_key(|row| row.id);
    if all.found.len() > most {
        all.found.truncate(most);
        all.stopped = all.found.last().map(|last| last.id);
    }
    Ok(all)
}

/// One event.
///
/// # Errors
/// The database cannot be read.
pub fn one(tx: &mut Tx, id: EventId) -> Result<Option<Found>> {
    Ok(on!(tx, c => events::table.find(id).select(COLUMNS).first(c).optional())?)
}

/// The events with their leaves, and the values that are still kept.
///
/// # Errors
/// The database cannot be read.
pub fn tell(tx: &mut Tx, found: Vec<Found>) -> Result<Vec<Told>> {
    found
        .into_iter()
        .map(|found| {
            let leaf = on!(tx, c => events::table.find(found.id).select(events::leaf).first(c))?;
            let values = stored::values(tx, found.id)?;
            Ok(Told { found, leaf, values })
        })
        .collect()
}
