use super::*;

fn body(response: HttpResponse) -> Value {
    let bytes = response.into_body().try_into_bytes().unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn a_problem_names_its_text() {
    assert_eq!(text_key(&Problem::NumberWrong { left: 3 }), "problem-number-wrong");
}

#[test]
fn slugs_are_unique() {
    let slugs: std::collections::BTreeSet<_> = TABLE.iter().chain(Protocol::TABLE).map(|row| row.0).collect();
    assert_eq!(slugs.len(), TABLE.len() + Protocol::TABLE.len());
    assert!(TABLE.iter().all(|(_, status)| (400..600).contains(status)));
}

#[test]
fn a_fault_tells_nothing_of_the_inside() {
    let fault = Error::fault("reading the database", "disk /dev/secret is gone");
    let response = answer(&fault, &Texts::new(Language::En, Tz::UTC));
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers().get(RETRY_AFTER).unwrap(), "10");
    let body = body(response);
    assert_eq!(body["code"], "unavailable");
    assert!(!body.to_string().contains("secret"));
}

#[test]
fn a_problem_carries_what_a_client_acts_on() {
    let response = answer(&Problem::NumberWrong { left: 9 }.into(), &Texts::new(Language::Ja, Tz::UTC));
    assert_eq!(response.headers().get("content-type").unwrap(), MEDIA_TYPE);
    let body = body(response);
    assert_eq!(
        (&body["left"], &body["status"], &body["type"]),
        (&json!(9), &json!(403), &json!("/problems/number-wrong"))
    );
}

#[test]
fn protocol_refusals_have_words_in_both_languages() {
    for language in [Language::Ja, Language::En] {
        for refusal in [
            Protocol::MethodNotAllowed("GET".into()),
            Protocol::MediaType("a/b"),
            Protocol::TusVersion,
            Protocol::Range(7),
        ] {
            let (slug, status) = refusal.row();
            assert!(Protocol::TABLE.contains(&(slug, status)));
            let body = body(refusal.answer(&Texts::new(language, Tz::UTC)));
            assert!(!body.to_string().contains('⟦'), "{body}");
        }
    }
}

#[test]
fn the_preferred_language_is_the_heaviest_of_ours() {
    for (header, want) in [
        ("ja", Some(Language::Ja)),
        ("en-GB,en;q=0.9,ja;q=0.8", Some(Language::En)),
        ("fr, ja;q=0.5, en;q=0.4", Some(Language::Ja)),
        ("fr", None),
        ("en;q=0", None),
        ("en;q=x, ja;q=0.1", Some(Language::Ja)),
        ("", None),
    ] {
        assert_eq!(preferred(header), want, "{header}");
    }
}
