//! Patterns for the paths of streams (§6.1): which paths match, and where in an index they are.

use spec::stream::Path;
use std::fmt;
use wire::json::Part as _;

/// Maximum length of a pattern in its canonical form, in bytes.
pub const PATTERN_BYTES_MAX: usize = 1024;
/// Maximum number of segments of a pattern.
pub const PATTERN_SEGMENTS_MAX: usize = 64;

/// A segment of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// `**`: any number of segments, also none.
    AnyNumber,
    /// `*`: exactly one segment.
    One,
    /// A segment in its canonical form.
    Literal(String),
}

/// A pattern in its canonical form. `*` stands for one segment, `**` for any number of segments, and anything else for itself.
/// `%2A` is a literal `*`. Two patterns are equal if they have the same segments, however these were escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Segment>);

/// A text that is not a pattern, and the rule that it breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPattern(String);

impl fmt::Display for InvalidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidPattern {}

/// Where all matching paths are in an index that is ordered by path. Other paths can be there, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// One path.
    pub exact: Option<String>,
    /// All paths that start with this text. It is empty or ends with `/`.
    pub prefix: Option<String>,
}

impl Pattern {
    /// Reads a pattern. Slashes at its start and its end don't count. An empty pattern counts as none.
    ///
    /// # Errors
    /// [`InvalidPattern`], if it is too long, has too many segments or an invalid one, or starts with a reserved segment.
    pub fn read(text: &str) -> Result<Option<Self>, InvalidPattern> {
        let trimmed = text.trim_matches('/');
        if trimmed.is_empty() {
            return Ok(None);
        }
        if trimmed.len() > PATTERN_BYTES_MAX {
            return Err(InvalidPattern(format!("the pattern must have at most {PATTERN_BYTES_MAX} bytes")));
        }
        if trimmed.split('/').count() > PATTERN_SEGMENTS_MAX {
            return Err(InvalidPattern(format!("the pattern must have at most {PATTERN_SEGMENTS_MAX} segments")));
        }
        let segments = trimmed.split('/').enumerate().map(|(index, text)| Segment::read(index, text));
        let pattern = Self(segments.collect::<Result<_, _>>()?);
        if pattern.to_string().len() > PATTERN_BYTES_MAX {
            return Err(InvalidPattern(format!("the escaped pattern must have at most {PATTERN_BYTES_MAX} bytes")));
        }
        Ok(Some(pattern))
    }

    /// Whether `path` matches. A path with a reserved first segment never does. The time is the product of the numbers of segments.
    #[must_use]
    pub fn matches(&self, path: &Path) -> bool {
        self.matches_in_steps(path, || {}) && Path::of_text(path.as_str()).is_ok()
    }

    /// Goes through the segments of the pattern. `reached` contains for each number of leading segments of the path whether the
    /// pattern up to here matches them.
    fn matches_in_steps(&self, path: &Path, mut step: impl FnMut()) -> bool {
        let path: Vec<_> = path.as_str().split('/').collect();
        let mut reached = vec![false; path.len() + 1];
        reached[0] = true;
        for segment in &self.0 {
            // Whether the number of segments before `count` was reached without this segment.
            let mut earlier = false;
            for count in 0..=path.len() {
                step();
                let before = reached[count];
                reached[count] = match segment {
                    Segment::AnyNumber => before || (count > 0 && reached[count - 1]),
                    Segment::One => earlier,
                    Segment::Literal(own) => earlier && path[count - 1] == own,
                };
                earlier = before;
            }
        }
        reached[path.len()]
    }

    /// Where all matching paths are.
    #[must_use]
    pub fn scan(&self) -> Scan {
        let leading = self.leading();
        let literal = leading.join("/");
        let below = || if literal.is_empty() { String::new() } else { format!("{literal}/") };
        let wildcards = &self.0[leading.len()..];
        // If all wildcards can stand for no segment, the literal part itself matches.
        let is_itself = wildcards.iter().all(|segment| *segment == Segment::AnyNumber) && !leading.is_empty();
        Scan { prefix: (!wildcards.is_empty()).then(below), exact: is_itself.then_some(literal) }
    }

    /// The literal segments before the first wildcard.
    fn leading(&self) -> Vec<&str> {
        let literals = self.0.iter().map_while(|segment| match segment {
            Segment::Literal(own) => Some(&**own),
            Segment::One | Segment::AnyNumber => None,
        });
        literals.collect()
    }
}

impl Segment {
    fn read(index: usize, text: &str) -> Result<Self, InvalidPattern> {
        match text {
            "*" => Ok(Self::One),
            "**" => Ok(Self::AnyNumber),
            // Only the first segment can be reserved.
            _ => {
                let path = if index == 0 { Path::of_text(text) } else { Path::read(text) };
                let invalid = |rule| InvalidPattern(format!("each segment of the pattern must be {rule}"));
                path.map(|path| Self::Literal(path.as_str().to_owned())).map_err(invalid)
            }
        }
    }
}

impl fmt::Display for Pattern {
    /// Writes the canonical form, which [`Pattern::read`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.0.iter().enumerate() {
            f.write_str(if index > 0 { "/" } else { "" })?;
            match segment {
                Segment::AnyNumber => f.write_str("**")?,
                Segment::One => f.write_str("*")?,
                Segment::Literal(own) if matches!(&**own, "*" | "**") => f.write_str(&own.replace('*', "%2A"))?,
                Segment::Literal(own) => f.write_str(own)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{PATTERN_BYTES_MAX, PATTERN_SEGMENTS_MAX, Pattern, Scan, Segment};
    use proptest::prelude::*;
    use spec::stream::Path;

    fn pattern(text: &str) -> Pattern {
        Pattern::read(text).expect("a pattern").expect("segments")
    }

    fn path(text: &str) -> Path {
        Path::read(text).expect("a path")
    }

    /// The definition, by recursion.
    fn is_match(pattern: &[Segment], path: &[&str]) -> bool {
        match (pattern, path) {
            ([], path) => path.is_empty(),
            ([Segment::AnyNumber, rest @ ..], _) => (0..=path.len()).any(|count| is_match(rest, &path[count..])),
            ([Segment::One, rest @ ..], [_, below @ ..]) => is_match(rest, below),
            ([Segment::Literal(own), rest @ ..], [first, below @ ..]) => own == first && is_match(rest, below),
            (_, []) => false,
        }
    }

    #[test]
    fn wildcards_are_whole_segments() {
        for (text, matching, others) in [
            ("events/*", vec!["events/a", "events/*"], vec!["events", "events/a/b", "event/a", "Events/a"]),
            ("events/**", vec!["events", "events/a", "events/a/b"], vec!["event", "eventsx/a"]),
            ("**", vec!["a", "a/b/c"], vec![]),
            ("*", vec!["a"], vec!["a/b"]),
            ("**/x", vec!["x", "a/x", "a/b/x", "x/x"], vec!["x/a", "ax"]),
            ("a/**/b", vec!["a/b", "a/x/b", "a/x/y/b"], vec!["a", "a/b/c"]),
            ("ev*", vec!["ev*"], vec!["events"]),
            ("%2A/a", vec!["*/a"], vec!["b/a"]),
            ("%2A%2a", vec!["**"], vec!["a", "a/b"]),
            ("%41/caf\u{e9}", vec!["A/caf%C3%A9"], vec!["a/caf%C3%A9"]),
            ("a%2Fb", vec!["a%2Fb"], vec!["a/b"]),
        ] {
            matching.iter().for_each(|own| assert!(pattern(text).matches(&path(own)), "{text}: {own}"));
            others.iter().for_each(|other| assert!(!pattern(text).matches(&path(other)), "{text}: {other}"));
        }
    }

    #[test]
    fn reserved_paths_never_match() {
        for text in ["**", "*", "*/x", "**/x"] {
            for reserved in ["__ds", "__ds/x", "%5F%5Fds/x"] {
                assert!(!pattern(text).matches(&path(reserved)), "{text}: {reserved}");
            }
        }
        assert!(pattern("a/__ds").matches(&path("a/__ds")));
    }

    #[test]
    fn patterns_have_limits() {
        assert_eq!((Pattern::read(""), Pattern::read("//")), (Ok(None), Ok(None)));
        assert_eq!(pattern("/a/*/"), pattern("a/*"));
        let longest = "x".repeat(PATTERN_BYTES_MAX);
        let most = vec!["*"; PATTERN_SEGMENTS_MAX].join("/");
        assert!(Pattern::read(&longest).is_ok() && Pattern::read(&most).is_ok());
        let (longer, more, escaped) =
            (format!("{longest}x"), format!("{most}/*"), "\u{e9}".repeat(PATTERN_BYTES_MAX / 4));
        let reserved = ["__ds/*", "/%5F%5Fds", "__ds"];
        for bad in
            ["a//b", ".", "a/..", "a/%2e", "a b", "%zz", "a\n", &longer, &more, &escaped].into_iter().chain(reserved)
        {
            assert!(Pattern::read(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn scans_are_ranges_of_an_index() {
        let scan = |exact: Option<&str>, prefix: Option<&str>| Scan {
            exact: exact.map(Into::into),
            prefix: prefix.map(Into::into),
        };
        assert_eq!(pattern("a/b").scan(), scan(Some("a/b"), None));
        assert_eq!(pattern("a/b/*").scan(), scan(None, Some("a/b/")));
        assert_eq!(pattern("a/**").scan(), scan(Some("a"), Some("a/")));
        assert_eq!(pattern("a/**/*").scan(), scan(None, Some("a/")));
        assert_eq!(pattern("**").scan(), scan(None, Some("")));
        assert_eq!(pattern("*/a").scan(), scan(None, Some("")));
        assert_eq!((pattern("a/%2A/*/b").leading().join("/"), pattern("*").leading().len()), ("a/*".to_owned(), 0));
    }

    #[test]
    fn no_pattern_takes_exponential_time() {
        let worst = pattern(&format!("{}x", "**/".repeat(PATTERN_SEGMENTS_MAX - 1)));
        let (deep, mut steps) = (path(&vec!["a"; 512].join("/")), 0);
        assert!(!worst.matches_in_steps(&deep, || steps += 1));
        assert_eq!(steps, PATTERN_SEGMENTS_MAX * (512 + 1));
    }

    /// All texts of one to `longest` of these segments.
    fn all(segments: &[&str], longest: usize) -> Vec<String> {
        let mut texts: Vec<String> = segments.iter().map(|segment| (*segment).to_owned()).collect();
        let mut last = texts.clone();
        for _ in 1..longest {
            last = last.iter().flat_map(|text| segments.iter().map(move |next| format!("{text}/{next}"))).collect();
            texts.extend_from_slice(&last);
        }
        texts
    }

    #[test]
    fn short_patterns_match_what_is_defined_for_every_short_path() {
        let paths: Vec<_> = all(&["a", "b"], 6).iter().map(|text| path(text)).collect();
        let mut matching = 0;
        for text in all(&["a", "*", "**"], 5) {
            let pattern = pattern(&text);
            for path in &paths {
                let expected = is_match(&pattern.0, &path.as_str().split('/').collect::<Vec<_>>());
                assert_eq!(pattern.matches(path), expected, "{text}: {}", path.as_str());
                matching += usize::from(expected);
            }
        }
        assert!(matching > 1_000);
    }

    fn segment() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec!["a", "b", "*", "**", "%2A", "__ds"])
    }

    proptest! {
        #[test]
        fn matching_is_as_defined(own in prop::collection::vec(segment(), 1..8), segments in prop::collection::vec(segment(), 1..8)) {
            let Ok(Some(pattern)) = Pattern::read(&own.join("/")) else { return Ok(()) };
            let path = path(&segments.join("/"));
            let expected = is_match(&pattern.0, &path.as_str().split('/').collect::<Vec<_>>());
            let mut steps = 0;
            prop_assert_eq!(pattern.matches_in_steps(&path, || steps += 1), expected);
            prop_assert_eq!(steps, own.len() * (segments.len() + 1));
            prop_assert_eq!(pattern.matches(&path), expected && segments[0] != "__ds");
            // Nothing that matches lies elsewhere in an index, or has another literal part.
            let Scan { exact, prefix } = pattern.scan();
            let is_scanned = exact.is_some_and(|exact| exact == path.as_str())
                || prefix.is_some_and(|prefix| path.as_str().starts_with(&prefix));
            prop_assert!(is_scanned || !expected);
            let (literal, text) = (pattern.leading().join("/"), path.as_str());
            let is_covered = literal.is_empty() || text == literal || text.starts_with(&format!("{literal}/"));
            prop_assert!(is_covered || !expected);
            prop_assert_eq!(Pattern::read(&pattern.to_string()), Ok(Some(pattern)));
        }

        #[test]
        fn any_text_is_a_pattern_or_refused(text in ".{0,80}") {
            if let Ok(Some(pattern)) = Pattern::read(&text) {
                prop_assert_eq!(Pattern::read(&pattern.to_string()), Ok(Some(pattern)));
            }
        }
    }
}
