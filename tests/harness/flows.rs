//! A private installation without listeners: the flows are called directly, mails go to a maildir.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use kakitome::app::{self, App, Places};
use kakitome::config::Config;
use kakitome::crypt;
use kakitome::crypt::parse_link_code;
use kakitome::error::Result;
use kakitome::gateway::Gateway;
use kakitome::model::{
    Account, AccountId, AccountState, Actor, Channel, Entry, Event, EventKind, Language, Limits, LinkSecret,
    Passphrase, Recipient, Role, TransferId, Validity,
};
use kakitome::staff::permit::Sender;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{password, register, session, sign_in};
use kakitome::store::accounts;
use kakitome::transfer::numbers::Issued;
use kakitome::transfer::open::{Attempt, Opened, open};
use kakitome::transfer::retrieve::{Asked, OpenedDelivery, opened, serve};
use kakitome::transfer::upload::{NewFile, Piece};
use kakitome::transfer::{dispatch, draft, recipients, seal, upload};

use super::HandClock;

pub const PASSWORD: &str = "correct horse battery staple";
pub const SOURCE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

/// Which database a test runs on.
#[derive(Clone, Copy, Debug)]
pub enum On {
    Sqlite,
    Postgres,
}

pub struct Office {
    pub app: App,
    pub clock: Arc<HandClock>,
    pub sender: Sender,
    pub directory: Arc<tempfile::TempDir>,
    pub config: Config,
}

impl Office {
    pub async fn new(on: On) -> Self {
        Self::with(on, |_| {}).await
    }

    /// A fresh installation with one sender, and whatever `change` says of its configuration.
    pub async fn with(on: On, change: impl FnOnce(&mut Config)) -> Self {
        let directory = Arc::new(tempfile::tempdir().unwrap());
        let mut config = Config::default();
        config.scan.off = true;
        if matches!(on, On::Postgres) {
            config.database.url = super::postgres::fresh_database().try_into().unwrap();
        }
        change(&mut config);
        let clock = HandClock::new();
        let places = Self::places_in(directory.path());
        let app = app::open(config.clone(), places, clock.clone()).await.unwrap();
        let sender = Self::first_sender(&app.gateway).await;
        Self { app, clock, sender, directory, config }
    }

    pub fn places_in(directory: &Path) -> Places {
        Places { data: directory.join("data"), keys: directory.join("keys") }
    }

    pub fn gateway(&self) -> &Arc<Gateway> {
        &self.app.gateway
    }

    /// The first account, administrator and sender, with its password as if changed long ago: it spares each test the
    /// key derivations of a first sign-in.
    async fn first_sender(gateway: &Gateway) -> Sender {
        static SEALED: std::sync::OnceLock<(String, Vec<u8>, String)> = std::sync::OnceLock::new();
        let (hash, sealed, public) = SEALED.get_or_init(|| {
            let key = crypt::Identity::generate();
            let password = Passphrase::new(PASSWORD.into());
            let sealed = crypt::seal_with_passphrase(PASSWORD, key.to_bytes().as_ref()).unwrap();
            (crypt::hash_password(&password).unwrap(), sealed, key.recipient().to_string())
        });
        let now = gateway.now();
        let account = Account {
            id: AccountId::new(now),
            email: "sato@office.example".into(),
            name: "佐藤 花子".into(),
            department: String::new(),
            phone: "03-1234-5678".into(),
            language: Language::Ja,
            roles: vec![Role::Administrator, Role::Sender],
            state: AccountState::Active,
            must_change_password: false,
            password_changed_at: now,
            recipient_key: Some(public.clone()),
            key_renewed_at: None,
            validity: Validity::default(),
            limits: Limits::default(),
            successor: None,
            last_used_at: None,
            revision: 0,
            created_at: now,
        };
        let credentials = accounts::Credentials {
            password_hash: hash.clone(),
            account_key: Some(gateway.seal_to_custody(sealed).unwrap()),
            recipient_key: Some(public.clone()),
            must_change_password: false,
            one_time_until: None,
        };
        let email = account.email.clone();
        let made = move |tx: &mut kakitome::store::Tx| {
            accounts::insert(tx, &account, &credentials)?;
            let event = Event::new(EventKind::AccountCreated { entry: Entry::of(&account) }, now, Actor::Console);
            tx.record(&Entry::private(&account).into_iter().fold(event.account(account.id), Event::with))
        };
        gateway.store.write(made).await.unwrap();
        let session =
            sign_in::sign_in(gateway, &email, Passphrase::new(PASSWORD.into()), &Visitor::default()).await.unwrap();
        session::by_cookie(gateway, &session.cookie, &Visitor::default()).await.unwrap().sender().unwrap()
    }

    /// Adds an account through its first sign-in and forced change of password.
    pub async fn add_sender(gateway: &Gateway, email: &str, name: &str) -> Sender {
        let first = register::first(gateway, email, name).await.unwrap();
        let issued = match first {
            Some(issued) => issued,
            None => {
                let new = register::NewAccount {
                    email: email.into(),
                    name: name.into(),
                    department: String::new(),
                    phone: "03-1234-5678".into(),
                    language: Language::Ja,
                    roles: vec![kakitome::model::Role::Sender],
                };
                register::add(gateway, new, &kakitome::staff::registrar::Registrar::console()).await.unwrap()
            }
        };
        let once = Passphrase::new(issued.one_time_password.as_str().to_owned());
        let session = sign_in::sign_in(gateway, email, once.clone(), &Visitor::default()).await.unwrap();
        let signed_in = session::by_cookie(gateway, &session.cookie, &Visitor::default()).await.unwrap();
        assert!(signed_in.clone().sender().is_err(), "an initial password must be changed first");
        let person = signed_in.newcomer().unwrap();
        password::change(gateway, &person, once, Passphrase::new(PASSWORD.into()), &Visitor::default()).await.unwrap();
        session::by_cookie(gateway, &session.cookie, &Visitor::default()).await.unwrap().sender().unwrap()
    }

    /// Another node, or the same one started again: its own process state on the same stores.
    pub async fn again(&self) -> App {
        app::open(self.config.clone(), Self::places_in(self.directory.path()), self.clock.clone()).await.unwrap()
    }

    /// The words of a transfer's events, oldest first.
    pub async fn events(&self, transfer: TransferId) -> Vec<String> {
        let events = self.gateway().store.read(move |tx| kakitome::store::events::of_transfer(tx, transfer)).await;
        events.unwrap().into_iter().map(|entry| entry.event).collect()
    }

    /// What a delivery has used up of its tries.
    pub async fn used(&self, sent: &Sent) -> kakitome::store::limits::Used {
        self.gateway().store.limits().used(sent.issued.delivery.id).await.unwrap()
    }

    pub async fn sign_in(&self) -> Sender {
        let email = self.sender.account().email.clone();
        let session = sign_in::sign_in(self.gateway(), &email, Passphrase::new(PASSWORD.into()), &Visitor::default())
            .await
            .unwrap();
        session::by_cookie(self.gateway(), &session.cookie, &Visitor::default()).await.unwrap().sender().unwrap()
    }

    pub async fn draft(&self) -> TransferId {
        draft::begin(self.gateway(), &self.sender, draft::Options::default(), None).await.unwrap()
    }

    pub async fn add_file(&self, transfer: TransferId, name: &str, content: &[u8]) -> kakitome::model::FileId {
        let new = NewFile { name: name.into(), media_type: "application/pdf".into(), size: content.len() as u64 };
        let file = upload::begin(self.gateway(), &self.sender, transfer, new).await.unwrap();
        let progress = self.append(file, 0, content, true).await.unwrap();
        assert_eq!(progress.offset, content.len() as u64);
        file
    }

    pub async fn append(
        &self,
        file: kakitome::model::FileId,
        offset: u64,
        content: &[u8],
        whole: bool,
    ) -> Result<upload::Progress> {
        let (give, take) = tokio::sync::mpsc::channel(4);
        let content = content.to_vec();
        tokio::spawn(async move {
            for piece in content.chunks(40_000) {
                if give.send(Piece::Bytes(Bytes::copy_from_slice(piece))).await.is_err() {
                    return;
                }
            }
            if whole {
                let _gone = give.send(Piece::End).await;
            }
        });
        upload::append(self.gateway().clone(), self.sender.clone(), file, offset, None, take).await
    }

    pub fn recipient(email: &str) -> Recipient {
        Recipient {
            email: email.into(),
            name: "鈴木 一郎".into(),
            language: Language::Ja,
            phone: "03-9876-5432".into(),
            phrase: "青い傘".into(),
            channel: Channel::Phone,
        }
    }

    pub async fn add_recipient(&self, transfer: TransferId, email: &str) {
        recipients::add(self.gateway(), &self.sender, transfer, Self::recipient(email), None).await.unwrap();
    }

    /// A draft with these files and recipients, sent and delivered.
    pub async fn send(&self, files: &[(&str, &[u8])], recipients: &[&str]) -> (TransferId, Vec<Sent>) {
        let transfer = self.draft().await;
        for (name, content) in files {
            self.add_file(transfer, name, content).await;
        }
        for email in recipients {
            self.add_recipient(transfer, email).await;
        }
        let issued = seal::send(self.gateway(), &self.sender, transfer).await.unwrap();
        self.deliver_mails().await;
        let sent = issued.into_iter().map(|issued| self.sent(issued)).collect();
        (transfer, sent)
    }

    fn sent(&self, issued: Issued) -> Sent {
        let secret = self.link_secret(&issued.delivery.public_id);
        Sent { issued, secret }
    }

    pub async fn deliver_mails(&self) {
        while dispatch::deliver_next(self.gateway(), &*self.app.mailer).await.unwrap() {}
    }

    /// Every mail in the maildir, decoded.
    pub fn mails(&self) -> Vec<String> {
        let new = self.directory.path().join("data/mail/new");
        let mut paths: Vec<PathBuf> = std::fs::read_dir(new).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| super::decode_mail(&std::fs::read(path).unwrap())).collect()
    }

    /// The secret in the link of the mail to this delivery.
    pub fn link_secret(&self, public_id: &str) -> LinkSecret {
        let mails = self.mails();
        let marker = format!("/r/{public_id}#");
        let mail = mails.iter().find(|mail| mail.contains(&marker)).expect("a mail with the link");
        let code = &mail.split(&marker).nth(1).unwrap()[..34];
        parse_link_code(code).unwrap()
    }

    pub async fn open(&self, sent: &Sent) -> Result<Opened> {
        self.open_with(sent, sent.issued.number.expose(), false).await
    }

    pub async fn open_with(&self, sent: &Sent, number: &str, take_over: bool) -> Result<Opened> {
        open(self.gateway(), self.attempt(sent, number, take_over)).await
    }

    pub fn attempt(&self, sent: &Sent, number: &str, take_over: bool) -> Attempt {
        Attempt {
            public_id: sent.issued.delivery.public_id.clone(),
            secret: sent.secret.clone(),
            number: number.into(),
            take_over,
            source: SOURCE,
        }
    }

    /// Opens in a task of its own, as a request would.
    pub fn open_task(&self, sent: &Sent, number: &str, take_over: bool) -> tokio::task::JoinHandle<Result<Opened>> {
        Self::open_task_at(self.gateway(), self.attempt(sent, number, take_over))
    }

    pub fn open_task_at(gateway: &Arc<Gateway>, attempt: Attempt) -> tokio::task::JoinHandle<Result<Opened>> {
        let gateway = gateway.clone();
        tokio::spawn(async move { open(&gateway, attempt).await })
    }

    pub async fn opened(&self, sent: &Sent, opened_: &Opened) -> Result<OpenedDelivery> {
        opened(self.gateway(), &sent.issued.delivery.public_id, &opened_.cookie).await
    }

    /// All bytes of an object, as a client that reads to the end.
    pub async fn fetch(&self, delivery: &OpenedDelivery, asked: Asked) -> Result<Vec<u8>> {
        let length = delivery.servable(asked)?.length;
        self.fetch_range(delivery, asked, 0..length).await
    }

    pub async fn fetch_range(
        &self,
        delivery: &OpenedDelivery,
        asked: Asked,
        range: std::ops::Range<u64>,
    ) -> Result<Vec<u8>> {
        let servable = delivery.servable(asked)?;
        let stream = serve(self.gateway().clone(), delivery.clone(), &servable, range).await?;
        let pieces: Vec<Bytes> = stream.try_collect().await?;
        Ok(pieces.concat())
    }

    pub async fn check_invariants(&self) {
        let wrong = kakitome::transfer::invariants::check(self.gateway()).await.unwrap();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    pub async fn delivery(&self, sent: &Sent) -> kakitome::model::Delivery {
        let reference = &sent.issued.delivery.reference;
        draft::own_delivery(self.gateway(), &self.sender.watcher(), reference).await.unwrap()
    }
}

/// What sender and recipient hold after sending: the number, and the secret out of the mail.
pub struct Sent {
    pub issued: Issued,
    pub secret: LinkSecret,
}

impl Sent {
    /// A number with the right check digit that is not this one's.
    pub fn wrong_number(&self) -> String {
        loop {
            let digits = self.issued.number.expose().len() as u32;
            let other = kakitome::crypt::generate_number(&mut rand::rng(), digits);
            if other.expose() != self.issued.number.expose() {
                return other.expose().to_owned();
            }
        }
    }
}

/// Waits for what a task of the gateway's own writes down; fails loudly instead of waiting for ever.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let limit = std::time::Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(std::time::Instant::now() < limit, "never: {what}");
        tokio::task::yield_now().await;
    }
}
