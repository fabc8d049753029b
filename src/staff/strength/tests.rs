use super::*;
use crate::model::PasswordProfile;

const PRESENT: &str = "correct horse battery staple";
const NIST: PasswordRules = PasswordRules::of(PasswordProfile::Nist);
const JP: PasswordRules = PasswordRules::of(PasswordProfile::JpGuideline);

fn owner() -> Owner {
    Owner {
        email: "hanako.sato@yamada.example".into(),
        name: "佐藤 花子".into(),
        office: "Yamada Accounting 山田会計事務所".into(),
    }
}

fn examined(new: &str, present: &str, rules: &PasswordRules, minimum: u32) -> Result<(), PasswordFlaw> {
    examine(&Passphrase::new(new.into()), &Passphrase::new(present.into()), rules, minimum, &owner())
}

/// Each new password under these rules, and what is found wrong with it.
fn table(rules: &PasswordRules, minimum: u32, cases: &[(&str, Option<PasswordFlaw>)]) {
    for (new, flaw) in cases {
        assert_eq!(examined(new, PRESENT, rules, minimum).err(), *flaw, "{new:?} under {:?}", rules.profile);
    }
}

#[test]
fn length_under_nist_is_fifteen_characters_and_at_most_256() {
    let longest = |count: usize| "quiet river ".repeat(30).chars().rev().take(count).collect::<String>();
    table(
        &NIST,
        NIST.minimum,
        &[
            ("violet mangos9", Some(PasswordFlaw::TooShort { minimum: 15 })),
            ("violet mangos 9", None),
            // The same count where a character takes three bytes, or is typed as two that are one (NFC).
            ("静かな川に月が映る夜の散歩", Some(PasswordFlaw::TooShort { minimum: 15 })),
            ("静かな川に月が映る夜の散歩の話", None),
            ("viole\u{301}t mango 9", Some(PasswordFlaw::TooShort { minimum: 15 })),
            ("viole\u{301}t mangos 9", None),
        ],
    );
    assert_eq!(examined(&longest(257), PRESENT, &NIST, 15), Err(PasswordFlaw::TooLong { maximum: 256 }));
    assert_ne!(examined(&longest(256), PRESENT, &NIST, 15), Err(PasswordFlaw::TooLong { maximum: 256 }));
}

#[test]
fn length_with_a_second_factor_and_under_the_guideline_is_eight() {
    let short = Some(PasswordFlaw::TooShort { minimum: 8 });
    table(&NIST, NIST.minimum_with_second, &[("vq7 mzx", short), ("vq7 mzxk", None)]);
    table(&JP, JP.minimum, &[("vQ7+mzx", short), ("vQ7+mzxk", None)]);
}

#[test]
fn the_same_password_is_none_however_it_is_typed() {
    let same = Err(PasswordFlaw::Same);
    for rules in [&NIST, &JP] {
        assert_eq!(examined(PRESENT, PRESENT, rules, 8), same);
        assert_eq!(examined("correct\u{3000}horse battery staple", PRESENT, rules, 8), same, "another blank");
        assert_eq!(examined("caf\u{e9} vQ7+mzxk", "cafe\u{301} vQ7+mzxk", rules, 8), same, "another normal form");
    }
}

#[test]
fn no_password_names_its_owner() {
    let named = Some(PasswordFlaw::ContainsName);
    for rules in [&NIST, &JP] {
        table(
            rules,
            8,
            &[
                ("Hanako likes 7 mangos!", named),
                ("7 mangos for SATO-san!", named),
                ("Xq7 hanako.sato rowing!", named),
                ("Blue 7! 佐藤さんの傘の色", named),
                ("Blue 7! 佐藤花子の傘の色", named),
                ("Blue 7! 佐 藤 花 子の傘の色", None),
                ("Hana likes 7 mangos!", None),
                ("7 mangos for Sat-chan!", None),
            ],
        );
    }
}

#[test]
fn short_names_stand_in_sentences_by_chance() {
    let owner = Owner { email: "ken@yamada.example".into(), name: "Ken Li".into(), office: String::new() };
    let examined = |new: &str| {
        let (new, present) = (Passphrase::new(new.into()), Passphrase::new(PRESENT.into()));
        examine(&new, &present, &NIST, 15, &owner)
    };
    assert_eq!(examined("a broken lilac kite at noon"), Ok(()));
    assert_eq!(examined("a broken kenli kite at noon"), Err(PasswordFlaw::ContainsName));
}

#[test]
fn classes_are_asked_for_under_the_guideline_only() {
    let lacks = Some(PasswordFlaw::LacksClasses);
    let cases = [
        ("vq7+mzxk rowing", lacks),
        ("VQ7+MZXK ROWING", lacks),
        ("vQx+mzxk rowing", lacks),
        ("vQ7mmzxk rowing", lacks),
        ("vQ7mmzxkあ rowing", lacks),
        ("vQ7+mzxk rowing", None),
        ("vQ7。mzxk rowing", None),
        ("ｖＱ７＋mzxk rowing", None),
    ];
    table(&JP, 8, &cases);
    table(&NIST, 8, &cases.map(|(new, _)| (new, None)));
}

#[test]
fn what_is_like_the_present_one_is_refused() {
    let similar = Some(PasswordFlaw::TooSimilar);
    for rules in [&NIST, &PasswordRules { mixed_classes: false, ..JP }] {
        table(
            rules,
            8,
            &[
                ("correct horse battery staple7", similar),
                ("correct horse battery stable", similar),
                ("Correct Horse Battery Staple!", similar),
                ("corerct hosre battery staple", similar),
                // 8 of 28 characters differ, and 9 of 28.
                ("correct horse battery zzzzzq", similar),
                ("correct horse buckets qzzzvq", None),
                ("staple battery horse correct", None),
            ],
        );
        let counted = |new, present| examined(new, present, rules, 8).err();
        assert_eq!(counted("mauve Kx 2027!", "mauve Kx 1999!"), similar, "another count at the end");
        assert_eq!(counted("vqz9999999999", "vqz1111122222?"), similar);
        assert_ne!(counted("7391 6420 8852 0417", "1184 2256 9075 3310"), similar, "nothing but digits has no stem");
    }
}

#[test]
fn what_is_guessed_early_is_refused() {
    let guessable = Some(PasswordFlaw::Guessable);
    let cases = [
        ("passwordpassword", guessable),
        ("P@ssw0rd12345678", guessable),
        ("qwertyuiopasdfghjkl", guessable),
        ("123456789012345678", guessable),
        ("aaaaaaaaaaaaaaaaaaaa", guessable),
        ("abcdefghijklmnopq", guessable),
        ("iloveyouiloveyou", guessable),
        ("kakitomekakitome1", guessable),
        ("yamada accounting", guessable),
        ("yamada-example-2026", guessable),
        ("山田会計事務所山田会計事務所1", guessable),
        ("パスワードパスワードパスワード", guessable),
        ("another long enough passphrase", None),
        ("a long sentence that nobody says", None),
        ("kakitome keeps my violet mangos", None),
    ];
    table(&NIST, 15, &cases);
    table(&NIST, 8, &[("2026-11-26", guessable), ("dragon1234", guessable), ("vq7mzxkw", None)]);
    let cases = [("P@ssw0rd!", guessable), ("Qwerty12#", guessable), ("Yamada2026!", guessable), ("vQ7+mzxk", None)];
    table(&JP, 8, &cases);
}

#[test]
fn an_estimate_of_the_longest_password_is_quick() {
    let slow = "aA1!bB2@".repeat(32);
    let before = std::time::Instant::now();
    let _found = examined(&slow, PRESENT, &NIST, 15);
    assert!(before.elapsed() < std::time::Duration::from_secs(5), "{:?}", before.elapsed());
}

#[test]
fn nist_asks_for_no_classes_no_expiry_and_no_history() {
    assert_eq!((NIST.mixed_classes, NIST.max_age_days, NIST.history), (false, None, 0));
    assert_eq!((JP.mixed_classes, JP.max_age_days, JP.history), (true, Some(90), 12));
}
