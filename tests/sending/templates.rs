//! Templates: what they keep, whose they are, and what a draft that is begun with one says.

use crate::harness::flows::{Office, On};
use crate::harness::problem;
use kakitome::error::{FieldFlaw, Problem};
use kakitome::model::{Channel, Language, Recipient, TransferId};
use kakitome::staff::policy;
use kakitome::staff::registrar::Registrar;
use kakitome::transfer::book::{self, Typed};
use kakitome::transfer::draft::{self, Options, Overview};
use kakitome::transfer::{recipients, template};

on_both! {
    a_set_up_is_kept_and_begins_others
    names_are_own_and_bounded
    what_is_not_allowed_any_more_is_left_out
    nobody_uses_the_templates_of_another
    one_sender_keeps_fifty
}

const MESSAGE: &str = "月次の資料をお送りします。";

async fn set_up(office: &Office, emails: &[&str]) -> TransferId {
    let (gateway, sender) = (office.gateway(), &office.sender);
    let options = Options { message: Some(MESSAGE.into()), keep_hours: Some(24) };
    let id = draft::begin(gateway, sender, options, None).await.unwrap();
    for email in emails {
        let who = Recipient { phone: "03-9876-5432".into(), ..Office::recipient(email) };
        recipients::add(gateway, sender, id, who, None).await.unwrap();
    }
    id
}

async fn overview(office: &Office, id: TransferId) -> Overview {
    draft::overview(office.gateway(), &office.sender.watcher(), id).await.unwrap()
}

fn emails(overview: &Overview) -> Vec<&str> {
    overview.deliveries.iter().map(|delivery| delivery.recipient.email.as_str()).collect()
}

fn flawed(flaw: FieldFlaw) -> Problem {
    Problem::Field { field: "template", flaw }
}

async fn a_set_up_is_kept_and_begins_others(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let id = draft::begin(gateway, sender, Options { message: Some(MESSAGE.into()), keep_hours: Some(24) }, None);
    let id = id.await.unwrap();
    let smith = Recipient {
        email: "smith@northwind.example".into(),
        name: "John Smith".into(),
        language: Language::En,
        phone: "+44 20 7946 0000".into(),
        phrase: "the September meeting".into(),
        channel: Channel::Sheet,
    };
    recipients::add(gateway, sender, id, smith.clone(), None).await.unwrap();
    office.add_file(id, "a.pdf", b"%PDF-1.7").await;
    let kept = template::save(gateway, sender, id, "  月次資料 ").await.unwrap();
    draft::discard(gateway, sender, id).await.unwrap();
    let all = template::list(gateway, &sender.watcher()).await.unwrap();
    assert_eq!((all.len(), all[0].name.as_str(), &all[0].recipients), (1, "月次資料", &vec![smith.clone()]));
    let sealed = all[0].message_sealed.clone().unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("月次"), "no message lies about in clear");

    let new = template::begin(gateway, sender, kept).await.unwrap();
    let begun = overview(&office, new).await;
    assert_eq!((begun.message.as_str(), begun.transfer.keep_seconds), (MESSAGE, 86_400));
    assert_eq!(begun.deliveries[0].recipient, smith);
    assert!(begun.files.is_empty(), "no files are kept");
    assert_ne!(new, id);

    // The address book knows the number of today; what was chosen for the template stays.
    let in_book = Recipient {
        name: "J. Smith".into(),
        phone: "+44 20 7946 1111".into(),
        phrase: "other words".into(),
        channel: Channel::Phone,
        ..smith.clone()
    };
    let entry = Typed { company: String::new(), recipient: in_book, phone_from_mail: false, note: String::new() };
    book::add(gateway, sender, false, entry).await.unwrap();
    let again = overview(&office, template::begin(gateway, sender, kept).await.unwrap()).await;
    let want = Recipient { name: "J. Smith".into(), phone: "+44 20 7946 1111".into(), ..smith };
    assert_eq!(again.deliveries[0].recipient, want);

    // From what was sent already, and has ended.
    let (sent, _) = office.send(&[("a.pdf", b"%PDF")], &["suzuki@aozora.example"]).await;
    let sent = template::save(gateway, sender, sent, "決算").await.unwrap();
    template::remove(gateway, sender, kept).await.unwrap();
    assert_eq!(problem(template::begin(gateway, sender, kept).await), Problem::NotFound);
    assert_eq!(problem(template::remove(gateway, sender, kept).await), Problem::NotFound);
    let new = template::begin(gateway, sender, sent).await.unwrap();
    assert_eq!(emails(&overview(&office, new).await), ["suzuki@aozora.example"]);
}

async fn names_are_own_and_bounded(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let id = set_up(&office, &["suzuki@aozora.example"]).await;
    let first = template::save(gateway, sender, id, "月次").await.unwrap();
    let second = template::save(gateway, sender, id, "決算").await.unwrap();
    for (name, want) in [
        ("  ", flawed(FieldFlaw::Missing)),
        ("月次", flawed(FieldFlaw::Duplicate)),
        ("a\nb", flawed(FieldFlaw::Malformed)),
        ("番号 4708 1925 6330", Problem::MessageCarriesSecret),
        (&"長".repeat(61), flawed(FieldFlaw::TooLong { limit: 60 })),
    ] {
        assert_eq!(problem(template::save(gateway, sender, id, name).await), want, "{name}");
        assert_eq!(problem(template::rename(gateway, sender, second, name).await), want, "{name}");
    }
    template::rename(gateway, sender, second, "決算").await.unwrap();
    template::rename(gateway, sender, second, "年次").await.unwrap();
    template::save(gateway, sender, id, "決算").await.unwrap();
    let names = template::list(gateway, &sender.watcher()).await.unwrap();
    assert_eq!(names.len(), 3);
    assert!(names.iter().any(|one| one.id == first && one.name == "月次"));
    let empty = draft::begin(gateway, sender, Options::default(), None).await.unwrap();
    assert_eq!(problem(template::save(gateway, sender, empty, "空").await), Problem::NoRecipients);
}

async fn what_is_not_allowed_any_more_is_left_out(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let id = set_up(&office, &["suzuki@aozora.example", "oka@kitayama.example", "hayashi@midori.example"]).await;
    let kept = template::save(gateway, sender, id, "月次").await.unwrap();
    let changes = [("recipients_per_transfer".to_owned(), Some(2)), ("keep_most_hours".to_owned(), Some(12))];
    let default = [("keep_default_hours".to_owned(), Some(6))];
    policy::change(gateway, &Registrar::console(), changes.into_iter().chain(default).collect()).await.unwrap();
    let begun = overview(&office, template::begin(gateway, sender, kept).await.unwrap()).await;
    assert_eq!(emails(&begun), ["suzuki@aozora.example", "oka@kitayama.example"]);
    assert_eq!(begun.transfer.keep_seconds, 6 * 3600, "the usual time");
}

async fn nobody_uses_the_templates_of_another(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    let other = Office::add_sender(gateway, "tanaka@office.example", "田中").await;
    let id = set_up(&office, &["suzuki@aozora.example"]).await;
    let kept = template::save(gateway, &office.sender, id, "月次").await.unwrap();
    assert!(template::list(gateway, &other.watcher()).await.unwrap().is_empty());
    for hidden in [
        template::begin(gateway, &other, kept).await.map(drop),
        template::rename(gateway, &other, kept, "x").await,
        template::remove(gateway, &other, kept).await,
        template::save(gateway, &other, id, "x").await.map(drop),
    ] {
        assert_eq!(problem(hidden), Problem::NotFound);
    }
    let own = draft::begin(gateway, &other, Options { message: Some("x".into()), keep_hours: None }, None).await;
    template::save(gateway, &other, own.unwrap(), "月次").await.expect("a name is taken within the own ones only");
}

async fn one_sender_keeps_fifty(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let id = set_up(&office, &["suzuki@aozora.example"]).await;
    for number in 0..template::MOST {
        template::save(gateway, sender, id, &format!("月次 {number}")).await.unwrap();
    }
    let over = template::save(gateway, sender, id, "もう一つ").await;
    assert_eq!(problem(over), Problem::TooManyTemplates { limit: template::MOST });
    let all = template::list(gateway, &sender.watcher()).await.unwrap();
    template::remove(gateway, sender, all[0].id).await.unwrap();
    template::save(gateway, sender, id, "もう一つ").await.unwrap();
}
