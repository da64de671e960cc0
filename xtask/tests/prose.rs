//! Comments and documents are plain English: three kinds of sentence that readers stumble over are counted, and links lead somewhere.

use std::fs;
use std::path::{Path, PathBuf};

use regex_lite::Regex;

/// Where lines are counted.
const SOURCES: [&str; 16] = [
    "spec",
    "runtime/src",
    "runtime/segment/src",
    "runtime/subscriptions/src",
    "macros/dsl/src",
    "app/src",
    "xtask/src",
    "xtask/access/src",
    "xtask/admin/src",
    "xtask/transfer/src",
    "ARCHITECTURE.md",
    "README.md",
    "docs/storage.md",
    "docs/caching.md",
    "docs/access.md",
    "docs/export.md",
];

/// A pronoun as the subject, in place of the noun that it stands for.
const PRONOUN_SUBJECTS: &str = r"(//[/!]? |[.:;] )(Who|Whoever|Whose|What|Whatever) ";

/// Data that talks: rows, headers and functions store, contain and return.
const TALKING_DATA: &str = r"\b(say|says|said|tell|tells|told|know|knows|known|ask|asks|asked|want|wants)\b";

/// Words of a private language, for which the field has others.
const METAPHORS: &str = concat!(
    r"\b(picture|takes? off|took off|land|lands|flown|ring|rings|debts?|owe|owed|pay|pays|strikes? out|",
    r"seat|seated|tidy|tidies|thrown away|sent away|whole again|lets? go)\b"
);

/// Names of a table that statements need.
const TABLES: &str = r"(FROM|INTO|UPDATE|JOIN) debts\b|\bdebts\.|`debts`";

/// Documents whose links are followed.
const DOCUMENTS: [&str; 6] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs", "examples"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in the workspace")
}

/// All files below a path with one of the extensions, in order.
fn files(path: PathBuf, extensions: &[&str]) -> Vec<PathBuf> {
    if path.is_dir() {
        let entries = fs::read_dir(&path).expect("a readable folder").map(|entry| entry.expect("an entry").path());
        let mut entries: Vec<_> = entries.collect();
        entries.sort();
        return entries.into_iter().flat_map(|entry| files(entry, extensions)).collect();
    }
    let listed = path.extension().is_some_and(|end| extensions.iter().any(|extension| end == *extension));
    if listed { vec![path] } else { Vec::new() }
}

/// Fails if `maximum` lines or more match, and lists them by file.
fn count(pattern: &str, maximum: usize) {
    let (pattern, tables) = (Regex::new(pattern).expect("a pattern"), Regex::new(TABLES).expect("a pattern"));
    let (mut total, mut report) = (0, String::new());
    for file in SOURCES.iter().flat_map(|source| files(root().join(source), &["rs", "md"])) {
        let text = fs::read_to_string(&file).expect("a text file");
        let matching = text.lines().filter(|line| pattern.is_match(&tables.replace_all(line, ""))).count();
        if matching > 0 {
            let name = file.strip_prefix(root()).expect("a file of the project");
            report += &format!("{matching:>4} {}\n", name.display());
        }
        total += matching;
    }
    assert!(total < maximum, "{total} lines match {pattern}; there must be fewer than {maximum}:\n{report}");
}

#[test]
fn sentences_name_their_subjects() {
    count(PRONOUN_SUBJECTS, 20);
}

#[test]
fn data_does_not_talk() {
    count(TALKING_DATA, 60);
}

#[test]
fn words_are_those_of_the_field() {
    count(METAPHORS, 1);
}

#[test]
fn links_lead_to_files() {
    let link = Regex::new(r"\]\(([^)#:]+)(#[^)]*)?\)").expect("a pattern");
    let mut broken = Vec::new();
    for file in DOCUMENTS.iter().flat_map(|document| files(root().join(document), &["md"])) {
        let text = fs::read_to_string(&file).expect("a text file");
        for target in link.captures_iter(&text) {
            if !file.with_file_name(&target[1]).exists() {
                broken.push(format!("{}: {}", file.display(), &target[1]));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn architecture_names_files_that_exist() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let path = Regex::new(r"`([a-z_/]+/[a-z_.]*)`").expect("a pattern");
    let exists = |path: &str| ["", "runtime/src", "xtask"].iter().any(|folder| root().join(folder).join(path).exists());
    let missing: Vec<_> =
        path.captures_iter(&text).map(|path| path[1].to_owned()).filter(|path| !exists(path)).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md names {missing:?}");
}
