//! The log: whether the key that signs it is the one that it was begun with, and what was found when it was checked last.

use std::time::Duration;

use crate::audit::VerifierKey;
use crate::error::Result;
use crate::model::LogReason;
use crate::staff::log::about;
use crate::store::{settings, tree};

use super::facts::Facts;
use super::{Saw, Seen};

/// Two nights: a gateway that ran meanwhile has checked.
const LATE: Duration = Duration::from_secs(49 * 3600);

/// The key in the keys directory is that of the log that grows.
pub(super) async fn key(facts: &Facts<'_>) -> Result<Saw> {
    let store = &facts.gateway().store;
    let read = |tx: &mut crate::store::Tx| {
        let Some(log) = tree::current(tx)? else { return Ok(None) };
        let first = tree::entries(tx, log.number, 0, 1)?;
        let began = first.first().and_then(|entry| about::reason(entry));
        Ok(Some((log, began)))
    };
    let Some((log, began)) = store.read(read).await? else { return Ok(Saw::new(Seen::LogNone)) };
    let ours = VerifierKey::of(&log.origin, &store.keys().log)?;
    let seen = match (ours.text() == log.key, began) {
        (false, _) if !log.key.is_empty() => Seen::LogKeyOther,
        (_, Some(LogReason::Key)) => Seen::LogKeyReplaced,
        _ => Seen::LogKeyFits,
    };
    Ok(Saw::new(seen).with("name", log.origin).with("at", log.began_at))
}

/// The nightly check found nothing wrong, and lately.
pub(super) async fn checked(facts: &Facts<'_>) -> Result<Saw> {
    let gateway = facts.gateway();
    let Some(checked) = gateway.store.read(settings::checked).await? else { return Ok(Saw::new(Seen::LogUnchecked)) };
    if let Some(wrong) = checked.wrong {
        return Ok(Saw::new(Seen::LogInconsistent).with("name", wrong.origin).with("at", wrong.found_at));
    }
    let is_late = gateway.now().since(checked.at) > LATE;
    let seen = if is_late { Seen::LogCheckedLate } else { Seen::LogChecked };
    Ok(Saw::new(seen).with("at", checked.at).with("count", checked.entries))
}
