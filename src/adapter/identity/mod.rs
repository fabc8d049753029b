//! Who somebody is, as told by others: OpenID providers, and directories of the LDAP family.

mod ldap;
mod oidc;
mod reach;

pub use ldap::{LdapDirectory, LdapSettings};
pub use oidc::{OidcProvider, OidcSettings};
