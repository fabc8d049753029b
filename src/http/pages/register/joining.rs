//! Somebody joins: by an invitation, or with a one-time password that is shown once.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::super::desk::Desk;
use super::super::posted::{Fields, Posted};
use super::super::sign_in::unlock::confirm_first;
use super::super::view::{NewAccountPage, Notice, PersonForm};
use super::super::visit::Answer;
use super::{access, account, account_id, answer, entry, registrar};
use crate::error::{Error, Problem, Result};
use crate::model::{AccountId, Role};
use crate::staff::invitation;
use crate::staff::permit::Administrator;
use crate::staff::register::{self, Issued, NewAccount};

/// Whoever joined.
enum Joined {
    Invited(AccountId),
    Issued(Box<Issued>),
}

pub(super) async fn show(desk: Desk) -> Answer {
    desk.administrator()?;
    let person = PersonForm {
        name: String::new(),
        email: String::new(),
        department: String::new(),
        phone: String::new(),
        language: desk.gateway.default_language(),
        roles: vec![Role::Sender],
        valid_from: String::new(),
        valid_until: String::new(),
    };
    Ok(desk.page(StatusCode::OK, &page(&desk, person).await?))
}

async fn page(desk: &Desk, person: PersonForm) -> actix_web::Result<NewAccountPage> {
    let all = register::list(&desk.gateway).await.map_err(|error| desk.refuse(error))?;
    Ok(NewAccountPage {
        frame: desk.frame("/register/new"),
        person,
        by_password: false,
        reason: String::new(),
        departments: account::departments(&all),
        invitation_seconds: invitation_seconds(desk),
    })
}

/// How long an invitation can be followed.
pub(super) fn invitation_seconds(desk: &Desk) -> u64 {
    u64::from(desk.gateway.policy().invitation_hours) * 3600
}

pub(super) async fn add(posted: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let administrator = desk.administrator()?;
    let person = entry::person(&fields, desk.gateway.default_language());
    match joined(&desk, &administrator, &fields, &person).await {
        Ok(Joined::Invited(id)) => Ok(desk.go(&format!("/register/{id}?done={}", Notice::AccountInvited))),
        Ok(Joined::Issued(issued)) => Ok(desk.page(StatusCode::OK, &access::shown(&desk, *issued, true))),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(Error::Problem(problem)) => refused(&desk, &fields, person, &problem).await,
        Err(fault) => Err(desk.refuse(fault)),
    }
}

async fn joined(desk: &Desk, administrator: &Administrator, fields: &Fields, person: &PersonForm) -> Result<Joined> {
    let gateway = &desk.gateway;
    let registrar = registrar(desk, administrator, fields)?;
    // What is wrong with the days is told before anybody is added.
    let validity = entry::validity(person, gateway.office().time_zone)?;
    let new = NewAccount {
        email: person.email.clone(),
        name: person.name.clone(),
        department: person.department.clone(),
        phone: person.phone.clone(),
        language: person.language,
        roles: person.roles.clone(),
    };
    Ok(match fields.get("way") {
        "shown" => Joined::Issued(Box::new(register::add_within(gateway, new, validity, &registrar).await?)),
        _ => Joined::Invited(invitation::add_within(gateway, new, validity, &registrar).await?.id),
    })
}

async fn refused(
    desk: &Desk,
    fields: &Fields,
    person: PersonForm,
    problem: &Problem,
) -> actix_web::Result<HttpResponse> {
    let mut page = page(desk, person).await?;
    page.by_password = fields.get("way") == "shown";
    page.reason = fields.get("reason").to_owned();
    match problem {
        Problem::AddressTaken => page.frame.refuse("email", problem),
        _ => page.frame.refuse_in_full(problem),
    }
    Ok(desk.refused_page(problem, &page))
}

/// The invitation again, for whoever did not find it in time.
pub(super) async fn invite(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let (administrator, id) = (desk.administrator()?, account_id(&desk, &id)?);
    let work = async {
        let registrar = registrar(&desk, &administrator, &fields)?;
        invitation::resend(&desk.gateway, id, &registrar).await?;
        Ok(Notice::InvitationSent)
    };
    let done = work.await;
    answer(&desk, &fields, (id, "invite"), done).await
}
