//! `kakitome gallery`: a page for every state of every screen, to be looked at while they are worked on.

use std::net::{SocketAddr, TcpListener};

use crate::error::Doing;
use crate::http::gallery;

use super::failure::Result;
use super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

pub(super) async fn run(args: Args, terminal: Terminal) -> Result<()> {
    let listener = TcpListener::bind(args.listen).doing("binding")?;
    let address = listener.local_addr().doing("binding")?;
    let server = gallery::start(listener)?;
    terminal.print(format!("http://{address}/gallery"))?;
    Ok(server.await.doing("serving")?)
}
