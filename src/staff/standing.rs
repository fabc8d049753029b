//! How far a session has come: what it has proven, measured by the rules and by what its account has set up.

use crate::error::Result;
use crate::model::{Account, Factor, Proofs, SignInRules, Time};
use crate::store::{Tx, passkeys, totps};

use super::permit::Standing;

/// The second factors that an account has set up.
pub(super) fn enrolled(tx: &mut Tx, account: &Account) -> Result<Vec<Factor>> {
    let mut factors = Vec::new();
    if totps::is_enrolled(tx, account.id)? {
        factors.push(Factor::Totp);
    }
    if !passkeys::of_account(tx, account.id)?.is_empty() {
        factors.push(Factor::Passkey);
    }
    Ok(factors)
}

/// What a session that has proven `proofs` may do. Pure: rights are evaluated at each request against what is stored now.
pub(super) fn standing(
    account: &Account,
    rules: &SignInRules,
    proofs: &Proofs,
    enrolled: &[Factor],
    now: Time,
) -> Standing {
    let suffices = rules.are_met_by(&account.roles, proofs);
    // Whoever has set up an app is asked for it after a password, whether the rules ask for it or not.
    let owed = enrolled.contains(&Factor::Totp) && proofs.rest_on_a_password() && !proofs.has(Factor::Totp);
    let unproven = enrolled.iter().any(|factor| !proofs.has(*factor));
    if owed || (!suffices && unproven) {
        return Standing::SecondStep;
    }
    if !suffices && needs_certificate(account, rules, proofs) {
        return Standing::Certificate;
    }
    // Whoever came in by other means may not even know the password.
    if proofs.has(Factor::Password) && (account.must_change_password || is_too_old(account, rules, now)) {
        return Standing::PasswordChange;
    }
    if suffices { Standing::Ready } else { Standing::Enrolment }
}

/// Whether nothing but a certificate helps on. A session that was begun with a card has proven nothing on a connection
/// without it: whoever carried its cookie away must not set up a factor of his own.
fn needs_certificate(account: &Account, rules: &SignInRules, proofs: &Proofs) -> bool {
    let would_do = |factor| rules.could_be_met(&account.roles, proofs, factor);
    let has_nothing = proofs.factors().is_empty();
    has_nothing || (would_do(Factor::Certificate) && !would_do(Factor::Totp) && !would_do(Factor::Passkey))
}

fn is_too_old(account: &Account, rules: &SignInRules, now: Time) -> bool {
    rules.passwords.must_change_at(account.password_changed_at).is_some_and(|until| now >= until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::hours;
    use crate::model::{
        AccountId, AccountState, Combination, Language, Limits, PasswordProfile, PasswordRules, Role, Validity,
    };

    const NOW: Time = Time::from_millis(1_795_404_600_000);

    fn account(must_change_password: bool, changed_days_ago: u32) -> Account {
        Account {
            id: AccountId::new(NOW),
            email: "sato@office.example".into(),
            name: "佐藤 花子".into(),
            department: String::new(),
            phone: String::new(),
            language: Language::Ja,
            roles: vec![Role::Sender],
            state: AccountState::Active,
            must_change_password,
            password_changed_at: NOW - hours(changed_days_ago * 24),
            recipient_key: None,
            key_renewed_at: None,
            validity: Validity::default(),
            limits: Limits::default(),
            successor: None,
            last_used_at: None,
            revision: 0,
            created_at: NOW,
        }
    }

    fn rules(profile: PasswordProfile, combinations: &[Combination]) -> SignInRules {
        let mut rules = SignInRules::new(PasswordRules::of(profile));
        rules.combinations.insert(Role::Sender, combinations.to_vec());
        rules
    }

    /// What it is; account, rules, proofs, what is set up; the standing.
    type Case<'a> = (&'a str, Account, SignInRules, Proofs, &'a [Factor], Standing);

    #[test]
    fn a_standing_for_each_case() {
        use Combination as C;
        use Factor as F;
        let nist = |combinations: &[C]| rules(PasswordProfile::Nist, combinations);
        let jp = rules(PasswordProfile::JpGuideline, &[C::Password]);
        let pw = Proofs::from(F::Password);
        let cases: [Case<'_>; 14] = [
            ("password suffices", account(false, 0), nist(&[C::Password]), pw.clone(), &[], Standing::Ready),
            ("initial password", account(true, 0), nist(&[C::Password]), pw.clone(), &[], Standing::PasswordChange),
            ("app set up", account(false, 0), nist(&[C::Password]), pw.clone(), &[F::Totp], Standing::SecondStep),
            ("initial, app", account(true, 0), nist(&[C::Password]), pw.clone(), &[F::Totp], Standing::SecondStep),
            (
                "app shown",
                account(false, 0),
                nist(&[C::Password]),
                pw.clone().with(F::Totp),
                &[F::Totp],
                Standing::Ready,
            ),
            ("nothing set up", account(false, 0), nist(&[C::PasswordTotp]), pw.clone(), &[], Standing::Enrolment),
            ("passkey owed", account(false, 0), nist(&[C::Passkey]), pw.clone(), &[F::Passkey], Standing::SecondStep),
            ("passkey alone", account(false, 0), nist(&[C::Passkey]), F::Passkey.into(), &[F::Totp], Standing::Ready),
            ("provider", account(false, 0), nist(&[C::Oidc]), F::Oidc.into(), &[F::Totp], Standing::Ready),
            ("initial, provider", account(true, 0), nist(&[C::Oidc]), F::Oidc.into(), &[], Standing::Ready),
            (
                "provider and app",
                account(false, 0),
                nist(&[C::OidcTotp]),
                F::Oidc.into(),
                &[F::Totp],
                Standing::SecondStep,
            ),
            ("young enough", account(false, 89), jp.clone(), pw.clone(), &[], Standing::Ready),
            ("too old", account(false, 90), jp.clone(), pw.clone(), &[], Standing::PasswordChange),
            ("no password used", account(false, 400), nist(&[C::Passkey]), F::Passkey.into(), &[], Standing::Ready),
        ];
        for (case, account, rules, proofs, enrolled, wanted) in cases {
            assert_eq!(standing(&account, &rules, &proofs, enrolled, NOW), wanted, "{case}");
        }
    }

    #[test]
    fn nobody_sets_up_a_factor_of_his_own_where_the_card_is_missing() {
        use {Combination as C, Factor as F};
        let of = |combinations: &[Combination], proofs: Proofs, enrolled: &[Factor]| {
            standing(&account(true, 0), &rules(PasswordProfile::Nist, combinations), &proofs, enrolled, NOW)
        };
        assert_eq!(of(&[C::Certificate], Proofs::default(), &[]), Standing::Certificate);
        assert_eq!(of(&[C::Certificate, C::Passkey], Proofs::default(), &[]), Standing::Certificate);
        assert_eq!(of(&[C::PasswordCertificate], F::Password.into(), &[]), Standing::Certificate);
        assert_eq!(of(&[C::Certificate, C::Passkey], Proofs::default(), &[F::Passkey]), Standing::SecondStep);
        // Who never has a card may set up the app instead.
        let either = [C::PasswordCertificate, C::PasswordTotp];
        assert_eq!(of(&either, F::Password.into(), &[]), Standing::PasswordChange);
    }
}
