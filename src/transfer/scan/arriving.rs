//! Scanning a file while it arrives: the bytes of one request that brings the whole file go to the scanner as they are
//! sealed. Whatever goes wrong ends the attempt, never the upload; the file is then scanned once it is whole.

use std::sync::Arc;

use crate::error::Result;
use crate::gateway::{Gateway, ScanTurn, ScannerState};
use crate::model::{FileId, Signatures};
use crate::port::{ScanStream, Scanner};
use crate::store::Tx;
use crate::store::scans::{self, Claim};

use super::{Ended, LEASE, conclude, finish};

/// A file on its way to us and to the scanner.
pub(in crate::transfer) struct Arriving {
    stream: Box<dyn ScanStream>,
    signatures: Signatures,
    turn: ScanTurn,
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
        let signatures = scanner.signatures().await.ok()?;
        let stream = scanner.begin().await.ok()?;
        Some(Self { stream, signatures, turn })
    }

    /// Hands the next bytes over; none when the attempt is over.
    pub(in crate::transfer) async fn write(mut self, bytes: &[u8]) -> Option<Self> {
        self.stream.write(bytes).await.ok().map(|()| self)
    }

    /// Takes hold of the file in the transaction that makes it whole.
    pub(in crate::transfer) fn hold(tx: &mut Tx, file: FileId, now: crate::model::Time) -> Result<Option<Claim>> {
        scans::hold(tx, file, now, LEASE)
    }

    /// Waits for the verdict and writes it, after the upload was answered.
    pub(in crate::transfer) fn conclude(self, gateway: Arc<Gateway>, claim: Claim) {
        tokio::spawn(async move {
            let Self { stream, signatures, turn } = self;
            let _progress = gateway.scans.begin(claim.file);
            let said = finish(&gateway, claim, stream).await;
            let ended = said.map(|(claim, said)| Ended { claim, said: said.map(|finding| (finding, signatures)) });
            if let Err(error) = conclude(&gateway, ended).await {
                tracing::warn!(%error, "a verdict could not be written; the file is scanned again");
            }
            drop(turn);
            gateway.scans.bell.notify_one();
        });
    }
}
