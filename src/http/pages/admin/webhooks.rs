//! `/admin/webhooks`: the office's own systems that are told what happens, and what became of what they were told.

use actix_web::http::StatusCode;
use actix_web::web;

use super::super::desk::Desk;
use super::super::posted::Posted;
use super::super::view::{WebhookTried, WebhooksPage};
use super::super::visit::Answer;
use crate::http::routes::{Access, Routes, at};
use crate::staff::webhooks;

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/admin/webhooks").get(Access::Administrator, show))
        .add(at("/admin/webhooks/{name}/test").post(Access::Administrator, test));
}

async fn page(desk: &Desk, tried: Option<WebhookTried>) -> actix_web::Result<WebhooksPage> {
    let standings = webhooks::list(&desk.gateway, &desk.administrator()?).await.map_err(|error| desk.refuse(error))?;
    Ok(WebhooksPage { frame: desk.frame("/admin/webhooks"), receivers: standings, tried })
}

async fn show(desk: Desk) -> Answer {
    let page = page(&desk, None).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

/// What was answered stands on the page itself: it is said once, and stored nowhere.
async fn test(posted: Posted<Desk>, name: web::Path<String>) -> Answer {
    let desk = posted.by;
    let administrator = desk.administrator()?;
    let tested = webhooks::test(&desk.gateway, &administrator, &name).await;
    let (taken, answer) = tested.map_err(|error| desk.refuse(error))?;
    let page = page(&desk, Some(WebhookTried { name: name.into_inner(), taken, answer })).await?;
    Ok(desk.page(StatusCode::OK, &page))
}
