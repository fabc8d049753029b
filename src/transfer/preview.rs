//! Preview: the letters that sending a draft would make, before there is a link to put into them.

use std::time::Duration;

use crate::gateway::Gateway;
use crate::model::{Account, Correspondent, Delivery, Letter, LetterId, LetterKind, LinkSecret, Offer};

use super::draft::Overview;

/// Stands where the link will name its delivery.
const UNNAMED: &str = "…";

/// The letter to each recipient of a draft, in order, as if it were sent now by `owner`. The link's secret is made at
/// sealing: what stands for it here opens nothing, and a reader is shown other words in its place.
pub fn letters(gateway: &Gateway, owner: &Account, overview: &Overview) -> Vec<Letter> {
    overview.deliveries.iter().map(|delivery| letter(gateway, owner, overview, delivery)).collect()
}

fn letter(gateway: &Gateway, owner: &Account, overview: &Overview, delivery: &Delivery) -> Letter {
    let now = gateway.now();
    let who = &delivery.recipient;
    let recipient = Correspondent { name: who.name.clone(), email: who.email.clone(), phone: who.phone.clone() };
    let keep = Duration::from_secs(u64::try_from(overview.transfer.keep_seconds).unwrap_or(0));
    let bytes = overview.files.iter().map(|file| u64::try_from(file.size).unwrap_or(0)).sum();
    Letter {
        id: LetterId::new(now),
        kind: LetterKind::Offer,
        language: who.language,
        to: recipient.clone(),
        sender: Correspondent { name: owner.name.clone(), email: owner.email.clone(), phone: owner.phone.clone() },
        recipient,
        reference: delivery.reference.clone(),
        file_count: u32::try_from(overview.files.len()).unwrap_or(u32::MAX),
        total_bytes: bytes,
        when: now + keep,
        end_reason: None,
        count: 0,
        mailed_at: None,
        approved: None,
        digest: None,
        alerts: Vec::new(),
        log: None,
        invitation: None,
        offer: Some(Offer {
            public_id: UNNAMED.to_owned(),
            secret: LinkSecret::new([0; 20]),
            message: overview.message.clone(),
            phrase: who.phrase.clone(),
            channel: who.channel,
            number_digits: gateway.policy().number_digits,
        }),
        checkpoint: None,
    }
}
