//! Having a person forgotten.

use super::States;
use super::cast::Cast;
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::view::{EraseForm, EraseFound, ErasePage, Frame, Notice};
use crate::model::AccountState;
use crate::store::erasure::Found;

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("erase");
    let typed =
        EraseForm { email: "suzuki@aozora.example".into(), name: "鈴木 一郎".into(), reason: String::new() };
    let page = |frame: Frame, form: EraseForm, found: Option<Found>| ErasePage {
        frame,
        form,
        found: found.map(EraseFound::from),
        years: 7,
    };
    let found = Found {
        values: 214,
        deliveries: 12,
        running: 1,
        office_contacts: 1,
        own_contacts: 3,
        templates: 1,
        faxes: 2,
        open_faxes: 1,
        account: None,
    };
    states.add("erase", page(cast.frame(true), EraseForm::default(), None));
    states.add("erase-found", page(cast.frame(true), typed.clone(), Some(found.clone())));
    states.add("erase-nothing", page(cast.frame(true), typed.clone(), Some(Found::default())));
    let in_use = Found { account: Some(AccountState::Active), ..found.clone() };
    states.add("erase-account-in-use", page(cast.frame(true), typed.clone(), Some(in_use)));
    let names = cast.refused(true, "reason", Problem::Field { field: "reason", flaw: FieldFlaw::NamesPerson });
    let reason = EraseForm { reason: "鈴木 一郎様のご依頼".into(), ..typed.clone() };
    states.add("erase-names-person", page(names, reason, Some(found)));
    let malformed = cast.refused(true, "email", Problem::Field { field: "email", flaw: FieldFlaw::Malformed });
    states.add("erase-malformed", page(malformed, EraseForm { email: "suzuki".into(), ..EraseForm::default() }, None));
    let done = Frame { notice: Some(Notice::Erased), ..cast.frame(true) };
    states.add("erase-done", page(done, EraseForm::default(), None));
    states
}
