//! `kakitome completions` and `kakitome man`: made from the same description that reads the arguments.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::error::Doing;

use super::CommandLine;
use super::failure::Result;
use super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which shell
    shell: Shell,
}

pub(super) fn run(args: &Args, terminal: Terminal) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut CommandLine::command(), "kakitome", &mut script);
    terminal.print(String::from_utf8_lossy(&script).trim_end())
}

/// One page after another, the verbs after the program.
pub(super) fn manual(terminal: Terminal) -> Result<()> {
    let mut program = CommandLine::command();
    program.build();
    let mut pages = Vec::new();
    let mut waiting = vec![program];
    while let Some(command) = waiting.pop() {
        clap_mangen::Man::new(command.clone()).render(&mut pages).doing("writing the manual")?;
        waiting.extend(command.get_subcommands().filter(|verb| verb.get_name() != "help").cloned());
    }
    terminal.print(String::from_utf8_lossy(&pages).trim_end())
}
