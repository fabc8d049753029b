//! A witness is shown a checkpoint and the proof that the log only grew since what it saw last; what it signs counts once its
//! signature was found good.

use std::fmt::Write as _;

use super::{failure, note_failure, turn};
use crate::audit;
use crate::error::{Error, Result};
use crate::gateway::{Gateway, KnownWitness};
use crate::model::CopyFailure;
use crate::port::{Unanswered, Witnessed};
use crate::store::copies;
use crate::store::tree::{self, Kept, Signed};

/// The first proof may be from another tree than the witness saw last; then it says from which it has to be.
const TRIES: u32 = 2;

pub(super) async fn tell(gateway: &Gateway, witness: &KnownWitness, signed: &Signed) -> Result<()> {
    let to = witness.destination();
    let lacks = |copy: Option<&copies::LogCopy>| copy.is_none_or(|copy| copy.size < signed.size);
    let Some(copy) = turn(gateway, &to, signed.log, lacks).await? else { return Ok(()) };
    match ask(gateway, witness, signed, copy.size).await? {
        Ok(cosignature) => {
            let (signed, now) = (signed.clone(), gateway.now());
            gateway.store.write(move |tx| copies::left(tx, &to, &signed, &cosignature, now)).await
        }
        Err(why) => note_failure(gateway, &to, signed, why).await,
    }
}

async fn ask(
    gateway: &Gateway,
    witness: &KnownWitness,
    signed: &Signed,
    mut old: u64,
) -> Result<std::result::Result<String, CopyFailure>> {
    for _ in 0..TRIES {
        let request = request(gateway, signed, old).await?;
        match witness.edge.add(request).await {
            Ok(Witnessed::Cosigned(lines)) => {
                return Ok(witness.key.find(&lines, &signed.checkpoint).ok_or(CopyFailure::FalseSignature));
            }
            Ok(Witnessed::Has(size)) if size != old && size <= signed.size => old = size,
            Ok(Witnessed::Has(size)) => return judge(gateway, signed, size).await.map(Err),
            Err(why) => return Ok(Err(refused(why))),
        }
    }
    Ok(Err(CopyFailure::Refused))
}

fn refused(why: Unanswered) -> CopyFailure {
    match why {
        // It does not know the log, or not its key.
        Unanswered::Refused(403 | 404) => CopyFailure::Unknown,
        // The proof does not lead from what it saw to what it was shown.
        Unanswered::Refused(422) => CopyFailure::Inconsistent,
        other => failure(other),
    }
}

/// It has seen what is not in this log; or what was signed while it was asked.
async fn judge(gateway: &Gateway, signed: &Signed, size: u64) -> Result<CopyFailure> {
    let number = signed.log;
    let logs = gateway.store.read(tree::all).await?;
    let newest = logs.into_iter().find(|log| log.number == number).and_then(|log| log.signed);
    let is_newer = newest.is_some_and(|newest| newest.size > signed.size && newest.size >= size);
    Ok(if is_newer { CopyFailure::Refused } else { CopyFailure::Inconsistent })
}

/// The body of a request: what it saw last, the proof from there, the checkpoint.
async fn request(gateway: &Gateway, signed: &Signed, old: u64) -> Result<String> {
    let (log, size) = (signed.log, signed.size);
    let proof = match old {
        0 => Vec::new(),
        _ if old >= size => Vec::new(),
        _ => gateway.store.read(move |tx| audit::consistency(&Kept::of(tx, log), old, size)).await?,
    };
    let mut body = format!("old {old}\n");
    for hash in &proof {
        writeln!(body, "{hash}").map_err(|error| Error::fault("writing to a witness", error))?;
    }
    Ok(body + "\n" + &signed.checkpoint)
}
