//! Sealing and opening, held against the `age` crate, against damage, and against drift of the formats.

mod digests;
mod golden;
mod names;
mod numbers;
mod parts;
mod slots;
