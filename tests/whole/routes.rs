//! Every door of every listener, asked by those who may not come in. The doors are read from the table that the servers
//! register themselves by: a new one is asked too.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::harness::HandClock;
use crate::harness::browser::Browser;
use crate::harness::flows::On;
use crate::harness::server::{Server, any_port};
use crate::harness::story::play;
use kakitome::http::routes::{Access, Entry};
use kakitome::http::surface::{Kind, table};
use kakitome::model::{Combination, Role, Scope};
use kakitome::store::settings;
use reqwest::{RequestBuilder, Response, StatusCode};

const PASSWORD: &str = "a long sentence that nobody else says";
/// A token as ours look, of nobody.
const NOBODYS: &str = "kkt_0123456789abcdefghjkmnpqrstvwxyz0123456789abcdefghjkm";

/// A server's listener, and what is served there.
struct Door {
    kind: Kind,
    base: String,
}

/// One server with staff on the public listener, or with a listener for staff alone.
struct House {
    server: Server,
    doors: Vec<Door>,
    clock: Arc<HandClock>,
}

impl House {
    async fn new(own_staff_listener: bool) -> Self {
        let clock = HandClock::new();
        let server = Server::at(On::Sqlite, clock.clone(), |config| {
            config.server.staff_listen = own_staff_listener.then(any_port);
        })
        .await;
        let with_staff = !own_staff_listener;
        let mut doors = vec![
            Door { kind: Kind::Public { with_staff }, base: server.base.clone() },
            Door { kind: Kind::Administration, base: server.admin_base() },
        ];
        if own_staff_listener {
            doors.push(Door { kind: Kind::Staff, base: server.running.gateway.staff_url.to_string() });
        }
        Self { server, doors, clock }
    }

    /// Every entry of every door that is not open to strangers.
    fn closed(&self) -> impl Iterator<Item = (&Door, Entry)> {
        let entries = |door: &Door| table(door.kind).into_iter().filter(|entry| !entry.access.is_open());
        self.doors.iter().flat_map(move |door| entries(door).map(move |entry| (door, entry)))
    }

    fn ask(&self, door: &Door, method: &str, path: &str) -> RequestBuilder {
        let url = format!("{}{}", door.base, concrete(path));
        self.server.client.request(method.parse().unwrap(), url).header("Tus-Resumable", "1.0.0")
    }

    /// Somebody with one role, signed in.
    async fn signed_in(&self, role: Role) -> String {
        let email = format!("{role}@office.example");
        let issued = self.server.account(&email, &[role]).await;
        let mut browser = Browser::new(&self.server.client, self.server.running.gateway.staff_url.as_str());
        browser.first_sign_in(&email, issued.one_time_password.as_str(), PASSWORD).await;
        browser.cookies()
    }
}

/// A path with something in place of its variables.
fn concrete(path: &str) -> String {
    let mut parts = path.split(['{', '}']);
    let mut out = parts.next().unwrap().to_owned();
    while let (Some(_), Some(after)) = (parts.next(), parts.next()) {
        out.push_str(&format!("x1{after}"));
    }
    out
}

#[track_caller]
fn is_one_of(answer: &Response, allowed: &[u16], what: &str) {
    assert!(allowed.contains(&answer.status().as_u16()), "{what}: {}", answer.status());
}

#[actix_web::test]
async fn strangers_come_in_nowhere() {
    for own_staff_listener in [false, true] {
        let house = House::new(own_staff_listener).await;
        let mut asked = 0;
        for (door, entry) in house.closed() {
            let credentials = [
                ("Accept", "*/*"),
                ("Cookie", "__Host-kakitome=rubbish"),
                ("Cookie", "__Host-kakitome=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
                ("Authorization", "Bearer rubbish"),
                ("Authorization", &format!("Bearer {NOBODYS}")),
                ("Authorization", "Basic c2F0bzpzYXRv"),
            ];
            for (name, value) in credentials {
                let answer =
                    house.ask(door, entry.method.as_str(), &entry.path).header(name, value).send().await.unwrap();
                is_one_of(&answer, &[401, 404], &format!("{:?} {entry} with {value}", door.kind));
                asked += 1;
            }
        }
        assert!(asked > 300, "{asked}");
    }
}

#[actix_web::test]
async fn a_stranger_at_a_page_finds_the_way_in() {
    let house = House::new(false).await;
    let mut browser = Browser::new(&house.server.client, &house.server.base);
    for (path, next) in [("/", "/"), ("/transfers?state=paused", "/transfers?state=paused"), ("/me", "/me")] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(page.headers["WWW-Authenticate"], "Bearer realm=\"kakitome\"");
        let hidden = page.hidden("/sign-in");
        assert!(hidden.contains(&("next".to_owned(), next.to_owned())), "{path}: {hidden:?}");
    }
    let page = browser.get("/me").await;
    let typed = [("email", "sato@office.example"), ("password", house.server.one_time_password.as_str())];
    let entered = browser.post(&page, "/sign-in", &typed).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "the page itself is the form");
    let posted = house.ask(&house.doors[0], "POST", "/me/profile").send().await.unwrap();
    assert_eq!(posted.status(), StatusCode::UNAUTHORIZED);
    assert!(posted.text().await.unwrap().contains("value=\"/me\""), "a form leads to the page that it stood on");
}

#[actix_web::test]
async fn a_wrong_role_comes_in_nowhere_and_the_right_one_does() {
    for own_staff_listener in [false, true] {
        let house = House::new(own_staff_listener).await;
        for role in Role::ALL {
            let cookies = house.signed_in(*role).await;
            for (door, entry) in house.closed() {
                let asked = house.ask(door, entry.method.as_str(), &entry.path).header("Cookie", &cookies);
                let answer = asked.send().await.unwrap();
                let what = format!("{role} at {:?} {entry}", door.kind);
                if entry.access.right().is_some_and(|needed| !needed.is_known_to(&[*role])) {
                    is_one_of(&answer, &[403, 404], &what);
                } else if entry.method == "GET" {
                    is_one_of(&answer, &[200, 303, 404], &what);
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_token_of_the_wrong_scope_comes_in_nowhere_and_one_of_the_right_does() {
    let house = House::new(false).await;
    let everything = house.server.account("all@office.example", Role::ALL).await;
    for scope in Scope::ALL {
        let token = house.server.token_of(&everything, *scope).await;
        for (door, entry) in house.closed() {
            let answer = house.ask(door, entry.method.as_str(), &entry.path).bearer_auth(&token).send().await.unwrap();
            let what = format!("{scope} at {entry}");
            if !entry.access.takes(*scope) || entry.is_page {
                is_one_of(&answer, &[403, 404], &what);
            } else {
                is_one_of(&answer, &[200, 201, 204, 400, 404, 415, 422], &what);
            }
        }
    }
}

#[actix_web::test]
async fn a_locked_session_comes_in_nowhere() {
    let house = House::new(false).await;
    let issued = house.server.account("all@office.example", Role::ALL).await;
    let mut browser = Browser::new(&house.server.client, &house.server.base);
    browser.first_sign_in("all@office.example", issued.one_time_password.as_str(), PASSWORD).await;
    house.clock.forward(Duration::from_secs(11 * 60));
    for (door, entry) in house.closed() {
        let asked = house.ask(door, entry.method.as_str(), &entry.path).header("Cookie", browser.cookies());
        let answer = asked.send().await.unwrap();
        if entry.is_page {
            is_one_of(&answer, &[303], &entry.to_string());
            assert!(answer.headers()["Location"].to_str().unwrap().starts_with("/unlock"), "{entry}");
        } else {
            is_one_of(&answer, &[401], &entry.to_string());
        }
    }
}

/// The rules ask for a card that this connection does not have: a password alone opens nothing any more, at once.
#[actix_web::test]
async fn a_session_that_has_not_proven_enough_comes_in_nowhere() {
    let house = House::new(false).await;
    let cookies = house.signed_in(Role::Sender).await;
    let gateway = &house.server.running.gateway;
    let mut rules = gateway.usual_rules.clone();
    rules.combinations = Role::ALL.iter().map(|role| (*role, vec![Combination::PasswordCertificate])).collect();
    let now = gateway.now();
    gateway.store.write(move |tx| settings::set_sign_in(tx, Some(&rules), now)).await.unwrap();
    for (door, entry) in house.closed() {
        let asked = house.ask(door, entry.method.as_str(), &entry.path).header("Cookie", &cookies);
        is_one_of(&asked.send().await.unwrap(), &[403], &entry.to_string());
    }
}

#[actix_web::test]
async fn other_methods_are_refused() {
    let house = House::new(true).await;
    for door in &house.doors {
        let entries = table(door.kind);
        for path in entries.iter().map(|entry| &entry.path) {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
                if entries.iter().any(|entry| entry.path == *path && entry.method == method) {
                    continue;
                }
                let answer = house.ask(door, method, path).send().await.unwrap();
                is_one_of(&answer, &[404, 405], &format!("{:?} {method} {path}", door.kind));
                if answer.status() == StatusCode::METHOD_NOT_ALLOWED {
                    assert!(answer.headers().contains_key("Allow"), "{method} {path}");
                }
            }
        }
    }
}

/// SR5, by asking every listener for everything that another one has.
#[actix_web::test]
async fn what_is_for_others_is_not_there() {
    for own_staff_listener in [false, true] {
        let house = House::new(own_staff_listener).await;
        let all: Vec<Entry> = house.doors.iter().flat_map(|door| table(door.kind)).collect();
        for door in &house.doors {
            let here = table(door.kind);
            for entry in all.iter().filter(|entry| !here.iter().any(|own| own.path == entry.path)) {
                let answer = house.ask(door, entry.method.as_str(), &entry.path).send().await.unwrap();
                // The recipients' last place takes whatever mail gateways make of a link.
                let taken = entry.path.starts_with("/r/") && matches!(door.kind, Kind::Public { .. });
                assert!(
                    taken || answer.status() == StatusCode::NOT_FOUND,
                    "{:?} {entry}: {}",
                    door.kind,
                    answer.status()
                );
            }
        }
        let public = &house.doors[0];
        for path in ["/livez", "/readyz", "/metrics", "/admin", "/admin/", "/admin/sign-in", "/gallery"] {
            let answer = house.ask(public, "GET", path).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}

#[actix_web::test]
async fn an_administrator_works_in_a_browser_at_the_own_listener() {
    let house = House::new(false).await;
    let admin = house.server.running.gateway.admin_url.clone().unwrap();
    let environment = [
        ("KAKITOME_ADMIN", admin),
        ("KAKITOME_EMAIL", "sato@office.example".into()),
        ("KAKITOME_PASSWORD", house.server.one_time_password.clone()),
    ];
    play("admin.mjs", &environment).await;
}

/// What anybody may ask for, word by word: a line more is a decision. `KAKITOME_ACCEPT=1` writes what is there now.
#[test]
fn the_open_doors_are_those_that_were_reviewed() {
    let listeners = [
        ("public", Kind::Public { with_staff: true }),
        ("public, staff elsewhere", Kind::Public { with_staff: false }),
        ("staff", Kind::Staff),
        ("administration", Kind::Administration),
    ];
    let mut text = String::new();
    for (name, kind) in listeners {
        let mut open: BTreeMap<String, (Access, Vec<String>)> = BTreeMap::new();
        for entry in table(kind).into_iter().filter(|entry| entry.access.is_open()) {
            open.entry(entry.path).or_insert((entry.access, Vec::new())).1.push(entry.method.to_string());
        }
        let line = |(path, (access, methods)): (String, (Access, Vec<String>))| {
            format!("{path}: {} ({access})", methods.join(", "))
        };
        let lines: Vec<String> = open.into_iter().map(line).collect();
        text.push_str(&format!("{name}\n  {}\n", lines.join("\n  ")));
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/public_routes.txt");
    if std::env::var("KAKITOME_ACCEPT").is_ok_and(|value| value == "1") {
        std::fs::write(&golden, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(golden).unwrap());
}

/// The table is whole: nothing under `http` registers a place but by it.
#[test]
fn nothing_is_registered_past_the_table() {
    let mut pending = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http")];
    let mut read = 0;
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let exempt = ["http/routes.rs", "http/surface.rs", "gallery/route.rs"];
        if exempt.iter().any(|file| path.ends_with(file)) {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for word in ["ServiceConfig", "web::resource", "web::scope", ".service(", "#[get", "#[post"] {
            assert!(!text.contains(word), "{} has {word}", path.display());
        }
        read += 1;
    }
    assert!(read > 50, "{read}");
}

#[test]
fn marks_say_what_permits_do() {
    assert!(Access::Public.is_open() && Access::Recipient.is_open() && !Access::Staff.is_open());
    assert!(!Access::Person.takes(Scope::Admin) && !Access::Sender.takes(Scope::Read));
    assert!(Access::Watcher.takes(Scope::Read) && Access::Administrator.takes(Scope::Admin));
}
