//! The log as a stream to another system: a real receiver (rsyslog) over TLS. Nothing is lost while it is away, the order is
//! that of the log, and who is not the receiver gets nothing.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::harness::authority::Authority;
use crate::harness::flows::{Office, On, until};
use crate::harness::free_port;
use kakitome::adapter::syslog::{SyslogReceiver, SyslogSettings};
use kakitome::audit::export::{EXAMPLE_ENTERPRISE, Framed, Header, Stream};
use kakitome::job::stop_sign;
use kakitome::job::stream::{Outlet, run};
use kakitome::staff::log::{sequence, stream};
use kakitome::store::tree;
use serde_json::Value;

on_both! {
    every_entry_arrives_in_order_though_the_receiver_was_away
    two_nodes_send_one_stream
}

/// A private rsyslog that takes syslog over TLS and writes each message as a line of JSON.
struct Rsyslog {
    directory: tempfile::TempDir,
    port: u16,
    process: Option<Child>,
}

impl Rsyslog {
    fn new(authority: &Authority, client_needed: bool) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let port = free_port();
        let mode = if client_needed { "x509/certvalid" } else { "anon" };
        let at = |name: &str| directory.path().join(name).display().to_string();
        let configuration = format!(
            r#"global(workDirectory="{work}" maxMessageSize="16k" defaultNetstreamDriver="gtls"
    defaultNetstreamDriverCAFile="{ca}" defaultNetstreamDriverCertFile="{cert}" defaultNetstreamDriverKeyFile="{key}")
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="{mode}")
input(type="imtcp" port="{port}" address="127.0.0.1")
template(name="lines" type="list") {{
    property(name="jsonmesg") constant(value="\n")
}}
action(type="omfile" file="{out}" template="lines")
"#,
            work = directory.path().display(),
            ca = authority.authority_file().display(),
            cert = authority.file("server.pem").display(),
            key = authority.file("server.key").display(),
            out = at("received"),
        );
        std::fs::write(directory.path().join("rsyslog.conf"), configuration).unwrap();
        Self { directory, port, process: None }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    async fn start(&mut self) {
        let mut command = Command::new("/usr/sbin/rsyslogd");
        command.arg("-n").arg("-f").arg(self.file("rsyslog.conf")).arg("-i").arg(self.file("pid"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.process = Some(command.spawn().expect("rsyslogd is installed by tests/set-up.sh"));
        let port = self.port;
        until("rsyslog listens", || async move { tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok() })
            .await;
    }

    fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    fn received(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.file("received")).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// The entries that came, each once, in the order in which each came first.
    fn entries(&self) -> Vec<u64> {
        let mut entries: Vec<u64> = Vec::new();
        for message in self.received() {
            let data = message["structured-data"].as_str().unwrap_or_default();
            let entry = data.split(" entry=\"").nth(1).and_then(|rest| rest.split('"').next());
            let entry = entry.and_then(|entry| entry.parse().ok()).expect("every message names its entry");
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
        entries
    }
}

impl Drop for Rsyslog {
    fn drop(&mut self) {
        self.stop();
    }
}

fn receiver(port: u16, ca: &Path, own: Option<(PathBuf, PathBuf)>) -> SyslogReceiver {
    let read = |path: &Path| std::fs::read(path).unwrap();
    SyslogReceiver::new(SyslogSettings {
        host: "localhost".into(),
        port,
        ca_pem: Some(read(ca)),
        own: own.map(|(certificate, key)| (read(&certificate), read(&key))),
    })
    .unwrap()
}

fn outlet(port: u16, ca: &Path) -> Outlet {
    let header = Header { host: "files.example".into(), enterprise: EXAMPLE_ENTERPRISE };
    Outlet { receiver: receiver(port, ca, None), header, stream: Stream::Rfc5424 }
}

async fn grown(office: &Office) -> u64 {
    office.send(&[("a.pdf", b"a")], &["suzuki@aozora.example"]).await;
    while sequence(office.gateway()).await.unwrap() {}
    office.gateway().store.read(tree::current).await.unwrap().unwrap().size
}

/// Until the receiver has so many.
async fn arrived(rsyslog: &Rsyslog, count: u64) {
    until("every entry arrives", || async { (rsyslog.entries().len() as u64 == count).then_some(()) }).await;
}

async fn every_entry_arrives_in_order_though_the_receiver_was_away(on: On) {
    let authority = Authority::new();
    let mut rsyslog = Rsyslog::new(&authority, false);
    let office = Office::new(on).await;
    let first = grown(&office).await;
    let (stopper, sign) = stop_sign();
    // The receiver is not there yet.
    let running = tokio::spawn(run(office.gateway().clone(), outlet(rsyslog.port, &authority.authority_file()), sign));
    until("it is waited for", || async {
        let (waiting, taken) = stream::standing(office.gateway()).await.unwrap();
        (waiting == first && taken.is_none()).then_some(())
    })
    .await;
    rsyslog.start().await;
    arrived(&rsyslog, first).await;
    // It goes away without taking leave, and more happens meanwhile.
    rsyslog.stop();
    let second = grown(&office).await;
    assert!(second > first);
    rsyslog.start().await;
    arrived(&rsyslog, second).await;
    assert_eq!(rsyslog.entries(), (0..second).collect::<Vec<_>>(), "in the order of the log, none left out");
    stopper.stop();
    running.await.unwrap();
    let (waiting, taken) = stream::standing(office.gateway()).await.unwrap();
    assert_eq!((waiting, taken.is_some()), (0, true));
    let messages = rsyslog.received();
    let began = &messages[0];
    assert_eq!((&began["msgid"], &began["app-name"]), (&"log_began".into(), &"kakitome".into()));
    assert_eq!((&began["syslogfacility"], &began["hostname"]), (&"13".into(), &"files.example".into()));
}

async fn two_nodes_send_one_stream(on: On) {
    let office = Office::new(on).await;
    grown(&office).await;
    let header = Header { host: "files.example".into(), enterprise: EXAMPLE_ENTERPRISE };
    let next = || stream::next(office.gateway(), &header, Stream::Cef);
    let held = next().await.unwrap().expect("there are entries");
    assert!(next().await.unwrap().is_none(), "another node is at it");
    stream::not_taken(office.gateway(), &held).await.unwrap();
    let again = next().await.unwrap().expect("it is free again");
    assert_eq!(again.messages.len(), held.messages.len(), "nothing moved");
    // A node that died holds it no longer than a few minutes.
    office.clock.forward(Duration::from_secs(200));
    let third = next().await.unwrap().expect("the hold ended");
    stream::taken(office.gateway(), &again).await.unwrap();
    let (waiting, _) = stream::standing(office.gateway()).await.unwrap();
    assert_eq!(waiting, third.messages.len() as u64, "who lost the hold moves nothing");
    stream::taken(office.gateway(), &third).await.unwrap();
    assert!(next().await.unwrap().is_none());
}

#[actix_web::test]
async fn who_is_not_the_receiver_gets_nothing() {
    let (theirs, ours) = (Authority::new(), Authority::new());
    let mut rsyslog = Rsyslog::new(&theirs, false);
    rsyslog.start().await;
    let message = [Framed(b"3 abc".to_vec())];
    let refused = receiver(rsyslog.port, &ours.authority_file(), None).hand_over(&message).await.unwrap_err();
    assert!(refused.to_string().contains("certificate"), "{refused}");
    assert!(rsyslog.received().is_empty());
}

#[actix_web::test]
async fn a_receiver_may_ask_for_a_certificate() {
    let authority = Authority::new();
    let mut rsyslog = Rsyslog::new(&authority, true);
    rsyslog.start().await;
    let text = "<109>1 2026-11-26T00:00:00Z h a - m [kakitome@32473 entry=\"0\"] x";
    let message = || [Framed(format!("{} {text}", text.len()).into_bytes())];
    let ca = authority.authority_file();
    let own = (authority.file("server.pem"), authority.file("server.key"));
    receiver(rsyslog.port, &ca, Some(own)).hand_over(&message()).await.unwrap();
    arrived(&rsyslog, 1).await;
    // Without one it does not read what it is sent, and that is noticed.
    receiver(rsyslog.port, &ca, None).hand_over(&message()).await.unwrap_err();
    assert_eq!(rsyslog.received().len(), 1);
}
