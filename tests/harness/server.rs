//! A private gateway that answers over TLS, and a person's tools to talk to it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kakitome::adapter::clock::SystemClock;
use kakitome::app::{self, Places, Running};
use kakitome::config::Config;
use kakitome::model::{Language, Role, Scope};
use kakitome::port::Clock;
use kakitome::staff::{register, tokens};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use super::flows::On;

pub struct Server {
    pub running: Running,
    /// Of the first account: administrator and sender.
    pub one_time_password: String,
    pub directory: Arc<tempfile::TempDir>,
    pub base: String,
    pub client: Client,
    pub token: String,
}

pub fn any_port() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

/// A client that trusts the installation's own authority and speaks HTTP/1.1.
pub fn client_trusting(authority: &Path) -> Client {
    let _again = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let pem = std::fs::read(authority).unwrap();
    Client::builder()
        .add_root_certificate(reqwest::Certificate::from_pem(&pem).unwrap())
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

impl Server {
    pub async fn start(on: On) -> Self {
        Self::with(on, |_| {}).await
    }

    pub async fn with(on: On, change: impl FnOnce(&mut Config)) -> Self {
        Self::at(on, Arc::new(SystemClock), change).await
    }

    pub async fn at(on: On, clock: Arc<dyn Clock>, change: impl FnOnce(&mut Config)) -> Self {
        let directory = Arc::new(tempfile::tempdir().unwrap());
        let mut config = Config::default();
        config.scan.off = true;
        config.server.listen = any_port();
        config.server.admin_listen = any_port();
        config.server.workers = Some(2);
        if matches!(on, On::Postgres) {
            config.database.url = super::postgres::fresh_database().try_into().unwrap();
        }
        change(&mut config);
        let places = Places { data: directory.path().join("data"), keys: directory.path().join("keys") };
        let running = app::start(config, places, clock).await.unwrap();
        let base = running.gateway.public_url.to_string();
        let client = client_trusting(running.authority_file.as_deref().unwrap());
        let new = register::NewAccount {
            email: "sato@office.example".into(),
            name: "佐藤 花子".into(),
            department: String::new(),
            phone: "03-1234-5678".into(),
            language: Language::Ja,
            roles: vec![Role::Sender, Role::Administrator],
        };
        let issued =
            register::add(&running.gateway, new, &kakitome::staff::registrar::Registrar::console()).await.unwrap();
        let made = tokens::make_at_console(&running.gateway, &issued.account, "test", Scope::Send, 1).await.unwrap();
        let token = made.text.as_str().to_owned();
        let one_time_password = issued.one_time_password.as_str().to_owned();
        Self { running, one_time_password, directory, base, client, token }
    }

    /// Where administrators connect.
    pub fn admin_base(&self) -> String {
        format!("http://{}", self.running.admin_addr)
    }

    /// An account with these roles and its one-time password.
    pub async fn account(&self, email: &str, roles: &[Role]) -> register::Issued {
        let new = register::NewAccount {
            email: email.into(),
            name: "中村 進".into(),
            department: String::new(),
            phone: "03-1234-5678".into(),
            language: Language::Ja,
            roles: roles.to_vec(),
        };
        register::add(&self.running.gateway, new, &kakitome::staff::registrar::Registrar::console()).await.unwrap()
    }

    /// A token of this account.
    pub async fn token_of(&self, issued: &register::Issued, scope: Scope) -> String {
        let made = tokens::make_at_console(&self.running.gateway, &issued.account, "test", scope, 1).await;
        made.unwrap().text.as_str().to_owned()
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/v1{path}", self.base)).bearer_auth(&self.token)
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.request(Method::POST, path).json(&body).send().await.unwrap();
        self.good(answer).await
    }

    pub async fn get(&self, path: &str) -> Value {
        let answer = self.request(Method::GET, path).send().await.unwrap();
        self.good(answer).await
    }

    async fn good(&self, answer: Response) -> Value {
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{status}: {text}");
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
    }

    /// A tus upload in one PATCH.
    pub async fn upload(&self, transfer: &str, name: &str, content: Vec<u8>) -> String {
        let url = self.create_upload(transfer, name, content.len()).await;
        let length = content.len();
        let answer = self.patch(&url, 0).body(content).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{:?}", answer.text().await);
        assert_eq!(answer.headers()["Upload-Offset"], length.to_string());
        url
    }

    pub async fn create_upload(&self, transfer: &str, name: &str, length: usize) -> String {
        let metadata = format!("transfer {},filename {}", STANDARD.encode(transfer), STANDARD.encode(name));
        let answer = self
            .request(Method::POST, "/uploads")
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", length)
            .header("Upload-Metadata", metadata)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        let location = answer.headers()["Location"].to_str().unwrap().to_owned();
        if location.starts_with("http") { location } else { format!("{}{location}", self.base) }
    }

    pub fn patch(&self, url: &str, offset: usize) -> RequestBuilder {
        self.client
            .patch(url)
            .bearer_auth(&self.token)
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Offset", offset)
            .header("Content-Type", "application/offset+octet-stream")
    }

    /// A transfer with these files for one recipient, sent. Returns transfer id, reference, number, public id and code.
    pub async fn send(&self, files: &[(&str, Vec<u8>)]) -> Sent {
        let transfer = self.post("/transfers", json!({})).await["id"].as_str().unwrap().to_owned();
        for (name, content) in files {
            self.upload(&transfer, name, content.clone()).await;
        }
        let recipient = json!({"email": "suzuki@aozora.example", "name": "鈴木 一郎", "language": "ja"});
        self.post(&format!("/transfers/{transfer}/recipients"), recipient).await;
        let sent = self.post(&format!("/transfers/{transfer}/send"), json!({"confirmed": []})).await;
        let delivery = &sent["deliveries"][0];
        let reference = delivery["reference"].as_str().unwrap().to_owned();
        let number = delivery["number"].as_str().unwrap().to_owned();
        let (public_id, code) = self.link(&reference).await;
        Sent { transfer, reference, number, public_id, code }
    }

    /// Waits for the mail with this reference; returns the link's public id and code.
    pub async fn link(&self, reference: &str) -> (String, String) {
        let new = self.directory.path().join("data/mail/new");
        super::flows::until("the mail arrives", || async {
            for entry in std::fs::read_dir(&new).ok()?.flatten() {
                let text = super::decode_mail(&std::fs::read(entry.path()).ok()?);
                if text.contains(reference) && text.contains("#") && text.contains("/r/") {
                    let link = text.split("/r/").nth(1)?;
                    let (public_id, rest) = link.split_once('#')?;
                    return Some((public_id.to_owned(), rest.get(..34)?.to_owned()));
                }
            }
            None
        })
        .await
    }

    /// Waits for the mail of an invitation; returns the code in its link.
    pub async fn invitation_code(&self) -> String {
        let new = self.directory.path().join("data/mail/new");
        super::flows::until("the invitation arrives", || async {
            let mails = std::fs::read_dir(&new).ok()?.flatten().filter_map(|entry| std::fs::read(entry.path()).ok());
            let texts = mails.map(|mail| super::decode_mail(&mail));
            texts.filter_map(|text| Some(text.split("/join#").nth(1)?.get(..52)?.to_owned())).next()
        })
        .await
    }

    /// Opens a delivery; returns the cookie header value and the answer.
    pub async fn open(&self, sent: &Sent) -> (String, Value) {
        let answer = self.try_open(sent, &sent.number, false).await;
        assert_eq!(answer.status(), StatusCode::OK, "{:?}", answer.text().await);
        let cookie = answer.headers()["Set-Cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        (cookie, answer.json().await.unwrap())
    }

    pub async fn try_open(&self, sent: &Sent, number: &str, take_over: bool) -> Response {
        let body = json!({"secret": sent.code, "number": number, "take_over": take_over});
        let url = format!("{}/api/v1/r/{}/open", self.base, sent.public_id);
        self.client.post(url).json(&body).send().await.unwrap()
    }

    pub fn download(&self, sent: &Sent, cookie: &str, what: &str) -> RequestBuilder {
        self.client.get(format!("{}/r/{}/{what}", self.base, sent.public_id)).header("Cookie", cookie)
    }

    pub async fn check_invariants(&self) {
        let wrong = kakitome::transfer::invariants::check(&self.running.gateway).await.unwrap();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

pub struct Sent {
    pub transfer: String,
    pub reference: String,
    pub number: String,
    pub public_id: String,
    pub code: String,
}
