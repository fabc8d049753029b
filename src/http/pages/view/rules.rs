//! `/admin/sign-in`: the rules of signing in.

use askama::Template;

use super::Frame;
use crate::model::{Combination, Deviation, PasswordProfile, Role, Time};

/// GET and POST `/admin/sign-in`.
#[derive(Template)]
#[template(path = "rules.html")]
pub struct RulesPage {
    /// The frame.
    pub frame: Frame,
    /// The rules as they are, or as typed.
    pub form: RulesForm,
    /// The combinations that this installation can offer.
    pub offered: Vec<Combination>,
    /// The standards that the rules in force do not meet.
    pub deviations: Vec<Deviation>,
    /// The networks from which something may be done: a name of the text, and the networks.
    pub networks: Vec<(&'static str, String)>,
    /// The sources that are turned away now, and until when.
    pub bans: Vec<(String, Time)>,
}

/// POST `/admin/sign-in`.
#[derive(Clone, Debug)]
pub struct RulesForm {
    /// The school of password rules.
    pub profile: PasswordProfile,
    /// Characters at least where the password alone may suffice, as typed.
    pub minimum: String,
    /// Characters at least with a second factor, as typed.
    pub minimum_with_second: String,
    /// Days until it must be changed, as typed; counts for the guideline's profile only.
    pub max_age_days: String,
    /// Earlier passwords that must not come back, as typed; counts for the guideline's profile only.
    pub history: String,
    /// What suffices for each role.
    pub combinations: Vec<(Role, Vec<Combination>)>,
}

impl RulesPage {
    fn has(&self, role: &Role, combination: &Combination) -> bool {
        self.form.combinations.iter().any(|(one, chosen)| one == role && chosen.contains(combination))
    }

    fn role(&self, role: &Role) -> String {
        self.frame.text(match role {
            Role::Sender => "roles-sender",
            Role::Approver => "roles-approver",
            Role::Auditor => "roles-auditor",
            Role::Administrator => "roles-administrator",
        })
    }

    fn combination(&self, combination: &Combination) -> String {
        self.frame.text(match combination {
            Combination::Password => "way-password",
            Combination::PasswordTotp => "way-password-totp",
            Combination::PasswordCertificate => "way-password-certificate",
            Combination::Directory => "way-directory",
            Combination::DirectoryTotp => "way-directory-totp",
            Combination::DirectoryCertificate => "way-directory-certificate",
            Combination::Oidc => "way-oidc",
            Combination::OidcTotp => "way-oidc-totp",
            Combination::OidcCertificate => "way-oidc-certificate",
            Combination::Passkey => "way-passkey",
            Combination::PasskeyCertificate => "way-passkey-certificate",
            Combination::Certificate => "way-certificate",
        })
    }

    fn deviation(&self, deviation: &Deviation) -> String {
        self.frame.text(match deviation {
            Deviation::NistLength => "deviation-nist-length",
            Deviation::NistComposition => "deviation-nist-composition",
            Deviation::NistPeriodicChange => "deviation-nist-periodic-change",
            Deviation::GuidelineClasses => "deviation-guideline-classes",
            Deviation::GuidelineAge => "deviation-guideline-age",
        })
    }

    fn is_guideline(&self) -> bool {
        self.form.profile == PasswordProfile::JpGuideline
    }
}
