//! Files and recipients of a transfer as rows of pages.

use super::view::{FileRow, RecipientForm, RecipientRow};
use crate::model::{Delivery, Recipient};
use crate::transfer::draft::NamedFile;

/// A count of the database, which is never negative.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) fn file_rows(files: &[NamedFile]) -> Vec<FileRow> {
    let row = |file: &NamedFile| FileRow {
        id: file.id,
        name: file.name.clone(),
        size: count(file.size),
        received: count(file.received),
    };
    files.iter().map(row).collect()
}

/// Bytes of all files.
pub(super) fn sum(files: &[FileRow]) -> u64 {
    files.iter().map(|file| file.size).sum()
}

pub(super) fn recipient_rows(deliveries: &[Delivery]) -> Vec<RecipientRow> {
    let row = |delivery: &Delivery| RecipientRow { delivery: delivery.id, to: form_of(&delivery.recipient) };
    deliveries.iter().map(row).collect()
}

fn form_of(recipient: &Recipient) -> RecipientForm {
    RecipientForm {
        email: recipient.email.clone(),
        name: recipient.name.clone(),
        language: recipient.language,
        phone: recipient.phone.clone(),
        phrase: recipient.phrase.clone(),
        channel: recipient.channel,
    }
}

/// Whole days that cover this many seconds.
pub(super) fn keep_days(seconds: u64) -> u64 {
    seconds.div_ceil(24 * 3600)
}
