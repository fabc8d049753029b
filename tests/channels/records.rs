//! What `kakitome doctor` sees of SPF, DKIM and DMARC at a real name server, and the key and record that it goes by.

use std::process::{Command, Output};

use crate::harness::flows::{Office, On};
use crate::harness::name_server::NameServer;
use kakitome::adapter::mail::DkimKey;
use kakitome::config::MailKind;
use kakitome::staff::doctor::{CHECKS, Facts, Saw, Seen};

/// A key for signing mails, with its record.
struct Key {
    directory: tempfile::TempDir,
    record: String,
}

impl Key {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let text = DkimKey::generate().unwrap();
        std::fs::write(directory.path().join("dkim.pem"), text.as_bytes()).unwrap();
        Self { directory, record: DkimKey::read(text.as_bytes()).unwrap().record().unwrap() }
    }
}

/// An office that sends from `files.office.example`, and asks this name server.
async fn office(port: u16, key: Option<&Key>) -> Office {
    Office::with(On::Sqlite, |config| {
        config.mail.kind = MailKind::Smtp;
        config.mail.from = "kakitome@files.office.example".into();
        config.mail.smtp.host = "localhost".into();
        config.mail.name_server = Some(([127, 0, 0, 1], port).into());
        if let Some(key) = key {
            config.mail.dkim.selector = "k1".into();
            config.mail.dkim.key_file = Some(key.directory.path().join("dkim.pem"));
        }
    })
    .await
}

async fn look(office: &Office, name: &str) -> Saw {
    let facts = Facts::gather(office.gateway()).await;
    CHECKS.iter().find(|check| check.name == name).unwrap().look(&facts).await.unwrap()
}

async fn seen(records: &[(&str, &str)], key: Option<&Key>) -> [Seen; 3] {
    let server = NameServer::start(records).await;
    let office = office(server.port, key).await;
    [
        look(&office, "mail.spf").await.seen,
        look(&office, "mail.dkim").await.seen,
        look(&office, "mail.dmarc").await.seen,
    ]
}

const SPF: &str = "files.office.example";
const DKIM: &str = "k1._domainkey.files.office.example";
const DMARC: &str = "_dmarc.files.office.example";

#[actix_web::test]
async fn a_domain_in_order_is_well_and_an_empty_one_is_not() {
    let key = Key::new();
    let records =
        [(SPF, "v=spf1 mx -all"), (SPF, "something=else"), (DKIM, key.record.as_str()), (DMARC, "v=DMARC1; p=reject")];
    assert_eq!(seen(&records, Some(&key)).await, [Seen::SpfThere, Seen::DkimFits, Seen::DmarcProtects]);
    assert_eq!(seen(&[], Some(&key)).await, [Seen::SpfNone, Seen::DkimNone, Seen::DmarcNone]);
    assert_eq!(seen(&[], None).await[1], Seen::DkimElsewhere);
}

#[actix_web::test]
async fn what_is_wrong_with_a_record_is_told() {
    let (key, other) = (Key::new(), Key::new());
    let records = [(SPF, "v=spf1 +all"), (DKIM, other.record.as_str()), (DMARC, "v=DMARC1; p=none")];
    assert_eq!(seen(&records, Some(&key)).await, [Seen::SpfAnybody, Seen::DkimOther, Seen::DmarcWatches]);
    let records = [(SPF, "v=spf1 ip4:not.an.address"), (DKIM, "v=DKIM1; p="), (DMARC, "v=DMARC1; p=reject; t=y")];
    assert_eq!(seen(&records, Some(&key)).await, [Seen::SpfUnreadable, Seen::DkimRevoked, Seen::DmarcTries]);
    let twice = [(SPF, "v=spf1 -all"), (DKIM, key.record.as_str()), (DMARC, "v=DMARC1; p=reject")];
    let records: Vec<_> = twice.iter().chain(&twice).copied().collect();
    let several = [Seen::SpfSeveral, Seen::DkimSeveral, Seen::DmarcSeveral];
    let changed: Vec<_> = records
        .iter()
        .enumerate()
        .map(|(at, (name, text))| (*name, format!("{text}{}", if at < 3 { "" } else { " " })))
        .collect();
    let records: Vec<_> = changed.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(seen(&records, Some(&key)).await, several);
}

#[actix_web::test]
async fn the_policy_of_the_domain_above_holds_below() {
    let above = |text: &'static str| [("_dmarc.office.example", text)];
    assert_eq!(seen(&above("v=DMARC1; p=reject"), None).await[2], Seen::DmarcProtects);
    assert_eq!(seen(&above("v=DMARC1; p=reject; sp=none"), None).await[2], Seen::DmarcWatches);
    assert_eq!(seen(&above("v=DMARC1; p=reject; psd=y"), None).await[2], Seen::DmarcNone);
}

#[actix_web::test]
async fn silence_is_no_verdict() {
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let office = office(silent.local_addr().unwrap().port(), None).await;
    let saw = look(&office, "mail.spf").await;
    assert_eq!(saw.seen, Seen::NamesSilent);
    assert_eq!(look(&Office::new(On::Sqlite).await, "mail.spf").await.seen, Seen::MailLocal);
}

fn kakitome(directory: &std::path::Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kakitome"));
    command.current_dir(directory).env("LANG", "en_US.UTF-8").args(args).args(["--config", "k.toml"]).output().unwrap()
}

#[test]
fn the_command_makes_a_key_once_and_tells_the_same_record_again() {
    let directory = tempfile::tempdir().unwrap();
    let write = |dkim: &str| {
        let mail =
            "[mail]\nkind = \"smtp\"\nfrom = \"kakitome@書留.example\"\n[mail.smtp]\nhost = \"mail.office.example\"\n";
        std::fs::write(directory.path().join("k.toml"), format!("{mail}{dkim}")).unwrap();
    };
    write("");
    let unset = kakitome(directory.path(), &["keys", "dkim"]);
    assert_eq!(unset.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unset.stderr).contains("[mail.dkim]"), "{unset:?}");
    write("[mail.dkim]\nselector = \"k1\"\nkey_file = \"dkim.pem\"\n");
    let told = |args: &[&str]| {
        let out = kakitome(directory.path(), args);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    let first: serde_json::Value = serde_json::from_str(&told(&["keys", "dkim", "--json"])).unwrap();
    let again: serde_json::Value = serde_json::from_str(&told(&["keys", "dkim", "--json"])).unwrap();
    assert_eq!(first["name"], "k1._domainkey.xn--rovz33a.example", "{first}");
    assert_eq!((&first["made"], &again["made"]), (&true.into(), &false.into()));
    assert_eq!(first["value"], again["value"], "no other key is put in its place");
    let zone = told(&["keys", "dkim"]);
    let strings: Vec<&str> = zone.split('"').skip(1).step_by(2).collect();
    assert!(strings.iter().all(|part| part.len() <= 255), "{zone}");
    assert_eq!(strings.concat(), first["value"].as_str().unwrap());
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(directory.path().join("dkim.pem")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
