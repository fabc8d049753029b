//! What the checks look at, read once.

use std::path::Path;
use std::{fs, io};

use crate::config::{Scan, ScannerAddress};
use crate::gateway::Gateway;
use crate::model::Signatures;
use crate::port::{MailRecords, ScanFailure, Scanner};

use super::clamd::{Set, Settings};
use super::machine::Machine;
use super::{Saw, Seen};

/// What the checks look at.
pub struct Facts<'a> {
    gateway: &'a Gateway,
    signatures: Option<Result<Signatures, ScanFailure>>,
    clamd: io::Result<Settings>,
    machine: Machine,
    mail: Option<MailRecords>,
}

impl<'a> Facts<'a> {
    /// Asks the scanner who it is, reads its configuration, and asks the domain name system about the office's mail.
    pub async fn gather(gateway: &'a Gateway) -> Self {
        let signatures = match &gateway.scanner {
            Some(scanner) => Some(scanner.signatures().await),
            None => None,
        };
        let clamd =
            fs::read(&gateway.scan.clamd_configuration).map(|bytes| Settings::read(&String::from_utf8_lossy(&bytes)));
        let pid_file = clamd.as_ref().ok().and_then(|clamd| clamd.text("PidFile"));
        let machine = Machine::of_process(pid_file);
        let mail = match &gateway.mail_domain {
            Some(domain) => Some(domain.look().await),
            None => None,
        };
        Self { gateway, signatures, clamd, machine, mail }
    }

    pub(super) fn gateway(&self) -> &Gateway {
        self.gateway
    }

    pub(super) fn scan(&self) -> &Scan {
        &self.gateway.scan
    }

    /// What the world is told of the office's mail; none: mails stay on this machine.
    pub(super) fn mail(&self) -> Option<&MailRecords> {
        self.mail.as_ref()
    }

    /// What the scanner said that it knows; none: there is no scanner.
    pub(super) fn signatures(&self) -> Option<&Result<Signatures, ScanFailure>> {
        self.signatures.as_ref()
    }

    /// The scanner, if it answers; else why there is nothing to look at.
    pub(super) fn scanner(&self) -> Result<&dyn Scanner, Saw> {
        match (&self.gateway.scanner, &self.signatures) {
            (Some(scanner), Some(Ok(_))) => Ok(&**scanner),
            (Some(_), _) => Err(Saw::new(Seen::NoAnswer)),
            (None, _) => Err(Saw::new(Seen::NoScanner)),
        }
    }

    /// clamd's configuration with what it is measured by; else why there is nothing to look at.
    pub(super) fn set(&self) -> Result<Set<'_>, Saw> {
        let Some(address) = &self.scan().clamd else { return Err(Saw::new(Seen::NoScanner)) };
        if !address.is_local() {
            return Err(Saw::new(Seen::ClamdElsewhere).with("address", address.to_string()));
        }
        let file = self.scan().clamd_configuration.display().to_string();
        match &self.clamd {
            Ok(settings) => Ok(Set { settings, scan: self.scan(), machine: &self.machine }),
            Err(error) => Err(Saw::new(Seen::ClamdUnread).with("file", file).with("why", error.to_string())),
        }
    }
}

/// Whether clamd's configuration can be read, and is that of the scanner which is asked.
pub(super) fn configuration(facts: &Facts<'_>) -> Saw {
    let set = match facts.set() {
        Ok(set) => set,
        Err(unable) => return unable,
    };
    let same = match &facts.scan().clamd {
        Some(ScannerAddress::Unix(path)) => {
            set.settings.text("LocalSocket").is_some_and(|socket| same_file(socket.as_ref(), path))
        }
        Some(ScannerAddress::Tcp(address)) => {
            let port = address.rsplit_once(':').map(|(_, port)| port);
            set.settings.text("TCPSocket") == port
        }
        None => false,
    };
    let seen = if same { Seen::ClamdRead } else { Seen::ClamdOther };
    let address = facts.scan().clamd.as_ref().map(ToString::to_string).unwrap_or_default();
    Saw::new(seen).with("file", facts.scan().clamd_configuration.display().to_string()).with("address", address)
}

/// Whether two paths are one file: `/var/run` leads to `/run`.
fn same_file(one: &Path, other: &Path) -> bool {
    one == other || fs::canonicalize(one).ok().is_some_and(|one| fs::canonicalize(other).ok() == Some(one))
}
