//! The command line, one verb per file. Data goes to standard output, words to standard error.
//!
//! `account`, `token`, `audit`, `sign-in`, `policy`, `doctor`, `sweep` and `keys` open the stores of this machine; `send`, `receive`, `status`, `recall`, `remind` and
//! `reissue` speak the API of a gateway anywhere.

mod account;
mod audit;
mod client;
mod completions;
mod config;
mod console;
mod demo;
mod doctor;
mod duration;
mod failure;
#[cfg(feature = "gallery")]
mod gallery;
mod keys;
mod openapi;
mod policy;
mod private_file;
mod progress;
mod recall;
mod receive;
mod reissue;
mod remind;
mod send;
pub mod serve;
mod sign_in;
mod status;
mod sweep;
mod terminal;
mod token;

use clap::{Parser, Subcommand};

use console::Console;
use failure::Failure;
use terminal::Terminal;

/// What was typed.
#[derive(Debug, Parser)]
#[command(
    name = "kakitome",
    version,
    about = "Hands confidential files to people outside an office: sealed, once, with proof",
    after_help = "Exit status: 0 done, 1 failed, 2 wrong usage. Data goes to standard output, words to standard error."
)]
pub struct CommandLine {
    #[command(subcommand)]
    verb: Verb,
    /// Print data as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the gateway until it is told to stop
    Serve(Console),
    /// Send and receive a real file through a temporary gateway, in one process
    Demo,
    /// Add accounts and change them (on the gateway's machine)
    Account(account::Args),
    /// Make and revoke API tokens (on the gateway's machine)
    Token(token::Args),
    /// The rules of signing in, and who is turned away (on the gateway's machine)
    SignIn(sign_in::Args),
    /// The standards of the office, and who may do what (on the gateway's machine)
    Policy(policy::Args),
    /// Send files; prints the pick-up number of each recipient
    Send(send::Args),
    /// Receive the files of a link
    Receive(receive::Args),
    /// Show one transfer, or list all own ones
    Status(status::Args),
    /// Take a delivery or a whole transfer back
    Recall(recall::Args),
    /// Remind recipients that something waits for them
    Remind(remind::Args),
    /// Issue a new pick-up number for a delivery
    Reissue(reissue::Args),
    /// Check, show or print the configuration
    Config(config::Args),
    /// Check what the gateway relies on, and say what to do (on the gateway's machine)
    Doctor(doctor::Args),
    /// End what the clock has ended, once (on the gateway's machine)
    Sweep(sweep::Args),
    /// The log as files, its key, and its verification
    Audit(audit::Args),
    /// Keys of the installation (on the gateway's machine)
    Keys(keys::Args),
    /// Serve a page for every state of every screen (development only)
    #[cfg(feature = "gallery")]
    Gallery(gallery::Args),
    /// Print the OpenAPI description of the API
    Openapi,
    /// Print completions for a shell
    Completions(completions::Args),
    /// Print the manual pages (roff)
    Man,
}

/// Runs what was typed and tells what went wrong.
///
/// # Errors
/// The exit status: 1 failed, 2 wrong usage.
pub async fn run(line: CommandLine) -> Result<(), u8> {
    let terminal = Terminal::new(line.json);
    match carry_out(line.verb, terminal).await {
        Ok(()) => Ok(()),
        Err(failure) => {
            terminal.say(failure.told(&terminal.texts));
            Err(failure.code())
        }
    }
}

async fn carry_out(verb: Verb, terminal: Terminal) -> Result<(), Failure> {
    match verb {
        Verb::Serve(console) => {
            let config = console.config()?;
            terminal::log(&config.log)?;
            Ok(serve::run(config, console.places()).await?)
        }
        Verb::Demo => demo::run(terminal).await,
        Verb::Account(args) => account::run(args, terminal).await,
        Verb::Token(args) => token::run(args, terminal).await,
        Verb::SignIn(args) => sign_in::run(args, terminal).await,
        Verb::Policy(args) => policy::run(args, terminal).await,
        Verb::Send(args) => send::run(args, terminal).await,
        Verb::Receive(args) => receive::run(args, terminal).await,
        Verb::Status(args) => status::run(args, terminal).await,
        Verb::Recall(args) => recall::run(args, terminal).await,
        Verb::Remind(args) => remind::run(args, terminal).await,
        Verb::Reissue(args) => reissue::run(args, terminal).await,
        Verb::Config(args) => config::run(args, terminal),
        Verb::Doctor(args) => doctor::run(args, terminal).await,
        Verb::Sweep(args) => sweep::run(args, terminal).await,
        Verb::Audit(args) => audit::run(args, terminal).await,
        Verb::Keys(args) => keys::run(args, terminal).await,
        #[cfg(feature = "gallery")]
        Verb::Gallery(args) => gallery::run(args, terminal).await,
        Verb::Openapi => openapi::run(terminal),
        Verb::Completions(args) => completions::run(&args, terminal),
        Verb::Man => completions::manual(terminal),
    }
}

#[cfg(test)]
mod tests;
