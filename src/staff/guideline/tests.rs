//! One test per row.

use super::*;
use crate::config::{AllowList, Networks, Policy, Ruling};
use crate::model::{PasswordProfile, PasswordRules, SignInRules};

fn facts() -> Facts {
    Facts {
        rules: SignInRules::new(PasswordRules::of(PasswordProfile::Nist)),
        policy: Policy::default(),
        networks: Networks::default(),
        known_elsewhere: false,
        certificates: false,
        scanner: Scanner::Ready { fresh: Some(true) },
        tls12: false,
        mail_in_clear: false,
        admin_is_local: true,
        register: Register::default(),
    }
}

fn some() -> AllowList {
    AllowList(vec!["192.0.2.0/24".parse().unwrap()])
}

fn only(ways: &[Combination]) -> SignInRules {
    let mut rules = SignInRules::new(PasswordRules::of(PasswordProfile::Nist));
    for role in Role::ALL {
        rules.combinations.insert(*role, ways.to_vec());
    }
    rules
}

#[track_caller]
fn row(name: &str, change: impl FnOnce(&mut Facts)) -> Row {
    let mut facts = facts();
    change(&mut facts);
    table(&facts).into_iter().find(|row| row.name == name).unwrap()
}

fn has(row: &Row, because: Because) -> bool {
    row.reasons.iter().any(|reason| reason.because == because)
}

#[test]
fn the_table_has_each_row_once_and_every_row_says_why() {
    let table = table(&facts());
    let names: Vec<_> = table.iter().map(|row| row.name).collect();
    assert_eq!(names, ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10"]);
    assert!(table.iter().all(|row| !row.reasons.is_empty()));
}

#[test]
fn s1_somebody_always_signs_in() {
    let alone = row("S1", |facts| facts.rules = only(&[Combination::Password]));
    assert!(alone.verdict == Verdict::Fulfilled && has(&alone, Because::PasswordAlone));
    let second = row("S1", |facts| facts.rules = only(&[Combination::PasswordTotp, Combination::Passkey]));
    assert!(second.verdict == Verdict::Fulfilled && !has(&second, Because::PasswordAlone));
}

#[test]
fn s2_unknown_connections_are_turned_away_or_not() {
    let open = row("S2", |_| {});
    assert_eq!(open.verdict, Verdict::Not);
    assert!(open.reasons.iter().any(|reason| reason.place == Place::Key("sign_in.networks")));
    assert_eq!(row("S2", |facts| facts.networks.staff = some()).verdict, Verdict::Fulfilled);
    assert_eq!(row("S2", |facts| facts.networks.admin = some()).verdict, Verdict::Partly);
    assert_eq!(row("S2", |facts| facts.networks.sender = some()).verdict, Verdict::Partly);
    let every_role = row("S2", |facts| {
        let networks = &mut facts.networks;
        (networks.sender, networks.approver) = (some(), some());
        (networks.auditor, networks.administrator) = (some(), some());
    });
    assert_eq!(every_role.verdict, Verdict::Fulfilled);
    let configured = row("S2", |facts| facts.known_elsewhere = true);
    assert_eq!(configured.verdict, Verdict::Partly, "configured is not demanded");
    let domain = row("S2", |facts| {
        facts.known_elsewhere = true;
        facts.rules = only(&[Combination::Directory, Combination::OidcTotp]);
    });
    assert_eq!(domain.verdict, Verdict::Fulfilled);
    let cards = only(&[Combination::Certificate, Combination::PasskeyCertificate]);
    assert_eq!(row("S2", |facts| facts.rules = cards.clone()).verdict, Verdict::Not, "nobody asks for the card");
    let asked = row("S2", |facts| (facts.rules, facts.certificates) = (cards, true));
    assert_eq!(asked.verdict, Verdict::Fulfilled);
}

#[test]
fn s3_the_profile_of_the_guideline_fulfils_it() {
    let nist = row("S3", |_| {});
    assert_eq!(nist.verdict, Verdict::Partly);
    assert!(has(&nist, Because::Classes) && has(&nist, Because::Age));
    assert!(!has(&nist, Because::PasswordsElsewhere), "there is no directory");
    let profile = |days| {
        row("S3", |facts| {
            facts.rules = SignInRules::new(PasswordRules {
                max_age_days: Some(days),
                ..PasswordRules::of(PasswordProfile::JpGuideline)
            });
            for role in Role::ALL {
                facts.rules.combinations.insert(*role, vec![Combination::PasswordTotp]);
            }
        })
    };
    assert_eq!(profile(90).verdict, Verdict::Fulfilled);
    assert_eq!(profile(91).verdict, Verdict::Partly);
    let elsewhere = row("S3", |facts| (facts.rules, facts.known_elsewhere) = (only(&[Combination::Directory]), true));
    assert!(elsewhere.verdict == Verdict::Partly && has(&elsewhere, Because::PasswordsElsewhere));
    assert!(!has(&elsewhere, Because::Classes), "no password of ours is left");
}

#[test]
fn s4_the_screen_locks_after_the_minutes_of_the_policy() {
    let row = row("S4", |facts| facts.policy.idle_lock_minutes = 7);
    assert_eq!(row.verdict, Verdict::Fulfilled);
    assert_eq!(row.reasons, [counted(Because::Idle, 7, POLICY)]);
}

#[test]
fn s5_the_register_must_be_reviewed() {
    let clean = Register { reviewed: Some(true), ..Register::default() };
    let of = |register| row("S5", |facts| facts.register = register);
    assert_eq!(of(clean).verdict, Verdict::Fulfilled);
    for (register, key) in [
        (Register::default(), Because::NeverReviewed),
        (Register { reviewed: Some(false), ..clean }, Because::ReviewDue),
        (Register { is_overdue: true, ..clean }, Because::ReviewOverdue),
        (Register { dormant: 2, ..clean }, Because::Dormant),
        (Register { mixed: 1, ..clean }, Because::Mixed),
    ] {
        let row = of(register);
        assert!(row.verdict == Verdict::Partly && has(&row, key), "{key}");
    }
}

#[test]
fn s6_a_gateway_does_not_see_the_firewall() {
    let local = row("S6", |_| {});
    assert!(local.verdict == Verdict::Partly && !has(&local, Because::AdminOpen));
    assert!(has(&row("S6", |facts| facts.admin_is_local = false), Because::AdminOpen));
    let listed = row("S6", |facts| (facts.admin_is_local, facts.networks.admin) = (false, some()));
    assert!(!has(&listed, Because::AdminOpen));
}

#[test]
fn s7_needs_a_scanner_that_answers_knows_what_is_new_and_is_listened_to() {
    let good = row("S7", |_| {});
    assert!(good.verdict == Verdict::Fulfilled && has(&good, Because::SignaturesFresh));
    let off = row("S7", |facts| facts.scanner = Scanner::Off);
    assert!(off.verdict == Verdict::Not && has(&off, Because::ScanOff) && !has(&off, Because::Scanned));
    let partly = |because: Because, change: fn(&mut Facts)| {
        let row = row("S7", change);
        assert!(row.verdict == Verdict::Partly && has(&row, because), "{row:?}");
    };
    partly(Because::ScannerDown, |facts| facts.scanner = Scanner::Down);
    partly(Because::SignaturesOld, |facts| facts.scanner = Scanner::Ready { fresh: Some(false) });
    partly(Because::SignaturesUndated, |facts| facts.scanner = Scanner::Ready { fresh: None });
    partly(Because::InfectedPass, |facts| facts.policy.infected = Ruling::Allow);
    partly(Because::UnscannablePass, |facts| facts.policy.unscannable = Ruling::Approval);
    partly(Because::UnscannablePass, |facts| facts.policy.oversized = Ruling::Allow);
}

#[test]
fn s8_a_slip_has_a_second_chance_by_a_hold_or_by_approval() {
    let none = row("S8", |_| {});
    assert!(none.verdict == Verdict::Partly && has(&none, Because::NoHold) && has(&none, Because::NoApproval));
    let held = row("S8", |facts| facts.policy.hold_minutes = 5);
    assert!(held.verdict == Verdict::Fulfilled && has(&held, Because::Hold) && has(&held, Because::NoApproval));
    let approved = row("S8", |facts| facts.policy.approve_new_domains = true);
    assert!(approved.verdict == Verdict::Fulfilled && has(&approved, Because::Approval));
    assert!(has(&row("S8", |facts| facts.mail_in_clear = true), Because::MailInClear));
}

#[test]
fn s9_what_remains_is_erased_but_no_certificate_says_so() {
    let strict = row("S9", |_| {});
    assert!(strict.verdict == Verdict::Partly && has(&strict, Because::Tls13));
    assert!(has(&row("S9", |facts| facts.tls12 = true), Because::Tls12));
}

#[test]
fn s10_faxes_have_their_register() {
    let row = row("S10", |_| {});
    assert!(row.verdict == Verdict::Fulfilled && has(&row, Because::FaxRegister));
}
