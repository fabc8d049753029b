//! A new password: chosen freely, or forced after a first sign-in, a reset or a long time.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::desk::Threshold;
use super::office;
use super::posted::Posted;
use super::view::NewPasswordPage;
use super::visit::Answer;
use crate::error::{Error, PasswordFlaw, Problem};
use crate::http::routes::{Access, Routes, at};
use crate::model::Passphrase;
use crate::staff::permit::Standing;
use crate::staff::{password, rules};

pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/me/password").get(Access::Newcomer, show).post(Access::Newcomer, change));
}

async fn page(visit: &Threshold) -> actix_web::Result<NewPasswordPage> {
    let rules = rules::read(&visit.gateway).await.map_err(|error| visit.refuse(error))?;
    Ok(NewPasswordPage {
        frame: visit.frame("/me/password"),
        email: visit.account().email.clone(),
        forced: visit.standing() == Standing::PasswordChange,
        minimum: rules.minimum_for(&visit.account().roles),
    })
}

async fn show(visit: Threshold) -> actix_web::Result<HttpResponse> {
    let page = page(&visit).await?;
    Ok(visit.page(StatusCode::OK, &page))
}

async fn change(form: Posted<Threshold>) -> Answer {
    let Posted { by: visit, fields } = form;
    let (current, new) = (fields.get("current"), fields.get("new"));
    let changed = match new == fields.get("again") {
        true => {
            let (current, new) = (Passphrase::new(current.to_owned()), Passphrase::new(new.to_owned()));
            password::change(&visit.gateway, &visit.newcomer()?, current, new, &visit.visitor()?).await
        }
        false => Err(Problem::PasswordRefused(PasswordFlaw::Differs).into()),
    };
    match changed {
        Ok(()) if office::is_asked(&visit.gateway, visit.account()) => Ok(visit.go("/office")),
        Ok(()) if visit.standing() != Standing::Ready => Ok(visit.go("/")),
        Ok(()) => Ok(visit.go("/me?done=password_changed")),
        Err(Error::Problem(problem)) => {
            let mut page = page(&visit).await?;
            let field = match &problem {
                Problem::WrongPassword => "current",
                Problem::PasswordRefused(PasswordFlaw::Differs) => "again",
                Problem::PasswordRefused(_) => "new",
                _ => "",
            };
            page.frame.refuse(field, &problem);
            Ok(visit.refused_page(&problem, &page))
        }
        Err(fault) => Err(visit.refuse(fault)),
    }
}
