//! What recipients' pages tell of a delivery: who sent what, who opened it, how it ended.

use super::view::{AskAgain, Ending, Help, LanguageSwitch, LockedPage, Offered, Opening};
use super::view::{EndedPage, Frame};
use super::visit::Visit;
use crate::model::{Account, Delivery, Time, Transfer, TransferState};
use crate::transfer::again::Asking;
use crate::transfer::contact::Contact;
use crate::transfer::look::{Condition, Seen};

/// Who sent what.
pub(super) fn offered(delivery: &Delivery, transfer: &Transfer, sender: &Account) -> Offered {
    Offered {
        sender: sender.name.clone(),
        recipient: delivery.recipient.name.clone(),
        phrase: delivery.recipient.phrase.clone(),
        file_count: u32::try_from(transfer.file_count).unwrap_or(0),
        total_bytes: u64::try_from(transfer.total_bytes).unwrap_or(0),
        expires_at: transfer.expires_at.unwrap_or(transfer.created_at),
        reference: delivery.reference.clone(),
    }
}

/// Each time link and number were accepted.
pub(super) fn openings(accepted: &[(Time, String)]) -> Vec<Opening> {
    accepted.iter().map(|(at, source)| Opening { at: *at, source: source.clone() }).collect()
}

/// The frame of a page about a delivery: its help is who answers for it, or the office where nobody does or has no phone.
pub(super) fn frame(visit: &Visit, here: &str, contact: Option<&Contact>) -> Frame {
    let office = visit.gateway.office();
    let phone = contact.map(|contact| &contact.person.phone).filter(|phone| !phone.is_empty());
    let name = contact.map_or(&office.name, |contact| &contact.person.name);
    let help = Help { name: name.clone(), phone: phone.unwrap_or(&office.phone).clone(), note: office.hours.clone() };
    Frame { help, ..visit.frame(here) }
}

/// The page that asks for the number.
pub(super) fn locked_page(visit: &Visit, seen: &Seen, code: &str, number: &str) -> LockedPage {
    let id = &seen.delivery.public_id;
    let mut frame = frame(visit, &format!("/r/{id}"), seen.contact.as_ref());
    frame.switch = again(Some(id), code);
    LockedPage {
        frame,
        id: id.clone(),
        secret: code.to_owned(),
        offered: offered(&seen.delivery, &seen.transfer, &seen.sender),
        digits: u32::try_from(seen.delivery.number_digits).unwrap_or(12),
        number: number.to_owned(),
        elsewhere: false,
        openings: openings(&seen.accepted),
    }
}

/// The answer to *look* in the other language is another *look*: the secret never stands in an address.
fn again(id: Option<&str>, code: &str) -> LanguageSwitch {
    let action = id.map_or_else(|| "/r/look".to_owned(), |id| format!("/r/{id}/look"));
    LanguageSwitch::Post { action, fields: vec![("secret".into(), code.to_owned())] }
}

/// The page of a delivery that does not open.
pub(super) fn ended_page(visit: &Visit, seen: &Seen, code: &str, ending: Ending) -> EndedPage {
    let mut frame = frame(visit, &format!("/r/{}", seen.delivery.public_id), seen.contact.as_ref());
    // A former link leads there by its secret alone: the id in the link is another one by now.
    frame.switch = again(Some(seen.delivery.public_id.as_str()).filter(|_| !seen.is_former), code);
    EndedPage {
        frame,
        offered: offered(&seen.delivery, &seen.transfer, &seen.sender),
        ending,
        ask: ask(seen, code),
        openings: openings(&seen.accepted),
    }
}

fn ask(seen: &Seen, code: &str) -> AskAgain {
    match seen.asking {
        Asking::No => AskAgain::No,
        Asking::May => AskAgain::May { secret: code.to_owned() },
        Asking::Asked(at) => AskAgain::Asked { at },
    }
}

/// The page of a link that was replaced by a newer one, unless that has ended too. Its holder may be somebody else by now,
/// and learns no phrase.
pub(super) fn replaced_page(visit: &Visit, seen: &Seen, code: &str) -> EndedPage {
    let has_ended =
        |ending: &Ending| matches!(ending, Ending::Expired { .. } | Ending::Recalled { .. } | Ending::KeyLost);
    let ending = ending(seen).filter(has_ended).unwrap_or(Ending::Replaced);
    let mut page = ended_page(visit, seen, code, ending);
    page.offered.phrase.clear();
    page
}

/// Why it does not open; none when it does.
pub(super) fn ending(seen: &Seen) -> Option<Ending> {
    let (delivery, transfer) = (&seen.delivery, &seen.transfer);
    let ended = |otherwise: Option<Time>| delivery.ended_at.or(otherwise).unwrap_or(transfer.created_at);
    Some(match seen.condition {
        Condition::Open => return None,
        Condition::Paused => Ending::Paused,
        Condition::Collected => {
            Ending::Closed { at: delivery.retrieved_at.unwrap_or_else(|| ended(None)), erased: is_erased(transfer) }
        }
        Condition::Expired => Ending::Expired { at: ended(transfer.expires_at) },
        Condition::Recalled => Ending::Recalled { at: ended(None) },
        Condition::KeyLost => Ending::KeyLost,
    })
}

/// Whether nothing of the transfer can be opened any more. The bytes follow within the same minute.
pub(super) fn is_erased(transfer: &Transfer) -> bool {
    matches!(transfer.state, TransferState::Finished | TransferState::Shredded)
}
