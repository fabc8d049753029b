//! Questions to the log that somebody asks again. Each sees the own ones.

use diesel::prelude::*;

use super::Tx;
use super::database::on;
use super::schema::saved_searches;
use crate::error::{Doing, Result};
use crate::model::{AccountId, Question, SavedSearchId, Time};

/// A question under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSearch {
    /// Row id.
    pub id: SavedSearchId,
    /// Its name.
    pub name: String,
    /// The question.
    pub question: Question,
}

/// Keeps a question under a name; whatever stood under it is replaced.
///
/// # Errors
/// The database cannot be written.
pub fn keep(tx: &mut Tx, owner: AccountId, name: &str, question: &Question, now: Time) -> Result<()> {
    let text = serde_json::to_string(question).doing("keeping a search")?;
    on!(tx, c => diesel::insert_into(saved_searches::table)
        .values((
            saved_searches::id.eq(SavedSearchId::new(now)),
            saved_searches::account_id.eq(owner),
            saved_searches::name.eq(name),
            saved_searches::question.eq(text.as_str()),
            saved_searches::created_at.eq(now),
        ))
        .on_conflict((saved_searches::account_id, saved_searches::name))
        .do_update()
        .set(saved_searches::question.eq(text.as_str()))
        .execute(c))?;
    Ok(())
}

/// Those of somebody, by name.
///
/// # Errors
/// The database cannot be read.
pub fn of(tx: &mut Tx, owner: AccountId) -> Result<Vec<SavedSearch>> {
    let rows: Vec<(SavedSearchId, String, String)> = on!(tx, c => saved_searches::table
        .filter(saved_searches::account_id.eq(owner))
        .order(saved_searches::name)
        .select((saved_searches::id, saved_searches::name, saved_searches::question))
        .load(c))?;
    let read = |(id, name, question): (SavedSearchId, String, String)| {
        let question = serde_json::from_str(&question).doing("reading a search")?;
        Ok(SavedSearch { id, name, question })
    };
    rows.into_iter().map(read).collect()
}

/// Removes one of somebody's; false if there was none.
///
/// # Errors
/// The database cannot be written.
pub fn remove(tx: &mut Tx, owner: AccountId, id: SavedSearchId) -> Result<bool> {
    let row = saved_searches::table.find(id).filter(saved_searches::account_id.eq(owner));
    Ok(on!(tx, c => diesel::delete(row).execute(c))? > 0)
}
