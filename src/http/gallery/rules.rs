//! The rules of signing in.

use super::States;
use super::cast::Cast;
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::view::{Frame, RulesForm, RulesPage};
use crate::model::{Combination, PasswordProfile, PasswordRules, Role, SignInRules, Time};

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("rules");
    let page = |frame: Frame, profile: PasswordProfile, offered: &[Combination]| {
        let rules = SignInRules::new(PasswordRules::of(profile));
        let passwords = &rules.passwords;
        RulesPage {
            frame,
            offered: offered.to_vec(),
            deviations: rules.deviations(),
            form: RulesForm {
                profile,
                minimum: passwords.minimum.to_string(),
                minimum_with_second: passwords.minimum_with_second.to_string(),
                max_age_days: "90".into(),
                history: "12".into(),
                combinations: Role::ALL.iter().map(|role| (*role, rules.for_role(*role).to_vec())).collect(),
            },
            networks: vec![("network-staff", "192.0.2.0/24, 2001:db8::/32".into()), ("network-admin", String::new())],
            bans: Vec::new(),
        }
    };
    let few = [Combination::Password, Combination::PasswordTotp, Combination::Passkey];
    states.add("rules-nist", page(cast.frame(true), PasswordProfile::Nist, &few));
    let until = Time::from_millis(1_795_408_200_000);
    let bans = vec![("198.51.100.7".to_owned(), until), ("2001:db8:1:2::/64".to_owned(), until)];
    let guideline = page(cast.frame(true), PasswordProfile::JpGuideline, Combination::ALL);
    states.add("rules-guideline", RulesPage { bans, ..guideline });
    let shut_out = cast.refused(true, "combinations", Problem::WouldShutOut);
    states.add("rules-shut-out", page(shut_out, PasswordProfile::Nist, &few));
    let flaw = FieldFlaw::OutOfBounds { least: 8, most: 64 };
    let short = cast.refused(true, "minimum", Problem::Field { field: "minimum", flaw });
    states.add("rules-out-of-bounds", page(short, PasswordProfile::Nist, &few));
    states
}
