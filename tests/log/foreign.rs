//! Implementations of others accept what we sign (Go's signed notes), and the examples of the C2SP specifications are read as
//! the specifications say.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::harness::flows::{Office, On};
use kakitome::audit::{InclusionProof, NotAProof, Place, VerifierKey, is_checkpoint};
use kakitome::staff::log::sequence;
use kakitome::store::tree;

/// Go's own implementation of signed notes, on this note.
fn go(key: &str, note: &str) -> Output {
    let mut command = Command::new("go");
    command.args(["run", "tests/clients/note.go", key]);
    command.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode").env("GOFLAGS", "");
    command.env("GOCACHE", std::env::temp_dir().join("kakitome-go-cache"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("Go is not installed; run: tests/set-up.sh");
    child.stdin.take().unwrap().write_all(note.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[actix_web::test]
async fn gos_signed_notes_accept_our_checkpoints_and_nothing_that_was_changed() {
    let office = Office::new(On::Sqlite).await;
    office.send(&[("a.pdf", b"a")], &["suzuki@aozora.example"]).await;
    while sequence(office.gateway()).await.unwrap() {}
    let log = office.gateway().store.read(tree::current).await.unwrap().unwrap();
    let note = log.signed.unwrap().checkpoint;
    let opened = go(&log.key, &note);
    assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
    let text = String::from_utf8(opened.stdout).unwrap();
    let mut lines = text.lines();
    assert_eq!((lines.next(), lines.next()), (Some(log.origin.as_str()), Some(log.size.to_string().as_str())));
    let changed = note.replacen(&format!("\n{}\n", log.size), &format!("\n{}\n", log.size + 1), 1);
    assert_ne!(changed, note);
    assert!(!go(&log.key, &changed).status.success(), "a changed size");
    let stranger = VerifierKey::of(&log.origin, &kakitome::crypt::LogKey::generate().unwrap()).unwrap();
    assert!(!go(stranger.text(), &note).status.success(), "another key");
}

/// Go's implementation reads the example of the specification as ours does: the one of `audit/checkpoint.rs`.
#[test]
fn the_specifications_own_note_is_accepted_by_go() {
    let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let note = "If you think cryptography is the answer to your problem,\n\
                then you don't know what your problem is.\n\n\
                — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    assert!(go(key, note).status.success());
}

/// C2SP tlog-checkpoint, "Note text": the example there, with a signature line of the form that is given.
#[test]
fn the_specifications_checkpoint_is_one() {
    let checkpoint = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
                      — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
    assert!(is_checkpoint(checkpoint.as_bytes()));
    for broken in [checkpoint.replacen("20852163", "020852163", 1), checkpoint.replacen("2I=", "2", 1)] {
        assert!(!is_checkpoint(broken.as_bytes()), "{broken}");
    }
}

/// C2SP tlog-tiles, "Merkle tree" and "Log entries": every path that is written out there.
#[test]
fn the_specifications_paths_are_read_and_written() {
    for path in
        ["tile/0/x001/x234/067", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/x001/x234/067"]
    {
        assert_eq!(Place::parse(path).map(Place::path).as_deref(), Some(path));
    }
    // A tree of 70,000 entries has 273 full tiles of level 0 and one of 112, and above them what is said there.
    let all: Vec<String> = Place::all(70_000).map(Place::path).collect();
    for path in ["tile/0/272", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"] {
        assert!(all.iter().any(|one| one == path), "{path}");
    }
    assert!(!all.iter().any(|one| one.starts_with("tile/3/")));
}

/// C2SP tlog-proof, "Format": the form of the example there, an extra line before the index, and what it forbids.
#[test]
fn a_proof_has_the_specifications_form() {
    let hash = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let note = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa AAAA\n";
    let proof = |head: &str| InclusionProof::parse(&format!("{head}\n{hash}\n{hash}\n\n{note}"));
    let read = proof("c2sp.org/tlog-proof@v1\nextra AAAA\nindex 42").unwrap();
    assert_eq!((read.index, read.path.len(), read.checkpoint.as_str()), (42, 2, note));
    for head in [
        "c2sp.org/tlog-proof@v2\nindex 42",
        "c2sp.org/tlog-proof@v1\nindex 042",
        "c2sp.org/tlog-proof@v1\nindex 42\nextra AAAA",
        "c2sp.org/tlog-proof@v1",
        "index 42",
    ] {
        assert_eq!(proof(head), Err(NotAProof::Malformed), "{head}");
    }
}
