use crate::Rule;
use std::fmt;

/// A strong entity tag (RFC 9110 §8.8.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityTag(String);

impl EntityTag {
    /// Returns a tag that consists of `parts`, joined by colons. Characters that a tag can't contain are removed.
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

    /// Reads one strong tag, in quotes.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &str) -> Result<Self, Rule> {
        one(text).map(|tag| Self(tag.to_owned()))
    }

    /// Checks one strong tag, and keeps nothing of it.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn check(text: &str) -> Result<(), Rule> {
        one(text).map(drop)
    }

    /// Returns the text between the quotes, split at colons.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.trim_matches('"').split(':')
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The entity tags in a request (`If-Match`, `If-None-Match`, RFC 9110 §13.1): a list, or `*` for any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntityTags {
    /// `*`, which matches any representation.
    Any,
    /// A list of tags.
    Listed {
        /// Strong tags: equal tags mean identical bytes (RFC 9110 §8.8.1).
        strong: Vec<EntityTag>,
        /// Weak tags: equal tags mean equivalent content.
        weak: Vec<EntityTag>,
    },
}

impl EntityTags {
    /// Reads `*`, or a comma-separated list of strong and weak tags. Empty elements are ignored (RFC 9110 §5.6.1).
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &str) -> Result<Self, Rule> {
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        let (mut strong, mut weak) = (Vec::new(), Vec::new());
        each(text, |is_weak, tag| if is_weak { &mut weak } else { &mut strong }.push(EntityTag(tag.to_owned())))?;
        Ok(Self::Listed { strong, weak })
    }

    /// Checks `*` or a list, and keeps nothing of it.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn check(text: &str) -> Result<(), Rule> {
        if text.trim() == "*" { Ok(()) } else { each(text, |_, _| ()) }
    }

    /// Whether `is` returns true for a strong or weak tag. For `*`, the result is `any` (RFC 9110 §8.8.3.2).
    pub fn match_weakly(&self, any: bool, mut is: impl FnMut(&EntityTag) -> bool) -> bool {
        match self {
            Self::Any => any,
            Self::Listed { strong, weak } => strong.iter().chain(weak).any(&mut is),
        }
    }

    /// Whether `is` returns true for a strong tag. For `*`, the result is `any` (RFC 9110 §8.8.3.2).
    pub fn match_strongly(&self, any: bool, is: impl FnMut(&EntityTag) -> bool) -> bool {
        match self {
            Self::Any => any,
            Self::Listed { strong, .. } => strong.iter().any(is),
        }
    }
}

fn one(text: &str) -> Result<&str, Rule> {
    match tag(text) {
        Some((tag, "")) => Ok(tag),
        _ => Err("a quoted entity tag".into()),
    }
}

/// Passes the tags of a list to `take`, and whether each is weak.
fn each<'t>(text: &'t str, mut take: impl FnMut(bool, &'t str)) -> Result<(), Rule> {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return Ok(());
        }
        let (is_weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
        let (tag, after) = tag(quoted).ok_or("`*`, or quoted entity tags with commas between them")?;
        take(is_weak, tag);
        rest = after;
    }
}

/// Splits the quoted tag at the start of `text` from the rest. A comma or the end must follow it.
fn tag(text: &str) -> Option<(&str, &str)> {
    let length = text.strip_prefix('"')?.find('"')? + 2;
    let (tag, after) = text.split_at(length);
    let after = after.trim_start_matches([' ', '\t']);
    let ends = after.is_empty() || after.starts_with(',');
    (ends && !tag.contains(char::is_control)).then_some((tag, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_weak_tags_and_star() {
        let tag = EntityTag::of(&[&"g", &1, &2]);
        assert_eq!(tag.to_string(), "\"g:1:2\"");
        assert_eq!(tag.parts().collect::<Vec<_>>(), ["g", "1", "2"]);
        let is = |own: &EntityTag| *own == tag;
        let weakly = |text| EntityTags::read(text).unwrap().match_weakly(true, is);
        let strongly = |text| EntityTags::read(text).unwrap().match_strongly(true, is);
        for text in
            ["\"g:1:2\"", "\"x\", \"g:1:2\"", " * ", "\"a,b\", \"g:1:2\"", "\"g:1:2\", \"a, b\"", ", ,\"g:1:2\","]
        {
            assert!(weakly(text) && strongly(text), "{text}");
        }
        for text in ["W/\"g:1:2\"", "\"x\",W/\"g:1:2\" , \"y\""] {
            assert!(weakly(text) && !strongly(text), "{text}");
        }
        for text in ["", ",", "\"x\", W/\"g:1:3\""] {
            assert!(!weakly(text) && !strongly(text), "{text}");
        }
        assert!(!EntityTags::Any.match_weakly(false, is) && !EntityTags::Any.match_strongly(false, is));
        for text in ["g:1:2", "\"g:1:2", "*, \"g:1:2\"", "\"a\" \"b\"", "w/\"a\"", "\"a\u{7f}\""] {
            assert!(EntityTags::read(text).is_err(), "{text}");
        }
    }
}
