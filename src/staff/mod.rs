//! Who works with the gateway: ways to sign in, sessions, permits, the account register.

mod admission;
pub mod certificate;
pub mod csv;
pub mod directory;
pub mod guessing;
pub mod invitation;
mod network;
pub mod office;
pub mod own_sessions;
pub mod passkey;
pub mod passphrase;
pub mod password;
pub mod permit;
pub mod provider;
pub mod register;
pub mod registrar;
pub mod reminders;
pub mod review;
pub mod rules;
pub mod sealing;
pub mod second_factor;
pub mod session;
pub mod sign_in;
mod standing;
pub mod strength;
pub mod tokens;
pub mod visitor;
