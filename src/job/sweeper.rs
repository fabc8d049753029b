//! The sweeper: ends what the clock ends. A reading that disagrees with the last one destroys nothing and is an event.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::gateway::{ClockWatch, Gateway};
use crate::model::{Actor, Event, EventKind};
use crate::staff::log::mailed;
use crate::staff::{alarm, digest, erasure, guessing, log, office, policy, register, reminders, review, webhooks};
use crate::transfer::{approve, expire, remind};

use super::StopSign;

const PAUSE: Duration = Duration::from_secs(20);
/// Orphans are looked for this often.
const ORPHANS: Duration = Duration::from_secs(3600);
/// How long nothing older than it is kept is looked for after there was none: the look costs more with every year.
const AGES: Duration = Duration::from_secs(3600);

/// Runs until stopped.
pub async fn run(gateway: Arc<Gateway>, mut stop: StopSign) {
    let watch = ClockWatch::default();
    let (mut orphans_at, mut young_at) = (Instant::now(), None::<Instant>);
    loop {
        match watch.agrees(gateway.now(), Instant::now()) {
            Ok(()) => {
                let look_for_orphans = orphans_at.elapsed() >= ORPHANS;
                if look_for_orphans {
                    orphans_at = Instant::now();
                }
                if let Err(error) = once(&gateway, look_for_orphans).await {
                    tracing::error!(%error, "a sweep was not finished; the next one goes on");
                }
                if young_at.is_none_or(|at| at.elapsed() >= AGES) {
                    match erasure::sweep(&gateway).await {
                        Ok(erased) => young_at = erased.is_nothing().then(Instant::now),
                        Err(error) => tracing::error!(%error, "not everything old was erased; the next sweep goes on"),
                    }
                }
            }
            Err(0) => {}
            Err(jump_ms) => note_jump(&gateway, jump_ms).await,
        }
        if stop.wait(PAUSE).await {
            return;
        }
    }
}

async fn once(gateway: &Gateway, look_for_orphans: bool) -> crate::error::Result<()> {
    office::refresh(gateway).await?;
    policy::refresh(gateway).await?;
    let now = gateway.now();
    expire::sweep(gateway, now).await?;
    approve::lapse(gateway).await?;
    guessing::sweep(gateway).await?;
    register::sweep(gateway).await?;
    reminders::sweep(gateway).await?;
    review::reminders::sweep(gateway).await?;
    alarm::sweep(gateway).await?;
    remind::sweep(gateway).await?;
    digest::sweep(gateway).await?;
    mailed::sweep(gateway).await?;
    webhooks::sweep(gateway).await?;
    log::export::sweep(gateway).await?;
    if look_for_orphans {
        expire::sweep_orphans(gateway, now).await?;
        gateway.store.scrub().await?;
    }
    Ok(())
}

async fn note_jump(gateway: &Gateway, jump_ms: i64) {
    tracing::warn!(jump_ms, "the clock jumped; nothing is destroyed before two readings agree");
    let now = gateway.now();
    let noted = gateway
        .store
        .write(move |tx| tx.record(&Event::new(EventKind::ClockJump { jump_ms }, now, Actor::System)))
        .await;
    if let Err(error) = noted {
        tracing::error!(%error, "the jump could not be logged");
    }
}
