//! A letter as the values that templates show, each cleaned and in the letter's language.

use chrono::{DateTime, Datelike, Weekday};
use chrono_tz::Tz;
use minijinja::Value;
use serde::Serialize;

use super::letterhead::{Codes, Letterhead};
use super::plain::{lines, one_line};
use crate::model::{AlertCount, Approved, Correspondent, Digest, Language, Letter, LogNews, Offer, Time};

/// Every name that a template may use.
#[derive(Serialize)]
pub(super) struct Fields {
    office: String,
    address_line: String,
    hours: String,
    contact: String,
    web: Value,
    /// Where the gateway is.
    gateway: Value,
    /// Where staff finds it.
    gateway_staff: Value,
    /// The same without its scheme, as one would type it.
    gateway_host: Value,
    /// The addressee as a letter begins with; empty when no name is known.
    addressee: String,
    sender: String,
    /// The sender as a colleague would name them on the phone.
    sender_short: String,
    sender_phone: String,
    /// The recipient as the sender is told of them.
    recipient: String,
    recipient_email: String,
    reference: String,
    /// Number and size of the files.
    content: String,
    when: String,
    /// The day of that.
    day: String,
    /// When the mail with the link arrived; empty where nobody needs it.
    mailed: String,
    end_reason: &'static str,
    /// What comes of an approval: `leaves`, `held` or `longer`; empty in other mails.
    approved: &'static str,
    /// When the mail that was approved leaves, or the later time limit; empty where neither is said.
    approved_until: String,
    /// How many things it is about.
    count: u32,
    offer: Option<OfferFields>,
    invitation: Option<InvitationFields>,
    digest: Option<DigestFields>,
    /// What was found.
    alerts: Vec<AlertFields>,
    log: Option<LogFields>,
}

#[derive(Serialize)]
struct AlertFields {
    rule: &'static str,
    count: u32,
}

#[derive(Serialize)]
struct LogFields {
    size: u64,
    grown: u64,
    /// Entries of the newest checkpoint that left before; 0 where none did.
    left: u64,
    left_at: String,
    failing: u32,
    alerts: Vec<AlertFields>,
    /// The newest checkpoint, line by line.
    checkpoint: Vec<String>,
}

#[derive(Serialize)]
struct DigestFields {
    day: String,
    sent: u32,
    collected: u32,
    expired: u32,
    undelivered: u32,
    awaiting: u32,
    paused: u32,
    undecided: u32,
    scanner: &'static str,
}

#[derive(Serialize)]
struct InvitationFields {
    link: Value,
    code: String,
}

#[derive(Serialize)]
struct OfferFields {
    link: Value,
    code: String,
    message: Vec<String>,
    phrase: String,
    channel: &'static str,
    digits: u32,
}

impl Fields {
    /// The values of a letter; `codes` is its secret written down.
    pub(super) fn new(letter: &Letter, letterhead: &Letterhead, codes: Option<&Codes>) -> Self {
        let language = letter.language;
        let sender = one_line(&letter.sender.name);
        Self {
            office: one_line(letterhead.office_name.of(language)),
            address_line: one_line(letterhead.address_line.of(language)),
            hours: one_line(letterhead.hours.of(language)),
            contact: one_line(&letterhead.contact),
            web: link_value(letterhead.web.clone()),
            gateway: link_value(letterhead.public_url.clone()),
            gateway_staff: link_value(letterhead.staff_url.clone()),
            gateway_host: link_value(letterhead.gateway_host.clone()),
            addressee: addressed(&one_line(&letter.to.name), language),
            sender_short: short_name(&sender, language),
            sender,
            sender_phone: one_line(&letter.sender.phone),
            recipient: recipient(&letter.recipient, language),
            recipient_email: one_line(&letter.recipient.email),
            reference: one_line(&letter.reference),
            content: content(letter.file_count, letter.total_bytes, language),
            when: date(letter.when, letterhead.time_zone, language),
            day: day(letter.when, letterhead.time_zone, language),
            mailed: letter.mailed_at.map_or_else(String::new, |at| date(at, letterhead.time_zone, language)),
            end_reason: letter.end_reason.map_or("", |reason| reason.word()),
            approved: match letter.approved {
                Some(Approved::Leaves) => "leaves",
                Some(Approved::Held(_)) => "held",
                Some(Approved::Longer(_)) => "longer",
                None => "",
            },
            approved_until: match letter.approved {
                Some(Approved::Held(at) | Approved::Longer(at)) => date(at, letterhead.time_zone, language),
                _ => String::new(),
            },
            count: letter.count,
            offer: letter.offer.as_ref().zip(codes).map(|(offer, codes)| OfferFields::new(offer, codes, letterhead)),
            invitation: letter.invitation.as_ref().and(codes).map(|codes| InvitationFields::new(codes, letterhead)),
            alerts: alert_fields(&letter.alerts),
            log: letter.log.as_ref().map(|log| LogFields::new(log, letter, letterhead.time_zone)),
            digest: letter.digest.as_ref().map(|digest| DigestFields::new(digest, letterhead.time_zone, language)),
        }
    }
}

impl OfferFields {
    fn new(offer: &Offer, codes: &Codes, letterhead: &Letterhead) -> Self {
        Self {
            link: link_value(format!("{}/r/{}#{}", letterhead.public_url, one_line(&offer.public_id), *codes.code)),
            code: codes.grouped.to_string(),
            message: lines(&offer.message),
            phrase: one_line(&offer.phrase),
            channel: offer.channel.word(),
            digits: offer.number_digits,
        }
    }
}

impl DigestFields {
    fn new(digest: &Digest, zone: Tz, language: Language) -> Self {
        Self {
            day: day(digest.day, zone, language),
            sent: digest.sent,
            collected: digest.collected,
            expired: digest.expired,
            undelivered: digest.undelivered,
            awaiting: digest.awaiting,
            paused: digest.paused,
            undecided: digest.undecided,
            scanner: digest.scanner.word(),
        }
    }
}

fn alert_fields(alerts: &[AlertCount]) -> Vec<AlertFields> {
    alerts.iter().map(|alert| AlertFields { rule: alert.rule.word(), count: alert.count }).collect()
}

impl LogFields {
    fn new(log: &LogNews, letter: &Letter, zone: Tz) -> Self {
        Self {
            size: log.size,
            grown: log.grown,
            left: log.left.map_or(0, |(size, _)| size),
            left_at: log.left.map_or_else(String::new, |(_, at)| date(at, zone, letter.language)),
            failing: log.failing,
            alerts: alert_fields(&log.alerts),
            checkpoint: letter.checkpoint.as_deref().unwrap_or_default().lines().map(one_line).collect(),
        }
    }
}

impl InvitationFields {
    fn new(codes: &Codes, letterhead: &Letterhead) -> Self {
        Self {
            link: link_value(format!("{}/join#{}", letterhead.staff_url, *codes.code)),
            code: codes.grouped.to_string(),
        }
    }
}

/// A link of nothing but characters that HTML leaves alone needs no escaping, and stays whole for programs that look for
/// links in the source. Anything else is escaped like every other value.
fn link_value(link: String) -> Value {
    let harmless = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/#[]".contains(&b);
    if link.bytes().all(harmless) { Value::from_safe_string(link) } else { Value::from(one_line(&link)) }
}

/// 様 unless the name ends in a title already; English letters take the name as it is.
fn addressed(name: &str, language: Language) -> String {
    const TITLES: [&str; 5] = ["様", "御中", "先生", "殿", "各位"];
    match language {
        Language::Ja if !name.is_empty() && !TITLES.iter().any(|title| name.ends_with(title)) => format!("{name} 様"),
        _ => name.to_owned(),
    }
}

fn recipient(of: &Correspondent, language: Language) -> String {
    let name = one_line(&of.name);
    if name.is_empty() { one_line(&of.email) } else { addressed(&name, language) }
}

/// The family name in a Japanese text, the first name in an English one; the whole name where the order of its parts
/// cannot be known.
fn short_name(name: &str, language: Language) -> String {
    let mut parts = name.split_whitespace();
    let (Some(first), Some(second), None) = (parts.next(), parts.next(), parts.next()) else { return name.to_owned() };
    let latin = |part: &str| part.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    let family_in_capitals = first.len() > 1 && first.chars().all(|c| c.is_ascii_uppercase());
    let known = match language {
        Language::Ja => !latin(first) && !latin(second),
        Language::En => latin(first) && latin(second) && !family_in_capitals,
    };
    if known { first.to_owned() } else { name.to_owned() }
}

fn content(files: u32, bytes: u64, language: Language) -> String {
    let size = size(bytes, language);
    match (language, files) {
        (Language::Ja, _) => format!("{files}件（合計 {size}）"),
        (Language::En, 1) => format!("1 file ({size})"),
        (Language::En, _) => format!("{files} files ({size})"),
    }
}

/// Decimal units with one digit after the point.
fn size(bytes: u64, language: Language) -> String {
    const UNITS: [(u64, &str); 4] =
        [(1_000, "kB"), (1_000_000, "MB"), (1_000_000_000, "GB"), (1_000_000_000_000, "TB")];
    let tenths = |unit: u64| (u128::from(bytes) * 10 + u128::from(unit / 2)) / u128::from(unit);
    let fitting = UNITS.iter().find(|(unit, _)| tenths(*unit) < 10_000).or(UNITS.last());
    match (fitting, language) {
        (Some((unit, name)), _) if bytes >= 1_000 => format!("{}.{} {name}", tenths(*unit) / 10, tenths(*unit) % 10),
        (_, Language::Ja) => format!("{bytes} バイト"),
        (_, Language::En) if bytes == 1 => "1 byte".to_owned(),
        (_, Language::En) => format!("{bytes} bytes"),
    }
}

/// A moment with weekday and zone.
fn date(when: Time, zone: Tz, language: Language) -> String {
    let local = when.to_utc().with_timezone(&zone);
    match language {
        Language::Ja => {
            let day = weekday(&local);
            format!("{}（{day}）{}（{}）", local.format("%Y年%-m月%-d日"), local.format("%H時%M分"), zone_ja(zone))
        }
        Language::En => format!("{} ({})", local.format("%A %-d %B %Y, %H:%M"), zone_en(zone)),
    }
}

/// A day with its weekday.
fn day(when: Time, zone: Tz, language: Language) -> String {
    let local = when.to_utc().with_timezone(&zone);
    match language {
        Language::Ja => format!("{}（{}）", local.format("%Y年%-m月%-d日"), weekday(&local)),
        Language::En => local.format("%A %-d %B %Y").to_string(),
    }
}

fn weekday(local: &DateTime<Tz>) -> &'static str {
    match local.weekday() {
        Weekday::Mon => "月",
        Weekday::Tue => "火",
        Weekday::Wed => "水",
        Weekday::Thu => "木",
        Weekday::Fri => "金",
        Weekday::Sat => "土",
        Weekday::Sun => "日",
    }
}

fn zone_ja(zone: Tz) -> String {
    match zone {
        Tz::Asia__Tokyo | Tz::Japan => "日本時間".to_owned(),
        Tz::UTC | Tz::Etc__UTC => "協定世界時".to_owned(),
        _ => format!("{} 時間", city(zone)),
    }
}

fn zone_en(zone: Tz) -> String {
    match zone {
        Tz::UTC | Tz::Etc__UTC => "UTC".to_owned(),
        Tz::Japan => "Tokyo time".to_owned(),
        _ => format!("{} time", city(zone)),
    }
}

fn city(zone: Tz) -> String {
    zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_round_and_change_unit() {
        assert_eq!(size(1, Language::En), "1 byte");
        assert_eq!(size(999, Language::Ja), "999 バイト");
        assert_eq!(size(4_249_999, Language::Ja), "4.2 MB");
        assert_eq!(size(999_950, Language::En), "1.0 MB");
        assert_eq!(size(50_000_000_000, Language::En), "50.0 GB");
    }

    #[test]
    fn dates_carry_weekday_and_zone() {
        let end = Time::from_millis(1_796_050_740_000);
        assert_eq!(date(end, Tz::Asia__Tokyo, Language::Ja), "2026年11月30日（月）23時59分（日本時間）");
        assert_eq!(date(end, Tz::Asia__Tokyo, Language::En), "Monday 30 November 2026, 23:59 (Tokyo time)");
        assert_eq!(date(end, Tz::America__New_York, Language::En), "Monday 30 November 2026, 09:59 (New York time)");
    }

    #[test]
    fn names_are_shortened_only_where_their_order_is_known() {
        assert_eq!(short_name("佐藤 花子", Language::Ja), "佐藤");
        assert_eq!(short_name("佐藤 花子", Language::En), "佐藤 花子");
        assert_eq!(short_name("Hanako Sato", Language::En), "Hanako");
        assert_eq!(short_name("SATO Hanako", Language::En), "SATO Hanako");
        assert_eq!(short_name("Hanako Sato", Language::Ja), "Hanako Sato");
        assert_eq!(short_name("Dr. Hanako Sato", Language::En), "Dr. Hanako Sato");
        assert_eq!(addressed("北山設計 御中", Language::Ja), "北山設計 御中");
    }
}
