//! The manual says what is there: its settings are taken, its bold words stand on the screen, its events exist, its links lead
//! somewhere, and both languages tell the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kakitome::config::Config;

const LANGUAGES: [&str; 2] = ["ja", "en"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A page of the manual.
struct ManualPage {
    name: String,
    path: PathBuf,
    text: String,
}

impl ManualPage {
    fn read(path: PathBuf) -> Self {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        Self { name, path, text }
    }

    /// The blocks of TOML.
    fn settings(&self) -> Vec<&str> {
        self.text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
    }

    /// The text without its blocks of code and its pieces of code.
    fn prose(&self) -> String {
        let outside: String = self.text.split("```").step_by(2).collect();
        let lines = outside.lines().filter(|line| !line.starts_with("    ")).collect::<Vec<_>>().join(" ");
        lines.split('`').step_by(2).collect()
    }

    /// What is said to stand on the screen.
    fn screen_words(&self) -> Vec<String> {
        self.prose().split("**").skip(1).step_by(2).map(str::to_owned).collect()
    }

    /// The words of events: those in the first cells of tables.
    fn events(&self) -> BTreeSet<String> {
        let rows = self.text.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
        let words = rows.flat_map(|cell| cell.split('`').step_by(2));
        let is_event = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        words.filter(is_event).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    /// Where links and pictures lead, other places of the web apart.
    fn links(&self) -> Vec<String> {
        let prose = self.text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        prose.filter(|link| !link.contains("://") && !link.starts_with('#')).map(str::to_owned).collect()
    }
}

/// The pages of a language, by name.
fn pages(language: &str) -> Vec<ManualPage> {
    let directory = root().join("docs/manual").join(language);
    let mut paths: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no page in {language}");
    paths.into_iter().map(ManualPage::read).collect()
}

fn index() -> ManualPage {
    ManualPage::read(root().join("docs/manual/README.md"))
}

/// Every text of a language, as it stands in the files.
fn locale(language: &str) -> String {
    let files = fs::read_dir(root().join("web/locales").join(language)).unwrap();
    files.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
}

#[test]
fn every_example_is_a_configuration() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("kakitome.toml");
    for page in LANGUAGES.into_iter().flat_map(pages) {
        assert!(!page.settings().is_empty(), "{} shows no setting", page.path.display());
        for text in page.settings() {
            fs::write(&file, text).unwrap();
            if let Err(errors) = Config::load(Some(&file), []) {
                panic!("{}: {errors}\n{text}", page.path.display());
            }
        }
    }
}

/// Keys and sections, in their order.
fn keys(text: &str) -> Vec<&str> {
    let code = text.lines().map(|line| line.split('#').next().unwrap().trim()).filter(|line| !line.is_empty());
    code.map(|line| if line.starts_with('[') { line } else { line.split(" =").next().unwrap() }).collect()
}

#[test]
fn both_languages_tell_the_same() {
    let [ja, en] = LANGUAGES.map(pages);
    let told = |pages: &[ManualPage]| -> Vec<(String, Vec<Vec<String>>, BTreeSet<String>)> {
        let owned = |text: &str| keys(text).into_iter().map(str::to_owned).collect();
        let one =
            |page: &ManualPage| (page.name.clone(), page.settings().into_iter().map(owned).collect(), page.events());
        pages.iter().map(one).collect()
    };
    assert_eq!(told(&ja), told(&en));
}

#[test]
fn bold_words_stand_on_the_screen() {
    for language in LANGUAGES {
        let locale = locale(language);
        for page in pages(language) {
            let words = page.screen_words();
            assert!(words.len() > 5, "{} names too little of the screen", page.path.display());
            let missing: Vec<_> = words.iter().filter(|word| !locale.contains(word.as_str())).collect();
            assert!(missing.is_empty(), "{}: {missing:?}", page.path.display());
        }
    }
}

/// `signed_in` is `SignedIn` in the vocabulary.
fn variant(word: &str) -> String {
    word.split('_').map(|part| format!("{}{}", part[..1].to_uppercase(), &part[1..])).collect()
}

#[test]
fn events_are_those_of_the_log() {
    let vocabulary = fs::read_to_string(root().join("src/model/event/kind.rs")).unwrap();
    for page in LANGUAGES.into_iter().flat_map(pages) {
        assert!(page.events().len() >= 3, "{} names too few events", page.path.display());
        for word in page.events() {
            let (bare, with) = (format!("    {},", variant(&word)), format!("    {} {{", variant(&word)));
            let is_known = vocabulary.contains(&bare) || vocabulary.contains(&with);
            assert!(is_known, "{}: {word} is no event", page.path.display());
        }
    }
}

#[test]
fn links_and_pictures_are_there() {
    for page in LANGUAGES.into_iter().flat_map(pages).chain([index()]) {
        let directory = page.path.parent().unwrap();
        for link in page.links() {
            let file: &Path = Path::new(link.split('#').next().unwrap());
            assert!(directory.join(file).is_file(), "{}: {link} leads nowhere", page.path.display());
        }
    }
}
