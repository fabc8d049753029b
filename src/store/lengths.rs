//! How long what the log has is, without reading it: a file's length is said before its first byte leaves.

use diesel::define_sql_function;
use diesel::dsl::sum;
use diesel::prelude::*;
use diesel::sql_types::Binary;

use super::Tx;
use super::database::on;
use super::schema::{events, log_entries};
use crate::error::{Doing, Result};

define_sql_function! {
    /// Bytes of a value.
    fn length(bytes: Binary) -> Integer;
}

/// The bytes of entries of a log, from `first` on and before `end`.
///
/// # Errors
/// The database cannot be read.
pub fn of_entries(tx: &mut Tx, log: i32, first: u64, end: u64) -> Result<u64> {
    let doing = "measuring the log";
    let (first, end) = (i64::try_from(first).doing(doing)?, i64::try_from(end).doing(doing)?);
    let all = log_entries::table
        .inner_join(events::table)
        .filter(log_entries::log.eq(log))
        .filter(log_entries::entry.ge(first).and(log_entries::entry.lt(end)))
        .select(sum(length(events::leaf)));
    let bytes: Option<i64> = on!(tx, c => all.get_result(c))?;
    u64::try_from(bytes.unwrap_or_default()).doing(doing)
}
