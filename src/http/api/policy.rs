//! The policy: every default with its bounds, and changes of it by administrators.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::describe::Refusals;
use super::input::Input;
use crate::config::{SETTINGS, Setting, Unit};
use crate::gateway::{Gateway, Values};
use crate::http::guard::{StaffAdministrator, StaffRegisterReader, check_network};
use crate::http::problem::Failure;
use crate::http::routes::Side;
use crate::staff::policy;
use crate::staff::registrar::Registrar;

/// The policy.
#[derive(Serialize, ToSchema)]
#[schema(as = Policy)]
pub struct PolicyOut {
    /// Every setting.
    settings: Vec<SettingOut>,
}

/// A setting of the policy.
#[derive(Serialize, ToSchema)]
#[schema(as = Setting)]
pub struct SettingOut {
    /// Its name, as in the configuration.
    name: &'static str,
    /// Its value in force. Where `words` are listed, the place of a word among them.
    value: u64,
    /// Its value in the configuration.
    usual: u64,
    /// Whether an administrator has set it.
    changed: bool,
    /// What it counts: `minutes`, `hours`, `days`, `months`, `bytes`, `count` or `words`.
    unit: &'static str,
    /// The words that its values stand for.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<&'static [&'static str]>,
    /// The only values that it may have, where they are listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<&'static [u64]>,
    /// The least that it may be.
    least: u64,
    /// The most that it may be.
    most: u64,
}

/// What shall be different, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyIn {
    /// Values by the names of their settings; null takes a setting back to the configuration. Others stay.
    settings: BTreeMap<String, Option<u64>>,
    /// Why, for the log: at most 400 characters.
    #[serde(default)]
    reason: String,
}

fn out(gateway: &Gateway, values: &Values) -> PolicyOut {
    let usual = gateway.policy.usual();
    PolicyOut { settings: SETTINGS.iter().map(|setting| setting_out(setting, setting.of(&usual), values)).collect() }
}

fn setting_out(setting: &'static Setting, usual: u64, values: &Values) -> SettingOut {
    let set = values.get(setting.name).copied();
    let (words, choices) = match setting.unit {
        Unit::Words(words) => (Some(words), None),
        Unit::OneOf(numbers) => (None, Some(numbers)),
        _ => (None, None),
    };
    SettingOut {
        name: setting.name,
        value: set.unwrap_or(usual),
        usual,
        changed: set.is_some(),
        unit: setting.unit.word(),
        words,
        choices,
        least: setting.least,
        most: setting.most,
    }
}

/// Shows the policy.
#[utoipa::path(get, operation_id = "showPolicy", path = "/policy", tag = "policy",
    responses((status = 200, description = "The policy", body = PolicyOut), Refusals))]
pub async fn show(gateway: web::Data<Gateway>, _: StaffRegisterReader) -> Result<HttpResponse, Failure> {
    let values = policy::set_values(&gateway).await?;
    Ok(HttpResponse::Ok().json(out(&gateway, &values)))
}

/// Changes the policy. Everything that is named is changed, or nothing.
#[utoipa::path(patch, operation_id = "changePolicy", path = "/policy", tag = "policy", request_body = PolicyIn,
    responses((status = 200, description = "The policy", body = PolicyOut), Refusals))]
pub async fn change(
    gateway: web::Data<Gateway>,
    request: HttpRequest,
    administrator: StaffAdministrator,
    input: Input<PolicyIn>,
) -> Result<HttpResponse, Failure> {
    // The page is on the administrators' listener; this is not, so that their networks are asked here.
    check_network(&request, Side::Administration)?;
    let PolicyIn { settings, reason } = input.value;
    let registrar = Registrar::administrator(&gateway, &administrator.0, &reason)?;
    policy::change(&gateway, &registrar, settings).await?;
    let values = policy::set_values(&gateway).await?;
    Ok(HttpResponse::Ok().json(out(&gateway, &values)))
}
