//! Numbers by SMS: sent within the request that makes them, kept nowhere, and never lost when they cannot be sent.

use std::time::{Duration, Instant};

use crate::harness::called::{Answers, Called};
use crate::harness::flows::{Office, On};
use crate::harness::problem;
use kakitome::config::{Config, SmsBody};
use kakitome::error::{FieldFlaw, Problem};
use kakitome::model::{Channel, Recipient, TransferId};
use kakitome::port::Unanswered;
use kakitome::staff::policy;
use kakitome::staff::registrar::Registrar;
use kakitome::store::{deliveries, events};
use kakitome::transfer::numbers::Issued;
use kakitome::transfer::reissue::{self, Way};
use kakitome::transfer::tell::{self, Telling};
use kakitome::transfer::text::Texting;
use kakitome::transfer::{recipients, seal};

const PHONE: &str = "090-1234-5678";
const E164: &str = "+819012345678";

on_both! {
    a_number_travels_within_the_request_and_is_kept_nowhere
    a_message_that_fails_loses_nothing
    what_was_told_is_a_full_record
    so_many_messages_for_a_delivery_and_no_more
    so_many_messages_of_an_account_in_a_day_and_no_more
    of_many_at_once_no_more_are_sent_than_the_caps_allow
    of_many_new_numbers_at_once_no_more_are_sent_than_the_delivery_allows
}

fn configure(config: &mut Config, provider: &Called, allow_private: bool) {
    std::fs::write(provider.authority.file("secret"), "Bearer of-nothing\n").unwrap();
    let sms = &mut config.channels.sms;
    sms.url = provider.url();
    sms.ca_file = Some(provider.authority.authority_file());
    sms.allow_private = allow_private;
    sms.header_files = [("Authorization".to_owned(), provider.authority.file("secret"))].into();
    sms.fields =
        serde_json::from_str(r#"{"from": "{{ sender }}", "to": ["{{ to }}"], "say": {"text": "{{ text }}"}}"#).unwrap();
    sms.sender = "Kakitome".into();
    sms.timeout_seconds = 1;
}

async fn office(on: On, provider: &Called) -> Office {
    Office::with(on, |config| configure(config, provider, true)).await
}

fn by_sms() -> Recipient {
    Recipient { phone: PHONE.into(), channel: Channel::Sms, ..Office::recipient("suzuki@aozora.example") }
}

async fn draft(office: &Office) -> TransferId {
    let transfer = office.draft().await;
    office.add_file(transfer, "a.pdf", b"%PDF-1.4 a").await;
    recipients::add(office.gateway(), &office.sender, transfer, by_sms(), None).await.unwrap();
    transfer
}

async fn sent(office: &Office) -> (TransferId, Issued) {
    let transfer = draft(office).await;
    let mut issued = seal::send(office.gateway(), &office.sender, transfer).await.unwrap();
    (transfer, issued.pop().unwrap())
}

/// Whether the digits stand in any file of the installation, or in the log's rows.
async fn is_kept(office: &Office, transfer: TransferId, digits: &str) -> bool {
    let events = office.gateway().store.read(move |tx| events::of_transfer(tx, transfer)).await.unwrap();
    let in_log = events.iter().any(|entry| {
        String::from_utf8_lossy(&entry.leaf).contains(digits)
            || entry.values.iter().any(|(_, value)| value.contains(digits))
    });
    let mut places = vec![office.directory.path().to_owned()];
    let mut in_files = false;
    while let Some(place) = places.pop() {
        for entry in std::fs::read_dir(place).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => places.push(entry.path()),
                false => {
                    let bytes = std::fs::read(entry.path()).unwrap();
                    in_files |= bytes.windows(digits.len()).any(|window| window == digits.as_bytes());
                }
            }
        }
    }
    in_log || in_files
}

async fn a_number_travels_within_the_request_and_is_kept_nowhere(on: On) {
    let provider = Called::answering(&[Answers::Status(202, "")]).await;
    let office = office(on, &provider).await;
    let (transfer, issued) = sent(&office).await;
    assert_eq!(issued.sms, Some(Texting::Sent { parts: 2 }));
    let [asked] = provider.asked().try_into().unwrap();
    assert_eq!(asked.head, "POST /told HTTP/1.1", "nothing is said in an address");
    assert_eq!(asked.headers["authorization"], "Bearer of-nothing");
    let said: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
    assert_eq!((said["to"][0].as_str(), said["from"].as_str()), (Some(E164), Some("Kakitome")));
    let text = said["say"]["text"].as_str().unwrap();
    let digits = issued.number.expose().to_owned();
    assert_eq!(text.lines().last().unwrap(), format!("@localhost #{digits}"));
    assert!(!is_kept(&office, transfer, &digits).await);
    let id = issued.delivery.id;
    let delivery = office.gateway().store.read(move |tx| deliveries::get(tx, id)).await.unwrap();
    let told = delivery.told.unwrap();
    assert_eq!((told.channel, told.phone.as_str(), told.verified), (Channel::Sms, E164, false));
    assert!(office.events(transfer).await.contains(&"number_sent".to_owned()));
    // A repeated request shows the number again and sends nothing again.
    let again = seal::send(office.gateway(), &office.sender, transfer).await.unwrap();
    assert_eq!(again[0].number.expose(), digits);
    assert_eq!(provider.asked().len(), 1);
}

async fn a_message_that_fails_loses_nothing(on: On) {
    let answers = [Answers::Status(503, ""), Answers::Nothing, Answers::Broken, Answers::Status(200, "")];
    let provider = Called::answering(&answers).await;
    let office = office(on, &provider).await;
    let (transfer, issued) = sent(&office).await;
    assert_eq!(issued.sms, Some(Texting::Failed(Unanswered::Refused(503))));
    let shown = seal::send(office.gateway(), &office.sender, transfer).await.unwrap();
    assert_eq!(shown[0].number.expose(), issued.number.expose(), "the number stands");
    office.deliver_mails().await;
    for why in [Unanswered::TimedOut, Unanswered::Silent] {
        let began = Instant::now();
        let again = reissue::reissue(office.gateway(), &office.sender, &issued.delivery).await.unwrap();
        assert_eq!(again.sms, Some(Texting::Failed(why)));
        assert!(began.elapsed() < Duration::from_secs(20));
        let id = issued.delivery.id;
        let delivery = office.gateway().store.read(move |tx| deliveries::get(tx, id)).await.unwrap();
        assert!(delivery.sms_failed_at.is_some() && delivery.told_at.is_none());
    }
    let last = reissue::reissue(office.gateway(), &office.sender, &issued.delivery).await.unwrap();
    assert!(matches!(last.sms, Some(Texting::Sent { .. })));
    let secret = office.link_secret(&issued.delivery.public_id);
    let sent = crate::harness::flows::Sent { issued: last, secret };
    office.open(&sent).await.unwrap();
    assert_eq!(provider.asked().len(), 4, "nothing is tried twice");
    office.check_invariants().await;
}

async fn what_was_told_is_a_full_record(on: On) {
    let provider = Called::answering(&[Answers::Status(500, "")]).await;
    let office = office(on, &provider).await;
    let (transfer, issued) = sent(&office).await;
    let id = issued.delivery.id;
    let tell = |phone: Option<&str>| {
        let telling = Telling { delivery: id, phone: phone.map(str::to_owned) };
        tell::told(office.gateway(), &office.sender, transfer, vec![telling])
    };
    let refused = problem(tell(Some(issued.number.expose())).await);
    assert_eq!(refused, Problem::Field { field: "phone", flaw: FieldFlaw::Malformed }, "the number itself is no phone");
    office.gateway().store.write(move |tx| deliveries::set_phone_verified(tx, id)).await.unwrap();
    tell(Some("+81 90-1234-5678")).await.unwrap();
    let delivery = office.gateway().store.read(move |tx| deliveries::get(tx, id)).await.unwrap();
    let told = delivery.told.unwrap();
    assert_eq!((told.by, told.channel), (office.sender.account().id, Channel::Phone), "what failed was said");
    assert_eq!((told.phone.as_str(), told.verified), (PHONE, true), "the same number in another spelling");
    let events = office.gateway().store.read(move |tx| events::of_transfer(tx, transfer)).await.unwrap();
    let told = events.iter().find(|entry| entry.event == "number_told").unwrap();
    assert!(told.values.contains(&("phone".into(), PHONE.into())));
    assert!(!String::from_utf8_lossy(&told.leaf).contains("5678"), "a phone number is private");
    // A new number is untold; another phone than the verified one is not verified.
    office.deliver_mails().await;
    let way = Way { channel: Channel::Phone, phone: Some("03-1111-2222".into()) };
    reissue::reissue_by(office.gateway(), &office.sender, &issued.delivery, Some(way)).await.unwrap();
    let delivery = office.gateway().store.read(move |tx| deliveries::get(tx, id)).await.unwrap();
    assert!(delivery.told.is_none() && delivery.told_at.is_none() && !delivery.phone_verified);
}

#[actix_web::test]
async fn what_is_held_is_sent_by_sms_when_its_mail_has_left() {
    let provider = Called::answering(&[Answers::Status(200, "")]).await;
    let office = office(On::Sqlite, &provider).await;
    set(&office, "hold_minutes", 5).await;
    assert!(!office.gateway().outwards.channels_at_once(&office.gateway().policy()).contains(&Channel::Sms));
    let (_, issued) = sent(&office).await;
    assert_eq!(issued.sms, Some(Texting::Later));
    assert!(provider.asked().is_empty());
    office.clock.forward(Duration::from_secs(360));
    office.deliver_mails().await;
    let way = Some(Way { channel: Channel::Sms, phone: None });
    let sender = office.sign_in().await;
    let again = reissue::reissue_by(office.gateway(), &sender, &issued.delivery, way).await.unwrap();
    assert!(matches!(again.sms, Some(Texting::Sent { .. })));
}

async fn set(office: &Office, name: &str, value: u64) {
    policy::change(office.gateway(), &Registrar::console(), [(name.to_owned(), Some(value))].into()).await.unwrap();
}

#[actix_web::test]
async fn what_is_not_offered_or_takes_no_message_is_refused_at_once() {
    let provider = Called::answering(&[Answers::Status(200, "")]).await;
    let office = office(On::Sqlite, &provider).await;
    let transfer = office.draft().await;
    let add = async |recipient| recipients::add(office.gateway(), &office.sender, transfer, recipient, None).await;
    let not_mobile = Problem::Field { field: "phone", flaw: FieldFlaw::NotMobile };
    assert_eq!(problem(add(Recipient { phone: "03-1234-5678".into(), ..by_sms() }).await), not_mobile);
    let missing = Problem::Field { field: "phone", flaw: FieldFlaw::Missing };
    assert_eq!(problem(add(Recipient { phone: String::new(), ..by_sms() }).await), missing);
    let not_offered = Problem::Field { field: "channel", flaw: FieldFlaw::NotOffered };
    set(&office, "channel_sms", 0).await;
    assert_eq!(problem(add(by_sms()).await), not_offered);
    let bare = Office::new(On::Sqlite).await;
    let transfer = bare.draft().await;
    let added = recipients::add(bare.gateway(), &bare.sender, transfer, by_sms(), None).await;
    assert_eq!(problem(added), not_offered, "there is no provider");
    assert!(
        "mail".parse::<Channel>().is_err() && "email".parse::<Channel>().is_err(),
        "the link's own channel is none"
    );
}

#[actix_web::test]
async fn no_redirect_is_followed_and_no_private_address_called() {
    let inside = Called::answering(&[Answers::Status(200, "")]).await;
    let to_inside = format!("location: {}\r\n", inside.url());
    let provider = Called::answering(&[Answers::Status(307, to_inside.leak())]).await;
    let office = office(On::Sqlite, &provider).await;
    let (_, issued) = sent(&office).await;
    assert_eq!(issued.sms, Some(Texting::Failed(Unanswered::Refused(307))));
    assert!(inside.asked().is_empty());
    // `localhost` is a name that leads to this machine; the bare address is no name.
    for host in ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433"] {
        let office = Office::with(On::Sqlite, |config| {
            configure(config, &inside, false);
            config.channels.sms.url = format!("https://{host}:{}/told", inside.port);
        });
        let (_, issued) = sent(&office.await).await;
        assert_eq!(issued.sms, Some(Texting::Failed(Unanswered::Forbidden)), "{host}");
    }
    assert!(inside.asked().is_empty());
}

#[actix_web::test]
async fn a_form_is_escaped_by_who_knows_how() {
    let provider = Called::answering(&[Answers::Status(200, "")]).await;
    let office = Office::with(On::Sqlite, |config| {
        configure(config, &provider, true);
        config.channels.sms.body_kind = SmsBody::Form;
        config.channels.sms.fields = serde_json::from_str(r#"{"to": "{{ to }}", "text": "{{ text }}"}"#).unwrap();
        config.office.name = Some("山田 & 佐藤=\"事務所\"".into());
    })
    .await;
    sent(&office).await;
    let [asked] = provider.asked().try_into().unwrap();
    assert_eq!(asked.headers["content-type"], "application/x-www-form-urlencoded");
    let url = reqwest::Url::parse(&format!("https://x/?{}", asked.body)).unwrap();
    let pairs: std::collections::BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(pairs["to"], E164);
    assert!(pairs["text"].starts_with("山田 & 佐藤=\"事務所\""), "{}", pairs["text"]);
    assert_eq!(pairs.len(), 2);
}

async fn so_many_messages_for_a_delivery_and_no_more(on: On) {
    let provider =
        Called::answering(&[Answers::Status(200, ""), Answers::Status(500, ""), Answers::Status(200, "")]).await;
    let office = office(on, &provider).await;
    set(&office, "sms_per_delivery", 3).await;
    let (id, issued) = sent(&office).await;
    office.deliver_mails().await;
    for _ in 0..2 {
        reissue::reissue(office.gateway(), &office.sender, &issued.delivery).await.unwrap();
    }
    assert_eq!(provider.asked().len(), 3, "one that failed counts too: it may have arrived");
    let last = office.events(id).await;
    for _ in 0..2 {
        let refused = reissue::reissue(office.gateway(), &office.sender, &issued.delivery).await;
        assert_eq!(problem(refused.map(drop)), Problem::SmsDeliveryLimit { limit: 3 });
        let refused = kakitome::transfer::resend::resend(office.gateway(), &office.sender, &issued.delivery).await;
        assert_eq!(problem(refused.map(drop)), Problem::SmsDeliveryLimit { limit: 3 });
    }
    assert_eq!(office.events(id).await, last, "no new number was made: the last one goes on working");
    assert_eq!(provider.asked().len(), 3);
    // Another way is open.
    let way = Way { channel: Channel::Phone, phone: None };
    reissue::reissue_by(office.gateway(), &office.sender, &issued.delivery, Some(way)).await.unwrap();
    // Nor does a later day help.
    office.clock.forward(Duration::from_secs(48 * 3600));
    let by_sms = Some(Way { channel: Channel::Sms, phone: None });
    let sender = office.sign_in().await;
    let refused = reissue::reissue_by(office.gateway(), &sender, &issued.delivery, by_sms).await;
    assert_eq!(problem(refused.map(drop)), Problem::SmsDeliveryLimit { limit: 3 });
    office.check_invariants().await;
}

async fn so_many_messages_of_an_account_in_a_day_and_no_more(on: On) {
    let provider = Called::answering(&[Answers::Status(200, "")]).await;
    let office = office(on, &provider).await;
    set(&office, "sms_per_day", 2).await;
    sent(&office).await;
    // Two at once do not fit: nothing of it is sent, and the draft stays.
    let two = draft(&office).await;
    let other = Recipient { phone: "090-1234-5679".into(), ..by_sms() };
    let other = Recipient { email: "oka@aozora.example".into(), ..other };
    recipients::add(office.gateway(), &office.sender, two, other, None).await.unwrap();
    let refused = problem(seal::send(office.gateway(), &office.sender, two).await.map(drop));
    assert_eq!(refused, Problem::SmsDayLimit { limit: 2, left: 1 });
    assert!(!office.events(two).await.contains(&"sealed".to_owned()));
    sent(&office).await;
    let third = draft(&office).await;
    let refused = problem(seal::send(office.gateway(), &office.sender, third).await.map(drop));
    assert_eq!(refused, Problem::SmsDayLimit { limit: 2, left: 0 });
    assert_eq!(provider.asked().len(), 2);
    // Somebody else has the own count.
    let else_ = Office::add_sender(office.gateway(), "mori@office.example", "森 一").await;
    let office = Office { sender: else_, ..office };
    sent(&office).await;
    assert_eq!(provider.asked().len(), 3);
    // Tomorrow there is room again; a clock that goes back gives none.
    office.clock.forward(Duration::from_secs(24 * 3600));
    let office = Office { sender: office.sign_in().await, ..office };
    sent(&office).await;
    sent(&office).await;
    office.clock.back(Duration::from_secs(24 * 3600));
    let office = Office { sender: office.sign_in().await, ..office };
    let again = draft(&office).await;
    let refused = problem(seal::send(office.gateway(), &office.sender, again).await.map(drop));
    assert_eq!(refused, Problem::SmsDayLimit { limit: 2, left: 0 });
}

/// What is asked before anything is made may be passed by many at once; the count is not.
async fn of_many_at_once_no_more_are_sent_than_the_caps_allow(on: On) {
    let provider = Called::answering(&[Answers::Status(200, "")]).await;
    let office = office(on, &provider).await;
    set(&office, "sms_per_day", 4).await;
    let mut drafts = Vec::new();
    for _ in 0..8 {
        drafts.push(draft(&office).await);
    }
    let (gateway, sender) = (office.gateway(), &office.sender);
    let all = futures_util::future::join_all(drafts.iter().map(|id| seal::send(gateway, sender, *id))).await;
    let (mut sent, mut over, mut refused) = (0, 0, 0);
    for one in all {
        match one {
            Ok(issued) => match issued[0].sms.unwrap() {
                Texting::Sent { .. } => sent += 1,
                Texting::Over => {
                    over += 1;
                    let id = issued[0].delivery.id;
                    let delivery = gateway.store.read(move |tx| deliveries::get(tx, id)).await.unwrap();
                    assert!(delivery.sms_failed_at.is_some(), "the page says so later, too");
                }
                other => panic!("{other:?}"),
            },
            Err(error) => {
                assert!(matches!(problem::<()>(Err(error)), Problem::SmsDayLimit { limit: 4, .. }));
                refused += 1;
            }
        }
    }
    assert_eq!((sent, over + refused), (4, 4));
    assert!(over > 0, "all were refused before: the count was not tried");
    assert_eq!(provider.asked().len(), 4);
}

async fn of_many_new_numbers_at_once_no_more_are_sent_than_the_delivery_allows(on: On) {
    let provider = Called::answering(&[Answers::Status(200, "")]).await;
    let office = office(on, &provider).await;
    set(&office, "sms_per_delivery", 3).await;
    let (_, issued) = sent(&office).await;
    office.deliver_mails().await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let all = (0..6).map(|_| reissue::reissue(gateway, sender, &issued.delivery));
    let all = futures_util::future::join_all(all).await;
    let texted = |sms: Texting| all.iter().flatten().filter(|issued| issued.sms == Some(sms)).count();
    assert_eq!((texted(Texting::Sent { parts: 2 }), provider.asked().len()), (2, 3));
    assert!(texted(Texting::Over) > 0, "all were refused before: the count was not tried");
}
