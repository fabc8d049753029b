//! What every answer says besides its content: what a browser must not do with it. Answers that say something of their own
//! (downloads, assets) keep it.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::web;

use super::surface::Surface;

/// Pages load nothing from elsewhere, run no inline script, and cannot be framed.
const PAGES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";
/// A file that a browser shows in spite of everything runs nothing and loads nothing.
pub const DOWNLOADS: &str = "sandbox; default-src 'none'";

const ALWAYS: [(HeaderName, &str); 8] = [
    (CONTENT_SECURITY_POLICY, PAGES),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Two years, as Mozilla advises; without the host's other names, which are not ours to decide on.
const TRANSPORT: &str = "max-age=63072000";

/// Middleware: adds the headers that the answer does not have, and counts the answer.
///
/// # Errors
/// None of its own.
pub async fn add<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let transport = request.app_data::<web::Data<Surface>>().is_some_and(|surface| surface.insists_on_tls());
    let mut response = next.call(request).await?;
    complete(response.headers_mut(), transport);
    let class = match response.status().as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    metrics::counter!("kakitome_http_answers_total", "class" => class).increment(1);
    Ok(response)
}

fn complete(headers: &mut HeaderMap, transport: bool) {
    let wanted = ALWAYS.into_iter().chain(transport.then_some((STRICT_TRANSPORT_SECURITY, TRANSPORT)));
    for (name, value) in wanted {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_headers_stay_and_missing_ones_are_added() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOWNLOADS));
        complete(&mut headers, true);
        assert_eq!(headers.get(CONTENT_SECURITY_POLICY).unwrap(), DOWNLOADS);
        assert_eq!(headers.get(REFERRER_POLICY).unwrap(), "no-referrer");
        assert_eq!(headers.get(STRICT_TRANSPORT_SECURITY).unwrap(), TRANSPORT);
        assert!(!PAGES.contains("  "));
    }
}
