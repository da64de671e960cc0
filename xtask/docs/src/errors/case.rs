//! Cases of the compiler's tests. For each error code, the comments of one case correct the spec: `//= text` replaces the line
//! above it, `//+ text` adds a line, and `//-` deletes the line above it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use dsl::code::Code;

/// A spec with an error, and its correction.
pub struct Case {
    /// Path from the folder of all cases.
    pub path: String,
    /// Message of the compiler.
    pub message: String,
    lines: Vec<Line>,
}

/// A line, and the specs that contain it.
struct Line {
    text: String,
    bad: bool,
    good: bool,
    /// Whether the compiler underlines something in it.
    underlined: bool,
}

/// Number of lines shown before and after a relevant line.
const CONTEXT: usize = 1;

/// All cases in a folder and its subfolders that have a correction.
///
/// # Errors
/// If a case or its message can't be read.
pub fn read(folder: &Path) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for path in sources(folder)? {
        let source = fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
        let message = path.with_extension("stderr");
        let message = fs::read_to_string(&message).with_context(|| format!("{} can't be read", message.display()))?;
        let path = path.strip_prefix(folder)?.display().to_string();
        let case = Case::new(path, &source, message);
        cases.extend(case.is_corrected().then_some(case));
    }
    Ok(cases)
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    let mut sources = Vec::new();
    for path in paths {
        if path.is_dir() {
            sources.extend(self::sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
    Ok(sources)
}

impl Case {
    fn new(path: String, source: &str, message: String) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        for (index, text) in source.lines().enumerate() {
            let marked = text.trim_start();
            let indent = indent(text);
            let good = |text: &str| {
                let text = format!("{indent}{}", text.strip_prefix(' ').unwrap_or(text)).trim_end().to_owned();
                Line { text, bad: false, good: true, underlined: false }
            };
            if let Some(replacement) = marked.strip_prefix("//=") {
                drop_last(&mut lines);
                lines.push(good(replacement));
            } else if let Some(addition) = marked.strip_prefix("//+") {
                lines.push(good(addition));
            } else if marked == "//-" {
                drop_last(&mut lines);
            } else {
                let underlined = is_underlined(&message, index + 1);
                lines.push(Line { text: text.to_owned(), bad: true, good: true, underlined });
            }
        }
        Self { path, message, lines }
    }

    /// Whether the case has this error code.
    pub fn is_of(&self, code: Code) -> bool {
        self.message.contains(&format!("[{}]", code.name()))
    }

    fn is_corrected(&self) -> bool {
        self.lines.iter().any(|line| line.bad != line.good)
    }

    /// The spec with the error.
    #[cfg(test)]
    fn bad(&self) -> String {
        self.whole(|line| line.bad)
    }

    /// The corrected spec.
    #[cfg(test)]
    fn good(&self) -> String {
        self.whole(|line| line.good)
    }

    #[cfg(test)]
    fn whole(&self, own: impl Fn(&Line) -> bool) -> String {
        let lines = self.lines.iter().filter(|line| own(line));
        lines.map(|line| format!("{}\n", line.text)).collect()
    }

    /// The relevant lines of the spec with the error.
    pub fn bad_snippet(&self) -> String {
        self.snippet(|line| line.bad)
    }

    /// The relevant lines of the corrected spec.
    pub fn good_snippet(&self) -> String {
        self.snippet(|line| line.good)
    }

    fn snippet(&self, own: impl Fn(&Line) -> bool) -> String {
        let (mut shown, mut skipped) = (Vec::new(), false);
        for (index, line) in self.lines.iter().enumerate().filter(|(_, line)| own(line)) {
            if !self.is_near(index) {
                skipped = true;
                continue;
            }
            if skipped && !shown.is_empty() {
                shown.pop_if(|last: &mut String| last.is_empty());
                shown.push(format!("{}// …", indent(&line.text)));
            }
            shown.push(line.text.clone());
            skipped = false;
        }
        dedented(&shown)
    }

    /// Whether a line is relevant or next to a relevant one.
    fn is_near(&self, index: usize) -> bool {
        let from = index.saturating_sub(CONTEXT);
        let until = self.lines.len().min(index + CONTEXT + 1);
        self.lines[from..until].iter().any(|line| line.bad != line.good || line.underlined)
    }
}

fn indent(text: &str) -> &str {
    &text[..text.len() - text.trim_start().len()]
}

/// Lines without their common indentation, and without empty lines around them.
fn dedented(lines: &[String]) -> String {
    let full = lines.iter().filter(|line| !line.trim().is_empty());
    let least = full.map(|line| indent(line).len()).min().unwrap_or(0);
    let lines: Vec<&str> = lines.iter().map(|line| line.get(least..).unwrap_or_default()).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// Deletes the last line from the corrected spec.
fn drop_last(lines: &mut [Line]) {
    if let Some(line) = lines.iter_mut().rev().find(|line| line.bad && line.good) {
        line.good = false;
    }
}

/// Whether the message underlines a part of line `number`.
fn is_underlined(message: &str, number: usize) -> bool {
    let mut lines = message.lines().peekable();
    while let Some(line) = lines.next() {
        let excerpt = line.split_once('|').is_some_and(|(own, _)| own.trim() == number.to_string());
        if excerpt && lines.peek().is_some_and(|below| below.contains('^')) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases() -> Vec<Case> {
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(crate::errors::CASES)).expect("the cases")
    }

    fn faults(source: &str) -> Vec<String> {
        let tokens = dsl::tokens(source).expect("one call of `protocol!`");
        let (_, diagnostics) = dsl::read(tokens);
        diagnostics.as_slice().iter().map(dsl::diagnostic::Diagnostic::text).collect()
    }

    #[test]
    fn a_corrected_spec_compiles_and_the_other_does_not() {
        let wrong = cases().into_iter().filter_map(|case| {
            let (bad, good) = (faults(&case.bad()), faults(&case.good()));
            let right = bad.len() == 1 && good.is_empty();
            (!right).then(|| format!("{}: {} errors, and corrected:\n{}", case.path, bad.len(), good.join("\n")))
        });
        let wrong: Vec<String> = wrong.collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }

    #[test]
    fn every_code_is_corrected_once() {
        let cases = cases();
        for code in Code::ALL {
            let own: Vec<_> = cases.iter().filter(|case| case.is_of(*code)).map(|case| &case.path).collect();
            assert_eq!(own.len(), 1, "{}: {own:?}", code.name());
        }
        assert_eq!(cases.len(), Code::ALL.len());
    }

    #[test]
    fn marks_are_applied_where_they_stand() {
        let source =
            "{\n    a\n    b\n    //= B\n    //+     c\n    d\n    //-\n    e\n    f\n    g\n    h\n    i\n}\n";
        let case = Case::new(String::new(), source, "8 |     f\n  |     ^\n 12 | x\n".to_owned());
        assert_eq!(case.good(), "{\n    a\n    B\n        c\n    e\n    f\n    g\n    h\n    i\n}\n");
        assert_eq!(case.bad(), "{\n    a\n    b\n    d\n    e\n    f\n    g\n    h\n    i\n}\n");
        assert_eq!(case.good_snippet(), "a\nB\n    c\ne\nf");
        assert_eq!(case.bad_snippet(), "a\nb\nd\ne\nf");
        let far = Case::new(String::new(), source, "12 |     i\n  |     ^\n".to_owned());
        assert_eq!(far.bad_snippet(), "    a\n    b\n    d\n    e\n    // …\n    h\n    i\n}");
    }
}
