//! The log as a stream to another system: entries in the order of the log, each at least once. How far it has come is in the
//! database and moves only over what was taken; while the receiver is away nothing moves, and nothing is lost.

use std::time::Duration;

use crate::audit::export::{Framed, Header, Stream};
use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::Time;
use crate::store::streams::{self, Held};
use crate::store::tree::{self, Log};
use crate::store::{Tx, records};

/// The stream's name in the database.
const NAME: &str = "syslog";
/// How long a node holds the stream; longer than handing a batch over may take.
const LEASE: Duration = Duration::from_secs(180);
/// Entries of a batch.
const MOST: i64 = 2000;

/// What is to be handed over next.
pub struct Batch {
    held: Held,
    to: (i32, u64),
    /// In the order of the log.
    pub messages: Vec<Framed>,
}

impl Batch {
    /// Whether more is likely to wait.
    pub fn is_full(&self) -> bool {
        i64::try_from(self.messages.len()).is_ok_and(|count| count >= MOST)
    }
}

/// Takes what comes next, if there is anything and no other node is at it.
///
/// # Errors
/// The store cannot be read or written.
pub async fn next(gateway: &Gateway, header: &Header, stream: Stream) -> Result<Option<Batch>> {
    // Looking costs no write: most of the time there is nothing.
    if gateway.store.read(is_idle).await? {
        return Ok(None);
    }
    let (now, header) = (gateway.now(), header.clone());
    let taken = gateway.store.write(move |tx| {
        let Some(held) = streams::hold(tx, NAME, now, LEASE)? else { return Ok(None) };
        let from = start(&tree::all(tx)?, (held.log, held.entry));
        let records = records::of_log(tx, from.0, from.1, MOST)?;
        if records.is_empty() {
            streams::let_go(tx, NAME, held)?;
            return Ok(None);
        }
        let to = (from.0, from.1 + records.len() as u64);
        Ok(Some((held, to, records)))
    });
    let Some((held, to, records)) = taken.await? else { return Ok(None) };
    let messages = records.iter().map(|record| header.frame(stream, record)).collect::<Result<_>>();
    match messages {
        Ok(messages) => Ok(Some(Batch { held, to, messages })),
        Err(error) => {
            let_go(gateway, held).await?;
            Err(error)
        }
    }
}

/// Where to go on: behind the end of a log that another one followed, that one begins.
fn start(logs: &[Log], (log, entry): (i32, u64)) -> (i32, u64) {
    let ends = logs.iter().find(|one| one.number == log).map_or(0, |one| one.size);
    let following = logs.iter().find(|one| one.number > log).filter(|_| entry >= ends);
    following.map_or((log, entry), |next| (next.number, 0))
}

/// The receiver has everything of a batch.
///
/// # Errors
/// The store cannot be written: the batch is handed over again.
pub async fn taken(gateway: &Gateway, batch: &Batch) -> Result<()> {
    let (held, to, now) = (batch.held, batch.to, gateway.now());
    let moved = gateway.store.write(move |tx| streams::moved(tx, NAME, held, to, now)).await?;
    if !moved {
        tracing::warn!("another node took over the stream of the log; entries may be sent twice");
    }
    Ok(())
}

/// The receiver may not have a batch: it stays where it is.
///
/// # Errors
/// The store cannot be written: the hold ends by itself.
pub async fn not_taken(gateway: &Gateway, batch: &Batch) -> Result<()> {
    let_go(gateway, batch.held).await
}

async fn let_go(gateway: &Gateway, held: Held) -> Result<()> {
    gateway.store.write(move |tx| streams::let_go(tx, NAME, held)).await
}

/// How many entries wait for the receiver, and when it last took something.
///
/// # Errors
/// The store cannot be read.
pub async fn standing(gateway: &Gateway) -> Result<(u64, Option<Time>)> {
    gateway.store.read(waiting).await
}

/// Whether the stream has come to the end of the log.
fn is_idle(tx: &mut Tx) -> Result<bool> {
    Ok(streams::find(tx, NAME)?.is_some() && waiting(tx)?.0 == 0)
}

fn waiting(tx: &mut Tx) -> Result<(u64, Option<Time>)> {
    let Some((log, entry, taken_at)) = streams::find(tx, NAME)? else { return Ok((0, None)) };
    let logs = tree::all(tx)?;
    let left = |one: &Log| match one.number.cmp(&log) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => one.size.saturating_sub(entry),
        std::cmp::Ordering::Greater => one.size,
    };
    Ok((logs.iter().map(left).sum(), taken_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::EMPTY_ROOT;
    use crate::model::Time;

    fn log(number: i32, size: u64) -> Log {
        Log {
            number,
            origin: String::new(),
            size,
            root: EMPTY_ROOT,
            signed: None,
            left: None,
            left_checkpoint: String::new(),
            key: String::new(),
            began_at: Time::default(),
            closed_at: None,
        }
    }

    #[test]
    fn behind_the_end_of_a_log_the_next_one_begins() {
        let logs = [log(2, 10), log(5, 3)];
        assert_eq!(start(&logs, (1, 0)), (2, 0));
        assert_eq!(start(&logs, (2, 9)), (2, 9));
        assert_eq!(start(&logs, (2, 10)), (5, 0));
        assert_eq!(start(&logs, (5, 3)), (5, 3));
        assert_eq!(start(&[], (1, 0)), (1, 0));
    }
}
