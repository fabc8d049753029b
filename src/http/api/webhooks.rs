//! The office's own systems that are told what happens. They are set up in the configuration.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::describe::Refusals;
use crate::error::Result;
use crate::gateway::Gateway;
use crate::http::guard::{StaffAdministrator, check_network};
use crate::http::problem::Failure;
use crate::http::routes::Side;
use crate::model::Time;
use crate::staff::webhooks::{self, Standing};
use crate::store::webhooks::Posted;

/// Receivers.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhooks)]
pub struct WebhooksOut {
    /// In the order of the configuration.
    webhooks: Vec<WebhookOut>,
}

/// A receiver.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct WebhookOut {
    /// Its word.
    name: String,
    /// Where it is told.
    url: String,
    /// What it is told; empty: everything.
    events: Vec<&'static str>,
    /// Since when it is told nothing, because it said that it is gone (410).
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_at: Option<String>,
    /// The newest posts, newest first.
    posts: Vec<PostOut>,
}

/// A post.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookPost)]
pub struct PostOut {
    /// The header `webhook-id` that it carries.
    id: String,
    /// What it tells.
    event: &'static str,
    /// `queued`, `taken`, `given_up`, `stopped` or `dropped`.
    state: &'static str,
    /// Tries so far.
    attempts: i32,
    /// The newest answer: a status or a word; empty before the first.
    answer: String,
    /// When it was written.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was taken or given up.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
}

/// What a receiver answered to a test.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookTest)]
pub struct TestOut {
    /// Whether it took it.
    taken: bool,
    /// Its status, or why there is none: `forbidden`, `timed_out`, `silent`.
    answer: String,
}

impl From<&Standing> for WebhookOut {
    fn from(standing: &Standing) -> Self {
        Self {
            name: standing.name.clone(),
            url: standing.url.clone(),
            events: standing.kinds.iter().map(|kind| kind.word()).collect(),
            stopped_at: standing.stopped_at.map(Time::to_rfc3339),
            posts: standing.posts.iter().map(PostOut::from).collect(),
        }
    }
}

impl From<&Posted> for PostOut {
    fn from(post: &Posted) -> Self {
        Self {
            id: format!("msg_{}", post.id.uuid().simple()),
            event: post.kind.word(),
            state: post.state.word(),
            attempts: post.attempts,
            answer: post.answer.clone(),
            created_at: post.created_at.to_rfc3339(),
            ended_at: post.ended_at.map(Time::to_rfc3339),
        }
    }
}

/// Lists the receivers and what became of what they were told.
#[utoipa::path(get, operation_id = "listWebhooks", path = "/webhooks", tag = "policy",
    responses((status = 200, description = "The receivers", body = WebhooksOut), Refusals))]
pub async fn list(
    gateway: web::Data<Gateway>,
    request: HttpRequest,
    administrator: StaffAdministrator,
) -> Result<HttpResponse, Failure> {
    check_network(&request, Side::Administration)?;
    let standings = webhooks::list(&gateway, &administrator.0).await?;
    Ok(HttpResponse::Ok().json(WebhooksOut { webhooks: standings.iter().map(WebhookOut::from).collect() }))
}

/// Posts a test at once. A receiver that takes it is told again if it was stopped.
#[utoipa::path(post, operation_id = "testWebhook", path = "/webhooks/{name}/test", tag = "policy",
    params(("name" = String, Path, description = "Word of a receiver")),
    responses((status = 200, description = "What it answered", body = TestOut), Refusals))]
pub async fn test(
    gateway: web::Data<Gateway>,
    request: HttpRequest,
    administrator: StaffAdministrator,
    path: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    check_network(&request, Side::Administration)?;
    let (taken, answer) = webhooks::test(&gateway, &administrator.0, &path).await?;
    Ok(HttpResponse::Ok().json(TestOut { taken, answer }))
}
