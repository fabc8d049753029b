//! Searches that somebody keeps, to ask again.

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Question, SavedSearchId};
use crate::staff::permit::LogReader;
use crate::store::saved_searches::{self, SavedSearch};

/// Characters of a name at most.
const NAME_MOST: u32 = 60;

/// Keeps a question under a name; whatever stood under it is replaced.
///
/// # Errors
/// `Field` for a name that is missing or too long; `SignInNeeded` when the session ended meanwhile.
pub async fn keep_search(gateway: &Gateway, reader: &LogReader, name: &str, question: &Question) -> Result<()> {
    let name = name.trim().to_owned();
    let flaw = |flaw| Err(Problem::Field { field: "search_name", flaw }.into());
    match u32::try_from(name.chars().count()) {
        Ok(0) => return flaw(FieldFlaw::Missing),
        Ok(length) if length <= NAME_MOST => {}
        _ => return flaw(FieldFlaw::TooLong { limit: NAME_MOST }),
    }
    let (owner, question, now) = (reader.account().id, question.clone(), gateway.now());
    reader.write(gateway, move |tx| saved_searches::keep(tx, owner, &name, &question, now)).await
}

/// What this reader keeps, by name.
///
/// # Errors
/// The store cannot be read.
pub async fn saved_searches(gateway: &Gateway, reader: &LogReader) -> Result<Vec<SavedSearch>> {
    let owner = reader.account().id;
    gateway.store.read(move |tx| saved_searches::of(tx, owner)).await
}

/// Removes one of this reader's.
///
/// # Errors
/// `NotFound`; `SignInNeeded` when the session ended meanwhile.
pub async fn remove_search(gateway: &Gateway, reader: &LogReader, id: SavedSearchId) -> Result<()> {
    let owner = reader.account().id;
    let removed = reader.write(gateway, move |tx| saved_searches::remove(tx, owner, id)).await?;
    if removed { Ok(()) } else { Err(Problem::NotFound.into()) }
}
