use super::Prefix;
use serde::{Deserialize, Serialize};

/// A range of paths in their canonical form, in the order of their bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    from: String,
    /// The first text after the range.
    until: String,
}

/// A text that is greater than all paths. Paths in their canonical form are printable ASCII.
const END: &str = "\x7f";

impl Span {
    /// All paths that begin with `start`.
    #[must_use]
    pub fn starting_with(start: &str) -> Self {
        let mut until = start.to_owned();
        // The increment is a character, because the last one is ASCII.
        let until = until.pop().map_or_else(
            || END.to_owned(),
            |last| until + char::from_u32(last as u32 + 1).map_or_else(String::new, String::from).as_str(),
        );
        Self { from: start.to_owned(), until }
    }

    /// All paths with a prefix.
    #[must_use]
    pub fn under(prefix: &Prefix) -> Self {
        Self::starting_with(prefix.as_str())
    }

    /// No path.
    #[must_use]
    pub fn nothing() -> Self {
        Self { from: String::new(), until: String::new() }
    }

    /// One path.
    #[must_use]
    pub fn of(path: &str) -> Self {
        Self { from: path.to_owned(), until: next(path) }
    }

    /// All paths greater than `path`.
    #[must_use]
    pub fn after(path: &str) -> Self {
        Self { from: next(path), until: END.to_owned() }
    }

    /// All paths greater than those that begin with `start`.
    #[must_use]
    pub fn beyond(start: &str) -> Self {
        Self { from: Self::starting_with(start).until, until: END.to_owned() }
    }

    /// The paths in both ranges. `None` if there are none.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let (from, until) = ((&self.from).max(&other.from), (&self.until).min(&other.until));
        (from < until).then(|| Self { from: from.clone(), until: until.clone() })
    }

    /// Whether all paths of `other` are in this range.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        self.from <= other.from && other.until <= self.until
    }

    /// The same paths in ranges that do not overlap, in order.
    #[must_use]
    pub fn union(spans: impl Iterator<Item = Self>) -> Vec<Self> {
        let mut union: Vec<Self> = Vec::new();
        for Self { mut from, mut until } in spans {
            // These overlap with it or touch it.
            let start = union.partition_point(|other| other.until < from);
            let end = union.partition_point(|other| other.from <= until);
            for other in union.drain(start..end) {
                from = from.min(other.from);
                until = until.max(other.until);
            }
            union.insert(start, Self { from, until });
        }
        union
    }

    /// The first text of the range.
    #[must_use]
    pub fn from(&self) -> &str {
        &self.from
    }

    /// The first text after the range.
    #[must_use]
    pub fn until(&self) -> &str {
        &self.until
    }
}

/// The text after `path` in the order of bytes, among texts of printable ASCII without spaces.
fn next(path: &str) -> String {
    format!("{path} ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn has(span: &Span, path: &str) -> bool {
        span.from() <= path && path < span.until()
    }

    proptest! {
        #[test]
        fn spans_contain_the_paths_that_they_are_named_after(start in "[!a/~%]{0,4}", path in "[!a/~%]{1,5}") {
            prop_assert_eq!(has(&Span::starting_with(&start), &path), path.starts_with(&start));
            prop_assert_eq!(has(&Span::of(&start), &path), path == start);
            prop_assert_eq!(has(&Span::after(&start), &path), path > start);
            prop_assert_eq!(has(&Span::beyond(&start), &path), !path.starts_with(&start) && path > start);
        }

        #[test]
        fn sets_of_spans_are_sets_of_paths(starts in prop::collection::vec("[!a/]{0,3}", 0..5), path in "[!a/]{1,4}") {
            let spans: Vec<Span> = starts.iter().map(|start| Span::starting_with(start)).collect();
            let union = Span::union(spans.iter().cloned());
            prop_assert_eq!(union.iter().filter(|span| has(span, &path)).count(), usize::from(spans.iter().any(|span| has(span, &path))));
            prop_assert!(union.windows(2).all(|pair| pair[0].until() < pair[1].from()));
            if let [one, other, ..] = &spans[..] {
                let both = one.intersection(other).is_some_and(|span| has(&span, &path));
                prop_assert_eq!(both, has(one, &path) && has(other, &path));
            }
        }
    }
}
