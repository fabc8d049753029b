//! Ten thousand wrong sign-ins from many addresses at once: others are served, memory stays bounded, slow hashing is counted
//! and bounded, and the owner still gets in from a browser that is known.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::harness::browser::Browser;
use crate::harness::flows::On;
use crate::harness::server::Server;
use futures_util::StreamExt;
use kakitome::model::Scope;
use kakitome::staff::{register, tokens};
use reqwest::StatusCode;

const EMAIL: &str = "sato@office.example";
const PASSWORD: &str = "correct horse battery staple";
/// Wrong sign-ins in all.
const FLOOD: usize = 10_000;
/// At once.
const AT_ONCE: usize = 200;
/// Names that are tried, the owner's among them.
const NAMES: usize = 50;
/// Wrong tries of one name that are looked at before all strangers wait.
const LOOKED_AT: u64 = 10;

async fn sign_in(browser: &mut Browser, email: &str, password: &str) -> StatusCode {
    let page = browser.get("/sign-in").await;
    browser.post(&page, "/sign-in", &[("email", email), ("password", password)]).await.status
}

fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

#[actix_web::test]
async fn ten_thousand_wrong_sign_ins_keep_nobody_else_out() {
    let mut server = Server::with(On::Sqlite, |config| {
        config.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    // The owner has signed in in this browser before.
    let mut owner = Browser::new(&server.client, &server.base);
    owner.move_to("203.0.113.1");
    owner.first_sign_in(EMAIL, &server.one_time_password, PASSWORD).await;
    let page = owner.get("/me").await;
    assert_eq!(owner.post(&page, "/sign-out", &[]).await.status, StatusCode::SEE_OTHER);
    // Another password ended the token that the server came with.
    let gateway = &server.running.gateway;
    let account = register::find(gateway, EMAIL).await.unwrap();
    let made = tokens::make_at_console(gateway, &account, "flood", Scope::Send, 1).await.unwrap();
    server.token = made.text.as_str().to_owned();
    let sent = server.send(&[("memo.txt", b"hello".to_vec())]).await;

    let mut stranger = Browser::new(&server.client, &server.base);
    let form = stranger.get("/sign-in").await;
    let before = server.running.gateway.passwords.taken();
    let memory = resident_bytes();
    let answers: Arc<[AtomicUsize; 600]> = Arc::new(std::array::from_fn(|_| AtomicUsize::new(0)));
    let flood = futures_util::stream::iter(0..FLOOD).for_each_concurrent(AT_ONCE, |n| {
        let address = format!("10.{}.{}.{}", n / 62_500, n / 250 % 250, n % 250 + 1);
        let mut browser = stranger.clone();
        browser.move_to(&address);
        let (answers, form) = (answers.clone(), &form);
        async move {
            let name = if n % NAMES == 0 { EMAIL.to_owned() } else { format!("guess{}@office.example", n % NAMES) };
            let answer = browser.post(form, "/sign-in", &[("email", &name), ("password", "wrong")]).await;
            answers[usize::from(answer.status.as_u16())].fetch_add(1, Ordering::SeqCst);
        }
    });
    let others = async {
        // A recipient looks, opens and fetches; the owner signs in; a token works. All of it during the flood.
        let (cookie, _) = server.open(&sent).await;
        let answer = server.download(&sent, &cookie, "files/1").send().await.unwrap();
        assert_eq!(answer.bytes().await.unwrap().as_ref(), b"hello");
        let status = sign_in(&mut owner, EMAIL, PASSWORD).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "the owner, in a browser that is known");
        assert_eq!(owner.get("/me").await.status, StatusCode::OK);
        server.get("/transfers").await;
        answers.iter().map(|count| count.load(Ordering::SeqCst)).sum::<usize>()
    };
    let ((), answered_before_the_others) = tokio::join!(flood, others);
    assert!(answered_before_the_others < FLOOD, "the flood was over before the others were served: nothing was tested");

    let count = |status: StatusCode| answers[usize::from(status.as_u16())].load(Ordering::SeqCst);
    let (wrong, slowed, busy) = (
        count(StatusCode::UNPROCESSABLE_ENTITY),
        count(StatusCode::TOO_MANY_REQUESTS),
        count(StatusCode::SERVICE_UNAVAILABLE),
    );
    assert_eq!(wrong + slowed + busy, FLOOD, "wrong, slowed down, or asked to come back: {wrong} {slowed} {busy}");
    let looked_at = server.running.gateway.passwords.taken() - before;
    // The owner's own sign-in takes two turns: the hash, and the account key.
    assert!(looked_at <= LOOKED_AT * NAMES as u64 + 2, "{looked_at} passwords were looked at");
    assert!(wrong as u64 <= looked_at);
    let grown = resident_bytes().saturating_sub(memory) / (1024 * 1024);
    // Argon2id takes 46 MiB a turn, one turn for each processor and one for known people; a number's scrypt 128 MiB.
    let turns = std::thread::available_parallelism().unwrap().get() as u64 + 1;
    assert!(grown < 46 * turns + 128 + 200, "memory grew by {grown} MiB");
    println!("wrong {wrong}, slowed {slowed}, busy {busy}; {looked_at} hashes; memory grew by {grown} MiB");
    server.check_invariants().await;
}

/// From one address the flood ends sooner: it is turned away, whatever name it tries, and let in again by itself.
#[actix_web::test]
async fn a_source_that_fails_too_often_is_turned_away_for_a_while() {
    let clock = crate::harness::HandClock::new();
    let server = Server::at(On::Sqlite, clock.clone(), |config| {
        config.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let at = |address: &str| {
        let mut browser = Browser::new(&server.client, &server.base);
        browser.move_to(address);
        browser
    };
    let mut noisy = at("198.51.100.7");
    let mut seen = Vec::new();
    for n in 0..32 {
        seen.push(sign_in(&mut noisy, &format!("guess{n}@office.example"), "wrong").await);
    }
    let wrong = seen.iter().filter(|status| **status == StatusCode::UNPROCESSABLE_ENTITY).count();
    assert_eq!(wrong, 30, "{seen:?}");
    let right = server.one_time_password.as_str();
    assert_eq!(sign_in(&mut noisy, EMAIL, right).await, StatusCode::TOO_MANY_REQUESTS, "also with the right one");
    assert_eq!(sign_in(&mut at("198.51.100.8"), EMAIL, right).await, StatusCode::SEE_OTHER, "its neighbour is not");
    clock.forward(std::time::Duration::from_secs(31 * 60));
    assert_eq!(sign_in(&mut noisy, EMAIL, right).await, StatusCode::SEE_OTHER, "it ended by itself");
}
