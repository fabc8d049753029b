//! How far the log has left the house.

use super::States;
use super::cast::{Cast, minute};
use crate::http::pages::view::{CopiesCard, CopiesPage};
use crate::model::{CopyFailure, CopyState, Destination};
use crate::staff::log::copies::Standing;
use crate::store::copies::Behind;
use crate::store::tree::Signed;

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("copies");
    let signed = || Signed { log: 1, checkpoint: String::new(), size: 1_234_567, at: minute(50) };
    let state = |destination, left, failing| CopyState { left, failing, ..CopyState::none(destination) };
    let witness = |name: &str| Destination::Witness(name.into());
    let page = |left, destinations| {
        let origin = "files.yamada.example/audit/2026-1".to_owned();
        let standing = Standing { origin, signed: Some(signed()), left, destinations, behind: Vec::new() };
        CopiesPage { frame: cast.frame(true), card: CopiesCard::new(&standing) }
    };
    let well = vec![
        state(Destination::Mail, Some((1_234_001, minute(48))), None),
        state(Destination::Bucket, Some((1_234_567, minute(51))), None),
        state(witness("w1"), Some((1_234_567, minute(51))), None),
    ];
    states.add("copies", page(Some((1_234_567, minute(51))), well));
    let failures = [
        CopyFailure::TimedOut,
        CopyFailure::Forbidden,
        CopyFailure::Refused,
        CopyFailure::Unknown,
        CopyFailure::FalseSignature,
        CopyFailure::Inconsistent,
    ];
    let failing = failures.into_iter().zip(1..).map(|(why, number)| {
        state(witness(&format!("w{number}")), Some((1_200_000, minute(number))), Some((minute(number), why)))
    });
    let bucket = state(Destination::Bucket, None, Some((minute(2), CopyFailure::Silent)));
    let failing = std::iter::once(bucket).chain(failing).collect();
    states.add("copies-failing", page(Some((1_200_000, minute(6))), failing));
    states.add("copies-never-left", page(None, vec![state(Destination::Mail, None, None)]));
    let unread = CopyState { is_unread: true, ..state(Destination::Bucket, Some((1_234_567, minute(51))), None) };
    let ended = |state| Behind { origin: "files.yamada.example/audit/2025-1".to_owned(), closed_at: minute(3), state };
    let silent = Some((minute(2), CopyFailure::Silent));
    let standing = Standing {
        origin: "files.yamada.example/audit/2026-2".to_owned(),
        signed: Some(signed()),
        left: Some((1_234_567, minute(51))),
        destinations: vec![unread, state(witness("w1"), Some((1_234_567, minute(51))), None)],
        behind: vec![ended(state(witness("w1"), Some((998_001, minute(1))), silent))],
    };
    states.add("copies-ended", CopiesPage { frame: cast.frame(true), card: CopiesCard::new(&standing) });
    states
}
