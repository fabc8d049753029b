//! A request as pages see it: who asks, from where, in which language; and how a page goes back.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, web};
use askama::Template;
use futures_util::future::LocalBoxFuture;
use sha2::{Digest, Sha256};

use super::view::{Frame, Help, LanguageSwitch, Member, Notice, ProblemPage};
use super::{sign_in, status};
use crate::error::{Error, Problem};
use crate::gateway::Gateway;
use crate::http::guard::{self, FormToken};
use crate::http::problem::preferred;
use crate::http::question::parameter;
use crate::http::surface::{Kind, Surface};
use crate::http::text::Texts;
use crate::model::{Language, Office};
use crate::staff::visitor::Visitor;

/// What every handler of a page returns. Its error is a finished page or redirect too.
pub(super) type Answer = actix_web::Result<HttpResponse>;

/// The cookie that remembers a chosen language.
const LANGUAGE_COOKIE: &str = "lang";

/// A request by anybody.
pub(super) struct Visit {
    /// The request.
    pub(super) request: HttpRequest,
    /// The flows' collaborators.
    pub(super) gateway: Arc<Gateway>,
    /// Network address that it comes from.
    pub(super) source: IpAddr,
    form: FormToken,
    pub(super) member: Option<Member>,
    language: Language,
    chosen: Option<Language>,
    remember: Option<Language>,
}

impl FromRequest for Visit {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, actix_web::Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let gateway = web::Data::<Gateway>::extract(&request).await?.into_inner();
            let guard::Source(source) = guard::Source::extract(&request).await?;
            let asked = parameter(&request, "lang").and_then(|word| word.parse().ok());
            let kept = request.cookie(LANGUAGE_COOKIE).and_then(|cookie| cookie.value().parse().ok());
            let chosen: Option<Language> = asked.or(kept);
            let fallback = || accepted_language(&request).unwrap_or_else(|| gateway.default_language());
            let language = chosen.unwrap_or_else(fallback);
            let form = guard::form_token(&request);
            Ok(Self { request, gateway, source, form, member: None, language, chosen, remember: asked })
        })
    }
}

fn accepted_language(request: &HttpRequest) -> Option<Language> {
    preferred(request.headers().get(header::ACCEPT_LANGUAGE)?.to_str().ok()?)
}

impl Visit {
    /// Speaks `language` unless the visitor chose another one.
    pub(super) fn prefer(&mut self, language: Language) {
        self.language = self.chosen.unwrap_or(language);
    }

    /// Speaks the language that a form names, if it names one.
    pub(super) fn choose(&mut self, word: &str) {
        if let Ok(language) = word.parse() {
            (self.chosen, self.language) = (Some(language), language);
        }
    }

    /// As `choose`, also on the pages that follow.
    pub(super) fn choose_for_good(&mut self, word: &str) {
        self.choose(word);
        self.remember = word.parse().ok().or(self.remember);
    }

    /// The listener that it came in by.
    pub(super) fn surface(&self) -> Option<Kind> {
        self.request.app_data::<web::Data<Surface>>().map(|surface| surface.kind)
    }

    /// Where recipients find their entrance, which not every listener has.
    pub(super) fn recipients(&self) -> String {
        match self.surface() {
            Some(Kind::Staff | Kind::Administration) => format!("{}/r", self.gateway.public_url),
            _ => "/r".into(),
        }
    }

    /// Where administrators find their pages, if a browser can go there; on their own listener that is here.
    pub(super) fn administration(&self) -> Option<String> {
        match self.surface() {
            Some(Kind::Administration) => Some("/admin".into()),
            _ => self.gateway.admin_url.as_ref().map(|url| format!("{url}/admin")),
        }
    }

    /// Words and dates of the answer.
    pub(super) fn texts(&self) -> Texts {
        Texts::new(self.language, self.gateway.office().time_zone)
    }

    /// The frame of a page that lives at the path `here`.
    pub(super) fn frame(&self, here: &str) -> Frame {
        let office = self.gateway.office();
        Frame {
            texts: self.texts(),
            colour: office.colour,
            logo: self.gateway.logo.as_ref().map(|logo| format!("/assets/{}", logo.name)),
            switch: LanguageSwitch::Link(here.to_owned()),
            member: self.member.clone(),
            csrf: self.form.value.clone(),
            notice: parameter(&self.request, "done").and_then(|word| word.parse::<Notice>().ok()),
            errors: Vec::new(),
            help: Help { name: office.name.clone(), phone: office.phone.clone(), note: contact_line(&office) },
            office: office.name,
        }
    }

    /// The frame of the page at this request's own address.
    pub(super) fn frame_here(&self) -> Frame {
        let here = self.request.uri().path_and_query().map_or("/", |path| path.as_str());
        self.frame(here)
    }

    /// A page.
    pub(super) fn page(&self, status: StatusCode, page: &impl Template) -> HttpResponse {
        match page.render() {
            Ok(html) => self.answer(status).content_type("text/html; charset=utf-8").body(html),
            Err(error) => {
                tracing::error!(%error, "a page cannot be rendered");
                HttpResponse::InternalServerError().finish()
            }
        }
    }

    /// A page that scripts keep up to date: one that did not change since its tag was handed out is not sent again.
    pub(super) fn live_page(&self, page: &impl Template) -> HttpResponse {
        let Ok(html) = page.render() else { return self.page(StatusCode::OK, page) };
        let tag = format!("\"{}\"", data_encoding::HEXLOWER.encode(&Sha256::digest(&html)));
        let known = self.request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        let is_known = known == Some(tag.as_str());
        let mut answer = self.answer(if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
        answer.insert_header((header::ETAG, tag));
        if is_known {
            return answer.finish();
        }
        answer.content_type("text/html; charset=utf-8").body(html)
    }

    /// A page that tells why its form was refused.
    pub(super) fn refused_page(&self, problem: &Problem, page: &impl Template) -> HttpResponse {
        let mut answer = self.page(status::of(problem), page);
        status::say_more(&mut answer, problem);
        answer
    }

    /// Goes on to a page of ours, by GET.
    pub(super) fn go(&self, path: &str) -> HttpResponse {
        self.answer(StatusCode::SEE_OTHER).insert_header((header::LOCATION, path)).finish()
    }

    fn answer(&self, status: StatusCode) -> HttpResponseBuilder {
        let mut answer = HttpResponse::build(status);
        answer.insert_header((header::CACHE_CONTROL, "no-store"));
        answer.insert_header((header::CONTENT_LANGUAGE, self.language.word()));
        if let Some(cookie) = &self.form.set_cookie {
            answer.cookie(cookie.clone());
        }
        if let Some(language) = self.remember {
            answer.cookie(language_cookie(language));
        }
        answer
    }

    /// What was refused or failed, as a page or as the way to what is missing.
    pub(super) fn refusal(&self, error: Error) -> HttpResponse {
        let problem = match error {
            Error::Problem(problem) => problem,
            fault if fault.is_log_unwritable() => {
                tracing::error!(error = %fault, "a page was refused");
                Problem::LogUnavailable
            }
            Error::Fault { .. } => {
                tracing::error!(%error, "a page failed");
                return self.page(StatusCode::INTERNAL_SERVER_ERROR, &ProblemPage::fault(self.frame("/")));
            }
        };
        if problem == Problem::SignInNeeded {
            return sign_in::stranger(self);
        }
        if let Some(path) = self.detour(&problem) {
            return self.go(&path);
        }
        self.refused_page(&problem, &ProblemPage::new(self.frame("/"), &problem))
    }

    /// The refusal as an error that ends the handler.
    pub(super) fn refuse(&self, error: impl Into<Error>) -> actix_web::Error {
        self.end(self.refusal(error.into()))
    }

    /// What the request brings along besides its words.
    pub(super) fn visitor(&self) -> actix_web::Result<Visitor> {
        guard::visitor(&self.request).map_err(|error| self.refuse(error))
    }

    /// Ends the handler with this answer.
    pub(super) fn end(&self, answer: HttpResponse) -> actix_web::Error {
        InternalError::from_response("answered", answer).into()
    }

    /// Where somebody has to go first.
    fn detour(&self, problem: &Problem) -> Option<String> {
        let gate = match problem {
            Problem::SecondStepNeeded => "/sign-in/second",
            Problem::EnrolmentNeeded => "/me/second-factor",
            Problem::ConfirmationNeeded => "/confirm",
            Problem::SessionLocked => "/unlock",
            Problem::PasswordChangeNeeded => return Some("/me/password".into()),
            _ => return None,
        };
        Some(format!("{gate}?next={}", percent_encoded(&self.page_behind())))
    }

    /// The page that has the form which this address takes, where that can be told from the address.
    pub(super) fn form_page(&self) -> Option<String> {
        page_of_form(self.request.path())
    }

    /// The page that this request belongs to: itself, or the one whose form it posts.
    pub(super) fn page_behind(&self) -> String {
        let path = self.request.path();
        if self.request.method().is_safe() {
            return self.request.uri().path_and_query().map_or(path, |path| path.as_str()).to_owned();
        }
        let mut steps = path.trim_start_matches('/').split('/');
        match (steps.next(), steps.next()) {
            (Some("register"), Some("reviews")) => {
                steps.next().map_or_else(|| "/register/reviews".into(), |id| format!("/register/reviews/{id}"))
            }
            (Some(place @ ("send" | "transfers" | "register" | "approvals" | "fax")), Some(id)) => {
                format!("/{place}/{id}")
            }
            (Some(place @ ("me" | "office" | "admin" | "fax")), _) => format!("/{place}"),
            (Some("deliveries"), _) => "/transfers".into(),
            _ => "/".into(),
        }
    }
}

/// The page on which the forms of these addresses stand, below the id that they name.
fn page_of_form(path: &str) -> Option<String> {
    let mut steps = path.trim_matches('/').split('/');
    let (place, id, act) = (steps.next()?, steps.next()?, steps.next()?);
    match (place, id, act) {
        ("register", "reviews", id) => Some(format!("/register/reviews/{id}")),
        ("contacts", "import", _) => Some("/contacts/import".into()),
        ("send" | "transfers" | "register" | "approvals" | "fax" | "contacts", id, _) => Some(format!("/{place}/{id}")),
        // A transfer is found by the reference of any of its deliveries.
        ("deliveries", reference, _) => Some(format!("/transfers/{reference}")),
        ("me" | "office" | "admin", ..) => Some(format!("/{place}")),
        _ => None,
    }
}

/// Address and hours of the office, in one line.
pub(super) fn contact_line(office: &Office) -> String {
    let parts = [office.hours.as_str(), office.address.as_str(), office.web.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("　")
}

/// Text as a value in a query.
pub(in crate::http::pages) fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn language_cookie(language: Language) -> Cookie<'static> {
    Cookie::build(LANGUAGE_COOKIE, language.word())
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(time::Duration::days(365))
        .finish()
}

impl AsRef<Visit> for Visit {
    fn as_ref(&self) -> &Visit {
        self
    }
}
