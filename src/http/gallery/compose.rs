//! Screen 2: files, recipients, message.

use super::States;
use super::cast::{Cast, MESSAGE, day};
use crate::config::Ruling;
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::view::{
    ComposePage, Editing, FieldError, FileRow, Frame, KeepChoice, Limits, Notice, OptionsForm, RecipientForm,
    RecipientRow, ScanLimit,
};
use crate::model::{Channel, TransferId};

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("compose");
    let transfer = TransferId::new(day(0));
    let page = |frame, files: Vec<FileRow>, recipients: Vec<RecipientRow>, recipient, message: &str| ComposePage {
        frame,
        transfer: (!recipients.is_empty()).then_some(transfer),
        total_bytes: files.iter().map(|file| file.size).sum(),
        files,
        recipients,
        recipient,
        editing: None,
        known: cast.known(),
        keep_contact: false,
        many: String::new(),
        template: String::new(),
        options: OptionsForm { message: cast.words(message), keep_hours: 168 },
        keeps: [24, 72, 168, 720].map(|hours| KeepChoice { hours, until: day(i64::from(hours) / 24) }).to_vec(),
        channels: vec![Channel::Phone, Channel::Sheet],
        limits: Limits {
            files: 100,
            bytes: 50_000_000_000,
            message: 400,
            domains: None,
            needs_approval: false,
            scan: Some(ScanLimit { bytes: 2_000_000_000, larger: Ruling::Refuse }),
        },
        unscanned: false,
    };
    let with_sms = |page: ComposePage| ComposePage { channels: Channel::ALL.to_vec(), ..page };
    let empty = || RecipientForm { channel: Channel::Phone, email: String::new(), ..cast.smith() };
    let nobody = || RecipientForm { name: String::new(), phone: String::new(), phrase: String::new(), ..empty() };
    let by_sms = RecipientForm { channel: Channel::Sms, phone: cast.words("090-1234-5678"), ..cast.suzuki() };
    let not_mobile = cast.refused(true, "", Problem::Field { field: "phone", flaw: FieldFlaw::NotMobile });
    states.add("send-sms", with_sms(page(cast.frame(true), vec![], vec![], by_sms.clone(), "")));
    let landline = RecipientForm { phone: cast.words("03-9876-5432"), ..by_sms };
    states.add("send-sms-no-mobile", with_sms(page(not_mobile, vec![], vec![], landline, "")));
    states.add("send-empty", page(cast.frame(true), vec![], vec![], empty(), ""));
    let mut files = cast.files();
    files.push(cast.file("契約書.docx", 2_100_000, 1_092_000));
    states.add("send", page(cast.frame(true), files.clone(), cast.recipients(), nobody(), MESSAGE));
    let recipients = cast.recipients();
    let editing = recipients.first().map(|row| Editing { delivery: row.delivery, from_check: true });
    let change = ComposePage { editing, ..page(cast.frame(true), files, recipients, cast.suzuki(), MESSAGE) };
    states.add("send-change", change);
    let mut frame = cast.refused(true, "files", Problem::NoFiles);
    frame.refuse("", &Problem::Field { field: "email", flaw: FieldFlaw::Malformed });
    frame.refuse("message", &Problem::MessageCarriesSecret);
    let mistyped = RecipientForm { email: cast.words("suzuki@aozora"), ..cast.suzuki() };
    states.add("send-refused", page(frame, vec![], vec![], mistyped, "番号は 4708 1925 6330 です"));
    let frame = cast.refused(true, "", Problem::Field { field: "email", flaw: FieldFlaw::Duplicate });
    states.add("send-twice", page(frame, cast.files(), cast.recipients(), cast.suzuki(), MESSAGE));
    let mut frame = cast.frame(true);
    let text = frame.texts.text("compose-gone");
    frame.errors.push(FieldError { id: "files".into(), text });
    states.add("send-gone", page(frame, vec![], vec![], empty(), ""));
    let mut frame = cast.frame(true);
    let entry = cast.words("suzuki@aozora");
    let why = frame.texts.text("many-empty");
    let text = frame.texts.phrase("many-line").with("entry", entry.clone()).with("why", why).to_string();
    frame.errors.push(FieldError { id: "many".into(), text });
    let many = page(frame, cast.files(), cast.recipients(), nobody(), MESSAGE);
    states.add("send-many-wrong", ComposePage { many: entry, ..many });
    let twice = Problem::Field { field: "template", flaw: FieldFlaw::Duplicate };
    let named = page(cast.refused(true, "", twice), cast.files(), cast.recipients(), nobody(), MESSAGE);
    states.add("send-template-refused", ComposePage { template: cast.words("青空商事 月次資料"), ..named });
    let renamed = Frame { notice: Some(Notice::Renamed), ..cast.frame(true) };
    states.add("send-renamed", page(renamed, cast.files(), vec![], empty(), ""));
    let domains = Some(vec![cast.words("aozora.example"), cast.words("northwind-traders.example")]);
    let limits = Limits { files: 100, bytes: 20_000_000, message: 400, domains, needs_approval: true, scan: None };
    let refused = cast.refused(true, "email", Problem::DomainRefused { domain: "freemail.example".into() });
    let limited = page(refused, cast.files(), vec![], cast.suzuki(), MESSAGE);
    states.add("send-limited", ComposePage { limits, ..limited });
    let scanned = |files| page(cast.frame(true), files, cast.recipients(), nobody(), MESSAGE);
    states.add("send-scanning", scanned(cast.waiting_files()));
    states.add("send-scanner-down", scanned(cast.held_files()));
    states.add("send-flawed", scanned(cast.flawed_files()));
    let unscanned = scanned(cast.unscanned_files());
    states.add("send-unscanned", ComposePage { unscanned: true, ..unscanned });
    for (name, larger) in [("send-larger-approved", Ruling::Approval), ("send-larger-allowed", Ruling::Allow)] {
        let mut page = page(cast.frame(true), vec![], vec![], empty(), "");
        page.limits.scan = Some(ScanLimit { bytes: 2_000_000_000, larger });
        states.add(name, page);
    }
    let mut frame = cast.frame(true);
    frame.refuse("files", &Problem::TooLargeToScan { limit: 2_000_000_000 });
    states.add("send-too-large-to-scan", page(frame, cast.files(), vec![], empty(), ""));
    states
}
