//! Every refusal as a page of its own.

use super::States;
use super::cast::Cast;
use crate::error::{FieldFlaw, FileFlaw, PasswordFlaw, Problem, Unconfirmed};
use crate::http::pages::view::ProblemPage;

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("problems");
    for (problem, index) in problems().into_iter().zip(1..) {
        let name = format!("{index}-{}", crate::http::problem::text_key(&problem));
        states.add(&name, ProblemPage::new(cast.frame(problem == Problem::Forbidden), &problem));
    }
    let form = Some("/transfers/01a206c6-7880-7079-9b94-000000000001".to_owned());
    states.add("by-form", ProblemPage::of_method(cast.frame(true), form));
    states.add("by-form-stranger", ProblemPage::of_method(cast.frame(false), None));
    states.add("fault", ProblemPage::fault(cast.frame(false)));
    states
}

/// One of each problem, with values.
fn problems() -> Vec<Problem> {
    use Problem as P;
    vec![
        P::NotFound,
        P::WrongPassword,
        P::SignInNeeded,
        P::SessionLocked,
        P::PasswordChangeNeeded,
        P::SlowDown { seconds: 900 },
        P::Forbidden,
        P::Forged,
        P::PasswordRefused(PasswordFlaw::TooLong { maximum: 200 }),
        P::PasswordRefused(PasswordFlaw::Same),
        P::PasswordRefused(PasswordFlaw::ContainsName),
        P::Field { field: "message", flaw: FieldFlaw::TooLong { limit: 400 } },
        P::Field { field: "name", flaw: FieldFlaw::Missing },
        P::Field { field: "filename", flaw: FieldFlaw::Malformed },
        P::Field { field: "email", flaw: FieldFlaw::Duplicate },
        P::Field { field: "channel", flaw: FieldFlaw::NotOffered },
        P::Field { field: "recipient", flaw: FieldFlaw::TooBroad { limit: 500 } },
        P::Field { field: "phone", flaw: FieldFlaw::NotMobile },
        P::Field { field: "call", flaw: FieldFlaw::FaxNumber },
        P::Field { field: "upload_length", flaw: FieldFlaw::Missing },
        P::MessageCarriesSecret,
        P::Malformed { detail: String::new() },
        P::TooLarge { limit: 50_000_000_000 },
        P::TooManyFiles { limit: 100 },
        P::TooManyRecipients { limit: 50 },
        P::TooManyTemplates { limit: 50 },
        P::SmsDeliveryLimit { limit: 5 },
        P::SmsDayLimit { limit: 50, left: 2 },
        P::WrongState { state: "sealed" },
        P::NoFiles,
        P::EmptyFile,
        P::NoRecipients,
        P::UploadUnfinished { missing: 2 },
        P::DraftChanged,
        P::OffsetMismatch { offset: 1 },
        P::UploadBusy,
        P::ChecksumMismatch,
        P::ChecksumUnsupported,
        P::AccountKeyNeeded,
        P::SenderSlotGone,
        P::NumberAlreadyShown,
        P::NumberMistyped,
        P::NumberLength { got: 11, want: 12 },
        P::NumberMissing,
        P::NumberWrong { left: 9 },
        P::DeliveryPaused,
        P::OpeningsUsedUp,
        P::OpenElsewhere,
        P::UnlockNeeded,
        P::DeliveryEnded { state: "recalled" },
        P::Busy { seconds: 5 },
        P::Unavailable,
        P::LogUnavailable,
        P::IdempotencyReused,
        P::LastAdministrator,
        P::OwnAccount,
        P::InvitationOver,
        P::ReviewOpen,
        P::ReviewEnded { state: "signed" },
        P::ReviewChanged,
        P::ReviewUndecided { left: 3 },
        P::DomainRefused { domain: "freemail.example".into() },
        P::LinkReplaced { reference: "K-7K2M-90QF".into() },
        P::NobodyWaits,
        P::RemindedLately,
        P::AskingInVain,
        P::ApprovalEnded { state: "given" },
        P::QuestionOpen,
        P::ApprovalNeeded,
        P::FaxNumbersDiffer,
        P::FaxNumberNew { known: "03-9876-5432".into() },
        P::AddressTaken,
        P::NotInLogYet,
        P::NeverSigned,
        P::NotProved,
        P::NotErased,
        P::ConfirmRecipients {
            recipients: vec![Unconfirmed {
                delivery: "0190b5a0-0000-7000-8000-000000000001".into(),
                reference: "K-7K2M-90QF".into(),
                email: "takahashi@aozora-inc.example".into(),
                flags: vec!["look_alike"],
            }],
        },
        P::FileRefused { name: "見積書.zip".into(), because: FileFlaw::Infected },
        P::ScanPending { left: 2 },
        P::ScannerDown,
        P::TooLargeToScan { limit: 2_000_000_000 },
    ]
}
