//! Asking for a file.

use super::{Exporter, SMALL, Wish};
use crate::audit::export::Column;
use crate::error::{Doing, FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{ExportFormat, ExportId, Question, Time};
use crate::staff::log::wanted;
use crate::store::search::{self, Walk, Wanted};
use crate::store::{Tx, exports};

/// Characters of a purpose at most.
pub const PURPOSE_MOST: u32 = 500;
/// Entries counted at once.
const STEP: usize = 4096;
/// Whoever asks waits for so many walks through the log: those that find something, and a few that do not.
const WALKS: u32 = 32;

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
    let counted = gateway.store.read(move |tx| {
        let wanted = meant(tx, &question, now, zone)?;
        count(tx, wanted.as_ref(), SMALL, WALKS)
    });
    counted.await
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

/// How many entries are wanted, up to so many; `None` for more, or when so many walks have not come to their end.
pub(super) fn count(tx: &mut Tx, wanted: Option<&Wanted>, most: i64, walks: u32) -> Result<Option<i64>> {
    let Some(wanted) = wanted else { return Ok(Some(0)) };
    let (mut counted, mut after) = (0_i64, None);
    for _ in 0..walks {
        let Walk { found, stopped } = search::find(tx, wanted, after, STEP)?;
        counted += i64::try_from(found.len()).unwrap_or(i64::MAX);
        if counted > most {
            return Ok(None);
        }
        if stopped.is_none() {
            return Ok(Some(counted));
        }
        after = stopped;
    }
    Ok(None)
}
