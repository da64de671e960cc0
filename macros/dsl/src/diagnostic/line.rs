//! References to lines in messages. A line in another file than the fault has the name of that file.

use crate::suggest;
use proc_macro2::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Returns " on line 7", or nothing if `span` has no line.
#[must_use]
pub fn on_line(span: Span) -> String {
    match span.start().line {
        0 => String::new(),
        line => format!(" on line {line}{}", of_file(span)),
    }
}

/// Returns "line 7", or `otherwise` if `span` has no line.
#[must_use]
pub fn line_or(span: Span, otherwise: &str) -> String {
    match span.start().line {
        0 => otherwise.to_owned(),
        line => format!("line {line}{}", of_file(span)),
    }
}

/// Returns "on line 7" or "on lines 7 and 9" for each file, with at most `max` lines of each.
pub fn on_lines(spans: &[Span], max: usize) -> Option<String> {
    let mut files: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for span in spans.iter().filter(|span| span.start().line > 0) {
        files.entry(of_file(*span)).or_default().insert(span.start().line);
    }
    let in_file = |(file, lines): (&String, &BTreeSet<usize>)| {
        let more = lines.len().saturating_sub(max);
        let mut shown: Vec<_> = lines.iter().take(max).map(ToString::to_string).collect();
        if more > 0 {
            shown.push(format!("{more} more"));
        }
        let word = if lines.len() == 1 { "line" } else { "lines" };
        format!("on {word} {}{file}", suggest::enumeration(&shown, "and"))
    };
    let files: Vec<_> = files.iter().map(in_file).collect();
    (!files.is_empty()).then(|| suggest::enumeration(&files, "and"))
}

/// Removes the name of the file from references to lines that are in the same file as `fault`.
pub(super) fn seen_from(fault: Span, text: &str) -> String {
    match of_file(fault) {
        file if file.is_empty() => text.to_owned(),
        file => text.replace(&file, ""),
    }
}

/// Returns " of spec/stream.rs", or nothing if the text of the spec is not in a file.
fn of_file(span: Span) -> String {
    match span.file() {
        file if file.is_empty() || file.starts_with('<') => String::new(),
        file => format!(" of {file}"),
    }
}
