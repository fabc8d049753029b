//! Facts about the installation as a whole.

use diesel::prelude::*;

use crate::error::{Error, Result};

use super::database::{Connection, on};
use super::schema::{accounts, installation};

const SHRED_STORE: &str = "shred_store";
const EPOCH: &str = "epoch";
const KEYS_LOST: &str = "keys_lost";
const YES: &str = "yes";
const NO: &str = "no";

/// Ties the database to its shred store on the first start and refuses any other afterwards.
pub(super) fn claim_shred_store(c: &mut Connection, id: &str) -> Result<()> {
    match value(c, SHRED_STORE)? {
        None => {
            let used: i64 = on!(c, c => accounts::table.count().get_result(c))?;
            if used > 0 {
                return Err(Error::fault("checking the keys directory", "the database has lost its shred store id"));
            }
            set(c, SHRED_STORE, id)
        }
        Some(known) if known == id => Ok(()),
        Some(_) => Err(Error::fault(
            "checking the keys directory",
            "the database belongs to another shred store; nothing was changed. Start with the keys directory that \
             belongs to it. If that is lost for good: kakitome keys reinit-shred-store",
        )),
    }
}

/// Ties the database to a new shred store, and notes that every key it knows of is lost: both or neither, so that a crash
/// leaves no transfer that looks alive. Refuses the store that it has already.
pub(super) fn replace_shred_store(c: &mut Connection, id: &str) -> Result<()> {
    if value(c, SHRED_STORE)?.as_deref() == Some(id) {
        let nothing_lost = "the database belongs to this shred store: nothing is lost, nothing was changed";
        return if keys_lost(c)? { Ok(()) } else { Err(Error::fault("checking the keys directory", nothing_lost)) };
    }
    set(c, KEYS_LOST, YES)?;
    set(c, SHRED_STORE, id)
}

/// Whether keys were lost and not everything that needed them has ended yet.
pub(super) fn keys_lost(c: &mut Connection) -> Result<bool> {
    Ok(value(c, KEYS_LOST)?.as_deref() == Some(YES))
}

/// Everything that needed a lost key has ended.
pub(super) fn settle_key_loss(c: &mut Connection) -> Result<()> {
    set(c, KEYS_LOST, NO)
}

/// The epoch of the last start; 0 before the first.
pub(super) fn epoch(c: &mut Connection) -> Result<u64> {
    Ok(value(c, EPOCH)?.and_then(|text| u64::from_str_radix(&text, 16).ok()).unwrap_or(0))
}

pub(super) fn set_epoch(c: &mut Connection, epoch: u64) -> Result<()> {
    set(c, EPOCH, &format!("{epoch:016x}"))
}

/// Serialises decisions about the register as a whole: two administrators who stop each other at once must not both
/// count the other.
pub(super) fn lock(c: &mut Connection) -> Result<()> {
    let row = installation::table.find(SHRED_STORE);
    on!(c, c => diesel::update(row).set(installation::value.eq(installation::value)).execute(c))?;
    Ok(())
}

/// Writes what stands there already: it shows that something can be written.
pub(super) fn rewrite(c: &mut Connection) -> Result<()> {
    let row = installation::table.find(EPOCH);
    on!(c, c => diesel::update(row).set(installation::value.eq(installation::value)).execute(c))?;
    Ok(())
}

fn value(c: &mut Connection, name: &str) -> Result<Option<String>> {
    Ok(on!(c, c => installation::table.find(name).select(installation::value).first(c).optional())?)
}

fn set(c: &mut Connection, name: &str, value: &str) -> Result<()> {
    let row = installation::table.find(name);
    let changed = on!(c, c => diesel::update(row).set(installation::value.eq(value)).execute(c))?;
    if changed == 0 {
        on!(c, c => diesel::insert_into(installation::table)
            .values((installation::name.eq(name), installation::value.eq(value)))
            .execute(c))?;
    }
    Ok(())
}
