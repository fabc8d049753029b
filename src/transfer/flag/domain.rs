//! Domains that are easily taken for another: by their letters, by what stands around a known name, by their scripts.

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

/// A domain as people read it, taken apart.
struct Read {
    /// Lower case, punycode decoded.
    whole: String,
    /// The part that somebody registered: `aozora.co.jp`.
    registered: String,
    /// Its name alone: `aozora`.
    name: String,
}

impl Read {
    fn of(domain: &str) -> Self {
        let whole = shown(domain);
        let registered = psl::domain_str(&whole).unwrap_or(&whole).to_owned();
        let suffix = psl::suffix_str(&registered).unwrap_or_default();
        let name = registered.strip_suffix(suffix).unwrap_or(&registered).trim_end_matches('.').to_owned();
        Self { name: if name.is_empty() { registered.clone() } else { name }, registered, whole }
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

/// The known domain that `domain` is easily taken for; none when it is known itself, or like none.
pub(super) fn like<'a>(domain: &str, known: &[&'a str]) -> Option<&'a str> {
    let read = Read::of(domain);
    let others: Vec<(Read, &str)> = known.iter().map(|one| (Read::of(one), *one)).collect();
    if others.iter().any(|(other, _)| other.registered == read.registered) {
        return None;
    }
    others.iter().find(|(other, _)| is_like(&read, other)).map(|(_, known)| *known)
}

fn is_like(read: &Read, known: &Read) -> bool {
    let (name, other) = (folded(&read.name), folded(&known.name));
    name == other || is_slip(&read.name, &known.name) || is_slip(&name, &other) || is_inside(read, known)
}

/// What a hasty reader sees: confusable letters become one (UTS 39, 4), so do pairs of letters that look like one.
fn folded(name: &str) -> String {
    let skeleton: String = skeleton(name).collect::<String>().to_lowercase();
    skeleton.replace("rn", "m").replace("vv", "w").replace("cl", "d").replace(['0', 'ο'], "o").replace(['1', 'i'], "l")
}

/// A letter too much, too few, another, or two that changed places; in long names twice.
fn is_slip(name: &str, known: &str) -> bool {
    let length = name.chars().count().min(known.chars().count());
    let most = match length {
        0..SHORTEST_TYPO => return false,
        SHORTEST_TYPO..LONG => 1,
        _ => 2,
    };
    let distance = strsim::osa_distance(name, known);
    distance > 0 && distance <= most && !differs_by_number(name, known)
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
    let name = known.name.as_str();
    if name.chars().count() < SHORTEST_INSIDE {
        return false;
    }
    // The whole known domain in front of another, with points or hyphens.
    let dotted = format!("{}.", known.registered);
    let hyphened = known.registered.replace('.', "-");
    let labels = read.whole.strip_suffix(&read.registered).unwrap_or_default();
    if labels.starts_with(&dotted) || labels.contains(&format!(".{dotted}")) || read.whole.contains(&hyphened) {
        return true;
    }
    let rest = match (read.name.strip_prefix(name), read.name.strip_suffix(name)) {
        (Some(rest), _) => rest.trim_start_matches('-'),
        (None, Some(rest)) => rest.trim_end_matches('-'),
        (None, None) => return false,
    };
    rest.is_empty() || rest.split('-').all(|word| ADDED.contains(&word))
}
