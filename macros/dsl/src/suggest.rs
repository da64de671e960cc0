//! Did you mean.

/// The name among `known` that a slip of the pen most likely turned into `written`.
pub fn closest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known: Vec<_> = known.into_iter().collect();
    let slips = |name: &str| strsim::damerau_levenshtein(&written.to_lowercase(), &name.to_lowercase());
    let allowed = (written.chars().count() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for name in known.iter().copied() {
        let distance = slips(name);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    // Names are also cut short, or said in full.
    let grown =
        |name: &&str| name.len().min(written.len()) >= 4 && (name.starts_with(written) || written.starts_with(name));
    match best {
        Some((0 | 1, name)) => Some(name),
        best => known.into_iter().find(grown).or(best.map(|(_, name)| name)),
    }
}

/// "did you mean `x`?", or the whole list where nothing is close.
pub fn help<'a>(written: &str, what: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<_> = known.into_iter().collect();
    match closest(written, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if known.is_empty() => format!("declare a {what} of this name first"),
        None => format!("one of: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn finds_slips_only() {
        let known = ["StreamNextOffset", "StreamSeq", "StreamClosed"];
        assert_eq!(closest("StreamNextOfset", known), Some("StreamNextOffset"));
        assert_eq!(closest("streamSeq", known), Some("StreamSeq"));
        assert_eq!(closest("Body", known), None);
        assert_eq!(closest("StreamSeq", ["StreamTtl", "StreamSequence"]), Some("StreamSequence"));
        assert_eq!(closest("StreamSequence", known), Some("StreamSeq"));
    }
}
