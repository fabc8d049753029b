//! Providers and the directory, as configured.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use super::first_line;
use crate::adapter::identity::{LdapDirectory, LdapSettings, OidcProvider, OidcSettings};
use crate::config::{self, Ldap, Oidc, SignIn, StaffRole};
use crate::error::{Doing, Result};
use crate::gateway::{Admission, Elsewhere, Provider, Staffed};
use crate::model::Role;

/// Everywhere that staff is known. None of them is asked yet.
pub(super) fn elsewhere(config: &SignIn) -> Result<Elsewhere> {
    let providers = config.oidc.iter().map(provider).collect::<Result<_>>()?;
    let directory = config.ldap.is_set_up().then(|| directory(&config.ldap)).transpose()?;
    Ok(Elsewhere { providers, directory })
}

fn provider(config: &Oidc) -> Result<Provider> {
    let settings = OidcSettings {
        issuer: config.issuer.clone(),
        client_id: config.client_id.clone(),
        client_secret: config.client_secret_file.as_deref().map(first_line).transpose()?,
        ca_pem: config.ca_file.as_ref().map(fs::read).transpose().doing("reading sign_in.oidc.ca_file")?,
        scopes: config.scopes.clone(),
        trust_email: config.trust_email,
        groups_claim: config.roles_claim.clone(),
    };
    let admission = Admission {
        // Subjects are unique within an issuer (OpenID Connect Core, 2): another issuer under the same word is another realm.
        realm: config.issuer.clone(),
        roles: config.roles_claim.is_some().then(|| roles(&config.roles, str::to_owned)),
        just_in_time: just_in_time(config.admission, &config.default_roles),
    };
    let edge = Arc::new(OidcProvider::new(settings)?);
    Ok(Provider { id: config.id.clone(), name: config.name.clone(), admission, edge })
}

fn directory(config: &Ldap) -> Result<Staffed> {
    let secret = config.bind_password_file.as_deref().map(first_line).transpose()?;
    let settings = LdapSettings {
        url: config.url.clone(),
        start_tls: config.start_tls,
        ca_pem: config.ca_file.as_ref().map(fs::read).transpose().doing("reading sign_in.ldap.ca_file")?,
        searcher: config.bind_dn.clone().zip(secret),
        base: config.base.clone(),
        filter: config.filter.clone(),
        mail_attribute: config.mail_attribute.clone(),
        name_attribute: config.name_attribute.clone(),
        groups_attribute: config.roles_attribute.clone(),
    };
    let admission = Admission {
        // The tree, not the server: several may answer for it.
        realm: format!("ldap:{}", config.base.to_lowercase()),
        // Names of groups are of any case.
        roles: (!config.roles.is_empty()).then(|| roles(&config.roles, str::to_lowercase)),
        just_in_time: just_in_time(config.admission, &config.default_roles),
    };
    Ok(Staffed { admission, edge: Arc::new(LdapDirectory::new(settings)?) })
}

fn roles(config: &BTreeMap<String, StaffRole>, spell: fn(&str) -> String) -> BTreeMap<String, Role> {
    config.iter().map(|(value, one)| (spell(value), role(*one))).collect()
}

fn just_in_time(admission: config::Admission, default_roles: &[StaffRole]) -> Option<Vec<Role>> {
    let given = || default_roles.iter().copied().map(role).collect();
    (admission == config::Admission::JustInTime).then(given)
}

const fn role(role: StaffRole) -> Role {
    match role {
        StaffRole::Sender => Role::Sender,
        StaffRole::Approver => Role::Approver,
        StaffRole::Auditor => Role::Auditor,
        StaffRole::Administrator => Role::Administrator,
    }
}
