//! Files of a form, for browsers without scripts: streamed like any upload, their length known at their end only.

use actix_multipart::{Field, Multipart};
use actix_web::{HttpRequest, web};
use futures_util::StreamExt;
use tokio::sync::mpsc;

use super::body::{Ending, PATIENCE, PIECES, POLITE_TIME, pump, read_politely, runtime};
use crate::crypt::{sanitise_name, zip_names};
use crate::error::{Doing, Error, Problem, Result};
use crate::gateway::Gateway;
use crate::http::guard;
use crate::model::TransferId;
use crate::staff::permit::Sender;
use crate::transfer::draft;
use crate::transfer::upload::{self, NewFile};

/// Bytes of a small field at most.
const SMALL: usize = 1024;

/// What a form brought.
#[derive(Default)]
pub struct Taken {
    /// Files that are in the draft now.
    pub files: usize,
    /// Whether one of them got a number, because the draft had a file of its name.
    pub renamed: bool,
}

/// Takes in the field `csrf`, which must come first, and every `files`. Files before a refused one stay in the draft.
///
/// # Errors
/// `Forged`; `Malformed` for a body that is no such form; what `upload::begin_open_ended` and `append_to_end` refuse.
pub async fn receive_form(
    request: &HttpRequest,
    gateway: &web::Data<Gateway>,
    sender: &Sender,
    transfer: TransferId,
    mut form: Multipart,
) -> Result<Taken> {
    let taken = take(request, gateway, sender, transfer, &mut form).await;
    if taken.is_err() {
        let rest = async {
            while let Some(Ok(mut field)) = form.next().await {
                read_politely(&mut field).await;
            }
        };
        drop(tokio::time::timeout(POLITE_TIME, rest).await);
    }
    taken
}

async fn take(
    request: &HttpRequest,
    gateway: &web::Data<Gateway>,
    sender: &Sender,
    transfer: TransferId,
    form: &mut Multipart,
) -> Result<Taken> {
    let (mut own, mut taken) = (false, Taken::default());
    let present = draft::overview(gateway, &sender.watcher(), transfer).await?;
    let mut names: Vec<String> = present.files.into_iter().map(|file| file.name).collect();
    while let Some(field) = in_time(form.next()).await? {
        let mut field = field.map_err(broken)?;
        match field.name().unwrap_or_default() {
            "csrf" => {
                let value = in_time(field.bytes(SMALL)).await?.map_err(|_| Problem::Forged)?.map_err(broken)?;
                guard::check_form(request, &String::from_utf8_lossy(&value))?;
                own = true;
            }
            "files" if !own => return Err(Problem::Forged.into()),
            "files" => {
                let name = field.content_disposition().and_then(|line| line.get_filename()).unwrap_or_default();
                if name.is_empty() {
                    // What a browser sends when nothing was chosen.
                    read_politely(&mut field).await;
                    continue;
                }
                let (wanted, name) = (sanitise_name(name), free_name(&names, name));
                take_file(request, gateway, sender, transfer, &mut field, name.clone()).await?;
                taken.files += 1;
                taken.renamed |= name != wanted;
                names.push(name);
            }
            _ => drop(in_time(field.bytes(SMALL)).await?),
        }
    }
    Ok(taken)
}

/// The name as it will be kept, with a number if one of `names` is the same.
fn free_name(names: &[String], name: &str) -> String {
    let all = names.iter().cloned().chain([name.to_owned()]).collect();
    zip_names(all).pop().unwrap_or_default()
}

async fn take_file(
    request: &HttpRequest,
    gateway: &web::Data<Gateway>,
    sender: &Sender,
    transfer: TransferId,
    field: &mut Field,
    name: String,
) -> Result<()> {
    let media_type = field.content_type().map(ToString::to_string).unwrap_or_default();
    let new = NewFile { name, media_type, size: 0 };
    let file = upload::begin_open_ended(gateway, sender, transfer, new).await?;
    let (pieces, receiver) = mpsc::channel(PIECES);
    let work = upload::append_to_end(gateway.clone().into_inner(), sender.clone(), file, receiver);
    let task = runtime(request).spawn(work);
    let ending = pump(field, pieces).await;
    let done = task.await.doing("writing an upload")?;
    if ending == Ending::Refused {
        read_politely(field).await;
    }
    done.map(drop)
}

async fn in_time<T>(step: impl Future<Output = T>) -> Result<T> {
    let stalled = || Problem::Malformed { detail: "the form did not arrive in time".into() };
    tokio::time::timeout(PATIENCE, step).await.map_err(|_| stalled().into())
}

fn broken(error: actix_multipart::MultipartError) -> Error {
    Problem::Malformed { detail: error.to_string() }.into()
}
