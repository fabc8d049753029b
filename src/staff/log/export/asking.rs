//! Asking for a file.

use std::time::{Duration, Instant};

use super::{Exporter, SMALL, Wish};
use crate::audit::export::Column;
use crate::error::{Doing, FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{EventId, ExportFormat, ExportId, Question, Time};
use crate::staff::log::wanted;
use crate::store::search::{self, Walk, Wanted};
use crate::store::{Tx, exports};

/// Characters of a purpose at most.
pub const PURPOSE_MOST: u32 = 500;
/// Entries counted at once.
const STEP: usize = 4096;
/// How long somebody who asks waits for the number of entries; a walk that has begun goes to its end.
const PATIENCE: Duration = Duration::from_secs(2);

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The question that the entries answer.
    pub question: Question,
    /// How the file is written.
    pub format: ExportFormat,
    /// The columns of a table; none: all.
    pub columns: Vec<Column>,
    /// What for.
    pub purpose: String,
}

/// How many entries a file would have; `None` when they are more than [`SMALL`], or finding them takes long.
///
/// # Errors
/// `Field` when the question means too many people, or is none; the store cannot be read.
pub async fn expected(gateway: &Gateway, question: &Question) -> Result<Option<i64>> {
    let (now, zone, question) = (gateway.now(), gateway.office().time_zone, question.clone());
    let Some(wanted) = gateway.walk_log(move |tx| meant(tx, &question, now, zone)).await? else { return Ok(Some(0)) };
    let (begun, mut counting) = (Instant::now(), Counting::default());
    loop {
        let all = counting.walk(gateway, &wanted).await?;
        if counting.counted > SMALL {
            return Ok(None);
        }
        if all.is_some() || begun.elapsed() > PATIENCE {
            return Ok(all);
        }
    }
}

/// Asks for a file. A worker writes it; [`super::work`] does so at once.
///
/// # Errors
/// `Field` when the purpose is missing or too long, or the question means too many people; the store cannot be written.
pub async fn ask(gateway: &Gateway, by: Exporter, asked: Asked) -> Result<ExportId> {
    let purpose = purpose(&asked.purpose)?;
    let Asked { question, format, columns, .. } = asked;
    let expected = expected(gateway, &question).await?.unwrap_or(SMALL + 1);
    let wish = serde_json::to_vec(&Wish { question, columns, purpose }).doing("keeping what was asked for")?;
    let sealed = gateway.seal_to_custody(&wish)?;
    let now = gateway.now();
    let id = ExportId::new(now);
    let asked = gateway.store.write(move |tx| {
        by.still_holds(tx)?;
        exports::insert(tx, (id, by.account()), format, &sealed, expected, now)
    });
    asked.await?;
    Ok(id)
}

/// The format that a word means.
///
/// # Errors
/// `Field` for any other word.
pub fn format(word: &str) -> Result<ExportFormat> {
    let flaw = if word.is_empty() { FieldFlaw::Missing } else { FieldFlaw::Malformed };
    word.parse().map_err(|_| Problem::Field { field: "format", flaw }.into())
}

fn purpose(text: &str) -> Result<String> {
    let purpose = text.trim();
    let flaw = match purpose.chars().count() {
        0 => FieldFlaw::Missing,
        count if u32::try_from(count).unwrap_or(u32::MAX) > PURPOSE_MOST => FieldFlaw::TooLong { limit: PURPOSE_MOST },
        _ => return Ok(purpose.to_owned()),
    };
    Err(Problem::Field { field: "purpose", flaw }.into())
}

/// The question in terms of rows, as of when it was asked: what is written later is no part of the answer. None when nobody
/// is meant.
pub(super) fn meant(tx: &mut Tx, question: &Question, at: Time, zone: chrono_tz::Tz) -> Result<Option<Wanted>> {
    let (from, before) = question.span(at, zone);
    wanted(tx, question, (from, Some(before.map_or(at, |before| before.min(at)))))
}

/// Entries counted a walk at a time: no transaction lasts longer than a walk.
#[derive(Default)]
pub(super) struct Counting {
    counted: i64,
    after: Option<EventId>,
}

impl Counting {
    /// Goes on counting. How many there are, once the last one was counted.
    pub(super) async fn walk(&mut self, gateway: &Gateway, wanted: &Wanted) -> Result<Option<i64>> {
        let (asked, after) = (wanted.clone(), self.after);
        let Walk { found, stopped } = gateway.walk_log(move |tx| search::find(tx, &asked, after, STEP)).await?;
        self.counted += i64::try_from(found.len()).unwrap_or(i64::MAX);
        self.after = stopped;
        Ok(stopped.is_none().then_some(self.counted))
    }
}
