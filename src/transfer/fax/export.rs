//! The fax register as a file for spreadsheet programs. What names people goes out with it: who took it is written down.

use sha2::{Digest, Sha256};

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::table;
use crate::model::{Event, EventKind, Fax, Time};
use crate::staff::permit::FaxReader;
use crate::store::{accounts, faxes};

const HEADS: [&str; 20] = [
    "recorded_at",
    "sender",
    "recipient",
    "company",
    "number",
    "number_differs",
    "checked_by",
    "subject",
    "pages",
    "reference",
    "state",
    "sent_at",
    "confirmed_at",
    "confirmed_with",
    "confirmed_phone",
    "stored_at",
    "stored_place",
    "closed_at",
    "note",
    "id",
];

/// Entries of a file at most.
const ROWS_MOST: i64 = 100_000;

/// Writes the entries that this one may see down: UTF-8 with its mark, and nothing that a spreadsheet program would carry out.
///
/// # Errors
/// `SignInNeeded` when the session ended meanwhile; the store cannot be read or written.
pub async fn export(gateway: &Gateway, reader: &FaxReader) -> Result<String> {
    let (zone, now) = (gateway.office().time_zone, gateway.now());
    let (owner, actor) = ((!reader.reads_all()).then(|| reader.account().id), reader.actor());
    reader
        .write(gateway, move |tx| {
            let entries = faxes::newest(tx, owner, false, ROWS_MOST)?;
            let told = |at: Option<Time>| at.map(|at| moment(at, zone)).unwrap_or_default();
            let mut rows = vec![HEADS.map(str::to_owned).to_vec()];
            for fax in &entries {
                rows.push(row(fax, &accounts::get(tx, fax.owner)?.email, &told));
            }
            let text = table::text(&rows)?;
            let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
            let rows = i64::try_from(entries.len()).unwrap_or(i64::MAX);
            tx.record(&Event::new(EventKind::FaxesExported { rows, digest }, now, actor))?;
            Ok(text)
        })
        .await
}

fn row(fax: &Fax, owner: &str, told: &impl Fn(Option<Time>) -> String) -> Vec<String> {
    let (details, call, original) = (&fax.details, fax.confirmed.as_ref(), fax.stored.as_ref());
    vec![
        told(Some(fax.created_at)),
        owner.to_owned(),
        details.recipient.clone(),
        details.company.clone(),
        details.number.clone(),
        if details.differs { "yes" } else { "no" }.to_owned(),
        details.checked_by.clone(),
        details.subject.clone(),
        details.pages.to_string(),
        details.reference.clone(),
        fax.state.word().to_owned(),
        told(fax.sent_at),
        told(call.map(|call| call.at)),
        call.map(|call| call.with.clone()).unwrap_or_default(),
        call.map(|call| call.phone.clone()).unwrap_or_default(),
        told(original.map(|original| original.at)),
        original.map(|original| original.place.clone()).unwrap_or_default(),
        told(fax.closed_at),
        fax.note.clone(),
        fax.id.to_string(),
    ]
}

fn moment(at: Time, zone: chrono_tz::Tz) -> String {
    at.to_utc().with_timezone(&zone).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
