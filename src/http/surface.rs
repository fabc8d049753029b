//! Which listener serves what, and by which address browsers know it. Recipients are never asked for a certificate and never
//! meet an administrator's page; so staff may have a listener of its own, and administrators always do.

use std::net::IpAddr;

use actix_web::{App, HttpRequest, web};

use super::routes::{Entry, Face, Routes, Side};
use super::{api, pages, server};
use crate::config::PublicUrl;
use crate::gateway::Gateway;

/// A listener, by whom it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Recipients; staff too, unless it has its own.
    Public {
        /// Whether staff is served here.
        with_staff: bool,
    },
    /// Staff alone.
    Staff,
    /// Administrators and monitors.
    Administration,
}

/// Registers everything that a listener of this kind serves, and returns the table of it.
pub(super) fn register(cfg: &mut web::ServiceConfig, kind: Kind) -> Vec<Entry> {
    let mut table = Vec::new();
    let mut routes = Routes::new(cfg, &mut table);
    pages::common(&mut routes);
    match kind {
        Kind::Public { with_staff } => {
            let both = [Side::Recipients, Side::Staff];
            api::configure(&mut routes, if with_staff { &both } else { &both[..1] });
            pages::recipients(&mut routes.of(Side::Recipients));
            if with_staff {
                pages::staff(&mut routes.of(Side::Staff));
            }
            server::configure_contact(&mut routes);
        }
        Kind::Staff => {
            api::configure(&mut routes, &[Side::Staff]);
            pages::staff(&mut routes.of(Side::Staff));
        }
        Kind::Administration => {
            pages::administration(&mut routes.of(Side::Administration));
            server::configure_health(&mut routes.with(Face::Api));
        }
    }
    routes.otherwise(pages::nowhere());
    table
}

/// Everything that a listener of this kind serves: for tests that ask at every door.
pub fn table(kind: Kind) -> Vec<Entry> {
    let mut table = Vec::new();
    drop(App::new().configure(|cfg| table = register(cfg, kind)));
    table
}

/// The listener that a request came in by, as its browser knows it.
#[derive(Clone, Debug)]
pub struct Surface {
    /// For whom it is.
    pub kind: Kind,
    own: Own,
}

#[derive(Clone, Debug)]
enum Own {
    /// One address, as configured.
    Url(PublicUrl),
    /// The address that was asked, as long as it can only mean this machine: nobody can point a name of theirs at it.
    Asked { scheme: &'static str, public: PublicUrl },
}

impl Surface {
    /// The listener of this kind. `tls`: whether it speaks TLS.
    pub fn new(kind: Kind, gateway: &Gateway, tls: bool) -> Self {
        let own = match kind {
            Kind::Public { .. } => Own::Url(gateway.public_url.clone()),
            Kind::Staff => Own::Url(gateway.staff_url.clone()),
            Kind::Administration => {
                Own::Asked { scheme: if tls { "https" } else { "http" }, public: gateway.public_url.clone() }
            }
        };
        Self { kind, own }
    }

    /// Whether `origin`, as a browser says it, is this listener's.
    pub(super) fn is_own(&self, origin: &str, request: &HttpRequest) -> bool {
        match &self.own {
            Own::Url(url) => plain(origin).eq_ignore_ascii_case(plain(url.as_str())),
            Own::Asked { scheme, public } => authority(request).is_some_and(|asked| {
                let host = bare_host(asked);
                let means_us = host == "localhost" || host == public.host() || host.parse::<IpAddr>().is_ok();
                means_us && plain(origin).eq_ignore_ascii_case(plain(&format!("{scheme}://{asked}")))
            }),
        }
    }

    /// Whether browsers are told to come by TLS only. Their memory is per host name, for all ports: on a developer's own
    /// machine it would harm others.
    pub(super) fn insists_on_tls(&self) -> bool {
        match &self.own {
            Own::Url(url) | Own::Asked { scheme: "https", public: url } => !url.is_loopback(),
            Own::Asked { .. } => false,
        }
    }
}

/// A host without port and brackets.
fn bare_host(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => authority.split(':').next().unwrap_or(authority),
    }
}

/// The host and port that a request asks for: of its target in HTTP/2, of `Host` in HTTP/1.1.
fn authority(request: &HttpRequest) -> Option<&str> {
    let target = request.uri().authority().map(|authority| authority.as_str());
    target.or_else(|| request.headers().get("host")?.to_str().ok())
}

/// Browsers leave the default port out (RFC 6454, 6.2).
fn plain(origin: &str) -> &str {
    origin.strip_suffix(":443").filter(|rest| rest.starts_with("https://")).unwrap_or(origin)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    impl Surface {
        pub(in crate::http) fn at(url: &str) -> Self {
            Self { kind: Kind::Staff, own: Own::Url(url.to_owned().try_into().unwrap()) }
        }
    }

    #[test]
    fn an_origin_is_the_listeners_own_or_foreign() {
        let any = TestRequest::default().insert_header(("host", "evil.example")).to_http_request();
        let ours = Surface::at("https://files.example.com:443");
        assert!(ours.is_own("https://files.example.com", &any) && ours.is_own("HTTPS://FILES.example.com", &any));
        for foreign in ["https://evil.example", "http://files.example.com", "https://files.example.com:8444", "?"] {
            assert!(!ours.is_own(foreign, &any), "{foreign}");
        }
    }

    #[test]
    fn the_administrators_listener_is_known_by_the_address_asked() {
        let own = Own::Asked { scheme: "http", public: "https://files.example.com".to_owned().try_into().unwrap() };
        let desk = Surface { kind: Kind::Administration, own };
        for (host, origin, own) in [
            ("localhost:8444", "http://localhost:8444", true),
            ("127.0.0.1:9000", "http://127.0.0.1:9000", true),
            ("[::1]:8444", "http://[::1]:8444", true),
            ("files.example.com:8444", "http://files.example.com:8444", true),
            ("localhost:8444", "http://localhost:8443", false),
            ("localhost:8444", "https://localhost:8444", false),
            // A name of a stranger that was pointed here.
            ("evil.example:8444", "http://evil.example:8444", false),
        ] {
            let request = TestRequest::default().insert_header(("host", host)).to_http_request();
            assert_eq!(desk.is_own(origin, &request), own, "{origin} at {host}");
        }
    }

    #[test]
    fn a_local_host_is_not_remembered_by_browsers() {
        for local in ["https://localhost:8443", "https://127.0.0.1", "https://[::1]:1"] {
            assert!(!Surface::at(local).insists_on_tls(), "{local}");
        }
        let public: PublicUrl = "https://send.example.jp".to_owned().try_into().unwrap();
        for (scheme, insists) in [("http", false), ("https", true)] {
            let own = Own::Asked { scheme, public: public.clone() };
            assert_eq!(Surface { kind: Kind::Administration, own }.insists_on_tls(), insists, "{scheme}");
        }
        assert!(Surface::at("https://send.example.jp").insists_on_tls());
        assert!(Surface::at("https://localhost.example").insists_on_tls());
    }

    #[test]
    fn no_two_listeners_mix_their_sides() {
        let has = |kind, side| table(kind).iter().any(|entry| entry.side == side);
        let recipients = Kind::Public { with_staff: false };
        assert!(!has(recipients, Side::Staff) && !has(recipients, Side::Administration));
        assert!(!has(Kind::Staff, Side::Recipients) && !has(Kind::Staff, Side::Administration));
        assert!(!has(Kind::Administration, Side::Recipients) && !has(Kind::Administration, Side::Staff));
    }
}
