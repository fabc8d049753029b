//! Files of a form, for browsers without scripts: streamed like any upload, their length known at their end only.

use actix_multipart::{Field, Multipart};
use actix_web::{HttpRequest, web};
use futures_util::StreamExt;
use tokio::sync::mpsc;

use super::body::{Ending, PATIENCE, PIECES, POLITE_TIME, pump, read_politely, runtime};
use crate::error::{Doing, Error, Problem, Result};
use crate::gateway::Gateway;
use crate::http::guard;
use crate::model::{FileId, TransferId};
use crate::staff::permit::Sender;
use crate::transfer::upload::{self, NewFile};

/// Bytes of a small field at most.
const SMALL: usize = 1024;

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
) -> Result<Vec<FileId>> {
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
) -> Result<Vec<FileId>> {
    let (mut own, mut files) = (false, Vec::new());
    while let Some(field) = in_time(form.next()).await? {
        let mut field = field.map_err(broken)?;
        match field.name().unwrap_or_default() {
            "csrf" => {
                let value = in_time(field.bytes(SMALL)).await?.map_err(|_| Problem::Forged)?.map_err(broken)?;
                guard::check_form(request, &String::from_utf8_lossy(&value))?;
                own = true;
            }
            "files" if !own => return Err(Problem::Forged.into()),
            "files" => files.extend(take_file(request, gateway, sender, transfer, &mut field).await?),
            _ => drop(in_time(field.bytes(SMALL)).await?),
        }
    }
    Ok(files)
}

async fn take_file(
    request: &HttpRequest,
    gateway: &web::Data<Gateway>,
    sender: &Sender,
    transfer: TransferId,
    field: &mut Field,
) -> Result<Option<FileId>> {
    let name = field.content_disposition().and_then(|line| line.get_filename()).unwrap_or_default().to_owned();
    if name.is_empty() {
        // What a browser sends when nothing was chosen.
        read_politely(field).await;
        return Ok(None);
    }
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
    done.map(|_| Some(file))
}

async fn in_time<T>(step: impl Future<Output = T>) -> Result<T> {
    let stalled = || Problem::Malformed { detail: "the form did not arrive in time".into() };
    tokio::time::timeout(PATIENCE, step).await.map_err(|_| stalled().into())
}

fn broken(error: actix_multipart::MultipartError) -> Error {
    Problem::Malformed { detail: error.to_string() }.into()
}
