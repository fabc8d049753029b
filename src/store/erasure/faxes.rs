//! The fax register. Entries are looked for first, some at a time; what is done with stays so.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::super::Tx;
use super::super::database::on;
use super::super::schema::{deliveries, faxes};
use super::{SOME, lower};
use crate::error::Result;
use crate::model::{DeliveryId, FaxId, FaxState, Person, Time};

/// Entries that are done with.
const DONE: [FaxState; 3] = [FaxState::Complete, FaxState::NotSent, FaxState::Misdirected];
/// Entries that are read at once.
const MANY: i64 = 1000;

/// Entries about a person.
#[derive(Default)]
pub struct Faxes {
    /// Those that are done with.
    pub done: BTreeSet<FaxId>,
    /// Those that are open.
    pub open: BTreeSet<FaxId>,
}

impl Faxes {
    fn add(&mut self, id: FaxId, state: FaxState) {
        let these = if DONE.contains(&state) { &mut self.done } else { &mut self.open };
        these.insert(id);
    }
}

/// Entries about the person: by name, if one is given, and those of deliveries. Before the deliveries are blank: they tell
/// which are theirs.
///
/// # Errors
/// The database cannot be read.
pub fn faxes_of(tx: &mut Tx, person: &Person) -> Result<Faxes> {
    let mut found = Faxes::default();
    let mine = deliveries::table.filter(lower(deliveries::email).eq(person.email.as_str())).select(deliveries::id);
    let mine: Vec<DeliveryId> = on!(tx, c => mine.load(c))?;
    for some in mine.chunks(SOME) {
        let theirs = faxes::table.filter(faxes::delivery_id.eq_any(some.iter().copied().map(Some)));
        let theirs: Vec<(FaxId, FaxState)> = on!(tx, c => theirs.select((faxes::id, faxes::state)).load(c))?;
        for (id, state) in theirs {
            found.add(id, state);
        }
    }
    if person.name.is_empty() {
        return Ok(found);
    }
    let mut last = None;
    loop {
        let next: Vec<(FaxId, FaxState, String)> = on!(tx, c => {
            let mut next = faxes::table.select((faxes::id, faxes::state, faxes::recipient)).into_boxed();
            if let Some(last) = last {
                next = next.filter(faxes::id.gt(last));
            }
            next.order(faxes::id).limit(MANY).load(c)
        })?;
        let Some((id, ..)) = next.last() else { return Ok(found) };
        last = Some(*id);
        for (id, state, recipient) in next {
            if !recipient.is_empty() && person.is_called(&recipient) {
                found.add(id, state);
            }
        }
    }
}

/// The next entries that are done with and name somebody although they are older than this.
///
/// # Errors
/// The database cannot be read.
pub fn old_faxes(tx: &mut Tx, before: Time, most: i64) -> Result<Vec<FaxId>> {
    let old = faxes::created_at.lt(before).and(faxes::state.eq_any(DONE)).and(faxes::recipient_key.ne(""));
    let old = faxes::table.filter(old).order(faxes::created_at).select(faxes::id).limit(most);
    Ok(on!(tx, c => old.load(c))?)
}

/// Takes whom they were for out of these entries, where they are done with. Returns how many.
///
/// # Errors
/// The database cannot be written.
pub fn blank_faxes(tx: &mut Tx, ids: impl IntoIterator<Item = FaxId>) -> Result<usize> {
    let ids: Vec<FaxId> = ids.into_iter().collect();
    let mut blank = 0;
    for some in ids.chunks(SOME) {
        let rows = faxes::table.filter(faxes::id.eq_any(some).and(faxes::state.eq_any(DONE)));
        let rows = rows.filter(faxes::recipient_key.ne(""));
        blank += on!(tx, c => diesel::update(rows)
            .set((
                faxes::recipient.eq(""),
                faxes::company.eq(""),
                faxes::recipient_key.eq(""),
                faxes::number.eq(""),
                faxes::subject.eq(""),
                faxes::confirmed_with.eq(""),
                faxes::confirmed_phone.eq(""),
                faxes::note.eq(""),
            ))
            .execute(c))?;
    }
    Ok(blank)
}
