//! The configuration of a subscription in its normalized form, which a second PUT must equal (§6.2).

use crate::address::WebhookUrl;
use crate::pattern::Pattern;
use crate::stored::{self, Unreadable};
use serde::{Deserialize, Serialize};
use spec::LeaseTtl;
use spec::stream::Path;
use std::collections::BTreeSet;
use std::fmt;
use wire::json::Part as _;

/// Maximum length of a description, in bytes.
pub(crate) const DESCRIPTION_BYTES_MAX: usize = 4096;

/// Maximum length of the paths of all streams, in bytes, where they are percent-encoded. The row of a subscription, of at most 2 MB, also
/// contains the other members and the snapshot of a wake.
const STREAMS_BYTES_MAX: usize = 5 << 18;

/// Bytes of a path in a list besides the path itself: its quotes and a comma.
const SEPARATORS_BYTES: usize = 3;

/// A configuration that can't be used, and the rule that it breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidConfiguration(String);

impl fmt::Display for InvalidConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidConfiguration {}

impl InvalidConfiguration {
    fn new(rule: impl Into<String>) -> Self {
        Self(rule.into())
    }
}

/// Where a subscription delivers its wakes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The server sends a request to this URL.
    Webhook(WebhookUrl),
    /// The server appends an event to this stream, and workers claim the wake.
    PullWake(Path),
}

/// The configuration with which a subscription was created. Two are equal if a PUT of the one confirms the other: the order of
/// streams, duplicates, escapes and slashes around paths don't count. Links that are added or removed later don't change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Configuration {
    target: Target,
    pattern: Option<Pattern>,
    streams: BTreeSet<Path>,
    lease_ttl: LeaseTtl,
    description: Option<String>,
}

/// Reads the path of a stream in a body. Slashes at its start and its end don't count.
///
/// # Errors
/// [`InvalidConfiguration`], if the path is invalid or reserved.
pub fn read_path(text: &str) -> Result<Path, InvalidConfiguration> {
    let path = Path::of_text(text.trim_matches('/'));
    path.map_err(|rule| InvalidConfiguration(format!("the path of a stream must be {rule}")))
}

impl Configuration {
    /// A configuration of valid parts.
    ///
    /// # Errors
    /// [`InvalidConfiguration`], if there is neither a pattern nor a stream, the description or the list of streams is too long, or the wake
    /// stream is one of the streams.
    pub fn new(
        target: Target,
        pattern: Option<Pattern>,
        streams: BTreeSet<Path>,
        lease_ttl: LeaseTtl,
        description: Option<String>,
    ) -> Result<Self, InvalidConfiguration> {
        if pattern.is_none() && streams.is_empty() {
            return Err(InvalidConfiguration::new("the subscription must have a pattern or a stream"));
        }
        if description.as_ref().is_some_and(|text| text.len() > DESCRIPTION_BYTES_MAX) {
            let rule = format!("the description must have at most {DESCRIPTION_BYTES_MAX} bytes");
            return Err(InvalidConfiguration(rule));
        }
        if streams.iter().map(|path| path.as_str().len() + SEPARATORS_BYTES).sum::<usize>() > STREAMS_BYTES_MAX {
            let rule = format!("the paths of all streams must have at most {STREAMS_BYTES_MAX} bytes, percent-encoded");
            return Err(InvalidConfiguration(rule));
        }
        let configuration = Self { target, pattern, streams, lease_ttl, description };
        if configuration.streams.iter().any(|path| configuration.is_wake_stream(path)) {
            return Err(InvalidConfiguration::new("the wake stream can't be one of the streams"));
        }
        Ok(configuration)
    }

    /// Where the subscription delivers its wakes.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The pattern of streams that are linked.
    #[must_use]
    pub fn pattern(&self) -> Option<&Pattern> {
        self.pattern.as_ref()
    }

    /// The streams that were linked explicitly when the subscription was created.
    #[must_use]
    pub fn streams(&self) -> &BTreeSet<Path> {
        &self.streams
    }

    /// The time after which a holder loses the wake.
    #[must_use]
    pub fn lease_ttl(&self) -> LeaseTtl {
        self.lease_ttl
    }

    /// A text for people.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Whether the subscription appends its events to this stream.
    #[must_use]
    pub fn is_wake_stream(&self, path: &Path) -> bool {
        matches!(&self.target, Target::PullWake(own) if own == path)
    }

    /// Whether the pattern links this stream. It never links the subscription's own wake stream. The caller excludes the wake
    /// streams of other subscriptions.
    #[must_use]
    pub fn globs(&self, path: &Path) -> bool {
        !self.is_wake_stream(path) && self.pattern.as_ref().is_some_and(|pattern| pattern.matches(path))
    }

    /// The JSON form for storage.
    #[must_use]
    pub fn to_stored(&self) -> String {
        stored::write(self)
    }

    /// Reads the JSON form.
    ///
    /// # Errors
    /// [`Unreadable`], if another version has written it, or it is damaged.
    pub fn read_stored(text: &str) -> Result<Self, Unreadable> {
        stored::read(text)
    }
}

/// A configuration as JSON.
#[derive(Serialize, Deserialize)]
struct Written {
    target: WrittenTarget,
    pattern: Option<String>,
    streams: Vec<String>,
    lease_ttl_ms: u64,
    description: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenTarget {
    Webhook(String),
    PullWake(String),
}

impl From<Configuration> for Written {
    fn from(Configuration { target, pattern, streams, lease_ttl, description }: Configuration) -> Self {
        Self {
            target: match target {
                Target::Webhook(url) => WrittenTarget::Webhook(url.as_str().to_owned()),
                Target::PullWake(path) => WrittenTarget::PullWake(path.as_str().to_owned()),
            },
            pattern: pattern.map(|pattern| pattern.to_string()),
            streams: streams.iter().map(|path| path.as_str().to_owned()).collect(),
            lease_ttl_ms: lease_ttl.get(),
            description,
        }
    }
}

impl TryFrom<Written> for Configuration {
    type Error = InvalidConfiguration;

    fn try_from(written: Written) -> Result<Self, InvalidConfiguration> {
        let target = match written.target {
            WrittenTarget::Webhook(url) => {
                let url = WebhookUrl::read(&url).map_err(|rule| InvalidConfiguration::new(rule.to_string()))?;
                Target::Webhook(url)
            }
            WrittenTarget::PullWake(path) => Target::PullWake(read_path(&path)?),
        };
        let pattern = written.pattern.map(|text| Pattern::read(&text)).transpose();
        let pattern = pattern.map_err(|rule| InvalidConfiguration::new(rule.to_string()))?.flatten();
        let streams = written.streams.iter().map(|path| read_path(path)).collect::<Result<_, _>>()?;
        let ttl = LeaseTtl::new(written.lease_ttl_ms);
        let ttl = ttl.ok_or_else(|| InvalidConfiguration::new("the lease is out of range"))?;
        Self::new(target, pattern, streams, ttl, written.description)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Configuration, DESCRIPTION_BYTES_MAX, InvalidConfiguration, LeaseTtl, SEPARATORS_BYTES, STREAMS_BYTES_MAX,
        Target, read_path,
    };
    use crate::address::WebhookUrl;
    use crate::pattern::Pattern;
    use crate::wake::SNAPSHOT_BYTES_MAX;

    struct Parts {
        target: Target,
        pattern: &'static str,
        streams: &'static [&'static str],
        ttl: u64,
        description: Option<&'static str>,
    }

    fn webhook(text: &str) -> Target {
        Target::Webhook(WebhookUrl::read(text).expect("a URL"))
    }

    fn pull_wake(text: &str) -> Target {
        Target::PullWake(read_path(text).expect("a path"))
    }

    impl Parts {
        fn usual() -> Self {
            let target = webhook("https://app.example/wake");
            Self { target, pattern: "events/*", streams: &["a", "b"], ttl: 1_000, description: Some("text") }
        }

        fn build(&self) -> Result<Configuration, InvalidConfiguration> {
            let pattern = Pattern::read(self.pattern).expect("a pattern");
            let streams = self.streams.iter().map(|path| read_path(path)).collect::<Result<_, _>>()?;
            let ttl = LeaseTtl::new(self.ttl).expect("a lease");
            Configuration::new(self.target.clone(), pattern, streams, ttl, self.description.map(Into::into))
        }
    }

    #[test]
    fn the_largest_configuration_and_the_largest_snapshot_fit_into_a_row() {
        let build = |count: usize| {
            let path = |number| read_path(&format!("{number:04}{}", "\u{e9}".repeat(165))).expect("a path");
            let (streams, description) = ((0..count).map(path).collect(), "\u{1}".repeat(DESCRIPTION_BYTES_MAX));
            let target = webhook("https://app.example/wake");
            Configuration::new(target, None, streams, LeaseTtl::new(600_000).expect("a lease"), Some(description))
        };
        let most = STREAMS_BYTES_MAX / (4 + 6 * 165 + SEPARATORS_BYTES);
        let row = build(most).expect("a configuration").to_stored().len() + SNAPSHOT_BYTES_MAX;
        assert!((1_800_000..1_950_000).contains(&row), "{row}");
        assert!(build(most + 1).is_err());
    }

    #[test]
    fn notation_does_not_count() {
        let other = Parts {
            target: webhook("HTTPS://APP.example:443/wake"),
            pattern: "/%65vents/*/",
            streams: &["/b/", "a", "b", "%61"],
            ..Parts::usual()
        };
        assert_eq!(other.build(), Parts::usual().build());
    }

    #[test]
    fn each_part_counts() {
        let usual = Parts::usual;
        for other in [
            Parts { target: webhook("https://app.example/other"), ..usual() },
            Parts { target: pull_wake("pool"), ..usual() },
            Parts { pattern: "events/**", ..usual() },
            Parts { pattern: "", ..usual() },
            Parts { streams: &["a"], ..usual() },
            Parts { ttl: 1_001, ..usual() },
            Parts { description: None, ..usual() },
            Parts { description: Some(""), ..usual() },
        ] {
            let other = other.build().expect("a configuration");
            assert_ne!(Ok(&other), usual().build().as_ref());
            assert_eq!(Configuration::read_stored(&other.to_stored()), Ok(other));
        }
    }

    #[test]
    fn a_subscription_has_something_to_follow() {
        assert!(Parts { pattern: "", streams: &[], ..Parts::usual() }.build().is_err());
        assert!(Parts { streams: &["pool/a"], target: pull_wake("pool/a"), ..Parts::usual() }.build().is_err());
        assert!(Parts { streams: &["__ds/a"], ..Parts::usual() }.build().is_err());
        let long: &'static str = "x".repeat(4097).leak();
        assert!(Parts { description: Some(long), ..Parts::usual() }.build().is_err());
        assert!(Parts { description: Some(&long[1..]), ..Parts::usual() }.build().is_ok());
    }

    #[test]
    fn no_pattern_links_the_own_wake_stream() {
        let own = Parts { target: pull_wake("events/pool"), ..Parts::usual() }.build().expect("a configuration");
        let path = |text| read_path(text).expect("a path");
        assert!(own.globs(&path("events/a")) && !own.globs(&path("events/pool")) && !own.globs(&path("a")));
    }

    /// Rows of earlier versions of this program must stay readable.
    #[test]
    fn the_stored_form_is_fixed() {
        let webhook = concat!(
            r#"{"version":1,"value":{"target":{"webhook":"https://app.example/wake"},"pattern":"events/*","#,
            r#""streams":["a","b"],"lease_ttl_ms":1000,"description":"text"}}"#
        );
        assert_eq!(Parts::usual().build().map(|own| own.to_stored()), Ok(webhook.to_owned()));
        assert_eq!(Configuration::read_stored(webhook), Ok(Parts::usual().build().expect("a configuration")));
        for damaged in [
            "",
            "{}",
            &webhook.replace("1000", "1"),
            &webhook.replace("https://app.example", ""),
            &webhook.replace("*", ".."),
        ] {
            assert!(Configuration::read_stored(damaged).is_err(), "{damaged}");
        }
    }
}
