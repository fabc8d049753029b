//! Who staff is, as told by others: OpenID providers and the office's directory.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::SignIn;
use super::check::Found;
use super::sections::section;

/// Stands for the typed mail address in `sign_in.ldap.filter`.
pub const EMAIL: &str = "{email}";

/// Who gets in that a provider knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Admission {
    /// Whoever has an account in the register.
    Register,
    /// Also others: their account is made at the first sign-in.
    JustInTime,
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    /// Sends transfers.
    Sender,
    /// Approves transfers of others.
    Approver,
    /// Reads the log.
    Auditor,
    /// Manages accounts and rules.
    Administrator,
}

section! {
    /// An OpenID provider.
    Oidc {
        /// A word of letters, digits and `-`; stands in the redirect address `/sign-in/with/ID/callback`.
        id: String = String::new();
        /// What its button says.
        name: String = String::new();
        /// Its issuer identifier, `https://…`.
        issuer: String = String::new();
        /// Under which it knows this installation.
        client_id: String = String::new();
        /// The secret to it; absent for a public client.
        client_secret_file: Option<PathBuf> = None;
        /// An authority that the system does not know, PEM; only this one counts then.
        ca_file: Option<PathBuf> = None;
        /// What is asked for besides `openid`.
        scopes: Vec<String> = vec!["email".into(), "profile".into()];
        /// Take its mail addresses as verified although it does not say so: only where the office itself assigns them.
        trust_email: bool = false;
        /// The claim that holds roles or groups; absent: roles are given in the register.
        roles_claim: Option<String> = None;
        /// Roles by the values of that claim.
        roles: BTreeMap<String, StaffRole> = BTreeMap::new();
        /// Who gets in.
        admission: Admission = Admission::Register;
        /// Roles of accounts that are made at the first sign-in, where no claim gives them.
        default_roles: Vec<StaffRole> = Vec::new();
    }
}

section! {
    /// A directory: LDAP or Active Directory.
    Ldap {
        /// `ldaps://HOST` or `ldap://HOST`; empty: there is none.
        url: String = String::new();
        /// Protect an `ldap://` line by StartTLS.
        start_tls: bool = false;
        /// Send passwords over an unprotected line: to a server on this machine only.
        accept_clear_text: bool = false;
        /// An authority that the system does not know, PEM; only this one counts then.
        ca_file: Option<PathBuf> = None;
        /// Who searches; absent: anybody may.
        bind_dn: Option<String> = None;
        /// The password to it.
        bind_password_file: Option<PathBuf> = None;
        /// Below which entry people are searched.
        base: String = String::new();
        /// Finds the one entry of a typed mail address.
        filter: String = "(mail={email})".into();
        /// Holds the mail address.
        mail_attribute: String = "mail".into();
        /// Holds the name shown to recipients.
        name_attribute: String = "displayName".into();
        /// Holds groups; counts where `roles` are given.
        roles_attribute: String = "memberOf".into();
        /// Roles by the values of that attribute; none: roles are given in the register.
        roles: BTreeMap<String, StaffRole> = BTreeMap::new();
        /// Who gets in.
        admission: Admission = Admission::Register;
        /// Roles of accounts that are made at the first sign-in, where no group gives them.
        default_roles: Vec<StaffRole> = Vec::new();
    }
}

impl Ldap {
    /// Whether there is one.
    pub fn is_set_up(&self) -> bool {
        !self.url.is_empty()
    }

    /// Whether the line to it is unprotected.
    fn is_clear_text(&self) -> bool {
        self.url.starts_with("ldap://") && !self.start_tls
    }

    fn is_near(&self) -> bool {
        let authority = self.url.split_once("://").map_or("", |(_, rest)| rest);
        let authority = authority.split('/').next().unwrap_or_default();
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// What is wrong with providers and directory.
pub(super) fn check(sign_in: &SignIn, found: &mut Found) {
    let mut ids = BTreeSet::new();
    for (place, provider) in sign_in.oidc.iter().enumerate() {
        let key = |name: &str| format!("sign_in.oidc.{place}.{name}");
        check_provider(provider, key, found);
        if !ids.insert(&provider.id) {
            found.wrong(&key("id"), "is another provider's", "a word of its own");
        }
    }
    if sign_in.ldap.is_set_up() {
        check_directory(&sign_in.ldap, found);
    }
}

fn check_provider(provider: &Oidc, key: impl Fn(&str) -> String, found: &mut Found) {
    let is_word = |id: &str| {
        (1..=40).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !is_word(&provider.id) {
        found.wrong(&key("id"), "is no word for addresses", "lower case letters, digits and -, such as \"entra\"");
    }
    if provider.name.trim().is_empty() {
        found.wrong(&key("name"), "is missing", "what the button says");
    }
    if !provider.issuer.starts_with("https://") {
        found.wrong(&key("issuer"), "is no https address", "the issuer as its discovery document has it");
    }
    if provider.client_id.is_empty() {
        found.wrong(&key("client_id"), "is missing", "what the provider calls this installation");
    }
    if provider.roles_claim.is_some() == provider.roles.is_empty() {
        found.wrong(&key("roles"), "and roles_claim do not stand together", "both or neither");
    }
    if needs_roles(provider.admission, provider.roles.is_empty(), &provider.default_roles) {
        found.wrong(&key("default_roles"), "is empty", "the roles of accounts made just in time, or roles by a claim");
    }
}

fn check_directory(ldap: &Ldap, found: &mut Found) {
    let host = ["ldaps://", "ldap://"].iter().find_map(|scheme| ldap.url.strip_prefix(scheme));
    let is_known = host.is_some_and(|host| !host.is_empty() && !host.starts_with(['/', ':']));
    if !is_known {
        found.wrong("sign_in.ldap.url", "is no directory's address", "ldaps://HOST or ldap://HOST");
    }
    if ldap.url.starts_with("ldaps://") && ldap.start_tls {
        found.wrong("sign_in.ldap.start_tls", "does not fit ldaps://", "ldap://, or no StartTLS");
    }
    if ldap.is_clear_text() && !(ldap.is_near() && ldap.accept_clear_text) {
        let right = "ldaps://, or start_tls = true; for a server on this machine accept_clear_text = true";
        found.wrong("sign_in.ldap.url", "would send passwords unprotected", right);
    }
    if ldap.bind_dn.is_some() != ldap.bind_password_file.is_some() {
        let key = if ldap.bind_dn.is_some() { "bind_dn" } else { "bind_password_file" };
        found.wrong(&format!("sign_in.ldap.{key}"), "stands alone", "bind_dn and bind_password_file, or neither");
    }
    if ldap.base.is_empty() {
        found.wrong("sign_in.ldap.base", "is missing", "below which entry people are, such as \"dc=example,dc=com\"");
    }
    if !ldap.filter.contains(EMAIL) {
        found.wrong("sign_in.ldap.filter", "finds everybody the same", "a filter with {email}, such as (mail={email})");
    }
    if needs_roles(ldap.admission, ldap.roles.is_empty(), &ldap.default_roles) {
        let right = "the roles of accounts made just in time, or roles by groups";
        found.wrong("sign_in.ldap.default_roles", "is empty", right);
    }
}

/// An account that is made just in time has roles from somewhere.
fn needs_roles(admission: Admission, unmapped: bool, default_roles: &[StaffRole]) -> bool {
    admission == Admission::JustInTime && unmapped && default_roles.is_empty()
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn told(text: &str) -> Vec<String> {
        let read = Config::read(None, text, []);
        read.err().map(|errors| errors.0.iter().map(|flaw| flaw.key.clone()).collect()).unwrap_or_default()
    }

    const PROVIDER: &str = "[[sign_in.oidc]]\nid = \"entra\"\nname = \"Entra ID\"\nissuer = \"https://id.example\"\n\
        client_id = \"kakitome\"\n";
    const DIRECTORY: &str = "[sign_in.ldap]\nurl = \"ldaps://dc.example\"\nbase = \"dc=example\"\n";

    #[test]
    fn what_is_complete_is_taken() {
        assert_eq!(told(PROVIDER), [""; 0]);
        assert_eq!(told(DIRECTORY), [""; 0]);
        let mapped = format!("{PROVIDER}roles_claim = \"groups\"\nroles = {{ staff = \"sender\" }}\n");
        assert_eq!(told(&format!("{mapped}admission = \"just_in_time\"")), [""; 0]);
    }

    #[test]
    fn what_a_provider_lacks_is_told() {
        for (flawed, key) in [
            (PROVIDER.replace("entra", "En tra"), "id"),
            (PROVIDER.replace("Entra ID", " "), "name"),
            (PROVIDER.replace("https:", "http:"), "issuer"),
            (PROVIDER.replace("\"kakitome\"", "\"\""), "client_id"),
            (format!("{PROVIDER}roles_claim = \"groups\""), "roles"),
            (format!("{PROVIDER}roles = {{ staff = \"sender\" }}"), "roles"),
            (format!("{PROVIDER}admission = \"just_in_time\""), "default_roles"),
        ] {
            assert_eq!(told(&flawed), [format!("sign_in.oidc.0.{key}")], "{flawed}");
        }
        assert_eq!(told(&format!("{PROVIDER}{PROVIDER}")), ["sign_in.oidc.1.id"]);
    }

    #[test]
    fn what_a_directory_lacks_is_told() {
        for (flawed, key) in [
            (DIRECTORY.replace("ldaps:", "https:"), "url"),
            (DIRECTORY.replace("dc.example", ""), "url"),
            (DIRECTORY.replace("ldaps:", "ldap:"), "url"),
            (format!("{}accept_clear_text = true", DIRECTORY.replace("ldaps:", "ldap:")), "url"),
            (DIRECTORY.replace("ldaps://dc.example", "ldap://127.0.0.1:389"), "url"),
            (format!("{DIRECTORY}start_tls = true"), "start_tls"),
            (format!("{DIRECTORY}bind_dn = \"cn=k\""), "bind_dn"),
            (format!("{DIRECTORY}bind_password_file = \"f\""), "bind_password_file"),
            (DIRECTORY.replace("dc=example", ""), "base"),
            (format!("{DIRECTORY}filter = \"(mail=*)\""), "filter"),
            (format!("{DIRECTORY}admission = \"just_in_time\""), "default_roles"),
        ] {
            assert_eq!(told(&flawed), [format!("sign_in.ldap.{key}")], "{flawed}");
        }
        let near = DIRECTORY.replace("ldaps://dc.example", "ldap://127.0.0.1:389/");
        assert_eq!(told(&format!("{near}accept_clear_text = true")), [""; 0]);
        assert_eq!(told(&format!("{}start_tls = true", DIRECTORY.replace("ldaps:", "ldap:"))), [""; 0]);
    }
}
