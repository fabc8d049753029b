//! Where sealed bytes rest.

mod directory;

pub use directory::DirectoryBlobs;
