//! What a recipient meets, and what is left afterwards.

mod archive;
mod collect;
mod expiry;
mod foreign_age;
mod looking;
mod opening;
mod retrieval;
