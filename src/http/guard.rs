//! Who is asking, and from where: the one place where credentials, cookies and origins are read. Rights are values that
//! only these extractors and `staff::permit` make; a handler that takes none is public.

use std::net::IpAddr;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, ORIGIN, USER_AGENT};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev, web};
use futures_util::future::{LocalBoxFuture, Ready, ready};

use crate::config::Network;
use crate::crypt::{cookie_text, csrf_matches, csrf_of, generate_token, parse_cookie};
use crate::error::{Error, Problem, Result};
use crate::gateway::Gateway;
use crate::http::problem::Failure;
use crate::http::routes::Side;
use crate::http::surface::Surface;
use crate::staff::permit::{
    Administrator, Approver, FaxReader, LogReader, Newcomer, Person, RegisterReader, Sender, SignedIn, Watcher,
};
use crate::staff::session;
use crate::staff::visitor::{Presented, Visitor};

/// The `__Host-` prefix (RFC 6265bis, 4.1.3.2) keeps neighbours of the same domain from planting a cookie.
const SESSION: &str = "__Host-kakitome";
const FORM: &str = "__Host-kakitome-form";
/// Makes a browser known after a sign-in; opens nothing.
const DEVICE: &str = "__Host-kakitome-device";
/// Goes along to an OpenID provider and back.
const TICKET: &str = "__Host-kakitome-oidc";
/// A page that looks after itself whether there is news says so with this header.
pub(super) const WATCH: &str = "kakitome-watch";

/// Reverse proxies whose word on the source is taken.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(pub Vec<Network>);

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source(pub IpAddr);

impl FromRequest for Source {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(source(request).map(Self).map_err(Failure))
    }
}

/// The address that the request comes from: the peer's, or what trusted proxies say.
///
/// # Errors
/// A fault when the peer is unknown, which no listener of ours allows.
pub fn source(request: &HttpRequest) -> Result<IpAddr> {
    let peer = request.peer_addr().ok_or_else(|| Error::fault("finding the source", "the peer is unknown"))?;
    let none = TrustedProxies::default();
    let trusted = request.app_data::<web::Data<TrustedProxies>>().map_or(&none, |data| data.get_ref());
    Ok(source_of(peer.ip().to_canonical(), request.headers(), trusted))
}

/// Proxies append to a list: from its end, the first address that is no trusted proxy is the source. A proxy writes one of
/// the two headers and passes the other through; when they disagree, or nothing can be read, one is the client's invention:
/// then the source is unknown, which no network admits. Without any header the proxy itself asks.
fn source_of(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    let trusts = |address: &IpAddr| trusted.0.iter().any(|proxy| proxy.contains(*address));
    if !trusts(&peer) {
        return peer;
    }
    let by_x = first_stranger(list(headers, "x-forwarded-for", Some), trusts);
    let by_standard = first_stranger(list(headers, "forwarded", forwarded_for), trusts);
    match (by_x, by_standard) {
        (Some(one), Some(other)) if one == other => one,
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) if !headers.contains_key("x-forwarded-for") && !headers.contains_key("forwarded") => peer,
        _ => IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED),
    }
}

/// The elements of a list header over all its lines, the last first.
fn list<'a>(headers: &'a HeaderMap, name: &str, pick: fn(&'a str) -> Option<&'a str>) -> Vec<&'a str> {
    let lines = headers.get_all(name).filter_map(|value| value.to_str().ok());
    let mut elements: Vec<&str> = lines.flat_map(|line| line.split(',')).map(|one| pick(one).unwrap_or("")).collect();
    elements.reverse();
    elements
}

/// The `for` of one element of `Forwarded` (RFC 7239, 5.2).
fn forwarded_for(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then(|| value.trim_matches('"'))
    })
}

fn first_stranger(elements: Vec<&str>, trusts: impl Fn(&IpAddr) -> bool) -> Option<IpAddr> {
    for element in elements {
        // What cannot be read is nobody's address, and nothing before it can be believed.
        let address = address(element)?;
        if !trusts(&address) {
            return Some(address);
        }
    }
    None
}

/// An address with or without port, an IPv6 one with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(inside, _)| inside);
    let parsed = bare.parse::<IpAddr>().ok().or_else(|| Some(text.parse::<std::net::SocketAddr>().ok()?.ip()));
    parsed.map(|address| address.to_canonical())
}

/// What the request brings along besides its words.
///
/// # Errors
/// As [`source`].
pub fn visitor(request: &HttpRequest) -> Result<Visitor> {
    let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Ok(Visitor {
        source: Some(source(request)?),
        browser: super::agent::in_words(agent),
        device: request.cookie(DEVICE).and_then(|cookie| parse_cookie(cookie.value())),
        certificate: request.conn_data::<Presented>().cloned(),
    })
}

/// Whether the connection presented a client certificate.
pub fn has_certificate(request: &HttpRequest) -> bool {
    request.conn_data::<Presented>().is_some()
}

/// The cookie that makes this browser a known one, for `days`.
pub fn set_device_cookie(value: &str, days: u32) -> Cookie<'static> {
    let mut cookie = cookie(DEVICE.into(), value.to_owned());
    cookie.set_max_age(actix_web::cookie::time::Duration::days(days.into()));
    cookie
}

/// What this browser carries to an OpenID provider and back.
pub fn ticket_cookie(request: &HttpRequest) -> Option<String> {
    request.cookie(TICKET).map(|cookie| cookie.value().to_owned())
}

/// The cookie that goes along to an OpenID provider and back, for `minutes`.
pub fn set_ticket_cookie(value: &str, minutes: u32) -> Cookie<'static> {
    let mut cookie = cookie(TICKET.into(), value.to_owned());
    cookie.set_max_age(actix_web::cookie::time::Duration::minutes(minutes.into()));
    cookie
}

/// Makes the browser forget that it was on its way.
pub fn clear_ticket_cookie() -> Cookie<'static> {
    let mut cookie = cookie(TICKET.into(), String::new());
    cookie.make_removal();
    cookie
}

/// The session cookie's value.
pub fn session_cookie(request: &HttpRequest) -> Option<String> {
    request.cookie(SESSION).map(|cookie| cookie.value().to_owned())
}

/// The cookie that carries a session.
pub fn set_session_cookie(value: &str) -> Cookie<'static> {
    cookie(SESSION.into(), value.to_owned())
}

/// Makes the browser forget its session.
pub fn clear_session_cookie() -> Cookie<'static> {
    let mut cookie = cookie(SESSION.into(), String::new());
    cookie.make_removal();
    cookie
}

/// The name of the cookie that opens one link.
pub fn unlock_cookie_name(public_id: &str) -> String {
    format!("__Host-r-{public_id}")
}

/// The cookie that opens one link.
pub fn set_unlock_cookie(public_id: &str, value: &str) -> Cookie<'static> {
    cookie(unlock_cookie_name(public_id), value.to_owned())
}

/// Lax: a link in a mail leads into a running session, and no foreign form takes the cookie along.
fn cookie(name: String, value: String) -> Cookie<'static> {
    Cookie::build(name, value).path("/").secure(true).http_only(true).same_site(SameSite::Lax).finish()
}

fn gateway(request: &HttpRequest) -> Result<web::Data<Gateway>> {
    let data = request.app_data::<web::Data<Gateway>>();
    data.cloned().ok_or_else(|| Error::fault("answering a request", "the application is not wired"))
}

/// The bearer token of a request, if it has an `Authorization`.
fn bearer(request: &HttpRequest) -> Result<Option<String>> {
    let Some(header) = request.headers().get(AUTHORIZATION) else { return Ok(None) };
    let text = header.to_str().unwrap_or_default();
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim().to_owned())),
        _ => Err(Problem::SignInNeeded.into()),
    }
}

/// Whether a page asks for news on its own. Only looking can be that: whoever changes something is there.
fn is_watching(request: &HttpRequest) -> bool {
    !is_unsafe(request.method()) && request.headers().contains_key(WATCH)
}

/// Who is signed in, by bearer token or session cookie. Says nothing of forgery: pages ask [`check_form`] besides. It is
/// looked up once in a request.
///
/// # Errors
/// `SignInNeeded`, `SessionLocked`, `NetworkRefused`.
pub async fn signed_in(request: &HttpRequest) -> Result<SignedIn> {
    if let Some(found) = request.extensions().get::<SignedIn>() {
        return Ok(found.clone());
    }
    let found = look_up(request).await?;
    request.extensions_mut().insert(found.clone());
    Ok(found)
}

async fn look_up(request: &HttpRequest) -> Result<SignedIn> {
    let gateway = gateway(request)?;
    let visitor = visitor(request)?;
    match (bearer(request)?, session_cookie(request)) {
        (Some(token), _) => session::by_bearer(&gateway, &token, &visitor).await,
        (None, Some(cookie)) if is_watching(request) => session::unattended(&gateway, &cookie, &visitor).await,
        (None, Some(cookie)) => session::by_cookie(&gateway, &cookie, &visitor).await,
        (None, None) => Err(Problem::SignInNeeded.into()),
    }
}

/// Whether what is there for `side` may be reached from where the request comes from.
///
/// # Errors
/// `NetworkRefused`.
pub fn check_network(request: &HttpRequest, side: Side) -> Result<()> {
    let networks = &gateway(request)?.sign_in.networks;
    let allowed = match side {
        Side::Everyone | Side::Recipients => return Ok(()),
        Side::Staff => &networks.staff,
        Side::Administration => &networks.admin,
    };
    if allowed.admits(source(request)?) { Ok(()) } else { Err(Problem::NetworkRefused.into()) }
}

/// Who is signed in, for the programming interface: with a cookie, a request that changes something proves by
/// `X-CSRF-Token` that it comes from our page.
async fn guarded(request: HttpRequest) -> Result<SignedIn> {
    let signed_in = signed_in(&request).await?;
    if bearer(&request)?.is_none() && is_unsafe(request.method()) {
        check_script(&request)?;
    }
    Ok(signed_in)
}

/// As [`check_form`], for a request of a script of ours: it has the value in a header.
///
/// # Errors
/// `Forged`.
pub fn check_script(request: &HttpRequest) -> Result<()> {
    let given = request.headers().get("x-csrf-token").and_then(|value| value.to_str().ok());
    check_form(request, given.unwrap_or_default())
}

fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

macro_rules! extractors {
    ($($(#[$doc:meta])* $name:ident($right:ty) = $make:expr;)*) => {$(
        $(#[$doc])*
        pub struct $name(pub $right);

        impl FromRequest for $name {
            type Error = Failure;
            type Future = LocalBoxFuture<'static, Result<Self, Failure>>;
            fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move {
                    let make: fn(SignedIn) -> Result<$right> = $make;
                    Ok(Self(make(guarded(request).await?)?))
                })
            }
        }
    )*};
}

extractors! {
    /// Anybody signed in who has proven enough.
    Staff(SignedIn) = SignedIn::ready;
    /// Somebody who may send.
    StaffSender(Sender) = SignedIn::sender;
    /// Somebody who may see own transfers.
    StaffWatcher(Watcher) = SignedIn::watcher;
    /// A person at a browser.
    StaffPerson(Person) = SignedIn::person;
    /// A person at a browser who may set up what is missing.
    StaffNewcomer(Newcomer) = SignedIn::newcomer;
    /// Somebody who may approve what others send.
    StaffApprover(Approver) = SignedIn::approver;
    /// Somebody who may read the account register.
    StaffRegisterReader(RegisterReader) = SignedIn::register_reader;
    /// Who may read the log.
    StaffLogReader(LogReader) = SignedIn::log_reader;
    /// Somebody who may read the fax register.
    StaffFaxReader(FaxReader) = SignedIn::fax_reader;
    /// Somebody who may manage accounts.
    StaffAdministrator(Administrator) = SignedIn::administrator;
}

/// The anti-forgery value for the forms of a page.
pub struct FormToken {
    /// Stands in every form, and in `X-CSRF-Token` of scripts.
    pub value: String,
    /// To be set with the page, when nothing was there to derive the value from.
    pub set_cookie: Option<Cookie<'static>>,
}

/// The anti-forgery value for this browser: of its session, or else of a cookie made for the purpose.
pub fn form_token(request: &HttpRequest) -> FormToken {
    if let Some(token) = tokens(request).next() {
        return FormToken { value: csrf_of(&token), set_cookie: None };
    }
    let token = generate_token(&mut rand::rng());
    FormToken { value: csrf_of(&token), set_cookie: Some(cookie(FORM.into(), cookie_text(&token).to_string())) }
}

fn tokens(request: &HttpRequest) -> impl Iterator<Item = crate::model::Token> {
    let cookies = [SESSION, FORM].into_iter().filter_map(|name| request.cookie(name));
    cookies.filter_map(|cookie| parse_cookie(cookie.value()))
}

/// Whether a form was sent by our own page: by its origin and by the value that only the page knew. A page that was open
/// while its reader signed in elsewhere still carries the value from before; it counts.
///
/// # Errors
/// `Forged`.
pub fn check_form(request: &HttpRequest, given: &str) -> Result<()> {
    check_origin(request)?;
    match tokens(request).any(|token| csrf_matches(&token, given)) {
        true => Ok(()),
        false => Err(Problem::Forged.into()),
    }
}

/// Whether what the browser says of a request's origin is right. Programs say nothing, and pass.
///
/// # Errors
/// `Forged`.
pub fn check_origin(request: &HttpRequest) -> Result<()> {
    let surface = request.app_data::<web::Data<Surface>>();
    let surface = surface.ok_or_else(|| Error::fault("answering a request", "the listener is not wired"))?;
    if is_own(request, surface) { Ok(()) } else { Err(Problem::Forged.into()) }
}

/// `null` is what browsers send with the forms of a page that asks for `no-referrer` (Fetch, "append a request Origin
/// header"), as ours do: then `Sec-Fetch-Site`, which no script can set, decides alone.
fn is_own(request: &HttpRequest, surface: &Surface) -> bool {
    let text = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let origin = text(ORIGIN.as_str()).filter(|origin| *origin != "null");
    site && origin.is_none_or(|origin| surface.is_own(origin, request))
}

#[cfg(test)]
mod tests;
