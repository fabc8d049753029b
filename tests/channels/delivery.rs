//! Letters on their way: an SMTP server that fails where it is told, one that others wrote, and a maildir.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use kakitome::adapter::mail::{Carried, MaildirMailer, ReturnPath, SmtpMailer, SmtpSecurity, SmtpSettings, Stationery};
use kakitome::model::{Language, LetterKind, Passphrase};
use kakitome::port::{MailFailure, Mailer};
use serde_json::Value;

use super::letters::{CODE, GROUPED, letter, letterhead, stationery};
use crate::harness::smtp::{Fault, Protection, ScriptedServer};

fn settings(server: &ScriptedServer, security: SmtpSecurity) -> SmtpSettings {
    SmtpSettings {
        host: "localhost".into(),
        port: server.port,
        security,
        ca_pem: Some(server.ca_pem.clone()),
        login: None,
        hello: Some("gateway.yamada.example".into()),
        return_path: ReturnPath::PerLetter(std::sync::Arc::new(|id| {
            Some(format!("bounces+{id}@bounce.yamada.example"))
        })),
        timeout: Duration::from_secs(20),
        connections: 2,
    }
}

fn mailer(server: &ScriptedServer, security: SmtpSecurity) -> SmtpMailer {
    SmtpMailer::new(stationery(), &settings(server, security)).unwrap()
}

/// Delivers one offer to a server that fails so; what came of it, and the answer.
async fn offered_to(fault: Fault) -> MailFailure {
    let server = ScriptedServer::start(Protection::StartTls, &[fault]).await;
    let mailer = mailer(&server, SmtpSecurity::StartTls);
    mailer.deliver(&letter(LetterKind::Offer, Language::Ja)).await.unwrap_err()
}

#[tokio::test]
async fn a_letter_is_accepted_over_starttls_with_its_own_return_path() {
    let server = ScriptedServer::start(Protection::StartTls, &[]).await;
    let letter = letter(LetterKind::Offer, Language::Ja);
    let accepted = mailer(&server, SmtpSecurity::StartTls).deliver(&letter).await.unwrap();
    assert_eq!(accepted.answer, "250 2.0.0 queued as 4711");
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert!(received[0].over_tls);
    assert_eq!(received[0].from, format!("bounces+{}@bounce.yamada.example", letter.id));
    assert_eq!(received[0].to, ["suzuki@aozora.example"]);
    assert!(received[0].data.contains(&format!("Message-ID: <{}@yamada.example>\r\n", letter.id)));
    assert!(received[0].data.is_ascii() && received[0].data.lines().all(|line| line.len() <= 998), "RFC 5322, 2.1.1");
}

#[tokio::test]
async fn a_letter_is_accepted_over_tls_from_the_first_byte() {
    let server = ScriptedServer::start(Protection::Tls, &[]).await;
    mailer(&server, SmtpSecurity::Tls).deliver(&letter(LetterKind::Paused, Language::En)).await.unwrap();
    assert!(server.received()[0].over_tls);
}

#[tokio::test]
async fn an_explicit_none_sends_in_clear_on_this_machine() {
    let server = ScriptedServer::start(Protection::Plain, &[]).await;
    mailer(&server, SmtpSecurity::None).deliver(&letter(LetterKind::Expired, Language::Ja)).await.unwrap();
    assert!(!server.received()[0].over_tls);
}

#[tokio::test]
async fn an_unknown_authority_gets_nothing() {
    let server = ScriptedServer::start(Protection::StartTls, &[]).await;
    let other = ScriptedServer::start(Protection::StartTls, &[]).await;
    let settings = SmtpSettings { ca_pem: Some(other.ca_pem.clone()), ..settings(&server, SmtpSecurity::StartTls) };
    let mailer = SmtpMailer::new(stationery(), &settings).unwrap();
    let failure = mailer.deliver(&letter(LetterKind::Offer, Language::Ja)).await.unwrap_err();
    let MailFailure::Transient { answer } = failure else { panic!("{failure}") };
    assert!(answer.contains("certificate"), "{answer}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_server_without_starttls_gets_nothing() {
    let server = ScriptedServer::start(Protection::Plain, &[]).await;
    let mailer = mailer(&server, SmtpSecurity::StartTls);
    let failure = mailer.deliver(&letter(LetterKind::Offer, Language::Ja)).await.unwrap_err();
    assert!(matches!(failure, MailFailure::Transient { .. }), "{failure}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn refusals_are_permanent_and_delays_transient() {
    let permanent = [
        (Fault::AtRcpt("550 5.1.1 no such user"), "550 5.1.1 no such user"),
        (Fault::AtData("554 5.7.1 no"), "554 5.7.1 no"),
        (Fault::AfterData("552 5.3.4 too big"), "552 5.3.4 too big"),
    ];
    for (fault, said) in permanent {
        assert_eq!(offered_to(fault).await, MailFailure::Permanent { answer: said.into() });
    }
    let transient = [
        (Fault::AtRcpt("450 4.2.0 greylisted"), "450 4.2.0 greylisted"),
        (Fault::AtData("451 4.3.0 later"), "451 4.3.0 later"),
        (Fault::AfterData("452 4.3.1 full"), "452 4.3.1 full"),
    ];
    for (fault, said) in transient {
        assert_eq!(offered_to(fault).await, MailFailure::Transient { answer: said.into() });
    }
}

#[tokio::test]
async fn no_answer_at_all_is_transient() {
    assert!(matches!(offered_to(Fault::DropOnConnect).await, MailFailure::Transient { .. }));
    let server = ScriptedServer::start(Protection::StartTls, &[]).await;
    let mailer = mailer(&server, SmtpSecurity::StartTls);
    drop(server);
    tokio::task::yield_now().await;
    let failure = mailer.deliver(&letter(LetterKind::Offer, Language::Ja)).await.unwrap_err();
    assert!(matches!(failure, MailFailure::Transient { .. }), "{failure}");
}

#[tokio::test]
async fn a_line_cut_after_data_is_tried_again_under_the_same_message_id() {
    let server = ScriptedServer::start(Protection::StartTls, &[Fault::DropAfterData]).await;
    let mailer = mailer(&server, SmtpSecurity::StartTls);
    let letter = letter(LetterKind::Offer, Language::Ja);
    let failure = mailer.deliver(&letter).await.unwrap_err();
    assert!(matches!(failure, MailFailure::Transient { .. }), "{failure}");
    mailer.deliver(&letter).await.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 2, "the server has both copies");
    for header in ["Message-ID: ", "Date: "] {
        let of = |at: usize| received[at].data.lines().find(|line| line.starts_with(header)).unwrap().to_owned();
        assert_eq!(of(0), of(1));
    }
}

#[tokio::test]
async fn an_answer_that_quotes_the_link_is_cut_to_its_code() {
    let quoting: &'static str = Box::leak(format!("554 5.7.1 bad link in mail: {GROUPED}").into_boxed_str());
    assert_eq!(offered_to(Fault::AfterData(quoting)).await, MailFailure::Permanent { answer: "554".into() });
}

#[tokio::test]
async fn a_server_that_wants_a_password_gets_it_over_tls() {
    let server = ScriptedServer::start_with_login(Protection::StartTls, &[], Some(("gate", "s3same"))).await;
    let login = |password: &str| Some(("gate".to_owned(), Passphrase::new(password.to_owned())));
    let right = SmtpSettings { login: login("s3same"), ..settings(&server, SmtpSecurity::StartTls) };
    let wrong = SmtpSettings { login: login("sesame"), ..settings(&server, SmtpSecurity::StartTls) };
    let offer = letter(LetterKind::Offer, Language::Ja);
    SmtpMailer::new(stationery(), &right).unwrap().deliver(&offer).await.unwrap();
    assert!(server.received()[0].signed_in);
    let failure = SmtpMailer::new(stationery(), &wrong).unwrap().deliver(&offer).await.unwrap_err();
    assert!(matches!(&failure, MailFailure::Transient { answer } if answer.starts_with("535")), "{failure}");
    assert!(!format!("{failure:?} {wrong:?}").contains("sesame"));
}

#[tokio::test]
async fn a_password_never_travels_in_clear_to_another_machine() {
    let server = ScriptedServer::start(Protection::Plain, &[]).await;
    let login = Some(("gate".to_owned(), Passphrase::new("s3same".to_owned())));
    let unsafe_settings =
        SmtpSettings { host: "mail.yamada.example".into(), login, ..settings(&server, SmtpSecurity::None) };
    assert!(SmtpMailer::new(stationery(), &unsafe_settings).is_err());
}

#[test]
fn the_address_of_a_first_start_is_taken() {
    let write = |_: Carried<'_>| unreachable!("nothing is written");
    assert!(Stationery::new(letterhead, "kakitome@localhost", write).is_ok());
    assert!(Stationery::new(letterhead, "kakitome@localhost\r\nBcc: x@evil.example", write).is_err());
}

#[tokio::test]
async fn a_line_break_in_a_header_source_is_refused_for_good() {
    let server = ScriptedServer::start(Protection::StartTls, &[]).await;
    let mailer = mailer(&server, SmtpSecurity::StartTls);
    let mut letters = [(); 4].map(|()| letter(LetterKind::Offer, Language::Ja));
    letters[0].to.name = "鈴木\r\nBcc: x@evil.example".into();
    letters[1].to.email = "suzuki@aozora.example\nBcc: x@evil.example".into();
    letters[2].sender.name = "佐藤\rX: y".into();
    letters[3].to.email = "suzuki@".into();
    for letter in letters {
        let failure = mailer.deliver(&letter).await.unwrap_err();
        assert!(matches!(failure, MailFailure::Permanent { .. }), "{failure}");
    }
    assert!(server.received().is_empty());
}

/// The Python that has the foreign mail server.
fn python() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/.venv/bin/python");
    let python = std::env::var_os("KAKITOME_TEST_PYTHON").map_or(own, PathBuf::from);
    assert!(
        python.exists(),
        "missing {}; install: python3 -m venv tests/clients/.venv && tests/clients/.venv/bin/pip install -r tests/clients/requirements.txt",
        python.display()
    );
    python
}

fn harness(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness").join(file)
}

/// aiosmtpd with a certificate of its own; ends with the test, because its input ends.
struct ForeignServer {
    process: Child,
    output: BufReader<ChildStdout>,
    port: u16,
    ca_pem: Vec<u8>,
}

impl ForeignServer {
    fn start(directory: &Path) -> Self {
        let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let (certificate, key) = (directory.join("certificate.pem"), directory.join("key.pem"));
        std::fs::write(&certificate, certified.cert.pem()).unwrap();
        std::fs::write(&key, certified.signing_key.serialize_pem()).unwrap();
        let mut process = Command::new(python())
            .args([&harness("smtp_foreign.py"), &certificate, &key])
            .args(["gate", "s3same"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut server = Self { process, output, port: 0, ca_pem: certified.cert.pem().into_bytes() };
        server.port = server.line().trim().parse().unwrap();
        server
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for ForeignServer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}

#[tokio::test]
async fn a_mail_server_of_others_takes_every_letter_and_reads_the_same_words() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = ForeignServer::start(directory.path());
    let settings = SmtpSettings {
        host: "localhost".into(),
        port: server.port,
        security: SmtpSecurity::StartTls,
        ca_pem: Some(server.ca_pem.clone()),
        login: Some(("gate".into(), Passphrase::new("s3same".into()))),
        hello: None,
        return_path: ReturnPath::From,
        timeout: Duration::from_secs(20),
        connections: 1,
    };
    let mailer = SmtpMailer::new(stationery(), &settings).unwrap();
    for language in Language::ALL.iter().copied() {
        for kind in LetterKind::ALL.iter().copied() {
            let letter = letter(kind, language);
            let accepted = mailer.deliver(&letter).await.unwrap();
            assert_eq!(accepted.answer, "250 2.0.0 taken");
            let found: Value = serde_json::from_str(&server.line()).unwrap();
            let worded = stationery().word(&letter).unwrap();
            assert_eq!(found["subject"], worded.subject.as_str());
            assert_eq!(with_unix_lines(&found["text"]), worded.text);
            assert_eq!(with_unix_lines(&found["html"]), worded.html);
            assert_eq!(found["from"], "files@yamada.example");
            assert_eq!(found["to"], serde_json::json!([letter.to.email]));
            assert_eq!(found["tls"], true);
            assert_eq!(found["defects"], serde_json::json!([]));
        }
    }
}

/// Text in a mail has the line ends of the net (RFC 2046, 4.1.1).
fn with_unix_lines(text: &Value) -> String {
    text.as_str().unwrap().replace("\r\n", "\n")
}

fn parsed(file: &Path) -> Value {
    let output = Command::new(python()).args([&harness("mail_parse.py"), file]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn files_in(directory: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test]
async fn a_maildir_letter_reads_in_a_foreign_parser() {
    let directory = tempfile::tempdir().unwrap();
    let maildir = directory.path().join("mail");
    let mailer = MaildirMailer::open(stationery(), &maildir).unwrap();
    let letter = letter(LetterKind::Offer, Language::Ja);
    mailer.deliver(&letter).await.unwrap();
    let files = files_in(&maildir.join("new"));
    assert_eq!(files.len(), 1);
    let found = parsed(&files[0]);
    let worded = stationery().word(&letter).unwrap();
    assert_eq!(with_unix_lines(&found["text"]), worded.text);
    assert_eq!(with_unix_lines(&found["html"]), worded.html);
    assert_eq!(found["parts"], serde_json::json!(["multipart/alternative", "text/plain", "text/html"]));
    assert_eq!(found["defects"], serde_json::json!([]));
    let headers = [
        ("subject", "【山田会計事務所】ファイルお受け取りのご案内（お問い合わせ番号 K-7K2M-90QF）".to_owned()),
        ("from", "\"山田会計事務所（ファイル受け渡し窓口）\" <files@yamada.example>".to_owned()),
        ("to", "株式会社青空商事 鈴木 一郎 <suzuki@aozora.example>".to_owned()),
        ("reply-to", "佐藤 花子 <sato@yamada.example>".to_owned()),
        ("message-id", format!("<{}@yamada.example>", letter.id)),
        ("date", "Mon, 23 Nov 2026 04:30:00 +0000".to_owned()),
        ("auto-submitted", "auto-generated".to_owned()),
        ("x-auto-response-suppress", "All".to_owned()),
        ("content-language", "ja".to_owned()),
    ];
    for (name, value) in headers {
        assert_eq!(found["headers"][name].as_str().unwrap().replace('"', ""), value.replace('"', ""), "{name}");
    }
    assert!(std::fs::read_to_string(&files[0]).unwrap().lines().all(|line| line.len() <= 998));
}

#[tokio::test]
async fn a_maildir_is_private_and_takes_a_letter_once() {
    let directory = tempfile::tempdir().unwrap();
    let maildir = directory.path().join("mail");
    let mailer = MaildirMailer::open(stationery(), &maildir).unwrap();
    let letter = letter(LetterKind::Offer, Language::En);
    for _ in 0..3 {
        mailer.deliver(&letter).await.unwrap();
    }
    let files = files_in(&maildir.join("new"));
    assert_eq!((files.len(), files_in(&maildir.join("tmp")).len()), (1, 0));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&files[0]), 0o600);
    for part in ["", "tmp", "new", "cur"] {
        assert_eq!(mode(&maildir.join(part)), 0o700, "{part}");
    }
    let read = maildir.join("cur").join(format!("{}:2,S", files[0].file_name().unwrap().to_string_lossy()));
    std::fs::rename(&files[0], read).unwrap();
    mailer.deliver(&letter).await.unwrap();
    assert!(files_in(&maildir.join("new")).is_empty(), "a letter that was read does not come again");
}

#[tokio::test]
async fn a_maildir_that_cannot_be_written_delays_and_tells_nothing_of_the_letter() {
    let directory = tempfile::tempdir().unwrap();
    let maildir = directory.path().join("mail");
    let mailer = MaildirMailer::open(stationery(), &maildir).unwrap();
    std::fs::remove_dir(maildir.join("tmp")).unwrap();
    let failure = mailer.deliver(&letter(LetterKind::Offer, Language::Ja)).await.unwrap_err();
    assert!(matches!(failure, MailFailure::Transient { .. }), "{failure}");
    assert!(!failure.to_string().contains(CODE));
}

#[tokio::test]
async fn remains_of_a_crash_are_removed_when_they_are_old() {
    let directory = tempfile::tempdir().unwrap();
    drop(MaildirMailer::open(stationery(), directory.path()).unwrap());
    let (old, young) = (directory.path().join("tmp/old"), directory.path().join("tmp/young"));
    std::fs::write(&young, "half").unwrap();
    let file = std::fs::File::create(&old).unwrap();
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(7200)).unwrap();
    MaildirMailer::open(stationery(), directory.path()).unwrap();
    assert!(!old.exists() && young.exists());
}
