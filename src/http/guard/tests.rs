use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::test::TestRequest;

use super::*;

fn headers(lines: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
    }
    headers
}

fn told(peer: &str, lines: &[(&str, &str)]) -> String {
    let trusted = TrustedProxies(vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()]);
    source_of(peer.parse().unwrap(), &headers(lines), &trusted).to_string()
}

#[test]
fn only_trusted_proxies_are_believed() {
    assert_eq!(told("192.0.2.7", &[("x-forwarded-for", "198.51.100.1")]), "192.0.2.7");
    assert_eq!(told("10.0.0.1", &[("x-forwarded-for", "198.51.100.1")]), "198.51.100.1");
    assert_eq!(told("10.0.0.1", &[]), "10.0.0.1");
}

#[test]
fn what_the_client_wrote_itself_is_left_behind() {
    assert_eq!(told("10.0.0.1", &[("x-forwarded-for", "1.1.1.1, 198.51.100.1, 10.0.0.2")]), "198.51.100.1");
    assert_eq!(
        told("10.0.0.1", &[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "198.51.100.1")]),
        "198.51.100.1"
    );
    assert_eq!(told("10.0.0.1", &[("x-forwarded-for", "1.1.1.1, nonsense")]), "0.0.0.0");
    assert_eq!(
        told("10.0.0.1", &[("x-forwarded-for", "198.51.100.1"), ("forwarded", "for=1.1.1.1")]),
        "0.0.0.0",
        "nobody's"
    );
}

#[test]
fn both_spellings_of_the_header_are_read() {
    assert_eq!(
        told("10.0.0.1", &[("forwarded", "proto=https;For=\"[2001:db8::1]:4711\", for=10.0.0.2")]),
        "2001:db8::1"
    );
    assert_eq!(told("10.0.0.1", &[("forwarded", "for=198.51.100.9:1234")]), "198.51.100.9");
    assert_eq!(told("10.0.0.1", &[("forwarded", "for=unknown")]), "0.0.0.0");
    assert_eq!(told("10.0.0.1", &[("x-forwarded-for", "::ffff:198.51.100.4")]), "198.51.100.4");
}

#[test]
fn foreign_pages_are_told_by_origin_and_fetch_site() {
    let surface = Surface::at("https://send.example.jp");
    let own = |lines: &[(&str, &str)]| {
        let asked = lines.iter().fold(TestRequest::default(), |request, line| request.insert_header(*line));
        is_own(&asked.to_http_request(), &surface)
    };
    assert!(own(&[]));
    assert!(own(&[("origin", "https://send.example.jp")]));
    assert!(own(&[("origin", "https://send.example.jp:443"), ("sec-fetch-site", "same-origin")]));
    assert!(own(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
    assert!(own(&[("sec-fetch-site", "none")]));
    assert!(!own(&[("origin", "https://evil.example")]));
    assert!(!own(&[("origin", "http://send.example.jp")]));
    assert!(!own(&[("origin", "https://send.example.jp:8443")]));
    assert!(!own(&[("origin", "null"), ("sec-fetch-site", "cross-site")]));
    assert!(!own(&[("sec-fetch-site", "same-site")]));
}

#[test]
fn cookies_are_bound_to_this_host() {
    for cookie in [set_session_cookie("v"), clear_session_cookie(), set_unlock_cookie("abcd1234", "v")] {
        let text = cookie.to_string();
        assert!(text.starts_with("__Host-"), "{text}");
        for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(text.contains(part), "{text}");
        }
    }
}

#[actix_web::test]
async fn a_form_is_taken_only_with_the_value_of_its_browser() {
    let first = TestRequest::default().to_http_request();
    let made = form_token(&first);
    let cookie = made.set_cookie.unwrap();
    let again = TestRequest::default().cookie(cookie).to_http_request();
    assert_eq!(form_token(&again).value, made.value);
    assert!(form_token(&again).set_cookie.is_none());
    assert!(tokens(&again).any(|token| csrf_matches(&token, &made.value)));
    assert!(!tokens(&again).any(|token| csrf_matches(&token, "other")));
    assert!(!tokens(&first).any(|token| csrf_matches(&token, &made.value)));
}
