//! Personal data that are to be forgotten: after an administrator had a person erased, nothing of the database names the
//! person, on disk and by search, and the log and what was handed out of it still verify. The same by age.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::harness::browser::Browser;
use crate::harness::disk::files_with;
use crate::harness::flows::{Office, On, PASSWORD, Sent};
use crate::harness::server::Server;
use crate::harness::{problem, rows};
use diesel::RunQueryDsl;
use kakitome::audit::{InclusionProof, VerifierKey, inclusion};
use kakitome::error::{FieldFlaw, Problem};
use kakitome::model::{
    AccountState, Channel, ExportFormat, ExportState, Language, Leaving, Person, Question, Recipient, TransferId,
};
use kakitome::staff::erasure;
use kakitome::staff::log::{export, sequence};
use kakitome::staff::register;
use kakitome::staff::registrar::Registrar;
use kakitome::store::tree::{self, Kept};
use kakitome::store::{accounts, erasure::Found};
use kakitome::transfer::book::{self, Typed};
use kakitome::transfer::fax::{self, Call, Wanted};
use kakitome::transfer::{recall, recipients, seal, template};
use reqwest::StatusCode;

on_both! {
    a_person_is_nowhere_and_the_log_still_verifies
    what_is_old_goes_by_itself
    recipients_of_drafts_given_up_are_forgotten_by_age
    an_address_is_found_however_it_was_typed
    what_runs_keeps_its_events
    names_in_free_text_go
    whoever_is_taken_out_of_a_draft_is_not_searched_by
    who_works_here_is_stopped_first
    what_may_not_be_is_refused
}

const EMAIL: &str = "Marker.Person@Aozora.example";
/// What names the person and nobody else, in every form.
const MARKERS: [&str; 10] = [
    "marker.person@aozora.example",
    "Marker.Person@Aozora.example",
    "忘却花子",
    "忘却商事",
    "03-5555-0147",
    "0355550147",
    "03-5555-0146",
    "0355550146",
    "紫の傘",
    "198.51.100.77",
];

fn person() -> Person {
    erasure::person(EMAIL, "忘却花子").unwrap()
}

fn recipient() -> Recipient {
    Recipient {
        email: EMAIL.into(),
        name: "忘却花子".into(),
        language: Language::Ja,
        phone: "03-5555-0147".into(),
        phrase: "紫の傘".into(),
        channel: Channel::Phone,
    }
}

fn because() -> Registrar {
    Registrar::console().because("本人の請求 第12号").unwrap()
}

/// A transfer to the person and to somebody else.
async fn send(office: &Office) -> (TransferId, Vec<Sent>) {
    let transfer = office.draft().await;
    office.add_file(transfer, "a.pdf", b"a").await;
    recipients::add(office.gateway(), &office.sender, transfer, recipient(), None).await.unwrap();
    office.add_recipient(transfer, "tanaka@aozora.example").await;
    let issued = seal::send(office.gateway(), &office.sender, transfer).await.unwrap();
    office.deliver_mails().await;
    let sent = |issued: kakitome::transfer::numbers::Issued| {
        let secret = office.link_secret(&issued.delivery.public_id);
        Sent { issued, secret }
    };
    (transfer, issued.into_iter().map(sent).collect())
}

/// Opened from an address of the person's, then taken back with a reason that names the person.
async fn finished(office: &Office) {
    let (transfer, sent) = send(office).await;
    let attempt = kakitome::transfer::open::Attempt {
        source: "198.51.100.77".parse().unwrap(),
        ..office.attempt(&sent[0], sent[0].issued.number.expose(), false)
    };
    kakitome::transfer::open::open(office.gateway(), attempt).await.unwrap();
    end(office, transfer).await;
}

async fn end(office: &Office, transfer: TransferId) {
    let why = "marker.person@aozora.example は宛先違い";
    recall::recall(office.gateway(), &office.sender, transfer, why).await.unwrap();
    office.deliver_mails().await;
}

async fn known_everywhere(office: &Office) {
    let (gateway, sender) = (office.gateway(), &office.sender);
    let typed = || Typed {
        company: "忘却商事".into(),
        recipient: recipient(),
        phone_from_mail: false,
        note: "忘却花子様".into(),
    };
    book::add(gateway, sender, false, typed()).await.unwrap();
    book::add(gateway, sender, true, typed()).await.unwrap();
    let draft = office.draft().await;
    recipients::add(gateway, sender, draft, recipient(), None).await.unwrap();
    template::save(gateway, sender, draft, "月次").await.unwrap();
    kakitome::transfer::draft::discard(gateway, sender, draft).await.unwrap();
    let wanted = Wanted {
        recipient: "忘却花子".into(),
        company: "忘却商事".into(),
        number: "03-5555-0146".into(),
        again: "03-5555-0146".into(),
        subject: "忘却花子様宛".into(),
        pages: 1,
        reference: String::new(),
        language: Language::Ja,
        checked_by: String::new(),
        differs_on_purpose: false,
    };
    let id = fax::record(gateway, sender, &wanted, None).await.unwrap();
    fax::sent(gateway, sender, id, None, true).await.unwrap();
    let call = Call { with: "忘却花子".into(), phone: "03-5555-0147".into(), at: None };
    fax::confirmed(gateway, sender, id, call).await.unwrap();
    fax::stored(gateway, sender, id, "棚").await.unwrap();
}

/// Where the database's files have one of the markers.
fn traces(office: &Office, on: On) -> Vec<String> {
    let directory = match on {
        On::Sqlite => Office::places_in(office.directory.path()).data,
        On::Postgres => compacted(office),
    };
    let mut found = Vec::new();
    for marker in MARKERS {
        for file in files_with(&directory, marker.as_bytes()) {
            let is_mail = file.components().any(|part| part.as_os_str() == "mail");
            if !is_mail {
                found.push(format!("{marker} in {}", file.display()));
            }
        }
    }
    found
}

/// What the guide tells operators of PostgreSQL to do: rows are written anew without what was deleted. Its write-ahead log
/// keeps old bytes until it is used again, which nobody but it decides.
fn compacted(office: &Office) -> PathBuf {
    let mut connection = rows::postgres(office);
    diesel::sql_query("VACUUM FULL").execute(&mut connection).unwrap();
    diesel::sql_query("CHECKPOINT").execute(&mut connection).unwrap();
    use secrecy::ExposeSecret;
    let url = office.config.database.url.connection(None).expose_secret().to_owned();
    let directory =
        crate::harness::postgres::texts(&url, "SELECT current_setting('data_directory') AS text").pop().unwrap();
    let database = "SELECT oid::text AS text FROM pg_database WHERE datname = current_database()";
    let database = crate::harness::postgres::texts(&url, database).pop().unwrap();
    PathBuf::from(directory).join("base").join(database)
}

async fn sequence_all(office: &Office) {
    while sequence(office.gateway()).await.unwrap() {}
}

/// A receipt as a recipient or auditor has it: entry and proof.
async fn receipt(office: &Office, transfer: TransferId) -> (Vec<u8>, String) {
    let proof = office.gateway().store.read(move |tx| {
        let log = tree::current(tx)?.unwrap();
        let events = kakitome::store::events::of_transfer(tx, transfer)?;
        let (_, index) = tree::entry_of(tx, events[0].id)?.unwrap();
        let entry = tree::entries(tx, log.number, index, 1)?.remove(0);
        let path = inclusion(&Kept::of(tx, log.number), log.size, index)?;
        let checkpoint = log.signed.unwrap().checkpoint;
        Ok((entry, InclusionProof { index, path, checkpoint }.text()))
    });
    proof.await.unwrap()
}

async fn a_person_is_nowhere_and_the_log_still_verifies(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    known_everywhere(&office).await;
    finished(&office).await;
    let (running, _) = send(&office).await;
    sequence_all(&office).await;
    let before = gateway.store.read(tree::current).await.unwrap().unwrap();
    let kept = before.signed.clone().unwrap().checkpoint;
    let receipt = receipt(&office, running).await;
    assert!(!traces(&office, on).is_empty(), "it was there");

    let found = erasure::preview(gateway, &person()).await.unwrap();
    assert!(found.values >= 8, "without those of what runs: {found:?}");
    let wanted = Found {
        values: found.values,
        // That of the draft that was given up, too.
        deliveries: 2,
        running: 1,
        office_contacts: 1,
        own_contacts: 1,
        templates: 1,
        faxes: 1,
        open_faxes: 0,
        account: None,
    };
    assert_eq!(found, wanted);
    let mut steps = 0;
    let erased = erasure::erase(gateway, &because(), &person(), |_| steps += 1).await.unwrap();
    assert!(erased.values > 10 && erased.rows >= 5 && steps > 4, "{erased:?}");
    let left = erasure::preview(gateway, &person()).await.unwrap();
    assert!(left.running == 1 && left.deliveries == 0 && left.values == 0, "what runs goes on: {left:?}");
    office.check_invariants().await;
    end(&office, running).await;
    erasure::erase(gateway, &because(), &person(), |_| ()).await.unwrap();

    assert_eq!(erasure::preview(gateway, &person()).await.unwrap(), Found::default());
    // Whoever is still there has one mail in the outbox at most, and that one does not name the person.
    assert_eq!(traces(&office, on), Vec::<String>::new());
    assert_eq!(traces_in_limits(&office), Vec::<PathBuf>::new());
    assert!(rows::count(&office, "event_values", "field = 'email'") > 0, "others are still there");
    assert!(rows::count(&office, "deliveries", "email = 'tanaka@aozora.example'") == 2, "others are still there");
    assert!(rows::events(&office, "personal_data_erased") >= 2);

    sequence_all(&office).await;
    let after = gateway.store.read(tree::current).await.unwrap().unwrap();
    assert_eq!((after.number, after.size > before.size), (before.number, true), "the same tree, grown");
    let key = VerifierKey::of(&after.origin, &gateway.store.keys().log).unwrap();
    let (entry, proof) = receipt;
    InclusionProof::parse(&proof).unwrap().verify(&entry, &key).unwrap();
    let old = key.open(kept.as_bytes()).unwrap();
    let root = gateway.store.read(move |tx| kakitome::audit::root_at(&Kept::of(tx, after.number), old.size));
    assert_eq!(root.await.unwrap(), Some(old.root), "what was signed before is the beginning of what is there now");
    office.check_invariants().await;
    if matches!(on, On::Sqlite) {
        verified_offline(&office, &kept);
    }
}

fn traces_in_limits(office: &Office) -> Vec<PathBuf> {
    let keys = Office::places_in(office.directory.path()).keys;
    MARKERS.iter().flat_map(|marker| files_with(&keys, marker.as_bytes())).collect()
}

fn verified_offline(office: &Office, kept: &str) {
    let place = |name: &str| office.directory.path().join(name);
    let places = Office::places_in(office.directory.path());
    let audit = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kakitome"));
        command.env("KAKITOME_SCAN__OFF", "true").arg("audit").args(args);
        command.arg("--data").arg(&places.data).arg("--keys").arg(&places.keys).output().unwrap()
    };
    let published = place("published");
    assert!(audit(&["publish", published.to_str().unwrap()]).status.success());
    let key = String::from_utf8(audit(&["key"]).stdout).unwrap().trim().to_owned();
    std::fs::write(place("kept"), kept).unwrap();
    let mut verify = Command::new(env!("CARGO_BIN_EXE_kakitome"));
    verify.args(["audit", "verify"]).arg(&published).args(["--key", &key, "--kept"]).arg(place("kept"));
    let out = verify.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    for marker in MARKERS {
        assert_eq!(files_with(&published, marker.as_bytes()), Vec::<PathBuf>::new());
    }
    // At the console: nothing is left to do, and it says so.
    let out = audit(&["erase", EMAIL, "--dry-run", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert!(told["now"].as_object().unwrap().values().all(|count| count == 0), "{told}");
    let out = audit(&["erase", EMAIL, "--reason", "第13号", "--json"]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let out = audit(&["erase", EMAIL, "--reason", "marker.person@aozora.example"]);
    assert!(!out.status.success(), "a reason that names the person");
}

async fn what_is_old_goes_by_itself(on: On) {
    let office = Office::with(on, |config| config.audit.retention_years = 2).await;
    let gateway = office.gateway();
    finished(&office).await;
    assert!(erasure::sweep(gateway).await.unwrap() == erasure::Erased::default(), "nothing is old");
    let before = rows::count(&office, "event_values", "1 = 1");
    office.clock.forward(Duration::from_hours(24 * 366 * 2 + 24));
    finished(&office).await;
    sequence_all(&office).await;
    let erased = erasure::sweep(gateway).await.unwrap();
    assert!(erased.values as i64 == before && erased.rows >= 2, "{erased:?} of {before}");
    assert_eq!(rows::count(&office, "deliveries", "email = ''"), 2, "those of two years ago");
    assert_eq!(rows::count(&office, "deliveries", "email <> ''"), 2, "those of today");
    assert!(rows::count(&office, "events", "event = 'personal_data_erased'") >= 1);
    assert!(erasure::sweep(gateway).await.unwrap() == erasure::Erased::default());
    sequence_all(&office).await;
    office.check_invariants().await;
}

/// Nobody ended their deliveries: the transfer was destroyed.
async fn recipients_of_drafts_given_up_are_forgotten_by_age(on: On) {
    let office = Office::with(on, |config| config.audit.retention_years = 2).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let draft = office.draft().await;
    recipients::add(gateway, sender, draft, recipient(), None).await.unwrap();
    kakitome::transfer::draft::discard(gateway, sender, draft).await.unwrap();
    assert_eq!(rows::count(&office, "deliveries", "ended_at IS NULL AND email <> ''"), 1);
    office.clock.forward(Duration::from_hours(24 * 366 * 2 + 24));
    let erased = erasure::sweep(gateway).await.unwrap();
    assert_eq!(erased.rows, 1, "{erased:?}");
    assert_eq!(rows::count(&office, "deliveries", "email <> '' OR name <> '' OR phone <> '' OR phrase <> ''"), 0);
    assert_eq!(rows::count(&office, "parties", "1 = 1"), 0);
    assert_eq!(rows::events(&office, "personal_data_erased"), 1);
    assert_eq!(erasure::sweep(gateway).await.unwrap(), erasure::Erased::default());
    assert_eq!(rows::events(&office, "personal_data_erased"), 1, "nothing is written where nothing is old");
    office.check_invariants().await;
}

/// Typed in another case each time, in places that have it no more.
async fn an_address_is_found_however_it_was_typed(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let typed = |email: &str| Recipient { email: email.into(), ..recipient() };
    let draft = office.draft().await;
    let gone = recipients::add(gateway, sender, draft, typed("MARKER.Person@aozora.example"), None).await.unwrap();
    recipients::remove(gateway, sender, draft, gone).await.unwrap();
    recipients::add(gateway, sender, draft, typed("marker.PERSON@aozora.example"), None).await.unwrap();
    kakitome::transfer::draft::discard(gateway, sender, draft).await.unwrap();
    let entry = Typed {
        company: "忘却商事".into(),
        recipient: typed("Marker.person@AOZORA.example"),
        phone_from_mail: false,
        note: String::new(),
    };
    book::add(gateway, sender, true, entry).await.unwrap();
    assert!(rows::count(&office, "event_values", "field = 'email'") >= 3);
    let lower = erasure::person("marker.person@aozora.example", "").unwrap();
    erasure::erase(gateway, &because(), &lower, |_| ()).await.unwrap();
    assert_eq!(erasure::preview(gateway, &lower).await.unwrap(), Found::default());
    let of_recipients = "field IN ('email', 'name', 'phone') AND event_id IN \
         (SELECT id FROM events WHERE event IN ('recipient_added', 'recipient_removed', 'contact_added'))";
    assert_eq!(rows::count(&office, "event_values", of_recipients), 0);
    assert_eq!(rows::count(&office, "parties", "1 = 1"), 0);
    office.check_invariants().await;
}

/// A delivery that is not over waits with all that the log says of it.
async fn what_runs_keeps_its_events(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    finished(&office).await;
    let (running, _) = send(&office).await;
    let of_running =
        format!("event_id IN (SELECT id FROM events WHERE event = 'recipient_added' AND transfer_id = '{running}')");
    let before = rows::count(&office, "event_values", &of_running);
    assert!(before >= 2);
    let found = erasure::preview(gateway, &person()).await.unwrap();
    let erased = erasure::erase(gateway, &because(), &person(), |_| ()).await.unwrap();
    assert!(found.values > 0 && erased.values as i64 >= found.values, "{erased:?} of {found:?}");
    assert_eq!(rows::count(&office, "event_values", &of_running), before);
    let left = erasure::preview(gateway, &person()).await.unwrap();
    assert_eq!(left, Found { running: 1, ..Found::default() });
    end(&office, running).await;
    erasure::erase(gateway, &because(), &person(), |_| ()).await.unwrap();
    // Of the other recipient.
    assert!(rows::count(&office, "event_values", &of_running) < before);
    assert_eq!(erasure::preview(gateway, &person()).await.unwrap(), Found::default());
}

/// A reason, an asked purpose and a template that name the person, and the file that was asked for.
async fn names_in_free_text_go(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let transfer = office.draft().await;
    office.add_file(transfer, "a.pdf", b"a").await;
    office.add_recipient(transfer, "tanaka@aozora.example").await;
    template::save(gateway, sender, transfer, "忘却花子様の件").await.unwrap();
    template::save(gateway, sender, transfer, "月次").await.unwrap();
    seal::send(gateway, sender, transfer).await.unwrap();
    office.deliver_mails().await;
    recall::recall(gateway, sender, transfer, "忘却　花子様宛の誤り").await.unwrap();
    office.deliver_mails().await;
    let asked = export::Asked {
        question: Question::default(),
        format: ExportFormat::Csv,
        columns: Vec::new(),
        purpose: "忘却花子様の照会".into(),
    };
    let export = export::ask(gateway, export::Exporter::console(), asked).await.unwrap();
    assert!(export::work(gateway, Some(export), |_| {}).await.unwrap());
    erasure::erase(gateway, &because(), &person(), |_| ()).await.unwrap();
    assert_eq!(traces(&office, on), Vec::<String>::new());
    // They are of use as before.
    assert_eq!(rows::count(&office, "templates", "recipients LIKE '%tanaka@aozora.example%'"), 2);
    assert_eq!(rows::count(&office, "templates", "name = '月次'"), 1, "nobody else's is changed");
    assert_eq!(rows::count(&office, "templates", "name = id"), 1);
    let state = export::show(gateway, export::Exporter::console(), export).await.unwrap().export.state;
    assert_eq!(state, ExportState::Cancelled);
    office.check_invariants().await;
}

async fn whoever_is_taken_out_of_a_draft_is_not_searched_by(on: On) {
    let office = Office::new(on).await;
    let (gateway, sender) = (office.gateway(), &office.sender);
    let draft = office.draft().await;
    let added = recipients::add(gateway, sender, draft, recipient(), None).await.unwrap();
    office.add_recipient(draft, "tanaka@aozora.example").await;
    let other = Recipient { email: "mori@aozora.example".into(), ..recipient() };
    recipients::change(gateway, sender, draft, added, other).await.unwrap();
    assert_eq!(rows::count(&office, "parties", "email LIKE 'Marker%'"), 0);
    assert_eq!(rows::count(&office, "parties", "email = 'mori@aozora.example'"), 1);
    recipients::remove(gateway, sender, draft, added).await.unwrap();
    assert_eq!(rows::count(&office, "parties", "1 = 1"), 1, "somebody else is");
}

async fn who_works_here_is_stopped_first(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    let somebody = Office::add_sender(gateway, "leaver@office.example", "退職 太郎").await;
    let account = somebody.account().clone();
    let person = erasure::person("leaver@office.example", "").unwrap();
    let refused = problem(erasure::erase(gateway, &because(), &person, |_| ()).await);
    assert_eq!(refused, Problem::WrongState { state: "active" });
    let found = erasure::preview(gateway, &person).await.unwrap();
    assert_eq!(found.account, Some(AccountState::Active));
    register::stop(gateway, &account, Leaving::Recall, &because()).await.unwrap();
    office.deliver_mails().await;
    erasure::erase(gateway, &because(), &person, |_| ()).await.unwrap();
    let id = account.id;
    let blank = gateway.store.read(move |tx| accounts::get(tx, id)).await.unwrap();
    assert_eq!((blank.name.as_str(), blank.phone.as_str(), blank.state), ("", "", AccountState::Stopped));
    assert!(blank.email.ends_with("@erased.invalid"));
    assert_eq!(register::compare(gateway).await.unwrap(), Vec::new(), "register and log agree");
    assert_eq!(rows::count(&office, "accounts", "email = 'leaver@office.example'"), 0);
    if matches!(on, On::Sqlite) {
        let data = Office::places_in(office.directory.path()).data;
        for marker in ["leaver@office.example", "退職 太郎"] {
            let left = files_with(&data, marker.as_bytes());
            let left: Vec<_> = left.into_iter().filter(|file| !file.starts_with(data.join("mail"))).collect();
            assert_eq!(left, Vec::<PathBuf>::new(), "{marker}");
        }
    }
    office.check_invariants().await;
}

async fn what_may_not_be_is_refused(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    finished(&office).await;
    let email = |flaw| Problem::Field { field: "email", flaw };
    assert_eq!(problem(erasure::person(" ", "")), email(FieldFlaw::Missing));
    assert_eq!(problem(erasure::person("鈴木", "")), email(FieldFlaw::Malformed));
    for (why, flaw) in [
        ("", FieldFlaw::Missing),
        ("MARKER.person@aozora.example の請求", FieldFlaw::NamesPerson),
        ("忘却 花子様の請求", FieldFlaw::NamesPerson),
    ] {
        let registrar = Registrar::console().because(why).unwrap();
        let refused = problem(erasure::erase(gateway, &registrar, &person(), |_| ()).await);
        assert_eq!(refused, Problem::Field { field: "reason", flaw });
    }
    assert_eq!(rows::events(&office, "personal_data_erased"), 0);
    assert_eq!(erasure::preview(gateway, &person()).await.unwrap().deliveries, 1, "nothing was erased");
}

/// An administrator at the page: looks, says why, is sure.
#[actix_web::test]
async fn an_administrator_erases_at_the_page() {
    let server = Server::start(On::Sqlite).await;
    let sent = server.send(&[("a.txt", b"a".to_vec())]).await;
    server.post(&format!("/transfers/{}/recall", sent.transfer), serde_json::json!({"reason": "誤り"})).await;
    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in("sato@office.example", &server.one_time_password, PASSWORD).await;
    browser.turn_to(&server.client, &server.admin_base());
    let page = browser.get("/admin/erase").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    let wrong = browser.post(&page, "/admin/erase", &[("email", "suzuki")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.html);
    let found = browser.post(&page, "/admin/erase", &[("email", "suzuki@aozora.example")]).await;
    assert!(found.status == StatusCode::OK && found.html.contains("name=\"erase\""), "{}", found.html);
    let all = [("email", "suzuki@aozora.example"), ("reason", "第12号"), ("erase", "yes")];
    let unsure = browser.post(&found, "/admin/erase", &all).await;
    assert!(unsure.status == StatusCode::UNPROCESSABLE_ENTITY && unsure.html.contains("id=\"sure-error\""));
    let sure = [all.as_slice(), &[("sure", "yes")]].concat();
    let done = browser.post(&found, "/admin/erase", &sure).await;
    assert_eq!(
        (done.status, done.location.as_str()),
        (StatusCode::SEE_OTHER, "/admin/erase?done=erased"),
        "{}",
        done.html
    );
    // The sender's own page of the transfer is still there, and names nobody.
    browser.turn_to(&server.client, &server.base);
    let transfer = browser.get(&format!("/transfers/{}", sent.transfer)).await;
    assert!(transfer.status == StatusCode::OK && !transfer.html.contains("suzuki@aozora"), "{}", transfer.html);
}
