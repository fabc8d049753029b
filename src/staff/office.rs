//! How the office presents itself: set by an administrator, known to every node.

use std::sync::Arc;

use crate::config::Colour;
use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Actor, Event, EventKind, Language, Office};
use crate::store::office;

use super::permit::Administrator;

/// Characters of a setting at most.
const LONGEST: u32 = 200;

/// What an administrator typed.
#[derive(Clone, Debug)]
pub struct Typed {
    /// Name.
    pub name: String,
    /// Postal address.
    pub address: String,
    /// Phone number.
    pub phone: String,
    /// Hours in which it answers.
    pub hours: String,
    /// Web page.
    pub web: String,
    /// `#rrggbb`; empty for the product's own.
    pub colour: String,
    /// The language when nobody says another.
    pub default_language: Language,
    /// An IANA name.
    pub time_zone: String,
}

/// Sets how the office presents itself. What the configuration fixes stays as it is.
///
/// # Errors
/// `Field` for the first setting that cannot be.
pub async fn set(gateway: &Arc<Gateway>, by: &Administrator, typed: &Typed) -> Result<()> {
    let new = gateway.office.over(read(typed)?);
    let id = by.account().id;
    let (held, stored, now) = (gateway.office(), new.clone(), gateway.now());
    by.write(gateway, move |tx| {
        let before = office::get(tx)?;
        let settings = stored.differences(before.as_ref().unwrap_or(&held));
        if before.is_some() && settings.is_empty() {
            return Ok(());
        }
        office::set(tx, &stored)?;
        tx.record(&Event::new(EventKind::OfficeChanged { settings }, now, Actor::Account(id)).account(id))
    })
    .await?;
    gateway.office.put(Some(new));
    Ok(())
}

/// Takes over what is stored: at the start, and what another node has changed.
///
/// # Errors
/// The store cannot be read.
pub async fn refresh(gateway: &Gateway) -> Result<()> {
    let stored = gateway.store.read(office::get).await?;
    gateway.office.put(stored);
    Ok(())
}

fn read(typed: &Typed) -> Result<Office> {
    Ok(Office {
        name: needed("office_name", line("office_name", &typed.name)?)?,
        address: line("address", &typed.address)?,
        phone: line("phone", &typed.phone)?,
        hours: line("hours", &typed.hours)?,
        web: web(line("web", &typed.web)?)?,
        colour: colour(typed.colour.trim())?,
        default_language: typed.default_language,
        time_zone: typed.time_zone.trim().parse().map_err(|_| malformed("time_zone"))?,
    })
}

fn malformed(field: &'static str) -> Problem {
    Problem::Field { field, flaw: FieldFlaw::Malformed }
}

fn line(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(malformed(field).into());
    }
    if text.chars().count() > LONGEST as usize {
        return Err(Problem::Field { field, flaw: FieldFlaw::TooLong { limit: LONGEST } }.into());
    }
    Ok(text.to_owned())
}

fn needed(field: &'static str, text: String) -> Result<String> {
    if text.is_empty() { Err(Problem::Field { field, flaw: FieldFlaw::Missing }.into()) } else { Ok(text) }
}

fn web(text: String) -> Result<String> {
    let sound = text.is_empty() || text.starts_with("https://") || text.starts_with("http://");
    if sound { Ok(text) } else { Err(malformed("web").into()) }
}

fn colour(text: &str) -> Result<Option<Colour>> {
    if text.is_empty() {
        return Ok(None);
    }
    let colour: Colour = text.parse().map_err(|_| malformed("colour"))?;
    match colour.is_readable() {
        true => Ok(Some(colour)),
        false => {
            let flaw = FieldFlaw::TooPale { readable: colour.readable() };
            Err(Problem::Field { field: "colour", flaw }.into())
        }
    }
}
