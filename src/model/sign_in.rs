//! What proves who somebody is, and which proofs suffice.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::words::words;
use super::{Role, Time, UnknownWord};

words! {
    /// One proof of who somebody is.
    pub enum Factor {
        /// The account's own password.
        Password = "password",
        /// A password that the office's directory (LDAP, Active Directory) accepted.
        Directory = "directory",
        /// A sign-in at an OpenID provider.
        Oidc = "oidc",
        /// A passkey: fingerprint, face, security key or card.
        Passkey = "passkey",
        /// The certificate of this connection: an IC card or a bound device.
        Certificate = "certificate",
        /// Six digits from an app (RFC 6238).
        Totp = "totp",
        /// One of the codes kept for the day the app is lost.
        RecoveryCode = "recovery_code",
    }
}

/// What a session has proven so far. As text, words with blanks between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proofs(Vec<Factor>);

impl Proofs {
    /// Whether `factor` was proven. A recovery code stands for the app that is lost.
    pub fn has(&self, factor: Factor) -> bool {
        let stands_for = factor == Factor::Totp && self.0.contains(&Factor::RecoveryCode);
        self.0.contains(&factor) || stands_for
    }

    /// With one more proof.
    #[must_use]
    pub fn with(mut self, factor: Factor) -> Self {
        if !self.0.contains(&factor) {
            self.0.push(factor);
        }
        self
    }

    /// In the order in which they were proven.
    pub fn factors(&self) -> &[Factor] {
        &self.0
    }

    /// Whether one of them was a password, which a second factor has to back where one is enrolled.
    pub fn rest_on_a_password(&self) -> bool {
        let strong = [Factor::Passkey, Factor::Oidc, Factor::Certificate];
        !strong.iter().any(|factor| self.has(*factor))
    }
}

impl From<Factor> for Proofs {
    fn from(factor: Factor) -> Self {
        Self(vec![factor])
    }
}

impl fmt::Display for Proofs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(|factor| factor.word()).collect::<Vec<_>>().join(" "))
    }
}

impl FromStr for Proofs {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        text.split_whitespace().map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

words! {
    /// Proofs that together may suffice for a role.
    pub enum Combination {
        /// The password alone.
        Password = "password",
        /// Password and app.
        PasswordTotp = "password+totp",
        /// Password on a bound device.
        PasswordCertificate = "password+certificate",
        /// The directory's password alone.
        Directory = "directory",
        /// The directory's password and app.
        DirectoryTotp = "directory+totp",
        /// The directory's password on a bound device.
        DirectoryCertificate = "directory+certificate",
        /// The OpenID provider, which asks for what it finds needed.
        Oidc = "oidc",
        /// OpenID provider and app.
        OidcTotp = "oidc+totp",
        /// OpenID provider on a bound device.
        OidcCertificate = "oidc+certificate",
        /// A passkey.
        Passkey = "passkey",
        /// A passkey on a bound device.
        PasskeyCertificate = "passkey+certificate",
        /// A certificate that names its holder: an IC card.
        Certificate = "certificate",
    }
}

impl Combination {
    /// What has to be proven.
    pub const fn factors(self) -> &'static [Factor] {
        use Factor as F;
        match self {
            Self::Password => &[F::Password],
            Self::PasswordTotp => &[F::Password, F::Totp],
            Self::PasswordCertificate => &[F::Password, F::Certificate],
            Self::Directory => &[F::Directory],
            Self::DirectoryTotp => &[F::Directory, F::Totp],
            Self::DirectoryCertificate => &[F::Directory, F::Certificate],
            Self::Oidc => &[F::Oidc],
            Self::OidcTotp => &[F::Oidc, F::Totp],
            Self::OidcCertificate => &[F::Oidc, F::Certificate],
            Self::Passkey => &[F::Passkey],
            Self::PasskeyCertificate => &[F::Passkey, F::Certificate],
            Self::Certificate => &[F::Certificate],
        }
    }

    /// Whether `proofs` hold all of it.
    pub fn is_met_by(self, proofs: &Proofs) -> bool {
        self.factors().iter().all(|factor| proofs.has(*factor))
    }
}

words! {
    /// A school of password rules.
    pub enum PasswordProfile {
        /// NIST SP 800-63B: length, no composition, no expiry.
        Nist = "nist",
        /// The measures that Japanese guidelines ask for: mixed classes, 90 days.
        JpGuideline = "jp-guideline",
    }
}

/// What passwords must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordRules {
    /// The school they come from.
    pub profile: PasswordProfile,
    /// Characters at least, where the password alone may suffice.
    pub minimum: u32,
    /// Characters at least, where a second factor is always asked besides.
    pub minimum_with_second: u32,
    /// Whether upper case, lower case, digits and symbols must all be there.
    pub mixed_classes: bool,
    /// Days after which it must be changed.
    pub max_age_days: Option<u32>,
    /// How many earlier passwords must not come back.
    pub history: u32,
}

impl PasswordRules {
    /// A profile as it comes.
    pub const fn of(profile: PasswordProfile) -> Self {
        match profile {
            PasswordProfile::Nist => Self {
                profile,
                minimum: 15,
                minimum_with_second: 8,
                mixed_classes: false,
                max_age_days: None,
                history: 0,
            },
            PasswordProfile::JpGuideline => Self {
                profile,
                minimum: 8,
                minimum_with_second: 8,
                mixed_classes: true,
                max_age_days: Some(90),
                history: 12,
            },
        }
    }
}

impl PasswordRules {
    /// When a password of `changed_at` must be changed at the latest; never without a greatest age.
    pub fn must_change_at(&self, changed_at: Time) -> Option<Time> {
        self.max_age_days.map(|days| changed_at + Duration::from_secs(u64::from(days) * 24 * 3600))
    }
}

/// How staff signs in: set by an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInRules {
    /// What passwords must be.
    pub passwords: PasswordRules,
    /// Which combinations suffice, per role. A role that is not named takes [`SignInRules::USUAL`].
    pub combinations: BTreeMap<Role, Vec<Combination>>,
}

impl SignInRules {
    /// What suffices before an administrator has decided.
    pub const USUAL: &'static [Combination] = &[
        Combination::Password,
        Combination::PasswordTotp,
        Combination::Directory,
        Combination::DirectoryTotp,
        Combination::Oidc,
        Combination::Passkey,
    ];

    /// With these password rules and the usual combinations.
    pub const fn new(passwords: PasswordRules) -> Self {
        Self { passwords, combinations: BTreeMap::new() }
    }

    /// What suffices for a role.
    pub fn for_role(&self, role: Role) -> &[Combination] {
        self.combinations.get(&role).map_or(Self::USUAL, Vec::as_slice)
    }

    /// Whether `proofs` suffice for every one of `roles`.
    pub fn are_met_by(&self, roles: &[Role], proofs: &Proofs) -> bool {
        roles.iter().all(|role| self.for_role(*role).iter().any(|one| one.is_met_by(proofs)))
    }

    /// Whether `proofs` and one more of `further` could suffice.
    pub fn could_be_met(&self, roles: &[Role], proofs: &Proofs, further: Factor) -> bool {
        self.are_met_by(roles, &proofs.clone().with(further))
    }

    /// Characters of a password at least for who holds `roles`: fewer where none of them takes a password without a second
    /// factor. One that does counts: in a network where the stricter roles do not exist, it is there alone.
    pub fn minimum_for(&self, roles: &[Role]) -> u32 {
        let alone = roles.iter().any(|role| self.for_role(*role).contains(&Combination::Password));
        if alone { self.passwords.minimum } else { self.passwords.minimum_with_second }
    }
}

words! {
    /// Where rules differ from a standard that people are asked to meet.
    pub enum Deviation {
        /// NIST SP 800-63B-4, 3.1.1.2: a password that suffices alone SHALL have 15 characters; OWASP ASVS 5.0, 6.2.1 asks 8.
        NistLength = "nist_length",
        /// NIST SP 800-63B-4, 3.1.1.2: other composition rules SHALL NOT be imposed; OWASP ASVS 5.0, 6.2.5.
        NistComposition = "nist_composition",
        /// NIST SP 800-63B-4, 3.1.1.2: periodic change SHALL NOT be required; OWASP ASVS 5.0, 6.2.10.
        NistPeriodicChange = "nist_periodic_change",
        /// The Japanese guideline asks for mixed classes.
        GuidelineClasses = "guideline_classes",
        /// The Japanese guideline asks for a change within 90 days.
        GuidelineAge = "guideline_age",
    }
}

impl SignInRules {
    /// The standards that these rules do not meet.
    pub fn deviations(&self) -> Vec<Deviation> {
        let passwords = &self.passwords;
        let alone = Role::ALL.iter().any(|role| self.for_role(*role).contains(&Combination::Password));
        let none = !Role::ALL.iter().any(|role| {
            self.for_role(*role).iter().any(|combination| combination.factors().contains(&Factor::Password))
        });
        let young = passwords.max_age_days.is_some_and(|days| days <= 90);
        let met = [
            (Deviation::NistLength, !alone || passwords.minimum >= 15),
            (Deviation::NistComposition, !passwords.mixed_classes),
            (Deviation::NistPeriodicChange, passwords.max_age_days.is_none()),
            // Where nobody has a password, nothing has to be mixed or changed.
            (Deviation::GuidelineClasses, passwords.mixed_classes || none),
            (Deviation::GuidelineAge, young || none),
        ];
        met.into_iter().filter(|(_, met)| !met).map(|(deviation, _)| deviation).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_says_what_it_misses() {
        use Deviation as D;
        let of = |profile| SignInRules::new(PasswordRules::of(profile)).deviations();
        assert_eq!(of(PasswordProfile::Nist), [D::GuidelineClasses, D::GuidelineAge]);
        assert_eq!(of(PasswordProfile::JpGuideline), [D::NistLength, D::NistComposition, D::NistPeriodicChange]);
        let mut passkeys = SignInRules::new(PasswordRules::of(PasswordProfile::Nist));
        passkeys.combinations = Role::ALL.iter().map(|role| (*role, vec![Combination::Passkey])).collect();
        assert_eq!(passkeys.deviations(), [], "passkeys alone meet both");
    }

    fn rules(sender: &[Combination], administrator: &[Combination]) -> SignInRules {
        let mut rules = SignInRules::new(PasswordRules::of(PasswordProfile::Nist));
        rules.combinations.insert(Role::Sender, sender.to_vec());
        rules.combinations.insert(Role::Administrator, administrator.to_vec());
        rules
    }

    #[test]
    fn who_holds_two_roles_meets_the_rules_of_both() {
        let rules = rules(&[Combination::Password], &[Combination::PasswordTotp, Combination::Passkey]);
        let password = Proofs::from(Factor::Password);
        assert!(rules.are_met_by(&[Role::Sender], &password));
        assert!(!rules.are_met_by(&[Role::Sender, Role::Administrator], &password));
        assert!(rules.are_met_by(&[Role::Sender, Role::Administrator], &password.clone().with(Factor::Totp)));
        assert!(rules.are_met_by(&[Role::Sender, Role::Administrator], &password.with(Factor::RecoveryCode)));
        assert!(!rules.are_met_by(&[Role::Sender], &Proofs::from(Factor::Passkey)));
    }

    #[test]
    fn a_password_may_be_short_only_where_it_never_suffices_alone() {
        let rules = rules(&[Combination::Password], &[Combination::PasswordTotp]);
        assert_eq!(rules.minimum_for(&[Role::Sender]), 15);
        assert_eq!(rules.minimum_for(&[Role::Administrator]), 8);
        assert_eq!(rules.minimum_for(&[Role::Sender, Role::Administrator]), 15);
    }

    #[test]
    fn proofs_keep_their_words() {
        let proofs = Proofs::from(Factor::Directory).with(Factor::RecoveryCode).with(Factor::Directory);
        assert_eq!(proofs.to_string(), "directory recovery_code");
        assert_eq!("directory recovery_code".parse::<Proofs>().unwrap(), proofs);
        assert!("directory magic".parse::<Proofs>().is_err());
    }
}
