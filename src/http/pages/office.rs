//! How the office presents itself: asked once of the first administrator, changed later on the same page. It stands on the
//! staff's surface: a small office's administrator sits at a desk, and the administrators' listener is closed by default.

use std::sync::Arc;

use actix_web::http::StatusCode;

use super::desk::Desk;
use super::posted::{Fields, Posted};
use super::view::{OfficeForm, OfficePage};
use super::visit::Answer;
use crate::config::Colour;
use crate::error::{Error, FieldFlaw, Problem};
use crate::gateway::Gateway;
use crate::http::routes::{Access, Routes, at};
use crate::model::{Account, Office, Role};
use crate::staff::office::{self, Typed};

pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/office").get(Access::Administrator, show).post(Access::Administrator, save));
}

/// Whether this person is asked how the office presents itself before anything else: nobody has said it yet.
pub(super) fn is_asked(gateway: &Gateway, account: &Account) -> bool {
    !gateway.office.is_set() && account.has(Role::Administrator)
}

fn page(desk: &Desk, form: OfficeForm) -> OfficePage {
    let gateway: &Arc<Gateway> = &desk.gateway;
    OfficePage { frame: desk.frame("/office"), welcome: !gateway.office.is_set(), form, fixed: gateway.office.fixed() }
}

/// The present office as the form shows it. Before anybody set it, nothing is put into an administrator's mouth.
fn form(gateway: &Gateway) -> OfficeForm {
    let Office { name, address, phone, hours, web, colour, default_language, time_zone } = gateway.office();
    let named = gateway.office.is_set() || gateway.office.fixed().contains(&"name");
    OfficeForm {
        name: if named { name } else { String::new() },
        address,
        phone,
        hours,
        web,
        colour: colour.unwrap_or(Colour::OWN).to_string(),
        default_language,
        time_zone: time_zone.name().to_owned(),
    }
}

async fn show(desk: Desk) -> Answer {
    desk.administrator()?;
    Ok(desk.page(StatusCode::OK, &page(&desk, form(&desk.gateway))))
}

async fn save(posted: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let administrator = desk.administrator()?;
    let welcome = is_asked(&desk.gateway, desk.account());
    let mut typed = typed(&fields, form(&desk.gateway));
    let to_set = Typed {
        name: typed.name.clone(),
        address: typed.address.clone(),
        phone: typed.phone.clone(),
        hours: typed.hours.clone(),
        web: typed.web.clone(),
        colour: if typed.colour == Colour::OWN.to_string() { String::new() } else { typed.colour.clone() },
        default_language: typed.default_language,
        time_zone: typed.time_zone.clone(),
    };
    match office::set(&desk.gateway, &administrator, &to_set).await {
        Ok(()) if welcome => Ok(desk.go("/")),
        Ok(()) => Ok(desk.go("/office?done=office_saved")),
        Err(Error::Problem(problem)) => {
            // The nearest colour that works is put in, as the words beside it say; whoever agrees saves again.
            if let Problem::Field { flaw: FieldFlaw::TooPale { readable }, .. } = &problem {
                typed.colour = readable.to_string();
            }
            let mut page = page(&desk, typed);
            page.frame.refuse("", &problem);
            Ok(desk.refused_page(&problem, &page))
        }
        Err(fault) => Err(desk.refuse(fault)),
    }
}

/// What was typed; fields that the configuration fixes are not on the page, and stay.
fn typed(fields: &Fields, present: OfficeForm) -> OfficeForm {
    let or = |name: &str, present: String| fields.find(name).map_or(present, str::to_owned);
    OfficeForm {
        name: or("office_name", present.name),
        address: or("address", present.address),
        phone: or("phone", present.phone),
        hours: or("hours", present.hours),
        web: or("web", present.web),
        colour: or("colour", present.colour).to_lowercase(),
        default_language: fields.get("default_language").parse().unwrap_or(present.default_language),
        time_zone: or("time_zone", present.time_zone),
    }
}
