//! Slots, sessions, account keys: each opens with every one of its keys and with nothing less.

use std::io::Write;

use kakitome::crypt::*;
use kakitome::model::{Passphrase, PickUpNumber, Time, TransferId};
use rand::SeedableRng;
use rand::rngs::StdRng;

fn content(kind: SlotKind) -> SlotContent {
    SlotContent {
        kind,
        transfer: TransferId::new(Time::from_millis(1_700_000_000_000)),
        holder: if kind == SlotKind::Custody {
            String::new()
        } else {
            "0190b5a0-0000-7000-8000-000000000000".to_owned()
        },
        identity: Identity::generate(),
        manifest_hash: (kind != SlotKind::Custody).then_some([7; 32]),
    }
}

fn assert_same(opened: &SlotContent, sealed: &SlotContent) {
    assert_eq!(opened.kind, sealed.kind);
    assert_eq!(opened.transfer, sealed.transfer);
    assert_eq!(opened.holder, sealed.holder);
    assert_eq!(opened.manifest_hash, sealed.manifest_hash);
    assert_eq!(opened.transfer_identity().recipient(), sealed.transfer_identity().recipient());
}

#[test]
fn a_delivery_slot_opens_with_shred_key_link_and_number_only() {
    let mut rng = StdRng::seed_from_u64(1);
    let (shred, secret) = (Identity::generate(), generate_link_secret(&mut rng));
    let (link, number) = (link_identity(&secret), generate_number(&mut rng, 12));
    let content = content(SlotKind::Delivery);
    let sealed = seal_delivery_slot(&content, &shred.recipient(), &link.recipient(), &number).unwrap();

    let outer = open_outer(&shred, &sealed).unwrap();
    assert_same(&outer.open_delivery(&link, &number).unwrap(), &content);
    let wrong = outer.open_delivery(&link, &generate_number(&mut rng, 12));
    assert!(matches!(wrong, Err(CryptError::WrongKey)), "a wrong number is told apart");
    let stranger = outer.open_delivery(&Identity::generate(), &number);
    assert!(matches!(stranger, Err(CryptError::Damaged)), "a wrong link is not called a wrong number");
    assert!(matches!(open_outer(&Identity::generate(), &sealed), Err(CryptError::WrongKey)));
    assert!(outer.open_account(&link).is_err());
}

#[test]
fn a_damaged_slot_is_never_called_a_wrong_number() {
    let (shred, link) = (Identity::generate(), Identity::generate());
    let number = PickUpNumber::new("572457245724".to_owned());
    let content = content(SlotKind::Delivery);
    let sealed = seal_delivery_slot(&content, &shred.recipient(), &link.recipient(), &number).unwrap();
    for at in (0..sealed.len()).step_by(97) {
        let mut damaged = sealed.clone();
        damaged[at] ^= 1;
        assert!(open_outer(&shred, &damaged).is_err(), "byte {at}");
        assert!(open_outer(&shred, &sealed[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn account_and_custody_slots_open_with_their_own_keys() {
    let (shred, account, keys) = (Identity::generate(), Identity::generate(), CustodyKeys::generate());
    for kind in [SlotKind::Sender, SlotKind::Approver] {
        let content = content(kind);
        let sealed = seal_account_slot(&content, &shred.recipient(), &account.recipient()).unwrap();
        let outer = open_outer(&shred, &sealed).unwrap();
        assert_same(&outer.open_account(&account).unwrap(), &content);
        assert!(matches!(outer.open_account(&Identity::generate()), Err(CryptError::WrongKey)));
        assert!(matches!(outer.open_custody(&keys), Err(CryptError::WrongKey)));
    }
    let content = content(SlotKind::Custody);
    let sealed = seal_custody_slot(&content, &shred.recipient(), &keys.newest_recipient()).unwrap();
    assert_same(&open_outer(&shred, &sealed).unwrap().open_custody(&keys).unwrap(), &content);
}

#[test]
fn a_slot_of_one_kind_is_not_sealed_as_another() {
    let key = Identity::generate().recipient();
    let number = PickUpNumber::new("572457245724".to_owned());
    let delivery = content(SlotKind::Delivery);
    assert!(matches!(seal_account_slot(&delivery, &key, &key), Err(CryptError::Malformed)));
    assert!(matches!(seal_custody_slot(&delivery, &key, &key), Err(CryptError::Malformed)));
    let sender = content(SlotKind::Sender);
    assert!(matches!(seal_delivery_slot(&sender, &key, &key, &number), Err(CryptError::Malformed)));
}

#[test]
fn a_session_opens_with_its_token_and_its_shred_key() {
    let mut rng = StdRng::seed_from_u64(2);
    let (key, shred, token) = (Identity::generate(), Identity::generate(), generate_token(&mut rng));
    let sealed = seal_session(&key, &shred.recipient(), &token).unwrap();
    assert_eq!(open_session(&sealed, &shred, &token).unwrap().recipient(), key.recipient());
    assert!(matches!(open_session(&sealed, &shred, &generate_token(&mut rng)), Err(CryptError::WrongKey)));
    assert!(matches!(open_session(&sealed, &Identity::generate(), &token), Err(CryptError::WrongKey)));
}

#[test]
fn an_account_key_opens_with_the_password_and_a_custody_key() {
    let (key, custody) = (Identity::generate(), CustodyKeys::generate());
    let password = Passphrase::new("が長い合言葉 2025".to_owned());
    let sealed = seal_account_key(&key, &password, &custody.newest_recipient()).unwrap();
    let decomposed = Passphrase::new("か\u{3099}長い合言葉\u{3000}2025".to_owned());
    let opened = open_account_key(&sealed, &decomposed, custody.identities()).unwrap();
    assert_eq!(opened.recipient(), key.recipient());
    let wrong = open_account_key(&sealed, &Passphrase::new("wrong".to_owned()), custody.identities());
    assert!(matches!(wrong, Err(CryptError::WrongKey)));
    let stranger = open_account_key(&sealed, &password, CustodyKeys::generate().identities());
    assert!(matches!(stranger, Err(CryptError::WrongKey)));
}

#[test]
fn only_our_work_factor_is_accepted() {
    for work in [1, 10, WORK_FACTOR - 1, WORK_FACTOR + 1] {
        let mut recipient = age::scrypt::Recipient::new("572457245724".to_owned().into());
        recipient.set_work_factor(work);
        let mut sealed = Vec::new();
        let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).unwrap();
        let mut writer = encryptor.wrap_output(&mut sealed).unwrap();
        writer.write_all(b"planted").unwrap();
        writer.finish().unwrap();
        let refused = open_with_passphrase("572457245724", &sealed);
        assert!(matches!(refused, Err(CryptError::Damaged)), "work factor {work}");
    }
    let to_a_key = seal(&Identity::generate().recipient(), b"planted").unwrap();
    assert!(matches!(open_with_passphrase("572457245724", &to_a_key), Err(CryptError::Damaged)));
}

#[test]
fn older_custody_keys_open_and_the_newest_seals() {
    let (old, new) = (CustodyKeys::generate(), CustodyKeys::generate());
    let sealed = old.seal(b"kept").unwrap();
    let both = CustodyKeys::from_text(&format!("{}\n\n{}", *new.to_text(), *old.to_text())).unwrap();
    assert_eq!(both.newest_recipient(), new.newest_recipient());
    assert_eq!(both.identities().len(), 2);
    assert_eq!(both.open(&sealed).unwrap().as_slice(), b"kept");
    assert_eq!(new.open(&both.seal(b"fresh").unwrap()).unwrap().as_slice(), b"fresh");
    assert!(matches!(new.open(&sealed), Err(CryptError::WrongKey)));
    assert!(CustodyKeys::from_text("# nothing\n").is_err());
    assert!(CustodyKeys::from_text("AGE-SECRET-KEY-1NONSENSE\n").is_err());
}

#[test]
fn a_log_key_survives_its_file() {
    let key = LogKey::generate().unwrap();
    assert_eq!(LogKey::from_pem(&key.to_pem()).unwrap().public_key(), key.public_key());
    assert_eq!(key.public_key().len(), 32);
    assert!(LogKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").is_err());
}

#[test]
fn a_password_verifies_however_it_was_typed() {
    let hash = hash_password(&Passphrase::new("が 長い".to_owned())).unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{hash}");
    assert!(verify_password(&Passphrase::new("か\u{3099}\u{3000}長い".to_owned()), &hash));
    assert!(!verify_password(&Passphrase::new("が長い".to_owned()), &hash));
    assert!(!verify_password(&Passphrase::new("が 長い".to_owned()), "not a hash"));
    assert!(dummy_hash().starts_with("$argon2id$"));
    assert!(!verify_password(&Passphrase::new(String::new()), dummy_hash()));
}

#[test]
fn tokens_are_read_back_exactly() {
    let mut rng = StdRng::seed_from_u64(3);
    let token = generate_token(&mut rng);
    assert_eq!(parse_token(&token_text(&token)).unwrap().expose(), token.expose());
    assert_eq!(parse_cookie(&cookie_text(&token)).unwrap().expose(), token.expose());
    assert_eq!(token_text(&token).len(), 56);
    for wrong in ["", "kkt_", "kkt_0", &token_text(&token)[4..], &format!("{}0", *token_text(&token)), &"z".repeat(56)]
    {
        assert!(parse_token(wrong).is_none(), "{wrong}");
    }
    // The last character carries one bit; with others set the same token would have several spellings.
    assert!(parse_token(&format!("kkt_{}z", "0".repeat(51))).is_none());
    for wrong in ["", "AAAA", &format!("{}=", *cookie_text(&token)), &"A".repeat(44), &"あ".repeat(15)] {
        assert!(parse_cookie(wrong).is_none(), "{wrong}");
    }
    assert!(csrf_matches(&token, &csrf_of(&token)));
    assert!(!csrf_matches(&token, &csrf_of(&generate_token(&mut rng))));
}

#[test]
fn keys_compare_by_their_whole_text() {
    let recipient = Identity::generate().recipient();
    assert!(recipient.matches(&recipient.to_string()));
    assert!(!recipient.matches(&Identity::generate().recipient().to_string()));
    assert!(!recipient.matches(&recipient.to_string()[..40]));
}
