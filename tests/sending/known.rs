//! What a draft is helped with: earlier recipients, last choices, changes, and the mail before it is sent.

use std::time::Duration;

use crate::harness::flows::{Office, On};
use crate::harness::problem;
use kakitome::adapter::mail::{Letterhead, Preview};
use kakitome::error::{FieldFlaw, Problem};
use kakitome::model::{Channel, Language, Recipient};
use kakitome::transfer::draft::{self, Options};
use kakitome::transfer::{known, preview, recipients, seal};

on_both! {
    earlier_recipients_are_found_with_how_often_and_when_last
    nobody_sees_the_recipients_of_another_sender
    the_last_choices_begin_the_next_draft
    a_recipient_of_a_draft_is_changed_in_its_place
    the_mail_is_read_before_it_is_sent
}

fn emails(found: &[known::Known]) -> Vec<&str> {
    found.iter().map(|known| known.recipient.email.as_str()).collect()
}

async fn earlier_recipients_are_found_with_how_often_and_when_last(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    let found = known::search(gateway, &office.sender, "", 8).await.unwrap();
    assert!(found.is_empty(), "nobody was sent to yet");
    office.send(&[("a.pdf", b"a")], &["suzuki@aozora.example", "oka@kitayama.example"]).await;
    office.clock.forward(Duration::from_secs(3600));
    office.send(&[("b.pdf", b"b")], &["suzuki@aozora.example"]).await;
    let draft = office.draft().await;
    office.add_recipient(draft, "typed-only@aozora.example").await;

    let all = known::search(gateway, &office.sender, "", 8).await.unwrap();
    assert_eq!(emails(&all), ["suzuki@aozora.example", "oka@kitayama.example"], "a draft has been sent to nobody");
    assert_eq!(all[0].times.unwrap().count, 2);
    assert!(all[0].times.unwrap().last > all[1].times.unwrap().last);
    assert_eq!(all[0].recipient, Office::recipient("suzuki@aozora.example"), "as it was typed");
    let by = async |words: &str| known::search(gateway, &office.sender, words, 8).await.unwrap();
    assert_eq!(emails(&by("OKA").await), ["oka@kitayama.example"]);
    assert_eq!(by("鈴木").await.len(), 2);
    assert!(by("%").await.is_empty() && by("takahashi").await.is_empty());
    assert_eq!(known::search(gateway, &office.sender, "", 1).await.unwrap().len(), 1);

    let asked = ["suzuki@aozora.example", "typed-only@aozora.example"].map(str::to_owned).to_vec();
    let times = known::times(gateway, &office.sender.watcher(), asked).await.unwrap();
    assert_eq!(times.len(), 1);
    assert_eq!(Some(times["suzuki@aozora.example"]), all[0].times);
}

async fn nobody_sees_the_recipients_of_another_sender(on: On) {
    let office = Office::new(on).await;
    let other = Office::add_sender(office.gateway(), "nakamura@office.example", "中村 進").await;
    office.send(&[("a.pdf", b"a")], &["suzuki@aozora.example"]).await;
    let gateway = office.gateway();
    assert!(known::search(gateway, &other, "", 8).await.unwrap().is_empty());
    let asked = vec!["suzuki@aozora.example".to_owned()];
    assert!(known::times(gateway, &other.watcher(), asked).await.unwrap().is_empty());
    assert_eq!(known::choices(gateway, &other).await.unwrap(), None);
}

async fn the_last_choices_begin_the_next_draft(on: On) {
    let office = Office::with(on, |config| config.policy.keep_most_hours = 240).await;
    let gateway = office.gateway();
    assert_eq!(known::choices(gateway, &office.sender).await.unwrap(), None);
    let id = office.draft().await;
    office.add_file(id, "a.pdf", b"a").await;
    let options = Options { message: None, keep_hours: Some(72) };
    draft::set_options(gateway, &office.sender, id, options).await.unwrap();
    let smith =
        Recipient { language: Language::En, channel: Channel::Sheet, ..Office::recipient("smith@northwind.example") };
    recipients::add(gateway, &office.sender, id, smith, None).await.unwrap();
    assert_eq!(known::choices(gateway, &office.sender).await.unwrap(), None, "nothing was sent yet");
    seal::send(gateway, &office.sender, id).await.unwrap();
    let choices = known::choices(gateway, &office.sender).await.unwrap().unwrap();
    assert_eq!((choices.keep_hours, choices.channel, choices.language), (72, Channel::Sheet, Language::En));
}

async fn a_recipient_of_a_draft_is_changed_in_its_place(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    let id = office.draft().await;
    office.add_recipient(id, "suzuki@aozora.exmaple").await;
    office.add_recipient(id, "oka@kitayama.example").await;
    let overview = async || draft::overview(gateway, &office.sender.watcher(), id).await.unwrap();
    let before = overview().await.deliveries;
    let change = async |email: &str| {
        recipients::change(gateway, &office.sender, id, before[0].id, Office::recipient(email)).await
    };
    let duplicate = problem(change("OKA@kitayama.example").await);
    assert_eq!(duplicate, Problem::Field { field: "email", flaw: FieldFlaw::Duplicate });
    assert_eq!(overview().await.deliveries[0].recipient.email, "suzuki@aozora.exmaple", "nothing was changed");
    change("suzuki@aozora.example").await.unwrap();
    change("suzuki@aozora.example").await.unwrap();
    let after = overview().await.deliveries;
    assert_eq!(after[0].recipient.email, "suzuki@aozora.example");
    assert_eq!((after[0].id, &after[0].reference), (before[0].id, &before[0].reference));
    assert_eq!(after[1].recipient, before[1].recipient);
    let events = office.events(id).await;
    let count = |word: &str| events.iter().filter(|event| *event == word).count();
    assert_eq!(
        (count("recipient_removed"), count("recipient_added")),
        (1, 3),
        "what changes nothing is no event: {events:?}"
    );

    let other = Office::add_sender(gateway, "nakamura@office.example", "中村 進").await;
    let foreign = recipients::change(gateway, &other, id, before[0].id, Office::recipient("x@y.example")).await;
    assert_eq!(problem(foreign), Problem::NotFound);
    office.add_file(id, "a.pdf", b"a").await;
    seal::send(gateway, &office.sender, id).await.unwrap();
    assert!(matches!(problem(change("x@y.example").await), Problem::WrongState { .. }), "what was sent is frozen");
}

async fn the_mail_is_read_before_it_is_sent(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    let id = office.draft().await;
    office.add_file(id, "a.pdf", &[1; 4_200]).await;
    office.add_recipient(id, "suzuki@aozora.example").await;
    let options = Options { message: Some("今年度の決算書です。".into()), keep_hours: Some(72) };
    draft::set_options(gateway, &office.sender, id, options).await.unwrap();
    let overview = draft::overview(gateway, &office.sender.watcher(), id).await.unwrap();
    let stationery = Preview::new(Letterhead::of(&gateway.office(), &gateway.public_url, &gateway.staff_url)).unwrap();
    let letter = preview::letters(gateway, office.sender.account(), &overview).remove(0);
    let worded = stationery.word(&letter, "（まだありません）").unwrap();
    seal::send(gateway, &office.sender, id).await.unwrap();
    office.deliver_mails().await;
    let mail = office.mails().remove(0);

    assert!(mail.contains(&format!("Subject: {}", worded.subject)), "{mail}");
    let real = mail.split("\n\n").skip(1).collect::<Vec<_>>().join("\n\n");
    assert_eq!(real.lines().count(), worded.text.lines().count());
    let differing = real.lines().zip(worded.text.lines()).filter(|(real, shown)| real != shown);
    let (secret, shown): (Vec<&str>, Vec<&str>) = differing.unzip();
    assert_eq!(shown.len(), 2, "only link and code: {shown:?} for {secret:?}");
    assert!(shown.iter().all(|line| line.contains("（まだありません）")));
}
