//! What the product does with a transfer, one verb per file.

pub mod archive;
