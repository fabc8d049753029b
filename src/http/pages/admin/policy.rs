//! `/admin/policy`: every default of the product with its bounds, who changed what and why, and what departments narrow.

use actix_web::http::StatusCode;

use super::super::desk::Desk;
use super::super::posted::{Fields, Posted};
use super::super::sign_in::unlock::confirm_first;
use super::super::view::{PolicyPage, SettingRow, setting_rows};
use super::super::visit::Answer;
use crate::config::Setting;
use crate::error::{Error, FieldFlaw, Problem, Result};
use crate::gateway::Values;
use crate::http::routes::{Access, Routes, at};
use crate::http::setting_text;
use crate::staff::policy::Changes;
use crate::staff::registrar::Registrar;
use crate::staff::{departments, policy};

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/admin/policy").get(Access::Administrator, show).post(Access::Administrator, save))
        .add(at("/admin/policy/reset").post(Access::Administrator, reset));
}

async fn page(desk: &Desk, typed: Option<&Fields>) -> actix_web::Result<PolicyPage> {
    let gateway = &desk.gateway;
    let values = policy::set_values(gateway).await.map_err(|error| desk.refuse(error))?;
    let text = |name: &str| typed.map(|fields| fields.get(name).to_owned()).unwrap_or_default();
    Ok(PolicyPage {
        frame: desk.frame("/admin/policy"),
        settings: setting_rows(|setting| row(desk, setting, &values, typed)),
        reason: text("reason"),
        reset_reason: text("reset_reason"),
        chosen: typed.map(|fields| fields.all("setting").map(str::to_owned).collect()).unwrap_or_default(),
        departments: departments::list(gateway).await.map_err(|error| desk.refuse(error))?,
        history: policy::history(gateway).await.map_err(|error| desk.refuse(error))?,
    })
}

fn row(desk: &Desk, setting: &'static Setting, values: &Values, typed: Option<&Fields>) -> SettingRow {
    let usual = setting.of(&desk.gateway.policy.usual());
    let set = values.get(setting.name).copied();
    let now = setting_text::typed(setting, set.unwrap_or(usual));
    let posted = |name: &str| typed.and_then(|fields| fields.find(name)).map(str::to_owned);
    SettingRow {
        setting,
        was: posted(&was(setting)).unwrap_or_else(|| now.clone()),
        typed: posted(setting.name).unwrap_or(now),
        usual,
        set,
    }
}

/// The field that says what the page showed: only what was typed over is changed, so that two administrators who save at
/// once do not undo each other.
fn was(setting: &Setting) -> String {
    format!("was.{}", setting.name)
}

async fn show(desk: Desk) -> Answer {
    desk.administrator()?;
    let page = page(&desk, None).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

/// What was typed over, and what of it cannot be.
fn read(fields: &Fields) -> (Changes, Vec<Problem>) {
    let (mut changes, mut problems) = (Changes::new(), Vec::new());
    for setting in crate::config::SETTINGS {
        let Some(typed) = fields.find(setting.name) else { continue };
        if fields.find(&was(setting)).is_some_and(|was| was == typed) {
            continue;
        }
        match setting_text::read(setting, typed) {
            Some(value) if setting.admits(value) => drop(changes.insert(setting.name.to_owned(), Some(value))),
            Some(_) => problems.push(policy::out_of_bounds(setting, setting.least, setting.most)),
            None => {
                let flaw = if typed.trim().is_empty() { FieldFlaw::Missing } else { FieldFlaw::Malformed };
                problems.push(Problem::Field { field: setting.name, flaw });
            }
        }
    }
    (changes, problems)
}

async fn save(posted: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let administrator = desk.administrator()?;
    let (changes, problems) = read(&fields);
    if !problems.is_empty() {
        return refused(&desk, &fields, &problems).await;
    }
    let done = match Registrar::administrator(&desk.gateway, &administrator, fields.get("reason")) {
        Ok(registrar) => policy::change(&desk.gateway, &registrar, changes).await,
        Err(error) => Err(error),
    };
    answer(&desk, &fields, done).await
}

async fn reset(posted: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let administrator = desk.administrator()?;
    let names: Vec<String> = fields.all("setting").map(str::to_owned).collect();
    if names.is_empty() {
        // No name would mean all of them.
        return refused(&desk, &fields, &[Problem::Field { field: "setting", flaw: FieldFlaw::Missing }]).await;
    }
    let done = match Registrar::administrator(&desk.gateway, &administrator, fields.get("reset_reason")) {
        Ok(registrar) => policy::reset(&desk.gateway, &registrar, names).await,
        Err(Error::Problem(Problem::Field { flaw, .. })) => Err(Problem::Field { field: "reset_reason", flaw }.into()),
        Err(error) => Err(error),
    };
    answer(&desk, &fields, done).await
}

async fn answer(desk: &Desk, fields: &Fields, done: Result<()>) -> Answer {
    match done {
        Ok(()) => Ok(desk.go("/admin/policy?done=policy_saved")),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, fields).await,
        Err(Error::Problem(problem)) => refused(desk, fields, &[problem]).await,
        Err(fault) => Err(desk.refuse(fault)),
    }
}

/// The page as it was typed, with what is wrong.
async fn refused(desk: &Desk, fields: &Fields, problems: &[Problem]) -> Answer {
    let mut page = page(desk, Some(fields)).await?;
    for problem in problems {
        page.frame.refuse("", problem);
    }
    let Some(first) = problems.first() else { return Ok(desk.page(StatusCode::OK, &page)) };
    Ok(desk.refused_page(first, &page))
}
