//! What an author reads after a wrong edit: the code, the underlined text and the help of each error.
//!
//! The edits are data, in `edits/*.txt`. Each is applied alone to a spec that compiles, `forms/sample.rs`.
//!
//! ```text
//! # why somebody writes this
//! - a text of the sample
//! + what replaces it, and possibly more such pairs
//! = code | underlined text | a part of the help
//! ```

mod faults;
mod specs;

use dsl::diagnostic::Diagnostic;
use proc_macro2::LineColumn;

const SAMPLE: &str = include_str!("forms/sample.rs");

/// A wrong edit, and the errors that it causes.
#[derive(Default)]
struct Edit {
    why: String,
    /// Texts of the sample, and what replaces them.
    changes: Vec<(String, String)>,
    errors: Vec<String>,
}

/// Reads the edits of a file.
fn edits(file: &str) -> Vec<Edit> {
    file.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()).map(edit).collect()
}

fn edit(paragraph: &str) -> Edit {
    let mut edit = Edit::default();
    let mut last = ' ';
    for line in paragraph.lines() {
        let (mark, text) = line.split_at(line.len().min(1));
        let text = text.strip_prefix(' ').unwrap_or(text);
        let joined = |before: &str| if before.is_empty() { text.to_owned() } else { format!("{before}\n{text}") };
        match (mark, edit.changes.last_mut()) {
            ("#", _) => edit.why = text.to_owned(),
            ("-", Some((old, _))) if last == '-' => *old = joined(old),
            ("-", _) => edit.changes.push((text.to_owned(), String::new())),
            ("+", Some((_, new))) => *new = joined(new),
            ("=", _) => edit.errors.push(text.to_owned()),
            _ => panic!("{line}: not a line of an edit"),
        }
        last = mark.chars().next().unwrap_or(' ');
    }
    edit
}

/// Returns the sample with an edit.
fn edited(edit: &Edit) -> String {
    edit.changes.iter().fold(SAMPLE.to_owned(), |spec, (old, new)| {
        let places = spec.matches(old.as_str()).count();
        assert_eq!(places, 1, "{}: the sample contains `{old}` {places} times", edit.why);
        spec.replace(old.as_str(), new)
    })
}

/// The errors of a spec, as in the files.
fn errors(source: &str) -> Vec<String> {
    let tokens = dsl::tokens(source).unwrap_or_else(|error| panic!("{error}: {source}"));
    let (_, diagnostics) = dsl::read(tokens);
    let error = |diagnostic: &Diagnostic| {
        let text = underlined(source, diagnostic.span.start(), diagnostic.end.end());
        format!("{} | {text} | {}", diagnostic.code.name(), help(diagnostic))
    };
    diagnostics.as_slice().iter().map(error).collect()
}

/// The last help or note of a diagnostic, without the word.
fn help(diagnostic: &Diagnostic) -> String {
    let text = diagnostic.text();
    text.lines().find_map(|line| line.strip_prefix("help: ")).unwrap_or("").to_owned()
}

/// The text between two positions, on one line.
fn underlined(source: &str, start: LineColumn, end: LineColumn) -> String {
    let line: Vec<char> = source.lines().nth(start.line.saturating_sub(1)).unwrap_or("").chars().collect();
    let end = if end.line == start.line { end.column } else { line.len() };
    line[start.column.min(end)..end].iter().collect()
}

/// Whether an error is the expected one: the same code and text, and a help that contains the expected part.
fn fits(expected: &str, found: &str) -> bool {
    let parts = |text: &str| text.splitn(3, " | ").map(str::to_owned).collect::<Vec<_>>();
    match (&parts(expected)[..], &parts(found)[..]) {
        ([code, text, part], [own, underlined, help]) => {
            code == own && text == underlined && help.contains(part.trim())
        }
        _ => false,
    }
}

/// Checks that each edit causes its errors. Returns the number of edits.
fn check(file: &str) -> usize {
    let edits = edits(file);
    for edit in &edits {
        let found = errors(&edited(edit));
        let fits =
            found.len() == edit.errors.len() && edit.errors.iter().zip(&found).all(|(own, other)| fits(own, other));
        assert!(fits, "{}: {:#?}\nexpected {:#?}\nfound {found:#?}", edit.why, edit.changes, edit.errors);
    }
    edits.len()
}

#[test]
fn habits_of_other_languages_are_recognized() {
    assert!(check(include_str!("edits/habits.txt")) > 50);
}

#[test]
fn slips_of_the_pen_show_the_form_of_their_clause() {
    assert!(check(include_str!("edits/slips.txt")) > 40);
}

#[test]
fn faults_in_meaning_lead_to_their_mend() {
    assert!(check(include_str!("edits/meaning.txt")) > 25);
}

#[test]
fn one_build_reports_the_faults_of_all_passes() {
    check(include_str!("edits/rounds.txt"));
}

#[test]
fn every_syntax_error_shows_a_form() {
    let files = [include_str!("edits/habits.txt"), include_str!("edits/slips.txt"), include_str!("edits/rounds.txt")];
    for edit in files.iter().flat_map(|file| edits(file)) {
        let spec = edited(&edit);
        let (_, diagnostics) = dsl::read(dsl::tokens(&spec).expect("one protocol"));
        for text in diagnostics.as_slice().iter().map(Diagnostic::text) {
            let is_about_form =
                ["[syntax]", "[missing-terminator]", "[expected-string]"].iter().any(|code| text.ends_with(code));
            let shows = ["help: write `", "the form is `", " begins with `"].iter().any(|part| text.contains(part));
            assert!(text.contains("help: "), "{}: no help in {text}", edit.why);
            assert!(shows || !is_about_form, "{}: no form in {text}", edit.why);
        }
    }
}

/// The declarations of a spec that have one name: their keyword, a space and the name.
fn declarations(source: &str) -> Vec<(&'static str, String)> {
    const KEYWORDS: &[&str] =
        &["offset", "media", "value", "header", "query", "group", "state", "object", "events", "outcome"];
    let declared = |line: &str| {
        let (keyword, rest) = line.trim().split_once(' ')?;
        let keyword = KEYWORDS.iter().find(|own| **own == keyword)?;
        let name = rest.split([' ', ';']).next()?;
        Some((*keyword, name.to_owned()))
    };
    source.lines().filter_map(declared).collect()
}

#[test]
fn a_renamed_declaration_is_one_error() {
    for (keyword, name) in declarations(SAMPLE) {
        let new = if name.starts_with(char::is_lowercase) { "zebra" } else { "Zebra" };
        let spec = SAMPLE.replacen(&format!("{keyword} {name} "), &format!("{keyword} {new} "), 1);
        let found = errors(&spec);
        assert_eq!(found.len(), 1, "{keyword} {name}: {found:#?}");
        assert!(found[0].contains(new), "{keyword} {name}: {found:#?}");
    }
}

#[test]
fn a_renamed_header_of_the_real_spec_is_one_error() {
    let renamed = specs::edited(specs::SPEC, &[("header StreamNextOffset ", "header StreamOffset ")]).tokens;
    let uses = renamed.to_string().matches("StreamNextOffset").count();
    let (_, diagnostics) = dsl::read(renamed);
    let texts: Vec<_> = diagnostics.as_slice().iter().map(Diagnostic::text).collect();
    let [text] = &texts[..] else { panic!("one error for {uses} uses, not {}", texts.len()) };
    assert!(text.contains("did you mean `StreamOffset`, which is declared on line "), "{text}");
    assert!(text.contains("it is also used on lines "), "{text}");
}
