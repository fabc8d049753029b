//! The office's own words of mails: written out, changed, checked, refused with their place, and read by recipients.

use std::path::Path;
use std::process::Command;

use crate::harness::HandClock;
use crate::harness::flows::{Office, On};
use kakitome::adapter::mail::{Letterhead, Preview};
use kakitome::app;
use kakitome::config::Config;
use kakitome::transfer::{draft, preview, seal};

/// What the program says: exit status, standard output and standard error.
fn kakitome(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kakitome")).args(arguments).env("LC_ALL", "C").output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn changed(directory: &Path, name: &str, from: &str, to: &str) {
    let file = directory.join(name);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(file, text.replace(from, to)).unwrap();
}

#[test]
fn what_was_written_out_is_changed_and_checked() {
    let directory = tempfile::tempdir().unwrap();
    let wording = directory.path().join("mail");
    let wording_text = wording.to_str().unwrap();
    let (code, _, said) = kakitome(&["config", "wording", wording_text]);
    assert_eq!(code, 0, "{said}");
    let (code, _, said) = kakitome(&["config", "wording", wording_text]);
    assert!(code == 1 && said.contains("Nothing was written"), "{said}");

    let file = directory.path().join("kakitome.toml");
    std::fs::write(&file, format!("[mail]\nwording_directory = \"{wording_text}\"\n")).unwrap();
    let check = || kakitome(&["config", "check", "--config", file.to_str().unwrap()]);
    let wrong =
        |told: &str| told.lines().filter(|line| line.contains(wording_text)).map(str::to_owned).collect::<Vec<_>>();
    let (_, told, _) = check();
    assert!(wrong(&told).is_empty(), "the words of the product: {told}");

    changed(&wording, "offer.en.txt", "Dear ", "Good day ");
    let (code, told, _) = check();
    assert!(code == 1 && wrong(&told).len() == 1, "{told}");
    assert!(told.contains("offer.en.txt: says other words than offer.en.html"), "{told}");
    changed(&wording, "offer.en.html", "Dear ", "Good day ");
    changed(&wording, "recalled.ja.txt", "{{ content }}", "{{ kontent }}");
    let (code, told, _) = check();
    assert!(code == 1 && told.contains("recalled.ja.txt:11: there is no value kontent"), "{told}");
}

#[tokio::test]
async fn a_start_with_a_mail_that_cannot_be_sent_is_refused_with_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let wording = directory.path().join("mail");
    std::fs::create_dir(&wording).unwrap();
    std::fs::write(wording.join("offer.ja.txt"), "Subject: ファイルです\n\n{{ addressee }}\n").unwrap();
    let mut config = Config::default();
    config.scan.off = true;
    config.mail.wording_directory = Some(wording.clone());
    let places = Office::places_in(directory.path());
    let refused = app::open(config, places, HandClock::new()).await.err().unwrap();
    let said = std::error::Error::source(&refused).unwrap().to_string();
    assert!(said.contains("offer.ja.txt") && said.contains("exactly once"), "{said}");
}

#[tokio::test]
async fn recipients_and_the_preview_read_the_offices_words() {
    let words = tempfile::tempdir().unwrap();
    let wording = words.path().join("mail");
    kakitome(&["config", "wording", wording.to_str().unwrap()]);
    for format in ["txt", "html"] {
        changed(
            &wording,
            &format!("offer.ja.{format}"),
            "いつもお世話になっております。",
            "平素は格別のお引き立てを賜ります。",
        );
    }
    let office = Office::with(On::Sqlite, |config| config.mail.wording_directory = Some(wording)).await;
    let gateway = office.gateway();
    let id = office.draft().await;
    office.add_file(id, "a.pdf", b"%PDF").await;
    office.add_recipient(id, "suzuki@aozora.example").await;
    let overview = draft::overview(gateway, &office.sender.watcher(), id).await.unwrap();
    let letterhead = Letterhead::of(&gateway.office(), &gateway.public_url, &gateway.staff_url);
    let preview_of = Preview::new(letterhead).unwrap().in_words_of(&gateway.own_wording).unwrap();
    let letter = preview::letters(gateway, office.sender.account(), &overview).remove(0);
    assert!(preview_of.word(&letter, "（まだありません）").unwrap().text.contains("平素は格別の"));
    seal::send(gateway, &office.sender, id).await.unwrap();
    office.deliver_mails().await;
    let mail = office.mails().remove(0);
    assert!(mail.contains("平素は格別の") && !mail.contains("いつもお世話"), "{mail}");
}
