//! `/admin/policy/department`: what narrows the policy for everybody of one department.

use actix_web::http::StatusCode;

use super::super::desk::Desk;
use super::super::posted::{Fields, Posted};
use super::super::sign_in::unlock::confirm_first;
use super::super::view::{DepartmentPage, LimitsForm};
use super::super::visit::{Answer, percent_encoded};
use crate::error::{Error, FieldFlaw, Problem, Result};
use crate::http::question::parameter;
use crate::http::routes::{Access, Routes, at};
use crate::http::setting_text::{bytes, gigabytes, number};
use crate::model::Limits;
use crate::staff::departments::{self, Department};
use crate::staff::registrar::Registrar;

pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/admin/policy/department").get(Access::Administrator, show).post(Access::Administrator, save));
}

async fn department(desk: &Desk, name: &str) -> actix_web::Result<Department> {
    let all = departments::list(&desk.gateway).await.map_err(|error| desk.refuse(error))?;
    all.into_iter().find(|department| department.name == name).ok_or_else(|| desk.refuse(Problem::NotFound))
}

fn page(desk: &Desk, department: &Department, form: LimitsForm) -> DepartmentPage {
    let here = format!("/admin/policy/department?name={}", percent_encoded(&department.name));
    DepartmentPage { frame: desk.frame(&here), name: department.name.clone(), members: department.members, form }
}

fn form(limits: &Limits) -> LimitsForm {
    let text = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
    let bytes = limits.most_bytes.and_then(|bytes| u64::try_from(bytes).ok());
    LimitsForm {
        most_bytes: bytes.map(gigabytes).unwrap_or_default(),
        most_recipients: text(limits.most_recipients),
        most_keep_hours: text(limits.most_keep_hours),
        domains: limits.domains.join("\n"),
        needs_approval: limits.needs_approval,
        reason: String::new(),
    }
}

fn typed(fields: &Fields) -> LimitsForm {
    let text = |name| fields.get(name).to_owned();
    LimitsForm {
        most_bytes: text("most_bytes"),
        most_recipients: text("most_recipients"),
        most_keep_hours: text("most_keep_hours"),
        domains: text("domains"),
        needs_approval: fields.find("needs_approval").is_some(),
        reason: text("reason"),
    }
}

/// What was typed, as limits; an empty field limits nothing.
fn read(form: &LimitsForm) -> Result<Limits> {
    let read = |field, typed: &str, read: fn(&str) -> Option<u64>| match typed.trim() {
        "" => Ok(None),
        typed => match read(typed) {
            Some(value) => Ok(Some(value)),
            None => Err(Problem::Field { field, flaw: FieldFlaw::Malformed }),
        },
    };
    // What no integer of the database holds is out of bounds like any other number that is too large.
    let small = |value: Option<u64>| value.map(|value| i32::try_from(value).unwrap_or(i32::MAX));
    let words = form.domains.split(|c: char| c.is_whitespace() || matches!(c, ',' | '、'));
    Ok(Limits {
        most_bytes: read("most_bytes", &form.most_bytes, bytes)?.map(|value| i64::try_from(value).unwrap_or(i64::MAX)),
        most_recipients: small(read("most_recipients", &form.most_recipients, number)?),
        most_keep_hours: small(read("most_keep_hours", &form.most_keep_hours, number)?),
        domains: words.filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        needs_approval: form.needs_approval,
    })
}

async fn show(desk: Desk) -> Answer {
    desk.administrator()?;
    let department = department(&desk, &parameter(&desk.request, "name").unwrap_or_default()).await?;
    let form = form(department.limits.as_ref().unwrap_or(&Limits::default()));
    Ok(desk.page(StatusCode::OK, &page(&desk, &department, form)))
}

async fn save(posted: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let administrator = desk.administrator()?;
    let department = department(&desk, fields.get("department")).await?;
    let mut form = typed(&fields);
    if fields.find("none").is_some() {
        form = LimitsForm { reason: form.reason, ..LimitsForm::default() };
    }
    let limited = async {
        let limits = read(&form)?;
        let registrar = Registrar::administrator(&desk.gateway, &administrator, &form.reason)?;
        departments::limit(&desk.gateway, &registrar, &department.name, limits).await
    };
    match limited.await {
        Ok(()) => Ok(desk.go("/admin/policy?done=policy_saved#departments")),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(Error::Problem(problem)) => {
            let mut page = page(&desk, &department, typed(&fields));
            page.frame.refuse("", &problem);
            Ok(desk.refused_page(&problem, &page))
        }
        Err(fault) => Err(desk.refuse(fault)),
    }
}
