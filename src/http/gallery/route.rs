//! `/gallery` and `/gallery/{state}`: pages with the headers and assets of the real server, and nothing behind them.

use std::net::TcpListener;

use actix_web::dev::Server;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use askama::Template;
use serde::Deserialize;

use super::{Cast, OFFICE, states};
use crate::error::{Doing, Result};
use crate::http::headers;
use crate::http::pages::{assets, assets_route};
use crate::model::Language;

#[derive(Deserialize)]
struct Chosen {
    lang: Option<String>,
}

/// The states as a list of links. Its words are the developers'.
#[derive(Template)]
#[template(
    source = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gallery - {{ office }}</title>
<link rel="stylesheet" href="{{ style }}">
</head>
<body>
<main id="main" data-office="{{ office }}">
<h1>Gallery</h1>
{% for (screen, names) in screens %}
<section id="{{ screen }}">
<h2>{{ screen }}</h2>
<ul>
{% for name in names %}<li>{{ name }}:{% for language in Language::ALL %} <a href="/gallery/{{ name }}?lang={{ language }}" data-state="{{ name }}">{{ language }}</a>{% endfor %}</li>
{% endfor %}
</ul>
</section>
{% endfor %}
</main>
</body>
</html>
"#,
    ext = "html"
)]
struct Index {
    office: &'static str,
    style: String,
    screens: Vec<(&'static str, Vec<String>)>,
}

/// Serves the gallery on `listener` until the server is stopped.
///
/// # Errors
/// The socket cannot be listened on.
pub fn start(listener: TcpListener) -> Result<Server> {
    let server = HttpServer::new(|| App::new().wrap(from_fn(headers::add)).configure(configure));
    Ok(server.listen(listener).doing("listening")?.run())
}

fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/gallery", web::get().to(index))
        .route("/gallery/{state}", web::get().to(state))
        .route("/assets/{name}", web::get().to(asset))
        .route("/sign-in/passkey/options", web::post().to(no_offer))
        .default_service(web::to(nothing));
}

async fn index() -> HttpResponse {
    let mut screens: Vec<(&'static str, Vec<String>)> = Vec::new();
    for state in states(&Cast { language: Language::Ja, hostile: false }) {
        match screens.last_mut() {
            Some((screen, names)) if *screen == state.screen => names.push(state.name),
            _ => screens.push((state.screen, vec![state.name])),
        }
    }
    page(&Index { office: OFFICE, style: assets::style(assets::Audience::Staff, None), screens })
}

async fn state(name: web::Path<String>, chosen: web::Query<Chosen>) -> HttpResponse {
    let language = chosen.lang.as_deref().and_then(|word| word.parse().ok()).unwrap_or(Language::Ja);
    let found = states(&Cast { language, hostile: false }).into_iter().find(|state| state.name == *name);
    match found {
        Some(state) => page(state.page.as_ref()),
        None => said(StatusCode::NOT_FOUND),
    }
}

async fn asset(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    assets_route::served(&request, &name).unwrap_or_else(|| said(StatusCode::NOT_FOUND))
}

/// A sign-in page asks by itself for an offer in its field. Here is none, and nothing went wrong.
async fn no_offer() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// Where the pages' links and forms lead.
async fn nothing() -> HttpResponse {
    said(StatusCode::NOT_FOUND)
}

fn page(page: &dyn askama::DynTemplate) -> HttpResponse {
    match page.dyn_render() {
        Ok(html) => HttpResponse::Ok().content_type(ContentType::html()).body(html),
        Err(_) => said(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn said(status: StatusCode) -> HttpResponse {
    HttpResponse::build(status)
        .content_type(ContentType::plaintext())
        .body("The gallery only shows; nothing is behind its links and forms.\n")
}
