//! `kakitome policy`: the standards of the office, at the console of the server.

use clap::Subcommand;
use serde_json::json;

use crate::config::{SETTINGS, Setting, Unit};
use crate::gateway::Gateway;
use crate::http::{guideline_text, setting_text};
use crate::model::{Limits, RIGHTS, Role};
use crate::staff::departments;
use crate::staff::guideline::{self, Place};
use crate::staff::policy::{self, Changes};
use crate::staff::registrar::Registrar;

use super::console::Console;
use super::failure::{Failure, Result};
use super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show every setting with its bounds
    Show(Console),
    /// Change settings
    Set(Set),
    /// Take settings back to what the configuration says
    Reset(Reset),
    /// Show what is narrowed for departments, or narrow it
    Department(Department),
    /// Show which rows of the guideline (S1 to S10) the present settings fulfil
    Guideline(Console),
    /// Print who may do what
    Rights,
}

#[derive(Debug, clap::Args)]
struct Set {
    /// What shall be different, such as hold_minutes=5
    #[arg(required = true, value_name = "NAME=VALUE", value_parser = assignment)]
    settings: Vec<(String, String)>,
    /// Why, for the log
    #[arg(long, default_value = "")]
    reason: String,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
struct Reset {
    /// Settings to take back; none: all of them
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Why, for the log
    #[arg(long, default_value = "")]
    reason: String,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
struct Department {
    /// The department as the register writes it; without one all are listed
    name: Option<String>,
    /// Bytes of a transfer at most
    #[arg(long, value_name = "BYTES", requires = "name")]
    most_bytes: Option<i64>,
    /// Recipients of a transfer at most
    #[arg(long, value_name = "COUNT", requires = "name")]
    most_recipients: Option<i32>,
    /// Hours that files are kept at most
    #[arg(long, value_name = "HOURS", requires = "name")]
    most_keep_hours: Option<i32>,
    /// Domains that may be sent to; repeat for more
    #[arg(long = "domain", value_name = "DOMAIN", value_delimiter = ',', requires = "name")]
    domains: Vec<String>,
    /// Every transfer must be approved
    #[arg(long, requires = "name")]
    needs_approval: bool,
    /// Take its limits away
    #[arg(long, requires = "name", conflicts_with_all = ["most_bytes", "most_recipients", "most_keep_hours", "domains", "needs_approval"])]
    none: bool,
    /// Why, for the log
    #[arg(long, default_value = "")]
    reason: String,
    #[command(flatten)]
    console: Console,
}

fn assignment(text: &str) -> std::result::Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE is needed")?;
    let setting = Setting::named(name).ok_or_else(|| format!("there is no setting `{name}`"))?;
    value_of(setting, value).map(|_| (name.to_owned(), value.to_owned()))
}

/// A number in the unit of the setting, or one of its words.
fn value_of(setting: &Setting, text: &str) -> std::result::Result<u64, String> {
    if let Unit::Words(words) = setting.unit
        && let Some(place) = words.iter().position(|word| *word == text)
    {
        return Ok(place as u64);
    }
    text.parse().map_err(|_| format!("`{text}` is no value of {}", setting.name))
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    match args.verb {
        Verb::Show(console) => show(&console.open().await?.gateway, terminal).await,
        Verb::Set(args) => {
            let gateway = args.console.open().await?.gateway;
            let registrar = Registrar::console().because(&args.reason)?;
            policy::change(&gateway, &registrar, changes(args.settings)?).await?;
            show(&gateway, terminal).await
        }
        Verb::Reset(args) => {
            let gateway = args.console.open().await?.gateway;
            policy::reset(&gateway, &Registrar::console().because(&args.reason)?, args.names).await?;
            show(&gateway, terminal).await
        }
        Verb::Department(args) => department(args, terminal).await,
        Verb::Guideline(console) => print_guideline(&console.open().await?.gateway, terminal).await,
        Verb::Rights => rights(terminal),
    }
}

fn changes(settings: Vec<(String, String)>) -> Result<Changes> {
    let value = |(name, text): (String, String)| {
        let setting = Setting::named(&name).ok_or_else(|| Failure::Usage(name.clone()))?;
        let value = value_of(setting, &text).map_err(Failure::Usage)?;
        Ok((name, Some(value)))
    };
    settings.into_iter().map(value).collect()
}

async fn show(gateway: &Gateway, terminal: Terminal) -> Result<()> {
    let values = policy::set_values(gateway).await?;
    let usual = gateway.policy.usual();
    let rows = SETTINGS.iter().map(|setting| (setting, setting.of(&usual), values.get(setting.name).copied()));
    if terminal.json {
        let rows = rows.map(|(setting, usual, set)| {
            json!({"name": setting.name, "value": set.unwrap_or(usual), "usual": usual, "changed": set.is_some(),
                "unit": setting.unit.word(), "least": setting.least, "most": setting.most})
        });
        return terminal.print_json(&rows.collect::<Vec<_>>());
    }
    for (setting, usual, set) in rows {
        let told = setting_text::value(&terminal.texts, setting, set.unwrap_or(usual));
        let mark = if set.is_some() { "*" } else { " " };
        let (value, least, most) = (set.unwrap_or(usual), setting.least, setting.most);
        terminal.print(format!("{mark} {:<24} {value:<12} {told}  [{least}..{most}]  {usual}", setting.name))?;
    }
    Ok(())
}

async fn department(args: Department, terminal: Terminal) -> Result<()> {
    let gateway = args.console.open().await?.gateway;
    let limits = Limits {
        most_bytes: args.most_bytes,
        most_recipients: args.most_recipients,
        most_keep_hours: args.most_keep_hours,
        domains: args.domains,
        needs_approval: args.needs_approval,
    };
    if let Some(name) = &args.name
        && (args.none || limits != Limits::default())
    {
        departments::limit(&gateway, &Registrar::console().because(&args.reason)?, name, limits).await?;
    }
    let all = departments::list(&gateway).await?;
    let listed = all.into_iter().filter(|one| args.name.as_ref().is_none_or(|name| one.name == name.trim()));
    if terminal.json {
        let rows = listed.map(|one| {
            let limits = one.limits.unwrap_or_default();
            json!({"name": one.name, "members": one.members, "most_bytes": limits.most_bytes,
                "most_recipients": limits.most_recipients, "most_keep_hours": limits.most_keep_hours,
                "domains": limits.domains, "needs_approval": limits.needs_approval})
        });
        return terminal.print_json(&rows.collect::<Vec<_>>());
    }
    for one in listed {
        let limits = one.limits.map_or_else(String::new, |limits| setting_text::limits(&terminal.texts, &limits));
        let limits = if limits.is_empty() { "-".to_owned() } else { limits };
        terminal.print(format!("{}  {}  {limits}", one.name, one.members))?;
    }
    Ok(())
}

async fn print_guideline(gateway: &Gateway, terminal: Terminal) -> Result<()> {
    let table = guideline::table(&guideline::facts(gateway).await?);
    if terminal.json {
        let rows = table.iter().map(|row| {
            let reasons = row.reasons.iter().map(|reason| reason.because);
            json!({"row": row.name, "verdict": row.verdict, "reasons": reasons.collect::<Vec<_>>()})
        });
        return terminal.print_json(&rows.collect::<Vec<_>>());
    }
    for row in table {
        let asked = guideline_text::asked(&terminal.texts, &row);
        let verdict = terminal.texts.text(guideline_text::verdict_key(row.verdict));
        terminal.print(format!("{}  {verdict}  {asked}", row.name))?;
        for reason in row.reasons {
            let place = match reason.place {
                Place::Nowhere => String::new(),
                Place::Page(place) | Place::Staff(place) | Place::Key(place) => format!("  ({place})"),
            };
            terminal.print(format!("    {}{place}", guideline_text::reason(&terminal.texts, &reason)))?;
        }
    }
    Ok(())
}

/// The table of rights, as Markdown: for reading, and for the manual.
fn rights(terminal: Terminal) -> Result<()> {
    if terminal.json {
        let rows = RIGHTS.iter().map(|(right, cells)| {
            let cells = Role::ALL.iter().zip(cells).map(|(role, reach)| (role.word().to_owned(), json!(reach)));
            json!({"right": right, "roles": cells.collect::<serde_json::Map<_, _>>()})
        });
        return terminal.print_json(&rows.collect::<Vec<_>>());
    }
    let texts = &terminal.texts;
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let roles = Role::ALL.iter().map(|role| setting_text::role(texts, *role));
    terminal.print(line(std::iter::once(texts.text("rights-right")).chain(roles).collect()))?;
    terminal.print(line(vec!["---".to_owned(); Role::ALL.len() + 1]))?;
    for (right, cells) in &RIGHTS {
        let reaches = cells.iter().map(|reach| setting_text::reach(texts, *reach));
        terminal.print(line(std::iter::once(setting_text::right(texts, *right)).chain(reaches).collect()))?;
    }
    Ok(())
}
