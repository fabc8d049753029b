//! Parses the verb, runs it, prints one clear error, and ends with 0 (done), 1 (failed) or 2 (usage).

use std::process::ExitCode;

use clap::Parser;
use kakitome::cli::{self, CommandLine};

fn main() -> ExitCode {
    let line = CommandLine::parse();
    // The one process-wide choice of cryptography. A second call could only repeat it.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        eprintln!("kakitome: the TLS provider was chosen twice");
    }
    match actix_web::rt::System::new().block_on(cli::run(line)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(code) => ExitCode::from(code),
    }
}
