//! Who works with the gateway: signing in, sessions, the account register.

pub mod office;
pub mod password;
pub mod permit;
pub mod register;
pub mod session;
pub mod sign_in;
pub mod tokens;
