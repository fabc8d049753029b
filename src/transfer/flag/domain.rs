//! Domains that are easily taken for another: by their letters, by what stands around a known name, by their scripts.

use std::collections::HashSet;

use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

/// Letters of a name below which one other letter makes another name: `nec` and `nfc` are two companies.
const SHORTEST_TYPO: usize = 5;
/// Letters of a name from which two slips are still seen as the same name.
const LONG: usize = 11;
/// Letters of a name below which it says nothing when it stands inside another.
const SHORTEST_INSIDE: usize = 4;

/// What impostors add to a name, and companies too.
const ADDED: &[&str] = &[
    "biz",
    "co",
    "com",
    "corp",
    "corporation",
    "cloud",
    "email",
    "gp",
    "group",
    "hd",
    "holdings",
    "hq",
    "inc",
    "info",
    "invoice",
    "japan",
    "jp",
    "kk",
    "limited",
    "login",
    "ltd",
    "mail",
    "net",
    "office",
    "official",
    "online",
    "pay",
    "portal",
    "secure",
    "security",
    "service",
    "services",
    "share",
    "support",
    "system",
    "team",
    "tokyo",
    "web",
];

/// A domain as people read it, taken apart. What comparing needs is worked out once.
pub(super) struct Read {
    /// Lower case, punycode decoded.
    whole: String,
    /// The part that somebody registered: `aozora.co.jp`.
    registered: String,
    /// Its name alone: `aozora`.
    name: Name,
    /// The name as a hasty reader sees it.
    folded: Name,
    /// The registered part in front of another domain, with a point or with hyphens.
    dotted: String,
    hyphened: String,
    has_hyphen: bool,
}

/// A name, and what tells without comparing letter by letter that another is far from it.
struct Name {
    text: String,
    length: usize,
    /// Which letters are in it, as bits.
    letters: u64,
}

impl Name {
    fn of(text: String) -> Self {
        let letters = text.chars().fold(0, |letters, c| letters | 1 << (u32::from(c) % u64::BITS));
        Self { length: text.chars().count(), letters, text }
    }

    /// Whether more than `most` slips lie between the two: each adds a letter, takes one, or makes one of another.
    fn is_far(&self, other: &Self, most: usize) -> bool {
        let differing = (self.letters ^ other.letters).count_ones() as usize;
        self.length.abs_diff(other.length) > most || differing > 2 * most
    }
}

impl Read {
    pub(super) fn of(domain: &str) -> Self {
        let whole = shown(domain);
        let registered = psl::domain_str(&whole).unwrap_or(&whole).to_owned();
        let suffix = psl::suffix_str(&registered).unwrap_or_default();
        let name = registered.strip_suffix(suffix).unwrap_or(&registered).trim_end_matches('.');
        let name = if name.is_empty() { registered.clone() } else { name.to_owned() };
        let (dotted, hyphened) = (format!("{registered}."), registered.replace('.', "-"));
        let has_hyphen = whole.contains('-');
        Self { folded: Name::of(folded(&name)), name: Name::of(name), registered, whole, dotted, hyphened, has_hyphen }
    }

    /// Whether one of the two is easily taken for the other; part of one is the same.
    pub(super) fn is_twin_of(&self, other: &Self) -> bool {
        self.registered != other.registered && (is_like(self, other) || is_like(other, self))
    }
}

/// Domains that are known, each taken apart once for all recipients.
pub(super) struct Known<'a> {
    domains: Vec<(Read, &'a str)>,
    registered: HashSet<String>,
}

impl<'a> Known<'a> {
    pub(super) fn of(domains: &[&'a str]) -> Self {
        let domains: Vec<(Read, &str)> = domains.iter().map(|one| (Read::of(one), *one)).collect();
        let registered = domains.iter().map(|(read, _)| read.registered.clone()).collect();
        Self { domains, registered }
    }

    /// Whether a domain is a known one, or part of it.
    pub(super) fn holds(&self, read: &Read) -> bool {
        self.registered.contains(&read.registered)
    }

    /// The known domain that this one is easily taken for; none when it is known itself, or like none.
    pub(super) fn like(&self, read: &Read) -> Option<&'a str> {
        if self.holds(read) {
            return None;
        }
        self.domains.iter().find(|(known, _)| is_like(read, known)).map(|(_, known)| *known)
    }
}

/// A domain as people read it: lower case, punycode (RFC 3492) decoded.
pub(super) fn shown(domain: &str) -> String {
    let (text, _) = idna::domain_to_unicode(domain.trim_end_matches('.'));
    text.to_lowercase()
}

/// Whether a label of the domain mixes letters of scripts that no language mixes (UTS 39, 5.1).
pub(super) fn is_mixed(domain: &str) -> bool {
    shown(domain).split('.').any(|label| !label.is_single_script())
}

fn is_like(read: &Read, known: &Read) -> bool {
    read.folded.text == known.folded.text
        || is_slip(&read.name, &known.name)
        || is_slip(&read.folded, &known.folded)
        || is_inside(read, known)
}

/// What a hasty reader sees: confusable letters become one (UTS 39, 4), so do pairs of letters that look like one.
fn folded(name: &str) -> String {
    let skeleton: String = skeleton(name).collect::<String>().to_lowercase();
    skeleton.replace("rn", "m").replace("vv", "w").replace("cl", "d").replace(['0', 'ο'], "o").replace(['1', 'i'], "l")
}

/// A letter too much, too few, another, or two that changed places; in long names twice.
fn is_slip(name: &Name, known: &Name) -> bool {
    let most = match name.length.min(known.length) {
        0..SHORTEST_TYPO => return false,
        SHORTEST_TYPO..LONG => 1,
        _ => 2,
    };
    if name.is_far(known, most) {
        return false;
    }
    let distance = strsim::osa_distance(&name.text, &known.text);
    distance > 0 && distance <= most && !differs_by_number(&name.text, &known.text)
}

/// Numbered names are siblings: `clinic1` and `clinic2`.
fn differs_by_number(name: &str, known: &str) -> bool {
    let without = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let has_digit = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    has_digit(name) && has_digit(known) && without(name) == without(known)
}

/// The known name with something around it that changes nothing for its reader: `aozora-inc`, `aozorajp`,
/// `aozora.example.evil.example`.
fn is_inside(read: &Read, known: &Read) -> bool {
    let name = known.name.text.as_str();
    if known.name.length < SHORTEST_INSIDE {
        return false;
    }
    if is_in_front(read, known) {
        return true;
    }
    let rest = match (read.name.text.strip_prefix(name), read.name.text.strip_suffix(name)) {
        (Some(rest), _) => rest.trim_start_matches('-'),
        (None, Some(rest)) => rest.trim_end_matches('-'),
        (None, None) => return false,
    };
    rest.is_empty() || rest.split('-').all(|word| ADDED.contains(&word))
}

/// The whole known domain in front of another, with points or hyphens.
fn is_in_front(read: &Read, known: &Read) -> bool {
    let labels = read.whole.strip_suffix(&read.registered).unwrap_or_default();
    let begins = |place: usize| labels.get(..place).is_none_or(|before| before.is_empty() || before.ends_with('.'));
    // Most have neither: it is not even looked for.
    let pointed = !labels.is_empty() && labels.match_indices(&known.dotted).any(|(place, _)| begins(place));
    pointed || (read.has_hyphen && read.whole.contains(&known.hyphened))
}
