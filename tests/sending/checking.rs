//! Checking recipients: flags, what confirms them, and what changed between looking and sending.

use crate::harness::flows::{Office, On};
use crate::harness::problem;
use kakitome::config::Config;
use kakitome::error::Problem;
use kakitome::model::{TransferId, TransferState};
use kakitome::staff::permit::Sender;
use kakitome::transfer::confirm::{self, Confirmation, Tick};
use kakitome::transfer::flag::Flag;
use kakitome::transfer::{draft, recall, recipients, seal, widen};

on_both! {
    a_first_time_is_confirmed_by_people
    a_look_alike_is_confirmed_by_everybody
    what_appears_after_the_look_is_shown_first
    another_address_is_another_tick
    the_domain_is_typed_again_where_the_office_wants
    programs_confirm_first_times_where_the_office_wants
    who_comes_later_is_confirmed_too
    a_mistake_makes_nobody_known
}

async fn drafted(office: &Office, sender: &Sender, emails: &[&str]) -> TransferId {
    let id = draft::begin(office.gateway(), sender, draft::Options::default(), None).await.unwrap();
    for email in emails {
        recipients::add(office.gateway(), sender, id, Office::recipient(email), None).await.unwrap();
    }
    id
}

async fn ready(office: &Office, emails: &[&str]) -> TransferId {
    let id = drafted(office, &office.sender, emails).await;
    office.add_file(id, "a.pdf", b"%PDF-1.7").await;
    id
}

async fn flags(office: &Office, id: TransferId) -> Vec<Vec<Flag>> {
    let overview = draft::overview(office.gateway(), &office.sender.watcher(), id).await.unwrap();
    let emails = overview.deliveries.iter().map(|delivery| delivery.recipient.email.clone()).collect();
    confirm::flags(office.gateway(), &office.sender.watcher(), id, emails).await.unwrap()
}

/// What the page posts when every flagged recipient is ticked.
async fn ticks(office: &Office, id: TransferId, retyped: Option<&str>) -> Confirmation {
    let overview = draft::overview(office.gateway(), &office.sender.watcher(), id).await.unwrap();
    let flags = flags(office, id).await;
    let all = overview.deliveries.iter().zip(flags).filter(|(_, flags)| !flags.is_empty());
    let tick =
        |email: &str, flags: &[Flag]| Tick { shown: confirm::shown(email, flags), retyped: retyped.map(str::to_owned) };
    Confirmation::Person(all.map(|(delivery, flags)| tick(&delivery.recipient.email, &flags)).collect())
}

async fn sent(office: &Office, id: TransferId, confirmation: Confirmation) -> kakitome::error::Result<()> {
    seal::send_confirmed(office.gateway(), &office.sender, id, confirmation).await.map(drop)
}

fn program(words: &[&str]) -> Confirmation {
    Confirmation::Program(words.iter().map(|word| (*word).to_owned()).collect())
}

#[track_caller]
fn missing(result: kakitome::error::Result<()>) -> Vec<(String, Vec<&'static str>)> {
    let Problem::ConfirmRecipients { recipients } = problem(result) else { panic!("another problem") };
    recipients.into_iter().map(|one| (one.email, one.flags)).collect()
}

async fn state(office: &Office, id: TransferId) -> TransferState {
    draft::overview(office.gateway(), &office.sender.watcher(), id).await.unwrap().transfer.state
}

async fn a_first_time_is_confirmed_by_people(on: On) {
    let office = Office::new(on).await;
    let id = ready(&office, &["suzuki@aozora.example"]).await;
    assert_eq!(flags(&office, id).await, [[Flag::FirstTime]]);
    let refused = missing(sent(&office, id, Confirmation::Person(Vec::new())).await);
    assert_eq!(refused, [("suzuki@aozora.example".to_owned(), vec!["first_time"])]);
    assert_eq!(state(&office, id).await, TransferState::Draft);
    assert!(!office.events(id).await.contains(&"sealed".to_owned()));
    let ticked = ticks(&office, id, None).await;
    sent(&office, id, ticked).await.unwrap();
    assert!(office.events(id).await.contains(&"flags_confirmed".to_owned()));
    office.deliver_mails().await;
    let again = ready(&office, &["suzuki@aozora.example"]).await;
    assert!(flags(&office, again).await[0].is_empty(), "sent to before");
    sent(&office, again, Confirmation::Person(Vec::new())).await.unwrap();
    assert!(!office.events(again).await.contains(&"flags_confirmed".to_owned()));
}

async fn a_look_alike_is_confirmed_by_everybody(on: On) {
    let office = Office::new(on).await;
    office.send(&[("a.pdf", b"%PDF")], &["suzuki@aozora.example"]).await;
    let id = ready(&office, &["suzuki@aozora.example", "takahashi@aozora-inc.example", "oka@gmail.com"]).await;
    let like = Flag::LookAlike { known: "aozora.example".into() };
    assert_eq!(flags(&office, id).await[1], [like, Flag::FirstTime]);
    assert_eq!(flags(&office, id).await[2], [Flag::FirstTime, Flag::FreeMail]);
    let takahashi = ("takahashi@aozora-inc.example".to_owned(), vec!["look_alike", "first_time"]);
    let oka = ("oka@gmail.com".to_owned(), vec!["first_time", "free_mail"]);
    assert_eq!(missing(sent(&office, id, Confirmation::NOTHING).await), [takahashi.clone(), oka.clone()]);
    assert_eq!(missing(sent(&office, id, program(&["look_alike"])).await), std::slice::from_ref(&oka));
    let others = program(&["oka@gmail.com:look_alike", "takahashi@aozora-inc.example:free_mail"]);
    assert_eq!(missing(sent(&office, id, others).await), [takahashi.clone(), oka.clone()]);
    let overview = draft::overview(office.gateway(), &office.sender.watcher(), id).await.unwrap();
    let named = [
        format!("{}:look_alike", overview.deliveries[1].reference),
        format!("{}:free_mail", overview.deliveries[2].id),
    ];
    sent(&office, id, Confirmation::Program(named.to_vec())).await.unwrap();
    let confirmed = office.events(id).await.iter().filter(|event| *event == "flags_confirmed").count();
    assert_eq!(confirmed, 2);
}

async fn what_appears_after_the_look_is_shown_first(on: On) {
    let office = Office::new(on).await;
    let other = Office::add_sender(office.gateway(), "tanaka@office.example", "田中").await;
    let id = ready(&office, &["takahashi@aozora-inc.example"]).await;
    let looked = ticks(&office, id, None).await;
    // Meanwhile a colleague sends to the domain that this one is easily taken for.
    let theirs = drafted(&office, &other, &["suzuki@aozora.example"]).await;
    let file = kakitome::transfer::upload::NewFile { name: "b.pdf".into(), media_type: String::new(), size: 4 };
    let file = kakitome::transfer::upload::begin(office.gateway(), &other, theirs, file).await.unwrap();
    let (give, take) = tokio::sync::mpsc::channel(2);
    give.send(kakitome::transfer::upload::Piece::Bytes(bytes::Bytes::from_static(b"%PDF"))).await.unwrap();
    give.send(kakitome::transfer::upload::Piece::End).await.unwrap();
    kakitome::transfer::upload::append(office.gateway().clone(), other.clone(), file, 0, None, take).await.unwrap();
    seal::send(office.gateway(), &other, theirs).await.unwrap();
    office.deliver_mails().await;
    let refused = missing(sent(&office, id, looked).await);
    assert_eq!(refused, [("takahashi@aozora-inc.example".to_owned(), vec!["look_alike", "first_time"])]);
    assert_eq!(state(&office, id).await, TransferState::Draft);
    let anew = ticks(&office, id, None).await;
    sent(&office, id, anew).await.unwrap();
}

async fn another_address_is_another_tick(on: On) {
    let office = Office::new(on).await;
    let id = ready(&office, &["suzuki@aozora.example"]).await;
    let looked = ticks(&office, id, None).await;
    let overview = draft::overview(office.gateway(), &office.sender.watcher(), id).await.unwrap();
    let another = Office::recipient("suzuki@midori.example");
    recipients::change(office.gateway(), &office.sender, id, overview.deliveries[0].id, another).await.unwrap();
    assert_eq!(missing(sent(&office, id, looked).await).len(), 1);
}

async fn the_domain_is_typed_again_where_the_office_wants(on: On) {
    let office = Office::with(on, |config: &mut Config| config.policy.retype_domain = true).await;
    let id = ready(&office, &["suzuki@aozora.example"]).await;
    for wrong in [None, Some("yes"), Some("aozora.exampl"), Some("")] {
        let ticked = ticks(&office, id, wrong).await;
        assert_eq!(missing(sent(&office, id, ticked).await).len(), 1, "{wrong:?}");
    }
    let ticked = ticks(&office, id, Some(" @Aozora.Example ")).await;
    sent(&office, id, ticked).await.unwrap();
}

async fn programs_confirm_first_times_where_the_office_wants(on: On) {
    let office = Office::with(on, |config: &mut Config| config.policy.confirm_first_time = true).await;
    let id = ready(&office, &["suzuki@aozora.example"]).await;
    assert_eq!(missing(sent(&office, id, Confirmation::NOTHING).await).len(), 1);
    sent(&office, id, program(&["first_time"])).await.unwrap();
}

async fn who_comes_later_is_confirmed_too(on: On) {
    let office = Office::new(on).await;
    let (id, sent) = office.send(&[("a.pdf", b"%PDF")], &["suzuki@aozora.example"]).await;
    let late = Office::recipient("oka@gmail.com");
    let add = |confirmation| widen::add(office.gateway(), &office.sender, id, late.clone(), confirmation);
    assert_eq!(missing(add(Confirmation::NOTHING).await.map(drop)).len(), 1);
    assert_eq!(missing(add(Confirmation::Person(Vec::new())).await.map(drop)).len(), 1);
    let emails = vec!["suzuki@aozora.example".to_owned(), late.email.clone()];
    let flags = confirm::flags(office.gateway(), &office.sender.watcher(), id, emails).await.unwrap();
    let tick = Tick { shown: confirm::shown(&late.email, &flags[1]), retyped: None };
    add(Confirmation::Person(vec![tick])).await.unwrap();
    assert!(office.events(id).await.contains(&"flags_confirmed".to_owned()));
    let wrong = office.delivery(&sent[0]).await;
    let right = Office::recipient("suzuki@gmail.com");
    let correct = |confirmation| widen::correct(office.gateway(), &office.sender, &wrong, right.clone(), confirmation);
    assert_eq!(missing(correct(Confirmation::NOTHING).await.map(drop)).len(), 1);
    correct(program(&["free_mail"])).await.unwrap();
}

async fn a_mistake_makes_nobody_known(on: On) {
    let office = Office::new(on).await;
    office.send(&[("a.pdf", b"%PDF")], &["suzuki@aozora.example"]).await;
    let id = ready(&office, &["takahashi@aozora-inc.example"]).await;
    sent(&office, id, program(&["look_alike"])).await.unwrap();
    recall::recall(office.gateway(), &office.sender, id, "").await.unwrap();
    let again = ready(&office, &["takahashi@aozora-inc.example"]).await;
    assert_eq!(flags(&office, again).await[0].len(), 2, "still a look-alike, still the first time");
}
