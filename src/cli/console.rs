//! Verbs that work on the stores of this machine: where the installation is, and opening it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::adapter::clock::SystemClock;
use crate::app::{self, App, Places};
use crate::config::Config;

use super::failure::{Failure, Result};
use super::terminal::Terminal;

/// Where an installation keeps its files.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Console {
    /// Configuration file; without one the defaults apply
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Database, sealed files and maildir
    #[arg(long, value_name = "DIR", default_value = "./data")]
    pub(super) data: PathBuf,
    /// Keys; best on another volume, in no backup
    #[arg(long, value_name = "DIR", default_value = "./keys")]
    pub(super) keys: PathBuf,
}

impl Console {
    pub(super) fn config(&self) -> Result<Config> {
        let environment =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Config::load(self.config.as_deref(), environment)
            .map_err(|errors| Failure::failed(errors.to_string(), String::new()))
    }

    pub(super) fn places(&self) -> Places {
        Places { data: self.data.clone(), keys: self.keys.clone() }
    }

    /// Whether there is an installation at all: whoever looks at one must not make one.
    pub(super) fn require_installation(&self, terminal: Terminal) -> Result<()> {
        if self.keys.is_dir() {
            return Ok(());
        }
        let keys = self.keys.display().to_string();
        let what = terminal.phrase("cli-no-installation").with("keys", keys).to_string();
        Err(Failure::failed(what, terminal.phrase("cli-no-installation.next").to_string()))
    }

    /// Opens the stores. A running gateway is not disturbed.
    pub(super) async fn open(&self) -> Result<App> {
        let config = self.config()?;
        super::terminal::log(&config.log)?;
        Ok(app::open(config, self.places(), Arc::new(SystemClock)).await?)
    }
}
