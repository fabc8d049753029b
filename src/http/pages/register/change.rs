//! An entry is changed. The form says how it was when it was made, and only what somebody touched is written: what another
//! administrator changed meanwhile stays.

use actix_web::web;

use super::super::desk::Desk;
use super::super::posted::{Fields, Posted};
use super::super::view::{EntryForm, Notice};
use super::super::visit::Answer;
use super::{account_id, answer, entry, registrar};
use crate::error::{FieldFlaw, Problem, Result};
use crate::model::AccountId;
use crate::staff::permit::Administrator;
use crate::staff::register::{self, Change};

pub(super) async fn save(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let (administrator, id) = (desk.administrator()?, account_id(&desk, &id)?);
    let done = changed(&desk, &administrator, &fields, id).await;
    answer(&desk, &fields, (id, "change"), done).await
}

async fn changed(desk: &Desk, administrator: &Administrator, fields: &Fields, id: AccountId) -> Result<Notice> {
    let registrar = registrar(desk, administrator, fields)?;
    let stored = register::get(&desk.gateway, id).await?;
    let form = entry::typed(fields, stored.language);
    let change = touched(&form, fields, desk.gateway.office().time_zone)?;
    register::change(&desk.gateway, &registrar, id, change).await?;
    Ok(Notice::AccountSaved)
}

/// What differs from what the form was made of.
fn touched(form: &EntryForm, fields: &Fields, zone: chrono_tz::Tz) -> Result<Change> {
    let mut change = Change::default();
    let (person, rights, successor) = (&form.person, &form.rights, successor(fields)?);
    for (part, now) in entry::parts(form) {
        if fields.find(&format!("was.{part}")) == Some(now.as_str()) {
            continue;
        }
        match part {
            "name" => change.name = Some(person.name.clone()),
            "email" => change.email = Some(person.email.clone()),
            "department" => change.department = Some(person.department.clone()),
            "phone" => change.phone = Some(person.phone.clone()),
            "language" => change.language = Some(person.language),
            "roles" => change.roles = Some(person.roles.clone()),
            "validity" => change.validity = Some(entry::validity(person, zone)?),
            "limits" => change.limits = Some(entry::limits(rights)?),
            "successor" => change.successor = Some(successor),
            _ => {}
        }
    }
    Ok(change)
}

/// Who shall take over; what is no account is not taken for nobody.
fn successor(fields: &Fields) -> Result<Option<AccountId>> {
    let flaw = FieldFlaw::Malformed;
    match fields.get("successor") {
        "" => Ok(None),
        id => Ok(Some(id.parse().map_err(|_| Problem::Field { field: "successor", flaw })?)),
    }
}
