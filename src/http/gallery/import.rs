//! The account register from a file.

use super::States;
use super::cast::Cast;
use crate::error::{FieldFlaw, Problem};
use crate::http::import_text;
use crate::http::pages::view::{ChangedRow, Frame, ImportPage, ImportPreviewPage, Notice};
use crate::staff::register::Column;
use crate::staff::register::import::{Flaw, RowFlaw};

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("import");
    let page = |frame| ImportPage { frame, text: String::new(), mail: true, flaws: Vec::new(), more: 0 };
    states.add("import", page(cast.frame(true)));
    states.add("import-done", page(Frame { notice: Some(Notice::Imported), ..cast.frame(true) }));
    states.add("import-too-large", page(cast.refused(true, "file", Problem::TooLarge { limit: 16 << 20 })));
    let frame = cast.frame(true);
    let flaw = |row, column, flaw| import_text::line(&frame.texts, &RowFlaw { row, column: Some(column), flaw });
    let flaws = vec![
        flaw(12, Column::Roles, Flaw::Role { cell: cast.words("営業") }),
        flaw(14, Column::Name, Flaw::Formula { cell: cast.words("=HYPERLINK(\"https://evil.example\")") }),
        flaw(15, Column::Email, Flaw::TwiceAddress { first: 3 }),
        flaw(16, Column::ValidUntil, Flaw::Day { cell: cast.words("来年の春") }),
    ];
    let text = cast.words("email,name,roles\ntanaka@yamada.example,田中 直子,営業");
    states.add("import-flaws", ImportPage { text, flaws, more: 48, ..page(cast.frame(true)) });
    states.add("import-preview", preview(cast, cast.frame(true)));
    let flaw = FieldFlaw::Missing;
    states.add("import-reason", preview(cast, cast.refused(true, "", Problem::Field { field: "reason", flaw })));
    let mut stale = cast.frame(true);
    stale.refuse_in_words("", "import-stale");
    states.add("import-stale", preview(cast, stale));
    let unconfirmed = cast.refused(true, "", Problem::ConfirmationNeeded);
    states.add("import-unconfirmed", ImportPreviewPage { unconfirmed: true, ..preview(cast, unconfirmed) });
    let nothing = ImportPreviewPage {
        added: Vec::new(),
        added_count: 0,
        changed: Vec::new(),
        changed_count: 0,
        ..preview(cast, cast.frame(true))
    };
    states.add("import-nothing", nothing);
    states
}

fn preview(cast: &Cast, frame: Frame) -> ImportPreviewPage {
    let label = |key: &str| frame.texts.text(key);
    let changes = vec![
        (label("field-department"), cast.words("経理"), cast.words("総務企画部 文書管理課")),
        (label("field-role"), label("role-sender"), format!("{} {}", label("role-sender"), label("role-approver"))),
    ];
    ImportPreviewPage {
        data: "ZW1haWw".into(),
        mark: "0".repeat(64),
        mail: true,
        reason: cast.words("4月の異動"),
        rows: 43,
        added: vec![
            (2, cast.words("田中 直子  tanaka@yamada.example")),
            (3, cast.words("Jane Smith  jane.smith.with.a.rather.long.address@yamada.example")),
        ],
        added_count: 24,
        changed: vec![ChangedRow { row: 7, who: cast.words("鈴木 一郎  suzuki@yamada.example"), changes }],
        changed_count: 1,
        unchanged: 18,
        unconfirmed: false,
        frame,
    }
}
