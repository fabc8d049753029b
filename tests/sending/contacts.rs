//! The address book: whose entries they are, what verifies a phone number, files in and out, and what sending makes of it.

use crate::harness::flows::{Office, On};
use crate::harness::problem;
use kakitome::error::{FieldFlaw, Problem};
use kakitome::model::{Channel, Contact, Language, Recipient};
use kakitome::store::deliveries;
use kakitome::transfer::book::{self, Form, Outcome, Typed};
use kakitome::transfer::confirm;
use kakitome::transfer::draft::{self, Options};
use kakitome::transfer::flag::Flag;
use kakitome::transfer::{known, recipients};

on_both! {
    own_entries_are_own_and_the_offices_everybodys
    a_changed_number_is_verified_no_more
    contacts_are_found_before_earlier_recipients
    a_file_is_taken_whole_or_not_at_all
    a_file_says_what_it_changes_and_changes_nothing_else
    cards_come_back_as_they_went
    cards_of_phones_and_mail_programs_are_read
    cards_that_are_wrong_change_nothing
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
    for spelling in ["(03) 9876 5432", "+81 3 9876 5432", "０３－９８７６－５４３２", "+81-3-9876-5432", "03-9876-5432"]
    {
        book::change(gateway, sender, id, typed("suzuki@aozora.example", spelling)).await.unwrap();
        assert!(verified().await, "the same number in another spelling: {spelling}");
    }
    // What was verified in one spelling is so for a delivery that was typed in another.
    book::change(gateway, sender, id, typed("suzuki@aozora.example", "03-0000-0001")).await.unwrap();
    book::change(gateway, sender, id, typed("suzuki@aozora.example", "+81 3 9876 5432")).await.unwrap();
    assert!(!verified().await);
    book::verify_phone(gateway, sender, id, "03 9876 5432").await.unwrap();
    let told = gateway.store.read(move |tx| deliveries::get(tx, to)).await.unwrap().phone_verified;
    assert!(told, "what is under way knows it, however it was typed");
    for other in ["+1 3 9876 5432", "+81 3 9876 54321", "03-9876-543", "98765432"] {
        book::change(gateway, sender, id, typed("suzuki@aozora.example", other)).await.unwrap();
        assert!(!verified().await, "another number: {other}");
        book::change(gateway, sender, id, typed("suzuki@aozora.example", "03-9876-5432")).await.unwrap();
        book::verify_phone(gateway, sender, id, "03-9876-5432").await.unwrap();
        assert!(verified().await);
    }
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
    let Outcome::Refused(flaws) = taken(&office, wrong.as_bytes()).await else { panic!("taken") };
    let places: Vec<_> = flaws.iter().map(|flaw| (flaw.row, flaw.column)).collect();
    assert_eq!(places, [(3, "email"), (4, "email"), (5, "language")]);
    assert_eq!(book::search(gateway, &sender.watcher(), "").await.unwrap().len(), 1);
    let (text, _, _) = encoding_rs::SHIFT_JIS
        .encode("メールアドレス,名前,会社,電話番号\nsuzuki@aozora.example,鈴木 二郎,青空,03-9876-5432\noka@kitayama.example,岡,,\n");
    let plan = book::check(gateway, sender, false, &text).await.unwrap().unwrap();
    assert_eq!((plan.added(), plan.changed(), plan.unchanged()), (1, 1, 0));
    assert!(matches!(taken(&office, &text).await, Outcome::Done(_)));
    let all = book::search(gateway, &sender.watcher(), "").await.unwrap();
    let suzuki = all.iter().find(|contact| contact.id == id).unwrap();
    assert_eq!(suzuki.recipient.name, "鈴木 二郎");
    assert!(suzuki.phone_verified.is_some(), "the number is the same");
    let exported = book::export(gateway, sender, Form::Table).await.unwrap();
    let again = book::check(gateway, sender, false, exported.as_bytes()).await.unwrap().unwrap();
    assert_eq!((again.rows.len(), again.unchanged()), (2, 2), "what is written can be read");
    let flaws = book::check(gateway, sender, false, b"\x00\x01").await.unwrap().unwrap_err();
    assert_eq!((flaws[0].row, flaws[0].column), (0, "encoding"));
    assert!(book::check(gateway, sender, false, b"name\nx\n").await.unwrap().is_err());
}

async fn taken(office: &Office, bytes: &[u8]) -> Outcome {
    book::carry_out(office.gateway(), &office.sender, false, bytes, None).await.unwrap()
}

async fn a_file_says_what_it_changes_and_changes_nothing_else(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let mut suzuki = typed("suzuki@aozora.example", "03-9876-5432");
    (suzuki.recipient.language, suzuki.recipient.channel) = (Language::En, Channel::Sheet);
    suzuki.recipient.phrase = "九月の総会の件".into();
    let id = book::add(gateway, sender, false, suzuki).await.unwrap();
    book::verify_phone(gateway, sender, id, "03-9876-5432").await.unwrap();
    book::add(gateway, sender, false, typed("oka@kitayama.example", "")).await.unwrap();
    let file = "email,name,phone\nSuzuki@aozora.example,鈴木 二郎,03-1111-2222\noka@kitayama.example,,\nnew@midori.example,林,\n";
    let plan = book::check(gateway, sender, false, file.as_bytes()).await.unwrap().unwrap();
    assert_eq!((plan.added(), plan.changed(), plan.unchanged()), (1, 1, 1));
    let changes: Vec<_> = plan.rows[0].changes().into_iter().map(|one| (one.field, one.before, one.after)).collect();
    let change = |field, before: &str, after: &str| (field, before.to_owned(), after.to_owned());
    let want = [
        change("email", "suzuki@aozora.example", "Suzuki@aozora.example"),
        change("name", "鈴木 一郎", "鈴木 二郎"),
        change("phone", "03-9876-5432", "03-1111-2222"),
    ];
    assert_eq!(changes, want, "a column that is not there changes nothing");
    assert!(plan.rows[0].loses_verification());
    let mark = Some(plan.mark());
    // Somebody writes the entry anew between looking and agreeing.
    let other = Typed { note: "会って確認".into(), ..typed("suzuki@aozora.example", "03-9876-5432") };
    book::change(gateway, sender, id, other).await.unwrap();
    let late = book::carry_out(gateway, sender, false, file.as_bytes(), mark).await.unwrap();
    let Outcome::Stale(plan) = late else { panic!("{late:?}") };
    assert_eq!(book::search(gateway, &sender.watcher(), "").await.unwrap().len(), 2, "nothing was taken");
    let done = book::carry_out(gateway, sender, false, file.as_bytes(), Some(plan.mark())).await.unwrap();
    assert!(matches!(done, Outcome::Done(_)));
    let (suzuki, _) = book::entry(gateway, &sender.watcher(), id).await.unwrap();
    assert_eq!((suzuki.recipient.name.as_str(), suzuki.note.as_str()), ("鈴木 二郎", "会って確認"));
    assert!(suzuki.phone_verified.is_none(), "another number");
}

async fn cards_come_back_as_they_went(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let mut odd = typed("smith@northwind.example", "+44 20 7946 0000");
    odd.company = "Northwind, Traders; \"Ltd\" \\ Co: 株式会社".into();
    odd.note = format!("一行目\n二行目; c,d\\e {}", "長い".repeat(150));
    (odd.recipient.name, odd.recipient.language) = ("John Smith".into(), Language::En);
    (odd.recipient.channel, odd.recipient.phrase) = (Channel::Sheet, "九月の総会の件".into());
    book::add(gateway, sender, false, odd).await.unwrap();
    let id = book::add(gateway, sender, true, typed("suzuki@aozora.example", "03-9876-5432")).await.unwrap();
    book::verify_phone(gateway, sender, id, "03-9876-5432").await.unwrap();
    let nameless = Typed {
        company: String::new(),
        note: String::new(),
        recipient: Recipient { name: String::new(), ..Office::recipient("oka@kitayama.example") },
        phone_from_mail: false,
    };
    book::add(gateway, sender, false, nameless).await.unwrap();
    let cards = book::export(gateway, sender, Form::Cards).await.unwrap();
    assert_eq!(cards.matches("BEGIN:VCARD\r\nVERSION:4.0\r\n").count(), 3);
    assert!(cards.contains("N:鈴木;一郎;;;") && cards.contains("N:Smith;John;;;"), "{cards}");
    assert!(!cards.contains("総会"), "an agreed phrase stays here");
    assert!(cards.lines().all(|line| line.trim_end().len() <= 75), "folded: {cards}");
    let before = book::search(gateway, &sender.watcher(), "").await.unwrap();
    let plan = book::check(gateway, sender, false, cards.as_bytes()).await.unwrap().unwrap();
    let changes: Vec<_> = plan.rows.iter().flat_map(book::Planned::changes).collect();
    assert_eq!(
        (plan.added(), plan.unchanged(), changes),
        (1, 2, Vec::new()),
        "the office's entry is new in the own book"
    );
    assert!(matches!(taken(&office, cards.as_bytes()).await, Outcome::Done(_)));
    for contact in &before {
        book::remove(gateway, sender, contact.id).await.unwrap();
    }
    assert!(matches!(taken(&office, cards.as_bytes()).await, Outcome::Done(_)));
    let told = |contact: &Contact| {
        let phrase = String::new();
        (contact.company.clone(), contact.note.clone(), Recipient { phrase, ..contact.recipient.clone() })
    };
    let after = book::search(gateway, &sender.watcher(), "").await.unwrap();
    assert_eq!(after.iter().map(told).collect::<Vec<_>>(), before.iter().map(told).collect::<Vec<_>>());
    assert!(after.iter().all(|contact| contact.phone_verified.is_none()), "no file verifies a number");
}

/// As a phone writes them: version 3.0, groups, folded lines, several addresses, a picture.
const OF_A_PHONE: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Example Inc.//Phone 18.1//EN\r\nN:鈴木;一郎;;;\r\n\
    FN:鈴木 一郎\r\nORG:株式会社青空商事;経理部\r\nitem1.EMAIL;type=INTERNET;type=HOME:ichiro@home.exam\r\n ple\r\n\
    item2.EMAIL;type=INTERNET;type=WORK;type=pref:suzuki@aozora.example\r\nTEL;type=HOME;type=FAX:03-0000-0000\r\n\
    TEL;type=CELL;type=VOICE:090-1234-5678\r\nTEL;type=\"WORK,VOICE\";type=pref:03-9876-5432\r\n\
    NOTE:名刺\\n二行目\\, 続き\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQIBAQICAgICAgIC\r\n \
    AwUDAwMDAwYEBAMFBwYHBwcGBwcICQsJCAgKCAcHCg0KCgsMDAwMBwkODw0MDgsMDAz=\r\nEND:VCARD\r\n\
    BEGIN:VCARD\r\nVERSION:3.0\r\nN:;;;;\r\nFN:水道屋\r\nTEL:03-1111-1111\r\nEND:VCARD\r\n";

/// As a mail program writes them: quoted-printable, the company in the place of the name.
const OF_A_MAIL_PROGRAM: &str = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;LANGUAGE=en-us:Smith;John;;Mr.\r\nFN:Northwind Traders\r\n\
    ORG:Northwind Traders\r\nTEL;WORK;VOICE:+44 20 7946 0000\r\n\
    NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E3=83=A1=E3=83=A2=0D=0A=\r\n=E4=BA=8C\r\n\
    EMAIL;PREF;INTERNET:smith@northwind.example\r\nREV:20261101T091500Z\r\nEND:VCARD\r\n";

/// RFC 6350: numbers as addresses, preferences as numbers, languages.
const OF_TODAY: &str = "begin:vcard\nversion:4.0\nfn:高橋 実\nemail;pref=2;type=work:second@midori.example\n\
    EMAIL;PREF=1:first@midori.example\nTEL;VALUE=uri;PREF=1;TYPE=\"voice,cell\":tel:+81-90-1111-2222;ext=1\n\
    LANG;PREF=1:fr\nLANG;PREF=2:en-GB\nX-KAKITOME-CHANNEL:sheet\nend:vcard\n";

async fn cards_of_phones_and_mail_programs_are_read(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let file = format!("\u{feff}{OF_A_PHONE}\r\n{OF_A_MAIL_PROGRAM}{OF_TODAY}");
    let plan = book::check(gateway, sender, false, file.as_bytes()).await.unwrap().unwrap();
    assert_eq!((plan.added(), plan.without), (3, 1), "a card without an address is passed over");
    let [suzuki, smith, takahashi] = &plan.rows[..] else { panic!("{plan:?}") };
    assert_eq!(suzuki.left_out, ["ichiro@home.example"]);
    let suzuki = &suzuki.after;
    assert_eq!((suzuki.company.as_str(), suzuki.note.as_str()), ("株式会社青空商事 経理部", "名刺\n二行目, 続き"));
    let who = &suzuki.recipient;
    let said = (who.name.as_str(), who.email.as_str(), who.phone.as_str(), who.language);
    assert_eq!(said, ("鈴木 一郎", "suzuki@aozora.example", "03-9876-5432", Language::Ja));
    let who = &smith.after.recipient;
    assert_eq!((who.name.as_str(), who.phone.as_str()), ("John Smith", "+44 20 7946 0000"));
    assert_eq!((smith.after.company.as_str(), smith.after.note.as_str()), ("Northwind Traders", "メモ\r\n二"));
    let who = &takahashi.after.recipient;
    let said = (who.email.as_str(), who.phone.as_str(), who.language, who.channel);
    assert_eq!(said, ("first@midori.example", "+81-90-1111-2222", Language::En, Channel::Sheet));
    assert_eq!(takahashi.left_out, ["second@midori.example"]);
    let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode(OF_A_PHONE);
    assert_eq!(
        book::check(gateway, sender, false, &sjis).await.unwrap().unwrap().rows[0].after.recipient.name,
        "鈴木 一郎"
    );
}

async fn cards_that_are_wrong_change_nothing(on: On) {
    let office = Office::new(on).await;
    let card = |email: &str| format!("BEGIN:VCARD\nVERSION:4.0\nFN:x\nEMAIL:{email}\nEND:VCARD\n");
    let long = format!("BEGIN:VCARD\nVERSION:4.0\nFN:{}\nEMAIL:a@b.example\nEND:VCARD\n", "x".repeat(101));
    let unknown = card("a@b.example").replace("END", "X-KAKITOME-CHANNEL:pigeon\nEND");
    for (file, row, column) in [
        (card("a@b.example") + &card("nobody") + &card("A@b.example"), 2, "email"),
        (card("a@b.example").replace("END:VCARD\n", ""), 0, "file"),
        (card("a@b.example") + "x\ny:z\n" + &card("b@b.example"), 0, "file"),
        (card("a@b.example").replace("END:VCARD\n", "") + &card("b@b.example"), 0, "file"),
        (card("a@b.example") + "BEGIN:VCALENDAR\nEND:VCALENDAR\n" + &card("b@b.example"), 0, "file"),
        (card(""), 0, "email"),
        (long, 1, "name"),
        (unknown, 1, "channel"),
        ((0..5_001).map(|n| card(&format!("a{n}@b.example"))).collect(), 0, "file"),
    ] {
        let Outcome::Refused(flaws) = taken(&office, file.as_bytes()).await else { panic!("taken: {file}") };
        assert_eq!((flaws[0].form, flaws[0].row, flaws[0].column), (Form::Cards, row, column), "{flaws:?}");
        if row == 2 {
            assert_eq!((flaws.len(), flaws[1].row), (2, 3));
        }
    }
    let utf16: Vec<u8> = card("a@b.example").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let Outcome::Refused(flaws) = taken(&office, &utf16).await else { panic!("taken") };
    assert_eq!(flaws[0].column, "encoding", "no mark says which");
    assert!(book::search(office.gateway(), &office.sender.watcher(), "").await.unwrap().is_empty());
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
