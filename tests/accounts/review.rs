//! The periodic review of the account register: who decides, what the signature carries out, and what the record says.

use std::time::Duration;

use crate::harness::browser::Browser;
use crate::harness::flows::{Office, On, PASSWORD};
use crate::harness::problem;
use crate::harness::server::Server;
use kakitome::error::{FieldFlaw, Problem, Result};
use kakitome::gateway::Gateway;
use kakitome::model::{
    Account, AccountId, AccountState, Decision, Language, Passphrase, ReviewId, ReviewState, Role, Scope,
};
use kakitome::staff::permit::{Administrator, SignedIn};
use kakitome::staff::register::{self, NewAccount};
use kakitome::staff::registrar::Registrar;
use kakitome::staff::review::due::Standing;
use kakitome::staff::review::record::{self, Done};
use kakitome::staff::review::{self, Decider, Reviewers, Viewer, Wanted, Whom};
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{session, sign_in};
use reqwest::Method;
use serde_json::{Value, json};

const DAY: Duration = Duration::from_secs(24 * 3600);

on_both! {
    a_review_from_start_to_signature
    nobody_reviews_himself
    a_reviewer_decides_what_was_assigned_and_nothing_else
    what_changed_meanwhile_is_never_added_back
    the_last_administrator_is_not_signed_away
    one_review_runs_at_a_time
    deciding_and_signing_at_once
    two_signatures_at_once
    two_starts_at_once
    reminders_go_out_once
}

/// Signs in as somebody whose password was set at the console.
async fn signed_in(office: &Office, email: &str) -> SignedIn {
    let password = Passphrase::new(PASSWORD.into());
    let session = sign_in::sign_in(office.gateway(), email, password, &Visitor::default()).await.unwrap();
    session::by_cookie(office.gateway(), &session.cookie, &Visitor::default()).await.unwrap()
}

async fn administrator(office: &Office) -> Administrator {
    signed_in(office, "sato@office.example").await.administrator().unwrap()
}

/// An account that has changed its initial password, with these roles.
async fn person(office: &Office, email: &str, roles: &[Role]) -> SignedIn {
    Office::add_sender(office.gateway(), email, "高橋 次郎").await;
    let account = register::find(office.gateway(), email).await.unwrap();
    register::set_roles(office.gateway(), &account, roles.to_vec(), &Registrar::console()).await.unwrap();
    signed_in(office, email).await
}

/// An account whose owner has not come yet.
async fn add(gateway: &Gateway, email: &str, department: &str, roles: &[Role]) -> Account {
    let new = NewAccount {
        email: email.into(),
        name: "中村 進".into(),
        department: department.into(),
        phone: String::new(),
        language: Language::Ja,
        roles: roles.to_vec(),
    };
    register::add(gateway, new, &Registrar::console()).await.unwrap().account
}

fn running(administrator: &Administrator) -> Registrar {
    Registrar::reviewing(administrator, "").unwrap()
}

async fn start(office: &Office, administrator: &Administrator) -> ReviewId {
    review::start(office.gateway(), &running(administrator), None, Reviewers::default()).await.unwrap()
}

fn keep() -> Wanted {
    Wanted { decision: Decision::Keep, roles: Vec::new(), reason: String::new() }
}

fn stop() -> Wanted {
    Wanted { decision: Decision::Stop, roles: Vec::new(), reason: "退職したため".into() }
}

fn reduce(roles: &[Role]) -> Wanted {
    Wanted { decision: Decision::Reduce, roles: roles.to_vec(), reason: "担当を離れたため".into() }
}

async fn decide(office: &Office, by: &Decider, id: ReviewId, of: AccountId, wanted: Wanted) -> Result<()> {
    review::decide(office.gateway(), by, id, vec![of], &wanted).await
}

async fn sign(office: &Office, administrator: &Administrator, id: ReviewId) -> Result<review::Signed> {
    review::sign(office.gateway(), &running(administrator), id, None, None).await
}

async fn account(office: &Office, id: AccountId) -> Account {
    register::get(office.gateway(), id).await.unwrap()
}

/// The leaves of the log's entries of this word.
fn leaves(office: &Office, word: &str) -> Vec<String> {
    let url = String::from(office.config.database.url.clone());
    if url.starts_with("postgres") {
        let query = format!("select convert_from(leaf, 'UTF8') as text from events where event = '{word}'");
        return crate::harness::postgres::texts(&url, &query);
    }
    let query = format!("select cast(leaf as text) from events where event = '{word}'");
    crate::harness::disk::sqlite(&office.directory.path().join("data/kakitome.sqlite"), &query)
}

fn count(office: &Office, word: &str) -> usize {
    leaves(office, word).len()
}

async fn a_review_from_start_to_signature(on: On) {
    let office = Office::new(on).await;
    let both = [Role::Sender, Role::Auditor];
    let kept = add(office.gateway(), "kept@office.example", "営業", &[Role::Sender]).await;
    let reduced = add(office.gateway(), "reduced@office.example", "営業", &both).await;
    let stopped = add(office.gateway(), "stopped@office.example", "総務", &[Role::Sender]).await;
    let gone = add(office.gateway(), "gone@office.example", "", &[Role::Sender]).await;
    register::stop(office.gateway(), &gone, kakitome::model::Leaving::Keep, &Registrar::console()).await.unwrap();
    let sato = administrator(&office).await;
    let id = start(&office, &sato).await;
    let sheet = review::look(office.gateway(), Viewer::All, id).await.unwrap();
    assert_eq!(sheet.rows.len(), 4, "whoever was stopped before is not looked at");
    assert_eq!(problem(sign(&office, &sato, id).await), Problem::ReviewUndecided { left: 4 });
    let by = Decider::from(&sato);
    decide(&office, &by, id, kept.id, keep()).await.unwrap();
    decide(&office, &by, id, stopped.id, keep()).await.unwrap();
    decide(&office, &by, id, stopped.id, stop()).await.unwrap();
    decide(&office, &by, id, reduced.id, reduce(&[Role::Sender])).await.unwrap();
    decide(&office, &by, id, sato.account().id, keep()).await.unwrap();
    assert_eq!(account(&office, stopped.id).await.state, AccountState::Active, "nothing changes before the signature");
    let registrar = Registrar::reviewing(&sato, "年2回の棚卸し").unwrap();
    let signed = review::sign(office.gateway(), &registrar, id, None, None).await.unwrap();
    assert_eq!((signed.kept, signed.reduced, signed.stopped), (2, 1, 1));
    assert_eq!(account(&office, stopped.id).await.state, AccountState::Stopped);
    assert_eq!(account(&office, reduced.id).await.roles, [Role::Sender]);
    assert_eq!(account(&office, kept.id).await.roles, [Role::Sender]);
    the_record_says_it(&office, id, &signed).await;
    let over = Problem::ReviewEnded { state: "signed" };
    assert_eq!(problem(sign(&office, &sato, id).await), over);
    assert_eq!(problem(decide(&office, &by, id, kept.id, keep()).await), over);
    assert_eq!(problem(review::abandon(office.gateway(), &Registrar::console().because("x").unwrap(), id).await), over);
}

async fn the_record_says_it(office: &Office, id: ReviewId, signed: &review::Signed) {
    let kept = record::read(office.gateway(), id).await.unwrap();
    assert_eq!(kept.digest, data_encoding::HEXLOWER.encode(&signed.digest));
    let canonical = serde_json_canonicalizer::to_vec(&kept.record).unwrap();
    assert_eq!(canonical, kept.bytes, "what was read says the same, byte for byte");
    let record = kept.record;
    let line = |email: &str| record.accounts.iter().find(|line| line.account.email.starts_with(email)).unwrap();
    assert_eq!((line("kept").done, line("kept").decision), (Done::Nothing, Decision::Keep));
    assert_eq!((line("reduced").done, line("reduced").roles_after.as_slice()), (Done::Now, &[Role::Sender][..]));
    assert_eq!(
        (line("stopped").state_before, line("stopped").state_after),
        (AccountState::Active, AccountState::Stopped)
    );
    assert_eq!((line("stopped").reason.as_str(), line("stopped").own_account), ("退職したため", false));
    assert!(line("sato").own_account, "nobody else could keep the only administrator");
    assert_eq!((record.note.as_str(), record.reviewers.len()), ("年2回の棚卸し", 1));
    assert_eq!((record.period_from, record.period_to), (office.sender.account().created_at, record.signed_at));
    assert!(leaves(office, "review_signed")[0].contains(&kept.digest), "the log has the digest");
    for (word, times) in [("review_started", 1), ("review_assigned", 4), ("review_decided", 5), ("account_stopped", 2)]
    {
        assert_eq!(count(office, word), times, "{word}");
    }
}

async fn nobody_reviews_himself(on: On) {
    let office = Office::new(on).await;
    let tanaka = person(&office, "tanaka@office.example", &[Role::Administrator]).await;
    let sato = administrator(&office).await;
    let id = start(&office, &sato).await;
    let sheet = review::look(office.gateway(), Viewer::All, id).await.unwrap();
    let own = sheet.rows.iter().find(|row| row.account.id == sato.account().id).unwrap();
    assert_eq!(own.reviewer, Some(tanaka.account.id), "the own account went to the other administrator");
    let by = Decider::from(&sato);
    let me = sato.account().id;
    assert_eq!(problem(decide(&office, &by, id, me, keep()).await), Problem::OwnAccount);
    let whom = Whom::Account(me);
    let given = review::assign(office.gateway(), &running(&sato), id, whom, me).await;
    assert_eq!(problem(given), Problem::OwnAccount);
    // The own account is decided by the other, but not carried out by the own signature.
    let other = Decider::from(&tanaka.clone().administrator().unwrap());
    decide(&office, &other, id, me, reduce(&[Role::Administrator])).await.unwrap();
    decide(&office, &by, id, tanaka.account.id, keep()).await.unwrap();
    assert_eq!(problem(sign(&office, &sato, id).await), Problem::OwnAccount);
    let tanaka = tanaka.administrator().unwrap();
    sign(&office, &tanaka, id).await.unwrap();
    assert_eq!(account(&office, me).await.roles, [Role::Administrator]);
}

async fn a_reviewer_decides_what_was_assigned_and_nothing_else(on: On) {
    let office = Office::new(on).await;
    let suzuki = person(&office, "suzuki@office.example", &[Role::Sender]).await;
    let sales = add(office.gateway(), "sales@office.example", "営業", &[Role::Sender]).await;
    let books = add(office.gateway(), "books@office.example", "経理", &[Role::Sender]).await;
    let sato = administrator(&office).await;
    let reviewers = Reviewers { usual: None, departments: vec![("営業".into(), suzuki.account.id)] };
    let id = review::start(office.gateway(), &running(&sato), None, reviewers).await.unwrap();
    let viewer = Viewer::of(&suzuki.account);
    let seen = review::look(office.gateway(), viewer, id).await.unwrap();
    assert_eq!(seen.rows.iter().map(|row| row.account.id).collect::<Vec<_>>(), [sales.id]);
    let nobody = Viewer::Of(books.id);
    assert_eq!(problem(review::look(office.gateway(), nobody, id).await.map(drop)), Problem::NotFound);
    let by = Decider::from(&suzuki.person().unwrap());
    assert_eq!(problem(decide(&office, &by, id, books.id, keep()).await), Problem::NotFound);
    // One that is not his spoils the whole selection.
    let both = review::decide(office.gateway(), &by, id, vec![sales.id, books.id], &keep()).await;
    assert_eq!(problem(both), Problem::NotFound);
    let sheet = review::look(office.gateway(), Viewer::All, id).await.unwrap();
    assert_eq!(sheet.settled(), 0);
    let missing = |field| Problem::Field { field, flaw: FieldFlaw::Missing };
    let silent = Wanted { reason: " ".into(), ..stop() };
    assert_eq!(problem(decide(&office, &by, id, sales.id, silent).await), missing("reason"));
    assert_eq!(problem(decide(&office, &by, id, sales.id, reduce(&[])).await), missing("role"));
    let foreign = Problem::Field { field: "role", flaw: FieldFlaw::Malformed };
    assert_eq!(problem(decide(&office, &by, id, sales.id, reduce(&[Role::Administrator])).await), foreign);
    assert_eq!(problem(decide(&office, &by, id, sales.id, reduce(&[Role::Sender])).await), foreign);
    decide(&office, &by, id, sales.id, stop()).await.unwrap();
    let to = suzuki_of(&office).await;
    let given = review::assign(office.gateway(), &running(&sato), id, Whom::Department("経理".into()), to).await;
    assert_eq!(given.unwrap(), 1);
    decide(&office, &by, id, books.id, keep()).await.unwrap();
    // Stopped in the meantime, he decides no more.
    let him = account(&office, to).await;
    register::stop(office.gateway(), &him, kakitome::model::Leaving::Keep, &Registrar::console()).await.unwrap();
    assert_eq!(problem(decide(&office, &by, id, books.id, stop()).await), Problem::SignInNeeded);
}

async fn suzuki_of(office: &Office) -> AccountId {
    register::find(office.gateway(), "suzuki@office.example").await.unwrap().id
}

async fn what_changed_meanwhile_is_never_added_back(on: On) {
    let office = Office::new(on).await;
    let three = [Role::Sender, Role::Approver, Role::Auditor];
    let one = add(office.gateway(), "one@office.example", "", &three).await;
    let two = add(office.gateway(), "two@office.example", "", &three).await;
    let gone = add(office.gateway(), "gone@office.example", "", &[Role::Sender]).await;
    let sato = administrator(&office).await;
    let by = Decider::from(&sato);
    let id = start(&office, &sato).await;
    decide(&office, &by, id, one.id, reduce(&[Role::Sender, Role::Approver])).await.unwrap();
    decide(&office, &by, id, two.id, reduce(&[Role::Auditor])).await.unwrap();
    decide(&office, &by, id, gone.id, stop()).await.unwrap();
    decide(&office, &by, id, sato.account().id, keep()).await.unwrap();
    let console = Registrar::console();
    register::set_roles(office.gateway(), &one, vec![Role::Sender, Role::Auditor], &console).await.unwrap();
    register::set_roles(office.gateway(), &two, vec![Role::Sender], &console).await.unwrap();
    register::stop(office.gateway(), &gone, kakitome::model::Leaving::Keep, &console).await.unwrap();
    // Nothing of what was left to the second is there any more: it has to be decided again.
    assert_eq!(problem(sign(&office, &sato, id).await), Problem::ReviewUndecided { left: 1 });
    assert_eq!(account(&office, one.id).await.roles, [Role::Sender, Role::Auditor], "nothing was half done");
    decide(&office, &by, id, two.id, keep()).await.unwrap();
    sign(&office, &sato, id).await.unwrap();
    assert_eq!(account(&office, one.id).await.roles, [Role::Sender], "never a role that it had lost");
    let record = record::read(office.gateway(), id).await.unwrap().record;
    let line = |email: &str| record.accounts.iter().find(|line| line.account.email.starts_with(email)).unwrap();
    assert_eq!((line("gone").done, line("one").done), (Done::Before, Done::Now));
}

async fn the_last_administrator_is_not_signed_away(on: On) {
    let office = Office::new(on).await;
    let ito = add(office.gateway(), "ito@office.example", "", &[Role::Sender]).await;
    let sato = administrator(&office).await;
    let id = start(&office, &sato).await;
    let console = Decider::console(None);
    let me = sato.account().id;
    decide(&office, &console, id, ito.id, keep()).await.unwrap();
    decide(&office, &console, id, me, stop()).await.unwrap();
    assert_eq!(problem(sign(&office, &sato, id).await), Problem::OwnAccount);
    let at_console = review::sign(office.gateway(), &Registrar::console(), id, None, None).await;
    assert_eq!(problem(at_console), Problem::LastAdministrator);
    assert_eq!(account(&office, me).await.state, AccountState::Active);
    let sheet = review::look(office.gateway(), Viewer::All, id).await.unwrap();
    let everybody: Vec<Account> = sheet.people.values().cloned().collect();
    let named = review::signing::obstacles(&sheet.rows, &everybody, None, office.gateway().now());
    assert_eq!(named, [(me, review::signing::Obstacle::Last)]);
    // Who signs at the console must be an administrator, as was said.
    let said = review::sign(office.gateway(), &Registrar::console(), id, Some(ito.id), None).await;
    assert!(matches!(problem(said), Problem::Field { field: "reviewer", .. }));
    decide(&office, &console, id, me, keep()).await.unwrap();
    review::sign(office.gateway(), &Registrar::console(), id, Some(me), None).await.unwrap();
    let record = record::read(office.gateway(), id).await.unwrap().record;
    assert!(record.signed_at_console && record.signed_by.is_some_and(|by| by.id == me));
    assert!(record.accounts.iter().all(|line| line.at_console && line.decided_by.is_none()));
}

async fn one_review_runs_at_a_time(on: On) {
    let office = Office::new(on).await;
    let sato = administrator(&office).await;
    let gateway = office.gateway();
    let past = review::start(gateway, &running(&sato), Some(gateway.now() - DAY), Reviewers::default()).await;
    assert!(matches!(problem(past), Problem::Field { field: "deadline", .. }));
    let id = start(&office, &sato).await;
    let again = review::start(gateway, &running(&sato), None, Reviewers::default()).await;
    assert_eq!(problem(again), Problem::ReviewOpen);
    let silent = review::abandon(gateway, &running(&sato), id).await;
    assert!(matches!(problem(silent), Problem::Field { field: "reason", .. }));
    let registrar = Registrar::administrator(gateway, &sato, "対象を間違えたため").unwrap();
    review::abandon(gateway, &registrar, id).await.unwrap();
    assert_eq!(problem(record::read(gateway, id).await), Problem::NotFound);
    let next = start(&office, &sato).await;
    let all = review::all(gateway).await.unwrap();
    assert_eq!(all.iter().map(|one| one.id).collect::<Vec<_>>(), [next, id]);
    assert_eq!((all[1].state, all[1].note.as_str()), (ReviewState::Abandoned, "対象を間違えたため"));
    office.clock.forward(DAY * 40);
    let due = review::status(gateway).await.unwrap();
    assert_eq!(due.standing(), Some(Standing::Overdue { days: 10 }), "{due:?}");
}

/// A review of two accounts that lacks one decision.
async fn nearly_done(office: &Office) -> (Administrator, ReviewId, AccountId) {
    let other = add(office.gateway(), "other@office.example", "", &[Role::Sender]).await;
    let sato = administrator(office).await;
    let id = start(office, &sato).await;
    decide(office, &Decider::from(&sato), id, sato.account().id, keep()).await.unwrap();
    (sato, id, other.id)
}

async fn deciding_and_signing_at_once(on: On) {
    let office = Office::new(on).await;
    let (sato, id, other) = nearly_done(&office).await;
    let by = Decider::from(&sato);
    decide(&office, &by, id, other, keep()).await.unwrap();
    let (decided, signed) = tokio::join!(decide(&office, &by, id, other, stop()), sign(&office, &sato, id));
    let signed = signed.unwrap();
    let after = account(&office, other).await.state;
    let record = record::read(office.gateway(), id).await.unwrap().record;
    let line = record.accounts.iter().find(|line| line.account.id == other).unwrap();
    match decided {
        Ok(()) => assert_eq!((after, line.decision, signed.stopped), (AccountState::Stopped, Decision::Stop, 1)),
        Err(error) => {
            assert_eq!(problem::<()>(Err(error)), Problem::ReviewEnded { state: "signed" });
            assert_eq!((after, line.decision, signed.stopped), (AccountState::Active, Decision::Keep, 0));
        }
    }
}

async fn two_signatures_at_once(on: On) {
    let office = Office::new(on).await;
    let (sato, id, other) = nearly_done(&office).await;
    decide(&office, &Decider::from(&sato), id, other, stop()).await.unwrap();
    let (one, two) = tokio::join!(sign(&office, &sato, id), sign(&office, &sato, id));
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    won.unwrap();
    assert_eq!(problem(lost), Problem::ReviewEnded { state: "signed" });
    assert_eq!((count(&office, "review_signed"), count(&office, "account_stopped")), (1, 1));
}

async fn two_starts_at_once(on: On) {
    let office = Office::new(on).await;
    let sato = administrator(&office).await;
    let begin = || {
        let registrar = running(&sato);
        let gateway = office.gateway().clone();
        async move { review::start(&gateway, &registrar, None, Reviewers::default()).await }
    };
    let (one, two) = tokio::join!(begin(), begin());
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    won.unwrap();
    assert_eq!(problem(lost), Problem::ReviewOpen);
    assert_eq!(count(&office, "review_started"), 1);
}

async fn reminders_go_out_once(on: On) {
    let office = Office::new(on).await;
    let suzuki = person(&office, "suzuki@office.example", &[Role::Sender]).await;
    let sales = add(office.gateway(), "sales@office.example", "営業", &[Role::Sender]).await;
    let sato = administrator(&office).await;
    let reviewers = Reviewers { usual: None, departments: vec![("営業".into(), suzuki.account.id)] };
    let deadline = office.gateway().now() + DAY * 30;
    let id = review::start(office.gateway(), &running(&sato), Some(deadline), reviewers).await.unwrap();
    office.deliver_mails().await;
    let told = |office: &Office| office.mails().iter().filter(|mail| mail.contains("棚卸し")).count();
    assert_eq!(told(&office), 1, "the reviewer is told, whoever began knows");
    let mail = office.mails().into_iter().find(|mail| mail.contains("棚卸し")).unwrap();
    assert!(mail.contains("To: 高橋 次郎 <suzuki@office.example>") && mail.contains("1名"), "{mail}");
    let sweep = || async { review::reminders::sweep(office.gateway()).await.unwrap() };
    assert_eq!(sweep().await, 0);
    office.clock.forward(DAY * 23);
    assert_eq!((sweep().await, sweep().await), (2, 0), "seven days before");
    office.deliver_mails().await;
    assert_eq!(told(&office), 3);
    // Who has decided everything before the mail leaves does not get it.
    office.clock.forward(DAY * 6);
    assert_eq!(sweep().await, 2, "one day before");
    let by = Decider::console(Some(suzuki.account.id));
    decide(&office, &by, id, sales.id, keep()).await.unwrap();
    office.deliver_mails().await;
    assert_eq!(told(&office), 4);
    office.clock.forward(DAY);
    assert_eq!((sweep().await, sweep().await), (1, 0), "the day after");
    assert_eq!(count(&office, "review_reminded"), 5);
}

#[actix_web::test]
async fn a_review_is_due_by_the_calendar() {
    let office = Office::new(On::Sqlite).await;
    let gateway = office.gateway();
    let months = u64::from(gateway.policy().review_months);
    assert!(matches!(review::status(gateway).await.unwrap().standing(), Some(Standing::Next { .. })));
    office.clock.forward(DAY * (31 * months) as u32);
    assert!(matches!(review::status(gateway).await.unwrap().standing(), Some(Standing::Since { .. })));
    let sato = administrator(&office).await;
    let id = start(&office, &sato).await;
    decide(&office, &Decider::from(&sato), id, sato.account().id, keep()).await.unwrap();
    sign(&office, &sato, id).await.unwrap();
    let due = review::status(gateway).await.unwrap();
    assert!(matches!(due.standing(), Some(Standing::Next { at }) if at > gateway.now() + DAY * 27));
}

#[actix_web::test]
async fn what_is_signed_is_what_was_shown() {
    let office = Office::new(On::Sqlite).await;
    let sato = administrator(&office).await;
    let ito = add(office.gateway(), "ito@office.example", "", &[Role::Sender]).await;
    let id = start(&office, &sato).await;
    for account in [sato.account().id, ito.id] {
        decide(&office, &Decider::console(None), id, account, keep()).await.unwrap();
    }
    let shown = review::look(office.gateway(), Viewer::All, id).await.unwrap().mark();
    decide(&office, &Decider::console(None), id, ito.id, stop()).await.unwrap();
    let registrar = running(&sato);
    let signed = |agreed| review::sign(office.gateway(), &registrar, id, None, Some(agreed));
    assert_eq!(problem(signed(shown).await.map(drop)), Problem::ReviewChanged);
    assert_eq!(register::get(office.gateway(), ito.id).await.unwrap().state, AccountState::Active);
    let now = review::look(office.gateway(), Viewer::All, id).await.unwrap().mark();
    assert_eq!(signed(now).await.unwrap().stopped, 1);
}

#[actix_web::test]
async fn a_role_that_came_after_the_decision_is_decided_again() {
    let office = Office::new(On::Sqlite).await;
    let sato = administrator(&office).await;
    let ito = add(office.gateway(), "ito@office.example", "", &[Role::Sender]).await;
    let id = start(&office, &sato).await;
    for account in [sato.account().id, ito.id] {
        decide(&office, &Decider::console(None), id, account, keep()).await.unwrap();
    }
    let more = vec![Role::Sender, Role::Auditor];
    register::set_roles(office.gateway(), &ito, more, &Registrar::console()).await.unwrap();
    assert_eq!(problem(sign(&office, &sato, id).await.map(drop)), Problem::ReviewUndecided { left: 1 });
    decide(&office, &Decider::console(None), id, ito.id, keep()).await.unwrap();
    sign(&office, &sato, id).await.unwrap();
}

#[actix_web::test]
async fn programs_review_too_if_they_may() {
    let server = Server::start(On::Sqlite).await;
    let boss = server.account("boss@office.example", &[Role::Administrator]).await;
    let admin = server.token_of(&boss, Scope::Admin).await;
    let auditor = server.account("auditor@office.example", &[Role::Auditor]).await;
    let audit = server.token_of(&auditor, Scope::Audit).await;
    let sato = register::find(&server.running.gateway, "sato@office.example").await.unwrap().id;
    let ask = |method: Method, path: &str, token: &str, body: Value| {
        let request = server.client.request(method, format!("{}/api/v1{path}", server.base)).bearer_auth(token);
        async move { request.json(&body).send().await.unwrap() }
    };
    let refused = ask(Method::POST, "/reviews", &audit, json!({})).await;
    assert_eq!(refused.status(), 403);
    let begun = ask(Method::POST, "/reviews", &admin, json!({"deadline": "2099-01-01"})).await;
    assert_eq!(begun.status(), 422, "too far away");
    let begun = ask(Method::POST, "/reviews", &admin, json!({})).await;
    assert_eq!(begun.status(), 201);
    let begun: Value = begun.json().await.unwrap();
    let id = begun["id"].as_str().unwrap().to_owned();
    assert_eq!((begun["accounts"].as_array().unwrap().len(), begun["decided"].as_u64()), (3, Some(0)));
    let at = |verb: &str| format!("/reviews/{id}{verb}");
    let keep = json!({"accounts": [sato, auditor.account.id], "decision": "keep"});
    assert_eq!(ask(Method::POST, &at("/decide"), &audit, keep.clone()).await.status(), 403);
    assert_eq!(ask(Method::POST, &at("/decide"), &admin, keep).await.status(), 200);
    let own = json!({"accounts": [boss.account.id], "decision": "keep"});
    let own: Value = ask(Method::POST, &at("/decide"), &admin, own).await.json().await.unwrap();
    assert_eq!(own["code"], "own-account");
    let other = Decider::console(Some(sato));
    review::decide(&server.running.gateway, &other, id.parse().unwrap(), vec![boss.account.id], &self::keep())
        .await
        .unwrap();
    let to = json!({"account": boss.account.id, "reviewer": sato});
    assert_eq!(ask(Method::POST, &at("/assign"), &admin, to).await.status(), 200);
    let signed: Value = ask(Method::POST, &at("/sign"), &admin, json!({"reason": "ok"})).await.json().await.unwrap();
    assert_eq!(signed["code"], "forbidden", "a person signs");
    let (gateway, by) = (&server.running.gateway, Some(boss.account.id));
    let signed = review::sign(gateway, &Registrar::console(), id.parse().unwrap(), by, None).await.unwrap();
    assert_eq!((signed.kept, signed.stopped), (3, 0));
    let digest = data_encoding::HEXLOWER.encode(&signed.digest);
    let record = ask(Method::GET, &at("/record"), &audit, json!({})).await.bytes().await.unwrap();
    assert_eq!(record::digest_of(&record), digest);
    let all: Value = ask(Method::GET, "/reviews", &audit, json!({})).await.json().await.unwrap();
    assert_eq!(all["reviews"][0]["digest"], digest);
    let again: Value = ask(Method::POST, &at("/abandon"), &admin, json!({"reason": "x"})).await.json().await.unwrap();
    assert_eq!(again["code"], "review-ended");
}

#[actix_web::test]
async fn pages_say_what_is_wrong_and_keep_what_was_typed() {
    let server = Server::start(On::Sqlite).await;
    let gateway = &server.running.gateway;
    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in("sato@office.example", &server.one_time_password, PASSWORD).await;
    server.account("nakamura@office.example", &[Role::Sender]).await;
    let sato = register::find(gateway, "sato@office.example").await.unwrap().id.to_string();
    let list = browser.get("/register/reviews").await;
    let typed = [("deadline", "2001-01-01"), ("reviewer", sato.as_str())];
    let past = browser.post(&list, "/register/reviews", &typed).await;
    assert_eq!(past.status, 422);
    assert!(past.html.contains("value=\"2001-01-01\"") && past.html.contains("href=\"#deadline\""), "{}", past.html);
    let begun = browser.post(&list, "/register/reviews", &[("reviewer", sato.as_str())]).await;
    assert_eq!(begun.status, 303);
    let here = begun.location.split('?').next().unwrap().to_owned();
    let at = |verb: &str| format!("{here}{verb}");
    let again = browser.post(&list, "/register/reviews", &[("reviewer", sato.as_str())]).await;
    assert_eq!(again.status, 409, "one is open");
    let sheet = browser.get(&here).await;
    assert!(sheet.html.contains("2名中 0名 確認済み"), "{}", sheet.html);
    let nobody = browser.post(&sheet, &at("/keep"), &[]).await;
    assert!(nobody.status == 200 && nobody.html.contains("選ばれていません"), "{}", nobody.html);
    let sheet = browser.get(&at("?show=all&skip=1")).await;
    let unsaid = browser.post(&sheet, &at("/decide"), &[("reason", "理由だけ")]).await;
    assert!(unsaid.status == 422 && unsaid.html.contains("value=\"理由だけ\""), "{}", unsaid.html);
    let own = [("decision", "stop"), ("reason", "x")];
    assert_eq!(browser.post(&sheet, &at("/decide"), &own).await.status, 403);
    assert_eq!(browser.post(&sheet, &at("/assign"), &[("reviewer", &sato)]).await.status, 403);
    let silent = browser.post(&sheet, &at("/abandon"), &[("reason", "  ")]).await;
    assert_eq!(silent.status, 422);
    let given_up = browser.post(&sheet, &at("/abandon"), &[("reason", "対象を間違えたため")]).await;
    assert_eq!(given_up.status, 303);
    assert_eq!(given_up.location, "/register/reviews?done=review_abandoned");
    assert!(browser.get(&given_up.location).await.html.contains("取りやめ"));
    assert_eq!(browser.get(&at("/sign")).await.status, 409);
    assert_eq!(browser.get(&at("/record")).await.status, 404);
    assert!(browser.get(&here).await.html.contains("この棚卸しは終わっています"));
}

/// What the command line prints; a refusal fails the test unless it is wanted, and is returned then.
fn type_in(directory: &std::path::Path, line: &[&str]) -> std::result::Result<String, String> {
    let mut kakitome = std::process::Command::new(env!("CARGO_BIN_EXE_kakitome"));
    kakitome.arg("account").args(line).env("LC_ALL", "en_US.UTF-8").env("TZ", "Asia/Tokyo");
    let out = kakitome.arg("--data").arg(directory.join("data")).arg("--keys").arg(directory.join("keys")).output();
    let out = out.unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if out.status.success() { Ok(said(&out.stdout)) } else { Err(said(&out.stderr)) }
}

#[test]
fn the_command_line_does_all_of_it() {
    let directory = tempfile::tempdir().unwrap();
    let at = |line: &str| type_in(directory.path(), &line.split(' ').collect::<Vec<_>>());
    for (email, roles) in [("boss", "administrator"), ("second", "administrator"), ("member", "sender,approver")] {
        at(&format!("add {email}@office.example --name {email} --role {roles} --department D")).unwrap();
    }
    assert!(at("review show").is_err(), "none is open");
    assert!(at("review start --deadline 2001-01-01").unwrap_err().contains("Deadline"));
    let begun = at("review start --reviewer boss@office.example --department D=second@office.example").unwrap();
    assert_eq!(
        begun.matches("  second@office.example  \n").count() + begun.matches("  second@office.example\n").count(),
        2,
        "{begun}"
    );
    assert!(at("review start").unwrap_err().contains("already open"));
    at("review assign boss@office.example --account member@office.example").unwrap();
    assert!(at("review decide member@office.example stop").unwrap_err().contains("reason"));
    at("review decide member@office.example reduce --roles sender --reason moved --by boss@office.example").unwrap();
    assert!(at("review decide boss@office.example keep --by boss@office.example").is_err(), "not oneself");
    at("review decide boss@office.example keep --by second@office.example").unwrap();
    assert!(at("review sign --by boss@office.example").unwrap_err().contains("no decision yet"), "one is undecided");
    at("review decide second@office.example keep").unwrap();
    let signed = at("review sign --by boss@office.example --note twice-a-year").unwrap();
    assert!(signed.contains("kept 2  reduced 1  stopped 0"), "{signed}");
    let digest = signed.split(' ').next().unwrap();
    let json = at("review export").unwrap();
    assert_eq!(record::digest_of(json.as_bytes()), digest, "printed byte for byte");
    assert!(json.contains("\"signed_at_console\":true") && json.contains("boss@office.example"));
    let file = directory.path().join("review.csv");
    at(&format!("review export --format csv --out {}", file.display())).unwrap();
    let csv = std::fs::read(&file).unwrap();
    let exported = crate::harness::disk::sqlite(
        &directory.path().join("data/kakitome.sqlite"),
        "select cast(leaf as text) from events where event = 'review_exported'",
    );
    assert!(exported.iter().any(|leaf| leaf.contains(&record::digest_of(&csv))), "{exported:?}");
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.contains("boss (as said at the server's console)") && csv.contains(digest), "{csv}");
    assert!(at("list").unwrap().contains("member@office.example  member  sender  active"));
    at("review start").unwrap();
    at("review abandon --reason wrong").unwrap();
    assert_eq!(at("review list").unwrap().lines().count(), 2);
}

/// A gateway with forty accounts: the administrator, a reviewer, three of whom he decides, and thirty-five others.
async fn forty() -> (Server, String) {
    let server = Server::start(On::Sqlite).await;
    let gateway = &server.running.gateway;
    let issued = server.account("suzuki@office.example", &[Role::Sender]).await;
    for nth in 1..=38 {
        let department = ["営業", "経理", "総務"][usize::from(nth > 3) + usize::from(nth > 20)];
        let roles: &[Role] = if nth % 5 == 0 { &[Role::Sender, Role::Approver] } else { &[Role::Sender] };
        add(gateway, &format!("member{nth:02}@office.example"), department, roles).await;
    }
    assert_eq!(register::list(gateway).await.unwrap().len(), 40);
    let one_time = issued.one_time_password.as_str().to_owned();
    (server, one_time)
}

async fn forty_in_a_browser(language: &str) {
    let (server, one_time) = forty().await;
    let out = tempfile::tempdir().unwrap();
    let environment = [
        ("KAKITOME_URL", server.base.clone()),
        ("KAKITOME_LANGUAGE", language.to_owned()),
        ("KAKITOME_EMAIL", "sato@office.example".into()),
        ("KAKITOME_PASSWORD", server.one_time_password.clone()),
        ("KAKITOME_REVIEWER", "suzuki@office.example".into()),
        ("KAKITOME_ONE_TIME", one_time),
        ("KAKITOME_STOP", "member07@office.example member30@office.example".into()),
        ("KAKITOME_REDUCE", "member10@office.example member20@office.example member35@office.example".into()),
        ("KAKITOME_OUT", out.path().display().to_string()),
    ];
    crate::harness::story::play("review.mjs", &environment).await;
    let accounts = register::list(&server.running.gateway).await.unwrap();
    let stopped = accounts.iter().filter(|one| one.state == AccountState::Stopped).count();
    let approvers = accounts.iter().filter(|one| one.has(Role::Approver)).count();
    assert_eq!((stopped, approvers), (2, 4), "carried out");
    let database = server.directory.path().join("data/kakitome.sqlite");
    let leaves = |word: &str| {
        let query = format!("select cast(leaf as text) from events where event = '{word}'");
        crate::harness::disk::sqlite(&database, &query)
    };
    let read = |name: &str| std::fs::read(out.path().join(name)).unwrap();
    let shown = String::from_utf8(read("digest")).unwrap();
    assert_eq!(record::digest_of(&read("record.json")), shown, "the page names the digest of the record");
    assert!(leaves("review_signed")[0].contains(&shown));
    let exported = leaves("review_exported");
    for name in ["record.csv", "record.json"] {
        let digest = record::digest_of(&read(name));
        assert!(exported.iter().any(|leaf| leaf.contains(&digest)), "{name}: the log knows what left");
    }
    let csv = String::from_utf8(read("record.csv")).unwrap();
    assert!(csv.starts_with('\u{feff}') && csv.contains(&shown), "{csv}");
    assert_eq!(csv.matches("@office.example").count(), 40);
    assert!(read("record.pdf").starts_with(b"%PDF-") && read("record.pdf").len() > 20_000);
    server.check_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_of_forty_in_a_browser_in_japanese() {
    forty_in_a_browser("ja").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_of_forty_in_a_browser_in_english() {
    forty_in_a_browser("en").await;
}
