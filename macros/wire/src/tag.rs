use crate::Rule;
use headers::{ETag, Header as _, HeaderValue, IfNoneMatch};
use std::fmt;

/// A strong entity tag (RFC 9110 §8.8.3).
#[derive(Clone, Debug)]
pub struct EntityTag(String);

impl EntityTag {
    /// A tag made of `parts`, joined by colons. Characters that a tag can't hold are dropped.
    #[must_use]
    pub fn of(parts: &[&dyn fmt::Display]) -> Self {
        let mut tag = String::from("\"");
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                tag.push(':');
            }
            tag.extend(part.to_string().chars().filter(|char| char.is_ascii_graphic() && *char != '"'));
        }
        tag.push('"');
        Self(tag)
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a client already has (`If-None-Match`, RFC 9110 §13.1.2): a list of tags, or `*` for anything.
#[derive(Clone, Debug)]
pub struct EntityTags(IfNoneMatch);

impl EntityTags {
    /// Reads `*`, or tags with commas between them, weak ones included.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &str) -> Result<Self, Rule> {
        let rule = || Rule::from("`*`, or quoted entity tags with commas between them");
        let value = HeaderValue::from_str(text).map_err(|_| rule())?;
        let tags = IfNoneMatch::decode(&mut [value].iter()).map_err(|_| rule())?;
        if text.trim() == "*" || is_list(text) { Ok(Self(tags)) } else { Err(rule()) }
    }

    /// Whether `tag` is among them, by weak comparison.
    #[must_use]
    pub fn contain(&self, tag: &EntityTag) -> bool {
        tag.0.parse::<ETag>().is_ok_and(|tag| !self.0.precondition_passes(&tag))
    }
}

/// Whether `text` is tags with commas between them, of which some may stand alone (RFC 9110 §5.6.1). The decoder takes
/// more than that.
fn is_list(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return true;
        }
        let quoted = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"');
        let Some((_, after)) = quoted.and_then(|quoted| quoted.split_once('"')) else { return false };
        rest = after.trim_start_matches([' ', '\t']);
        if !rest.is_empty() && !rest.starts_with(',') {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_weak_tags_and_star() {
        let tag = EntityTag::of(&[&"g", &1, &2]);
        assert_eq!(tag.to_string(), "\"g:1:2\"");
        for text in [
            "\"g:1:2\"",
            "W/\"g:1:2\"",
            "\"x\", \"g:1:2\"",
            "\"x\",W/\"g:1:2\" , \"y\"",
            "*",
            "\"a,b\", \"g:1:2\"",
            "\"g:1:2\", \"a, b\"",
            ", ,\"g:1:2\",",
        ] {
            assert!(EntityTags::read(text).unwrap().contain(&tag), "{text}");
        }
        assert!(!EntityTags::read("\"x\", W/\"g:1:3\"").unwrap().contain(&tag));
        assert!(EntityTags::read("g:1:2").is_err());
    }
}
