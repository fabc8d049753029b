//! Pages: server-rendered forms that work without scripts.

pub mod assets;
pub mod timeline;
pub mod view;
