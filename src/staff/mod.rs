//! Who works with the gateway: ways to sign in, sessions, permits, the account register.

mod admission;
pub mod certificate;
pub mod directory;
pub mod guessing;
pub mod office;
pub mod password;
pub mod permit;
pub mod provider;
pub mod register;
pub mod rules;
pub mod sealing;
pub mod session;
pub mod sign_in;
pub mod tokens;
pub mod visitor;
