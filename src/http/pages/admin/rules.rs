//! `/admin/sign-in`: which proofs suffice for which role, what passwords must be, who is turned away.

use actix_web::http::StatusCode;

use super::super::desk::Desk;
use super::super::posted::{Fields, Posted};
use super::super::sign_in::unlock::confirm_first;
use super::super::view::{RulesForm, RulesPage};
use super::super::visit::Answer;
use crate::config::{AllowList, Networks};
use crate::error::{Error, Problem};
use crate::http::routes::{Access, Routes, at};
use crate::model::{Combination, PasswordProfile, PasswordRules, Role, SignInRules};
use crate::staff::{guessing, rules};

/// What a field holds before anybody filled it, and what it means where the profile does not use it.
const USUAL: PasswordRules = PasswordRules::of(PasswordProfile::JpGuideline);

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/admin/sign-in").get(Access::Administrator, show).post(Access::Administrator, save))
        .add(at("/admin/sign-in/bans").post(Access::Administrator, lift));
}

async fn page(desk: &Desk, typed: Option<RulesForm>) -> actix_web::Result<RulesPage> {
    let present = rules::read(&desk.gateway).await.map_err(|error| desk.refuse(error))?;
    let bans = guessing::banned(&desk.gateway).await.map_err(|error| desk.refuse(error))?;
    Ok(RulesPage {
        frame: desk.frame("/admin/sign-in"),
        offered: rules::offered(&desk.gateway, &present),
        deviations: present.deviations(),
        form: typed.unwrap_or_else(|| form(&present)),
        networks: networks(&desk.gateway.sign_in.networks),
        bans,
    })
}

/// What the configuration restricts to networks, with what it does not restrict.
fn networks(networks: &Networks) -> Vec<(&'static str, String)> {
    let named: [(&'static str, &AllowList); 6] = [
        ("network-staff", &networks.staff),
        ("network-admin", &networks.admin),
        ("roles-sender", &networks.sender),
        ("roles-approver", &networks.approver),
        ("roles-auditor", &networks.auditor),
        ("roles-administrator", &networks.administrator),
    ];
    named.into_iter().map(|(name, list)| (name, list.to_string())).collect()
}

fn form(rules: &SignInRules) -> RulesForm {
    let passwords = &rules.passwords;
    let guideline = passwords.profile == PasswordProfile::JpGuideline;
    let days = passwords.max_age_days.or(USUAL.max_age_days).unwrap_or_default();
    RulesForm {
        profile: passwords.profile,
        minimum: passwords.minimum.to_string(),
        minimum_with_second: passwords.minimum_with_second.to_string(),
        max_age_days: days.to_string(),
        history: if guideline { passwords.history } else { USUAL.history }.to_string(),
        combinations: Role::ALL.iter().map(|role| (*role, rules.for_role(*role).to_vec())).collect(),
    }
}

fn typed(fields: &Fields) -> RulesForm {
    let words = |role: &Role| fields.all(role.word()).filter_map(|word| word.parse::<Combination>().ok()).collect();
    RulesForm {
        profile: fields.get("profile").parse().unwrap_or(PasswordProfile::Nist),
        minimum: fields.get("minimum").to_owned(),
        minimum_with_second: fields.get("minimum_with_second").to_owned(),
        max_age_days: fields.get("max_age_days").to_owned(),
        history: fields.get("history").to_owned(),
        combinations: Role::ALL.iter().map(|role| (*role, words(role))).collect(),
    }
}

/// What is no number is out of bounds like any other wrong number.
fn read(form: &RulesForm) -> SignInRules {
    let number = |text: &str| text.trim().parse().unwrap_or(u32::MAX);
    let profile = PasswordRules::of(form.profile);
    let guideline = form.profile == PasswordProfile::JpGuideline;
    SignInRules {
        passwords: PasswordRules {
            minimum: number(&form.minimum),
            minimum_with_second: number(&form.minimum_with_second),
            max_age_days: if guideline { Some(number(&form.max_age_days)) } else { profile.max_age_days },
            history: if guideline { number(&form.history) } else { profile.history },
            ..profile
        },
        combinations: form.combinations.iter().cloned().collect(),
    }
}

async fn show(desk: Desk) -> Answer {
    desk.administrator()?;
    let page = page(&desk, None).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

async fn save(posted: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let administrator = desk.administrator()?;
    let form = typed(&fields);
    match rules::set(&desk.gateway, &administrator, read(&form)).await {
        Ok(()) => Ok(desk.go("/admin/sign-in?done=rules_saved")),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(Error::Problem(problem)) => {
            let mut page = page(&desk, Some(form)).await?;
            page.frame.refuse(if problem == Problem::WouldShutOut { "combinations" } else { "" }, &problem);
            Ok(desk.refused_page(&problem, &page))
        }
        Err(fault) => Err(desk.refuse(fault)),
    }
}

async fn lift(posted: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let administrator = desk.administrator()?;
    match guessing::lift(&desk.gateway, &administrator, fields.get("source")).await {
        Ok(()) => Ok(desk.go("/admin/sign-in?done=ban_lifted")),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(error) => Err(desk.refuse(error)),
    }
}
