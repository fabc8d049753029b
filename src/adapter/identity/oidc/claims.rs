//! What a provider says of a person.

use openidconnect::{AdditionalClaims, EndUserEmail, EndUserName, LocalizedClaim};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Claims, OidcSettings, Profile};
use crate::port::Known;

/// Claims that the standard does not name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Extra {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for Extra {}

/// Whether the ID token says all that is needed.
pub(super) fn are_enough(claims: &Claims, settings: &OidcSettings) -> bool {
    let lacks_groups =
        settings.groups_claim.as_ref().is_some_and(|name| at(&claims.additional_claims().all, name).is_none());
    claims.email().is_some() && claims.name().is_some() && !lacks_groups
}

/// The person, from the ID token first.
pub(super) fn known(claims: &Claims, profile: Option<&Profile>, settings: &OidcSettings) -> Known {
    let named = claims.name().or_else(|| profile.and_then(|profile| profile.name()));
    let mail = match (claims.email(), profile) {
        (Some(email), _) => Some((email, claims.email_verified())),
        (None, Some(profile)) => profile.email().map(|email| (email, profile.email_verified())),
        (None, None) => None,
    };
    let groups = settings.groups_claim.as_ref().and_then(|name| {
        let in_profile = || at(&profile?.additional_claims().all, name);
        at(&claims.additional_claims().all, name).or_else(in_profile)
    });
    Known {
        ago: None,
        subject: claims.subject().as_str().to_owned(),
        email: mail.and_then(|(email, verified)| trusted(email, verified, settings.trust_email)),
        name: named.and_then(plain).unwrap_or_default(),
        groups: groups.map(words).unwrap_or_default(),
    }
}

/// An address that is not verified may be anybody's: it names nobody here.
fn trusted(email: &EndUserEmail, verified: Option<bool>, trust: bool) -> Option<String> {
    // Trusting fills in what the provider leaves out; it does not overrule what it says.
    (verified.unwrap_or(trust)).then(|| email.as_str().to_lowercase())
}

fn plain(name: &LocalizedClaim<EndUserName>) -> Option<String> {
    let any = || name.iter().next().map(|(_, name)| name);
    name.get(None).or_else(any).map(|name| name.as_str().to_owned())
}

/// A claim by its name, or by the names of what it lies in: `realm_access.roles`.
fn at<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    claims.get(name).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        at(claims.get(first)?.as_object()?, rest)
    })
}

/// One text or several.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::String(word) => vec![word.clone()],
        Value::Array(all) => all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn groups_are_found_by_name_and_within_others() {
        let claims = json!({"groups": ["a", 1, "b"], "realm_access": {"roles": "c"}, "https://x.example/r": ["d"]});
        let claims = claims.as_object().unwrap();
        let of = |name| at(claims, name).map(words);
        assert_eq!(of("groups"), Some(vec!["a".into(), "b".into()]));
        assert_eq!(of("realm_access.roles"), Some(vec!["c".into()]));
        assert_eq!(of("https://x.example/r"), Some(vec!["d".into()]));
        assert_eq!(of("realm_access"), Some(vec![]));
        assert_eq!(of("groups.roles"), None);
    }

    #[test]
    fn an_address_counts_when_it_is_verified() {
        let email = EndUserEmail::new("Sato@Office.example".into());
        assert_eq!(trusted(&email, Some(true), false).as_deref(), Some("sato@office.example"));
        assert_eq!(trusted(&email, None, true).as_deref(), Some("sato@office.example"));
        for (verified, trust) in [(Some(false), true), (Some(false), false), (None, false)] {
            assert_eq!(trusted(&email, verified, trust), None);
        }
    }
}
