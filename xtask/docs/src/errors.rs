//! The faults that the compiler finds, each with a spec that has it and one that does not.

mod case;

use std::path::Path;

use anyhow::{Context, Result};
use dsl::code::Code;

use crate::markdown::{block, code, link};
use case::Case;

/// Where the cases are.
pub const CASES: &str = "macros/tests/ui";

/// The index as Markdown.
///
/// # Errors
/// If a code has no case that says how it is mended.
pub fn render(root: &Path) -> Result<String> {
    let cases = case::read(&root.join(CASES))?;
    let of = |code: &Code| {
        let own = cases.iter().find(|case| case.is_of(*code));
        own.with_context(|| format!("no case of {} in {CASES} says how it is mended", code.name()))
    };
    let mut text = beginning();
    for code in Code::ALL {
        text += &format!("- {}: {}\n", link(code.name()), code.headline());
    }
    text += "\n";
    for code in Code::ALL {
        text += &section(*code, of(code)?);
    }
    Ok(text.trim_end().to_owned() + "\n")
}

fn beginning() -> String {
    format!(
        "# What the compiler finds in a spec\n\n\
         The last line of every error is its code. Here is each with a spec that has the fault, what the compiler says, \
         and a spec without it.\n\n\
         *Written by `cargo xtask docs` from the cases in [{CASES}](../{CASES}), which are tests: the first does not compile, \
         and this is what is said; the other does.*\n\n"
    )
}

fn section(own: Code, case: &Case) -> String {
    let path = format!("{CASES}/{}", case.path);
    let mut text = format!("## {}\n\n{}\n\n", own.name(), own.headline());
    text += &block("rust", &case.bad_snippet());
    text += &block("text", &case.said);
    text += "Instead:\n\n";
    text += &block("rust", &case.good_snippet());
    text + &format!("The whole spec: [{}](../{path}).\n\n", code(&path))
}
