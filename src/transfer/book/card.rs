//! The address book as vCards: read in version 4.0 (RFC 6350), 3.0 and what is older, as phones and mail programs write them;
//! written in 4.0.

use std::collections::HashSet;

use calcard::common::IanaType;
use calcard::vcard::{
    VCard, VCardEntry, VCardParameterName, VCardParameterValue, VCardProperty, VCardValue, VCardVersion,
};
use calcard::{Entry, Parser};

use crate::error::{Doing, FieldFlaw, Result};
use crate::gateway::Gateway;
use crate::model::{Channel, Contact, Language, Recipient};

use super::Typed;
use super::file::{ENTRIES_MOST, Form, Row, RowFlaw, Rows, examined, too_many};

/// How the number is told: ours alone, so that what was written can be read again.
const CHANNEL: &str = "X-KAKITOME-CHANNEL";
/// The rank of what is marked as preferred without a number (vCard 3.0).
const PREFERRED: u32 = 1;
/// The rank of what is not marked: behind every mark (RFC 6350, 5.3, has 1 to 100).
const UNMARKED: u32 = 101;

fn flaw(row: u64, column: &'static str, flaw: FieldFlaw) -> RowFlaw {
    super::file::flaw(Form::Cards, row, column, flaw)
}

/// Whether a text begins as a card does.
pub(super) fn is_one(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    first.eq_ignore_ascii_case("BEGIN:VCARD")
}

/// The entries of a file of cards. Cards without a mail address are passed over: a phone writes everybody whom it knows.
pub(super) fn read(gateway: &Gateway, text: &str) -> std::result::Result<Rows, Vec<RowFlaw>> {
    let cards = cards(text).map_err(|flaw| vec![flaw])?;
    let (mut rows, mut flaws, mut seen, mut without) = (Vec::new(), Vec::new(), HashSet::new(), 0);
    for (number, card) in (1..).zip(&cards) {
        match entry(gateway, number, card) {
            Ok(None) => without += 1,
            Ok(Some(row)) if seen.insert(row.typed.recipient.email.to_lowercase()) => rows.push(row),
            Ok(Some(_)) => flaws.push(flaw(number, "email", FieldFlaw::Duplicate)),
            Err(flaw) => flaws.push(flaw),
        }
    }
    match (flaws.is_empty(), rows.is_empty()) {
        (false, _) => Err(flaws),
        (true, true) => Err(vec![flaw(0, "email", FieldFlaw::Missing)]),
        (true, false) => Ok(Rows { rows, without }),
    }
}

fn cards(text: &str) -> std::result::Result<Vec<VCard>, RowFlaw> {
    // The parser forgives a last card that does not end; a file that was cut off is taken as none.
    if !text.trim_end().lines().next_back().is_some_and(|line| line.trim().eq_ignore_ascii_case("END:VCARD")) {
        return Err(flaw(0, "file", FieldFlaw::Malformed));
    }
    let (mut parser, mut cards) = (Parser::new(text), Vec::new());
    loop {
        match parser.entry() {
            Entry::VCard(_) if cards.len() == ENTRIES_MOST => return Err(too_many(Form::Cards)),
            Entry::VCard(card) => cards.push(card),
            Entry::Eof => return Ok(cards),
            // Something else between cards.
            _ => return Err(flaw(0, "file", FieldFlaw::Malformed)),
        }
    }
}

fn entry(gateway: &Gateway, number: u64, card: &VCard) -> std::result::Result<Option<Row>, RowFlaw> {
    let mut emails = preferred(card, &VCardProperty::Email).into_iter();
    let Some(email) = emails.next() else { return Ok(None) };
    let company = first(card, &VCardProperty::Org);
    let name = name(card, &company, &email);
    let language = preferred(card, &VCardProperty::Lang).iter().find_map(|tag| language(tag));
    let channel = match first(card, &VCardProperty::Other(CHANNEL.into())).as_str() {
        "" => None,
        word => Some(word.parse().map_err(|_| flaw(number, "channel", FieldFlaw::Malformed))?),
    };
    let recipient = Recipient {
        email,
        name,
        language: language.unwrap_or_else(|| gateway.default_language()),
        phone: phone(card),
        phrase: String::new(),
        channel: channel.unwrap_or(Channel::Phone),
    };
    let note = entries(card, &VCardProperty::Note).map(text_of).collect::<Vec<_>>().join("\n");
    let typed = examined(Form::Cards, number, Typed { company, recipient, phone_from_mail: false, note })?;
    let left_out = emails.filter(|other| !other.eq_ignore_ascii_case(&typed.recipient.email)).collect();
    Ok(Some(Row { typed, says_language: language.is_some(), says_channel: channel.is_some(), left_out }))
}

fn entries<'a>(card: &'a VCard, property: &'a VCardProperty) -> impl Iterator<Item = &'a VCardEntry> {
    card.properties(property).filter(|entry| !text_of(entry).is_empty())
}

fn first(card: &VCard, property: &VCardProperty) -> String {
    entries(card, property).next().map(text_of).unwrap_or_default()
}

/// What an entry says; of several parts all that are not empty: a company and its department.
fn text_of(entry: &VCardEntry) -> String {
    parts(entry).into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn parts(entry: &VCardEntry) -> Vec<String> {
    let part = |value: &VCardValue| match value {
        VCardValue::Component(words) => words.join(" ").trim().to_owned(),
        value => value.as_text().unwrap_or_default().trim().to_owned(),
    };
    entry.values.iter().map(part).collect()
}

/// The texts of a property, the preferred one first.
fn preferred(card: &VCard, property: &VCardProperty) -> Vec<String> {
    let mut ranked: Vec<(u32, String)> = entries(card, property).map(|entry| (rank(entry), text_of(entry))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, text)| text).collect()
}

fn rank(entry: &VCardEntry) -> u32 {
    let number = |value: &VCardParameterValue| match value.as_integer() {
        Some(IanaType::Iana(number)) => Some(number),
        _ => None,
    };
    let marked = entry.parameters(&VCardParameterName::Pref).find_map(number);
    marked.unwrap_or(if has_type(entry, "pref") { PREFERRED } else { UNMARKED })
}

fn has_type(entry: &VCardEntry, word: &str) -> bool {
    let types = entry.parameters(&VCardParameterName::Type).filter_map(VCardParameterValue::as_text);
    types.flat_map(|types| types.split(',')).any(|one| one.trim().eq_ignore_ascii_case(word))
}

/// The preferred phone number: none to which only machines listen.
fn phone(card: &VCard) -> String {
    let speaks = |entry: &&VCardEntry| !has_type(entry, "fax") && !has_type(entry, "pager");
    let phone = entries(card, &VCardProperty::Tel).filter(speaks).min_by_key(|entry| rank(entry));
    let text = phone.map(text_of).unwrap_or_default();
    // RFC 3966: what stands behind the number is about the network.
    let bare = text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("tel:")).and_then(|_| text.get(4..));
    bare.map_or(text.clone(), |bare| bare.split(';').next().unwrap_or(bare).to_owned())
}

fn language(tag: &str) -> Option<Language> {
    tag.split(['-', '_']).next()?.to_ascii_lowercase().parse().ok()
}

/// The name as written; where programs put company or address in its place, the parts of the name.
fn name(card: &VCard, company: &str, email: &str) -> String {
    let written = first(card, &VCardProperty::Fn);
    let parts = card.property(&VCardProperty::N).map(parts).unwrap_or_default();
    let part = |place: usize| parts.get(place).cloned().unwrap_or_default();
    let (family, given) = (part(0), part(1));
    let put =
        if format!("{family}{given}").is_ascii() { format!("{given} {family}") } else { format!("{family} {given}") };
    let is_name = !written.is_empty() && written != company && !written.eq_ignore_ascii_case(email);
    if is_name { written } else { put.trim().to_owned() }
}

/// Entries as cards.
///
/// # Errors
/// They cannot be written.
pub(super) fn text(all: &[Contact]) -> Result<String> {
    let mut text = String::new();
    for contact in all {
        written(contact).write_to(&mut text, VCardVersion::V4_0).doing("writing a card")?;
    }
    Ok(text)
}

fn written(contact: &Contact) -> VCard {
    let who = &contact.recipient;
    let one = |name: VCardProperty, text: &str| VCardEntry::new(name).with_value(text.to_owned());
    let shown = [who.name.as_str(), contact.company.as_str(), who.email.as_str()];
    let shown = shown.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    let (family, given) = split(&who.name, who.language);
    let name = [family, given, "", "", ""].map(|part| VCardValue::Text(part.to_owned()));
    let mut entries = vec![one(VCardProperty::Fn, shown), VCardEntry::new(VCardProperty::N).with_values(name.to_vec())];
    let rest = [
        (VCardProperty::Org, contact.company.as_str()),
        (VCardProperty::Email, who.email.as_str()),
        (VCardProperty::Tel, who.phone.as_str()),
        (VCardProperty::Lang, who.language.word()),
        (VCardProperty::Note, contact.note.as_str()),
        (VCardProperty::Other(CHANNEL.into()), who.channel.word()),
    ];
    entries.extend(rest.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| one(name, text)));
    VCard { entries }
}

/// Family name and given name, as far as a space between them tells: the family name is the first in Japanese, the last in
/// English.
fn split(name: &str, language: Language) -> (&str, &str) {
    let parts = match language {
        Language::Ja => name.split_once(char::is_whitespace),
        Language::En => name.rsplit_once(char::is_whitespace).map(|(given, family)| (family, given)),
    };
    let (family, given) = parts.unwrap_or((name, ""));
    (family.trim(), given.trim())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever a stranger's file says, it is read or refused.
        #[test]
        fn no_file_is_too_strange(lines in prop::collection::vec("(EMAIL|TEL|N|FN|ORG|LANG|NOTE|X-A|item1.TEL|BEGIN)?[;:=,\"\\\\ \t.a-c=\u{0}é]{0,12}(ENCODING=(b|QUOTED-PRINTABLE)|CHARSET=x|VALUE=uri|PREF=9)?:?.{0,12}(\n |=\n)?", 0..12)) {
            let text = format!("BEGIN:VCARD\n{}\nEND:VCARD\n", lines.join("\r\n"));
            for card in cards(&text).unwrap_or_default() {
                drop((first(&card, &VCardProperty::Org), phone(&card), preferred(&card, &VCardProperty::Email)));
                drop(name(&card, "", ""));
            }
        }
    }
}
