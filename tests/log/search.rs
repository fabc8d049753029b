//! Search of the log on both databases: whatever is asked, the answer is what a look at every event would give, page by page.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::harness::flows::{Office, On, until};
use crate::harness::problem;
use kakitome::error::{FieldFlaw, Problem, Result};
use kakitome::model::{
    AccountId, Actor, DeliveryId, Event, EventId, EventKind, Factor, Outcome, Question, Recipient, Time, TransferId,
};
use kakitome::staff::log;
use kakitome::store::search::{self, Found, Wanted};
use kakitome::store::totals::{self, Amount};
use kakitome::store::{Tx, parties};
use kakitome::transfer::recipients;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

on_both! {
    whatever_is_asked_every_event_is_looked_at
    a_question_names_people_as_they_are_known
    what_is_sent_and_collected_is_added_up
    questions_leave_connections_to_those_who_send
}

/// What a test knows of an event that it wrote.
#[derive(Clone, Debug)]
struct Known {
    at: Time,
    event: &'static str,
    outcome: Outcome,
    by: Option<AccountId>,
    about: Option<AccountId>,
    delivery: Option<(TransferId, DeliveryId)>,
    source: Option<IpAddr>,
}

async fn people(office: &Office) -> Vec<(TransferId, DeliveryId, String)> {
    let mut all = Vec::new();
    for (name, email) in
        [("鈴木 一郎", "suzuki@aozora.example"), ("林", "hayashi@midori.example"), ("岡", "oka@kita.example")]
    {
        let id = office.draft().await;
        let to = Recipient { name: name.into(), ..Office::recipient(email) };
        let delivery = recipients::add(office.gateway(), &office.sender, id, to, None).await.unwrap();
        let row = office.gateway().store.read(move |tx| kakitome::store::deliveries::get(tx, delivery)).await.unwrap();
        all.push((id, delivery, row.reference));
    }
    all
}

async fn ask(office: &Office, question: &Question) -> Result<Vec<Found>> {
    let gateway = office.gateway();
    let (span, question) = (question.span(gateway.now(), gateway.office().time_zone), question.clone());
    let page = gateway.store.read(move |tx| match log::wanted(tx, &question, span)? {
        Some(wanted) => Ok(log::page(tx, &wanted, None, 1000)?.rows),
        None => Ok(Vec::new()),
    });
    Ok(page.await?.into_iter().map(|row| row.told.found).collect())
}

async fn whatever_is_asked_every_event_is_looked_at(on: On) {
    let office = Office::new(on).await;
    let people = people(&office).await;
    let staff: Vec<AccountId> = (0..3).map(|_| AccountId::new(office.gateway().now())).collect();
    let sources: Vec<IpAddr> = ["192.0.2.1", "192.0.2.2", "2001:db8::1"].map(|text| text.parse().unwrap()).to_vec();
    let mut rng = rand::rngs::StdRng::seed_from_u64(8);
    let first = office.gateway().now() + Duration::from_secs(3600);
    let mut known = Vec::new();
    for nth in 0..700_u64 {
        let at = first + Duration::from_millis(nth / 3 * 400);
        let kinds = [EventKind::SignedIn { by: Factor::Password }, EventKind::Retrieved, EventKind::LinkOpened];
        let kind = kinds.choose(&mut rng).unwrap().clone();
        let by = rng.random_bool(0.5).then(|| *staff.choose(&mut rng).unwrap());
        let about = rng.random_bool(0.3).then(|| *staff.choose(&mut rng).unwrap());
        let delivery = rng.random_bool(0.5).then(|| people.choose(&mut rng).unwrap().clone());
        let source = rng.random_bool(0.7).then(|| *sources.choose(&mut rng).unwrap());
        let outcome = if rng.random_bool(0.2) { Outcome::Failed } else { Outcome::Ok };
        let mut event = Event::new(kind.clone(), at, by.map_or(Actor::System, Actor::Account)).source(source);
        event.subject.account = about;
        event.subject.transfer = delivery.as_ref().map(|(transfer, ..)| *transfer);
        // Now and then about the transfer as a whole.
        event.subject.delivery = delivery.as_ref().filter(|_| nth % 5 != 0).map(|(_, delivery, _)| *delivery);
        event.outcome = outcome;
        let subject = event.subject;
        office.gateway().store.write(move |tx| tx.record(&event)).await.unwrap();
        let event = match kind {
            EventKind::SignedIn { .. } => "signed_in",
            EventKind::Retrieved => "retrieved",
            _ => "link_opened",
        };
        let delivery = subject.delivery.map(|delivery| (subject.transfer.unwrap(), delivery));
        known.push((subject.transfer, Known { at, event, outcome, by, about, delivery, source }));
    }
    let party: BTreeMap<DeliveryId, i64> = {
        let mut party = BTreeMap::new();
        for ((_, delivery, _), email) in people.iter().zip(["suzuki", "hayashi", "oka"]) {
            let found = office.gateway().store.read(move |tx| parties::matching(tx, email, 9)).await.unwrap();
            assert_eq!(found.len(), 1);
            party.insert(*delivery, found[0]);
        }
        party
    };
    for round in 0..150 {
        let maybe = |chance: f64, rng: &mut rand::rngs::StdRng| rng.random_bool(chance);
        let wanted = Wanted {
            from: Some(if maybe(0.3, &mut rng) { first + Duration::from_secs(30) } else { first }),
            before: maybe(0.3, &mut rng).then(|| first + Duration::from_secs(60)),
            words: maybe(0.4, &mut rng).then(|| vec![(*["signed_in", "retrieved"].choose(&mut rng).unwrap()).into()]),
            outcome: maybe(0.3, &mut rng).then(|| *[Outcome::Ok, Outcome::Failed].choose(&mut rng).unwrap()),
            accounts: maybe(0.3, &mut rng).then(|| staff[..rng.random_range(1..3)].to_vec()),
            parties: maybe(0.3, &mut rng).then(|| vec![*party.values().nth(rng.random_range(0..3)).unwrap()]),
            deliveries: maybe(0.2, &mut rng).then(|| {
                let (transfer, delivery, _) = people.choose(&mut rng).unwrap();
                vec![(*transfer, *delivery)]
            }),
            source: maybe(0.3, &mut rng).then(|| sources.choose(&mut rng).unwrap().to_string()),
            transfer: None,
        };
        let fits = |(transfer, one): &&(Option<TransferId>, Known)| {
            wanted.from.is_none_or(|from| one.at >= from)
                && wanted.before.is_none_or(|before| one.at < before)
                && wanted.words.as_ref().is_none_or(|words| words.iter().any(|word| word == one.event))
                && wanted.outcome.is_none_or(|outcome| one.outcome == outcome)
                && wanted
                    .accounts
                    .as_ref()
                    .is_none_or(|all| [one.by, one.about].iter().flatten().any(|id| all.contains(id)))
                && wanted
                    .parties
                    .as_ref()
                    .is_none_or(|all| one.delivery.is_some_and(|(_, id)| all.contains(&party[&id])))
                && wanted.deliveries.as_ref().is_none_or(|all| {
                    all.iter()
                        .any(|(of, id)| *transfer == Some(*of) && one.delivery.is_none_or(|(_, other)| other == *id))
                })
                && wanted.source.as_ref().is_none_or(|source| one.source.is_some_and(|one| one.to_string() == *source))
        };
        let mut expected: Vec<_> = known.iter().filter(fits).map(|(_, one)| (one.at, one.event, one.outcome)).collect();
        let page = [1, 7, 60, 1000][round % 4];
        let (mut found, mut after): (Vec<Found>, Option<EventId>) = (Vec::new(), None);
        loop {
            let asked = wanted.clone();
            // Every other time a walk stops after each chunk.
            let budget = if round % 8 < 4 { search::WALKED_MOST } else { 0 };
            let next = office.gateway().store.read(move |tx| search::find_within(tx, &asked, after, page, budget));
            let next = next.await.unwrap();
            after = next.stopped;
            let is_last = after.is_none();
            assert!(next.found.len() <= page);
            found.extend(next.found);
            if is_last || (page == 1 && found.len() > 20) {
                break;
            }
        }
        assert!(found.is_sorted_by(|one, other| one.id > other.id), "newest first, each once");
        let mut found: Vec<_> = found.iter().map(|one| (one.at, one.event.as_str(), one.outcome)).collect();
        if page == 1 {
            // The newest only: enough to see that pages follow each other.
            expected.sort();
            expected.reverse();
            let newest = found.len().min(expected.len());
            let times = |rows: &[(Time, &str, Outcome)]| rows.iter().map(|(at, ..)| *at).collect::<Vec<_>>();
            assert_eq!(times(&found), times(&expected[..newest]), "{wanted:?}");
        } else {
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{wanted:?}");
        }
    }
}

async fn a_question_names_people_as_they_are_known(on: On) {
    let office = Office::new(on).await;
    let people = people(&office).await;
    let about = |question: Question| Question { kind: "recipient_added".into(), ..question };
    let by = async |question: Question| ask(&office, &about(question)).await.map(|found| found.len());
    assert_eq!(by(Question::default()).await.unwrap(), 3);
    assert_eq!(by(Question { recipient: "ＡＯＺＯＲＡ".into(), ..Question::default() }).await.unwrap(), 1);
    assert_eq!(by(Question { recipient: "鈴木".into(), ..Question::default() }).await.unwrap(), 1);
    assert_eq!(by(Question { recipient: "nobody".into(), ..Question::default() }).await.unwrap(), 0);
    let reference = &people[0].2;
    let ending: String = reference.chars().skip(reference.chars().count() - 4).collect();
    for written in [reference.clone(), reference.to_lowercase(), ending] {
        assert_eq!(by(Question { reference: written.clone(), ..Question::default() }).await.unwrap(), 1, "{written}");
    }
    let name = office.sender.account().name.clone();
    assert_eq!(by(Question { person: name, ..Question::default() }).await.unwrap(), 3);
    assert_eq!(by(Question { person: "nobody".into(), ..Question::default() }).await.unwrap(), 0);
    let refused = async |question: Question| problem(ask(&office, &question).await);
    let malformed = |field| Problem::Field { field, flaw: FieldFlaw::Malformed };
    assert_eq!(refused(Question { source: "192.0.2".into(), ..Question::default() }).await, malformed("source"));
    assert_eq!(refused(Question { reference: "9F".into(), ..Question::default() }).await, malformed("reference"));
}

async fn what_is_sent_and_collected_is_added_up(on: On) {
    let office = Office::new(on).await;
    let file: &[(&str, &[u8])] = &[("a.pdf", b"content"), ("b.pdf", b"more")];
    let (_, sent) = office.send(file, &["suzuki@aozora.example", "hayashi@midori.example"]).await;
    let opened = office.open(&sent[0]).await.unwrap();
    let delivery = office.opened(&sent[0], &opened).await.unwrap();
    for file in 0..2 {
        office.fetch(&delivery, kakitome::transfer::retrieve::Asked::File(file)).await.unwrap();
    }
    let gateway = office.gateway();
    let day = kakitome::model::day::date_of(gateway.now(), gateway.office().time_zone);
    let found = crate::harness::flows::until("both are added up", async || {
        let found = gateway.store.read(move |tx| totals::between(tx, day, day)).await.unwrap();
        found.first().is_some_and(|total| total.amount.retrieved == 1).then_some(found)
    });
    let found = found.await;
    assert_eq!(found.len(), 1, "one sender on one day");
    assert_eq!(found[0].amount, Amount { transfers: 1, deliveries: 2, files: 2, bytes: 11, retrieved: 1 });
    assert_eq!(found[0].account, office.sender.account().id);
}

async fn questions_leave_connections_to_those_who_send(on: On) {
    let office = Office::new(on).await;
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (held, begun) = (Arc::new(Mutex::new(held)), Arc::new(AtomicUsize::new(0)));
    let questions: Vec<_> = (0..20)
        .map(|_| {
            let (gateway, held, begun) = (office.gateway().clone(), held.clone(), begun.clone());
            tokio::spawn(async move {
                let walk = move |_: &mut Tx| {
                    begun.fetch_add(1, Ordering::SeqCst);
                    let _ = held.lock().unwrap().recv();
                    Ok(())
                };
                gateway.walk_log(walk).await
            })
        })
        .collect();
    until("questions are being answered", || async { (begun.load(Ordering::SeqCst) >= 2).then_some(()) }).await;
    // Whoever sends and collects meanwhile is not kept waiting, however often.
    for _ in 0..30 {
        office.gateway().store.read(kakitome::store::tree::current).await.unwrap();
    }
    office.send(&[("a.pdf", b"a")], &["suzuki@aozora.example"]).await;
    // Somebody who goes away while it is answered leaves the turn with the walk.
    questions[0].abort();
    assert!(begun.load(Ordering::SeqCst) <= 2, "each has its turn until it has ended");
    drop(release);
    for question in questions.into_iter().skip(1) {
        question.await.unwrap().unwrap();
    }
}
