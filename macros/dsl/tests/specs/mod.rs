//! The specs of this repository, with edits.

#![allow(dead_code, reason = "each test needs some of it")]

use dsl::part::Assembled;
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

/// The spec of this server.
pub const SPEC: &str = "spec/durable_streams.rs";

/// The path of a file, from the root of the repository.
pub fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file)
}

/// A spec with its files.
pub fn read(spec: &str) -> Assembled {
    edited(spec, &[])
}

/// A spec in which each first text is replaced by the second.
pub fn edited(spec: &str, edits: &[(&str, &str)]) -> Assembled {
    let edits = Edits::new(edits);
    let spec = Assembled::read(&path(spec), &|path| Ok(edits.apply(&fs::read_to_string(path)?)));
    edits.finish();
    spec.expect("a spec")
}

/// Texts that the files of a spec contain, and what replaces them.
pub struct Edits<'a> {
    edits: &'a [(&'a str, &'a str)],
    /// Texts that no file has contained so far.
    missing: RefCell<Vec<&'a str>>,
}

impl<'a> Edits<'a> {
    pub fn new(edits: &'a [(&'a str, &'a str)]) -> Self {
        Self { edits, missing: RefCell::new(edits.iter().map(|(old, _)| *old).collect()) }
    }

    /// Edits the text of a file.
    pub fn apply(&self, text: &str) -> String {
        self.edits.iter().fold(text.to_owned(), |text, (old, new)| {
            self.missing.borrow_mut().retain(|missing| !text.contains(missing));
            text.replace(old, new)
        })
    }

    /// Checks that some file contained each text.
    pub fn finish(self) {
        let missing = self.missing.into_inner();
        assert!(missing.is_empty(), "the spec does not contain {missing:?}");
    }
}
