//! The register from a file and into one: whatever a file holds, every flaw is told by row, and nothing is half done.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::harness::browser::Browser;
use crate::harness::flows::{Office, On, PASSWORD};
use crate::harness::problem;
use crate::harness::rows::{count, events};
use crate::harness::server::Server;
use encoding_rs::SHIFT_JIS;
use kakitome::error::Problem;
use kakitome::model::{AccountState, Detail, Language, Leaving, Limits, Passphrase, Role, Validity};
use kakitome::staff::register::import::{
    BYTES_MOST, CHANGES_MOST, Flaw, Options, Outcome, Plan, ROWS_MOST, RowFlaw, carry_out, check,
};
use kakitome::staff::register::{self, Change, Column};
use kakitome::staff::registrar::Registrar;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{session, sign_in};
use reqwest::StatusCode;

const HEADING: &str = "email,name,roles\n";

/// What the tables hold that an import could write.
fn footprint(office: &Office) -> [i64; 5] {
    ["accounts", "events", "event_values", "letters", "invitations"].map(|table| count(office, table, "1 = 1"))
}

/// What is wrong with a file; nothing is written to find it, nor by carrying it out.
async fn flaws(office: &Office, bytes: impl Into<Vec<u8>>) -> Vec<RowFlaw> {
    let (bytes, before) = (bytes.into(), footprint(office));
    let found = check(office.gateway(), bytes.clone(), None).await.unwrap().expect_err("the file is refused");
    match done(office, bytes).await {
        Outcome::Refused(again) => assert_eq!(found, again, "the transaction says the same"),
        other => panic!("{other:?}"),
    }
    assert_eq!(footprint(office), before, "nothing half done");
    found
}

async fn flaw(office: &Office, text: &str) -> (u64, Option<Column>, Flaw) {
    let found = flaws(office, text).await;
    assert_eq!(found.len(), 1, "{found:?}");
    (found[0].row, found[0].column, found[0].flaw.clone())
}

async fn done(office: &Office, bytes: impl Into<Vec<u8>>) -> Outcome {
    let options = Options { mail: true, agreed: None };
    carry_out(office.gateway(), bytes.into(), options, &Registrar::console(), |_| {}).await.unwrap()
}

async fn carried(office: &Office, bytes: impl Into<Vec<u8>>) -> Plan {
    match done(office, bytes).await {
        Outcome::Done(plan) => plan,
        other => panic!("{other:?}"),
    }
}

async fn find(office: &Office, email: &str) -> kakitome::model::Account {
    register::find(office.gateway(), email).await.unwrap()
}

/// A file with so many new accounts.
fn many(rows: u64) -> String {
    let mut text = HEADING.to_owned();
    for row in 0..rows {
        writeln!(text, "person{row}@office.example,Person {row},sender").unwrap();
    }
    text
}

async fn a_file_makes_changes_and_leaves_alone(on: On) {
    let office = Office::new(on).await;
    let text = "メールアドレス;氏名;部署;電話番号;言語;役割;利用の開始日;利用の最終日;1回に送れる宛先の数;送ってよいドメイン;承認が必要;後任\r\n\
        Tanaka@Office.example;田中 直子;経理;+81 3-1234-5678;日本語;送信者、承認者;2026-11-24;2027年3月31日;20;b.example a.example;はい;sato@office.example\r\n\
        ito@office.example;Ito Ken;;;en;auditor;;;;;;\r\n";
    let plan = carried(&office, text).await;
    assert_eq!((plan.rows, plan.added.len(), plan.changed.len(), plan.unchanged), (2, 2, 0, 0));
    let tanaka = find(&office, "tanaka@office.example").await;
    assert_eq!((tanaka.state, tanaka.language), (AccountState::Invited, Language::Ja));
    assert_eq!(tanaka.roles, [Role::Sender, Role::Approver]);
    assert_eq!(tanaka.validity.from.unwrap().to_rfc3339(), "2026-11-23T15:00:00.000Z");
    assert_eq!(tanaka.validity.until.unwrap().to_rfc3339(), "2027-03-31T15:00:00.000Z");
    assert_eq!(tanaka.limits.domains, ["a.example", "b.example"]);
    assert!(tanaka.limits.needs_approval && tanaka.limits.most_recipients == Some(20));
    assert_eq!(tanaka.successor, Some(office.sender.account().id));
    // The first account was there before.
    assert_eq!((events(&office, "account_created"), events(&office, "account_invited")), (3, 2));
    assert_eq!(events(&office, "register_imported"), 1);
    office.deliver_mails().await;
    assert_eq!(office.mails().iter().filter(|mail| mail.contains("/join#")).count(), 2);

    // What has no column stays; an empty cell empties.
    let text = "email,department,phone\nTANAKA@office.example,総務,\nito@office.example,,\n";
    let plan = carried(&office, text).await;
    assert_eq!((plan.added.len(), plan.changed.len(), plan.unchanged), (0, 1, 1));
    assert_eq!(plan.changed[0].details, [Detail::Phone, Detail::Department]);
    let moved = find(&office, "tanaka@office.example").await;
    assert_eq!((moved.department.as_str(), moved.phone.as_str(), moved.name.as_str()), ("総務", "", "田中 直子"));
    assert_eq!((moved.limits, moved.validity), (tanaka.limits, tanaka.validity));

    let options = Options { mail: false, agreed: None };
    let text = format!("{HEADING}kato@office.example,加藤 実,sender\n");
    carry_out(office.gateway(), text.into(), options, &Registrar::console(), |_| {}).await.unwrap();
    assert_eq!(find(&office, "kato@office.example").await.state, AccountState::Invited);
    assert_eq!((events(&office, "account_invited"), count(&office, "invitations", "1 = 1")), (2, 2), "without mail");
}

async fn what_was_exported_is_read_back_without_a_change(on: On) {
    let office = Office::new(on).await;
    carried(
        &office,
        format!("{HEADING}tanaka@office.example,'=cmd|' /C calc'!A0,sender\nito@office.example,'tis,auditor\n"),
    )
    .await;
    let tanaka = find(&office, "tanaka@office.example").await;
    let day = Duration::from_secs(24 * 3600);
    let now = office.gateway().now();
    let change = Change {
        name: Some("''=x".into()),
        department: Some("@営業, 「南」\"3\"".into()),
        phone: Some("+81 3-1234-5678".into()),
        validity: Some(Validity { from: Some(now), until: Some(now + day) }),
        limits: Some(Limits { most_bytes: Some(1000), domains: vec!["a.example".into()], ..Limits::default() }),
        successor: Some(Some(office.sender.account().id)),
        ..Change::default()
    };
    register::change(office.gateway(), &Registrar::console(), tanaka.id, change).await.unwrap();
    let text = register::export_at_console(office.gateway()).await.unwrap();
    assert!(text.starts_with("\u{feff}email,name,department,phone,language,roles,state,valid_from,valid_until,"));
    assert_eq!(text.matches("\r\n").count(), 4);
    for formula in [",=", ",+", ",-", ",@", "\"=", "\"@"] {
        assert!(!text.contains(formula), "{formula} in {text}");
    }
    let plan = carried(&office, text).await;
    assert_eq!((plan.added.len(), plan.changed.len(), plan.unchanged), (0, 0, 3));
    assert_eq!(events(&office, "register_exported"), 1);
}

async fn hostile_files_are_refused_by_row(on: On) {
    let office = Office::new(on).await;
    let row = |cells: &str| format!("{HEADING}a@office.example,A,sender\n\n{cells}\n");
    for formula in ["=HYPERLINK(\"\"x\"\")", "+1", "-2+3", "@SUM(A1)", " =1"] {
        let (number, column, flaw) = flaw(&office, &row(&format!("b@office.example,\"{formula}\",sender"))).await;
        assert_eq!((number, column), (4, Some(Column::Name)), "{formula}");
        assert!(matches!(flaw, Flaw::Formula { .. }), "{formula}: {flaw:?}");
    }
    for (cells, column, want) in [
        ("b@office.example,B,営業", Column::Roles, Flaw::Role { cell: "営業".into() }),
        ("b@office.example,B,", Column::Roles, Flaw::Missing),
        ("b@office.example,,sender", Column::Name, Flaw::Missing),
        (",B,sender", Column::Email, Flaw::Missing),
        ("nobody,B,sender", Column::Email, Flaw::Address { cell: "nobody".into() }),
        ("A@Office.Example,B,sender", Column::Email, Flaw::TwiceAddress { first: 2 }),
        ("b@office.example,\"B\nC\",sender", Column::Name, Flaw::Control),
        ("b@office.example,B\u{0}C,sender", Column::Name, Flaw::Control),
    ] {
        if cells.contains('\u{0}') {
            // A NUL makes the file no text at all, unless its mark says what it is.
            let found = flaws(&office, format!("\u{feff}{}", row(cells))).await;
            assert_eq!(found, [RowFlaw { row: 4, column: Some(column), flaw: want }]);
        } else {
            assert_eq!(flaw(&office, &row(cells)).await, (4, Some(column), want), "{cells}");
        }
    }
    let huge = "x".repeat(9 * 1024 * 1024);
    let found = flaw(&office, &row(&format!("b@office.example,{huge},sender"))).await;
    assert_eq!(found, (4, Some(Column::Name), Flaw::TooLong { limit: 100 }));
    let found = flaw(&office, &row("b@office.example,B")).await;
    assert_eq!(found, (4, None, Flaw::Cells { got: 2, want: 3 }));

    let terms = "email,name,roles,valid_from,valid_until,most_bytes,domains,needs_approval,successor,language,state\n";
    let all = format!("{terms}b@office.example,B,sender,2027-02-30,soon,0,b..example,perhaps,nobody,fr,gone\n");
    let found = flaws(&office, all).await;
    let columns: Vec<_> = found.iter().filter_map(|flaw| flaw.column).collect();
    assert_eq!(columns.len(), 8, "every cell is told at once: {found:?}");
    for (cells, column) in [
        ("2027-03-01,2027-02-01,,,,,,", Column::ValidUntil),
        (",2026-01-01,,,,,,", Column::ValidUntil),
        (",,,,,b@office.example,,", Column::Successor),
        (",,,,,,,stopped", Column::State),
    ] {
        let (_, refused, _) = flaw(&office, &format!("{terms}b@office.example,B,sender,{cells}\n")).await;
        assert_eq!(refused, Some(column), "{cells}");
    }
}

async fn what_is_no_register_is_refused_as_a_whole(on: On) {
    let office = Office::new(on).await;
    let garbage: Vec<u8> = (0..100_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let lone: &[u8] = &[0xff, 0xfe, 0x00, 0xd8, 0x41];
    for bytes in [garbage.as_slice(), b"PK\x03\x04\x14\x00", &[0x80, 0xff, 0xff], lone, b"\xef\xbb\xbf\xff"] {
        assert_eq!(flaws(&office, bytes).await, [RowFlaw { row: 0, column: None, flaw: Flaw::NotText }]);
    }
    for text in ["", "\n\n", ",,\n", "\u{feff}", HEADING] {
        assert_eq!(flaw(&office, text).await, (0, None, Flaw::Empty), "{text:?}");
    }
    let unknown = flaw(&office, "email,name,password\na@office.example,A,x\n").await;
    assert_eq!(unknown, (1, None, Flaw::UnknownColumn { name: "password".into() }));
    let twice = flaw(&office, "email,name,氏名\na@office.example,A,B\n").await;
    assert_eq!(twice, (1, Some(Column::Name), Flaw::TwiceColumn));
    let missing = flaw(&office, "name,roles\nA,sender\n").await;
    assert_eq!(missing, (1, Some(Column::Email), Flaw::MissingColumn));
    let missing = flaw(&office, "email,name\na@office.example,A\n").await;
    assert_eq!(missing, (2, Some(Column::Roles), Flaw::Missing), "a new account needs its roles");
    let limit = BYTES_MOST as u64;
    assert_eq!(flaws(&office, vec![b'a'; BYTES_MOST + 1]).await[0].flaw, Flaw::TooLarge { limit });
}

async fn a_file_of_every_size_is_judged_and_none_is_half_done(on: On) {
    let office = Office::new(on).await;
    assert_eq!(flaw(&office, &many(ROWS_MOST + 1)).await.2, Flaw::TooManyRows { limit: ROWS_MOST });
    let limit = CHANGES_MOST;
    assert_eq!(flaw(&office, &many(ROWS_MOST)).await.2, Flaw::TooManyChanges { limit, got: ROWS_MOST });
    let mut broken = many(ROWS_MOST - 1);
    broken.push_str("last@office.example,Last,boss\n");
    let found = flaw(&office, &broken).await;
    assert_eq!(found, (ROWS_MOST + 1, Some(Column::Roles), Flaw::Role { cell: "boss".into() }));
    let all_broken = many(ROWS_MOST).replace(",sender", ",=1");
    assert_eq!(flaws(&office, all_broken).await.len() as u64, ROWS_MOST, "an error for each row");
}

async fn thousands_come_at_once(on: On) {
    let office = Office::new(on).await;
    let began = Instant::now();
    let told = Arc::new(AtomicU64::new(0));
    let counter = told.clone();
    let options = Options { mail: true, agreed: None };
    let text = many(CHANGES_MOST);
    let progress = move |done| counter.store(done, Ordering::SeqCst);
    let outcome = carry_out(office.gateway(), text.into(), options, &Registrar::console(), progress).await.unwrap();
    println!("{CHANGES_MOST} accounts in {:?}", began.elapsed());
    assert!(matches!(outcome, Outcome::Done(_)));
    assert_eq!(told.load(Ordering::SeqCst), CHANGES_MOST);
    let wanted = CHANGES_MOST as i64;
    assert_eq!(events(&office, "account_invited"), wanted);
    assert_eq!(count(&office, "letters", "kind = 'invitation' AND state = 'queued'"), wanted);
    assert_eq!(count(&office, "accounts", "1 = 1"), wanted + 1);
}

async fn rights_are_kept_by_a_file_too(on: On) {
    let office = Office::new(on).await;
    let own = office.sender.account().id;
    let text = "email,roles\nsato@office.example,sender\n";
    assert_eq!(flaw(&office, text).await, (0, None, Flaw::LastAdministrator));
    let ends = "email,valid_until\nsato@office.example,2027-01-01\n";
    assert_eq!(flaw(&office, ends).await.2, Flaw::LastAdministrator, "an end is no administrator for good");
    let found = check(office.gateway(), text.into(), Some(own)).await.unwrap().unwrap_err();
    assert_eq!((found[0].row, &found[0].flaw), (2, &Flaw::OwnAccount));
    let same = "email,roles\nsato@office.example,administrator sender\n";
    assert_eq!(
        check(office.gateway(), same.into(), Some(own)).await.unwrap().unwrap().unchanged,
        1,
        "unchanged is fine"
    );

    // The office passes from one to another: in no order of rows is it without anybody.
    let other = Office::add_sender(office.gateway(), "ito@office.example", "伊藤 健").await;
    let swap = "email,roles\nsato@office.example,sender\nito@office.example,administrator\n";
    carried(&office, swap).await;
    assert!(find(&office, "ito@office.example").await.has(Role::Administrator));
    assert_eq!(find(&office, "sato@office.example").await.roles, [Role::Sender]);
    assert_eq!(other.account().roles, [Role::Sender], "the sessions of changed roles ended");

    // A stopped one stays stopped, and what is stopped is told.
    let sato = find(&office, "sato@office.example").await;
    register::stop(office.gateway(), &sato, Leaving::Keep, &Registrar::console()).await.unwrap();
    let back = "email,state\nsato@office.example,active\n";
    let (row, column, _) = flaw(&office, back).await;
    assert_eq!((row, column), (2, Some(Column::State)));
}

async fn an_administrator_agrees_to_what_was_shown_and_to_nothing_else(on: On) {
    let office = Office::new(on).await;
    let (given, visitor) = (Passphrase::new(PASSWORD.into()), Visitor::default());
    let session = sign_in::sign_in(office.gateway(), "sato@office.example", given, &visitor).await.unwrap();
    let signed_in = session::by_cookie(office.gateway(), &session.cookie, &Visitor::default()).await.unwrap();
    let administrator = signed_in.administrator().unwrap();
    let nameless = problem(Registrar::administrator(office.gateway(), &administrator, " "));
    assert!(matches!(nameless, Problem::Field { field: "reason", .. }));
    let registrar = Registrar::administrator(office.gateway(), &administrator, "新年度の異動").unwrap();

    let text = format!("{HEADING}tanaka@office.example,田中 直子,sender\nito@office.example,伊藤 健,sender\n");
    let plan = check(office.gateway(), text.clone().into(), registrar.account()).await.unwrap().unwrap();
    let options = Options { mail: true, agreed: Some(plan.mark().unwrap()) };
    // Meanwhile somebody adds one of them by hand.
    let by_hand = register::NewAccount {
        email: "ito@office.example".into(),
        name: "伊藤 健一".into(),
        department: String::new(),
        phone: String::new(),
        language: Language::Ja,
        roles: vec![Role::Auditor],
    };
    register::add(office.gateway(), by_hand, &Registrar::console()).await.unwrap();
    let before = footprint(&office);
    let run = |options| carry_out(office.gateway(), text.clone().into(), options, &registrar, |_| {});
    let Outcome::Stale(now) = run(options).await.unwrap() else { panic!("it was agreed to something else") };
    assert_eq!((now.added.len(), now.changed.len()), (1, 1));
    assert_eq!(footprint(&office), before);
    let options = Options { mail: true, agreed: Some(now.mark().unwrap()) };
    assert!(matches!(run(options).await.unwrap(), Outcome::Done(_)));
    assert_eq!(count(&office, "event_values", "field = 'reason'"), 4, "each entry of the log has the reason");

    // A process that dies between check and carrying out has done nothing; the next one begins anew.
    let text = format!("{HEADING}kato@office.example,加藤 実,sender\n");
    let plan = check(office.gateway(), text.clone().into(), None).await.unwrap().unwrap();
    let next = office.again().await;
    assert!(register::find(&next.gateway, "kato@office.example").await.is_err());
    let options = Options { mail: false, agreed: Some(plan.mark().unwrap()) };
    let after = carry_out(&next.gateway, text.into(), options, &Registrar::console(), |_| {}).await.unwrap();
    assert!(matches!(after, Outcome::Done(_)), "what was agreed to outlives the process");

    // Whose session ended meanwhile carries nothing out.
    let me = register::find(office.gateway(), "sato@office.example").await.unwrap();
    register::reset(office.gateway(), &me, &Registrar::console()).await.unwrap();
    let before = footprint(&office);
    let text = format!("{HEADING}mori@office.example,森 一,sender\n");
    let options = Options { mail: true, agreed: None };
    let refused = carry_out(office.gateway(), text.into(), options, &registrar, |_| {}).await;
    assert_eq!(problem(refused), Problem::SignInNeeded);
    assert_eq!(footprint(&office), before);
}

/// The transaction breaks off in the middle: what it wrote until then is gone with it.
async fn a_carrying_out_that_breaks_off_leaves_nothing(on: On) {
    let office = Office::new(on).await;
    let before = footprint(&office);
    let options = Options { mail: true, agreed: None };
    let gateway = office.gateway().clone();
    let broken = tokio::spawn(async move {
        let breaks = |done| assert!(done < 20, "the power fails");
        carry_out(&gateway, many(40).into(), options, &Registrar::console(), breaks).await
    });
    assert!(broken.await.map_or(true, |result| result.is_err()));
    assert_eq!(footprint(&office), before);
    assert_eq!(carried(&office, many(40)).await.added.len(), 40);
}

on_both! {
    a_file_makes_changes_and_leaves_alone
    what_was_exported_is_read_back_without_a_change
    hostile_files_are_refused_by_row
    what_is_no_register_is_refused_as_a_whole
    a_file_of_every_size_is_judged_and_none_is_half_done
    thousands_come_at_once
    rights_are_kept_by_a_file_too
    an_administrator_agrees_to_what_was_shown_and_to_nothing_else
    a_carrying_out_that_breaks_off_leaves_nothing
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_checks_first_and_then_carries_out() {
    let server = Server::start(On::Sqlite).await;
    let gateway = server.running.gateway.clone();
    let everybody = || async { register::list(&gateway).await.unwrap().len() };
    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in("sato@office.example", &server.one_time_password, PASSWORD).await;
    let page = browser.get("/register/import").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);

    let broken = format!("{HEADING}tanaka@office.example,田中,営業\nito@office.example,=1,sender\n");
    let refused = browser.post_file(&page, "/register/import", &[("mail", "1")], broken.as_bytes()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.html.contains("2 行目（役割）：役割「営業」はありません"), "{}", refused.html);
    assert!(refused.html.contains("3 行目（氏名）：「=1」は数式の形です"), "{}", refused.html);
    let pasted = browser.post_file(&page, "/register/import", &[("text", "email\nnobody")], b"").await;
    assert!(pasted.html.contains("email\nnobody</textarea>"), "what was pasted is kept: {}", pasted.html);
    let empty = browser.post_file(&page, "/register/import", &[], b"").await;
    assert!(empty.html.contains("見出しか、その下の行がありません"), "{}", empty.html);
    let large = vec![b'a'; BYTES_MOST + 1];
    let large = browser.post_file(&page, "/register/import", &[], &large).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(everybody().await, 1);

    let text = format!(
        "{HEADING}tanaka@office.example,田中 <b>直子,sender\nsato@office.example,佐藤 花子,sender administrator\n"
    );
    let shown = browser.post_file(&page, "/register/import", &[], text.as_bytes()).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.html);
    assert!(shown.html.contains("田中 &#60;b&#62;直子"), "{}", shown.html);
    let nameless = browser.post(&shown, "/register/import/carry-out", &[("reason", "")]).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nameless.html.contains("id=\"reason-error\""), "{}", nameless.html);
    assert_eq!(everybody().await, 1, "a reason is asked for");
    let done = browser.post(&nameless, "/register/import/carry-out", &[("reason", "新年度")]).await;
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/register/import?done=imported"));
    assert_eq!(everybody().await, 2);
    let twice = browser.post(&nameless, "/register/import/carry-out", &[("reason", "新年度")]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "pressed twice: nothing is left to do, and that is shown");
    assert!(twice.html.contains("反映するものはありません"), "{}", twice.html);

    let csv = browser.get("/register/export.csv").await;
    assert_eq!(csv.headers["Content-Disposition"], "attachment; filename=\"accounts.csv\"");
    assert!(csv.html.contains("tanaka@office.example"));
    let token = &server.token;
    let asked = server.client.get(format!("{}/register/export.csv", server.base)).bearer_auth(token).send().await;
    assert_ne!(asked.unwrap().status(), StatusCode::OK, "pages are for people who may read the register");
}

#[actix_web::test]
async fn encodings_and_separators_are_recognised() {
    let office = Office::new(On::Sqlite).await;
    let text = |email: &str, separator: &str| {
        let rows = [["メールアドレス", "氏名", "役割"], [email, "森 一①", "送信者"]];
        rows.map(|row| row.join(separator)).join("\r\n")
    };
    let wide = |text: String, big: bool| -> Vec<u8> {
        let units = format!("\u{feff}{text}").encode_utf16().collect::<Vec<_>>();
        units.into_iter().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let files = [
        text("a@office.example", ",").into_bytes(),
        format!("\u{feff}{}", text("b@office.example", ";")).into_bytes(),
        wide(text("c@office.example", "\t"), false),
        wide(text("d@office.example", ","), true),
        SHIFT_JIS.encode(&text("e@office.example", ",")).0.into_owned(),
    ];
    for (file, email) in files.into_iter().zip(["a", "b", "c", "d", "e"]) {
        carried(&office, file).await;
        assert_eq!(find(&office, &format!("{email}@office.example")).await.name, "森 一①", "{email}");
    }
}
