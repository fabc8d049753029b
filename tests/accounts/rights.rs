//! The table of rights, cell by cell, against the real doors: a cell that changes without the code fails, and the other way
//! round.

use std::collections::BTreeMap;

use crate::harness::browser::Browser;
use crate::harness::flows::{On, PASSWORD};
use crate::harness::server::{Sent, Server};
use kakitome::error::{Error, Problem, Result};
use kakitome::gateway::Gateway;
use kakitome::http::routes::Entry;
use kakitome::http::surface::{Kind, table};
use kakitome::model::{Account, AccountId, Decision, RIGHTS, Reach, Right, Role, Scope, TransferId};
use kakitome::staff::permit::SignedIn;
use kakitome::staff::register::{self, Change};
use kakitome::staff::registrar::Registrar;
use kakitome::staff::review::{self, Decider, Reviewers, Wanted, Whom};
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{policy, session, tokens};
use kakitome::store::approvals;
use kakitome::transfer::approve::{self, Answer};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

/// What stands in the file that a sender hands over.
const CONTENT: &[u8] = b"a-sentence-that-stands-in-no-page";

/// Somebody with one role, who was a sender once and has a draft from then.
struct Somebody {
    role: Role,
    account: Account,
    draft: String,
    /// A transfer of the own from then that waits for an approver.
    asked: TransferId,
    cookies: String,
    session: String,
    tokens: BTreeMap<Scope, String>,
}

/// One server, somebody of each role, and a transfer of somebody else.
struct World {
    server: Server,
    people: Vec<Somebody>,
    others: Sent,
    /// A transfer of somebody else that waits for an approver.
    asked: TransferId,
    /// An entry of the fax register of somebody else.
    fax: String,
    /// An account that nobody of them is.
    bystander: AccountId,
}

impl World {
    async fn new() -> Self {
        let mut server = Server::start(On::Sqlite).await;
        let others = server.send(&[("memo.txt", CONTENT.to_vec())]).await;
        server.account("first-approver@office.example", &[Role::Approver]).await;
        let changes = [("approve_always".to_owned(), Some(1))].into();
        policy::change(&server.running.gateway, &Registrar::console(), changes).await.unwrap();
        let fax = json!({"recipient": "鈴木", "number": "0398765432", "again": "0398765432", "subject": "見積書", "pages": 1,
                         "language": "ja"});
        let fax = server.post("/faxes", fax).await["id"].as_str().unwrap().to_owned();
        let mut people = Vec::new();
        for role in Role::ALL {
            people.push(Somebody::new(&mut server, *role).await);
        }
        // Sealed when they all have keys: those who may open it can.
        let asked = waiting(&server).await;
        let bystander = server.account("bystander@office.example", &[Role::Sender]).await.account.id;
        Self { server, people, others, asked, fax, bystander }
    }

    fn gateway(&self) -> &Gateway {
        &self.server.running.gateway
    }

    async fn ask(&self, who: &Somebody, scope: Scope, method: Method, path: &str, body: Value) -> StatusCode {
        // Nobody gets a token for what the own roles do not have.
        let Some(token) = who.tokens.get(&scope) else { return StatusCode::FORBIDDEN };
        let url = format!("{}/api/v1{path}", self.server.base);
        let request = self.server.client.request(method.clone(), url).bearer_auth(token);
        let request = if method == Method::GET { request } else { request.json(&body) };
        request.send().await.unwrap().status()
    }

    async fn page(&self, who: &Somebody, base: &str, path: &str) -> Response {
        self.server.client.get(format!("{base}{path}")).header("Cookie", &who.cookies).send().await.unwrap()
    }

    /// What a transfer's owner does with it, by any token of this person.
    async fn manages(&self, who: &Somebody, transfer: &str) -> bool {
        let shown = self.ask(who, Scope::Read, Method::GET, &format!("/transfers/{transfer}"), Value::Null).await;
        let page = self.page(who, &self.server.base, &format!("/transfers/{transfer}")).await.status();
        let path = format!("/transfers/{transfer}/extend");
        let extended = self.ask(who, Scope::Send, Method::POST, &path, json!({"keep_hours": 5})).await;
        let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
        let answers = [shown, page, extended].map(|status| !refused.contains(&status));
        assert!(answers.iter().all(|one| *one == answers[0]), "{}: {shown} {page} {extended}", who.role);
        answers[0]
    }

    /// Whether this person may do something to an account, by the flow behind every door.
    async fn changes(&self, who: &Somebody, subject: AccountId, change: Change) -> bool {
        let done = self.try_to_change(who, subject, change).await;
        match done {
            Ok(()) => true,
            Err(Error::Problem(Problem::Forbidden | Problem::OwnAccount)) => false,
            Err(error) => panic!("{}: {error}", who.role),
        }
    }

    async fn try_to_change(&self, who: &Somebody, subject: AccountId, change: Change) -> Result<()> {
        let administrator = who.enter(self.gateway()).await.administrator()?;
        let registrar = Registrar::administrator(self.gateway(), &administrator, "試験")?;
        register::change(self.gateway(), &registrar, subject, change).await.map(drop)
    }

    /// What is open to this person: something of the own, something of somebody else's.
    async fn observed(&self, right: Right, who: &Somebody) -> (bool, bool) {
        match right {
            Right::Send => self.sends(who).await,
            Right::ManageTransfer => {
                let own = self.manages(who, &who.draft).await;
                (own, self.manages(who, &self.others.transfer).await)
            }
            Right::OpenFiles => {
                let own = self.opens(who, &who.asked.to_string()).await || self.opens(who, &who.draft).await;
                let others = self.opens(who, &self.others.transfer).await;
                (own, others || self.opens(who, &self.asked.to_string()).await)
            }
            Right::ReadRegister => {
                let page = self.page(who, &self.server.base, "/register").await.status();
                let scope = if who.tokens.contains_key(&Scope::Audit) { Scope::Audit } else { Scope::Admin };
                let asked = self.ask(who, scope, Method::GET, "/policy", Value::Null).await;
                let permit = who.enter(self.gateway()).await.register_reader().is_ok();
                assert_eq!((page == StatusCode::OK, asked == StatusCode::OK), (permit, permit), "{}", who.role);
                (permit, permit)
            }
            Right::ChangeAccount => {
                let change = |name: &str| Change { name: Some(name.into()), ..Change::default() };
                let own = self.changes(who, who.account.id, change("自分")).await;
                (own, self.changes(who, self.bystander, change("他人")).await)
            }
            Right::SetRights => {
                let promoted = |roles: &[Role]| Change { roles: Some(roles.to_vec()), ..Change::default() };
                let own = self.changes(who, who.account.id, promoted(Role::ALL)).await;
                (own, self.changes(who, self.bystander, promoted(&[Role::Auditor])).await)
            }
            Right::SetPolicy => {
                let body = json!({"settings": {"hold_minutes": 5}, "reason": "試験"});
                let asked = self.ask(who, Scope::Admin, Method::PATCH, "/policy", body).await == StatusCode::OK;
                for path in ["/admin/policy", "/admin/sign-in"] {
                    let page = self.page(who, &self.server.admin_base(), path).await.status();
                    assert_eq!(page == StatusCode::OK, asked, "{}: {path} {page}", who.role);
                }
                (asked, asked)
            }
            Right::RunReview => {
                let asked = self.ask(who, Scope::Admin, Method::POST, "/reviews", json!({})).await;
                let runs = [StatusCode::CREATED, StatusCode::CONFLICT].contains(&asked);
                (runs, runs)
            }
            Right::DecideReview => {
                let own = self.decides(who, who.account.id).await;
                (own, self.decides(who, self.bystander).await)
            }
            Right::ReadFaxes => self.reads_faxes(who).await,
            Right::AlterLog => (false, false),
            Right::ErasePersonalData => {
                let base = &self.server.admin_base();
                let may = self.page(who, base, "/admin/erase").await.status() == StatusCode::OK;
                (may, may)
            }
            Right::Approve => {
                let own = self.approves(who, who.asked).await;
                (own, self.approves(who, self.asked).await)
            }
            Right::ReadLog => {
                let page = self.page(who, &self.server.base, "/audit").await.status() == StatusCode::OK;
                let totals = self.page(who, &self.server.base, "/audit/totals").await.status() == StatusCode::OK;
                let mut asked = false;
                for scope in who.tokens.keys() {
                    asked |= self.ask(who, *scope, Method::GET, "/events", Value::Null).await == StatusCode::OK;
                }
                assert_eq!((page, totals), (asked, asked), "{}", who.role);
                (page, page)
            }
        }
    }

    /// Whether this person decides about an account in a review, given everything that can be assigned.
    async fn decides(&self, who: &Somebody, subject: AccountId) -> bool {
        let (gateway, console) = (self.gateway(), Registrar::console());
        let id = match review::start(gateway, &console, None, Reviewers::default()).await {
            Ok(id) => id,
            Err(_) => review::all(gateway).await.unwrap().iter().find(|one| one.ended_at.is_none()).unwrap().id,
        };
        // One's own account cannot even be assigned.
        let assigned = review::assign(gateway, &console, id, Whom::Account(subject), who.account.id).await.is_ok();
        let decider = Decider::from(&who.enter(gateway).await.person().unwrap());
        let keep = Wanted { decision: Decision::Keep, roles: Vec::new(), reason: String::new() };
        match review::decide(gateway, &decider, id, vec![subject], &keep).await {
            Ok(()) => true,
            Err(Error::Problem(Problem::NotFound | Problem::OwnAccount)) => {
                assert!(!assigned, "{}: assigned, and refused", who.role);
                false
            }
            Err(error) => panic!("{}: {error}", who.role),
        }
    }

    /// Whether this person lets a transfer leave, by the page and by the flow behind every door.
    async fn approves(&self, who: &Somebody, transfer: TransferId) -> bool {
        let page = self.page(who, &self.server.base, &format!("/approvals/{transfer}")).await.status();
        let lists = self.page(who, &self.server.base, "/approvals").await.status();
        for token in who.tokens.values() {
            let url = format!("{}/api/v1/approvals", self.server.base);
            let asked = self.server.client.get(url).bearer_auth(token).send().await.unwrap().status();
            assert_eq!(asked, StatusCode::FORBIDDEN, "{}: a token approves nothing", who.role);
        }
        let questions = self.gateway().store.read(move |tx| approvals::of_transfer(tx, transfer)).await.unwrap();
        let questions = questions.into_iter().map(|one| one.id).collect();
        let permit = who.enter(self.gateway()).await.approver();
        assert_eq!(permit.is_ok(), lists == StatusCode::OK, "{}: {lists}", who.role);
        let done = match permit {
            Ok(approver) => approve::answer(self.gateway(), &approver, transfer, questions, Answer::Give).await,
            Err(error) => Err(error),
        };
        let approves = match done {
            Ok(()) => true,
            Err(Error::Problem(Problem::Forbidden | Problem::NotFound)) => false,
            Err(error) => panic!("{}: {error}", who.role),
        };
        assert_eq!(approves, page == StatusCode::OK, "{}: {page}", who.role);
        approves
    }

    /// Whether this person reads entries of the fax register: one of the own, made with the role of a sender, and one of
    /// somebody else.
    async fn reads_faxes(&self, who: &Somebody) -> (bool, bool) {
        let page = self.page(who, &self.server.base, "/fax").await.status() == StatusCode::OK;
        let mut others = false;
        for scope in who.tokens.keys() {
            let path = format!("/faxes/{}", self.fax);
            others |= self.ask(who, *scope, Method::GET, &path, Value::Null).await == StatusCode::OK;
        }
        let seen = self.page(who, &self.server.base, &format!("/fax/{}", self.fax)).await.status();
        assert_eq!(others, seen == StatusCode::OK, "{}: {seen}", who.role);
        assert!(page || !others, "{}: who reads entries sees the list", who.role);
        (page, others)
    }

    async fn sends(&self, who: &Somebody) -> (bool, bool) {
        let made = self.ask(who, Scope::Send, Method::POST, "/transfers", json!({})).await;
        let page = self.page(who, &self.server.base, "/send/new").await.status();
        assert_eq!(made == StatusCode::CREATED, page == StatusCode::OK, "{}: {made} {page}", who.role);
        let other = self.people.iter().find(|other| other.role != who.role).unwrap();
        let path = format!("/transfers/{}/send", other.draft);
        let in_anothers_name = self.ask(who, Scope::Send, Method::POST, &path, json!({"confirmed": []})).await;
        let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
        (made == StatusCode::CREATED, !refused.contains(&in_anothers_name))
    }

    /// Whether any door gives this person the bytes of a file: every one that may be asked is asked for that transfer.
    async fn opens(&self, who: &Somebody, transfer: &str) -> bool {
        let doors = [
            (Kind::Public { with_staff: true }, self.server.base.clone()),
            (Kind::Administration, self.server.admin_base()),
        ];
        let mut asked = 0_usize;
        for (kind, base) in doors {
            for entry in table(kind).into_iter().filter(|entry| entry.method == "GET") {
                let path = self.concrete(&entry, transfer);
                let by_session = self.page(who, &base, &path).await;
                let mut answers = vec![by_session.bytes().await.unwrap()];
                for token in who.tokens.values() {
                    let answer = self.server.client.get(format!("{base}{path}")).bearer_auth(token).send().await;
                    answers.push(answer.unwrap().bytes().await.unwrap());
                }
                asked += 1;
                if answers.iter().any(|body| body.windows(CONTENT.len()).any(|bytes| bytes == CONTENT)) {
                    return true;
                }
            }
        }
        assert!(asked > 30, "{asked} doors");
        false
    }

    fn concrete(&self, entry: &Entry, transfer: &str) -> String {
        let named = [
            ("{id}", transfer),
            ("{public_id}", &self.others.public_id),
            ("{reference}", &self.others.reference),
            ("{n}", "1"),
        ];
        named.iter().fold(entry.path.clone(), |path, (name, value)| path.replace(name, value))
    }
}

/// A transfer of whoever's token the server has, which waits for an approver.
async fn waiting(server: &Server) -> TransferId {
    let transfer = server.post("/transfers", json!({})).await["id"].as_str().unwrap().to_owned();
    server.upload(&transfer, "memo.txt", CONTENT.to_vec()).await;
    server.post(&format!("/transfers/{transfer}/recipients"), json!({"email": "suzuki@aozora.example"})).await;
    server.post(&format!("/transfers/{transfer}/send"), json!({"confirmed": []})).await;
    transfer.parse().unwrap()
}

impl Somebody {
    async fn new(server: &mut Server, role: Role) -> Self {
        let gateway = &server.running.gateway.clone();
        let email = format!("{role}@office.example");
        let issued = server.account(&email, &[Role::Sender]).await;
        let token = server.token_of(&issued, Scope::Send).await;
        let made = server.client.post(format!("{}/api/v1/transfers", server.base)).bearer_auth(token).json(&json!({}));
        let made: Value = made.send().await.unwrap().json().await.unwrap();
        let draft = made["id"].as_str().unwrap().to_owned();
        let own = server.token_of(&issued, Scope::Send).await;
        let of_sato = std::mem::replace(&mut server.token, own);
        let asked = waiting(server).await;
        server.token = of_sato;
        register::set_roles(gateway, &issued.account, vec![role], &Registrar::console()).await.unwrap();
        let mut browser = Browser::new(&server.client, &server.base);
        browser.first_sign_in(&email, issued.one_time_password.as_str(), PASSWORD).await;
        let account = register::find(gateway, &email).await.unwrap();
        let mut made = BTreeMap::new();
        for scope in Scope::ALL {
            match tokens::make_at_console(gateway, &account, "test", *scope, 1).await {
                Ok(token) => drop(made.insert(*scope, token.text.as_str().to_owned())),
                Err(Error::Problem(Problem::Forbidden)) => {}
                Err(error) => panic!("{role} {scope}: {error}"),
            }
        }
        let session = browser.cookie("__Host-kakitome").unwrap().to_owned();
        Self { role, account, draft, asked, cookies: browser.cookies(), session, tokens: made }
    }

    async fn enter(&self, gateway: &Gateway) -> SignedIn {
        session::by_cookie(gateway, &self.session, &Visitor::default()).await.unwrap()
    }
}

/// What was observed as the table says it.
fn reach(own: bool, others: bool) -> Reach {
    match (own, others) {
        (false, false) => Reach::None,
        (true, false) => Reach::Own,
        (false, true) => Reach::Others,
        (true, true) => Reach::All,
    }
}

#[actix_web::test]
async fn every_cell_of_the_table_is_what_the_doors_do() {
    let world = World::new().await;
    let mut tried = 0;
    for (right, cells) in &RIGHTS {
        for (role, cell) in Role::ALL.iter().zip(cells) {
            let who = world.people.iter().find(|who| who.role == *role).unwrap();
            let (own, others) = world.observed(*right, who).await;
            assert_eq!(reach(own, others), *cell, "{right} for {role}");
            tried += 1;
        }
    }
    assert_eq!(tried, RIGHTS.len() * Role::ALL.len(), "cell by cell");
    world.server.check_invariants().await;
}

/// Nothing changes or removes what the log has: no door is about its entries but to be read.
#[test]
fn no_door_alters_the_log() {
    let kinds = [Kind::Public { with_staff: true }, Kind::Staff, Kind::Administration];
    for entry in kinds.into_iter().flat_map(table) {
        let of_log = entry.path.split('/').any(|part| ["log", "events", "entries"].contains(&part));
        assert!(!of_log || entry.method == "GET" || entry.method == "HEAD", "{entry}");
    }
}
