//! Under which addresses browsers find the listeners.

use std::net::IpAddr;

use crate::config::{PublicUrl, Server};

/// Where staff finds its pages.
pub(super) fn staff_url(server: &Server) -> PublicUrl {
    match (&server.staff_listen, &server.staff_url) {
        (None, _) => server.public_url.clone(),
        (Some(_), Some(url)) => url.clone(),
        (Some(listen), None) => server.public_url.at_port(listen.port()),
    }
}

/// Where a browser finds the administrators' pages; nowhere, if they are on the loopback of a machine that is not the
/// reader's own.
pub(super) fn admin_url(server: &Server) -> Option<String> {
    let (listen, public) = (server.admin_listen, &server.public_url);
    let port = listen.port();
    match listen.ip() {
        // The name that the reader uses already: cookies are kept by it.
        near if near.is_loopback() => {
            public.is_loopback().then(|| format!("http://{}:{port}", bracketed(public.host())))
        }
        every if every.is_unspecified() => Some(public.at_port(port).into()),
        one => Some(format!("https://{}:{port}", bracketed(&one.to_string()))),
    }
}

/// An IPv6 address stands in brackets before a port.
fn bracketed(host: &str) -> String {
    match host.parse() {
        Ok(IpAddr::V6(address)) => format!("[{address}]"),
        _ => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(public_url: &str, admin_listen: &str, staff_listen: Option<&str>) -> Server {
        Server {
            public_url: public_url.to_owned().try_into().unwrap(),
            admin_listen: admin_listen.parse().unwrap(),
            staff_listen: staff_listen.map(|text| text.parse().unwrap()),
            ..Server::default()
        }
    }

    #[test]
    fn administrators_are_led_where_a_browser_can_go() {
        let files = "https://files.example.com";
        for (public, listen, wanted) in [
            ("https://localhost:8443", "127.0.0.1:8444", Some("http://localhost:8444")),
            ("https://[::1]:8443", "[::1]:8444", Some("http://[::1]:8444")),
            (files, "127.0.0.1:8444", None),
            (files, "0.0.0.0:8444", Some("https://files.example.com:8444")),
            (files, "10.0.0.5:8444", Some("https://10.0.0.5:8444")),
            (files, "[2001:db8::1]:8444", Some("https://[2001:db8::1]:8444")),
        ] {
            assert_eq!(admin_url(&server(public, listen, None)).as_deref(), wanted, "{public} {listen}");
        }
    }

    #[test]
    fn staff_has_the_public_address_or_its_own() {
        let mut with = server("https://files.example.com", "127.0.0.1:8444", Some("0.0.0.0:8445"));
        assert_eq!(staff_url(&with).as_str(), "https://files.example.com:8445");
        with.staff_url = Some("https://staff.example.com".to_owned().try_into().unwrap());
        assert_eq!(staff_url(&with).as_str(), "https://staff.example.com");
        let alone = server("https://files.example.com", "127.0.0.1:1", None);
        assert_eq!(staff_url(&alone), alone.public_url);
    }
}
