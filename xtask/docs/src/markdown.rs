//! Elements of Markdown.

/// A table, whose cells are Markdown.
pub fn table<const N: usize>(headings: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    wide_table(headings.map(str::to_owned).to_vec(), rows.into_iter().map(Vec::from))
}

/// A table with any number of columns. Each row has a cell for each heading.
pub fn wide_table(headings: Vec<String>, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let rule = vec!["---".to_owned(); headings.len()];
    // A bar ends a cell even in code.
    let rows = rows.into_iter().map(|row| row.iter().map(|cell| cell.replace('|', "\\|")).collect());
    [headings, rule].into_iter().chain(rows).map(line).collect::<String>() + "\n"
}

/// Text in code style.
pub fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// A link to a heading in the same document.
pub fn link(heading: &str) -> String {
    named_link(heading, heading)
}

/// A link with this text to a heading in the same document.
pub fn named_link(text: &str, heading: &str) -> String {
    format!("[{text}](#{})", anchor(heading))
}

/// The anchor of a heading.
pub fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// A block of code.
pub fn block(language: &str, text: &str) -> String {
    // The fence must be longer than any run of backticks in the text.
    let longest = text.split(|char| char != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n\n", text.trim_end_matches('\n'))
}

/// The texts that are not empty, joined by spaces.
pub fn sentences(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_fences_and_anchors_hold_what_is_in_them() {
        assert_eq!(table(["a"], [["x|y".to_owned()]]), "| a |\n| --- |\n| x\\|y |\n\n");
        assert_eq!(block("", "```\n"), "````\n```\n````\n\n");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(link("Stream: read"), "[Stream: read](#stream-read)");
        assert_eq!(named_link("Hook", "JSON: Hook"), "[Hook](#json-hook)");
    }
}
