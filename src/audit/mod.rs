//! The bytes of the log.

mod leaf;

pub use leaf::{Disclosure, LEAF_MAX, Leaf};
