//! Files and recipients of a transfer as rows of pages.

use std::collections::BTreeSet;
use std::time::Duration;

use super::desk::Desk;
use super::view::{FileRow, KeepChoice, RecipientForm, RecipientRow};
use crate::config::Ruling;
use crate::error::FileFlaw;
use crate::model::{Delivery, Recipient, Time, Verdict};
use crate::transfer::allowed::Allowed;
use crate::transfer::draft::NamedFile;
use crate::transfer::queue::{Queue, Stand};
use crate::transfer::screening::Screening;

/// A count of the database, which is never negative.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// Files that were sent: there is nothing left to say of scanning.
pub(super) fn file_rows(files: &[NamedFile]) -> Vec<FileRow> {
    files.iter().map(|file| row(file, None, Vec::new())).collect()
}

/// Files of a draft, and how they stand before the scanner.
pub(super) async fn draft_file_rows(desk: &Desk, files: &[NamedFile]) -> actix_web::Result<Vec<FileRow>> {
    let queue = Queue::of(&desk.gateway, files).await.map_err(|error| desk.refuse(error))?;
    let screening = Screening::of(&desk.gateway);
    Ok(files.iter().map(|file| row(file, queue.stand(file), screening.flaws(file))).collect())
}

/// Files that were sent, with the scanner's last word and what else is to be said of them.
pub(super) fn screened_rows(desk: &Desk, files: &[NamedFile]) -> Vec<FileRow> {
    let screening = Screening::of(&desk.gateway);
    // What was not looked at is not called clean.
    let looked = |file: &NamedFile| file.report.clone().filter(|report| report.verdict != Verdict::Off);
    let said = |file: &NamedFile| looked(file).map(Stand::Done);
    files.iter().map(|file| row(file, said(file), screening.flaws(file))).collect()
}

fn row(file: &NamedFile, scan: Option<Stand>, flaws: Vec<(FileFlaw, Ruling)>) -> FileRow {
    FileRow {
        id: file.id,
        name: file.name.clone(),
        size: count(file.size),
        received: count(file.received),
        scan,
        again: file.again,
        flaws,
    }
}

/// Bytes of all files.
pub(super) fn sum(files: &[FileRow]) -> u64 {
    files.iter().map(|file| file.size).sum()
}

pub(super) fn recipient_rows(deliveries: &[Delivery]) -> Vec<RecipientRow> {
    let row = |delivery: &Delivery| RecipientRow {
        delivery: delivery.id,
        reference: delivery.reference.clone(),
        to: form_of(&delivery.recipient),
        phone_verified: delivery.phone_verified,
    };
    deliveries.iter().map(row).collect()
}

pub(super) fn form_of(recipient: &Recipient) -> RecipientForm {
    RecipientForm {
        email: recipient.email.clone(),
        name: recipient.name.clone(),
        language: recipient.language,
        phone: recipient.phone.clone(),
        phrase: recipient.phrase.clone(),
        channel: recipient.channel,
    }
}

/// Hours that people choose from, as far as they are allowed.
const KEEPS: [u32; 13] = [1, 6, 12, 24, 48, 72, 96, 120, 144, 168, 240, 336, 720];

/// The keeping times to choose from: round ones, the usual and the longest one, and the one that is set.
pub(super) fn keep_choices(allowed: &Allowed, set: u32, now: Time) -> Vec<KeepChoice> {
    let all = KEEPS.into_iter().chain([allowed.keep_default_hours, *allowed.keep_hours.end(), set]);
    let hours: BTreeSet<u32> = all.filter(|hours| allowed.keep_hours.contains(hours)).collect();
    let choice = |hours: u32| KeepChoice { hours, until: now + Duration::from_secs(u64::from(hours) * 3600) };
    hours.into_iter().map(choice).collect()
}
