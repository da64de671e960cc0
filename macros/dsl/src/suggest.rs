//! Suggestions for misspelled names.

use heck::ToSnakeCase as _;

/// Returns the name in `declared` that `written` most likely misspells.
pub fn misspelled<'a>(written: &str, declared: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let slips = declared.into_iter().filter_map(|name| Some((slips(written, name)?, name)));
    slips.min_by_key(|(slips, _)| *slips).map(|(_, name)| name)
}

/// The number of typing errors that turn `name` into `written`, unless there are too many for names of this length.
fn slips(written: &str, name: &str) -> Option<usize> {
    let (written, name) = (written.to_lowercase(), name.to_lowercase());
    let length = written.chars().count().max(name.chars().count());
    let allowed = if length < 3 { 0 } else { (length / 4).max(1) };
    Some(strsim::damerau_levenshtein(&written, &name)).filter(|slips| *slips <= allowed)
}

/// Returns the name in `declared` that differs from `written` by one typing error or by case.
pub fn slip<'a>(written: &str, declared: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    misspelled(written, declared).filter(|name| slips(written, name) <= Some(1))
}

/// Returns the name in `declared` that `written` most likely means: one that it misspells, or one with the same words.
pub fn closest<'a>(written: &str, declared: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let declared: Vec<_> = declared.into_iter().collect();
    slip(written, declared.iter().copied())
        .or_else(|| declared.iter().copied().find(|name| is_related(written, name)))
        .or_else(|| misspelled(written, declared))
}

/// Whether the words of one name are words of the other, in any order, or one name is an abbreviation of the other.
fn is_related(written: &str, name: &str) -> bool {
    let words = |name: &str| -> Vec<String> { name.to_snake_case().split('_').map(str::to_owned).collect() };
    let (own, others) = (words(written), words(name));
    let (fewer, more) = if own.len() <= others.len() { (&own, &others) } else { (&others, &own) };
    let contained = fewer.len() > 1 && fewer.iter().all(|word| more.contains(word));
    let abbreviated = name.len().min(written.len()) >= 4 && (name.starts_with(written) || written.starts_with(name));
    contained || abbreviated
}

/// Returns "a header" or "an item".
pub fn with_article(what: &str) -> String {
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {what}")
}

/// Returns "`a`, `b` or `c`".
pub fn either(words: &[&str]) -> String {
    enumeration(&words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>(), "or")
}

/// Returns "a, b or c", with another word for "or".
pub fn enumeration(texts: &[String], conjunction: &str) -> String {
    match texts {
        [others @ .., last] if !others.is_empty() => format!("{} {conjunction} {last}", others.join(", ")),
        _ => texts.concat(),
    }
}

/// The number of names that a list shows.
const SHOWN: usize = 16;

/// Returns "did you mean `x`?", or the names if none is similar.
pub fn help<'a>(written: &str, what: &str, declared: impl IntoIterator<Item = &'a str>) -> String {
    let declared: Vec<_> = declared.into_iter().collect();
    match closest(written, declared.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if declared.is_empty() => format!("declare {} with this name", with_article(what)),
        None => format!("one of: {}", list(written, declared)),
    }
}

/// Returns the names with commas between them: all in their order, or the most similar ones if there are many.
fn list(written: &str, mut names: Vec<&str>) -> String {
    let more = names.len().saturating_sub(SHOWN);
    if more > 0 {
        let similarity = |name: &&str| strsim::jaro_winkler(&written.to_lowercase(), &name.to_lowercase());
        names.sort_by(|one, other| similarity(other).total_cmp(&similarity(one)));
        names.truncate(SHOWN);
    }
    let names = names.join(", ");
    if more > 0 { format!("{names}, and {more} more") } else { names }
}

#[cfg(test)]
mod tests {
    use super::{closest, help};

    #[test]
    fn finds_misspelled_names_only() {
        let declared = ["StreamNextOffset", "StreamSeq", "StreamClosed"];
        assert_eq!(closest("StreamNextOfset", declared), Some("StreamNextOffset"));
        assert_eq!(closest("streamSeq", declared), Some("StreamSeq"));
        assert_eq!(closest("Body", declared), None);
        assert_eq!(closest("StreamSeq", ["StreamTtl", "StreamSequence"]), Some("StreamSequence"));
        assert_eq!(closest("StreamSequence", declared), Some("StreamSeq"));
    }

    #[test]
    fn the_number_of_slips_grows_with_the_name() {
        assert_eq!(closest("StreamSeq", ["StreamTtl"]), None);
        assert_eq!(closest("is", ["in"]), None);
        assert_eq!(closest("gon", ["gone"]), Some("gone"));
        assert_eq!(closest("ProducrRecievdSeqence", ["ProducerReceivedSequence"]), Some("ProducerReceivedSequence"));
        assert_eq!(closest("StreamOffset", ["StreamClosed", "StreamNextOffset"]), Some("StreamNextOffset"));
        assert_eq!(closest("OffsetNextStream", ["StreamNextOffset"]), Some("StreamNextOffset"));
    }

    #[test]
    fn a_long_list_shows_the_most_similar_names() {
        let names: Vec<_> = (0..24).map(|index| format!("Other{index}")).chain(["Unrelated".to_owned()]).collect();
        let help = help("Unlike", "header", names.iter().map(String::as_str));
        assert!(help.starts_with("one of: Unrelated, "), "{help}");
        assert!(help.ends_with(", and 9 more"), "{help}");
    }
}
