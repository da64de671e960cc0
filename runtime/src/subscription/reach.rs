//! The streams for which a caller has a permission, so that a subscription reaches no others.

use crate::access::{Client, Span};
use serde::{Deserialize, Serialize};
use spec::client::Operation;
use spec::stream::Path;
use subscriptions::{Configuration, Pattern};

/// The paths on which a caller may do something, in ranges that do not overlap, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach(Vec<Span>);

impl Reach {
    /// The paths on which `client` may do `operation`.
    #[must_use]
    pub fn of(client: &Client, operation: Operation) -> Self {
        Self(client.spans(operation))
    }

    /// All paths.
    #[must_use]
    pub fn everywhere() -> Self {
        Self(vec![Span::starting_with("")])
    }

    /// Whether it contains the path.
    #[must_use]
    pub fn covers_path(&self, path: &Path) -> bool {
        self.contains(&Span::of(path.as_str()))
    }

    /// Whether it contains every path that could match, whether or not a stream is there. A pattern that begins with a wildcard needs all
    /// paths.
    #[must_use]
    pub fn covers_pattern(&self, pattern: &Pattern) -> bool {
        let scan = pattern.scan();
        let exact = scan.exact.as_deref().map(Span::of);
        let below = scan.prefix.as_deref().map(Span::starting_with);
        [exact, below].iter().flatten().all(|span| self.contains(span))
    }

    /// Whether it contains all that a subscription was created with. The permission for a link that was added later was checked when it was added.
    #[must_use]
    pub fn covers(&self, configuration: &Configuration) -> bool {
        configuration.pattern().is_none_or(|pattern| self.covers_pattern(pattern))
            && configuration.streams().iter().all(|path| self.covers_path(path))
    }

    fn contains(&self, span: &Span) -> bool {
        self.0.iter().any(|own| own.contains(span))
    }
}

#[cfg(test)]
mod tests {
    use super::Reach;
    use crate::access::{Prefix, Span};
    use subscriptions::{Pattern, read_path};

    fn reach(prefixes: &[&str], paths: &[&str]) -> Reach {
        let prefixes = prefixes.iter().map(|prefix| Span::under(&Prefix::read(prefix).expect("a prefix")));
        Reach(Span::union(prefixes.chain(paths.iter().map(|path| Span::of(path)))))
    }

    fn covers(reach: &Reach, pattern: &str) -> bool {
        reach.covers_pattern(&Pattern::read(pattern).expect("a pattern").expect("segments"))
    }

    #[test]
    fn a_pattern_needs_all_that_it_can_match() {
        let team = reach(&["team/"], &["news"]);
        for inside in ["team/*", "team/a", "team/a/**", "team/**/x", "team/*/b", "news", "team/%2A"] {
            assert!(covers(&team, inside), "{inside}");
        }
        // `team/**` matches the stream `team` as well.
        for outside in ["*", "**", "*/team", "**/team", "team", "team/**", "teams/*", "news/*", "news/**", "te*/a"] {
            assert!(!covers(&team, outside), "{outside}");
        }
        assert!(covers(&reach(&["team/"], &["team"]), "team/**"));
    }

    #[test]
    fn a_leading_wildcard_needs_everything() {
        for pattern in ["*", "**", "*/a", "**/a"] {
            assert!(covers(&reach(&[""], &[]), pattern), "{pattern}");
            assert!(!covers(&reach(&["a/", "b/"], &["a"]), pattern), "{pattern}");
            assert!(!covers(&reach(&[], &[]), pattern), "{pattern}");
        }
    }

    #[test]
    fn a_path_is_compared_in_its_canonical_form() {
        let own = reach(&["caf\u{e9}/"], &["a"]);
        for (text, expected) in
            [("a", true), ("%61", true), ("/a/", true), ("caf%C3%A9/1", true), ("caf\u{e9}", false), ("ab", false)]
        {
            assert_eq!(own.covers_path(&read_path(text).expect("a path")), expected, "{text}");
        }
    }
}
