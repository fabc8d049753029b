//! Scanning a file while it arrives: the bytes of one request that brings the whole file go to the scanner as they are
//! sealed. Whatever goes wrong ends the attempt, never the upload; the file is then scanned once it is whole.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::error::Result;
use crate::gateway::{Gateway, ScanTurn, ScannerState};
use crate::model::{FileId, Signatures};
use crate::port::{ScanStream, Scanner};
use crate::store::Tx;
use crate::store::scans::{self, Claim};

use super::{Ended, LEASE, conclude, holding, watching};

/// How long an upload waits for a scanner that is slow, beyond what is normal.
const PATIENCE: Duration = Duration::from_secs(2);
/// Bytes that a scanner takes in a microsecond, at least: 20 MB/s.
const BYTES_PER_US: u64 = 20;

/// A file on its way to us and to the scanner.
pub(in crate::transfer) struct Arriving {
    stream: Box<dyn ScanStream>,
    signatures: Signatures,
    turn: ScanTurn,
    /// How long the upload still waits. Every byte that was taken makes it a little more.
    patience: Duration,
}

impl Arriving {
    /// Begins, where the scanner is known to answer and has a place free now.
    pub(in crate::transfer) async fn begin(gateway: &Gateway, size: i64) -> Option<Self> {
        let scanner: Arc<dyn Scanner> = gateway.scanner.clone()?;
        let fits = u64::try_from(size).is_ok_and(|size| size <= gateway.scan.largest_bytes);
        if !fits || !matches!(gateway.scans.state(), ScannerState::Ready { .. }) {
            return None;
        }
        let turn = gateway.scans.turn_while_arriving()?;
        let beginning = async {
            let signatures = watching::known(gateway, &*scanner).await.ok()?;
            Some((signatures, scanner.begin().await.ok()?))
        };
        let (signatures, stream) = timeout(PATIENCE, beginning).await.ok()??;
        Some(Self { stream, signatures, turn, patience: PATIENCE })
    }

    /// Hands the next bytes over; none when the attempt is over. A scanner that is slower than the upload does not slow it
    /// down for long.
    pub(in crate::transfer) async fn write(mut self, bytes: &[u8]) -> Option<Self> {
        let before = Instant::now();
        timeout(self.patience, self.stream.write(bytes)).await.ok()?.ok()?;
        let usual = Duration::from_micros(bytes.len() as u64 / BYTES_PER_US);
        self.patience = (self.patience + usual).saturating_sub(before.elapsed()).min(PATIENCE);
        Some(self)
    }

    /// Takes hold of the file in the transaction that makes it whole.
    pub(in crate::transfer) fn hold(tx: &mut Tx, file: FileId, now: crate::model::Time) -> Result<Option<Claim>> {
        scans::hold(tx, file, now, LEASE)
    }

    /// Waits for the verdict and writes it, after the upload was answered.
    pub(in crate::transfer) fn conclude(self, gateway: Arc<Gateway>, claim: Claim) {
        tokio::spawn(async move {
            let Self { stream, signatures, turn, .. } = self;
            let progress = gateway.scans.begin(claim.file);
            progress.add(usize::try_from(claim.size).unwrap_or_default());
            let held = holding(&gateway, claim, stream.finish()).await;
            let ended = held.map(|(claim, said)| Ended { claim, signatures: Some(signatures), said });
            if let Err(error) = conclude(&gateway, ended).await {
                tracing::warn!(%error, "a verdict could not be written; the file is scanned again");
            }
            drop((progress, turn));
            gateway.scans.bell.notify_one();
        });
    }
}
