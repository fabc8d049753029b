//! The address book: whose entries they are, what verifies a phone number, files in and out, and what sending makes of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod harness;

use harness::flows::{Office, On};
use harness::{on_both, problem};
use kakitome::error::{FieldFlaw, Problem};
use kakitome::model::Recipient;
use kakitome::store::deliveries;
use kakitome::transfer::book::{self, Typed};
use kakitome::transfer::confirm;
use kakitome::transfer::draft::{self, Options};
use kakitome::transfer::flag::Flag;
use kakitome::transfer::{known, recipients};

on_both! {
    own_entries_are_own_and_the_offices_everybodys
    a_changed_number_is_verified_no_more
    contacts_are_found_before_earlier_recipients
    a_file_is_taken_whole_or_not_at_all
    an_entry_with_a_slip_makes_nothing_known
}

fn typed(email: &str, phone: &str) -> Typed {
    let recipient = Recipient { phone: phone.into(), ..Office::recipient(email) };
    Typed { company: "株式会社青空商事".into(), recipient, phone_from_mail: false, note: "名刺".into() }
}

async fn own_entries_are_own_and_the_offices_everybodys(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    let other = Office::add_sender(gateway, "tanaka@office.example", "田中").await;
    let own = book::add(gateway, &office.sender, false, typed("suzuki@aozora.example", "1")).await.unwrap();
    let shared = book::add(gateway, &office.sender, true, typed("suzuki@aozora.example", "2")).await.unwrap();
    let twice = book::add(gateway, &office.sender, false, typed("SUZUKI@aozora.example", "1")).await;
    assert_eq!(problem(twice), Problem::Field { field: "email", flaw: FieldFlaw::Duplicate });
    let theirs = book::search(gateway, &other.watcher(), "").await.unwrap();
    assert_eq!(theirs.iter().map(|contact| contact.id).collect::<Vec<_>>(), [shared]);
    assert_eq!(problem(book::entry(gateway, &other.watcher(), own).await), Problem::NotFound);
    for refused in [
        book::change(gateway, &other, shared, typed("oka@midori.example", "")).await,
        book::remove(gateway, &other, shared).await,
        book::verify_phone(gateway, &other, shared, "2").await,
        book::add(gateway, &other, true, typed("oka@midori.example", "")).await.map(drop),
        book::check(gateway, &other, true, b"email\na@b.example\n").await.map(drop),
    ] {
        assert_eq!(problem(refused), Problem::Forbidden);
    }
    for hidden in [
        book::change(gateway, &other, own, typed("oka@midori.example", "")).await,
        book::remove(gateway, &other, own).await,
        book::verify_phone(gateway, &other, own, "1").await,
    ] {
        assert_eq!(problem(hidden), Problem::NotFound);
    }
    book::remove(gateway, &office.sender, shared).await.unwrap();
    assert!(book::search(gateway, &other.watcher(), "").await.unwrap().is_empty());
}

async fn a_changed_number_is_verified_no_more(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender, watcher) = (office.gateway(), &office.sender, office.sender.watcher());
    let draft = draft::begin(gateway, sender, Options::default(), None).await.unwrap();
    let who = Recipient { phone: "03-9876-5432".into(), ..Office::recipient("suzuki@aozora.example") };
    let to = recipients::add(gateway, sender, draft, who.clone(), None).await.unwrap();
    let id = book::add(gateway, sender, false, typed("suzuki@aozora.example", "03-9876-5432")).await.unwrap();
    // Written anew, so that it is asked anew; and as it stands.
    let verified = async || {
        let other = Recipient { name: "別の名".into(), ..who.clone() };
        recipients::change(gateway, sender, draft, to, other).await.unwrap();
        recipients::change(gateway, sender, draft, to, who.clone()).await.unwrap();
        gateway.store.read(move |tx| deliveries::get(tx, to)).await.unwrap().phone_verified
    };
    assert!(!verified().await);
    let other = book::verify_phone(gateway, sender, id, "03-0000-0000").await;
    assert_eq!(problem(other), Problem::Field { field: "phone", flaw: FieldFlaw::Malformed });
    book::verify_phone(gateway, sender, id, "03-9876-5432").await.unwrap();
    let told = gateway.store.read(move |tx| deliveries::get(tx, to)).await.unwrap().phone_verified;
    assert!(told, "what is under way knows it, too");
    assert!(verified().await);
    let (contact, by) = book::entry(gateway, &watcher, id).await.unwrap();
    assert!(contact.phone_verified.is_some_and(|(at, who)| at <= gateway.now() && who == sender.account().id));
    assert_eq!(by.as_deref(), Some("佐藤 花子"));
    book::change(gateway, sender, id, typed("suzuki@aozora.example", "(03) 9876 5432")).await.unwrap();
    assert!(verified().await, "the same number in another spelling");
    book::change(gateway, sender, id, typed("suzuki@aozora.example", "03-9876-5433")).await.unwrap();
    assert!(!verified().await);
    let from_mail = Typed { phone_from_mail: true, ..typed("suzuki@aozora.example", "03-9876-5432") };
    book::change(gateway, sender, id, from_mail).await.unwrap();
    let refused = book::verify_phone(gateway, sender, id, "03-9876-5432").await;
    assert_eq!(problem(refused), Problem::Field { field: "phone", flaw: FieldFlaw::Malformed });
    assert!(!verified().await);
}

async fn contacts_are_found_before_earlier_recipients(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    office.send(&[("a.pdf", b"%PDF")], &["oka@kitayama.example", "suzuki@aozora.example"]).await;
    book::add(gateway, sender, false, typed("suzuki@aozora.example", "1")).await.unwrap();
    book::add(gateway, sender, true, typed("hayashi@midori.example", "2")).await.unwrap();
    let found = known::search(gateway, sender, "", 8).await.unwrap();
    let told =
        |known: &known::Known| (known.recipient.email.clone(), known.in_book, known.times.map_or(0, |t| t.count));
    let told: Vec<_> = found.iter().map(told).collect();
    assert_eq!(told.len(), 3);
    assert!(told[..2].contains(&("suzuki@aozora.example".into(), true, 1)));
    assert!(told[..2].contains(&("hayashi@midori.example".into(), true, 0)));
    assert_eq!(told[2], ("oka@kitayama.example".into(), false, 1));
    let suzuki = found.iter().find(|known| known.recipient.email.starts_with("suzuki")).unwrap();
    assert_eq!(suzuki.recipient.name, "株式会社青空商事　鈴木 一郎");
    // What is chosen and kept again changes nothing but what was changed.
    book::keep(gateway, sender, Recipient { phone: "9".into(), ..suzuki.recipient.clone() }).await.unwrap();
    let kept = book::search(gateway, &sender.watcher(), "suzuki").await.unwrap();
    assert_eq!((kept.len(), kept[0].company.as_str(), kept[0].recipient.phone.as_str()), (1, "株式会社青空商事", "9"));
}

async fn a_file_is_taken_whole_or_not_at_all(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let id = book::add(gateway, sender, false, typed("suzuki@aozora.example", "03-9876-5432")).await.unwrap();
    book::verify_phone(gateway, sender, id, "03-9876-5432").await.unwrap();
    let wrong = "メールアドレス,名前,言語\nsuzuki@aozora.example,鈴木,ja\noka,岡,ja\nSUZUKI@aozora.example,x,\nb@c.example,x,fr\n";
    let flaws = book::carry_out(gateway, sender, false, wrong.as_bytes()).await.unwrap().unwrap_err();
    let places: Vec<_> = flaws.iter().map(|flaw| (flaw.row, flaw.column)).collect();
    assert_eq!(places, [(3, "email"), (4, "email"), (5, "language")]);
    assert_eq!(book::search(gateway, &sender.watcher(), "").await.unwrap().len(), 1);
    let (text, _, _) = encoding_rs::SHIFT_JIS
        .encode("メールアドレス,名前,会社,電話番号\nsuzuki@aozora.example,鈴木 二郎,青空,03-9876-5432\noka@kitayama.example,岡,,\n");
    let plan = book::check(gateway, sender, false, &text).await.unwrap().unwrap();
    assert_eq!((plan.entries.len(), plan.added), (2, 1));
    book::carry_out(gateway, sender, false, &text).await.unwrap().unwrap();
    let all = book::search(gateway, &sender.watcher(), "").await.unwrap();
    let suzuki = all.iter().find(|contact| contact.id == id).unwrap();
    assert_eq!(suzuki.recipient.name, "鈴木 二郎");
    assert!(suzuki.phone_verified.is_some(), "the number is the same");
    let exported = book::export(gateway, sender).await.unwrap();
    let again = book::check(gateway, sender, false, exported.as_bytes()).await.unwrap().unwrap();
    assert_eq!((again.entries.len(), again.added), (2, 0), "what is written can be read");
    assert!(book::check(gateway, sender, false, b"\x00\x01").await.unwrap().is_err());
    assert!(book::check(gateway, sender, false, b"name\nx\n").await.unwrap().is_err());
}

async fn an_entry_with_a_slip_makes_nothing_known(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    book::add(gateway, sender, true, typed("suzuki@aozora.example", "1")).await.unwrap();
    let id = office.draft().await;
    let flags = async |email: &str| {
        confirm::flags(gateway, &sender.watcher(), id, vec![email.to_owned()]).await.unwrap().remove(0)
    };
    let slip = "suzuki@aozora-inc.example";
    let like = Flag::LookAlike { known: "aozora.example".into() };
    assert_eq!(flags(slip).await, [like.clone(), Flag::FirstTime]);
    let kept = book::add(gateway, sender, false, typed(slip, "1")).await.unwrap();
    assert_eq!(flags(slip).await, [like, Flag::FirstTime], "typed just now, with the slip");
    book::verify_phone(gateway, sender, kept, "1").await.unwrap();
    assert_eq!(flags(slip).await, [Flag::FirstTime], "somebody spoke to them");
}
