//! What narrows the policy for everybody of a department.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::Limits;

use super::Tx;
use super::database::on;
use super::schema::departments;

#[derive(Queryable, Selectable)]
#[diesel(table_name = departments)]
struct Row {
    name: String,
    most_bytes: Option<i64>,
    most_recipients: Option<i32>,
    most_keep_hours: Option<i32>,
    domains: String,
    needs_approval: bool,
}

impl From<Row> for (String, Limits) {
    fn from(row: Row) -> Self {
        let limits = Limits {
            most_bytes: row.most_bytes,
            most_recipients: row.most_recipients,
            most_keep_hours: row.most_keep_hours,
            domains: row.domains.split_whitespace().map(str::to_owned).collect(),
            needs_approval: row.needs_approval,
        };
        (row.name, limits)
    }
}

/// The limits of a department, if it has any.
///
/// # Errors
/// The database cannot be read.
pub fn limits(tx: &mut Tx, name: &str) -> Result<Option<Limits>> {
    let row: Option<Row> = on!(tx, c => departments::table.find(name).select(Row::as_select()).first(c).optional())?;
    Ok(row.map(<(String, Limits)>::from).map(|(_, limits)| limits))
}

/// Every department with limits, by name.
///
/// # Errors
/// The database cannot be read.
pub fn all(tx: &mut Tx) -> Result<Vec<(String, Limits)>> {
    let rows: Vec<Row> = on!(tx, c => departments::table.order(departments::name).select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Sets the limits of a department; `None` takes them away.
///
/// # Errors
/// The database cannot be written.
pub fn set(tx: &mut Tx, name: &str, limits: Option<&Limits>) -> Result<()> {
    on!(tx, c => diesel::delete(departments::table.find(name)).execute(c))?;
    let Some(limits) = limits else { return Ok(()) };
    on!(tx, c => diesel::insert_into(departments::table)
        .values((
            departments::name.eq(name),
            departments::most_bytes.eq(limits.most_bytes),
            departments::most_recipients.eq(limits.most_recipients),
            departments::most_keep_hours.eq(limits.most_keep_hours),
            departments::domains.eq(limits.domains.join(" ")),
            departments::needs_approval.eq(limits.needs_approval),
        ))
        .execute(c))?;
    Ok(())
}
