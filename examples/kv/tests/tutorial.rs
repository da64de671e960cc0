//! docs/tutorial.md shows the code of this example, errors that the compiler reports, and responses that the program sends.

#![allow(missing_docs)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

fn read(path: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn tutorial() -> String {
    read("../../docs/tutorial.md")
}

/// The blocks in a language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let start = format!("```{language}\n");
    text.split(start.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// The lines that count: without comments and indentation.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).collect()
}

/// Whether the lines of `part` stand in this order in `whole`, perhaps with others between them.
fn is_excerpt(part: &str, whole: &[&str]) -> bool {
    let mut rest = whole.iter();
    lines(part).iter().all(|line| rest.any(|own| own == line))
}

#[test]
fn the_code_is_that_of_the_example() {
    let text = tutorial();
    let (spec, manifest) = (read("spec/kv.rs"), read("Cargo.toml"));
    let sources: Vec<_> = ["src/lib.rs", "src/store.rs"].iter().map(|path| read(path)).collect();
    assert!(blocks(&text, "spec").len() > 4);
    for block in blocks(&text, "spec") {
        assert!(is_excerpt(block, &lines(&spec)), "{block}");
    }
    for block in blocks(&text, "rust") {
        assert!(sources.iter().any(|source| is_excerpt(block, &lines(source))), "{block}");
    }
    for block in blocks(&text, "toml") {
        assert!(is_excerpt(block, &lines(&manifest)), "{block}");
    }
}

/// The errors of the compiler after a deletion, which a comment above the block describes.
#[test]
fn deletions_have_the_errors_that_are_shown() {
    const DELETED: &str = "<!-- Deleted from the spec: ";
    let (text, spec) = (tutorial(), read("spec/kv.rs"));
    let deletions: Vec<_> = text.split(DELETED).skip(1).collect();
    assert_eq!(deletions.len(), 2);
    for deletion in deletions {
        let (deleted, rest) = deletion.split_once(" -->").expect("the end of a comment");
        let shown = blocks(rest, "text")[0].trim();
        let kept: Vec<_> = spec.lines().filter(|line| !is_deleted(line, deleted)).collect();
        assert_ne!(kept.len(), spec.lines().count(), "the spec contains `{deleted}`");
        let (_, diagnostics) = dsl::read(dsl::tokens(&kept.join("\n")).expect("one protocol"));
        let errors: Vec<_> = diagnostics.as_slice().iter().map(dsl::diagnostic::Diagnostic::text).collect();
        assert!(errors.iter().any(|error| format!("error: {error}").starts_with(shown)), "{shown}\n{errors:#?}");
    }
}

/// Whether a line contains the words of a deletion, whatever the space between them.
fn is_deleted(line: &str, deleted: &str) -> bool {
    let normal = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    normal(line).contains(&normal(deleted))
}

/// A server on a free port, which ends with the test.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_kv"));
        let mut child = server.arg("127.0.0.1:0").stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut url = String::new();
        let output = child.stdout.take().expect("its output is a pipe");
        BufReader::new(output).read_line(&mut url).expect("it prints its address");
        Self { child, url: url.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It can only have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_commands_print_what_is_shown() {
    let text = tutorial();
    let server = Server::start();
    let mut count = 0;
    for session in blocks(&text, "console") {
        let mut rest = session.lines().peekable();
        while let Some(command) = rest.next().and_then(|line| line.strip_prefix("$ ")) {
            let mut shown = String::new();
            while let Some(line) = rest.next_if(|line| !line.starts_with("$ ")) {
                shown += line;
            }
            if let Some(arguments) = command.strip_prefix("curl ") {
                let command = format!("curl -sS {arguments}").replace("http://127.0.0.1:8080", &server.url);
                let output = Command::new("sh").args(["-c", &command]).output().expect("a shell");
                assert_eq!(String::from_utf8_lossy(&output.stdout), shown, "{command}");
                count += 1;
            }
        }
    }
    assert_eq!(count, 6);
}
