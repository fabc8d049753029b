//! Scanning by a whole server: over HTTP, with many uploads at once, and with nothing in clear on any disk.

use std::collections::BTreeMap;
use std::fs::File;
use std::mem::MaybeUninit;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::harness::clamd::{Clamd, Fate, Line, eicar, scans_at};
use crate::harness::disk::{files_with, sqlite};
use crate::harness::flows::{On, until};
use crate::harness::server::{Server, client_trusting};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use kakitome::adapter::clock::SystemClock;
use kakitome::app::{self, Places};
use kakitome::config::Config;
use kakitome::gateway::ScannerState;
use kakitome::model::{Language, Role, Scope};
use kakitome::staff::{register, tokens};
use kakitome::store::scans;
use reqwest::{Method, StatusCode};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use serde_json::{Value, json};

const MIB: usize = 1024 * 1024;

async fn is_ready(server: &Server) {
    until("the scanner is known", || async {
        matches!(server.running.gateway.scans.state(), ScannerState::Ready { .. }).then_some(())
    })
    .await;
}

async fn draft(server: &Server) -> String {
    let transfer = server.post("/transfers", json!({})).await["id"].as_str().unwrap().to_owned();
    let recipient = json!({"email": "suzuki@aozora.example", "name": "鈴木 一郎", "language": "ja"});
    server.post(&format!("/transfers/{transfer}/recipients"), recipient).await;
    transfer
}

async fn sending(server: &Server, transfer: &str, language: &str) -> (StatusCode, Value) {
    let request = server.request(Method::POST, &format!("/transfers/{transfer}/send"));
    let answer = request.header("Accept-Language", language).json(&json!({"confirmed": []})).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

#[actix_web::test]
async fn over_http_a_virus_stays_and_its_sender_reads_why_in_both_languages() {
    let clamd = Clamd::start().await;
    let scans = scans_at(&clamd.address());
    let server = Server::with(On::Sqlite, |config| {
        scans(config);
        config.scan.largest_bytes = 50 * MIB as u64;
    })
    .await;
    is_ready(&server).await;
    let transfer = draft(&server).await;
    let mut content = vec![b'x'; 30 * MIB];
    content.extend(eicar());
    server.upload(&transfer, "a.dat", content).await;
    let mut told = Vec::new();
    for language in ["ja", "en"] {
        let (status, said) = sending(&server, &transfer, language).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        assert!(said["type"].as_str().unwrap().ends_with("file-refused"), "{said}");
        assert_eq!((&said["file"], &said["because"]), (&json!("a.dat"), &json!("infected")));
        assert!(!said.to_string().contains("Eicar"), "the name of what was found is not the sender's: {said}");
        told.push(said["title"].as_str().unwrap().to_owned());
    }
    assert!(!told[0].is_ascii() && told[1].is_ascii() && told.iter().all(|told| told.contains("a.dat")), "{told:?}");

    let large = server
        .request(Method::POST, "/uploads")
        .header("Tus-Resumable", "1.0.0")
        .header("Upload-Length", 50 * MIB + 1)
        .header("Upload-Metadata", format!("transfer {},filename {}", STANDARD.encode(&transfer), STANDARD.encode("b")))
        .send()
        .await
        .unwrap();
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let said: Value = large.json().await.unwrap();
    assert!(said["type"].as_str().unwrap().ends_with("too-large-to-scan"), "{said}");

    let sent = server.send(&[("clean.txt", b"nothing of note".to_vec())]).await;
    let (cookie, opened) = server.open(&sent).await;
    assert!(!cookie.is_empty() && opened.is_object());
    server.check_invariants().await;
}

/// Bytes of this process in memory; `what` is `VmRSS` for now, `VmHWM` for the most since it was reset.
fn memory(what: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

#[actix_web::test]
async fn fifty_uploads_at_once_wait_for_a_slow_scanner_in_bounded_memory() {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    let server = Server::with(On::Sqlite, scans_at(&line.address)).await;
    let gateway = &server.running.gateway;
    is_ready(&server).await;
    let transfer = draft(&server).await;
    // One alone first: what it brings into memory is no matter of the number.
    server.upload(&transfer, "first.dat", vec![b'x'; 8 * MIB]).await;
    line.until(|seen| seen.bytes == 8 * MIB as u64 && seen.open == 0).await;
    line.all(Fate::Wait);
    let before = memory("VmRSS");
    std::fs::write("/proc/self/clear_refs", "5").unwrap();

    // The client's bytes exist once.
    let content = Bytes::from(vec![b'y'; 8 * MIB]);
    let uploads = (0..50).map(|at| {
        let (server, transfer, content) = (&server, &transfer, content.clone());
        async move {
            let url = server.create_upload(transfer, &format!("{at}.dat"), content.len()).await;
            let answer = server.patch(&url, 0).body(content).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        }
    });
    futures_util::future::join_all(uploads).await;
    // Of both ends: what 50 connections hold, whatever the size of the files.
    let grown = memory("VmHWM").saturating_sub(before);
    assert!(grown < 200 * MIB, "{} MiB for 400 MiB of files", grown / MIB);
    line.until(|seen| seen.waiting == 4).await;
    assert_eq!(gateway.store.read(scans::waiting).await.unwrap(), 50, "the queue can be seen");

    line.release(1000);
    until("every file has its verdict", || async {
        (gateway.store.read(scans::waiting).await.unwrap() == 0).then_some(())
    })
    .await;
    let seen = line.seen();
    assert_eq!((seen.most, seen.open), (4, 0), "no more than at_once");
    let grown = memory("VmHWM").saturating_sub(before);
    assert!(grown < 200 * MIB, "{} MiB for 400 MiB of files", grown / MIB);
    let (status, said) = sending(&server, &transfer, "en").await;
    assert_eq!(status, StatusCode::OK, "{said}");
    let database = server.directory.path().join("data/kakitome.sqlite");
    assert_eq!(sqlite(&database, "SELECT verdict, count(*) FROM files GROUP BY verdict"), ["clean|51"]);
    assert_eq!(sqlite(&database, "SELECT count(*) FROM events WHERE event = 'scan_verdict'"), ["51"]);
    server.check_invariants().await;
}

const MARKER: &[u8] = b"MARKER-IN-THE-CONTENT-4711 ";

/// The real program, with directories for everything that it may write.
struct Program {
    directory: tempfile::TempDir,
    child: Child,
    base: String,
    token: String,
}

impl Program {
    async fn start(line: &Line) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        let (port, admin) = (crate::harness::free_port(), crate::harness::free_port());
        let kakitome::config::ScannerAddress::Unix(socket) = &line.address else { unreachable!() };
        let configuration = format!(
            "[server]\npublic_url = \"https://localhost:{port}\"\nlisten = \"127.0.0.1:{port}\"\n\
             admin_listen = \"127.0.0.1:{admin}\"\n[scan]\nclamd = \"unix:{}\"\n",
            socket.display()
        );
        std::fs::write(path.join("kakitome.toml"), configuration).unwrap();
        for place in ["tmp", "home"] {
            std::fs::create_dir(path.join(place)).unwrap();
        }
        let token = Self::token(path).await;
        let child = Command::new(env!("CARGO_BIN_EXE_kakitome"))
            .arg("serve")
            .args(["--config".as_ref(), path.join("kakitome.toml").as_os_str()])
            .args(["--data".as_ref(), path.join("data").as_os_str()])
            .args(["--keys".as_ref(), path.join("keys").as_os_str()])
            .env("TMPDIR", path.join("tmp"))
            .env("HOME", path.join("home"))
            .current_dir(path.join("home"))
            .stdout(Stdio::null())
            .stderr(File::create(path.join("home/log")).unwrap())
            .spawn()
            .unwrap();
        Self { child, base: format!("https://localhost:{port}"), token, directory }
    }

    async fn token(path: &Path) -> String {
        let mut config = Config::default();
        config.scan.off = true;
        let places = Places { data: path.join("data"), keys: path.join("keys") };
        let app = app::open(config, places, Arc::new(SystemClock)).await.unwrap();
        let new = register::NewAccount {
            email: "sato@office.example".into(),
            name: "Sato".into(),
            department: String::new(),
            phone: String::new(),
            language: Language::En,
            roles: vec![Role::Sender, Role::Administrator],
        };
        let issued = register::add(&app.gateway, new, &kakitome::staff::registrar::Registrar::console()).await.unwrap();
        let made = tokens::make_at_console(&app.gateway, &issued.account, "test", Scope::Send, 1).await.unwrap();
        made.text.as_str().to_owned()
    }

    /// A client, once the program answers.
    async fn client(&mut self) -> reqwest::Client {
        let (authority, page) = (self.path().join("keys/tls/authority.pem"), format!("{}/r", self.base));
        let limit = Instant::now() + Duration::from_secs(30);
        loop {
            assert!(self.child.try_wait().unwrap().is_none() && Instant::now() < limit, "it does not start");
            if authority.exists() {
                let client = client_trusting(&authority);
                if client.get(&page).send().await.is_ok_and(|page| page.status().is_success()) {
                    return client;
                }
            }
            tokio::task::yield_now().await;
        }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn rows(&self, query: &str) -> Vec<String> {
        sqlite(&self.path().join("data/kakitome.sqlite"), query)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Watches every file under a directory: what was ever written to any, also to those that are gone again.
struct Watch {
    thread: std::thread::JoinHandle<Watched>,
    stop: PathBuf,
}

#[derive(Default)]
struct Watched {
    directories: BTreeMap<i32, PathBuf>,
    /// Every file that was seen, open: a name that is gone hides nothing.
    files: BTreeMap<PathBuf, File>,
    found: Vec<PathBuf>,
}

impl Watch {
    /// Begins. Nothing under `root` is changed before it returns but by who is watched.
    fn begin(root: &Path) -> Self {
        let stop = root.join("stop-watching");
        let wire = inotify::init(CreateFlags::CLOEXEC).unwrap();
        let mut watched = Watched::default();
        watched.add(&wire, root);
        let thread = std::thread::spawn({
            let stop = stop.clone();
            move || watched.follow(&wire, &stop)
        });
        Self { thread, stop }
    }

    fn end(self) -> Watched {
        std::fs::write(&self.stop, "").unwrap();
        let mut watched = self.thread.join().unwrap();
        let held: Vec<PathBuf> = watched.files.keys().cloned().collect();
        for path in held {
            watched.look(&path);
        }
        watched
    }
}

impl Watched {
    fn add(&mut self, wire: &std::os::fd::OwnedFd, directory: &Path) {
        let flags = WatchFlags::CREATE | WatchFlags::MODIFY | WatchFlags::CLOSE_WRITE | WatchFlags::MOVED_TO;
        // It may be gone again.
        let Ok(number) = inotify::add_watch(wire, directory, flags) else { return };
        self.directories.insert(number, directory.to_owned());
        for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { self.add(wire, &path) } else { self.see(&path) }
        }
    }

    fn follow(mut self, wire: &std::os::fd::OwnedFd, stop: &Path) -> Self {
        let mut buffer = vec![MaybeUninit::uninit(); 64 * 1024];
        let mut reader = inotify::Reader::new(wire, &mut buffer);
        loop {
            let event = reader.next().unwrap();
            assert!(!event.events().contains(ReadFlags::QUEUE_OVERFLOW), "events were lost");
            let Some(directory) = self.directories.get(&event.wd()) else { continue };
            let Some(name) = event.file_name() else { continue };
            let path = directory.join(name.to_str().unwrap());
            if path == stop {
                return self;
            }
            if event.events().contains(ReadFlags::ISDIR) {
                self.add(wire, &path);
            } else {
                self.see(&path);
                self.look(&path);
            }
        }
    }

    fn see(&mut self, path: &Path) {
        if !self.files.contains_key(path)
            && let Ok(file) = File::open(path)
        {
            self.files.insert(path.to_owned(), file);
        }
    }

    /// The marker lies in the content again and again: where some of that was written, it is at the beginning of a page.
    fn look(&mut self, path: &Path) {
        let Some(file) = self.files.get(path) else { return };
        let (mut page, mut at) = (vec![0; 128], 0);
        while let Ok(length @ 1..) = file.read_at(&mut page, at) {
            if page[..length].windows(MARKER.len()).any(|window| window == MARKER) {
                self.found.push(path.to_owned());
                return;
            }
            at += 4096;
        }
    }
}

#[actix_web::test]
async fn nothing_of_a_scanned_file_is_in_clear_on_any_disk_at_any_time() {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    let mut program = Program::start(&line).await;
    let client = program.client().await;
    let watch = Watch::begin(program.path());
    let plain: Vec<u8> = MARKER.iter().copied().cycle().take(6 * MIB).collect();

    let post = |path: &str, body: Value| {
        let request = client.post(format!("{}/api/v1{path}", program.base)).bearer_auth(&program.token);
        let request = request.json(&body);
        async move {
            let answer = request.send().await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
            answer.json::<Value>().await.unwrap()
        }
    };
    let transfer = post("/transfers", json!({})).await["id"].as_str().unwrap().to_owned();
    let recipient = json!({"email": "suzuki@aozora.example", "name": "Suzuki", "language": "en"});
    post(&format!("/transfers/{transfer}/recipients"), recipient).await;
    line.until(|_| true).await;
    // One in one request, scanned while it arrives; one in two, scanned from what is stored.
    for cuts in [vec![0, plain.len()], vec![0, 5 * MIB, plain.len()]] {
        let metadata = format!("transfer {},filename {}", STANDARD.encode(&transfer), STANDARD.encode("a.dat"));
        let made = client
            .post(format!("{}/api/v1/uploads", program.base))
            .bearer_auth(&program.token)
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", plain.len())
            .header("Upload-Metadata", metadata)
            .send()
            .await
            .unwrap();
        let location = made.headers()["Location"].to_str().unwrap().to_owned();
        let url = if location.starts_with("http") { location } else { format!("{}{location}", program.base) };
        for piece in cuts.windows(2) {
            let answer = client
                .patch(&url)
                .bearer_auth(&program.token)
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Offset", piece[0])
                .header("Content-Type", "application/offset+octet-stream")
                .body(plain[piece[0]..piece[1]].to_vec())
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        }
    }
    until("both are scanned", || async {
        (program.rows("SELECT count(*) FROM files WHERE verdict = 'clean'") == ["2"]).then_some(())
    })
    .await;
    assert!(line.seen().bytes >= 2 * plain.len() as u64, "the scanner saw all of it");
    post(&format!("/transfers/{transfer}/send"), json!({"confirmed": []})).await;

    // The watch can tell: a file that is there for a moment only.
    let control = program.path().join("tmp/control");
    std::fs::write(&control, &plain).unwrap();
    let watched = watch.end();
    let elsewhere: Vec<_> = watched.found.iter().filter(|path| **path != control).collect();
    assert!(elsewhere.is_empty(), "in clear: {elsewhere:?}");
    assert!(watched.found.contains(&control), "the watch sees what is written");
    let seen = |part: &str| watched.files.keys().any(|path| path.starts_with(program.path().join(part)));
    assert!(seen("data/blobs") && seen("keys"), "{:?}", watched.files.keys());
    std::fs::remove_file(control).unwrap();
    assert!(files_with(program.path(), MARKER).is_empty());
}
