//! Bringing the files of an order to its draft, each from where it stopped.

use std::collections::HashSet;
use std::sync::Arc;

use reqwest::{Method, StatusCode};

use crate::cli::client::shapes::{DraftFile, Transfer};
use crate::cli::client::{Again, Client, Refused, Trouble, tus};
use crate::cli::failure::Result;
use crate::cli::progress::Progress;
use crate::cli::terminal::Terminal;
use crate::crypt::sanitise_name;

use super::Order;
use super::chosen::Chosen;
use super::draft::Draft;

/// Uploads what is missing; what the draft holds besides is removed.
pub(super) async fn all(
    client: &Client,
    order: &Order,
    transfer: &Transfer,
    draft: &mut Draft,
    terminal: Terminal,
) -> Result<()> {
    adopt(order, &transfer.files, draft)?;
    remove_others(client, order, transfer, draft).await?;
    for (index, file) in order.files.iter().enumerate() {
        file.check_unchanged(terminal)?;
        let progress = Arc::new(Progress::new(&file.name, file.size, terminal));
        one(client, order, &transfer.id, draft, index, file, &progress).await?;
        file.check_unchanged(terminal)?;
        progress.finish();
    }
    Ok(())
}

/// Uploads of the draft that we do not know were begun by a call whose answer was lost; and those of ours that the draft
/// does not know have been given up there.
fn adopt(order: &Order, stored: &[DraftFile], draft: &mut Draft) -> Result<()> {
    let mut strays: Vec<&DraftFile> = Vec::new();
    for file in stored {
        if !(0..order.files.len()).any(|index| is_of(draft.address(index), file)) {
            strays.push(file);
        }
    }
    for (index, file) in order.files.iter().enumerate() {
        if stored.iter().any(|stored| is_of(draft.address(index), stored)) {
            continue;
        }
        let found = strays.iter().position(|stray| stray.size == file.size && stray.name == sanitise_name(&file.name));
        let address = found.map(|at| format!("/api/v1/uploads/{}", strays.swap_remove(at).id));
        draft.set_address(index, address)?;
    }
    Ok(())
}

fn is_of(address: Option<&str>, stored: &DraftFile) -> bool {
    address.is_some_and(|address| address.rsplit('/').next() == Some(stored.id.as_str()))
}

async fn remove_others(client: &Client, order: &Order, transfer: &Transfer, draft: &Draft) -> Result<()> {
    let ours: HashSet<&str> = (0..order.files.len()).filter_map(|i| draft.address(i)?.rsplit('/').next()).collect();
    for stray in transfer.files.iter().filter(|file| !ours.contains(file.id.as_str())) {
        let path = format!("/api/v1/transfers/{}/files/{}", transfer.id, stray.id);
        client.ask(Method::DELETE, &path, None, Again::Always).await?;
    }
    Ok(())
}

async fn one(
    client: &Client,
    order: &Order,
    transfer: &str,
    draft: &mut Draft,
    index: usize,
    file: &Chosen,
    progress: &Arc<Progress>,
) -> Result<()> {
    let mut patience = client.patience();
    let mut arrived = 0;
    loop {
        let step = async {
            let Some(address) = draft.address(index) else {
                return tus::create(client, transfer, &file.name, file.size).await.map(Step::Begun);
            };
            let offset = tus::offset(client, address).await?;
            if offset >= file.size {
                return Ok(Step::Arrived(offset));
            }
            tus::patch(client, address, &file.path, offset, progress).await.map(Step::Arrived)
        };
        match step.await {
            Ok(Step::Begun(address)) => draft.set_address(index, Some(address))?,
            Ok(Step::Arrived(offset)) if offset >= file.size => return Ok(()),
            Ok(Step::Arrived(offset)) => {
                if offset > arrived {
                    patience.progress();
                }
                arrived = offset;
            }
            // Somebody else moved it (a request of ours that was thought lost): the next look tells where it is.
            Err(Trouble::Refused(refused)) if refused.is_status(StatusCode::CONFLICT) => {
                patience.bear(Trouble::Lost { why: refused.title().to_owned(), sent: true }).await?;
            }
            Err(Trouble::Refused(refused)) if is_gone(&refused) && draft.address(index).is_some() => {
                draft.set_address(index, None)?;
                patience.bear(Trouble::Lost { why: refused.title().to_owned(), sent: true }).await?;
            }
            Err(trouble) => {
                let unknown = draft.address(index).is_none();
                patience.bear(trouble).await?;
                if unknown {
                    // The creation may have arrived although its answer did not.
                    let path = format!("/api/v1/transfers/{transfer}");
                    let stored: Transfer = client.json(Method::GET, &path, None, Again::Always).await?;
                    adopt(order, &stored.files, draft)?;
                }
            }
        }
    }
}

enum Step {
    Begun(String),
    Arrived(u64),
}

fn is_gone(refused: &Refused) -> bool {
    refused.is_status(StatusCode::NOT_FOUND) || refused.is_status(StatusCode::GONE)
}
