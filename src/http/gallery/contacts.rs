//! The address book.

use std::collections::HashMap;

use super::States;
use super::cast::{Cast, day};
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::view::{
    ChangedRow, ContactForm, ContactPage, ContactsImportPage, ContactsPage, ContactsPreview, Frame, RecipientForm,
};
use crate::model::{AccountId, Contact, ContactId, Recipient};
use crate::transfer::known::Times;

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("contacts");
    let RecipientForm { email, name, language, phone, phrase, channel } = cast.suzuki();
    let suzuki = Recipient { email, name, language, phone, phrase, channel };
    let contact = |office: bool, verified: bool| Contact {
        id: ContactId::new(day(0)),
        owner: (!office).then(|| AccountId::new(day(0))),
        company: String::new(),
        recipient: suzuki.clone(),
        phone_from_mail: false,
        phone_verified: verified.then(|| (day(-30), AccountId::new(day(0)))),
        note: String::new(),
        changed_at: day(0),
    };
    let times = Times { count: 12, last: day(-28) };
    let list = |contacts: Vec<Contact>| ContactsPage {
        frame: cast.frame(true),
        query: String::new(),
        contacts,
        times: HashMap::from([(suzuki.email.clone(), times)]),
    };
    states.add("contacts", list(vec![contact(true, true), contact(false, false)]));
    states.add("contacts-empty", list(Vec::new()));
    states.add("contacts-none", ContactsPage { query: "x".into(), ..list(Vec::new()) });
    let form = |office: bool| ContactForm {
        company: String::new(),
        to: cast.suzuki(),
        phone_from_mail: false,
        note: String::new(),
        office,
    };
    let page = |frame: Frame, office: bool| ContactPage {
        frame,
        id: Some(ContactId::new(day(0))),
        form: form(office),
        may_change: true,
        may_choose: false,
        verified: None,
        times: Some(times),
    };
    states.add("contact", page(cast.frame(true), false));
    let by = cast.words("佐藤 花子");
    states.add("contact-verified", ContactPage { verified: Some((day(-30), by)), ..page(cast.frame(true), true) });
    states.add("contact-not-yours", ContactPage { may_change: false, ..page(cast.frame(true), true) });
    let from_mail = ContactForm { phone_from_mail: true, ..form(false) };
    states.add("contact-from-mail", ContactPage { form: from_mail, ..page(cast.frame(true), false) });
    let twice = Problem::Field { field: "email", flaw: FieldFlaw::Duplicate };
    let refused = page(cast.refused(true, "", twice), false);
    states.add("contact-new-refused", ContactPage { id: None, may_choose: true, times: None, ..refused });
    let import = |flaws: Vec<String>, text: &str| ContactsImportPage {
        frame: cast.frame(true),
        may_choose: true,
        office: false,
        text: cast.words(text),
        flaws,
        preview: None,
    };
    states.add("contacts-import", import(Vec::new(), ""));
    let words = cast.frame(true).texts;
    let line = |key: &str| words.phrase(key).with("row", 3_u64).with("what", words.text("field-email")).to_string();
    let wrong = vec![line("contacts-not-text"), line("contacts-row"), line("contacts-card")];
    let refused = import(wrong, "メールアドレス,名前\nsuzuki,鈴木");
    states.add("contacts-import-refused", ContactsImportPage { office: true, ..refused });
    let row = ChangedRow {
        row: 0,
        who: cast.words("鈴木 一郎"),
        changes: vec![
            (words.text("word-phone"), words.text("import-nothing"), cast.words("03-9876-5432")),
            (words.text("contacts-verification"), words.text("contacts-verified"), words.text("contacts-unverified")),
        ],
    };
    let preview = |added: Vec<Contact>, changed: Vec<ChangedRow>| ContactsPreview {
        data: "YQ".into(),
        mark: "ab".into(),
        added_count: added.len() * 201,
        added,
        changed_count: changed.len(),
        changed,
        unchanged: 12,
        without: 3,
        left_out: vec![cast.words("suzuki.home@icloud.example")],
    };
    let shown = |preview| ContactsImportPage { preview: Some(preview), ..import(Vec::new(), "") };
    states.add("contacts-import-preview", shown(preview(vec![contact(false, false)], vec![row])));
    states.add("contacts-import-nothing", shown(preview(Vec::new(), Vec::new())));
    let mut stale = shown(preview(vec![contact(false, false)], Vec::new()));
    stale.frame.refuse_in_words("", "contacts-stale");
    states.add("contacts-import-stale", stale);
    states
}
