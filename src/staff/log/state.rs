//! How far the log has come.

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::Time;
use crate::staff::permit::LogReader;
use crate::store::tree;

/// How far the log has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogState {
    /// Its name.
    pub origin: String,
    /// Its entries.
    pub size: u64,
    /// How many of them are signed, and when they were.
    pub signed: Option<(u64, Time)>,
    /// How many the newest checkpoint has that left the house, and when it did.
    pub left: Option<(u64, Time)>,
}

/// How far the log that grows has come; none before its first event.
///
/// # Errors
/// The store cannot be read.
pub async fn state(gateway: &Gateway, _reader: &LogReader) -> Result<Option<LogState>> {
    let log = gateway.store.read(tree::current).await?;
    Ok(log.map(|log| LogState {
        origin: log.origin,
        size: log.size,
        signed: log.signed.map(|signed| (signed.size, signed.at)),
        left: log.left,
    }))
}
