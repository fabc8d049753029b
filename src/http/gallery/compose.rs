//! Screen 2: files, recipients, message.

use super::States;
use super::cast::{Cast, MESSAGE, day};
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::view::{ComposePage, FileRow, Limits, OptionsForm, RecipientForm, RecipientRow};
use crate::model::{Channel, TransferId};

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("compose");
    let transfer = TransferId::new(day(0));
    let limits = || Limits { files: 100, bytes: 50_000_000_000, message: 400, days: 30 };
    let page = |frame, files: Vec<FileRow>, recipients: Vec<RecipientRow>, recipient, message: &str| ComposePage {
        frame,
        transfer: (!recipients.is_empty()).then_some(transfer),
        total_bytes: files.iter().map(|file| file.size).sum(),
        files,
        recipients,
        recipient,
        options: OptionsForm { message: cast.words(message), days: cast.words("7") },
        erased_at: day(7),
        limits: limits(),
    };
    let empty = || RecipientForm { channel: Channel::Phone, email: String::new(), ..cast.smith() };
    states.add("send-empty", page(cast.frame(true), vec![], vec![], empty(), ""));
    let mut files = cast.files();
    files.push(cast.file("契約書.docx", 2_100_000, 1_092_000));
    states.add("send", page(cast.frame(true), files, cast.recipients(), empty(), MESSAGE));
    let mut frame = cast.refused(true, "files", Problem::NoFiles);
    frame.refuse("", &Problem::Field { field: "email", flaw: FieldFlaw::Malformed });
    frame.refuse("message", &Problem::MessageCarriesSecret);
    frame.refuse("", &Problem::Field { field: "days", flaw: FieldFlaw::OutOfBounds { least: 1, most: 30 } });
    states.add("send-refused", page(frame, vec![], vec![], cast.suzuki(), "番号は 4708 1925 6330 です"));
    states
}
