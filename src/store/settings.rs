//! Rules that an administrator set, as JSON of their type.

use diesel::prelude::*;

use crate::error::{Doing, Result};
use crate::model::{SignInRules, Time};

use super::Tx;
use super::database::on;
use super::schema::settings;

const SIGN_IN: &str = "sign_in";

/// The rules of signing in, if an administrator has set them.
///
/// # Errors
/// The database cannot be read, or holds what nobody could set.
pub fn sign_in(tx: &mut Tx) -> Result<Option<SignInRules>> {
    let row = settings::table.find(SIGN_IN).select(settings::value);
    let text: Option<String> = on!(tx, c => row.first(c).optional())?;
    text.map(|text| serde_json::from_str(&text).doing("reading the rules of signing in")).transpose()
}

/// Sets the rules of signing in; `None` takes them back to what the configuration says.
///
/// # Errors
/// The database cannot be written.
pub fn set_sign_in(tx: &mut Tx, rules: Option<&SignInRules>, now: Time) -> Result<()> {
    on!(tx, c => diesel::delete(settings::table.find(SIGN_IN)).execute(c))?;
    let Some(rules) = rules else { return Ok(()) };
    let value = serde_json::to_string(rules).doing("writing the rules of signing in")?;
    on!(tx, c => diesel::insert_into(settings::table)
        .values((settings::name.eq(SIGN_IN), settings::value.eq(value), settings::changed_at.eq(now)))
        .execute(c))?;
    Ok(())
}
