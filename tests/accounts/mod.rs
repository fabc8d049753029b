//! Accounts: signing in, rights, the register, and what ends with them.

mod borrowed;
mod certificate;
mod flood;
mod import;
mod interleaving;
mod invitation;
mod ldap;
mod leaving;
mod networks;
mod office;
mod oidc;
mod passkeys;
mod passwords;
mod policy;
mod register;
mod register_api;
mod register_pages;
mod review;
mod revoked;
mod rights;
mod sealing;
mod second_factor;
mod sessions;
mod unlocking;
