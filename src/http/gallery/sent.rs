//! Screen 4: sent, with the numbers.

use super::States;
use super::approvals::nothing_waits;
use super::cast::{Cast, day, minute};
use crate::http::pages::view::{Leaving, RecipientForm, SentPage, SentRow, SentWhy, SmsLine, Waits};
use crate::model::{Channel, DeliveryId, PickUpNumber, TransferId};
use crate::port::Unanswered;

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("sent");
    let row = |to: RecipientForm, number: Option<&str>, told_at| SentRow {
        delivery: DeliveryId::new(day(0)),
        reference: cast.words(if to.channel == Channel::Phone { "K-7K2M-90QF" } else { "K-3D8R-45TW" }),
        name: to.name,
        email: to.email,
        phone: to.phone,
        channel: to.channel,
        language: to.language,
        number: number.map(|number| PickUpNumber::new(number.into())),
        told_at,
        sms: None,
        phone_verified: false,
        can_text: false,
        leaving: Leaving::Now,
    };
    let page = |why, rows| SentPage {
        frame: cast.frame(true),
        transfer: TransferId::new(day(0)),
        waits: nothing_waits(),
        why,
        file_count: 2,
        total_bytes: 3_500_000,
        rows,
        expires_at: day(7),
        sender: cast.words("佐藤 花子"),
        sender_phone: cast.words("03-1234-5678"),
        office_contact: cast.words("平日 9:00〜17:30　〒100-0000 東京都千代田区"),
        now: day(0),
    };
    let numbers = [Some("470819256330"), Some("102938475665")];
    let fresh = vec![row(cast.suzuki(), numbers[0], None), row(cast.smith(), numbers[1], None)];
    states.add("sent", page(SentWhy::Sent, fresh));
    states.add("sent-phone", page(SentWhy::Sent, vec![row(cast.suzuki(), numbers[0], None)]));
    states.add("sent-sheet", page(SentWhy::Sent, vec![row(cast.smith(), numbers[1], None)]));
    let some_told = vec![row(cast.suzuki(), None, Some(minute(5))), row(cast.smith(), numbers[1], None)];
    states.add("sent-some-told", page(SentWhy::Sent, some_told));
    let again = vec![row(cast.suzuki(), None, Some(minute(5))), row(cast.smith(), None, None)];
    states.add("sent-shown", page(SentWhy::Sent, again));
    states.add("reissued", page(SentWhy::Reissued, vec![row(cast.suzuki(), Some("4708192563304708"), None)]));
    let leaving = |leaving, to: RecipientForm, number| SentRow { leaving, ..row(to, number, None) };
    let waits = Waits {
        asked: Some((minute(0), day(3))),
        approvers: vec![cast.words("田中 一郎")],
        then_minutes: 10,
        ..nothing_waits()
    };
    let asked = page(SentWhy::Sent, vec![leaving(Leaving::AfterApproval, cast.suzuki(), numbers[0])]);
    states.add("sent-waiting-for-approval", SentPage { waits: waits.clone(), ..asked });
    let held = || Waits { held_until: Some(minute(10)), ..nothing_waits() };
    let held_page = page(SentWhy::Sent, vec![leaving(Leaving::At(minute(10)), cast.suzuki(), numbers[0])]);
    states.add("sent-held", SentPage { waits: held(), ..held_page });
    let some = vec![
        leaving(Leaving::AfterApproval, cast.suzuki(), numbers[0]),
        leaving(Leaving::At(minute(10)), cast.smith(), numbers[1]),
    ];
    let both = Waits { held_until: Some(minute(10)), ..waits };
    states.add("sent-some-waiting", SentPage { waits: both, ..page(SentWhy::Sent, some) });
    let nameless = RecipientForm { phone: String::new(), ..cast.suzuki() };
    states.add("sent-no-phone", page(SentWhy::Sent, vec![row(nameless, numbers[0], None)]));
    let later = page(SentWhy::Resent, vec![leaving(Leaving::At(minute(10)), cast.suzuki(), numbers[0])]);
    states.add("resent-held", SentPage { waits: held(), ..later });
    states.add("resent", page(SentWhy::Resent, vec![row(cast.suzuki(), numbers[0], None)]));
    states.add("added", page(SentWhy::Added, vec![row(cast.smith(), numbers[1], None)]));
    states.add("corrected", page(SentWhy::Corrected, vec![row(cast.suzuki(), numbers[0], None)]));
    let by_sms = || RecipientForm { channel: Channel::Sms, phone: cast.words("090-1234-5432"), ..cast.suzuki() };
    let texted = |sms, told_at| SentRow { sms: Some(sms), can_text: true, ..row(by_sms(), numbers[0], told_at) };
    states.add("sent-sms", page(SentWhy::Sent, vec![texted(SmsLine::Sent(Some(2)), Some(minute(0)))]));
    let refused = SmsLine::Failed(Some(Unanswered::Refused(503)));
    states.add("sent-sms-failed", page(SentWhy::Sent, vec![texted(refused, None)]));
    states.add("sent-sms-over", page(SentWhy::Sent, vec![texted(SmsLine::Over, None)]));
    states.add("sent-sms-later", page(SentWhy::Sent, vec![texted(SmsLine::Later, None)]));
    states.add("sent-sms-unknown", page(SentWhy::Sent, vec![texted(SmsLine::Unknown, None)]));
    states
}
