//! Fixed inputs and the bytes they must give for ever: stored data and mailed links outlive code.

use chrono::NaiveDate;
use kakitome::crypt::*;
use kakitome::model::{LinkSecret, PickUpNumber, Token};

#[test]
fn a_link_secret_has_one_code_and_one_key() {
    let secret = LinkSecret::new(std::array::from_fn(|at| at as u8));
    assert_eq!(*link_code(&secret), "000g40r40m30e209185gr38e1w8124gkzx");
    assert_eq!(*grouped_code(&secret), "000g 40r4 0m30 e209 185g r38e 1w81 24gk zx");
    assert_eq!(
        link_identity(&secret).recipient().to_string(),
        "age12agwqky50qyltq0ra8ykvwa9nte0s8m77599hrackc8kq2zntp3snkzepw"
    );
}

#[test]
fn a_token_has_one_text_one_hash_and_one_key() {
    let token = Token::new(std::array::from_fn(|at| at as u8));
    assert_eq!(*token_text(&token), "kkt_000g40r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3rfg");
    assert_eq!(*cookie_text(&token), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
    assert_eq!(
        data_encoding::HEXLOWER.encode(&token_hash(&token)),
        "d6481775ca29a5f2b0ce9a2988b2fa358ff8aa09040a8464c445bddf36e03146"
    );
    assert_eq!(csrf_of(&token), "0-2LIITU-tNNg4a8-0Gpqq9b7cS1FqU1o5-2D3HRgpw");
    assert_eq!(
        token_identity(&token).recipient().to_string(),
        "age13aqvttdk3ujkyjh9kg2w5an6dmy5mq5a84a4uxk3hfhnugfc9p0sy5p2wh"
    );
}

fn slot_json(kind: SlotKind) -> String {
    let identity = Identity::from_bytes(&[3; 32]);
    let number = PickUpNumber::new("572457245724".to_owned());
    let content = SlotContent {
        kind,
        transfer: "0190b5a0-0000-7000-8000-000000000001".parse().unwrap(),
        holder: if kind == SlotKind::Custody {
            String::new()
        } else {
            "0190b5a0-0000-7000-8000-000000000002".to_owned()
        },
        identity: Identity::from_bytes(&[1; 32]),
        manifest_hash: (kind != SlotKind::Custody).then_some([0xab; 32]),
    };
    let to = identity.recipient();
    let plain = match kind {
        SlotKind::Delivery => {
            let sealed = seal_delivery_slot(&content, &to, &to, &number).unwrap();
            let inner = open(&identity, &open(&identity, &sealed).unwrap()).unwrap();
            open_with_passphrase("572457245724", &inner).unwrap()
        }
        SlotKind::Custody => layers(&identity, &seal_custody_slot(&content, &to, &to).unwrap()),
        _ => layers(&identity, &seal_account_slot(&content, &to, &to).unwrap()),
    };
    let value: serde_json::Value = serde_json::from_slice(&plain).unwrap();
    assert_eq!(plain.as_slice(), serde_json_canonicalizer::to_vec(&value).unwrap(), "canonical as RFC 8785 says");
    String::from_utf8(plain.to_vec()).unwrap()
}

fn layers(identity: &Identity, sealed: &[u8]) -> zeroize::Zeroizing<Vec<u8>> {
    open(identity, &open(identity, sealed).unwrap()).unwrap()
}

#[test]
fn slots_hold_canonical_json() {
    assert_eq!(
        slot_json(SlotKind::Delivery),
        r#"{"holder":"0190b5a0-0000-7000-8000-000000000002","identity":"AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZ9K4CN","kind":"delivery","manifest_hash":"abababababababababababababababababababababababababababababababab","transfer":"0190b5a0-0000-7000-8000-000000000001","version":1}"#
    );
    assert_eq!(slot_json(SlotKind::Sender), slot_json(SlotKind::Delivery).replace("\"delivery\"", "\"sender\""));
    assert_eq!(
        slot_json(SlotKind::Custody),
        r#"{"holder":"","identity":"AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZ9K4CN","kind":"custody","transfer":"0190b5a0-0000-7000-8000-000000000001","version":1}"#
    );
}

fn manifest() -> Manifest {
    let noon = NaiveDate::from_ymd_opt(2025, 1, 31).unwrap().and_hms_opt(12, 34, 57).unwrap();
    let file = ManifestFile {
        id: "0190b5a0-0000-7000-8000-000000000003".parse().unwrap(),
        name: "給与明細/1月.pdf".to_owned(),
        zip_name: "給与明細_1月.pdf".to_owned(),
        zip_time: ZipTime::of(noon),
        media_type: "application/pdf".to_owned(),
        size: 70_000,
        sha256: [0xcd; 32],
        crc32: 0xdead_beef,
        parts: vec![
            ManifestPart {
                blob: "11111111-2222-4333-8444-555555555555".parse().unwrap(),
                plain: 65_536,
                cipher: 65_536 + 16 + 250,
                head: [0xef; 32],
            },
            ManifestPart {
                blob: "11111111-2222-4333-8444-666666666666".parse().unwrap(),
                plain: 4_464,
                cipher: 4_464 + 16 + 300,
                head: [0x01; 32],
            },
        ],
    };
    Manifest::new("0190b5a0-0000-7000-8000-000000000001".parse().unwrap(), vec![file])
}

#[test]
fn a_manifest_is_canonical_json() {
    let json = manifest().to_jcs().unwrap();
    assert_eq!(
        std::str::from_utf8(&json).unwrap(),
        r#"{"files":[{"crc32":3735928559,"id":"0190b5a0-0000-7000-8000-000000000003","media_type":"application/pdf","name":"給与明細/1月.pdf","parts":[{"blob":"11111111-2222-4333-8444-555555555555","cipher":65802,"head":"efefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef","plain":65536},{"blob":"11111111-2222-4333-8444-666666666666","cipher":4780,"head":"0101010101010101010101010101010101010101010101010101010101010101","plain":4464}],"sha256":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd","size":70000,"zip_name":"給与明細_1月.pdf","zip_time":{"date":23103,"time":25692}}],"transfer":"0190b5a0-0000-7000-8000-000000000001","version":1}"#
    );
}

#[test]
fn a_manifest_opens_with_its_key_and_its_hash_only() {
    let identity = Identity::generate();
    let sealed = manifest().seal(&identity.recipient()).unwrap();
    assert_eq!(Manifest::open(&identity, &sealed.bytes, &sealed.hash).unwrap(), manifest());
    let other = manifest().seal(&identity.recipient()).unwrap();
    assert!(matches!(Manifest::open(&identity, &other.bytes, &sealed.hash), Err(CryptError::Damaged)));
    assert!(matches!(Manifest::open(&Identity::generate(), &sealed.bytes, &sealed.hash), Err(CryptError::WrongKey)));
}

#[test]
fn a_manifest_that_contradicts_itself_is_refused() {
    let to = Identity::generate().recipient();
    let spoilt: [fn(&mut Manifest); 3] = [
        |manifest| manifest.files[0].size += 1,
        |manifest| manifest.files[0].parts[0].cipher -= 250,
        |manifest| manifest.files[0].parts[0].plain = u64::MAX,
    ];
    for spoil in spoilt {
        let mut manifest = manifest();
        spoil(&mut manifest);
        assert!(matches!(manifest.seal(&to), Err(CryptError::Malformed)));
    }
}

#[test]
fn a_manifest_of_another_version_is_refused() {
    let identity = Identity::generate();
    let json = String::from_utf8(manifest().to_jcs().unwrap().to_vec()).unwrap();
    for changed in
        [json.replace("\"version\":1", "\"version\":2"), json.replace("\"version\":1", "\"more\":0,\"version\":1")]
    {
        let bytes = seal(&identity.recipient(), changed.as_bytes()).unwrap();
        let hash =
            sha2::Digest::finalize(sha2::Digest::chain_update(<sha2::Sha256 as sha2::Digest>::new(), &bytes)).into();
        assert!(matches!(Manifest::open(&identity, &bytes, &hash), Err(CryptError::Malformed)));
    }
}

#[test]
fn zip_times_stay_within_what_zip_can_say() {
    let at =
        |year, month, day, hour| NaiveDate::from_ymd_opt(year, month, day).unwrap().and_hms_opt(hour, 59, 59).unwrap();
    assert_eq!(ZipTime::of(at(1980, 1, 1, 0)), ZipTime { date: 0x0021, time: 0x077d });
    assert_eq!(ZipTime::of(at(2107, 12, 31, 23)), ZipTime { date: 0xff9f, time: 0xbf7d });
    assert_eq!(ZipTime::of(at(1970, 6, 15, 1)).date >> 9, 0);
}
