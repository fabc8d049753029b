//! Opening: limits hold at the byte, a wrong number delays and never destroys, one session lives at a time.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use crate::harness::flows::{Office, On, Sent, until};
use crate::harness::{problem, rounds};
use futures_util::StreamExt;
use kakitome::error::{Error, Problem};
use kakitome::model::{DeliveryState, TransferId};
use kakitome::store::limits::Used;
use kakitome::store::unlocks;
use kakitome::transfer::look::look;
use kakitome::transfer::open::{Attempt, open};
use kakitome::transfer::recall::recall;
use kakitome::transfer::reissue::reissue;
use kakitome::transfer::resume::resume;
use kakitome::transfer::retrieve::{Asked, opened, serve};

const MINUTE: Duration = Duration::from_secs(60);

on_both! {
    two_hundred_openings_at_once_give_one_session
    two_nodes_give_one_session
    ten_wrong_numbers_pause_and_the_sender_resumes
    a_new_number_ends_an_opening_that_was_under_way_with_the_old_one
}

async fn one_sent(on: On) -> (Office, TransferId, Sent) {
    let office = Office::new(on).await;
    let (id, mut sent) = office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    let sent = sent.pop().unwrap();
    (office, id, sent)
}

/// Tries a wrong number after any delay has passed.
async fn try_wrong(office: &Office, sent: &Sent, source: IpAddr) -> Problem {
    office.clock.forward(Duration::from_secs(301));
    let attempt = Attempt { source, ..office.attempt(sent, &sent.wrong_number(), false) };
    problem(open(office.gateway(), attempt).await)
}

async fn two_hundred_openings_at_once_give_one_session(on: On) {
    let (office, _, sent) = one_sent(on).await;
    let before = office.gateway().openings.derivations();
    let tasks: Vec<_> = (0..200).map(|_| office.open_task(&sent, sent.issued.number.expose(), false)).collect();
    let mut sessions = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Ok(session) => sessions.push(session),
            Err(Error::Problem(Problem::OpenElsewhere | Problem::Busy { .. })) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(sessions.len(), 1);
    assert_eq!(office.gateway().openings.derivations(), before + 1, "one scrypt for one delivery");
    assert_eq!(office.used(&sent).await, Used { wrong: 0, life: 0, openings: 1 });
    office.opened(&sent, &sessions[0]).await.unwrap();
    office.check_invariants().await;
}

/// A lock within a process knows nothing of other nodes: the database must decide.
async fn two_nodes_give_one_session(on: On) {
    let (office, id, sent) = one_sent(on).await;
    let other = office.again().await;
    for _ in 0..rounds(3, 40) {
        let here = office.open_task(&sent, sent.issued.number.expose(), false);
        let there = Office::open_task_at(&other.gateway, office.attempt(&sent, sent.issued.number.expose(), false));
        let both = [here.await.unwrap(), there.await.unwrap()];
        let sessions: Vec<_> = both.iter().filter_map(|one| one.as_ref().ok()).collect();
        assert_eq!(sessions.len(), 1, "{both:?}");
        office.opened(&sent, sessions[0]).await.unwrap();
        assert!(both.iter().any(|one| matches!(one, Err(Error::Problem(Problem::OpenElsewhere)))), "{both:?}");
        let words = office.events(id).await;
        assert!(!words.iter().any(|word| word == "session_taken_over"), "nobody asked to take over");
        assert_eq!(
            office.used(&sent).await,
            Used { wrong: 0, life: 0, openings: 1 },
            "the one that was second used nothing up"
        );
        let (delivery, now) = (sent.issued.delivery.id, office.gateway().now());
        let ended = office.gateway().store.write(move |tx| {
            let unlock = unlocks::of_delivery(tx, delivery)?.unwrap();
            unlocks::end(tx, &unlock, now)
        });
        assert!(ended.await.unwrap());
        office.gateway().store.limits().renew(delivery).await.unwrap();
    }
}

/// Clocks of nodes differ by moments. The first tries are free of delay, whichever node's clock charged the one before.
#[actix_web::test]
async fn a_node_whose_clock_is_behind_slows_nobody_down() {
    let (office, _, sent) = one_sent(On::Sqlite).await;
    let (limits, tries, now) = (office.gateway().store.limits(), office.gateway().tries(), office.gateway().now());
    let source = IpAddr::V4(Ipv4Addr::LOCALHOST);
    for ahead in [2, 0] {
        limits.charge(sent.issued.delivery.id, source, tries, now + Duration::from_secs(ahead)).await.unwrap();
    }
}

#[actix_web::test]
async fn an_explicit_take_over_ends_the_earlier_session() {
    let (office, id, sent) = one_sent(On::Sqlite).await;
    let first = office.open(&sent).await.unwrap();
    assert_eq!(problem(office.open(&sent).await), Problem::OpenElsewhere);
    assert_eq!(office.used(&sent).await.openings, 1);
    let second = office.open_with(&sent, sent.issued.number.expose(), true).await.unwrap();
    assert_eq!(problem(office.opened(&sent, &first).await.map(drop)), Problem::UnlockNeeded);
    office.opened(&sent, &second).await.unwrap();
    assert!(office.events(id).await.contains(&"session_taken_over".to_owned()));
    assert_eq!(office.used(&sent).await.openings, 2);
    office.check_invariants().await;
}

#[actix_web::test]
async fn slips_and_empty_entries_cost_nothing() {
    let (office, id, sent) = one_sent(On::Sqlite).await;
    let before = office.gateway().openings.derivations();
    let right = sent.issued.number.expose();
    let last = right.as_bytes()[11];
    let slip = format!("{}{}", &right[..11], (last - b'0' + 1) % 10);
    assert_eq!(problem(office.open_with(&sent, &slip, false).await), Problem::NumberMistyped);
    assert_eq!(problem(office.open_with(&sent, "", false).await), Problem::NumberMissing);
    assert_eq!(problem(office.open_with(&sent, " - ー ", false).await), Problem::NumberMissing);
    assert_eq!(problem(office.open_with(&sent, "1234", false).await), Problem::NumberLength { got: 4, want: 12 });
    assert_eq!(problem(office.open_with(&sent, "abcdefghijkl", false).await), Problem::NumberMistyped);
    assert_eq!(office.used(&sent).await, Used::default());
    assert_eq!(office.gateway().openings.derivations(), before, "no scrypt");
    assert!(office.events(id).await.contains(&"number_mistyped".to_owned()));
    let spoken = right.as_bytes().chunks(4).map(|four| std::str::from_utf8(four).unwrap()).collect::<Vec<_>>();
    let wide: String = spoken
        .join("ー")
        .chars()
        .map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c })
        .collect();
    office.open_with(&sent, &wide, false).await.unwrap();
}

#[actix_web::test]
async fn a_stranger_without_the_secret_gets_one_answer_and_no_scrypt() {
    let (office, _, sent) = one_sent(On::Sqlite).await;
    let before = office.gateway().openings.derivations();
    let stranger = kakitome::crypt::generate_link_secret(&mut rand::rng());
    let number = sent.issued.number.expose();
    let attempt = Attempt { secret: stranger.clone(), ..office.attempt(&sent, number, false) };
    assert_eq!(problem(open(office.gateway(), attempt).await), Problem::NotFound);
    let attempt = Attempt { public_id: "00000000".into(), ..office.attempt(&sent, number, false) };
    assert_eq!(problem(open(office.gateway(), attempt).await), Problem::NotFound);
    assert_eq!(problem(look(office.gateway(), &stranger, None, None).await), Problem::NotFound);
    assert_eq!(office.gateway().openings.derivations(), before);
    assert_eq!(office.used(&sent).await, Used::default());
}

/// Looking any number of times changes nothing but the log.
#[actix_web::test]
async fn looking_costs_nothing() {
    let (office, _, sent) = one_sent(On::Sqlite).await;
    for _ in 0..20 {
        look(office.gateway(), &sent.secret, None, None).await.unwrap();
    }
    assert_eq!(office.used(&sent).await, Used::default());
    assert_eq!(office.delivery(&sent).await.state, DeliveryState::Offered);
}

async fn ten_wrong_numbers_pause_and_the_sender_resumes(on: On) {
    let (office, id, sent) = one_sent(on).await;
    let source = crate::harness::flows::SOURCE;
    for left in (8..10).rev() {
        let wrong = problem(office.open_with(&sent, &sent.wrong_number(), false).await);
        assert_eq!(wrong, Problem::NumberWrong { left }, "the first slips are free of delay");
    }
    assert_eq!(problem(office.open_with(&sent, &sent.wrong_number(), false).await), Problem::NumberWrong { left: 7 });
    let slow = problem(office.open_with(&sent, sent.issued.number.expose(), false).await);
    assert_eq!(slow, Problem::SlowDown { seconds: 10 }, "the right number waits as well, and is not charged");
    assert_eq!(office.used(&sent).await.wrong, 3);
    for left in (1..7).rev() {
        assert_eq!(try_wrong(&office, &sent, source).await, Problem::NumberWrong { left });
    }
    assert_eq!(try_wrong(&office, &sent, source).await, Problem::DeliveryPaused);
    assert_eq!(office.delivery(&sent).await.state, DeliveryState::Paused);
    assert_eq!(office.used(&sent).await, Used { wrong: 10, life: 10, openings: 0 });
    let before = office.gateway().openings.derivations();
    office.clock.forward(Duration::from_secs(301));
    assert_eq!(problem(office.open(&sent).await), Problem::DeliveryPaused, "the right number does not help");
    assert_eq!(office.gateway().openings.derivations(), before);
    let words = office.events(id).await;
    assert!(words.contains(&"paused".to_owned()));
    assert_eq!(words.iter().filter(|word| *word == "number_wrong").count(), 10);
    let mails = office.mails().len();
    office.deliver_mails().await;
    let mail = office.mails().into_iter().nth(mails).expect("a mail to the sender");
    let mail = office
        .mails()
        .into_iter()
        .filter(|mail| mail.contains("sato@office.example"))
        .find(|mail| mail.lines().any(|line| line.starts_with("To:") && line.contains("sato@office.example")))
        .unwrap_or(mail);
    assert!(mail.contains(&sent.issued.delivery.reference));

    let delivery = office.delivery(&sent).await;
    resume(office.gateway(), &office.sender, &delivery).await.unwrap();
    office.open(&sent).await.unwrap();
    assert_eq!(office.used(&sent).await, Used { wrong: 0, life: 10, openings: 1 }, "the life count stays");
    office.check_invariants().await;
}

#[actix_web::test]
async fn fifty_wrong_numbers_from_one_and_from_many_addresses_use_up_a_number_and_destroy_nothing() {
    let (office, id, sent) = one_sent(On::Sqlite).await;
    let mut wrong = 0;
    let mut refused = 0;
    for n in 0..50u8 {
        let source = if n < 25 { crate::harness::flows::SOURCE } else { IpAddr::V4(Ipv4Addr::new(198, 51, 100, n)) };
        match try_wrong(&office, &sent, source).await {
            Problem::NumberWrong { .. } => wrong += 1,
            Problem::DeliveryPaused => {
                refused += 1;
                // The sender lets it go on as often as that is possible.
                let delivery = office.delivery(&sent).await;
                match resume(office.gateway(), &office.sender, &delivery).await {
                    Ok(()) => {}
                    Err(Error::Problem(Problem::WrongState { state })) => assert_eq!(state, "used_up"),
                    Err(other) => panic!("{other}"),
                }
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!((wrong, refused), (27, 23), "thirty tries, each tenth of which pauses; then no more");
    assert_eq!(office.used(&sent).await.life, 30);
    let delivery = office.delivery(&sent).await;
    assert_eq!(delivery.state, DeliveryState::Paused, "paused, not destroyed");
    let used_up = problem(resume(office.gateway(), &office.sender, &delivery).await);
    assert_eq!(used_up, Problem::WrongState { state: "used_up" });
    let issued = reissue(office.gateway(), &office.sign_in().await, &delivery).await.unwrap();
    assert_eq!(office.used(&sent).await, Used::default());
    let old = sent.issued.number.expose().to_owned();
    let opened = office.open_with(&sent, issued.number.expose(), false).await.unwrap();
    let bytes = office.opened(&sent, &opened).await.unwrap();
    assert_eq!(office.fetch(&bytes, Asked::File(0)).await.unwrap(), b"hello");
    assert_ne!(old, issued.number.expose());
    assert!(office.events(id).await.contains(&"number_reissued".to_owned()));
    office.check_invariants().await;
}

/// Many addresses at once share the delivery's pace and budget: the one beyond the free slips is slowed.
#[actix_web::test]
async fn parallel_guesses_from_many_addresses_share_one_budget() {
    let (office, _, sent) = one_sent(On::Sqlite).await;
    let tasks: Vec<_> = (0..40u8)
        .map(|n| {
            let source = IpAddr::V4(Ipv4Addr::new(203, 0, 113, n));
            let attempt = Attempt { source, ..office.attempt(&sent, &sent.wrong_number(), false) };
            Office::open_task_at(office.gateway(), attempt)
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap_err();
    }
    assert_eq!(office.used(&sent).await, Used { wrong: 3, life: 3, openings: 0 });
}

/// The try is charged before the number is looked at: whoever tears the line away has used it.
#[actix_web::test]
async fn a_crash_between_charge_and_answer_gives_no_free_try() {
    let (office, _, sent) = one_sent(On::Sqlite).await;
    for tries in 1..=2 {
        let task = office.open_task(&sent, &sent.wrong_number(), false);
        until("the try is charged", || async { (office.used(&sent).await.life == tries).then_some(()) }).await;
        task.abort();
        assert!(task.await.is_err(), "aborted before its answer");
        assert_eq!(office.used(&sent).await.wrong, tries);
    }
    let again = office.again().await;
    assert_eq!(again.gateway.store.limits().used(sent.issued.delivery.id).await.unwrap().life, 2);
}

/// The memory of a derivation is taken until the derivation ends, not until its caller goes away.
#[actix_web::test]
async fn an_abandoned_derivation_still_holds_its_memory() {
    let office = Office::with(On::Sqlite, |config| config.limits.openings_at_once = Some(1)).await;
    let (_, sent) = office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    let openings = &office.gateway().openings;
    until("earlier ones ended", || async { (openings.running() == 0).then_some(()) }).await;
    let before = openings.derivations();
    let task = office.open_task(&sent[0], &sent[0].wrong_number(), false);
    until("it runs", || async { (openings.derivations() > before).then_some(()) }).await;
    task.abort();
    assert!(task.await.is_err());
    assert_eq!(openings.running(), 1, "the key derivation goes on without its caller");
    until("it ended", || async { (openings.running() == 0).then_some(()) }).await;
}

#[actix_web::test]
async fn ten_openings_are_all_there_are_until_everything_is_retrieved() {
    let (office, _, sent) = one_sent(On::Sqlite).await;
    let number = sent.issued.number.expose();
    for opening in 1..=10 {
        office.open_with(&sent, number, true).await.unwrap();
        assert_eq!(office.used(&sent).await.openings, opening);
    }
    let before = office.gateway().openings.derivations();
    assert_eq!(problem(office.open_with(&sent, number, true).await), Problem::OpeningsUsedUp);
    assert_eq!(office.gateway().openings.derivations(), before);
    assert_eq!(office.used(&sent).await, Used { wrong: 0, life: 0, openings: 10 });
    let delivery = office.delivery(&sent).await;
    let issued = reissue(office.gateway(), &office.sender, &delivery).await.unwrap();
    office.open_with(&sent, issued.number.expose(), false).await.unwrap();
}

#[actix_web::test]
async fn a_session_ends_after_thirty_minutes_without_use_and_after_a_day() {
    let (office, id, sent) = one_sent(On::Sqlite).await;
    let session = office.open(&sent).await.unwrap();
    office.clock.forward(29 * MINUTE);
    office.opened(&sent, &session).await.unwrap();
    office.clock.forward(29 * MINUTE);
    office.opened(&sent, &session).await.unwrap();
    office.clock.forward(30 * MINUTE);
    assert_eq!(problem(office.opened(&sent, &session).await.map(drop)), Problem::UnlockNeeded);
    let session = office.open(&sent).await.expect("an idle session needs no take-over");
    for _ in 0..48 {
        office.clock.forward(29 * MINUTE);
        office.opened(&sent, &session).await.unwrap();
    }
    office.clock.forward(48 * MINUTE);
    assert_eq!(problem(office.opened(&sent, &session).await.map(drop)), Problem::UnlockNeeded);
    kakitome::transfer::expire::sweep(office.gateway(), office.gateway().now()).await.unwrap();
    assert!(office.events(id).await.contains(&"session_ended".to_owned()));
    office.check_invariants().await;
}

#[actix_web::test]
async fn recall_ends_an_open_session_before_its_next_request() {
    let (office, id, sent) = one_sent(On::Sqlite).await;
    let session = office.open(&sent).await.unwrap();
    let delivery = office.opened(&sent, &session).await.unwrap();
    recall(office.gateway(), &office.sender, id, "間違えました").await.unwrap();
    let refused = problem(office.opened(&sent, &session).await.map(drop));
    assert_eq!(refused, Problem::UnlockNeeded);
    let servable = delivery.servable(Asked::File(0)).unwrap();
    let served = serve(office.gateway().clone(), delivery, &servable, 0..5).await;
    assert_eq!(problem(served.map(drop)), Problem::UnlockNeeded);
    assert_eq!(problem(office.open(&sent).await), Problem::DeliveryEnded { state: "recalled" });
    assert!(!office.events(id).await.contains(&"serving_started".to_owned()));
}

/// A stream asks every two seconds of real time; a slow reader is cut off no later.
#[actix_web::test]
async fn recall_cuts_a_flowing_stream_off() {
    let office = Office::new(On::Sqlite).await;
    let big = vec![7u8; 6 * 1024 * 1024];
    let (id, sent) = office.send(&[("big.bin", &big)], &["suzuki@aozora.example"]).await;
    let session = office.open(&sent[0]).await.unwrap();
    let delivery = office.opened(&sent[0], &session).await.unwrap();
    let servable = delivery.servable(Asked::File(0)).unwrap();
    let mut stream = serve(office.gateway().clone(), delivery, &servable, 0..big.len() as u64).await.unwrap();
    stream.next().await.unwrap().unwrap();
    recall(office.gateway(), &office.sender, id, "").await.unwrap();
    let asked_again = tokio::time::Instant::now() + Duration::from_millis(2100);
    tokio::time::sleep_until(asked_again).await;
    let next = stream.next().await.expect("an end with an error, not a quiet one");
    assert_eq!(problem(next), Problem::UnlockNeeded);
    assert!(!office.events(id).await.contains(&"tamper_suspected".to_owned()), "a recalled stream is no alarm");
}

#[actix_web::test]
async fn a_new_number_ends_the_old_one_and_the_session() {
    let (office, _, sent) = one_sent(On::Sqlite).await;
    let session = office.open(&sent).await.unwrap();
    let delivery = office.delivery(&sent).await;
    let issued = reissue(office.gateway(), &office.sender, &delivery).await.unwrap();
    assert_eq!(problem(office.opened(&sent, &session).await.map(drop)), Problem::UnlockNeeded);
    assert_eq!(problem(office.open(&sent).await), Problem::NumberWrong { left: 9 });
    office.open_with(&sent, issued.number.expose(), false).await.unwrap();
    office.check_invariants().await;
}

async fn a_new_number_ends_an_opening_that_was_under_way_with_the_old_one(on: On) {
    let (office, _, mut sent) = one_sent(on).await;
    for _ in 0..rounds(4, 40) {
        let delivery = office.delivery(&sent).await;
        let before = office.gateway().openings.derivations();
        let (gateway, sender) = (office.gateway().clone(), office.sign_in().await);
        let issuing = tokio::spawn(async move { reissue(&gateway, &sender, &delivery).await });
        until("the new slot is being made", || async {
            (office.gateway().openings.derivations() > before).then_some(())
        })
        .await;
        let opening = office.open_task(&sent, sent.issued.number.expose(), true);
        let (issued, opened_with_old) = (issuing.await.unwrap().unwrap(), opening.await.unwrap());
        if let Ok(session) = opened_with_old {
            let dead = opened(office.gateway(), &sent.issued.delivery.public_id, &session.cookie).await;
            assert_eq!(problem(dead.map(drop)), Problem::UnlockNeeded, "a session by a number that was replaced");
        }
        sent.issued = issued;
        office.clock.forward(Duration::from_secs(600));
        let session = office.open(&sent).await.unwrap();
        office.opened(&sent, &session).await.unwrap();
    }
    office.check_invariants().await;
}
