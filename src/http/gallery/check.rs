//! Screen 3: the recipients once more before sending.

use super::States;
use super::cast::{Cast, MESSAGE, day};
use crate::error::Problem;
use crate::http::pages::view::{CheckPage, FileRow};
use crate::model::TransferId;

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("check");
    let check = |frame, files: Vec<FileRow>| CheckPage {
        frame,
        transfer: TransferId::new(day(0)),
        recipients: cast.recipients(),
        total_bytes: files.iter().map(|file| file.size).sum(),
        files,
        message: cast.words(MESSAGE),
        erased_at: day(7),
    };
    states.add("check", check(cast.frame(true), cast.files()));
    let refused = cast.refused(true, "", Problem::UploadUnfinished { missing: 1 });
    states.add("check-refused", check(refused, vec![cast.file("契約書.docx", 2_100_000, 1_512_000)]));
    states
}
