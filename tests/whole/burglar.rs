//! The burglar: whoever takes database, blobs, configuration and logs opens nothing, and finds nothing in clear.

use std::path::Path;

use crate::harness::disk::{copy, files_under, files_with, sqlite};
use crate::harness::flows::{Office, On, PASSWORD, Sent};
use kakitome::crypt::{
    CryptError, Identity, generate_link_secret, link_code, link_identity, open as age_open, open_outer,
    open_with_passphrase,
};
use kakitome::model::{LinkSecret, PickUpNumber};
use kakitome::transfer::recall::recall;
use kakitome::transfer::retrieve::Asked;
use kakitome::transfer::{draft, seal};

const CONTENT: &[u8] = b"MARKER-IN-THE-CONTENT-4711-of-the-file";
const NAME: &str = "MARKER-IN-THE-NAME-4711.txt";
const MESSAGE: &str = "MARKER-IN-THE-MESSAGE";
const RECIPIENT: &str = "marker.recipient@aozora.example";

/// A copy of everything but the keys, made after dispatch.
struct Loot {
    directory: tempfile::TempDir,
}

impl Loot {
    fn take(office: &Office) -> Self {
        let directory = tempfile::tempdir().unwrap();
        copy(&office.directory.path().join("data"), directory.path());
        std::fs::remove_dir_all(directory.path().join("mail")).unwrap();
        Self { directory }
    }

    fn slots(&self) -> Vec<Vec<u8>> {
        let rows = sqlite(&self.directory.path().join("kakitome.sqlite"), "select hex(sealed) from slots");
        rows.into_iter().map(|hex| data_encoding::HEXUPPER.decode(hex.as_bytes()).unwrap()).collect()
    }

    /// Everything in the loot that is an age file: blobs, and every binary value of the database.
    fn sealed(&self) -> Vec<Vec<u8>> {
        let blobs = files_under(&self.directory.path().join("blobs"));
        let mut all: Vec<Vec<u8>> = blobs.iter().map(|path| std::fs::read(path).unwrap()).collect();
        let database = self.directory.path().join("kakitome.sqlite");
        for (table, column) in [
            ("slots", "sealed"),
            ("unlocks", "sealed"),
            ("sign_ins", "account_key"),
            ("accounts", "account_key"),
            ("shown_numbers", "sealed"),
            ("letters", "secret_sealed"),
            ("transfers", "message_sealed"),
            ("files", "name_sealed"),
            ("files", "digest_sealed"),
            ("event_values", "value"),
        ] {
            let rows = sqlite(&database, &format!("select hex({column}) from {table} where {column} is not null"));
            all.extend(rows.into_iter().map(|hex| data_encoding::HEXUPPER.decode(hex.as_bytes()).unwrap()));
        }
        all.retain(|bytes| bytes.starts_with(b"age-encryption.org/v1"));
        all
    }

    /// Tries these keys on every sealed thing, and on what opens, again. Returns how many things opened.
    fn open_with(&self, keys: &[Identity], numbers: &[&str]) -> usize {
        let mut todo = self.sealed();
        let mut opened = 0;
        while let Some(sealed) = todo.pop() {
            let by_key = keys.iter().find_map(|key| age_open(key, &sealed).ok());
            let plain = by_key.or_else(|| numbers.iter().find_map(|number| open_with_passphrase(number, &sealed).ok()));
            if let Some(plain) = plain {
                opened += 1;
                todo.push(plain.to_vec());
            }
        }
        opened
    }
}

async fn dispatched() -> (Office, kakitome::model::TransferId, Sent) {
    let office = Office::new(On::Sqlite).await;
    let transfer = office.draft().await;
    let options = draft::Options { message: Some(MESSAGE.into()), keep_hours: None };
    draft::set_options(office.gateway(), &office.sender, transfer, options).await.unwrap();
    office.add_file(transfer, NAME, CONTENT).await;
    office.add_recipient(transfer, RECIPIENT).await;
    let issued = seal::send(office.gateway(), &office.sender, transfer).await.unwrap().pop().unwrap();
    office.deliver_mails().await;
    let secret = office.link_secret(&issued.delivery.public_id);
    (office, transfer, Sent { issued, secret })
}

#[actix_web::test]
async fn without_the_keys_directory_neither_half_nor_both_opens_anything() {
    let (office, _, sent) = dispatched().await;
    let session = office.open(&sent).await.unwrap();
    let delivery = office.opened(&sent, &session).await.unwrap();
    office.fetch(&delivery, Asked::File(0)).await.unwrap();
    let loot = Loot::take(&office);
    assert!(loot.sealed().len() >= 6);
    let link = link_identity(&sent.secret);
    let number = sent.issued.number.expose();
    assert_eq!(loot.open_with(&[], &[]), 0);
    assert_eq!(loot.open_with(std::slice::from_ref(&link), &[]), 0, "link without number");
    assert_eq!(loot.open_with(&[], &[number]), 0, "number without link");
    assert_eq!(loot.open_with(&[link], &[number]), 0, "both: the shred keys are not in the loot");
}

/// With the keys directory as well: the link leads to scrypt and no further, the number to nothing.
#[actix_web::test]
async fn with_the_shred_store_and_the_link_the_number_must_be_guessed_against_scrypt() {
    let (office, _, sent) = dispatched().await;
    let loot = Loot::take(&office);
    let mut keys: Vec<Identity> = office.gateway().store.keys().custody.identities().to_vec();
    for (id, _) in office.gateway().store.keys().shred.list().unwrap() {
        keys.extend(office.gateway().store.shred_key(id).await.unwrap());
    }
    let outer: Vec<_> =
        loot.slots().iter().filter_map(|sealed| keys.iter().find_map(|key| open_outer(key, sealed).ok())).collect();
    assert_eq!(outer.len(), 2, "the delivery's slot and the sender's");
    let right = PickUpNumber::new(sent.issued.number.expose().to_owned());
    let wrong = PickUpNumber::new(sent.wrong_number());
    let link = link_identity(&sent.secret);
    let stranger = link_identity(&generate_link_secret(&mut rand::rng()));
    let tries = |link: &Identity, number: &PickUpNumber| {
        outer.iter().map(|outer| outer.open_delivery(link, number)).collect::<Vec<_>>()
    };
    assert!(tries(&stranger, &right).iter().all(Result::is_err), "the number without the link");
    let guessed = tries(&link, &wrong);
    assert!(guessed.iter().all(Result::is_err));
    assert!(guessed.iter().any(|guess| matches!(guess, Err(CryptError::WrongKey))), "a guess is one scrypt");
    assert_eq!(tries(&link, &right).iter().filter(|guess| guess.is_ok()).count(), 1, "the test can tell");
    assert!(loot.sealed().iter().any(|sealed| sealed.starts_with(b"age-encryption.org/v1\n-> X25519")));
}

#[track_caller]
fn nowhere(directory: &Path, what: &str, needle: &[u8], besides: &str) {
    let found = files_with(directory, needle);
    let found: Vec<_> =
        found.iter().filter(|path| besides.is_empty() || !path.to_string_lossy().contains(besides)).collect();
    assert!(found.is_empty(), "{what} is in {found:?}");
}

fn search(office: &Office, sent: &Sent) {
    let root = office.directory.path();
    let code = link_code(&sent.secret);
    let secret: &LinkSecret = &sent.secret;
    nowhere(root, "the content", CONTENT, "");
    nowhere(root, "the file's name", &NAME.as_bytes()[..22], "");
    nowhere(root, "the message", MESSAGE.as_bytes(), "/mail/");
    nowhere(root, "the number", sent.issued.number.expose().as_bytes(), "");
    nowhere(root, "the grouped number", kakitome::crypt::grouped(&sent.issued.number).as_bytes(), "");
    nowhere(root, "the link's code", code.as_bytes(), "/mail/");
    nowhere(root, "the link secret", secret.expose(), "");
    nowhere(root, "the password", PASSWORD.as_bytes(), "");
}

#[actix_web::test]
async fn secrets_are_found_nowhere_on_disk_at_any_time_of_the_life() {
    let (office, id, sent) = dispatched().await;
    assert!(!files_with(office.directory.path(), RECIPIENT.as_bytes()).is_empty(), "the search can find things");
    search(&office, &sent);
    office.open_with(&sent, &sent.wrong_number(), false).await.unwrap_err();
    let session = office.open(&sent).await.unwrap();
    let delivery = office.opened(&sent, &session).await.unwrap();
    assert_eq!(office.fetch(&delivery, Asked::File(0)).await.unwrap(), CONTENT);
    search(&office, &sent);
    nowhere(office.directory.path(), "the cookie", session.cookie.as_bytes(), "");
    recall(office.gateway(), &office.sender, id, "").await.unwrap();
    search(&office, &sent);
}

#[actix_web::test]
async fn people_are_named_only_in_the_rows_meant_for_them() {
    let (office, _, sent) = dispatched().await;
    office.open(&sent).await.unwrap();
    let loot = Loot::take(&office);
    let database = loot.directory.path().join("kakitome.sqlite");
    let tables = sqlite(&database, "select name from sqlite_master where type = 'table'");
    assert!(tables.len() > 15);
    for table in tables {
        let rows = sqlite(&database, &format!("select * from \"{table}\"")).join("\n");
        let meant: &[&str] = match table.as_str() {
            "accounts" => &["sato@office.example", "佐藤"],
            "deliveries" => &[RECIPIENT, "鈴木", "03-9876-5432", "青い傘"],
            "event_values" => &[RECIPIENT, "鈴木", "sato@office.example", "佐藤", "192.0.2.7"],
            // What the log is searched by; erased with the person.
            "parties" => &[RECIPIENT, "鈴木"],
            "event_sources" => &["192.0.2.7"],
            _ => &[],
        };
        for person in [RECIPIENT, "鈴木", "03-9876-5432", "青い傘", "sato@office.example", "佐藤", "192.0.2.7"] {
            assert!(meant.contains(&person) || !rows.contains(person), "{person} stands in {table}");
        }
    }
    nowhere(&loot.directory.path().join("blobs"), "the recipient", RECIPIENT.as_bytes(), "");
}
