//! SIGKILL at any moment of the life: after every restart the invariants hold and every acknowledged byte is there.
//!
//! Each round starts the real program on the same directories, lets one client work through the life (upload, seal,
//! dispatch, open, download, done) and kills the program after a random time. `KAKITOME_SOAK=1` runs many more rounds.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kakitome::adapter::clock::SystemClock;
use kakitome::app::{self, Places};
use kakitome::config::Config;
use kakitome::model::{Language, Role, Scope};
use kakitome::staff::{register, tokens};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::{Client, Method};
use serde_json::{Value, json};

struct Installation {
    directory: tempfile::TempDir,
    port: u16,
    admin: u16,
    token: String,
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Installation {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let this = Self { port: free_port(), admin: free_port(), token: String::new(), directory };
        std::fs::write(
            this.directory.path().join("kakitome.toml"),
            format!(
                "[server]\npublic_url = \"https://localhost:{0}\"\nlisten = \"127.0.0.1:{0}\"\n\
                 admin_listen = \"127.0.0.1:{1}\"\n[scan]\noff = true\n[policy]\nopenings = 1000\n",
                this.port, this.admin
            ),
        )
        .unwrap();
        let app = this.opened().await;
        let new = register::NewAccount {
            email: "sato@office.example".into(),
            name: "Sato".into(),
            department: String::new(),
            phone: String::new(),
            language: Language::En,
            roles: vec![Role::Sender, Role::Administrator],
        };
        let issued = register::add(&app.gateway, new, &kakitome::staff::registrar::Registrar::console()).await.unwrap();
        let made = tokens::make_at_console(&app.gateway, &issued.account, "crash", Scope::Send, 1).await.unwrap();
        Self { token: made.text.as_str().to_owned(), ..this }
    }

    fn places(&self) -> Places {
        Places { data: self.directory.path().join("data"), keys: self.directory.path().join("keys") }
    }

    /// The installation opened by the test itself, while no server runs.
    async fn opened(&self) -> app::App {
        let mut config = Config::default();
        config.scan.off = true;
        app::open(config, self.places(), Arc::new(SystemClock)).await.unwrap()
    }

    fn start(&self) -> Child {
        let path = self.directory.path();
        Command::new(env!("CARGO_BIN_EXE_kakitome"))
            .arg("serve")
            .args(["--config".as_ref(), path.join("kakitome.toml").as_os_str()])
            .args(["--data".as_ref(), path.join("data").as_os_str()])
            .args(["--keys".as_ref(), path.join("keys").as_os_str()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn authority(&self) -> PathBuf {
        self.directory.path().join("keys/tls/authority.pem")
    }

    /// Waits for the first answer: the port is bound before everything behind it is ready.
    async fn answers(&self, server: &mut Child) {
        let limit = Instant::now() + Duration::from_secs(60);
        loop {
            assert!(server.try_wait().unwrap().is_none(), "the server refused to start");
            assert!(Instant::now() < limit, "the server does not answer");
            if self.authority().exists() {
                let client = crate::harness::server::client_trusting(&self.authority());
                let page = client.get(format!("https://localhost:{}/r", self.port)).send().await;
                if page.is_ok_and(|page| page.status().is_success()) {
                    return;
                }
            }
            tokio::task::yield_now().await;
        }
    }
}

/// What the client knows for certain: what the server acknowledged.
#[derive(Default)]
struct Known {
    uploads: Vec<(String, usize)>,
    sent: Vec<(String, String)>,
}

struct Worker {
    client: Client,
    base: String,
    token: String,
    mail: PathBuf,
    known: Known,
    content: Vec<u8>,
}

/// The server was killed under the request: the round ends here.
type Broken = Box<dyn std::error::Error + Send + Sync>;

impl Worker {
    async fn call(&self, method: Method, path: &str, body: Value) -> Result<Value, Broken> {
        let url = format!("{}/api/v1{path}", self.base);
        let answer = self.client.request(method, url).bearer_auth(&self.token).json(&body).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        assert!(!status.is_server_error() || status == 503, "{status}: {text}");
        if !status.is_success() {
            return Err(format!("{status}: {text}").into());
        }
        Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
    }

    /// The life over and over until the line breaks.
    async fn work(&mut self, rng: &mut StdRng) -> Broken {
        loop {
            if let Err(broken) = self.one_life(rng).await {
                return broken;
            }
        }
    }

    async fn one_life(&mut self, rng: &mut StdRng) -> Result<(), Broken> {
        let transfer = self.call(Method::POST, "/transfers", json!({})).await?["id"].as_str().unwrap().to_owned();
        self.upload(&transfer, rng).await?;
        let recipient = json!({"email": "suzuki@aozora.example", "language": "en"});
        self.call(Method::POST, &format!("/transfers/{transfer}/recipients"), recipient).await?;
        let sent = self.call(Method::POST, &format!("/transfers/{transfer}/send"), json!({"confirmed": []})).await?;
        let delivery = &sent["deliveries"][0];
        let (reference, number) = (delivery["reference"].as_str().unwrap(), delivery["number"].as_str().unwrap());
        self.known.uploads.clear();
        self.known.sent.push((reference.to_owned(), number.to_owned()));
        self.collect(reference, number).await?;
        self.known.sent.retain(|(known, _)| known != reference);
        Ok(())
    }

    async fn upload(&mut self, transfer: &str, rng: &mut StdRng) -> Result<(), Broken> {
        let metadata = format!("transfer {},filename {}", STANDARD.encode(transfer), STANDARD.encode("big.bin"));
        let created = self.client.post(format!("{}/api/v1/uploads", self.base)).bearer_auth(&self.token);
        let created = created
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", self.content.len())
            .header("Upload-Metadata", metadata)
            .send()
            .await?
            .error_for_status()?;
        let location = created.headers()["Location"].to_str()?.to_owned();
        let url = if location.starts_with("http") { location } else { format!("{}{location}", self.base) };
        let mut offset = 0;
        while offset < self.content.len() {
            let end = (offset + rng.random_range(1..3_000_000)).min(self.content.len());
            let patch = self.client.patch(&url).bearer_auth(&self.token).header("Tus-Resumable", "1.0.0");
            let patch = patch.header("Upload-Offset", offset).header("Content-Type", "application/offset+octet-stream");
            let answer = patch.body(self.content[offset..end].to_vec()).send().await?.error_for_status()?;
            offset = answer.headers()["Upload-Offset"].to_str()?.parse()?;
            assert_eq!(offset, end);
            self.known.uploads.retain(|(known, _)| *known != url);
            self.known.uploads.push((url.clone(), offset));
        }
        Ok(())
    }

    fn link(&self, reference: &str) -> Option<(String, String)> {
        for entry in std::fs::read_dir(self.mail.join("new")).ok()?.flatten() {
            let text = crate::harness::decode_mail(&std::fs::read(entry.path()).ok()?);
            if text.contains(reference) && text.contains("/r/") {
                let (public_id, rest) = text.split("/r/").nth(1)?.split_once('#')?;
                return Some((public_id.to_owned(), rest.get(..34)?.to_owned()));
            }
        }
        None
    }

    async fn collect(&self, reference: &str, number: &str) -> Result<(), Broken> {
        let (public_id, code) = loop {
            if let Some(link) = self.link(reference) {
                break link;
            }
            // The mail leaves by itself; asking the server notices when it is gone.
            self.call(Method::GET, "/me", json!({})).await?;
        };
        let body = json!({"secret": code, "number": number, "take_over": true});
        let open = self.client.post(format!("{}/api/v1/r/{public_id}/open", self.base)).json(&body).send().await?;
        let open = open.error_for_status()?;
        let cookie = open.headers()["Set-Cookie"].to_str()?.split(';').next().unwrap().to_owned();
        let file = self.client.get(format!("{}/r/{public_id}/files/1", self.base)).header("Cookie", &cookie);
        let bytes = file.send().await?.error_for_status()?.bytes().await?;
        assert!(bytes == self.content, "wrong bytes");
        loop {
            let done = self.client.post(format!("{}/api/v1/r/{public_id}/done", self.base)).header("Cookie", &cookie);
            if done.send().await?.status().is_success() {
                return Ok(());
            }
        }
    }
}

#[actix_web::test]
async fn sigkill_at_any_moment_loses_nothing() {
    let rounds = crate::harness::rounds(6, 300);
    let mut rng = StdRng::seed_from_u64(20_261_123);
    let installation = Installation::new().await;
    let mut known = Known::default();
    let content: Vec<u8> = (0..6_000_000u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    let mut reached = 0;
    for round in 0..rounds {
        let mut server = installation.start();
        installation.answers(&mut server).await;
        let mut worker = Worker {
            client: crate::harness::server::client_trusting(&installation.authority()),
            base: format!("https://localhost:{}", installation.port),
            token: installation.token.clone(),
            mail: installation.directory.path().join("data/mail"),
            known: std::mem::take(&mut known),
            content: content.clone(),
        };
        acknowledged_bytes_are_there(&worker).await;
        finish_what_was_sent(&mut worker, &mut reached).await;
        let alive = Duration::from_millis(rng.random_range(20..4000));
        let killer = std::thread::spawn(move || {
            // The one use of a pause: it is the fault that is injected, not a way to wait for something.
            std::thread::sleep(alive);
            server.kill().unwrap();
            server.wait().unwrap();
        });
        let broken = worker.work(&mut rng).await;
        killer.join().unwrap();
        eprintln!("round {round}: killed after {alive:?} ({broken})");
        known = worker.known;
        healthy(&installation, round).await;
    }
    eprintln!("{reached} transfers that were cut off were collected after a restart");
}

/// What was sent and not collected opens after the restart, and holds the right bytes.
async fn finish_what_was_sent(worker: &mut Worker, reached: &mut usize) {
    for (reference, number) in std::mem::take(&mut worker.known.sent) {
        let transfer = worker.call(Method::GET, &format!("/transfers/{reference}"), json!({})).await.unwrap();
        if matches!(transfer["state"].as_str(), Some("sealed" | "dispatched")) {
            worker.collect(&reference, &number).await.expect("a sent transfer can be collected after a restart");
            *reached += 1;
        }
    }
}

async fn acknowledged_bytes_are_there(worker: &Worker) {
    for (url, offset) in &worker.known.uploads {
        let head = worker.client.head(url).bearer_auth(&worker.token).header("Tus-Resumable", "1.0.0");
        let head = head.send().await.unwrap();
        if head.status() == 404 || head.status() == 410 {
            // Sealed in the meantime: the answer with the numbers was lost with the line, the transfer is not.
            continue;
        }
        let there: usize = head.headers()["Upload-Offset"].to_str().unwrap().parse().unwrap();
        assert!(there >= *offset, "{offset} bytes were acknowledged, {there} are there");
    }
}

async fn healthy(installation: &Installation, round: u32) {
    let app = installation.opened().await;
    kakitome::transfer::recover::recover(&app.gateway).await.unwrap();
    let wrong = kakitome::transfer::invariants::check(&app.gateway).await.unwrap();
    assert!(wrong.is_empty(), "after round {round}: {wrong:#?}");
    assert!(Path::new(&installation.places().keys).join("shred.store").exists());
}
