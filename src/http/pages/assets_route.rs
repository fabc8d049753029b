//! Styles and scripts over HTTP, packed as the browser accepts it.
//!
//! Only these are packed, and once, when the program is built. Pages are sent as they are: they carry a secret (form token,
//! link secret, pick-up number) beside words that a stranger may choose, and the length of such a page, packed, tells the
//! secret byte by byte to whoever watches the line (BREACH, CVE-2013-3587).

use actix_web::http::header::{
    ACCEPT_ENCODING, AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, Encoding,
    Header, VARY,
};
use actix_web::{HttpRequest, HttpResponse, web};

use super::assets::{self, Packing};
use super::visit::Visit;
use crate::error::Problem;
use crate::http::headers;
use crate::http::routes::{Access, Routes, at};
use crate::model::Logo;

pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/assets/{name}").get(Access::Public, asset));
}

async fn asset(visit: Visit, name: web::Path<String>) -> HttpResponse {
    let found = served(&visit.request, &name).or_else(|| logo(visit.gateway.logo.as_ref()?, &name));
    found.unwrap_or_else(|| visit.refusal(Problem::NotFound.into()))
}

/// The answer with the asset `name`; none when there is no such asset.
pub fn served(request: &HttpRequest, name: &str) -> Option<HttpResponse> {
    let asset = assets::asset(name, accepted(request))?;
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, asset.content_type))
        .insert_header((CACHE_CONTROL, assets::CACHE_CONTROL))
        .insert_header((VARY, ACCEPT_ENCODING.as_str()));
    match asset.packing {
        Packing::Brotli => answer.insert_header((CONTENT_ENCODING, "br")),
        Packing::Gzip => answer.insert_header((CONTENT_ENCODING, "gzip")),
        Packing::Plain => &mut answer,
    };
    Some(answer.body(asset.bytes.into_owned()))
}

/// The office's logo, if it has that name. Opened by itself, a picture with scripts in it runs none and loads nothing.
fn logo(logo: &Logo, name: &str) -> Option<HttpResponse> {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, logo.media_type))
        .insert_header((CACHE_CONTROL, assets::CACHE_CONTROL))
        .insert_header((CONTENT_SECURITY_POLICY, headers::DOWNLOADS));
    (logo.name == name).then(|| answer.body(logo.bytes.clone()))
}

/// The best packing that the caller takes; none for who names none, or only ones that we do not have.
fn accepted(request: &HttpRequest) -> Packing {
    let known = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];
    let named = request.headers().contains_key(ACCEPT_ENCODING);
    let best = named.then(|| AcceptEncoding::parse(request).ok()?.negotiate(known.iter())).flatten();
    match best {
        Some(best) if best == Encoding::brotli() => Packing::Brotli,
        Some(best) if best == Encoding::gzip() => Packing::Gzip,
        _ => Packing::Plain,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn packing(accept: &str) -> Packing {
        accepted(&TestRequest::default().insert_header((ACCEPT_ENCODING, accept)).to_http_request())
    }

    #[test]
    fn the_best_that_the_caller_takes() {
        assert_eq!(packing("gzip, deflate, br, zstd"), Packing::Brotli);
        assert_eq!(packing("gzip, deflate"), Packing::Gzip);
        assert_eq!(packing("br;q=0, gzip;q=0.5"), Packing::Gzip);
        for none in ["", "deflate", "identity", "gzip;q=0", "nonsense;;q=q"] {
            assert_eq!(packing(none), Packing::Plain, "{none}");
        }
        assert_eq!(accepted(&TestRequest::default().to_http_request()), Packing::Plain);
    }

    #[test]
    fn caches_are_told_what_the_answer_hangs_on() {
        let name = assets::style(assets::Audience::Recipient, None);
        let name = name.strip_prefix("/assets/").unwrap();
        for (accept, said) in [("br", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
            let request = TestRequest::default().insert_header((ACCEPT_ENCODING, accept)).to_http_request();
            let answer = served(&request, name).unwrap();
            assert_eq!(answer.headers().get(VARY).unwrap(), "accept-encoding");
            assert_eq!(answer.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap()), said);
        }
    }
}
