//! Text: a number by SMS, within the request that made it. It waits nowhere: what cannot be sent now is not sent, the number
//! stands on the page, and the sender decides.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};

use crate::error::{Error, FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{
    AccountId, Actor, Channel, Delivery, DeliveryId, Event, EventKind, Outcome, Private, Recipient, ShortMessage, Time,
    Told,
};
use crate::port::{SmsSender, Texted, Unanswered};
use crate::staff::permit::Sender;
use crate::store::{Store, Tx, deliveries, letters, texts, transfers};

use super::numbers::Issued;
use super::phone;

/// Messages that are on their way at once.
const AT_ONCE: usize = 8;
/// How long one request may send messages; what is left over is not sent.
const PATIENCE: Duration = Duration::from_secs(45);

/// What became of a number that was to travel by SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texting {
    /// The provider took it, in so many parts.
    Sent {
        /// Parts.
        parts: u32,
    },
    /// The provider did not take it, or did not say so.
    Failed(Unanswered),
    /// The policy allows no more of them: nothing was sent.
    Over,
    /// The mail has not left yet. Once it has, a new number can be issued by SMS.
    Later,
}

/// Whether numbers may be told to this recipient by the chosen channel.
///
/// # Errors
/// `Field`: a channel that is not offered; for SMS a phone number that is missing, or takes none.
pub(super) fn examine(gateway: &Gateway, recipient: &Recipient) -> Result<()> {
    if !gateway.outwards.channels(&gateway.policy()).contains(&recipient.channel) {
        return Err(Problem::Field { field: "channel", flaw: FieldFlaw::NotOffered }.into());
    }
    if recipient.channel != Channel::Sms {
        return Ok(());
    }
    if recipient.phone.trim().is_empty() {
        return Err(Problem::Field { field: "phone", flaw: FieldFlaw::Missing }.into());
    }
    match phone::mobile(&gateway.outwards.region, &recipient.phone) {
        Some(_) => Ok(()),
        None => Err(Problem::Field { field: "phone", flaw: FieldFlaw::NotMobile }.into()),
    }
}

/// Whether the policy leaves room for the numbers that are about to be made and sent by SMS: asked before anything is made, so
/// that a refusal leaves everything as it was. What counts is [`Caps::charge`].
///
/// # Errors
/// `SmsDeliveryLimit`, `SmsDayLimit`.
pub(super) async fn require_room(gateway: &Gateway, owner: AccountId, deliveries: &[Delivery]) -> Result<()> {
    let texted = deliveries.iter().filter(|delivery| delivery.recipient.channel == Channel::Sms);
    let ids: Vec<DeliveryId> = texted.map(|delivery| delivery.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let (caps, day) = (Caps::of(gateway), day(gateway));
    gateway
        .store
        .read(move |tx| {
            for id in &ids {
                if texts::of_delivery(tx, *id)? >= caps.per_delivery {
                    return Err(Problem::SmsDeliveryLimit { limit: unsigned(caps.per_delivery) }.into());
                }
            }
            let left = unsigned(caps.per_day - texts::of_account(tx, owner, day)?);
            match ids.len() > left as usize {
                true => Err(Problem::SmsDayLimit { limit: unsigned(caps.per_day), left }.into()),
                false => Ok(()),
            }
        })
        .await
}

/// How many messages the policy allows.
#[derive(Clone, Copy)]
struct Caps {
    per_delivery: i32,
    per_day: i32,
}

impl Caps {
    fn of(gateway: &Gateway) -> Self {
        let policy = gateway.policy();
        let cap = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        Self { per_delivery: cap(policy.sms_per_delivery), per_day: cap(policy.sms_per_day) }
    }

    /// Counts one more message before it is handed over; a refusal undoes the transaction, and with it either count.
    fn charge(self, tx: &mut Tx, account: AccountId, id: DeliveryId, day: i32) -> Result<()> {
        if !texts::count_of_delivery(tx, id, self.per_delivery)? {
            return Err(Problem::SmsDeliveryLimit { limit: unsigned(self.per_delivery) }.into());
        }
        match texts::count_of_account(tx, account, day, self.per_day)? {
            true => Ok(()),
            false => Err(Problem::SmsDayLimit { limit: unsigned(self.per_day), left: 0 }.into()),
        }
    }
}

fn unsigned(count: i32) -> u32 {
    u32::try_from(count).unwrap_or(0)
}

/// Today, as people of the office say it.
fn day(gateway: &Gateway) -> i32 {
    let today = gateway.now().to_utc().with_timezone(&gateway.office().time_zone).date_naive();
    today.to_epoch_days()
}

/// Sends the numbers whose channel is SMS. The others, and all that cannot be sent, are given back as they came, with what
/// became of them: whatever happens here, nothing that was issued is lost.
pub(super) async fn text(gateway: &Gateway, sender: &Sender, issued: Vec<Issued>) -> Vec<Issued> {
    let until = Instant::now() + PATIENCE;
    let sent = futures_util::stream::iter(issued).map(|one| async move {
        match one.delivery.recipient.channel {
            Channel::Sms => Issued { sms: Some(text_one(gateway, sender, &one, until).await), ..one },
            _ => one,
        }
    });
    sent.buffered(AT_ONCE).collect().await
}

/// The same for one number.
pub(super) async fn text_alone(gateway: &Gateway, sender: &Sender, issued: Issued) -> Issued {
    let kept = issued.clone();
    text(gateway, sender, vec![issued]).await.pop().unwrap_or(kept)
}

async fn text_one(gateway: &Gateway, sender: &Sender, issued: &Issued, until: Instant) -> Texting {
    let id = issued.delivery.id;
    let now = gateway.now();
    let (account, caps, day) = (sender.account().id, Caps::of(gateway), day(gateway));
    let ready = gateway.store.write(move |tx| {
        let Some(ready) = ready(tx, id, now)? else { return Ok(None) };
        caps.charge(tx, account, id, day)?;
        Ok(Some(ready))
    });
    let (delivery, expires_at) = match ready.await {
        Ok(Some(ready)) => ready,
        Ok(None) => return Texting::Later,
        Err(Error::Problem(Problem::SmsDeliveryLimit { .. } | Problem::SmsDayLimit { .. })) => {
            let (by, to) = ((account, sender.actor()), &issued.delivery.recipient.phone);
            note(&gateway.store, now, by, &issued.delivery, to, Err(Unanswered::Forbidden)).await;
            return Texting::Over;
        }
        Err(error) => {
            tracing::error!(%error, "a number was not sent by SMS");
            return Texting::Failed(Unanswered::Silent);
        }
    };
    let to = phone::mobile(&gateway.outwards.region, &delivery.recipient.phone);
    let Some((line, to)) = gateway.outwards.sms.clone().zip(to) else {
        return Texting::Failed(Unanswered::Forbidden);
    };
    let message = message(gateway, issued, &delivery, to, expires_at);
    let (store, clock, by) = (gateway.store.clone(), gateway.clock.clone(), (sender.account().id, sender.actor()));
    // By itself: who asked may go away while the provider thinks, and what was sent is still written down.
    let sending = tokio::spawn(async move {
        let answer = hand_over(&*line, &message, until).await;
        note(&store, clock.now(), by, &delivery, &message.to, answer).await;
        answer
    });
    match sending.await.unwrap_or(Err(Unanswered::Silent)) {
        Ok(texted) => Texting::Sent { parts: texted.parts },
        Err(why) => Texting::Failed(why),
    }
}

async fn hand_over(line: &dyn SmsSender, message: &ShortMessage, until: Instant) -> Result<Texted, Unanswered> {
    timeout_at(until, line.send(message)).await.unwrap_or(Err(Unanswered::TimedOut))
}

/// The delivery and its limit, once its mail may leave without anybody's doing.
fn ready(tx: &mut Tx, id: DeliveryId, now: Time) -> Result<Option<(Delivery, Time)>> {
    let delivery = deliveries::get(tx, id)?;
    let expires_at = transfers::get(tx, delivery.transfer)?.expires_at.unwrap_or(now);
    // A newer mail that waits is what counts: the link that left before it is void.
    let may_leave = letters::offer_is_due(tx, id, now)?;
    Ok(may_leave.then_some((delivery, expires_at)))
}

fn message(gateway: &Gateway, issued: &Issued, delivery: &Delivery, to: String, until: Time) -> ShortMessage {
    let office = gateway.office();
    ShortMessage {
        to,
        language: delivery.recipient.language,
        office: office.name,
        number: issued.number.clone(),
        tail: delivery.reference.rsplit('-').next().unwrap_or_default().to_owned(),
        until,
        zone: office.time_zone,
        host: gateway.public_url.host().to_owned(),
    }
}

/// Writes down what became of it. The message may be out: what cannot be written is no failure of it.
async fn note(
    store: &Store,
    now: Time,
    (by, actor): (AccountId, Actor),
    delivery: &Delivery,
    to: &str,
    answer: Result<Texted, Unanswered>,
) {
    let status = answer.map_or_else(|why| why.status(), |texted| Some(texted.status));
    let verified = delivery.phone_verified;
    let kind = EventKind::NumberSent { channel: Channel::Sms, verified, status };
    let event = Event::new(kind, now, actor).transfer(delivery.transfer).delivery(delivery.id);
    let mut event = event.with(Private::Phone(to.to_owned()));
    if answer.is_err() {
        event.outcome = Outcome::Failed;
    }
    let told = Told { by, channel: Channel::Sms, phone: to.to_owned(), verified };
    let (id, sent) = (delivery.id, answer.is_ok());
    let noted = store.write(move |tx| {
        match sent {
            true => deliveries::set_told(tx, id, Some((now, &told)))?,
            false => deliveries::set_sms_failed(tx, id, now)?,
        }
        tx.record(&event)
    });
    if let Err(error) = noted.await {
        tracing::error!(%error, "what became of an SMS could not be written down");
    }
}
