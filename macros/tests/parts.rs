//! A protocol in several files is the same as in one.

#![allow(missing_docs)]

use dsl::part::Assembled;
use std::fs;
use std::path::Path;

#[path = "parts/protocol.rs"]
mod notes;

const PROTOCOL: &str = "tests/parts/protocol.rs";

fn assembled() -> Assembled {
    Assembled::read(Path::new(PROTOCOL), &|path| fs::read_to_string(path)).expect("a spec")
}

/// Parts of items and parts of a resource are in the program: this file names something of each.
#[test]
fn the_program_has_what_the_parts_declare() {
    let names: Vec<_> = notes::EXAMPLES.iter().map(|example| example.name).collect();
    assert_eq!(names, ["elsewhere", "patched", "shown", "absent", "fails", "written", "untitled"]);
    let title = notes::Title::read("list").expect("a title");
    let shown = notes::note::show::Shown { title };
    assert_eq!(shown.title.as_str(), "list");
}

#[test]
fn tools_read_the_same_files() {
    let assembled = assembled();
    let files = ["protocol.rs", "inputs.rs", "note.rs", "note/show.rs", "note/write.rs"];
    assert_eq!(assembled.files, files.map(|file| Path::new("tests/parts").join(file)));
    let (model, diagnostics) = dsl::read(assembled.tokens);
    assert!(diagnostics.is_empty(), "{:?}", diagnostics.as_slice());
    let endpoints = model.resources.iter().flat_map(|resource| &resource.endpoints);
    assert_eq!(endpoints.map(|endpoint| endpoint.name.to_string()).collect::<Vec<_>>(), ["show", "write"]);
}

/// The tokens of the parts stand where they are named.
#[test]
fn order_is_that_of_one_file() {
    let text = assembled().tokens.to_string();
    let places = ["header Title", "protocol Notes", "resource Note", "endpoint show", "endpoint write"];
    let places = places.map(|text_of| text.find(text_of).unwrap_or_else(|| panic!("{text_of} is missing")));
    assert!(places.is_sorted(), "{text}");
    assert!(!text.contains("part "), "{text}");
}

#[test]
fn a_part_that_can_not_be_read_is_named() {
    let missing =
        |path: &Path| if path.ends_with("show.rs") { fs::read_to_string("none") } else { fs::read_to_string(path) };
    let error = Assembled::read(Path::new(PROTOCOL), &missing).err().expect("an error").to_string();
    assert!(error.starts_with("tests/parts/note/show.rs: "), "{error}");
    let empty = |path: &Path| if path.ends_with("show.rs") { Ok(String::new()) } else { fs::read_to_string(path) };
    let error = Assembled::read(Path::new(PROTOCOL), &empty).err().expect("an error").to_string();
    assert_eq!(error, "tests/parts/note/show.rs: the file must call `part!` exactly once");
}

#[test]
fn a_part_that_contains_itself_is_an_error() {
    let circle = |path: &Path| match path.file_name().and_then(|name| name.to_str()) {
        Some("show.rs") => Ok("part! { part show; }".to_owned()),
        _ => fs::read_to_string(path),
    };
    let error = Assembled::read(Path::new(PROTOCOL), &circle).err().expect("an error").to_string();
    assert_eq!(error, "tests/parts/note/show.rs: the file is a part twice");
}

/// Run with `TRYBUILD=overwrite`, the test writes the errors anew.
#[test]
fn errors_show_the_file_and_the_line_of_their_part() {
    trybuild::TestCases::new().compile_fail("tests/faulty/notes.rs");
}
