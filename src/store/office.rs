//! How the office presents itself: one row, or none before an administrator has set it.

use diesel::prelude::*;

use crate::error::{Error, Result};
use crate::model::{Language, Office};

use super::Tx;
use super::database::on;
use super::schema::office;

/// The only row.
const ROW: i32 = 1;

#[derive(Queryable, Insertable, AsChangeset, Selectable)]
#[diesel(table_name = office, treat_none_as_null = true)]
struct Row {
    id: i32,
    name: String,
    address: String,
    phone: String,
    hours: String,
    web: String,
    colour: Option<String>,
    default_language: Language,
    time_zone: String,
}

/// What an administrator has set.
///
/// # Errors
/// The database cannot be read, or holds what nobody could set.
pub fn get(tx: &mut Tx) -> Result<Option<Office>> {
    let row: Option<Row> = on!(tx, c => office::table.find(ROW).select(Row::as_select()).first(c).optional())?;
    let unreadable = |_| Error::fault("reading the office", "a stored value cannot be read");
    row.map(|row| {
        Ok(Office {
            name: row.name,
            address: row.address,
            phone: row.phone,
            hours: row.hours,
            web: row.web,
            colour: row.colour.map(|colour| colour.parse().map_err(|_| ()).map_err(unreadable)).transpose()?,
            default_language: row.default_language,
            time_zone: row.time_zone.parse().map_err(|_| ()).map_err(unreadable)?,
        })
    })
    .transpose()
}

/// Sets it.
///
/// # Errors
/// The database cannot be written.
pub fn set(tx: &mut Tx, new: &Office) -> Result<()> {
    let new = new.clone();
    let row = Row {
        id: ROW,
        name: new.name,
        address: new.address,
        phone: new.phone,
        hours: new.hours,
        web: new.web,
        colour: new.colour.map(|colour| colour.to_string()),
        default_language: new.default_language,
        time_zone: new.time_zone.name().to_owned(),
    };
    let changed = on!(tx, c => diesel::update(office::table.find(ROW)).set(&row).execute(c))?;
    if changed == 0 {
        on!(tx, c => diesel::insert_into(office::table).values(&row).execute(c))?;
    }
    Ok(())
}
