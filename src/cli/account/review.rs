//! `kakitome account review`: the periodic review of the account register, at the console of the server. Who decides or
//! signs is as is said here, and the record says that.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use serde_json::json;

use crate::gateway::Gateway;
use crate::http::api::reviews::{ReviewOut, SheetOut, SignedOut};
use crate::http::{days, review_table};
use crate::model::{AccountId, Decision, ReviewId, ReviewState, Role};
use crate::staff::register;
use crate::staff::registrar::Registrar;
use crate::staff::review::{self, Decider, Reviewers, Sheet, Viewer, Wanted, Whom, record};
use crate::store::reviews::Review;

use super::super::console::Console;
use super::super::failure::{Failure, Result};
use super::super::private_file::write_bytes;
use super::super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Begin a review of every account that is not stopped
    Start(Start),
    /// List all reviews
    List(Console),
    /// Show the accounts of a review and what was decided
    Show(One),
    /// Give accounts of the open review to another reviewer
    Assign(Assign),
    /// Decide about an account of the open review; nothing is changed before it is signed
    Decide(Decide),
    /// Sign the open review: what was decided is carried out
    Sign(Sign),
    /// Give the open review up
    Abandon(Abandon),
    /// Write the record of a signed review
    Export(Export),
}

#[derive(Debug, clap::Args)]
struct Start {
    /// Last day, such as 2026-12-24; without one as the policy says
    #[arg(long, value_name = "DATE")]
    deadline: Option<String>,
    /// Mail address of who decides; without one the administrator who is there longest
    #[arg(long, value_name = "EMAIL")]
    reviewer: Option<String>,
    /// Who decides about a department; repeat for more
    #[arg(long = "department", value_name = "NAME=EMAIL")]
    departments: Vec<String>,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
struct One {
    /// Id of the review; without one the open one
    id: Option<ReviewId>,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("whom").required(true))]
struct Assign {
    /// Mail address of who decides from now on
    reviewer: String,
    /// Mail address of the account
    #[arg(long, group = "whom", value_name = "EMAIL")]
    account: Option<String>,
    /// The department whose undecided accounts are meant
    #[arg(long, group = "whom", value_name = "NAME")]
    department: Option<String>,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
struct Decide {
    /// Mail address of the account
    email: String,
    /// What becomes of it: keep, reduce, stop
    decision: Decision,
    /// The roles that it keeps, where they are reduced
    #[arg(long, value_name = "ROLE", value_delimiter = ',')]
    roles: Vec<Role>,
    /// Why; needed to reduce or to stop
    #[arg(long, default_value = "")]
    reason: String,
    /// Mail address of who decided
    #[arg(long, value_name = "EMAIL")]
    by: Option<String>,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
struct Sign {
    /// Mail address of the administrator who answers for it
    #[arg(long, value_name = "EMAIL")]
    by: String,
    /// What the record says besides
    #[arg(long, default_value = "")]
    note: String,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
struct Abandon {
    /// Why
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    console: Console,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Csv,
    Json,
}

#[derive(Debug, clap::Args)]
struct Export {
    /// Id of the review; without one the one that was signed last
    id: Option<ReviewId>,
    /// As a table, or as it was signed
    #[arg(long, value_enum, default_value = "json")]
    format: Format,
    /// Write it into a new file that only you can read, instead of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    console: Console,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    match args.verb {
        Verb::Start(args) => start(args, terminal).await,
        Verb::List(console) => {
            let all = review::all(&console.open().await?.gateway).await?;
            print_all(&all, terminal)
        }
        Verb::Show(args) => {
            let gateway = args.console.open().await?.gateway;
            let id = match args.id {
                Some(id) => id,
                None => open(&gateway).await?,
            };
            show(&gateway, id, terminal).await
        }
        Verb::Assign(args) => assign(args, terminal).await,
        Verb::Decide(args) => decide(args, terminal).await,
        Verb::Sign(args) => sign(args, terminal).await,
        Verb::Abandon(args) => {
            let gateway = args.console.open().await?.gateway;
            let id = open(&gateway).await?;
            review::abandon(&gateway, &Registrar::console().because(&args.reason)?, id).await?;
            show(&gateway, id, terminal).await
        }
        Verb::Export(args) => export(args, terminal).await,
    }
}

/// The open review.
async fn open(gateway: &Gateway) -> Result<ReviewId> {
    let open = review::open_to(gateway, Viewer::All).await?;
    open.map(|review| review.id).ok_or_else(none)
}

fn none() -> Failure {
    Failure::Core(crate::error::Problem::NotFound.into())
}

async fn find(gateway: &Gateway, email: &str) -> Result<AccountId> {
    Ok(register::find(gateway, email).await?.id)
}

async fn find_some(gateway: &Gateway, email: Option<&str>) -> Result<Option<AccountId>> {
    match email {
        Some(email) => find(gateway, email).await.map(Some),
        None => Ok(None),
    }
}

async fn start(args: Start, terminal: Terminal) -> Result<()> {
    let gateway = args.console.open().await?.gateway;
    let zone = gateway.office().time_zone;
    let deadline = days::last_moment("deadline", args.deadline.as_deref().unwrap_or_default(), zone)?;
    let usual = find_some(&gateway, args.reviewer.as_deref()).await?;
    let mut departments = Vec::new();
    for text in &args.departments {
        let wrong = || Failure::Usage(format!("`{text}` is not NAME=EMAIL"));
        let (name, email) = text.rsplit_once('=').ok_or_else(wrong)?;
        departments.push((name.to_owned(), find(&gateway, email).await?));
    }
    let id = review::start(&gateway, &Registrar::console(), deadline, Reviewers { usual, departments }).await?;
    show(&gateway, id, terminal).await
}

async fn assign(args: Assign, terminal: Terminal) -> Result<()> {
    let gateway = args.console.open().await?.gateway;
    let id = open(&gateway).await?;
    let to = find(&gateway, &args.reviewer).await?;
    let whom = match (args.account, args.department) {
        (Some(email), _) => Whom::Account(find(&gateway, &email).await?),
        (None, department) => Whom::Department(department.unwrap_or_default()),
    };
    review::assign(&gateway, &Registrar::console(), id, whom, to).await?;
    show(&gateway, id, terminal).await
}

async fn decide(args: Decide, terminal: Terminal) -> Result<()> {
    let gateway = args.console.open().await?.gateway;
    let id = open(&gateway).await?;
    let by = find_some(&gateway, args.by.as_deref()).await?;
    let account = find(&gateway, &args.email).await?;
    let wanted = Wanted { decision: args.decision, roles: args.roles, reason: args.reason };
    review::decide(&gateway, &Decider::console(by), id, vec![account], &wanted).await?;
    show(&gateway, id, terminal).await
}

async fn sign(args: Sign, terminal: Terminal) -> Result<()> {
    let gateway = args.console.open().await?.gateway;
    let id = open(&gateway).await?;
    let by = find(&gateway, &args.by).await?;
    let registrar = Registrar::console().because(&args.note)?;
    let signed = SignedOut::from(review::sign(&gateway, &registrar, id, Some(by), None).await?);
    if terminal.json { terminal.print_json(&signed) } else { terminal.print(signed.line()) }
}

async fn export(args: Export, terminal: Terminal) -> Result<()> {
    let gateway = args.console.open().await?.gateway;
    let id = match args.id {
        Some(id) => id,
        None => {
            let all = review::all(&gateway).await?;
            all.iter().find(|one| one.state == ReviewState::Signed).map(|one| one.id).ok_or_else(none)?
        }
    };
    let kept = record::read(&gateway, id).await?;
    let bytes = match args.format {
        Format::Json => kept.bytes,
        Format::Csv => review_table::csv(&terminal.texts, &kept)?.into_bytes(),
    };
    record::exported_at_console(&gateway, id, &bytes).await?;
    match &args.out {
        Some(file) => write_bytes(file, &bytes),
        None => terminal.print_bytes(&bytes),
    }
}

async fn show(gateway: &Gateway, id: ReviewId, terminal: Terminal) -> Result<()> {
    let sheet = review::look(gateway, Viewer::All, id).await?;
    if terminal.json {
        return terminal.print_json(&SheetOut::from(&sheet));
    }
    print_all(std::slice::from_ref(&sheet.review), terminal)?;
    for row in &sheet.rows {
        terminal.print(line(&sheet, row).trim_end())?;
    }
    Ok(())
}

fn line(sheet: &Sheet, row: &review::Row) -> String {
    let roles: Vec<_> = row.account.roles.iter().map(|role| role.word()).collect();
    let reviewer = row.reviewer.and_then(|id| sheet.people.get(&id)).map(|account| account.email.as_str());
    let decision = row.verdict.as_ref().filter(|_| row.settled).map_or("-", |verdict| verdict.decision.word());
    let reason = row.verdict.as_ref().map(|verdict| verdict.reason.as_str()).unwrap_or_default();
    let (email, reviewer) = (&row.account.email, reviewer.unwrap_or("-"));
    format!("{decision}  {email}  {}  {}  {reviewer}  {reason}", roles.join(","), row.account.state)
}

fn print_all(reviews: &[Review], terminal: Terminal) -> Result<()> {
    if terminal.json {
        let shown: Vec<_> = reviews.iter().map(ReviewOut::from).collect();
        return terminal.print_json(&json!(shown));
    }
    for review in reviews {
        let started = terminal.texts.day(&review.started_at);
        let deadline = terminal.texts.day(&review.deadline_at);
        terminal.print(format!("{}  {}  {started}  {deadline}", review.id, review.state))?;
    }
    Ok(())
}
