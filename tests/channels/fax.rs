//! The fax register: the number is typed twice and compared, each step is said once, and an entry stays open until its receipt
//! is confirmed and its original put away.

use std::time::Duration;

use crate::harness::browser::Browser;
use crate::harness::flows::{Office, On};
use crate::harness::problem;
use crate::harness::server::Server;
use kakitome::error::{FieldFlaw, Problem};
use kakitome::model::{FaxId, FaxState, Language, Role};
use kakitome::transfer::fax::{self, Call, Wanted};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both! {
    an_entry_is_open_until_both_ends_are_seen_to
    the_number_is_typed_twice_and_compared_with_earlier_ones
    of_two_who_say_it_at_once_one_is_told
    what_went_astray_stays_on_record
    nobody_sees_or_changes_the_entries_of_another_sender
    an_entry_is_corrected_until_it_is_sent
    the_register_is_kept_in_a_browser_without_scripts
    everything_that_is_wrong_is_told_at_once_and_stays_in_either_language
}

fn wanted() -> Wanted {
    Wanted {
        recipient: "鈴木 一郎".into(),
        company: "株式会社青空商事".into(),
        number: "03-9876-5432".into(),
        again: "０３（９８７６）５４３２".into(),
        subject: "見積書".into(),
        pages: 3,
        reference: "経理-118".into(),
        language: Language::Ja,
        checked_by: String::new(),
        differs_on_purpose: false,
    }
}

fn call() -> Call {
    Call { with: "鈴木様".into(), phone: "03-9876-5430".into(), at: None }
}

async fn recorded(office: &Office) -> FaxId {
    fax::record(office.gateway(), &office.sender, &wanted(), None).await.unwrap()
}

async fn state(office: &Office, id: FaxId) -> FaxState {
    let reader = office.sender.signed_in().clone().fax_reader().unwrap();
    fax::look(office.gateway(), &reader, id).await.unwrap().fax.state
}

async fn open(office: &Office) -> u32 {
    fax::count_open(office.gateway(), office.sender.account().id).await.unwrap()
}

async fn an_entry_is_open_until_both_ends_are_seen_to(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let id = recorded(&office).await;
    assert_eq!((state(&office, id).await, open(&office).await), (FaxState::Recorded, 1));
    assert_eq!(problem(fax::stored(gateway, sender, id, "棚").await), Problem::WrongState { state: "recorded" });
    fax::sent(gateway, sender, id, None, false).await.unwrap();
    assert_eq!(state(&office, id).await, FaxState::Recorded, "one that did not go through is tried again");
    let late = gateway.now() + Duration::from_secs(60);
    let flaw = Problem::Field { field: "at", flaw: FieldFlaw::Malformed };
    assert_eq!(problem(fax::sent(gateway, sender, id, Some(late), true).await), flaw, "not in the future");
    fax::sent(gateway, sender, id, None, true).await.unwrap();
    fax::stored(gateway, sender, id, "経理 キャビネット3").await.unwrap();
    assert_eq!((state(&office, id).await, open(&office).await), (FaxState::Stored, 1));
    fax::confirmed(gateway, sender, id, call()).await.unwrap();
    assert_eq!((state(&office, id).await, open(&office).await), (FaxState::Complete, 0));

    let reader = sender.signed_in().clone().fax_reader().unwrap();
    let csv = fax::export(gateway, &reader).await.unwrap();
    assert!(csv.contains(",03-9876-5432,") && csv.contains("経理 キャビネット3") && csv.contains("complete"), "{csv}");
    office.check_invariants().await;
}

async fn the_number_is_typed_twice_and_compared_with_earlier_ones(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let try_it = async |wanted: Wanted| fax::record(gateway, sender, &wanted, None).await;
    let differs = Wanted { again: "03-9876-5423".into(), ..wanted() };
    assert_eq!(problem(try_it(differs).await), Problem::FaxNumbersDiffer);
    let pick_up = Wanted { number: "470819256330".into(), again: "470819256330".into(), ..wanted() };
    let flaw = Problem::Field { field: "number", flaw: FieldFlaw::Malformed };
    assert_eq!(problem(try_it(pick_up).await), flaw, "a pick-up number is no fax number");
    let link = Wanted { subject: "https://files.example/r/7k2m90qf".into(), ..wanted() };
    assert_eq!(problem(try_it(link).await), Problem::MessageCarriesSecret);

    let first = recorded(&office).await;
    let other = Wanted { number: "03-1111-2222".into(), again: "0311112222".into(), ..wanted() };
    try_it(other.clone()).await.unwrap();
    fax::sent(gateway, sender, first, None, true).await.unwrap();
    // However the recipient is typed, it is the same one.
    let same = Wanted { recipient: "鈴木　一郎".into(), ..other };
    assert_eq!(problem(try_it(same.clone()).await), Problem::FaxNumberNew { known: "5432".into() });
    let id = try_it(Wanted { differs_on_purpose: true, ..same }).await.unwrap();
    let reader = sender.signed_in().clone().fax_reader().unwrap();
    assert!(fax::look(gateway, &reader, id).await.unwrap().fax.details.differs);
    recorded(&office).await;
}

async fn everything_that_is_wrong_is_told_at_once_and_stays_in_either_language(on: On) {
    let server = Server::start(on).await;
    let mut browser = signed_in(&server, "hanako@office.example", &[Role::Sender]).await;
    let page = browser.get("/fax/new?lang=en").await;
    let typed =
        [("company", "株式会社青空商事"), ("number", ""), ("again", "03-98"), ("pages", ""), ("language", "ja")];
    let refused = browser.post(&page, "/fax", &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in
        ["Enter the recipient’s name", "Enter the fax number", "Enter the content", "The number of pages must be"]
    {
        assert!(refused.html.contains(words), "{words}: {}", refused.html);
    }
    let japanese = browser.post(&refused, "/fax/new", &[("lang", "ja")]).await;
    assert_eq!(japanese.status, StatusCode::OK, "the language alone records nothing");
    for words in ["宛先の名前を入力してください", "株式会社青空商事", "value=\"03-98\""] {
        assert!(japanese.html.contains(words), "{words}: {}", japanese.html);
    }

    let typed = [
        ("recipient", "鈴木 一郎"),
        ("number", "０３－９８７６－５４３２"),
        ("again", "03(9876)5432"),
        ("subject", "見積書"),
        ("pages", "2"),
        ("language", "ja"),
    ];
    let made = browser.post(&browser.clone().get("/fax/new").await, "/fax", &typed).await;
    let here = made.location.split('?').next().unwrap().to_owned();
    let page = browser.get(&here).await;
    assert!(page.html.contains("03-9876-5432"), "as it was typed: {}", page.html);
    browser.post(&page, &format!("{here}/sent"), &[("result", "failed")]).await;
    assert!(browser.get(&here).await.html.contains("送信できませんでした"));
    assert!(browser.get("/fax").await.html.contains("送信できなかった回数：1回"));
    browser.post(&page, &format!("{here}/sent"), &[("result", "ok")]).await;
    let page = browser.get(&here).await;
    let neither = browser.post(&page, &format!("{here}/confirmed"), &[("with", ""), ("call", "")]).await;
    for words in ["電話で確認した相手の名前を入力してください", "確認した電話番号を入力してください"]
    {
        assert!(neither.html.contains(words), "{words}: {}", neither.html);
    }
    let own = [("with", "鈴木様"), ("call", "0398765432")];
    let refused = browser.post(&page, &format!("{here}/confirmed"), &own).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.html.contains("これはFAX番号です"), "{}", refused.html);
    // The same number, typed in another way, is no new one.
    let again = [
        ("recipient", "鈴木 一郎"),
        ("number", "03 9876 5432"),
        ("again", "0398765432"),
        ("subject", "控え"),
        ("pages", "1"),
    ];
    let made = browser.post(&browser.clone().get("/fax/new").await, "/fax", &again).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
}

async fn of_two_who_say_it_at_once_one_is_told(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    for _ in 0..5 {
        let id = recorded(&office).await;
        let both = futures_util::join!(
            fax::sent(gateway, sender, id, None, true),
            fax::close(gateway, sender, id, "送らないことにした")
        );
        assert_ne!(both.0.is_ok(), both.1.is_ok(), "sent or closed, not both");
        if both.0.is_err() {
            continue;
        }
        let twice = futures_util::join!(
            fax::confirmed(gateway, sender, id, call()),
            fax::confirmed(gateway, sender, id, call())
        );
        assert_ne!(twice.0.is_ok(), twice.1.is_ok(), "confirmed once");
        let id = recorded(&office).await;
        fax::sent(gateway, sender, id, None, true).await.unwrap();
        let ends =
            futures_util::join!(fax::confirmed(gateway, sender, id, call()), fax::stored(gateway, sender, id, "棚"));
        let after = state(&office, id).await;
        let expected = match (ends.0.is_ok(), ends.1.is_ok()) {
            (true, true) => FaxState::Complete,
            (true, false) => FaxState::Confirmed,
            (false, true) => FaxState::Stored,
            (false, false) => panic!("neither was written down"),
        };
        assert_eq!(after, expected, "what was answered is what stands there");
    }
}

async fn what_went_astray_stays_on_record(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let id = recorded(&office).await;
    let early = fax::misdirected(gateway, sender, id, "別の会社").await;
    assert_eq!(problem(early), Problem::WrongState { state: "recorded" });
    fax::sent(gateway, sender, id, None, true).await.unwrap();
    fax::confirmed(gateway, sender, id, call()).await.unwrap();
    fax::stored(gateway, sender, id, "棚").await.unwrap();
    let missing = Problem::Field { field: "note", flaw: FieldFlaw::Missing };
    assert_eq!(problem(fax::misdirected(gateway, sender, id, " ").await), missing);
    fax::misdirected(gateway, sender, id, "別の会社に届き、破棄を依頼した").await.unwrap();
    assert_eq!((state(&office, id).await, open(&office).await), (FaxState::Misdirected, 0));
    let other = Wanted { number: "03-1111-2222".into(), again: "03-1111-2222".into(), ..wanted() };
    fax::record(gateway, sender, &other, None).await.expect("a wrong number is no earlier number");
}

async fn nobody_sees_or_changes_the_entries_of_another_sender(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    let id = recorded(&office).await;
    let other = Office::add_sender(gateway, "nakamura@office.example", "中村 進").await;
    let reader = other.signed_in().clone().fax_reader().unwrap();
    assert!(fax::list(gateway, &reader).await.unwrap().is_empty());
    assert_eq!(problem(fax::look(gateway, &reader, id).await), Problem::NotFound);
    assert_eq!(problem(fax::sent(gateway, &other, id, None, true).await), Problem::NotFound);
    assert_eq!(problem(fax::correct(gateway, &other, id, &wanted()).await), Problem::NotFound);
    let (_, sent) = office.send(&[("a.pdf", b"a")], &["suzuki@aozora.example"]).await;
    let reference = sent[0].issued.delivery.reference.clone();
    assert_eq!(problem(fax::record(gateway, &other, &wanted(), Some(&reference)).await), Problem::NotFound);
    let of_sheet = fax::record(gateway, &office.sender, &wanted(), Some(&reference)).await.unwrap();
    fax::sent(gateway, &office.sender, of_sheet, None, true).await.unwrap();
    let events = office.events(sent[0].issued.delivery.transfer).await;
    assert!(events.iter().any(|event| event == "fax_recorded") && events.iter().any(|event| event == "fax_sent"));
}

async fn an_entry_is_corrected_until_it_is_sent(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let id = recorded(&office).await;
    let better = Wanted { pages: 4, ..wanted() };
    fax::correct(gateway, sender, id, &better).await.unwrap();
    let reader = sender.signed_in().clone().fax_reader().unwrap();
    assert_eq!(fax::look(gateway, &reader, id).await.unwrap().fax.details.pages, 4);
    fax::sent(gateway, sender, id, None, true).await.unwrap();
    assert_eq!(problem(fax::correct(gateway, sender, id, &wanted()).await), Problem::WrongState { state: "sent" });
}

const PASSWORD: &str = "a rather long sentence 2026";

async fn signed_in(server: &Server, email: &str, roles: &[Role]) -> Browser {
    let issued = server.account(email, roles).await;
    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in(email, issued.one_time_password.as_str(), PASSWORD).await;
    browser
}

async fn the_register_is_kept_in_a_browser_without_scripts(on: On) {
    let server = Server::start(on).await;
    let mut browser = signed_in(&server, "hanako@office.example", &[Role::Sender]).await;
    let page = browser.get("/fax/new").await;
    let mut typed = vec![
        ("recipient", "鈴木 一郎"),
        ("company", "株式会社青空商事"),
        ("number", "03-9876-5432"),
        ("again", "03-9876-5423"),
        ("subject", "見積書"),
        ("pages", "3"),
        ("language", "ja"),
    ];
    let refused = browser.post(&page, "/fax", &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.html.contains("2回の番号が一致しません") && refused.html.contains("見積書"),
        "what was typed stays"
    );
    typed[3].1 = "０３－９８７６－５４３２";
    let made = browser.post(&refused, "/fax", &typed).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    let here = made.location.split('?').next().unwrap().to_owned();
    let page = browser.get(&made.location).await;
    assert!(page.html.contains("FAX（未完了 1）"), "the menu counts what is open");
    let cover = browser.get(&format!("{here}/cover")).await;
    assert!(cover.html.contains("03-9876-5432") && cover.html.contains("受信確認のお電話"));
    let page = browser.post(&page, &format!("{here}/sent"), &[("result", "ok")]).await;
    let page = browser.get(&page.location).await;
    let refused = browser.post(&page, &format!("{here}/confirmed"), &[("with", "鈴木様"), ("call", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.html.contains("value=\"鈴木様\""));
    let confirmed = [("with", "鈴木様"), ("call", "03-9876-5430")];
    let done = browser.post(&refused, &format!("{here}/confirmed"), &confirmed).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    let late = browser.post(&refused, &format!("{here}/confirmed"), &confirmed).await;
    assert!(late.location.ends_with("?done=stale"), "{}", late.location);
    let page = browser.get(&here).await;
    browser.post(&page, &format!("{here}/stored"), &[("place", "=経理")]).await;
    let list = browser.get("/fax").await;
    assert!(list.html.contains("完了") && !list.html.contains("FAX（未完了"));
    let csv = browser.get("/fax/export.csv").await;
    assert!(csv.html.contains("'=経理"), "nothing is a formula: {}", csv.html);

    let mut auditor = signed_in(&server, "auditor@office.example", &[Role::Auditor]).await;
    let seen = auditor.get(&here).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(!seen.html.contains("/misdirected"), "who only reads is offered nothing to change");
    assert_eq!(auditor.get("/fax/new").await.status, StatusCode::FORBIDDEN);
    let mut approver = signed_in(&server, "approver@office.example", &[Role::Approver]).await;
    assert_eq!(approver.get("/fax").await.status, StatusCode::FORBIDDEN);

    let new = json!({"recipient": "Smith", "number": "+44 20 7946 0000", "again": "+442079460000", "subject": "Offer",
                     "pages": 1, "language": "en"});
    let made = server.post("/faxes", new).await;
    assert_eq!((made["state"].as_str(), made["number"].as_str()), (Some("recorded"), Some("+442079460000")));
    let path = format!("/faxes/{}/sent", made["id"].as_str().unwrap());
    assert_eq!(server.post(&path, json!({})).await["state"], "sent");
    let again = server.request(Method::POST, &path).json(&json!({})).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::CONFLICT);
    let seen = server.get("/faxes").await["faxes"].as_array().unwrap().len();
    assert_eq!(seen, 1, "a token that was made to send reads the own entries, whatever else its account may");
    server.check_invariants().await;
}
