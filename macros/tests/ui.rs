//! The compiler's messages: each case is a small spec with one fault.
//!
//! For docs/errors.md, one case of each code shows the fix in comments: `//= text` replaces the line above it,
//! `//+ text` adds a line, and `//-` deletes the line above it.

use std::path::{Path, PathBuf};

/// The folder of the cases, with a subfolder for each area. A case is named `<code>.rs` or `<code>-<detail>.rs`.
const CASES: &str = "tests/ui";
/// The one case with several faults.
const SEVERAL: &str = "several";

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/**/*.rs");
}

#[test]
fn every_code_has_a_case_and_every_case_a_code() {
    let codes: Vec<&str> = dsl::code::Code::ALL.iter().map(|code| code.name()).collect();
    let mut shown = Vec::new();
    for case in files(Path::new(CASES)).into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "rs")) {
        let stem = case.file_stem().and_then(|stem| stem.to_str()).expect("a name in UTF-8");
        let message = std::fs::read_to_string(case.with_extension("stderr")).expect("the compiler's messages");
        let errors = message.lines().filter(|line| line.starts_with("error")).count();
        if stem == SEVERAL {
            assert!(errors > 1, "{stem}: one build reports all faults");
            continue;
        }
        let code = codes
            .iter()
            .copied()
            .filter(|code| stem.strip_prefix(code).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')));
        let code = code.max_by_key(|code| code.len()).unwrap_or_else(|| panic!("{stem} does not start with a code"));
        assert!(message.contains(&format!("[{code}]")), "{stem} does not show {code}");
        assert_eq!(errors, 1, "{stem}: one fault is reported once");
        assert!(!message.contains("warning"), "{stem}: there are no warnings");
        shown.push(code);
    }
    let unshown: Vec<_> = codes.iter().filter(|code| !shown.contains(code)).collect();
    assert!(unshown.is_empty(), "codes without a case: {unshown:?}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
