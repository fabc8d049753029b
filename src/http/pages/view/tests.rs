//! Every page in both languages: no text is missing, nobody's words become markup, the markup is in order.
#![allow(clippy::string_slice, reason = "places come from searching the same text; a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::http::gallery::{Cast, states};
use crate::http::problem::TABLE;
use crate::model::Language;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn everywhere(check: impl Fn(&str, &str)) {
    for &language in Language::ALL {
        for hostile in [false, true] {
            for state in states(&Cast { language, hostile }) {
                let html = state.page.dyn_render().unwrap();
                check(&format!("{} ({language}, hostile: {hostile})", state.name), &html);
            }
        }
    }
}

#[test]
fn the_language_switch_keeps_the_query() {
    let frame = Cast { language: Language::Ja, hostile: false }.frame(false);
    let href = frame.href("/transfers?state=paused&lang=ja&q=a%26b", &Language::En);
    assert_eq!(href, "/transfers?state=paused&q=a%26b&lang=en");
    assert_eq!(frame.href("/sign-in", &Language::En), "/sign-in?lang=en");
}

#[test]
fn no_text_is_missing() {
    everywhere(|name, html| assert!(!html.contains('⟦'), "{name}: {}", html.split('⟦').nth(1).unwrap_or_default()));
}

#[test]
fn nobodys_words_become_markup() {
    everywhere(|name, html| {
        assert_eq!(html.matches("<script").count(), 1, "{name}: only the page's own module");
    });
}

#[test]
fn every_page_is_well_formed_and_accessible_in_outline() {
    everywhere(|name, html| {
        let page = Outline::read(html).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(page.h1, 1, "{name}: one h1");
        for target in &page.targets {
            assert!(page.ids.contains(target), "{name}: nothing has the id {target}");
        }
        assert_eq!(page.forms, page.tokens, "{name}: each posting form carries its token");
    });
}

#[test]
fn every_text_is_used_and_every_used_text_exists() {
    let problems: BTreeSet<String> = TABLE.iter().map(|(slug, _)| format!("problem-{slug}")).collect();
    let mut used = problems.clone();
    for folder in ["web/templates", "web/components", "src/http", "src/cli"] {
        walk(&root().join(folder), &mut |path| {
            if !path.ends_with("tests.rs") && !path.starts_with(root().join("src/http/gallery")) {
                used.extend(fs::read_to_string(path).unwrap().split('"').map(str::to_owned));
            }
        });
    }
    let [ja, en] = ["ja", "en"].map(defined);
    assert_eq!(ja, en);
    assert!(problems.is_subset(&ja), "without a text: {:?}", problems.difference(&ja).collect::<Vec<_>>());
    let unused: Vec<_> = ja.iter().filter(|key| !used.contains(*key)).collect();
    assert!(unused.is_empty(), "unused: {unused:?}");
}

#[test]
fn every_problem_says_what_is_unharmed_and_what_to_do() {
    for language in ["ja", "en"] {
        let text = fs::read_to_string(root().join(format!("web/locales/{language}/problem.ftl"))).unwrap();
        let problems = text.split("\nproblem-").skip(1).chain(text.split("\nfault").skip(1));
        for problem in problems {
            assert!(problem.contains("\n    .safe = ") && problem.contains("\n    .next = "), "{language}: {problem}");
        }
    }
}

#[test]
fn the_gallery_has_every_state_under_a_name_of_its_own() {
    let states = states(&Cast { language: Language::Ja, hostile: false });
    let names: BTreeSet<&String> = states.iter().map(|state| &state.name).collect();
    assert!(names.len() > 80 && names.len() == states.len(), "{} of {}", names.len(), states.len());
}

fn defined(language: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    walk(&root().join("web/locales").join(language), &mut |path| {
        for line in fs::read_to_string(path).unwrap().lines() {
            let is_message = line.starts_with(|c: char| c.is_ascii_lowercase());
            keys.extend(line.split_once(" =").filter(|_| is_message).map(|(key, _)| key.to_owned()));
        }
    });
    keys
}

fn walk(folder: &Path, each: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, each) } else { each(&path) }
    }
}

/// What a strict reading of a page yields: balanced elements, quoted attributes, unique ids.
#[derive(Default)]
struct Outline {
    ids: BTreeSet<String>,
    targets: BTreeSet<String>,
    h1: usize,
    forms: usize,
    tokens: usize,
}

const VOID: [&str; 4] = ["meta", "link", "input", "br"];

impl Outline {
    fn read(html: &str) -> Result<Self, String> {
        let mut page = Self::default();
        let mut open: Vec<String> = Vec::new();
        let mut rest = html.strip_prefix("<!doctype html>").ok_or("no doctype")?;
        while let Some(start) = rest.find('<') {
            let (tag, after) = take_tag(&rest[start + 1..])?;
            rest = after;
            if let Some(name) = tag.strip_prefix('/') {
                let opened = open.pop().unwrap_or_default();
                if opened != name {
                    return Err(format!("</{name}> closes <{opened}>"));
                }
                continue;
            }
            let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
            page.note(name, &read_attributes(attributes)?)?;
            if !VOID.contains(&name) {
                open.push(name.to_owned());
            }
        }
        if open.is_empty() { Ok(page) } else { Err(format!("left open: {open:?}")) }
    }

    fn note(&mut self, name: &str, attributes: &[(String, String)]) -> Result<(), String> {
        let has = |key: &str, value: &str| attributes.iter().any(|(k, v)| k == key && v == value);
        self.h1 += usize::from(name == "h1");
        self.forms += usize::from(name == "form" && has("method", "post"));
        self.tokens += usize::from(has("name", "csrf"));
        for (key, value) in attributes {
            match key.as_str() {
                key if key == "style" || key.starts_with("on") => return Err(format!("{key}: nothing inline")),
                "id" if !self.ids.insert(value.clone()) => return Err(format!("the id {value} twice")),
                "for" | "data-source" => self.targets.extend([value.clone()]),
                "aria-labelledby" | "aria-describedby" => {
                    self.targets.extend(value.split_whitespace().map(str::to_owned));
                }
                "href" => self.targets.extend(value.strip_prefix('#').map(str::to_owned)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Splits after the `>` that ends a tag; one inside quotes does not.
fn take_tag(text: &str) -> Result<(&str, &str), String> {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '<' => return Err(format!("a bare < in {}", &text[..at])),
            '>' if !quoted => return Ok((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    Err("a tag is left open".into())
}

fn read_attributes(mut text: &str) -> Result<Vec<(String, String)>, String> {
    let mut attributes = Vec::new();
    loop {
        text = text.trim_start();
        if text.is_empty() {
            return Ok(attributes);
        }
        let end = text.find(|c: char| !c.is_ascii_alphabetic() && c != '-' && c != '_').unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        if name.is_empty() {
            return Err(format!("no attribute: {text}"));
        }
        let (value, rest) = match rest.strip_prefix("=\"") {
            Some(rest) => rest.split_once('"').ok_or("a quote is left open")?,
            None => ("", rest),
        };
        attributes.push((name.to_owned(), value.to_owned()));
        text = rest;
    }
}
