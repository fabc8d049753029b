//! Lists of transfers on both databases: filtered, searched, sorted and paged by the store; and what a page that looks
//! after itself may and may not do.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::harness::browser::Browser;
use crate::harness::flows::{Office, On, PASSWORD, Sent};
use crate::harness::problem;
use crate::harness::server::Server;
use kakitome::error::Problem;
use kakitome::model::{
    Approval, ApprovalId, ApprovalReason, ApprovalState, BlobId, Channel, Delivery, DeliveryId, DeliveryState,
    EndReason, EventKind, LetterKind, ManifestRef, Order, Passphrase, Recipient, SenderSlot, Standing, Time, Transfer,
    TransferId, TransferState,
};
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{session, sign_in};
use kakitome::store::letters::{self, LetterState, QueuedLetter};
use kakitome::store::listing::{Cursor, Listed};
use kakitome::store::transfers::Sealing;
use kakitome::store::{Tx, approvals, deliveries, transfers};
use kakitome::transfer::retrieve::{Asked as File, OpenedDelivery};
use kakitome::transfer::timeline::{self, Asked};
use kakitome::transfer::{draft, expire, extend, recall, recipients, retrieve, seal, tell};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both! {
    each_standing_lists_what_the_page_shows_as_such
    a_sent_transfer_is_in_the_one_group_that_its_page_names
    words_find_address_name_and_reference
    days_limit_what_is_listed
    pages_are_whole_while_the_list_grows
    nobody_sees_the_transfers_of_others
    what_was_done_with_a_number_is_noted_and_nothing_else
}

const DAY: Duration = Duration::from_secs(24 * 3600);

fn asked() -> Asked {
    Asked {
        standing: None,
        search: String::new(),
        from: None,
        before: None,
        order: Order::Newest,
        after: None,
        limit: 200,
    }
}

async fn page(office: &Office, asked: Asked) -> (Vec<Listed>, Option<Cursor>) {
    timeline::list(office.gateway(), &office.sender.watcher(), asked).await.unwrap()
}

async fn ids(office: &Office, asked: Asked) -> Vec<TransferId> {
    page(office, asked).await.0.into_iter().map(|listed| listed.transfer.id).collect()
}

async fn standing(office: &Office, standing: Standing) -> BTreeSet<TransferId> {
    ids(office, Asked { standing: Some(standing), ..asked() }).await.into_iter().collect()
}

async fn found(office: &Office, search: &str) -> Vec<TransferId> {
    ids(office, Asked { search: search.into(), ..asked() }).await
}

/// One transfer in each standing, and some where two recipients stand differently.
async fn each_standing_lists_what_the_page_shows_as_such(on: On) {
    let mut office = Office::new(on).await;
    let file: &[(&str, &[u8])] = &[("a.pdf", b"content")];
    let (expired, _) = office.send(file, &["expired@aozora.example"]).await;
    office.clock.forward(DAY * 8);
    expire::sweep(office.gateway(), office.gateway().now()).await.unwrap();
    // The session of eight days ago is over.
    office.sender = office.sign_in().await;

    let draft = office.draft().await;
    let (waiting, _) = office.send(file, &["waiting@aozora.example"]).await;
    let (collected, sent) = office.send(file, &["collected@aozora.example"]).await;
    fetch_all(&office, &sent[0]).await;
    let (partly, sent) = office.send(file, &["one@aozora.example", "other@aozora.example"]).await;
    fetch_all(&office, &sent[0]).await;
    let (recalled, _) = office.send(file, &["recalled@aozora.example"]).await;
    recall::recall(office.gateway(), &office.sender, recalled, "").await.unwrap();
    let (paused, sent) = office.send(file, &["paused@aozora.example", "fine@aozora.example"]).await;
    let id = sent[0].issued.delivery.id;
    let at = office.gateway().now();
    let state = kakitome::model::DeliveryState::Paused;
    let moved = office.gateway().store.write(move |tx| kakitome::store::deliveries::advance(tx, id, state, at)).await;
    assert!(moved.unwrap());
    let undelivered = undelivered(&office).await;
    let (ended, sent) = office.send(file, &["ended@aozora.example"]).await;
    retrieve::confirm(office.gateway(), fetch_all(&office, &sent[0]).await).await.unwrap();

    let set = |ids: &[TransferId]| ids.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(standing(&office, Standing::Draft).await, set(&[draft]));
    assert_eq!(standing(&office, Standing::Waiting).await, set(&[waiting, partly]));
    assert_eq!(standing(&office, Standing::Collected).await, set(&[collected, ended]));
    assert_eq!(standing(&office, Standing::Expired).await, set(&[expired]));
    assert_eq!(standing(&office, Standing::Recalled).await, set(&[recalled]));
    assert_eq!(standing(&office, Standing::Paused).await, set(&[paused]));
    assert_eq!(standing(&office, Standing::Undelivered).await, set(&[undelivered]));
    let (all, _) = page(&office, asked()).await;
    assert_eq!(all.len(), 9, "every transfer stands somewhere");
    for listed in &all {
        let refused = usize::from(listed.transfer.id == undelivered);
        assert_eq!(listed.undelivered.len(), refused);
    }
    let soonest = ids(&office, Asked { order: Order::Soonest, ..asked() }).await;
    assert_eq!(set(&soonest), set(&[draft, waiting, collected, partly, paused, undelivered]), "what has not ended");
}

async fn fetch_all(office: &Office, sent: &Sent) -> OpenedDelivery {
    let opened = office.open(sent).await.unwrap();
    let delivery = office.opened(sent, &opened).await.unwrap();
    office.fetch(&delivery, File::File(0)).await.unwrap();
    crate::harness::flows::until("everything is collected", || async { office.delivery(sent).await.retrieved_at })
        .await;
    delivery
}

/// A sent transfer whose mail was refused for good.
async fn undelivered(office: &Office) -> TransferId {
    let id = office.draft().await;
    office.add_file(id, "a.pdf", b"content").await;
    office.add_recipient(id, "nobody@aozora.example").await;
    seal::send(office.gateway(), &office.sender, id).await.unwrap();
    let now = office.gateway().now();
    let settled = office.gateway().store.write(move |tx| {
        let letter = letters::claim(tx, now, Duration::from_secs(60))?.unwrap();
        assert_eq!((letter.kind, letter.transfer_id), (LetterKind::Offer, Some(id)));
        letters::settle(tx, &letter, LetterState::Failed, now)
    });
    assert!(settled.await.unwrap());
    id
}

/// How a delivery of a sent transfer may stand.
#[derive(Clone, Copy, Debug)]
struct Stands {
    state: DeliveryState,
    /// Its mails with a link, the oldest first.
    mails: &'static [LetterState],
    end: Option<EndReason>,
    asked: bool,
}

impl Stands {
    const fn at(state: DeliveryState, mails: &'static [LetterState]) -> Self {
        Self { state, mails, end: None, asked: false }
    }

    const fn ended(state: DeliveryState, end: EndReason) -> Self {
        Self { end: Some(end), ..Self::at(state, &[LetterState::Accepted]) }
    }
}

/// Ways to stand that could be mistaken for each other.
fn ways_to_stand() -> Vec<Stands> {
    use DeliveryState as State;
    use LetterState::{Accepted, Bounced, Failed, Queued, Withdrawn};
    let asked = |state, mails| Stands { asked: true, ..Stands::at(state, mails) };
    vec![
        Stands::at(State::Pending, &[Queued]),
        Stands::at(State::Pending, &[Failed]),
        Stands::at(State::Pending, &[Failed, Queued]),
        Stands::at(State::Pending, &[Bounced]),
        asked(State::Pending, &[Queued]),
        asked(State::Pending, &[Failed]),
        Stands::at(State::Offered, &[Accepted]),
        Stands::at(State::Offered, &[Bounced]),
        Stands::at(State::Offered, &[Bounced, Withdrawn, Queued]),
        Stands::at(State::Offered, &[Accepted, Failed]),
        asked(State::Offered, &[Accepted]),
        Stands::at(State::Opened, &[Bounced]),
        Stands::at(State::PartlyRetrieved, &[Accepted]),
        Stands::at(State::Retrieved, &[Accepted]),
        Stands::at(State::Paused, &[Accepted]),
        Stands::at(State::Paused, &[Failed]),
        Stands::ended(State::Closed, EndReason::Confirmed),
        Stands::ended(State::Expired, EndReason::Expired),
        Stands::ended(State::Recalled, EndReason::Recalled),
        Stands::ended(State::Recalled, EndReason::Refused),
        Stands::ended(State::KeyLost, EndReason::KeyLost),
    ]
}

/// A sent transfer whose recipients stand like this.
fn made_up(tx: &mut Tx, like: &Delivery, recipients: &[Stands], now: Time) -> kakitome::error::Result<TransferId> {
    let draft = transfers::get(tx, like.transfer)?;
    let id = TransferId::new(now);
    transfers::insert(tx, &Transfer { id, ..draft.clone() })?;
    let manifest = ManifestRef { blob: BlobId::random(), length: 1, hash: [0; 32] };
    let sealing = Sealing {
        revision: draft.revision,
        manifest,
        file_count: 1,
        total_bytes: 1,
        grace_seconds: 3600,
        number_digits: 12,
        sender_slot: SenderSlot::UntilCollected,
        expires_at: now + DAY,
    };
    transfers::seal(tx, id, &sealing, now)?;
    for (position, stands) in (0..).zip(recipients) {
        made_up_delivery(tx, &Delivery { transfer: id, position, ..like.clone() }, stands, now)?;
    }
    if recipients.iter().any(|stands| stands.state != DeliveryState::Pending) {
        transfers::dispatch(tx, id, now)?;
    }
    Ok(id)
}

fn made_up_delivery(tx: &mut Tx, like: &Delivery, stands: &Stands, now: Time) -> kakitome::error::Result<()> {
    let id = DeliveryId::new(now);
    let short = id.to_string().replace('-', "").split_off(20);
    let state = if stands.end.is_some() { DeliveryState::Retrieved } else { stands.state };
    let row = Delivery { id, reference: format!("K-{short}"), public_id: short, state, ..like.clone() };
    deliveries::insert(tx, &row)?;
    for (age, mail) in stands.mails.iter().rev().enumerate() {
        let created_at = Time::from_millis(now.millis() - i64::try_from(age).unwrap());
        let letter = QueuedLetter::new(LetterKind::Offer, created_at).of_delivery(like.transfer, id);
        letters::insert(tx, &QueuedLetter { state: *mail, not_before: now + DAY, ..letter })?;
    }
    if let Some(reason) = stands.end {
        assert!(deliveries::end(tx, id, stands.state, reason, now)?);
    }
    if stands.asked {
        let owner = transfers::get(tx, like.transfer)?.owner;
        let question = Approval {
            id: ApprovalId::new(now),
            transfer: like.transfer,
            delivery: id,
            owner,
            asked_by: owner,
            state: ApprovalState::Asked,
            reasons: vec![ApprovalReason::ALL[0]],
            manifest_hash: [0; 32],
            email: like.recipient.email.clone(),
            latest_expiry: now + DAY,
            asked_at: now,
            decide_by: now + DAY,
            decided_at: None,
            decided_by: None,
            on_behalf_of: None,
        };
        approvals::insert(tx, &question)?;
    }
    Ok(())
}

/// The group that a word of a sent transfer belongs to.
fn group_of(word: &str) -> Standing {
    match word {
        "承認待ち" => Standing::Asked,
        "送信前" | "送信待ち" | "受け取り待ち" | "開封済み・受け取り待ち" | "一部受け取り済み" => {
            Standing::Waiting
        }
        "受け取り済み" | "一部の宛先のみ受け取り済み" => Standing::Collected,
        "停止中（番号の誤り）" => Standing::Paused,
        "未達" => Standing::Undelivered,
        other => panic!("a sent transfer does not stand at {other}"),
    }
}

/// The word of the first status in a piece of a page.
fn word_in(html: &str) -> &str {
    let (_, rest) = html.split_once("<span class=\"status ").unwrap();
    rest.split_once("</span> ").unwrap().1.split_once("</span>").unwrap().0
}

/// Every transfer that the list shows under this address and the addresses of its further pages, with its word.
async fn shown(browser: &mut Browser, path: &str) -> Vec<(TransferId, String)> {
    let mut found = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let rows = page.html.split("<tr id=\"t-").skip(1);
        found.extend(rows.map(|row| (row[..36].parse().unwrap(), word_in(row).to_owned())));
        let older = page.html.split_once("rel=\"next\" href=\"").map(|(_, rest)| rest.split('"').next().unwrap());
        next = older.map(|path| path.replace("&#38;", "&").replace("&amp;", "&"));
    }
    found
}

/// Any two recipients, however each of them stands: the list's filter, the list's word and the page's word are of one mind.
async fn a_sent_transfer_is_in_the_one_group_that_its_page_names(on: On) {
    let server = Server::start(on).await;
    let draft: TransferId = server.post("/transfers", json!({})).await["id"].as_str().unwrap().parse().unwrap();
    let to = json!({ "email": "suzuki@aozora.example", "name": "鈴木 一郎", "language": "ja" });
    server.post(&format!("/transfers/{draft}/recipients"), to).await;
    let (ways, now) = (ways_to_stand(), server.running.gateway.now());
    let made = server.running.gateway.store.write(move |tx| {
        let like = deliveries::of_transfer(tx, draft)?.remove(0);
        let mut made: Vec<(TransferId, Vec<Stands>)> = Vec::new();
        for (place, one) in ways.iter().enumerate() {
            // What has ended for everybody is not under way, unless somebody has it still.
            for other in &ways[place..] {
                let recipients = vec![*one, *other];
                if !recipients.iter().all(|stands| stands.end.is_some()) {
                    made.push((made_up(tx, &like, &recipients, now)?, recipients));
                }
            }
        }
        let pair = [Stands::at(DeliveryState::Retrieved, &[LetterState::Accepted]), ways[4]];
        made.push((made_up(tx, &like, &pair[..1], now)?, pair[..1].to_vec()));
        made.push((made_up(tx, &like, &pair[1..], now)?, pair[1..].to_vec()));
        Ok(made)
    });
    let made = made.await.unwrap();

    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in("sato@office.example", &server.one_time_password, PASSWORD).await;
    let mut groups: Vec<(Standing, TransferId)> = Vec::new();
    for standing in Standing::ALL {
        let under = shown(&mut browser, &format!("/transfers?state={standing}")).await;
        groups.extend(under.into_iter().map(|(id, _)| (*standing, id)));
    }
    let words = shown(&mut browser, "/transfers").await;
    let mut wrong = Vec::new();
    for (id, recipients) in &made {
        let listed = &words.iter().find(|(listed, _)| listed == id).unwrap().1;
        let page = browser.get(&format!("/transfers/{id}")).await.html;
        let page = word_in(page.split_once("<main").unwrap().1).to_owned();
        let of: Vec<Standing> = groups.iter().filter(|(_, grouped)| grouped == id).map(|(of, _)| *of).collect();
        if of != [group_of(&page)] || group_of(listed) != group_of(&page) {
            wrong.push(format!("{recipients:?}: in {of:?}, listed as {listed}, its page says {page}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), made.len(), wrong.join("\n"));
    let state = server.running.gateway.store.read(move |tx| transfers::get(tx, made[0].0)).await.unwrap().state;
    assert_eq!(state, TransferState::Sealed, "nothing moved them meanwhile");
}

async fn words_find_address_name_and_reference(on: On) {
    let office = Office::new(on).await;
    let add = async |name: &str, email: &str| {
        let id = office.draft().await;
        let to = Recipient { name: name.into(), ..Office::recipient(email) };
        recipients::add(office.gateway(), &office.sender, id, to, None).await.unwrap();
        id
    };
    let suzuki = add("株式会社アオゾラ商事　鈴木 一郎", "Suzuki@Aozora.example").await;
    let smith = add("Jörg SMITH 100%", "j_smith@northwind.example").await;
    assert_eq!(found(&office, "suzuki@AOZORA").await, [suzuki]);
    assert_eq!(found(&office, "ｱｵｿﾞﾗ商事").await, [suzuki], "half width");
    assert_eq!(found(&office, "鈴木　アオゾラ").await, [suzuki], "words in any order");
    assert_eq!(found(&office, "JÖRG smith").await, [smith]);
    assert_eq!(found(&office, "100%").await, [smith]);
    assert_eq!(found(&office, "j_s").await, [smith]);
    assert_eq!(found(&office, "example").await, [smith, suzuki]);
    for nothing in ["鈴木 smith", "%", "a_zora", "j%smith", "\\", "'; --"] {
        let hits = found(&office, nothing).await;
        assert!(hits.is_empty() || (nothing == "%" && hits == [smith]), "{nothing}");
    }
    let delivery = page(&office, Asked { search: "suzuki".into(), ..asked() }).await.0.remove(0).deliveries.remove(0);
    let reference = delivery.reference;
    for spelling in
        [reference.clone(), reference.to_lowercase(), reference.replace('-', ""), reference.chars().skip(7).collect()]
    {
        assert_eq!(found(&office, &spelling).await, [suzuki], "{spelling}");
    }
}

async fn days_limit_what_is_listed(on: On) {
    let office = Office::new(on).await;
    let mut made: Vec<(TransferId, Time)> = Vec::new();
    for _ in 0..3 {
        let id = office.draft().await;
        let listed = page(&office, asked()).await.0.remove(0);
        made.push((id, listed.transfer.created_at));
        office.clock.forward(DAY);
    }
    let from = Asked { from: Some(made[1].1), ..asked() };
    assert_eq!(ids(&office, from.clone()).await, [made[2].0, made[1].0], "the first moment counts");
    assert_eq!(ids(&office, Asked { before: Some(made[2].1), ..from }).await, [made[1].0], "the last does not");
    assert_eq!(
        ids(&office, Asked { order: Order::Oldest, ..asked() }).await,
        made.iter().map(|(id, _)| *id).collect::<Vec<_>>()
    );
    // A draft that is sent counts by the day of sending.
    office.add_file(made[0].0, "a.pdf", b"content").await;
    office.add_recipient(made[0].0, "suzuki@aozora.example").await;
    seal::send(office.gateway(), &office.sender, made[0].0).await.unwrap();
    assert_eq!(ids(&office, asked()).await[0], made[0].0);
}

/// New transfers appear and old ones change between two pages: none is missing, none comes twice.
async fn pages_are_whole_while_the_list_grows(on: On) {
    let office = Office::new(on).await;
    let mut made = Vec::new();
    for _ in 0..7 {
        let id = office.draft().await;
        office.add_recipient(id, "suzuki@aozora.example").await;
        made.push(id);
    }
    for order in [Order::Newest, Order::Oldest, Order::Soonest] {
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let search = "aozora".to_owned();
            let (listed, next) = page(&office, Asked { order, after, limit: 2, search, ..asked() }).await;
            seen.extend(listed.iter().map(|listed| listed.transfer.id));
            let _newer = office.draft().await;
            let Some(next) = next else { break };
            // As it travels in an address.
            after = Some(next.to_string().parse().unwrap());
        }
        if order == Order::Newest {
            seen.reverse();
        }
        assert_eq!(seen, made, "{order}");
    }
}

async fn nobody_sees_the_transfers_of_others(on: On) {
    let office = Office::new(on).await;
    let mine = office.draft().await;
    office.add_recipient(mine, "suzuki@aozora.example").await;
    let other = Office::add_sender(office.gateway(), "tanaka@office.example", "田中 進").await;
    for order in [Order::Newest, Order::Oldest, Order::Soonest] {
        for standing in [None].into_iter().chain(Standing::ALL.iter().copied().map(Some)) {
            for search in ["", "suzuki"] {
                let asked = Asked { order, standing, search: search.into(), ..asked() };
                let (listed, next) = timeline::list(office.gateway(), &other.watcher(), asked).await.unwrap();
                assert!(listed.is_empty() && next.is_none(), "{order} {standing:?} {search}");
            }
        }
    }
}

async fn what_was_done_with_a_number_is_noted_and_nothing_else(on: On) {
    let office = Office::new(on).await;
    let (id, sent) = office.send(&[("a.pdf", b"content")], &["suzuki@aozora.example"]).await;
    let before = format!("{:?}", office.delivery(&sent[0]).await);
    for how in [tell::Handled::Copied, tell::Handled::Printed] {
        tell::handled(office.gateway(), &office.sender, &office.delivery(&sent[0]).await, how).await.unwrap();
    }
    assert_eq!(format!("{:?}", office.delivery(&sent[0]).await), before);
    let events = office.events(id).await;
    assert_eq!(events[events.len() - 2..], ["number_copied", "number_printed"]);
    let draft = office.draft().await;
    office.add_recipient(draft, "suzuki@aozora.example").await;
    let overview = draft::overview(office.gateway(), &office.sender.watcher(), draft).await.unwrap();
    let refused = tell::handled(office.gateway(), &office.sender, &overview.deliveries[0], tell::Handled::Copied).await;
    assert!(matches!(problem(refused), Problem::WrongState { state: "draft" }));
    let extended = extend::extend(office.gateway(), &office.sender, id, 240).await.unwrap();
    let extend::Extended::Until(until) = extended else { panic!("{extended:?}") };
    let told = timeline::timeline(office.gateway(), &office.sender.watcher(), id).await.unwrap();
    let leaf = String::from_utf8(told.events.last().unwrap().leaf.clone()).unwrap();
    assert!(leaf.contains(&format!("\"expires_at\":{}", until.millis())), "{leaf}");
    let kind = serde_json::to_value(EventKind::NumberTold { channel: Channel::Sheet, verified: None }).unwrap();
    assert_eq!(kind["channel"], "sheet", "the timeline tells how by this word");
}

/// A page that asks for news for hours does not hold the session: it locks as if nobody were there, because nobody is.
#[actix_web::test]
async fn watching_is_no_activity() {
    let office = Office::new(On::Sqlite).await;
    let email = office.sender.account().email.clone();
    let signed_in = sign_in::sign_in(office.gateway(), &email, Passphrase::new(PASSWORD.into()), &Visitor::default())
        .await
        .unwrap();
    let idle = Duration::from_secs(u64::from(office.config.policy.idle_lock_minutes) * 60);
    let step = idle / 4;
    for _ in 0..3 {
        office.clock.forward(step);
        session::unattended(office.gateway(), &signed_in.cookie, &Visitor::default()).await.unwrap();
    }
    office.clock.forward(step);
    let locked = session::unattended(office.gateway(), &signed_in.cookie, &Visitor::default()).await.map(drop);
    assert!(matches!(problem(locked), Problem::SessionLocked));
}

#[actix_web::test]
async fn the_interface_lists_by_the_same_query() {
    let server = Server::with(On::Sqlite, |_| {}).await;
    let sent = server.send(&[("a.pdf", b"content".to_vec())]).await;
    let draft = server.post("/transfers", json!({})).await["id"].as_str().unwrap().to_owned();
    let ids = async |query: &str| {
        let page = server.get(&format!("/transfers{query}")).await;
        let ids = page["transfers"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
        (ids.collect::<Vec<_>>(), page["next"].as_str().map(str::to_owned))
    };
    assert_eq!(ids("").await.0, [draft.clone(), sent.transfer.clone()]);
    assert_eq!(ids("?state=draft").await.0, std::slice::from_ref(&draft));
    assert_eq!(ids("?q=AOZORA&state=waiting").await.0, std::slice::from_ref(&sent.transfer));
    assert_eq!(ids(&format!("?q={}", sent.reference.to_lowercase())).await.0, std::slice::from_ref(&sent.transfer));
    assert!(ids("?to=2000-01-01").await.0.is_empty());
    assert_eq!(ids("?from=2000-01-01&order=oldest").await.0, [sent.transfer.clone(), draft.clone()]);
    let (first, next) = ids("?limit=1").await;
    let (second, end) = ids(&format!("?limit=1&cursor={}", next.unwrap())).await;
    assert_eq!((first, second, end), (vec![draft], vec![sent.transfer.clone()], None));
    for query in ["?from=yesterday", "?to=2026-02-30", "?cursor=x", "?limit=0"] {
        let answer = server.request(Method::GET, &format!("/transfers{query}")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
    for what in ["copied", "printed"] {
        server.post(&format!("/deliveries/{}/{what}", sent.reference), json!({})).await;
    }
    let shown = server.get(&format!("/transfers/{}", sent.transfer)).await;
    let events = shown["events"].as_array().unwrap().iter().map(|one| one["event"].as_str().unwrap().to_owned());
    let events: Vec<String> = events.collect();
    assert!(events.contains(&"number_copied".into()) && events.contains(&"number_printed".into()), "{events:?}");
}
