//! `kakitome sign-in`: the rules of signing in, at the console of the server. The way back in when a rule or a ban keeps
//! everybody out.

use clap::Subcommand;
use serde_json::json;

use crate::gateway::Gateway;
use crate::model::{Combination, Deviation, Role};
use crate::staff::{guessing, rules};

use super::console::Console;
use super::failure::Result;
use super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show the rules in force, and the sources that are turned away
    Show(Console),
    /// Take the rules back to what the configuration says
    Reset(Console),
    /// Let a source in again before its time
    Unban(Unban),
}

#[derive(Debug, clap::Args)]
struct Unban {
    /// The source as `sign-in show` prints it
    source: String,
    #[command(flatten)]
    console: Console,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    match args.verb {
        Verb::Show(console) => show(&console.open().await?.gateway, terminal).await,
        Verb::Reset(console) => {
            let gateway = console.open().await?.gateway;
            rules::reset(&gateway).await?;
            show(&gateway, terminal).await
        }
        Verb::Unban(args) => {
            let gateway = args.console.open().await?.gateway;
            guessing::lift_at_console(&gateway, &args.source).await?;
            show(&gateway, terminal).await
        }
    }
}

async fn show(gateway: &Gateway, terminal: Terminal) -> Result<()> {
    let rules = rules::read(gateway).await?;
    let banned = guessing::banned(gateway).await?;
    if terminal.json {
        let roles = Role::ALL.iter().map(|role| (role.word().to_owned(), json!(rules.for_role(*role))));
        let banned = banned.iter().map(|(source, until)| json!({"source": source, "until": until.to_rfc3339()}));
        return terminal.print_json(&json!({
            "passwords": rules.passwords,
            "combinations": roles.collect::<serde_json::Map<_, _>>(),
            "deviations": rules.deviations(),
            "banned": banned.collect::<Vec<_>>(),
        }));
    }
    let passwords = &rules.passwords;
    let days = passwords.max_age_days.map_or_else(|| "-".to_owned(), |days| days.to_string());
    terminal.print(format!(
        "passwords  {}  minimum {}  with a second factor {}  mixed classes {}  days {days}  history {}",
        passwords.profile, passwords.minimum, passwords.minimum_with_second, passwords.mixed_classes, passwords.history
    ))?;
    let deviations: Vec<_> = rules.deviations().into_iter().map(Deviation::word).collect();
    terminal.print(format!("deviations  {}", deviations.join(" ")))?;
    for role in Role::ALL {
        let ways: Vec<_> = rules.for_role(*role).iter().map(|one: &Combination| one.word()).collect();
        terminal.print(format!("{role}  {}", ways.join(" | ")))?;
    }
    for (source, until) in banned {
        terminal.print(format!("banned  {source}  until {}", until.to_rfc3339()))?;
    }
    Ok(())
}
