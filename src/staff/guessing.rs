//! Guessing passwords is slow, for whoever guesses. Wrong tries are counted per name as typed and lane: the lane is the
//! source's network, or the browser that signed in before. All strangers together are one more lane, so that many sources
//! are no way round. Unknown names are counted the same way: nobody can tell them apart.
//!
//! Nobody can lock a colleague out: passkeys, cards, providers and known browsers do not go through here, or stand in a lane
//! of their own; every lock ends by itself but the last, which stops the password alone.

use std::net::IpAddr;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::crypt::token_hash;
use crate::error::{Problem, Result};
use crate::gateway::{Gateway, Lane, minutes};
use crate::model::{AccountId, Actor, Event, EventKind, Private, Time};
use crate::store::guesses::{self, Failing, Guesses};
use crate::store::{Tx, accounts, devices};

use super::permit::Administrator;
use super::visitor::Visitor;

/// Failures in a row that cost no wait.
const FREE: i32 = 5;
/// Failures in a row from which on every further one locks the password for [`LOCK`].
const LOCKS_AT: i32 = 10;
/// How long it is locked.
const LOCK: Duration = Duration::from_secs(15 * 60);
/// Failures in a row at which the password stops for strangers (NIST SP 800-63B, 3.2.2: no more than 100).
const STOPS_AT: i32 = 100;
/// All strangers together.
const STRANGERS: &str = "strangers";
/// How long counts are kept that nothing adds to.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(30 * 24 * 3600);

/// A try that was charged before the password is looked at.
#[derive(Clone)]
pub(super) struct Try {
    /// Whose password it is; none for an unknown name.
    pub(super) account: Option<AccountId>,
    name: [u8; 32],
    own_lane: String,
    /// Failures in a row, this one included, in the lane that locks: the known browser's, or that of all strangers.
    failures: i32,
    /// Whether the visitor's browser is known for this account.
    known: bool,
    /// Whether the password has stopped for this visitor: whatever is typed is wrong.
    pub(super) stopped: bool,
    /// Whether it was a code of the account's app, not its password.
    of_codes: bool,
}

impl Try {
    /// The lane in which the password is worked on.
    pub(super) fn turn(&self) -> Lane {
        if self.known { Lane::Known } else { Lane::Stranger }
    }
}

/// The hash under which a name's tries are counted: what is typed in the wrong field is kept nowhere.
fn name_hash(name: &str) -> [u8; 32] {
    Sha256::new().chain_update(b"kakitome sign-in name v1").chain_update(name).finalize().into()
}

/// The network that a source stands for: one IPv4 address, one /64 of IPv6 (what one subscriber has).
pub(crate) fn network(source: Option<IpAddr>) -> String {
    match source.map(|source| source.to_canonical()) {
        None => "console".into(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Charges a try before the password is looked at, so that many at once are no way round the wait. Success forgets it.
///
/// # Errors
/// `SourceBanned`; `SlowDown`: nothing is charged then.
pub(super) async fn charge(
    gateway: &Gateway,
    name: &str,
    account: Option<AccountId>,
    visitor: &Visitor,
) -> Result<Try> {
    let name = name_hash(name);
    let device = visitor.device.as_ref().map(token_hash);
    let source = network(visitor.source);
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            if let Some(id) = account {
                accounts::lock(tx, id)?;
            }
            let known = match (account, device) {
                (Some(id), Some(device)) => devices::is_known(tx, &device, id)?,
                _ => false,
            };
            let own_lane = match device.filter(|_| known) {
                Some(device) => format!("device {}", data_encoding::HEXLOWER.encode(&device)),
                None => format!("source {source}"),
            };
            if known {
                let failures = charge_lane(tx, &name, &own_lane, FREE, now)?;
                return Ok(Try { account, name, own_lane, failures, known, stopped: false, of_codes: false });
            }
            refuse_banned(tx, &source, now)?;
            let failures = charge_lane(tx, &name, STRANGERS, LOCKS_AT, now)?;
            charge_lane(tx, &name, &own_lane, FREE, now)?;
            Ok(Try { account, name, own_lane, failures, known, stopped: failures > STOPS_AT, of_codes: false })
        })
        .await
}

/// As [`charge`], for a code of the account's app: counted apart, so that only who has proven the password can use it up. A
/// known browser has no lane of its own here: whoever has the password makes as many known browsers as he likes.
///
/// # Errors
/// As [`charge`].
pub(super) async fn charge_code(gateway: &Gateway, email: &str, account: AccountId, visitor: &Visitor) -> Result<Try> {
    let anywhere = Visitor { device: None, ..visitor.clone() };
    let tried = charge(gateway, &codes_of(email), Some(account), &anywhere).await?;
    Ok(Try { of_codes: true, ..tried })
}

/// The name under which wrong codes of an account are counted.
fn codes_of(email: &str) -> String {
    format!("totp:{email}")
}

fn refuse_banned(tx: &mut Tx, source: &str, now: Time) -> Result<()> {
    match guesses::failing(tx, source)?.banned_until {
        until if until > now => Err(Problem::SourceBanned { seconds: seconds_until(until, now) }.into()),
        _ => Ok(()),
    }
}

/// One more failure in a lane, taken back by success: how many there are in a row. Up to `free` of them cost no wait.
fn charge_lane(tx: &mut Tx, name: &[u8; 32], lane: &str, free: i32, now: Time) -> Result<i32> {
    let before = guesses::hold(tx, name, lane, now)?;
    // A wait that no lock is long enough for was written by a clock that ran ahead.
    if before.next_at > now && before.next_at <= now + LOCK {
        return Err(Problem::SlowDown { seconds: seconds_until(before.next_at, now) }.into());
    }
    let failures = before.failures.saturating_add(1);
    let next_at = wait(failures, free).map_or(Time::default(), |wait| now + wait);
    guesses::set(tx, name, lane, Guesses { failures, next_at }, now)?;
    Ok(failures)
}

/// The wait after so many failures in a row: none, then doubling from ten seconds, then a quarter of an hour.
fn wait(failures: i32, free: i32) -> Option<Duration> {
    match failures {
        _ if failures >= LOCKS_AT => Some(LOCK),
        _ if failures > free => {
            let doubled = 2_u32.saturating_pow(u32::try_from(failures - free).unwrap_or(0));
            Some(Duration::from_secs(5).saturating_mul(doubled).min(LOCK))
        }
        _ => None,
    }
}

fn seconds_until(until: Time, now: Time) -> u32 {
    u32::try_from(until.since(now).as_secs() + 1).unwrap_or(u32::MAX)
}

/// The try was right: nothing stands against the name any more, within the transaction that lets its owner in.
pub(super) fn forgive(tx: &mut Tx, tried: &Try) -> Result<()> {
    guesses::forget(tx, &tried.name, &tried.own_lane)?;
    guesses::forget(tx, &tried.name, STRANGERS)
}

/// The owner has proven who he is by other means, or an administrator has reset the password: the counts begin anew.
pub(super) fn forget(tx: &mut Tx, name: &str) -> Result<()> {
    guesses::forget_name(tx, &name_hash(name))
}

/// The account's app is another one, or its owner has proven that he is it by other means: wrong codes count no longer.
pub(super) fn forget_codes(tx: &mut Tx, email: &str) -> Result<()> {
    forget(tx, &codes_of(email))
}

/// The try was wrong: an event, one more failure of the source, and what follows from either.
pub(super) async fn note_failure(
    gateway: &Gateway,
    tried: Option<&Try>,
    who: (Option<AccountId>, &str),
    kind: EventKind,
    visitor: &Visitor,
) -> Result<()> {
    let (account, name) = (who.0, who.1.to_owned());
    let counted = tried.map(|tried| (tried.failures, tried.known, tried.of_codes));
    let (source, address) = (network(visitor.source), visitor.source);
    let rules = (gateway.sign_in.ban_failures, gateway.sign_in.ban_minutes);
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            let mut event = Event::new(kind, now, Actor::Anonymous).failed().source(address);
            event = match account {
                Some(id) => event.account(id),
                // What is no address may be a password that went into the wrong field.
                None if name.contains('@') => event.with(Private::Email(name)),
                None => event,
            };
            tx.record(&event)?;
            let known = counted.is_some_and(|(_, known, _)| known);
            if let (Some((failures, known, of_codes)), Some(id)) = (counted, account) {
                tell_locks(tx, id, (failures, known), of_codes, now)?;
            }
            if known || address.is_none() { Ok(()) } else { count_failing(tx, &source, rules, address, now) }
        })
        .await
}

/// A lock is an event of its own: it is what an administrator looks for.
fn tell_locks(tx: &mut Tx, id: AccountId, (failures, known): (i32, bool), of_codes: bool, now: Time) -> Result<()> {
    let seconds = i64::try_from(LOCK.as_secs()).unwrap_or(i64::MAX);
    let stops = failures == STOPS_AT && !known;
    let kind = match (stops, failures >= LOCKS_AT, of_codes) {
        (true, _, false) => EventKind::PasswordStopped,
        (true, _, true) => EventKind::CodesStopped,
        (false, true, false) => EventKind::PasswordLocked { seconds },
        (false, true, true) => EventKind::CodesLocked { seconds },
        (false, false, _) => return Ok(()),
    };
    tx.record(&Event::new(kind, now, Actor::System).account(id))
}

fn count_failing(tx: &mut Tx, source: &str, (most, ban): (u32, u32), address: Option<IpAddr>, now: Time) -> Result<()> {
    let before = guesses::hold_failing(tx, source)?;
    let mut failing = match before.window_until > now {
        true => Failing { failures: before.failures.saturating_add(1), ..before },
        false => Failing { failures: 1, window_until: now + minutes(10), banned_until: before.banned_until },
    };
    let banned = u32::try_from(failing.failures).unwrap_or(0) >= most && failing.banned_until <= now;
    if banned {
        failing.banned_until = now + minutes(ban);
    }
    guesses::set_failing(tx, source, failing)?;
    if banned {
        let seconds = i64::from(ban) * 60;
        tx.record(&Event::new(EventKind::SourceBanned { seconds }, now, Actor::System).source(address))?;
    }
    Ok(())
}

/// The sources that are turned away now, with the end of it.
///
/// # Errors
/// The store cannot be read.
pub async fn banned(gateway: &Gateway) -> Result<Vec<(String, Time)>> {
    let now = gateway.now();
    gateway.store.read(move |tx| guesses::banned(tx, now)).await
}

/// Lets a source in again before its time.
///
/// # Errors
/// `ConfirmationNeeded`; `SignInNeeded` when the session ended meanwhile; the store cannot be written.
pub async fn lift(gateway: &Gateway, by: &Administrator, source: &str) -> Result<()> {
    by.require_fresh(gateway)?;
    by.write(gateway, lifting(source, gateway.now(), by.actor())).await
}

/// Lets a source in again before its time, at the console of the server.
///
/// # Errors
/// The store cannot be written.
pub async fn lift_at_console(gateway: &Gateway, source: &str) -> Result<()> {
    gateway.store.write(lifting(source, gateway.now(), Actor::Console)).await
}

fn lifting(source: &str, now: Time, actor: Actor) -> impl FnOnce(&mut Tx) -> Result<()> + Send + use<> {
    let source = source.to_owned();
    move |tx| match guesses::lift(tx, &source)? {
        true => tx.record(&Event::new(EventKind::BanLifted, now, actor).with(Private::Reason(source))),
        false => Ok(()),
    }
}

/// Forgets counts that nothing adds to, and bans that are over.
///
/// # Errors
/// The store cannot be written.
pub async fn sweep(gateway: &Gateway) -> Result<usize> {
    let now = gateway.now();
    let unused = now - Duration::from_secs(u64::from(gateway.sign_in.device_days) * 24 * 3600);
    gateway
        .store
        .write(move |tx| {
            let counts = guesses::sweep(tx, now - FORGOTTEN_AFTER)? + guesses::sweep_failing(tx, now)?;
            Ok(counts + devices::sweep(tx, unused)?)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_slows_and_then_locks() {
        let seconds: Vec<u64> =
            (1..=12).map(|failures| wait(failures, FREE).map_or(0, |wait| wait.as_secs())).collect();
        assert_eq!(seconds, [0, 0, 0, 0, 0, 10, 20, 40, 80, 900, 900, 900]);
        let strangers: Vec<u64> =
            (8..=11).map(|failures| wait(failures, LOCKS_AT).map_or(0, |wait| wait.as_secs())).collect();
        assert_eq!(strangers, [0, 0, 900, 900]);
    }

    #[test]
    fn a_subscriber_is_one_source() {
        let of = |text: &str| network(Some(text.parse().unwrap()));
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(of("2001:db8:1:2:ffff::1"), "2001:db8:1:2::/64");
    }
}
