//! Suggestions for misspelled names.

/// Returns the name in `declared` that `written` most likely misspells.
pub fn closest<'a>(written: &str, declared: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let declared: Vec<_> = declared.into_iter().collect();
    let edits = |name: &str| strsim::damerau_levenshtein(&written.to_lowercase(), &name.to_lowercase());
    let allowed = (written.chars().count() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for name in declared.iter().copied() {
        let distance = edits(name);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    // `written` may also be an abbreviation of a name, or a name written in full.
    let is_longer_or_shorter =
        |name: &&str| name.len().min(written.len()) >= 4 && (name.starts_with(written) || written.starts_with(name));
    match best {
        Some((0 | 1, name)) => Some(name),
        best => declared.into_iter().find(is_longer_or_shorter).or(best.map(|(_, name)| name)),
    }
}

/// Returns "did you mean `x`?", or the whole list if no name is similar.
pub fn help<'a>(written: &str, what: &str, declared: impl IntoIterator<Item = &'a str>) -> String {
    let declared: Vec<_> = declared.into_iter().collect();
    match closest(written, declared.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if declared.is_empty() => format!("declare a {what} with this name"),
        None => format!("one of: {}", declared.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn finds_misspelled_names_only() {
        let declared = ["StreamNextOffset", "StreamSeq", "StreamClosed"];
        assert_eq!(closest("StreamNextOfset", declared), Some("StreamNextOffset"));
        assert_eq!(closest("streamSeq", declared), Some("StreamSeq"));
        assert_eq!(closest("Body", declared), None);
        assert_eq!(closest("StreamSeq", ["StreamTtl", "StreamSequence"]), Some("StreamSequence"));
        assert_eq!(closest("StreamSequence", declared), Some("StreamSeq"));
    }
}
