//! Templates: set-ups of transfers that are kept under a name.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::describe::Refusals;
use super::input::{Input, id};
use super::shapes::{RecipientOut, TransferOut};
use super::transfers::whole;
use crate::gateway::Gateway;
use crate::http::guard::StaffSender;
use crate::http::problem::Failure;
use crate::model::{Template, TemplateId, TransferId};
use crate::transfer::template;

type Answer = Result<HttpResponse, Failure>;

/// The set-up of a transfer that is kept.
#[derive(Serialize, ToSchema)]
#[schema(as = Template)]
pub struct TemplateOut {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: TemplateId,
    /// What its owner calls it.
    name: String,
    /// Whom it goes to.
    recipients: Vec<RecipientOut>,
    /// Whether it has a message.
    has_message: bool,
    /// Hours to keep.
    keep_hours: i64,
    /// When it was last changed.
    #[schema(format = DateTime)]
    changed_at: String,
}

impl From<&Template> for TemplateOut {
    fn from(template: &Template) -> Self {
        Self {
            id: template.id,
            name: template.name.clone(),
            recipients: template.recipients.iter().map(RecipientOut::from).collect(),
            has_message: template.message_sealed.is_some(),
            keep_hours: template.keep_seconds / 3600,
            changed_at: template.changed_at.to_rfc3339(),
        }
    }
}

/// The own templates.
#[derive(Serialize, ToSchema)]
#[schema(as = Templates)]
pub struct TemplatesOut {
    /// By name.
    templates: Vec<TemplateOut>,
}

/// A template to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateIn {
    /// The own draft or transfer whose set-up is kept.
    #[schema(value_type = Uuid)]
    transfer: TransferId,
    /// What to call it; no other own template has the name.
    #[serde(default)]
    #[schema(required = true)]
    name: String,
}

/// Another name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateNameIn {
    /// What to call it; no other own template has the name.
    #[serde(default)]
    #[schema(required = true)]
    name: String,
}

async fn one(gateway: &Gateway, sender: &StaffSender, id: TemplateId) -> Result<TemplateOut, Failure> {
    let all = template::list(gateway, &sender.0.watcher()).await?;
    let found = all.iter().find(|template| template.id == id).ok_or(crate::error::Problem::NotFound)?;
    Ok(TemplateOut::from(found))
}

/// Lists the own templates.
#[utoipa::path(get, operation_id = "listTemplates", path = "/templates", tag = "templates",
    responses((status = 200, description = "The templates", body = TemplatesOut), Refusals))]
pub async fn list(gateway: web::Data<Gateway>, sender: StaffSender) -> Answer {
    let all = template::list(&gateway, &sender.0.watcher()).await?;
    Ok(HttpResponse::Ok().json(TemplatesOut { templates: all.iter().map(TemplateOut::from).collect() }))
}

/// Keeps the set-up of an own draft or transfer: recipients, message and keeping time; never files, numbers or links.
#[utoipa::path(post, operation_id = "saveTemplate", path = "/templates", tag = "templates", request_body = TemplateIn,
    responses((status = 201, description = "The template", body = TemplateOut), Refusals))]
pub async fn save(gateway: web::Data<Gateway>, sender: StaffSender, input: Input<TemplateIn>) -> Answer {
    let id = template::save(&gateway, &sender.0, input.value.transfer, &input.value.name).await?;
    Ok(HttpResponse::Created().json(one(&gateway, &sender, id).await?))
}

/// Gives a template another name.
#[utoipa::path(patch, operation_id = "renameTemplate", path = "/templates/{id}", tag = "templates",
    request_body = TemplateNameIn, params(("id" = Uuid, Path, description = "Id of a template")),
    responses((status = 200, description = "The template", body = TemplateOut), Refusals))]
pub async fn rename(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<TemplateNameIn>,
) -> Answer {
    let id = id(&path)?;
    template::rename(&gateway, &sender.0, id, &input.value.name).await?;
    Ok(HttpResponse::Ok().json(one(&gateway, &sender, id).await?))
}

/// Removes a template. What was begun with it stays.
#[utoipa::path(delete, operation_id = "removeTemplate", path = "/templates/{id}", tag = "templates",
    params(("id" = Uuid, Path, description = "Id of a template")),
    responses((status = 204, description = "Gone"), Refusals))]
pub async fn remove(gateway: web::Data<Gateway>, sender: StaffSender, path: web::Path<String>) -> Answer {
    template::remove(&gateway, &sender.0, id(&path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Begins a draft by a template. Recipients who may not be sent to any more are left out.
#[utoipa::path(post, operation_id = "beginWithTemplate", path = "/templates/{id}/begin", tag = "templates",
    params(("id" = Uuid, Path, description = "Id of a template")),
    responses((status = 201, description = "The draft", body = TransferOut), Refusals))]
pub async fn begin(gateway: web::Data<Gateway>, sender: StaffSender, path: web::Path<String>) -> Answer {
    let new = template::begin(&gateway, &sender.0, id(&path)?).await?;
    let out = whole(&gateway, &sender.0.watcher(), new).await?;
    Ok(HttpResponse::Created().insert_header((LOCATION, format!("/api/v1/transfers/{new}"))).json(out))
}
