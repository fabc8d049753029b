//! `/templates`: set-ups of transfers that are kept under a name.

use actix_web::http::StatusCode;
use actix_web::web;

use super::compose::{Typed, draft_of, page, save, transfer_id};
use super::desk::Desk;
use super::persons::{add_or_change, is_begun, keeps_contact, typed_person};
use super::posted::Posted;
use super::view::{TemplateForm, TemplatesPage};
use super::visit::Answer;
use crate::error::{Error, Problem};
use crate::http::routes::{Access, Routes, at};
use crate::model::{TemplateId, TransferId};
use crate::staff::permit::Sender;
use crate::transfer::{draft, template};

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/templates").get(Access::Sender, list))
        .add(at("/templates/{id}/begin").post(Access::Sender, begin))
        .add(at("/templates/{id}/rename").post(Access::Sender, rename))
        .add(at("/templates/{id}/remove").post(Access::Sender, remove))
        .add(at("/send/{id}/template").post(Access::Sender, keep_draft))
        .add(at("/transfers/{id}/template").get(Access::Sender, ask).post(Access::Sender, keep));
}

async fn shown(
    desk: &Desk,
    sender: &Sender,
    path: &str,
    form: Option<TemplateForm>,
) -> actix_web::Result<TemplatesPage> {
    let templates = template::list(&desk.gateway, &sender.watcher()).await.map_err(|error| desk.refuse(error))?;
    Ok(TemplatesPage { frame: desk.frame(path), templates, most: template::MOST, form })
}

async fn list(desk: Desk) -> Answer {
    let sender = desk.sender()?;
    Ok(desk.page(StatusCode::OK, &shown(&desk, &sender, "/templates", None).await?))
}

fn template_id(desk: &Desk, text: &str) -> actix_web::Result<TemplateId> {
    text.parse().map_err(|_| desk.refuse(Problem::NotFound))
}

async fn begin(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let desk = posted.by;
    let (sender, id) = (desk.sender()?, template_id(&desk, &id)?);
    let new = template::begin(&desk.gateway, &sender, id).await.map_err(|error| desk.refuse(error))?;
    Ok(desk.go(&format!("/send/{new}")))
}

async fn rename(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let (sender, id) = (desk.sender()?, template_id(&desk, &id)?);
    let name = fields.get("template");
    match template::rename(&desk.gateway, &sender, id, name).await {
        Ok(()) => Ok(desk.go("/templates?done=template_renamed")),
        Err(Error::Problem(problem @ (Problem::Field { .. } | Problem::MessageCarriesSecret))) => {
            let form = TemplateForm::Rename { template: id, name: name.to_owned() };
            let mut page = shown(&desk, &sender, "/templates", Some(form)).await?;
            page.frame.refuse("template", &problem);
            Ok(desk.refused_page(&problem, &page))
        }
        Err(error) => Err(desk.refuse(error)),
    }
}

async fn remove(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let desk = posted.by;
    let id = template_id(&desk, &id)?;
    match template::remove(&desk.gateway, &desk.sender()?, id).await {
        // Pressed twice: it is gone, as wanted.
        Ok(()) | Err(Error::Problem(Problem::NotFound)) => Ok(desk.go("/templates?done=template_removed")),
        Err(error) => Err(desk.refuse(error)),
    }
}

/// What stands in the draft's form is stored first, a recipient too; what cannot be stays in it.
async fn keep_draft(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let sender = desk.sender()?;
    let id = draft_of(&desk, &sender, &id).await?;
    let name = fields.get("template").to_owned();
    let mut typed = Typed { template: name.clone(), keep_contact: keeps_contact(&fields), ..Typed::default() };
    save(&desk, &sender, id, &fields, &mut typed).await?;
    let (form, editing) = typed_person(&desk, &fields)?;
    if is_begun(&form) {
        add_or_change(&desk, &sender, id, form, editing, &mut typed).await?;
    }
    if typed.problems.is_empty() {
        match template::save(&desk.gateway, &sender, id, &name).await {
            Ok(_) => return Ok(desk.go(&format!("/send/{id}?done=template_saved"))),
            Err(error) => typed.note(&desk, "template", error)?,
        }
    }
    page(&desk, &sender, Some(id), typed).await
}

async fn save_page(desk: &Desk, sender: &Sender, id: TransferId, name: &str) -> actix_web::Result<TemplatesPage> {
    draft::overview(&desk.gateway, &sender.watcher(), id).await.map_err(|error| desk.refuse(error))?;
    let form = TemplateForm::Save { transfer: id, name: name.to_owned() };
    shown(desk, sender, &format!("/transfers/{id}/template"), Some(form)).await
}

async fn ask(desk: Desk, id: web::Path<String>) -> Answer {
    let (sender, id) = (desk.sender()?, transfer_id(&desk, &id)?);
    Ok(desk.page(StatusCode::OK, &save_page(&desk, &sender, id, "").await?))
}

async fn keep(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let (sender, id) = (desk.sender()?, transfer_id(&desk, &id)?);
    let name = fields.get("template");
    match template::save(&desk.gateway, &sender, id, name).await {
        Ok(_) => Ok(desk.go("/templates?done=template_saved")),
        Err(Error::Problem(problem @ Problem::NotFound)) => Err(desk.refuse(problem)),
        Err(Error::Problem(problem)) => {
            let mut page = save_page(&desk, &sender, id, name).await?;
            match problem {
                Problem::TooManyTemplates { .. } | Problem::NoRecipients => page.frame.refuse_in_full(&problem),
                _ => page.frame.refuse("template", &problem),
            }
            Ok(desk.refused_page(&problem, &page))
        }
        Err(fault) => Err(desk.refuse(fault)),
    }
}
