//! `kakitome config`: what is set, and what is wrong with it.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;

use crate::adapter::mail::{read_own_wording, shipped_wording};
use crate::config::{Config, ConfigErrors, Facts, dangers};
use crate::error::Doing;

use super::failure::{Failure, Result};
use super::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Tell every mistake and every danger, with its place
    Check(Of),
    /// Print what is in force; secrets are masked
    Show(Of),
    /// Print the commented default file
    Default,
    /// Write the mails of the product, to be changed, into a directory
    Wording {
        /// The directory; made if it is not there. No file in it is overwritten
        directory: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
struct Of {
    /// Configuration file; without one the defaults apply
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(super) fn run(args: Args, terminal: Terminal) -> Result<()> {
    match args.verb {
        Verb::Check(of) => check(&of, terminal),
        Verb::Show(of) => {
            let config = of.load().map_err(|errors| Failure::failed(errors.to_string(), ""))?;
            if terminal.json {
                return terminal.print_json(&config);
            }
            let text = toml_of(&serde_json::to_value(&config).unwrap_or_default());
            terminal.print(text.trim_end())
        }
        Verb::Default => terminal.print(Config::default_toml().trim_end()),
        Verb::Wording { directory } => write_wording(&directory, terminal),
    }
}

impl Of {
    fn load(&self) -> Result<Config, ConfigErrors> {
        let environment =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Config::load(self.config.as_deref(), environment)
    }
}

fn check(of: &Of, terminal: Terminal) -> Result<()> {
    let (flaws, dangers): (Vec<String>, Vec<String>) = match of.load() {
        Ok(config) => {
            let facts = Facts::gather(&config);
            let (flaws, warnings) = wording(&config);
            let dangers = dangers(&config, &facts);
            (flaws, dangers.iter().map(ToString::to_string).chain(warnings).collect())
        }
        Err(errors) => (errors.0.iter().map(ToString::to_string).collect(), Vec::new()),
    };
    let fine = flaws.is_empty() && dangers.is_empty();
    if terminal.json {
        terminal.print_json(&json!({ "ok": fine, "mistakes": flaws, "dangers": dangers }))?;
    } else {
        for line in flaws.iter().chain(&dangers) {
            terminal.print(line)?;
        }
    }
    if fine {
        terminal.say_text("cli-config-fine");
        return Ok(());
    }
    Err(terminal.failure("cli-config-flawed", "cli-config-flawed.next"))
}

/// What is wrong with the office's own mails, and what is not well.
fn wording(config: &Config) -> (Vec<String>, Vec<String>) {
    let Some(directory) = &config.mail.wording_directory else { return (Vec::new(), Vec::new()) };
    match read_own_wording(directory) {
        Ok(read) => (Vec::new(), read.warnings.iter().map(ToString::to_string).collect()),
        Err(flaws) => (flaws.0.iter().map(ToString::to_string).collect(), Vec::new()),
    }
}

/// Writes the templates of the product; all or, where one is there already, none.
fn write_wording(directory: &Path, terminal: Terminal) -> Result<()> {
    let all: Vec<_> = shipped_wording().map(|(name, source)| (directory.join(name), source)).collect();
    if let Some((present, _)) = all.iter().find(|(path, _)| path.exists()) {
        let what = terminal.phrase("cli-wording-present").with("file", present.display().to_string()).to_string();
        return Err(Failure::failed(what, terminal.texts.text("cli-wording-present.next")));
    }
    fs::create_dir_all(directory).doing("making the directory")?;
    for (path, source) in &all {
        let mut file = File::create_new(path).doing("writing a mail")?;
        file.write_all(source.as_bytes()).doing("writing a mail")?;
    }
    terminal.say(terminal.phrase("cli-wording-written").with("count", all.len()).to_string());
    if terminal.json { terminal.print_json(&json!({ "directory": directory, "files": all.len() })) } else { Ok(()) }
}

/// Sections and keys as the file writes them; what is not set is left out.
fn toml_of(config: &serde_json::Value) -> String {
    let mut text = String::new();
    let sections = || config.as_object().into_iter().flatten();
    // What is in no section stands before the first one.
    for (name, list) in sections().filter(|(_, value)| value.is_array()) {
        text.push_str(&format!("{name} = {}\n\n", inline(list)));
    }
    for (name, section) in sections().filter(|(_, value)| value.is_object()) {
        write_section(&mut text, name, section);
    }
    text
}

/// A value on one line: tables within lists are inline ones.
fn inline(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(values) => {
            format!("[{}]", values.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        serde_json::Value::Object(fields) => {
            let set = fields.iter().filter(|(_, value)| !value.is_null());
            let written =
                set.map(|(key, value)| format!("{} = {}", serde_json::Value::from(key.as_str()), inline(value)));
            format!("{{ {} }}", written.collect::<Vec<_>>().join(", "))
        }
        plain => plain.to_string(),
    }
}

fn write_section(text: &mut String, name: &str, section: &serde_json::Value) {
    text.push_str(&format!("[{name}]\n"));
    let fields = || section.as_object().into_iter().flatten();
    for (key, value) in fields().filter(|(_, value)| !value.is_object() && !value.is_null()) {
        // Texts, numbers, switches and lists of these are written alike in JSON and TOML.
        text.push_str(&format!("{key} = {}\n", inline(value)));
    }
    text.push('\n');
    for (key, inner) in fields().filter(|(_, value)| value.is_object()) {
        write_section(text, &format!("{name}.{key}"), inner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_read_again_and_masks_passwords() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("kakitome.toml");
        let mut config = Config::default();
        config.database.url = "postgres://kakitome:geheim@db/kakitome".to_owned().try_into().unwrap();
        let shown = toml_of(&serde_json::to_value(&config).unwrap());
        assert!(!shown.contains("geheim") && shown.contains("***"));
        std::fs::write(&file, toml_of(&serde_json::to_value(Config::default()).unwrap())).unwrap();
        assert_eq!(Config::load(Some(&file), []).unwrap(), Config::default());
    }
}
