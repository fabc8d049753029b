//! `kakitome audit certificate` and `kakitome audit proof`: what the log proves of a deletion, a delivery or an event, as
//! files for somebody who has nothing but the log's key.

use crate::error::{Error, Problem};
use crate::gateway::Gateway;
use crate::model::{CertificateForm, EventId, TransferId};
use crate::staff::log::certificate::{Batch, Month, certificate};
use crate::staff::log::receipt::Signing;
use crate::staff::log::{Asking, receipt};
use crate::store::{deliveries, transfers};

use super::super::console::Console;
use super::super::failure::Result;
use super::super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The transfer, by the reference of one of its deliveries or by its id
    #[arg(value_name = "REFERENCE", required_unless_present = "month")]
    transfer: Option<String>,
    /// All of a month, as YEAR-MONTH
    #[arg(long, value_name = "MONTH", conflicts_with = "transfer")]
    month: Option<String>,
    #[command(flatten)]
    console: Console,
}

#[derive(Debug, clap::Args)]
pub(super) struct ProofArgs {
    /// An event by its id, or a delivery by its reference
    #[arg(value_name = "EVENT-ID|REFERENCE")]
    what: String,
    #[command(flatten)]
    console: Console,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    args.console.require_installation(terminal)?;
    let gateway = args.console.open().await?.gateway;
    if let Some(month) = &args.month {
        let mut batch = Batch::begin(&gateway, Asking::console(), Month::parse(month)?).await?;
        while let Some(line) = batch.next(&gateway).await? {
            terminal.print(line.trim_end())?;
        }
        return Ok(());
    }
    let transfer = transfer(&gateway, args.transfer.as_deref().unwrap_or_default()).await?;
    let made = certificate(&gateway, Asking::console(), transfer, CertificateForm::File).await?;
    terminal.print(made.text)
}

/// The transfer that a reference or an id names.
async fn transfer(gateway: &Gateway, name: &str) -> Result<TransferId> {
    let reference = name.trim().to_ascii_uppercase();
    let id: Option<TransferId> = name.trim().parse().ok();
    let found = gateway.store.read(move |tx| match id {
        Some(id) => Ok(transfers::find(tx, id)?.map(|transfer| transfer.id)),
        None => Ok(deliveries::by_reference(tx, &reference)?.map(|delivery| delivery.transfer)),
    });
    Ok(found.await?.ok_or(Error::from(Problem::NotFound))?)
}

pub(super) async fn prove(args: ProofArgs, terminal: Terminal) -> Result<()> {
    args.console.require_installation(terminal)?;
    let gateway = args.console.open().await?.gateway;
    if let Ok(event) = args.what.parse::<EventId>() {
        let proof = receipt::proof(&gateway, Asking::console(), event).await?;
        return terminal.print(receipt::written(&proof)?.0);
    }
    let reference = args.what.trim().to_ascii_uppercase();
    let delivery = gateway.store.read(move |tx| deliveries::by_reference(tx, &reference)).await?;
    let delivery = delivery.ok_or(Error::from(Problem::NotFound))?;
    let offered = receipt::offered(&gateway, Asking::console(), delivery.transfer).await?;
    let of_delivery = offered.iter().filter(|one| one.delivery.is_none_or(|of| of == delivery.id));
    let (never, others): (Vec<_>, Vec<_>) = of_delivery.partition(|one| one.signing == Signing::Never);
    for one in others {
        let receipt = receipt::receipt(&gateway, Asking::console(), delivery.transfer, one.event).await?;
        terminal.print(receipt::written(&receipt)?.0)?;
    }
    // What can be proved is printed all the same.
    if never.is_empty() { Ok(()) } else { Err(Error::from(Problem::NeverSigned).into()) }
}
