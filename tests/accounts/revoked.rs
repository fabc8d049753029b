//! A permit is a value, and somebody may hold one for long. Whatever it is held for asks again, in the transaction that
//! changes something, whether what proved it is still there: flow by flow, the database is the same afterwards (SR10).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{FutureExt, LocalBoxFuture};

use crate::harness::flows::{Office, On, PASSWORD, Sent};
use crate::harness::{problem, rows};
use kakitome::error::{Problem, Result};
use kakitome::gateway::Gateway;
use kakitome::model::{
    AccountId, Combination, ContactId, Delivery, FaxId, FileId, Language, Passphrase, Recipient, ReviewId, Role, Scope,
    SignInId, TemplateId, TokenId, TransferId,
};
use kakitome::staff::permit::{Person, Sender, SignedIn};
use kakitome::staff::register::{self, Change};
use kakitome::staff::registrar::Registrar;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{
    deputy, guessing, office, own_sessions, policy, receipts, review, rules, second_factor, session, sign_in, tokens,
};
use kakitome::store::sign_ins;
use kakitome::transfer::confirm::Confirmation;
use kakitome::transfer::draft::{self, Options};
use kakitome::transfer::fax::{self, Call, Wanted};
use kakitome::transfer::tell::{self, Handled};
use kakitome::transfer::upload::{self, NewFile, Piece};
use kakitome::transfer::{
    book, extend, hand_over, recall, recipients, reissue, release, remind, repeat, resend, resume, seal, template,
    widen,
};

on_both! {
    a_sender_who_was_signed_out_changes_nothing
    a_body_under_way_ends_with_the_session_and_leaves_nothing
    whoever_else_was_signed_out_changes_nothing
}

/// What is written beside the decision: keys that are about to be used, and bytes that nothing points to.
const BESIDE: [&str; 4] = ["shred_intents", "doomed_keys", "doomed_blobs", "log_pending"];

/// One call of a flow.
type Flow<'a> = (&'static str, LocalBoxFuture<'a, Result<()>>);

/// A flow, whatever it returns.
macro_rules! flow {
    ($name:literal, $call:expr) => {
        ($name, async move { $call.await.map(drop) }.boxed_local())
    };
}

/// Ends every session and token of an account as a colleague's transaction does: while others are under way, and before the
/// keys that they carried are destroyed.
async fn revoke(gateway: &Gateway, account: AccountId) {
    let now = gateway.now();
    let end = move |tx: &mut kakitome::store::Tx| {
        for row in sign_ins::of_account(tx, account)? {
            sign_ins::end(tx, &row, now)?;
        }
        for row in kakitome::store::tokens::of_account(tx, account)? {
            kakitome::store::tokens::revoke(tx, &row, now)?;
        }
        Ok(())
    };
    gateway.store.write(end).await.unwrap();
}

/// Each of them is refused with one of these problems, and every row is what it was.
async fn all_refused(office: &Office, flows: Vec<Flow<'_>>, with: &[Problem], how: &str) {
    let before = rows::all(office, &BESIDE);
    let mut wrong = Vec::new();
    let mut known = before.clone();
    for (name, call) in flows {
        match call.await {
            Err(kakitome::error::Error::Problem(problem)) if with.contains(&problem) => {}
            Ok(()) => wrong.push(format!("{name}: done instead of refused")),
            Err(other) => wrong.push(format!("{name}: {other}")),
        }
        let after = rows::all(office, &BESIDE);
        if after != known {
            let gone = known.iter().filter(|row| !after.contains(row)).map(|row| format!("- {row}"));
            let come = after.iter().filter(|row| !known.contains(row)).map(|row| format!("+ {row}"));
            wrong.push(format!("{name} changed\n{}", gone.chain(come).collect::<Vec<_>>().join("\n")));
            known = after;
        }
    }
    assert!(wrong.is_empty(), "{how}:\n{}", wrong.join("\n"));
}

/// What a sender has, for every flow something.
struct Desk {
    office: Office,
    draft: TransferId,
    file: FileId,
    unfinished: FileId,
    recipient: Delivery,
    transfer: TransferId,
    sent: Vec<Sent>,
    paused: Delivery,
    template: TemplateId,
    contact: ContactId,
    fax: FaxId,
    sent_fax: FaxId,
}

fn wanted() -> Wanted {
    Wanted {
        recipient: "鈴木 一郎".into(),
        company: String::new(),
        number: "03-9876-5432".into(),
        again: "03-9876-5432".into(),
        subject: "見積書".into(),
        pages: 3,
        reference: String::new(),
        language: Language::Ja,
        checked_by: String::new(),
        differs_on_purpose: false,
    }
}

fn typed(email: &str) -> book::Typed {
    let recipient = Office::recipient(email);
    book::Typed { company: String::new(), recipient, phone_from_mail: false, note: "名刺".into() }
}

fn new_file() -> NewFile {
    NewFile { name: "more.txt".into(), media_type: "text/plain".into(), size: 4 }
}

fn someone() -> Recipient {
    Office::recipient("yamada@aozora.example")
}

impl Desk {
    async fn new(on: On) -> Self {
        let office = Office::new(on).await;
        let (gateway, sender) = (office.gateway().clone(), office.sender.clone());
        let successor = Office::add_sender(&gateway, "jiro@office.example", "鈴木 次郎").await;
        let names = Change { successor: Some(Some(successor.account().id)), ..Change::default() };
        register::change(&gateway, &Registrar::console(), sender.account().id, names).await.unwrap();
        let (transfer, sent) =
            office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example", "oka@kitayama.example"]).await;
        // One wrong number, and a pause as after ten.
        let wrong = office.open_with(&sent[1], &sent[1].wrong_number(), false).await;
        assert_eq!(problem(wrong.map(drop)), Problem::NumberWrong { left: 9 });
        let reference = &sent[1].issued.delivery.reference;
        rows::run(&office, &format!("UPDATE deliveries SET state = 'paused' WHERE reference = '{reference}'"));
        let paused = office.delivery(&sent[1]).await;
        let draft = office.draft().await;
        let file = office.add_file(draft, "memo.txt", b"hello").await;
        let unfinished = upload::begin(&gateway, &sender, draft, new_file()).await.unwrap();
        office.add_recipient(draft, "suzuki@aozora.example").await;
        let recipient = draft::overview(&gateway, &sender.watcher(), draft).await.unwrap().deliveries.remove(0);
        let template = template::save(&gateway, &sender, transfer, "毎月").await.unwrap();
        let contact = book::add(&gateway, &sender, false, typed("suzuki@aozora.example")).await.unwrap();
        let fax = fax::record(&gateway, &sender, &wanted(), None).await.unwrap();
        let sent_fax = fax::record(&gateway, &sender, &wanted(), None).await.unwrap();
        fax::sent(&gateway, &sender, sent_fax, None, true).await.unwrap();
        Self { office, draft, file, unfinished, recipient, transfer, sent, paused, template, contact, fax, sent_fax }
    }

    fn gateway(&self) -> &Arc<Gateway> {
        self.office.gateway()
    }

    /// A sender by a token that carries the account key.
    async fn by_token(&self) -> Sender {
        let person = self.office.sender.signed_in().clone().person().unwrap();
        let made = tokens::make(self.gateway(), &person, "t", Scope::Send, 1).await.unwrap();
        session::by_bearer(self.gateway(), &made.text, &Visitor::default()).await.unwrap().sender().unwrap()
    }

    /// Everything that a sender does to a draft.
    fn drafting<'a>(&'a self, sender: &'a Sender) -> Vec<Flow<'a>> {
        let (gateway, draft) = (self.gateway(), self.draft);
        let message = || Options { message: Some("お世話になります".into()), keep_hours: Some(48) };
        let without = || book::Typed { company: "b".into(), ..typed("suzuki@aozora.example") }.recipient;
        vec![
            flow!("begin a draft", draft::begin(gateway, sender, Options::default(), None)),
            flow!("set its options", draft::set_options(gateway, sender, draft, message())),
            flow!("announce a file", upload::begin(gateway, sender, draft, new_file())),
            flow!("announce a file without an end", upload::begin_open_ended(gateway, sender, draft, new_file())),
            flow!("bring bytes", self.append(sender)),
            flow!("give an upload up", upload::terminate(gateway, sender, self.unfinished)),
            flow!("remove a file", draft::remove_file(gateway, sender, draft, self.file)),
            flow!("add a recipient", recipients::add(gateway, sender, draft, someone(), None)),
            flow!(
                "change a recipient",
                recipients::change(
                    gateway,
                    sender,
                    draft,
                    self.recipient.id,
                    Recipient { name: "鈴木".into(), ..without() }
                )
            ),
            flow!("remove a recipient", recipients::remove(gateway, sender, draft, self.recipient.id)),
            flow!("keep a template", template::save(gateway, sender, draft, "毎週")),
            flow!("rename a template", template::rename(gateway, sender, self.template, "毎日")),
            flow!("begin by a template", template::begin(gateway, sender, self.template)),
            flow!("remove a template", template::remove(gateway, sender, self.template)),
            flow!("repeat", repeat::repeat(gateway, sender, self.transfer)),
            flow!("discard a draft", draft::discard(gateway, sender, draft)),
        ]
    }

    async fn append(&self, sender: &Sender) -> Result<upload::Progress> {
        let (give, take) = tokio::sync::mpsc::channel(4);
        give.send(Piece::Bytes(Bytes::from_static(b"more"))).await.unwrap();
        give.send(Piece::End).await.unwrap();
        upload::append(self.gateway().clone(), sender.clone(), self.unfinished, 0, None, take).await
    }

    /// Everything that a sender does to what was sent.
    fn afterwards<'a>(&'a self, sender: &'a Sender) -> Vec<Flow<'a>> {
        let (gateway, id, first) = (self.gateway(), self.transfer, &self.sent[0].issued.delivery);
        vec![
            flow!("say that a number was told", tell::told(gateway, sender, id, vec![first.id.into()])),
            flow!("note that a number was copied", tell::handled(gateway, sender, first, Handled::Copied)),
            flow!("acknowledge the numbers", tell::acknowledge(gateway, sender, id)),
            flow!("make a new number", reissue::reissue(gateway, sender, first)),
            flow!("send a new link", resend::resend(gateway, sender, first)),
            flow!("add somebody", widen::add(gateway, sender, id, someone(), Confirmation::NOTHING)),
            flow!("correct an address", widen::correct(gateway, sender, first, someone(), Confirmation::NOTHING)),
            flow!("let a delivery go on", resume::resume(gateway, sender, &self.paused)),
            flow!("keep it longer", extend::extend(gateway, sender, id, 200)),
            flow!("remind everybody", remind::remind(gateway, sender, id)),
            flow!("remind one", remind::remind_delivery(gateway, sender, first)),
            flow!("let mails leave", release::release(gateway, sender, id)),
            flow!("take one back", recall::recall_delivery(gateway, sender, first, "")),
            flow!("take all back", recall::recall(gateway, sender, id, "")),
            flow!("hand everything over", hand_over::hand_over(gateway, sender)),
        ]
    }

    /// Everything that a sender does beside transfers.
    fn beside<'a>(&'a self, sender: &'a Sender) -> Vec<Flow<'a>> {
        let (gateway, contact) = (self.gateway(), self.contact);
        let call = || Call { with: "鈴木".into(), phone: "03-1111-2222".into(), at: None };
        let table = "email,name,language,channel\noka@kitayama.example,岡,ja,phone\n".as_bytes();
        let changed = || book::Typed { company: "青空".into(), ..typed("suzuki@aozora.example") };
        vec![
            flow!("add a contact", book::add(gateway, sender, false, typed("oka@kitayama.example"))),
            flow!("change a contact", book::change(gateway, sender, contact, changed())),
            flow!("keep a recipient", book::keep(gateway, sender, someone())),
            flow!("verify a phone number", book::verify_phone(gateway, sender, contact, "03-9876-5432")),
            flow!("bring a book", book::carry_out(gateway, sender, false, table, None)),
            flow!("take a book out", book::export(gateway, sender, book::Form::Table)),
            flow!("remove a contact", book::remove(gateway, sender, contact)),
            flow!("record a fax", async { fax::record(gateway, sender, &wanted(), None).await }),
            flow!("correct a fax", async {
                fax::correct(gateway, sender, self.fax, &Wanted { pages: 4, ..wanted() }).await
            }),
            flow!("note that a fax was sent", fax::sent(gateway, sender, self.fax, None, true)),
            flow!("note that a fax arrived", fax::confirmed(gateway, sender, self.sent_fax, call())),
            flow!("put an original away", fax::stored(gateway, sender, self.sent_fax, "金庫")),
            flow!("close a fax", fax::close(gateway, sender, self.sent_fax, "済み")),
            flow!("note a wrong number", fax::misdirected(gateway, sender, self.sent_fax, "違う番号")),
        ]
    }
}

async fn a_sender_who_was_signed_out_changes_nothing(on: On) {
    let desk = Desk::new(on).await;
    let (office, gateway, account) = (&desk.office, desk.gateway(), desk.office.sender.account().clone());
    // To be sealed: without what is still on its way.
    let whole = office.draft().await;
    office.add_file(whole, "memo.txt", b"hello").await;
    office.add_recipient(whole, "suzuki@aozora.example").await;
    let tries = office.used(&desk.sent[1]).await;
    assert_eq!(tries.wrong, 1);
    let (by_session, by_token) = (office.sign_in().await, desk.by_token().await);
    revoke(gateway, account.id).await;
    let ended = [Problem::SignInNeeded];
    for (sender, how) in [(&by_session, "signed out"), (&by_token, "a token revoked")] {
        all_refused(office, desk.drafting(sender), &ended, how).await;
        all_refused(office, desk.afterwards(sender), &ended, how).await;
        all_refused(office, desk.beside(sender), &ended, how).await;
        all_refused(office, vec![flow!("send", seal::send(gateway, sender, whole))], &ended, how).await;
        assert_eq!(office.used(&desk.sent[1]).await, tries, "{how}: nor are tries given back");
    }
    // Keys go with the session when nothing is under way any more: what needs one says that first.
    let without_role = office.sign_in().await;
    register::set_roles(gateway, &account, vec![Role::Administrator], &Registrar::console()).await.unwrap();
    let ended = [Problem::SignInNeeded, Problem::AccountKeyNeeded];
    all_refused(office, desk.drafting(&without_role), &ended, "a role taken away").await;
    all_refused(office, desk.afterwards(&without_role), &ended, "a role taken away").await;
    all_refused(office, desk.beside(&without_role), &ended, "a role taken away").await;
    assert_eq!(office.used(&desk.sent[1]).await, tries);
}

/// A file of a form, whose end nobody knew: the sender is gone, and the file with it.
async fn a_body_under_way_ends_with_the_session_and_leaves_nothing(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    let sender = office.sign_in().await;
    let id = office.draft().await;
    let file = upload::begin_open_ended(gateway, &sender, id, new_file()).await.unwrap();
    revoke(gateway, sender.account().id).await;
    let (give, take) = tokio::sync::mpsc::channel(4);
    give.send(Piece::Bytes(Bytes::from_static(b"more"))).await.unwrap();
    give.send(Piece::End).await.unwrap();
    let late = upload::append_to_end(gateway.clone(), sender.clone(), file, take).await;
    assert_eq!(problem(late.map(drop)), Problem::SignInNeeded);
    let again = office.sign_in().await;
    assert!(draft::overview(gateway, &again.watcher(), id).await.unwrap().files.is_empty());
    office.check_invariants().await;
}

async fn enter(office: &Office, email: &str) -> SignedIn {
    let password = Passphrase::new(PASSWORD.into());
    let session = sign_in::sign_in(office.gateway(), email, password, &Visitor::default()).await.unwrap();
    session::by_cookie(office.gateway(), &session.cookie, &Visitor::default()).await.unwrap()
}

/// What everybody does to the own account.
fn own<'a>(gateway: &'a Gateway, person: &'a Person, other: &'a Made) -> Vec<Flow<'a>> {
    let (from, until) = (gateway.now(), gateway.now() + Duration::from_secs(24 * 3600));
    let (name, phone) = ("佐藤 華子".to_owned(), "03-1234-0000".to_owned());
    vec![
        flow!("end the other sessions", own_sessions::end(gateway, person, None)),
        flow!("end one session", own_sessions::end(gateway, person, Some(other.session))),
        flow!("make a token", tokens::make(gateway, person, "u", Scope::Send, 1)),
        flow!("revoke a token", tokens::revoke(gateway, person, other.token)),
        flow!("choose receipts", receipts::set(gateway, person, true)),
        flow!("set the profile", register::set_profile(gateway, person, name, phone, Language::En)),
        flow!("name a deputy", deputy::name(gateway, person, "jiro@office.example", from, until)),
        flow!("withdraw a deputy", deputy::withdraw(gateway, person)),
        flow!("set up an app", async { second_factor::begin(gateway, &person.clone().into()).await }),
    ]
}

/// What belongs to the same account and was not revoked.
struct Made {
    session: SignInId,
    token: TokenId,
}

async fn whoever_else_was_signed_out_changes_nothing(on: On) {
    let office = Office::new(on).await;
    let (gateway, email) = (office.gateway(), office.sender.account().email.clone());
    Office::add_sender(gateway, "jiro@office.example", "鈴木 次郎").await;
    let roles = vec![Role::Administrator, Role::Sender, Role::Approver];
    register::set_roles(gateway, office.sender.account(), roles, &Registrar::console()).await.unwrap();
    let signed_in = enter(&office, &email).await;
    let account = signed_in.account.clone();
    let person = signed_in.clone().person().unwrap();
    let (administrator, register_reader) =
        (signed_in.clone().administrator().unwrap(), signed_in.clone().register_reader().unwrap());
    let fax_reader = signed_in.clone().fax_reader().unwrap();
    let registrar = Registrar::administrator(gateway, &administrator, "試し").unwrap();
    let colleague = register::find(gateway, "jiro@office.example").await.unwrap();
    revoke(gateway, account.id).await;
    let other = enter(&office, &email).await.person().unwrap();
    let made = tokens::make(gateway, &other, "t", Scope::Send, 1).await.unwrap();
    let session = own_sessions::list(gateway, &other).await.unwrap().remove(0).id;
    let made = Made { session, token: made.row.id };
    let ended = [Problem::SignInNeeded];
    all_refused(&office, own(gateway, &person, &made), &ended, "signed out").await;
    let mut strict = rules::read(gateway).await.unwrap();
    strict.combinations.insert(Role::Auditor, vec![Combination::Passkey]);
    let typed = office::Typed {
        name: "別の事務所".into(),
        address: String::new(),
        phone: String::new(),
        hours: String::new(),
        web: String::new(),
        colour: String::new(),
        default_language: Language::Ja,
        time_zone: "Asia/Tokyo".into(),
    };
    let review = ReviewId::new(gateway.now());
    let changes = [("hold_minutes".to_owned(), Some(7))].into();
    let (by, by_registrar, reader, typed) = (&administrator, &registrar, &register_reader, &typed);
    let flows = vec![
        flow!("set the rules of signing in", rules::set(gateway, by, strict)),
        flow!("set the office", office::set(gateway, by, typed)),
        flow!("let a source in", guessing::lift(gateway, by, "192.0.2.7")),
        flow!("take the register out", register::export(gateway, reader)),
        flow!("take the faxes out", fax::export(gateway, &fax_reader)),
        flow!("take a review out", review::record::exported(gateway, reader, review, b"{}")),
        flow!("change the policy", policy::change(gateway, by_registrar, changes)),
        flow!("reset a password", register::reset(gateway, &colleague, by_registrar)),
    ];
    all_refused(&office, flows, &ended, "signed out").await;
}
