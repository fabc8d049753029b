//! Screen 3: the recipients once more before sending.

use std::collections::HashMap;

use super::States;
use super::cast::{Cast, MESSAGE, day};
use crate::config::Ruling;
use crate::error::Problem;
use crate::http::pages::view::{CheckPage, FieldError, FileRow, Flagged, RecipientRow};
use crate::model::TransferId;
use crate::transfer::confirm;
use crate::transfer::flag::Flag;
use crate::transfer::known::Times;

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("check");
    // Made once: each call names other deliveries.
    let everybody = cast.recipients();
    let check = |frame, files: Vec<FileRow>| CheckPage {
        frame,
        transfer: TransferId::new(day(0)),
        recipients: everybody.clone(),
        total_bytes: files.iter().map(|file| file.size).sum(),
        files,
        message: cast.words(MESSAGE),
        erased_at: day(7),
        times: HashMap::from([(cast.suzuki().email, Times { count: 12, last: day(-28) })]),
        mails: cast.mails(),
        hindrances: Vec::new(),
        unscanned: false,
        flagged: HashMap::new(),
        retype: false,
        asked: 0,
        hold_minutes: 0,
    };
    states.add("check", check(cast.frame(true), cast.files()));
    states.add("check-no-message", CheckPage { message: String::new(), ..check(cast.frame(true), cast.files()) });
    let mut frame = cast.frame(true);
    let text = frame.texts.phrase("check-unfinished").with("count", 1_u64).with("percent", 72_u64).to_string();
    frame.errors.push(FieldError { id: String::new(), text });
    states.add("check-unfinished", check(frame, vec![cast.file("契約書.docx", 2_100_000, 1_512_000)]));
    states.add("check-refused", check(cast.refused(true, "", Problem::DraftChanged), cast.files()));
    let limits = vec![
        Problem::ApprovalNeeded,
        Problem::TooLarge { limit: 2_000_000 },
        Problem::DomainRefused { domain: "northwind-traders.example".into() },
    ];
    states.add("check-scanning", check(cast.frame(true), cast.waiting_files()));
    let mut frame = cast.frame(true);
    frame.refuse_in_full(&Problem::ScanPending { left: 5 });
    states.add("check-scan-pending", check(frame, cast.waiting_files()));
    let mut frame = cast.frame(true);
    frame.refuse_in_full(&Problem::ScannerDown);
    states.add("check-scanner-down", check(frame, cast.held_files()));
    states.add("check-marked", check(cast.frame(true), cast.marked_files()));
    let unscanned = check(cast.frame(true), cast.unscanned_files());
    states.add("check-unscanned", CheckPage { unscanned: true, ..unscanned });
    let files = cast.flawed_files();
    let refused = files.iter().flat_map(|file| file.flaws.iter().map(move |(flaw, ruling)| (file, *flaw, *ruling)));
    let refused = refused.filter(|(.., ruling)| *ruling == Ruling::Refuse);
    let name = |file: &FileRow| file.name.clone();
    let hindrances: Vec<_> =
        refused.map(|(file, because, _)| Problem::FileRefused { name: name(file), because }).collect();
    let mut frame = cast.frame(true);
    if let (Some(file), Some(problem)) = (files.first(), hindrances.first()) {
        frame.refuse(&format!("file-{}", file.id), problem);
    }
    states.add("check-files-refused", CheckPage { hindrances, ..check(frame, files) });
    let flagged = |confirmed: &str| {
        let domain = "aozora.example".to_owned();
        let flags =
            vec![Flag::LookAlike { known: domain.clone() }, Flag::FirstTime, Flag::OtherCompany { others: domain }];
        let all = everybody.iter().skip(1).take(1).cloned();
        let flagged = |row: RecipientRow| {
            let shown = confirm::shown(&row.to.email, &flags);
            (row.delivery, Flagged { flags: flags.clone(), shown, confirmed: confirmed.to_owned() })
        };
        all.map(flagged).collect::<HashMap<_, _>>()
    };
    states.add("check-flagged", CheckPage { flagged: flagged(""), ..check(cast.frame(true), cast.files()) });
    let mut here = flagged("");
    for one in here.values_mut() {
        one.flags = vec![Flag::LookAlikeHere { other: "aozora-inc.example".into() }, Flag::FirstTime];
    }
    states.add("check-flagged-here", CheckPage { flagged: here, ..check(cast.frame(true), cast.files()) });
    let missed = |key: &str| {
        let mut frame = cast.frame(true);
        if let Some(row) = everybody.get(1) {
            let text = frame.texts.phrase(key).with("name", row.to.title(&frame.texts)).to_string();
            frame.errors.push(FieldError { id: format!("confirm-{}", row.delivery), text });
        }
        frame
    };
    let unticked = check(missed("check-unconfirmed"), cast.files());
    states.add("check-unconfirmed", CheckPage { flagged: flagged(""), ..unticked });
    let changed = check(missed("check-changed"), cast.files());
    states.add("check-flags-changed", CheckPage { flagged: flagged(""), ..changed });
    let wrong = check(missed("check-unretyped"), cast.files());
    states.add("check-unretyped", CheckPage { flagged: flagged("aozora.example"), retype: true, ..wrong });
    let asked = check(cast.frame(true), cast.files());
    let all = asked.recipients.len();
    states.add("check-asks", CheckPage { asked: all, hold_minutes: 10, ..asked });
    states.add("check-asks-some", CheckPage { asked: 1, ..check(cast.frame(true), cast.files()) });
    states.add("check-holds", CheckPage { hold_minutes: 10, ..check(cast.frame(true), cast.files()) });
    states.add("check-hindered", CheckPage { hindrances: limits, ..check(cast.frame(true), cast.files()) });
    states
}
