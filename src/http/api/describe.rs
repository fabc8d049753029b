//! The description of the interface: OpenAPI 3.1, made from the handlers themselves and from the table of problems.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, SecurityRequirement, Server, Type,
};
use utoipa::{IntoResponses, Modify, OpenApi};

use super::{
    accounts, afterwards, approvals, contacts, deliveries, deputies, events, exports, faxes, me, policy, proofs,
    receive, recipients, reviews, templates, tokens, transfers, webhooks,
};
use crate::http::problem::{MEDIA_TYPE, Protocol, TABLE};
use crate::http::{download, uploads};

#[derive(OpenApi)]
#[openapi(
    info(title = "Kakitome", description = "Hands confidential files over: sealed, to the right person, once, with proof."),
    paths(
        transfers::create,
        transfers::list,
        transfers::show,
        transfers::change,
        transfers::discard,
        transfers::remove_file,
        transfers::check,
        transfers::send,
        transfers::acknowledge,
        transfers::told,
        transfers::recall,
        afterwards::remind,
        transfers::extend,
        afterwards::release_held,
        afterwards::add,
        afterwards::correct,
        afterwards::send_again,
        approvals::list,
        approvals::show,
        approvals::file,
        approvals::approve_it,
        approvals::refuse,
        contacts::list,
        contacts::add,
        contacts::show,
        contacts::change,
        contacts::remove,
        contacts::table,
        contacts::cards,
        contacts::import,
        templates::list,
        templates::save,
        templates::rename,
        templates::remove,
        templates::begin,
        recipients::search,
        recipients::add,
        recipients::change,
        recipients::remove,
        uploads::options,
        uploads::create,
        uploads::progress,
        uploads::append,
        uploads::terminate,
        deliveries::reissue,
        deliveries::resume,
        deliveries::recall,
        deliveries::remind,
        deliveries::told,
        deliveries::copied,
        deliveries::printed,
        accounts::list,
        accounts::add,
        accounts::show,
        accounts::change,
        accounts::stop,
        accounts::resume,
        accounts::reset,
        accounts::invite,
        accounts::export,
        deputies::show,
        deputies::name,
        deputies::end,
        policy::show,
        policy::change,
        tokens::list,
        webhooks::list,
        webhooks::test,
        me::show,
        reviews::list,
        reviews::start,
        reviews::show,
        reviews::decide,
        reviews::assign,
        reviews::sign,
        reviews::abandon,
        reviews::read_record,
        events::list,
        exports::list,
        exports::ask,
        exports::show,
        exports::fetch,
        exports::manifest,
        exports::cancel,
        faxes::list,
        faxes::record,
        faxes::export,
        faxes::show,
        faxes::sent,
        faxes::confirmed,
        faxes::stored,
        faxes::close,
        faxes::misdirected,
        proofs::logs,
        proofs::newest_checkpoint,
        proofs::checkpoint,
        proofs::newest_tile,
        proofs::tile,
        proofs::archive,
        proofs::own_receipts,
        proofs::own_receipt,
        proofs::own_certificate,
        proofs::receipts,
        proofs::one_receipt,
        proofs::one_certificate,
        proofs::certificates,
        receive::look,
        receive::look_at,
        receive::open,
        receive::ask,
        receive::files,
        download::file,
        download::archive,
        receive::done,
    ),
    modifiers(&Rest),
    tags(
        (name = "transfers", description = "Sending"),
        (name = "uploads", description = "Files of a draft: tus 1.0"),
        (name = "deliveries", description = "Recipients of sent transfers"),
        (name = "approvals", description = "What a second person agrees to: by session, never by token"),
        (name = "contacts", description = "The address book"),
        (name = "templates", description = "Set-ups of transfers that are kept"),
        (name = "account", description = "Who asks"),
        (name = "register", description = "The account register and its reviews"),
        (name = "fax", description = "The fax register"),
        (name = "audit", description = "The log"),
        (name = "policy", description = "The standards of the office"),
        (name = "receive", description = "Recipients, without an account"),
    )
)]
struct Described;

/// Every refusal that an operation can meet. Which of them is told by `code`.
pub struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let statuses = TABLE.iter().chain(Protocol::TABLE).map(|(_, status)| *status);
        statuses.map(|status| (status.to_string(), RefOr::T(refusal(status)))).collect()
    }
}

fn refusal(status: u16) -> Response {
    let codes = TABLE.iter().chain(Protocol::TABLE).filter(|(_, other)| *other == status).map(|(code, _)| *code);
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let codes = codes.collect::<Vec<_>>().join(", ");
    ResponseBuilder::new().description(codes).content(MEDIA_TYPE, problem).build()
}

/// What no handler says: where it is, how one signs in, what a problem is.
struct Rest;

impl Modify for Rest {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        openapi.servers = Some(vec![Server::new("/api/v1")]);
        openapi.security = Some(vec![
            SecurityRequirement::new("token", Vec::<String>::new()),
            SecurityRequirement::new("session", Vec::<String>::new()).add("csrf", Vec::<String>::new()),
        ]);
        let components = openapi.components.get_or_insert_with(Components::new);
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("kkt_…").build();
        let key = |name: &str, about: &str| ApiKeyValue::with_description(name, about);
        components.add_security_scheme("token", SecurityScheme::Http(token));
        components.add_security_scheme(
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(key("__Host-kakitome", "A signed-in browser"))),
        );
        components.add_security_scheme(
            "csrf",
            SecurityScheme::ApiKey(ApiKey::Header(key("X-CSRF-Token", "Stands in the pages of the session"))),
        );
        components.add_security_scheme(
            "delivery",
            SecurityScheme::ApiKey(ApiKey::Cookie(key("__Host-r-{public_id}", "Set by opening a delivery"))),
        );
        components.schemas.insert("Problem".into(), RefOr::T(problem().into()));
    }
}

fn problem() -> utoipa::openapi::Object {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let number = || ObjectBuilder::new().schema_type(Type::Integer);
    let codes = TABLE.iter().chain(Protocol::TABLE).map(|(code, _)| *code);
    ObjectBuilder::new()
        .description(Some("RFC 9457. `code` is stable; further members depend on it."))
        .property("type", text().description(Some("`/problems/` and the code")))
        .property("title", text().description(Some("What happened, in the language of the request")))
        .property("status", number())
        .property("detail", text().description(Some("What is unharmed and what to do")))
        .property("code", text().enum_values(Some(codes)))
        .property("field", text().description(Some("Which field")))
        .property("flaw", text().description(Some("What is wrong with it")))
        .property("limit", number())
        .property("least", number())
        .property("most", number())
        .property(
            "left",
            number().description(Some(
                "Wrong numbers until the delivery pauses; accounts without a decision; files without a verdict",
            )),
        )
        .property("seconds", number().description(Some("Come back after")))
        .property("offset", number().description(Some("The offset that the upload has, in bytes")))
        .property("missing", number().description(Some("Files that have not arrived")))
        .property("got", number())
        // For numbers: digits. For bodies: the media type.
        .property("want", ObjectBuilder::new())
        .property("state", text())
        .property("file", text().description(Some("The name of the file that is refused")))
        .property("because", text().description(Some("What is wrong with that file")))
        .required("type")
        .required("title")
        .required("status")
        .required("detail")
        .required("code")
        .build()
}

/// The description as JSON.
pub fn openapi() -> String {
    Described::openapi().to_pretty_json().unwrap_or_default()
}

/// GET `/openapi.json`.
pub(super) async fn serve() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(openapi())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_reference_leads_somewhere_and_every_refusal_is_listed() {
        let text = openapi();
        let document: Value = serde_json::from_str(&text).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        for reference in text.split("\"#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
        }
        for (path, operations) in document["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                assert!(operation["operationId"].is_string(), "{method} {path}");
                assert!(operation["responses"].get("503").is_some(), "{method} {path}");
            }
        }
    }

    #[test]
    fn operations_have_names_of_their_own() {
        let document: Value = serde_json::from_str(&openapi()).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let ids: Vec<&str> = paths
            .values()
            .flat_map(|operations| operations.as_object().unwrap().values())
            .map(|operation| operation["operationId"].as_str().unwrap())
            .collect();
        let unique: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len(), "{ids:?}");
    }
}
