//! Mails through a real mail system: Debian's postfix takes them over protected lines, defers, refuses, loses the line and
//! sends reports; Debian's dovecot shows the mailbox of reports. A foreign program checks the signatures.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::harness::flows::{Office, On};
use crate::harness::post_office::PostOffice;
use kakitome::adapter::mail::DkimKey;
use kakitome::config::{Config, MailSecurity};
use kakitome::model::TransferId;
use kakitome::transfer::{bounce, seal};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Longer than any pause between two tries.
const LATER: Duration = Duration::from_hours(24);

async fn office(post: &PostOffice, change: impl FnOnce(&mut Config)) -> Office {
    Office::with(On::Sqlite, |config| {
        post.configure(config);
        change(config);
    })
    .await
}

/// A transfer to this address, sealed, and its mail tried once.
async fn send(office: &Office, to: &str) -> TransferId {
    let transfer = office.draft().await;
    office.add_file(transfer, "a.pdf", b"content").await;
    office.add_recipient(transfer, to).await;
    seal::send(office.gateway(), &office.sender, transfer).await.unwrap();
    office.deliver_mails().await;
    transfer
}

async fn count(office: &Office, transfer: TransferId, word: &str) -> usize {
    office.events(transfer).await.iter().filter(|event| *event == word).count()
}

fn header<'a>(mail: &'a str, name: &str) -> Vec<&'a str> {
    let head = mail.split("\n\n").next().unwrap();
    head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect()
}

/// Nothing more is to be handed over, however late it is.
async fn nothing_is_left(office: &Office) {
    office.clock.forward(LATER);
    office.deliver_mails().await;
    office.check_invariants().await;
}

#[actix_web::test]
async fn a_mail_goes_over_a_protected_line_once_and_carries_its_own_return_path() {
    let post = PostOffice::start().await;
    for (round, security, port) in
        [(1, MailSecurity::Starttls, post.ports.submission), (2, MailSecurity::Tls, post.ports.submissions)]
    {
        let office = office(&post, |config| {
            config.mail.smtp.security = security;
            config.mail.smtp.port = port;
        })
        .await;
        let transfer = send(&office, "suzuki@aozora.example").await;
        assert_eq!(count(&office, transfer, "mail_accepted").await, 1, "{}", post.log());
        nothing_is_left(&office).await;
        let mails = post.until_mails("suzuki", round).await;
        assert_eq!(mails.len(), round);
        for mail in mails {
            assert!(mail.contains("with ESMTPSA"), "over TLS, and signed in: {mail}");
            assert!(header(&mail, "Return-Path")[0].starts_with("<bounces+"), "{mail}");
        }
    }
}

#[actix_web::test]
async fn who_is_deferred_gets_it_later_once() {
    let post = PostOffice::start().await;
    post.slow.lock().unwrap().insert("slow".into());
    let office = office(&post, |_| {}).await;
    let transfer = send(&office, "slow@aozora.example").await;
    assert_eq!(count(&office, transfer, "mail_accepted").await, 0);
    assert!(post.slow.lock().unwrap().is_empty(), "it was asked");
    nothing_is_left(&office).await;
    assert_eq!(count(&office, transfer, "mail_accepted").await, 1, "{}", post.log());
    assert_eq!(post.until_mails("slow", 1).await.len(), 1);
}

#[actix_web::test]
async fn a_refusal_is_told_at_once_and_never_tried_again() {
    let post = PostOffice::start().await;
    let office = office(&post, |_| {}).await;
    let transfer = send(&office, "nobody@aozora.example").await;
    assert_eq!(count(&office, transfer, "mail_failed").await, 1, "{:?}", office.events(transfer).await);
    nothing_is_left(&office).await;
    assert_eq!(count(&office, transfer, "mail_failed").await, 1);
    let told = post.until_mails("sato", 1).await;
    assert_eq!(told.len(), 1, "the sender");
    assert_eq!(post.log().matches("NOQUEUE: reject").count(), 1, "{}", post.log());
}

#[actix_web::test]
async fn a_password_that_the_server_refuses_keeps_mails_waiting() {
    let post = PostOffice::start().await;
    let office = office(&post, |config| {
        let wrong = config.mail.smtp.password_file.as_ref().unwrap().with_file_name("wrong");
        std::fs::write(&wrong, "something else").unwrap();
        config.mail.smtp.password_file = Some(wrong);
    })
    .await;
    let transfer = send(&office, "suzuki@aozora.example").await;
    nothing_is_left(&office).await;
    for word in ["mail_accepted", "mail_failed"] {
        assert_eq!(count(&office, transfer, word).await, 0, "the office's fault is not the letter's");
    }
    assert!(post.log().contains("authentication failed"), "{}", post.log());
}

/// Where a line is cut.
#[derive(Clone, Copy, PartialEq)]
enum Cut {
    /// Before the mail has gone up whole.
    WithinData,
    /// When the server has said that it has the mail, and before we hear it.
    AfterData,
}

/// Forwards to `server`; the first connection is cut.
async fn breaking(server: u16, cut: Cut) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (client, _) = listener.accept().await.unwrap();
        let up = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
        forward_and_cut(client, up, cut).await;
        while let Ok((mut client, _)) = listener.accept().await {
            let mut up = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut client, &mut up).await });
        }
    });
    port
}

async fn forward_and_cut(mut client: TcpStream, mut server: TcpStream, cut: Cut) {
    let (mut said, mut buffers) = (Vec::new(), (vec![0; 16 * 1024], vec![0; 16 * 1024]));
    let mut whole = false;
    loop {
        tokio::select! {
            read = client.read(&mut buffers.0) => {
                let bytes = &buffers.0[..read.unwrap()];
                said.extend_from_slice(bytes);
                let ends = said.ends_with(b"\r\n.\r\n");
                if cut == Cut::WithinData && String::from_utf8_lossy(&said).contains("Content-Type: multipart") {
                    let part = bytes.len() / 2;
                    return server.write_all(&bytes[..part]).await.unwrap();
                }
                server.write_all(bytes).await.unwrap();
                whole |= ends;
            }
            read = server.read(&mut buffers.1) => {
                let bytes = &buffers.1[..read.unwrap()];
                if whole && cut == Cut::AfterData {
                    assert!(bytes.starts_with(b"250 "), "{}", String::from_utf8_lossy(bytes));
                    return;
                }
                client.write_all(bytes).await.unwrap();
            }
        }
    }
}

async fn behind_a_line_that_breaks(cut: Cut) -> Vec<String> {
    let post = PostOffice::start().await;
    let port = breaking(post.ports.plain, cut).await;
    let office = office(&post, |config| {
        let smtp = &mut config.mail.smtp;
        (smtp.security, smtp.port, smtp.user, smtp.password_file) = (MailSecurity::None, port, None, None);
    })
    .await;
    let transfer = send(&office, "suzuki@aozora.example").await;
    assert_eq!(count(&office, transfer, "mail_accepted").await, 0, "nobody knows");
    nothing_is_left(&office).await;
    assert_eq!(count(&office, transfer, "mail_accepted").await, 1);
    let copies = if cut == Cut::AfterData { 2 } else { 1 };
    let mails = post.until_mails("suzuki", copies).await;
    assert_eq!(mails.len(), copies);
    mails
}

#[actix_web::test]
async fn a_line_cut_within_the_mail_costs_no_second_one() {
    behind_a_line_that_breaks(Cut::WithinData).await;
}

/// SMTP cannot tell (RFC 1047): the mail comes twice rather than never, and both are one to a mail program.
#[actix_web::test]
async fn a_line_cut_before_the_answer_repeats_the_same_mail() {
    let mails = behind_a_line_that_breaks(Cut::AfterData).await;
    let of = |name: &str| mails.iter().map(|mail| header(mail, name)[0].to_owned()).collect::<Vec<_>>();
    for name in ["Message-ID", "Date", "Subject"] {
        assert_eq!(of(name)[0], of(name)[1], "{name}");
    }
}

async fn collect(office: &Office) -> usize {
    let mailbox = office.app.bounces.clone().unwrap();
    bounce::collect(office.gateway(), &*mailbox).await.unwrap()
}

async fn a_mail_that_comes_back(security: MailSecurity) {
    let post = PostOffice::start().await;
    let port = if security == MailSecurity::Tls { post.ports.imaps } else { post.ports.imap };
    let office = office(&post, |config| {
        config.mail.bounces.security = security;
        config.mail.bounces.port = port;
    })
    .await;
    let transfer = send(&office, "tanaka@later.example").await;
    assert_eq!(count(&office, transfer, "mail_failed").await, 0, "it was taken");
    post.until_mails("bounces", 1).await;
    post.drop_mail("bounces", b"From: somebody@elsewhere.example\r\nSubject: hello\r\n\r\nnot a report\r\n");
    assert_eq!(collect(&office).await, 1);
    assert_eq!(count(&office, transfer, "mail_bounced").await, 1);
    let left = post.mails("bounces");
    assert_eq!(left.len(), 1, "the report, with the mail and its link in it, is gone; what people write is left");
    assert!(left[0].contains("not a report"));
    assert_eq!(collect(&office).await, 0, "and is not looked at again");
    office.deliver_mails().await;
    let told = post.until_mails("sato", 1).await;
    assert_eq!(told.len(), 1, "the sender");
    office.check_invariants().await;
}

#[actix_web::test]
async fn a_mail_that_comes_back_reaches_timeline_and_sender() {
    a_mail_that_comes_back(MailSecurity::Tls).await;
}

#[actix_web::test]
async fn the_mailbox_of_reports_is_read_over_starttls_too() {
    a_mail_that_comes_back(MailSecurity::Starttls).await;
}

#[actix_web::test]
async fn a_mail_that_cannot_be_read_keeps_no_other_waiting() {
    let post = PostOffice::start().await;
    let office = office(&post, |_| {}).await;
    let unreadable = post.drop_mail("bounces", b"Subject: x\r\n\r\nx\r\n");
    post.forbid(&unreadable);
    let transfer = send(&office, "tanaka@later.example").await;
    post.until_mails("bounces", 2).await;
    let mailbox = office.app.bounces.clone().unwrap();
    for _ in 0..2 {
        // The first visit ends at the mail over which the server hangs up.
        let _ = bounce::collect(office.gateway(), &*mailbox).await;
    }
    assert_eq!(count(&office, transfer, "mail_bounced").await, 1);
    assert_eq!(post.mails("bounces").len(), 1, "it is still there");
}

/// What a foreign program (dkimpy) says of the signature of a mail, when the domain publishes `record`.
fn verify(mail: &[u8], record: &str) -> bool {
    let program = "import sys, dkim\n\
        record = sys.argv[1].encode()\n\
        known = {b'kakitome2026._domainkey.office.example.': record}\n\
        good = dkim.verify(sys.stdin.buffer.read(), dnsfunc=lambda name, timeout=5: known.get(name))\n\
        print('pass' if good else 'fail')";
    let mut python = Command::new("tests/clients/.venv/bin/python")
        .args(["-c", program, record])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the Python clients are not installed; run: tests/set-up.sh");
    python.stdin.take().unwrap().write_all(mail).unwrap();
    let out = python.wait_with_output().unwrap();
    match String::from_utf8(out.stdout).unwrap().trim() {
        "pass" => true,
        "fail" => false,
        other => panic!("{other}"),
    }
}

#[actix_web::test]
async fn a_signature_is_good_for_a_foreign_program_and_for_the_unchanged_mail_only() {
    let post = PostOffice::start().await;
    let keys = tempfile::tempdir().unwrap();
    let file = keys.path().join("dkim.pem");
    std::fs::write(&file, DkimKey::generate().unwrap().as_bytes()).unwrap();
    let record = DkimKey::read(&std::fs::read(&file).unwrap()).unwrap().record().unwrap();
    let office = office(&post, |config| {
        config.mail.dkim.selector = "kakitome2026".into();
        config.mail.dkim.key_file = Some(file.clone());
    })
    .await;
    send(&office, "suzuki@aozora.example").await;
    let mail = post.until_mails("suzuki", 1).await.remove(0).replace('\n', "\r\n");
    assert!(verify(mail.as_bytes(), &record), "{mail}");
    let other = DkimKey::read(DkimKey::generate().unwrap().as_bytes()).unwrap().record().unwrap();
    assert!(!verify(mail.as_bytes(), &other), "another key");
    for (what, from, to) in [
        ("the sender's address", "Reply-To:", "Reply-To: mallory@elsewhere.example\r\nX-Was:"),
        ("a second From", "From: ", "From: mallory@elsewhere.example\r\nFrom: "),
        ("a second Subject", "Subject: ", "Subject: Urgent\r\nSubject: "),
        ("a copy to somebody", "To: ", "Cc: mallory@elsewhere.example\r\nTo: "),
        ("the text", "\r\n\r\n", "\r\n\r\nCall another number.\r\n"),
    ] {
        let changed = mail.replacen(from, to, 1);
        assert_ne!(changed, mail, "{what}");
        assert!(!verify(changed.as_bytes(), &record), "{what}");
    }
}
