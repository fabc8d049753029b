//! What we store opens with other people's age: Debian's `age` and npm's `age-encryption`. What the C2SP CCTV vectors say
//! must open or must not, does or does not.

use std::io::Write;
use std::iter;
use std::path::Path;
use std::process::{Command, Stdio};

use age_core::secrecy::ExposeSecret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use data_encoding::HEXLOWER;
use kakitome::crypt::*;
use kakitome::model::{PickUpNumber, Time, TransferId};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const INSTALL_AGE: &str = "apt-get install age bsdutils";
const INSTALL_CLIENTS: &str = "npm ci --prefix tests/clients";

/// A sealed transfer of one file of three parts, with all its secrets.
struct Sample {
    shred: Identity,
    link: Identity,
    number: PickUpNumber,
    slot: Vec<u8>,
    parts: Vec<Vec<u8>>,
    plain_sha256: Vec<String>,
}

fn sample() -> Sample {
    let mut rng = StdRng::seed_from_u64(7);
    let (shred, transfer) = (Identity::generate(), Identity::generate());
    let link = link_identity(&generate_link_secret(&mut rng));
    let number = generate_number(&mut rng, 12);
    let content = SlotContent {
        kind: SlotKind::Delivery,
        transfer: TransferId::new(Time::from_millis(1_700_000_000_000)),
        holder: "0190b5a0-0000-7000-8000-000000000002".to_owned(),
        identity: transfer.clone(),
        manifest_hash: Some([9; 32]),
    };
    let slot = seal_delivery_slot(&content, &shred.recipient(), &link.recipient(), &number).unwrap();
    let plains = [0usize, 2 * CHUNK, 5 * CHUNK + 12_345].map(|length| vec![0x5a; length]);
    let parts = plains.iter().map(|plain| sealed_part(&transfer, plain)).collect();
    let plain_sha256 = plains.iter().map(|plain| HEXLOWER.encode(&Sha256::digest(plain))).collect();
    Sample { shred, link, number, slot, parts, plain_sha256 }
}

fn sealed_part(to: &Identity, plain: &[u8]) -> Vec<u8> {
    let (mut sealer, head) = PartSealer::begin(&to.recipient()).unwrap();
    let mut blocks = vec![head];
    let mut rest = plain;
    blocks.extend(iter::from_fn(|| sealer.push(&mut rest).unwrap()));
    blocks.push(sealer.finish().unwrap().0);
    blocks.concat()
}

/// Runs a program with something on its standard input; fails with the line that installs it.
fn run(install: &str, program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|_| panic!("{program} missing: {install}"));
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        // Beside reading: a program that answers while it reads would otherwise wait for us for ever.
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output().unwrap()
    });
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?} (install with: {install}): {said}");
    output.stdout
}

fn debian_age(folder: &Path, key: &str, sealed: &[u8]) -> Vec<u8> {
    let key_file = folder.join("key.txt");
    std::fs::write(&key_file, key).unwrap();
    run(INSTALL_AGE, "/usr/bin/age", &["--decrypt", "--identity", key_file.to_str().unwrap()], sealed)
}

/// `age` asks for a passphrase on its terminal only, so `script` gives it one.
fn debian_age_with_passphrase(folder: &Path, passphrase: &str, sealed: &[u8]) -> Vec<u8> {
    let (from, to) = (folder.join("layer.age"), folder.join("layer"));
    std::fs::write(&from, sealed).unwrap();
    let command = format!("/usr/bin/age --decrypt --output '{}' '{}'", to.display(), from.display());
    run(INSTALL_AGE, "script", &["-qec", &command, "/dev/null"], format!("{passphrase}\n").as_bytes());
    std::fs::read(to).unwrap()
}

fn secret(identity: &Identity) -> String {
    identity.to_text().expose_secret().to_owned()
}

#[test]
fn debian_age_opens_a_delivery_slot_and_the_parts() {
    let sample = sample();
    let folder = tempfile::tempdir().unwrap();
    let middle = debian_age(folder.path(), &secret(&sample.shred), &sample.slot);
    let inner = debian_age(folder.path(), &secret(&sample.link), &middle);
    let content: Value =
        serde_json::from_slice(&debian_age_with_passphrase(folder.path(), sample.number.expose(), &inner)).unwrap();
    assert_eq!(content["kind"], "delivery");
    for (part, sha256) in sample.parts.iter().zip(&sample.plain_sha256) {
        let plain = debian_age(folder.path(), content["identity"].as_str().unwrap(), part);
        println!("age: {} bytes, SHA-256 {}", plain.len(), HEXLOWER.encode(&Sha256::digest(&plain)));
        assert_eq!(&HEXLOWER.encode(&Sha256::digest(&plain)), sha256);
    }
}

fn client(script: &str, input: &Value) -> String {
    let path = format!("{}/tests/clients/{script}", env!("CARGO_MANIFEST_DIR"));
    String::from_utf8(run(INSTALL_CLIENTS, "node", &[&path], input.to_string().as_bytes())).unwrap()
}

#[test]
fn typage_opens_a_delivery_slot_and_the_parts() {
    let sample = sample();
    let slot = json!({
        "slot": STANDARD.encode(&sample.slot),
        "shred": secret(&sample.shred),
        "link": secret(&sample.link),
        "number": sample.number.expose(),
    });
    let content: Value = serde_json::from_str(&client("open-slot.mjs", &slot)).unwrap();
    for (part, sha256) in sample.parts.iter().zip(&sample.plain_sha256) {
        let digest = client("open-part.mjs", &json!({"part": STANDARD.encode(part), "identity": content["identity"]}));
        println!("typage: SHA-256 {digest}");
        assert_eq!(&digest, sha256);
    }
}

/// Opens a whole age file as a part, with its header pinned to what it is.
fn opened_as_part(identity: &Identity, file: &[u8]) -> Result<Vec<u8>, CryptError> {
    let head = head_of(file);
    let opener = PartOpener::read(identity, file, &Sha256::digest(head).into())?;
    let payload = (file.len() - head.len()) as u64;
    let chunks = payload.div_ceil(SEALED_CHUNK as u64).max(1);
    let plain = payload.checked_sub(16 * chunks).ok_or(CryptError::Damaged)?;
    opener.check_lengths(plain, file.len() as u64)?;
    let mut all = Vec::new();
    for chunk in 0..chunks {
        let range = opener.cipher_range_of_chunks(chunk..=chunk, plain);
        let mut sealed = file[range.start as usize..range.end as usize].to_vec();
        all.extend_from_slice(opener.open_chunk(chunk, chunk + 1 == chunks, &mut sealed)?);
    }
    Ok(all)
}

/// Everything up to the end of the line that begins with `---`, and the nonce; the whole file if there is no such line.
fn head_of(file: &[u8]) -> &[u8] {
    let mac = file.windows(5).position(|window| window == b"\n--- ").map_or(file.len(), |at| at + 1);
    let end = file[mac..].iter().position(|byte| *byte == b'\n').map_or(file.len(), |at| mac + at + 1 + 16);
    &file[..end.min(file.len())]
}

/// The published vectors, all of them.
fn vectors() -> Vec<Value> {
    serde_json::from_str(&client("age-vectors.mjs", &Value::Null)).unwrap()
}

#[test]
fn the_cctv_vectors_open_or_fail_as_they_must() {
    let vectors = vectors();
    let mut tried = 0;
    for vector in &vectors {
        let text = |field: &str| vector[field].as_str().unwrap_or_default();
        let keys: Vec<_> = vector["identity"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let [key] = keys[..] else { continue };
        let (Ok(identity), true) = (Identity::from_text(key), text("armored").is_empty()) else { continue };
        tried += 1;
        let file = STANDARD.decode(text("file")).unwrap();
        check(text("name"), text("expect"), text("payload"), &opened_as_part(&identity, &file));
        check(text("name"), text("expect"), text("payload"), &open(&identity, &file).map(|plain| plain.to_vec()));
    }
    println!("{tried} of {} vectors are for an X25519 identity without armor", vectors.len());
    assert!(tried >= 60, "{tried} vectors tried");
}

fn check(name: &str, expected: &str, payload: &str, result: &Result<Vec<u8>, CryptError>) {
    match (expected, result) {
        ("success", Ok(plain)) => assert_eq!(HEXLOWER.encode(&Sha256::digest(plain)), payload, "{name}"),
        ("no match", Err(CryptError::WrongKey)) => {}
        ("HMAC failure" | "header failure" | "payload failure", Err(CryptError::Damaged)) => {}
        (_, Ok(_)) => panic!("{name}: {expected} expected, but it opened"),
        (_, Err(error)) => panic!("{name}: {expected} expected, but {error}"),
    }
}

#[test]
fn the_cctv_vectors_with_a_passphrase_are_all_refused() {
    // None of them has our work factor; the header is refused before any work.
    let vectors = vectors();
    let with_passphrase = vectors.iter().filter(|vector| !vector["passphrase"].as_array().unwrap().is_empty());
    let mut tried = 0;
    for vector in with_passphrase {
        tried += 1;
        let file = STANDARD.decode(vector["file"].as_str().unwrap()).unwrap();
        let refused = open_with_passphrase(vector["passphrase"][0].as_str().unwrap(), &file);
        assert!(matches!(refused, Err(CryptError::Damaged)), "{}", vector["name"]);
    }
    assert!(tried >= 15, "{tried} vectors tried");
}
