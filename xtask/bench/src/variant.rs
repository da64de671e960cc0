//! How a server is configured for a scenario.

use std::fmt;
use std::str::FromStr;

use anyhow::{Error, Result, bail};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    Plain,
    /// Objects forget everything after each request, and nothing moves to R2, so that all is read from D1.
    Forgetful,
    /// Objects forget everything after each request, and a stream that has ended moves to R2, so that it is read from there.
    Cold,
    /// Rows move to R2, and segments become larger ones, all the time.
    Compacting,
    /// Rows move to R2 when a stream ends, however many there are, and not before.
    Moving,
    /// Objects keep more of their tail in memory than the longest stream of JSON messages here.
    Roomy,
    /// Four databases.
    Sharded,
    /// Four databases with the streams of `list`.
    Listed,
    /// A server for one scenario, in one round: a server doesn't give back the memory that it has once had.
    Fresh {
        scenario: u32,
    },
    /// When its process is killed, another one is started with what the server has stored.
    Restarted,
    /// Tokens are required.
    Guarded,
    /// Each D1 round trip takes so many milliseconds more, as in production.
    Distant {
        delay_ms: u32,
    },
}

/// Those whose names are fixed.
const NAMES: [(&str, Variant); 10] = [
    ("plain", Variant::Plain),
    ("forgetful", Variant::Forgetful),
    ("cold", Variant::Cold),
    ("compacting", Variant::Compacting),
    ("moving", Variant::Moving),
    ("roomy", Variant::Roomy),
    ("sharded", Variant::Sharded),
    ("listed", Variant::Listed),
    ("restarted", Variant::Restarted),
    ("guarded", Variant::Guarded),
];

impl Variant {
    /// Whether a server that can't be configured is measured as it is.
    pub fn is_optional(self) -> bool {
        matches!(self, Self::Plain | Self::Forgetful | Self::Cold | Self::Compacting | Self::Roomy | Self::Sharded)
    }

    /// Why another server is not measured, if all that it takes is a command that starts it.
    pub fn lacks(self) -> Option<&'static str> {
        match self {
            Self::Fresh { .. } => Some("it needs a server of its own: `--start`"),
            Self::Restarted => Some("it needs a server that can be restarted: `--start`"),
            _ => None,
        }
    }
}

impl FromStr for Variant {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Some((_, variant)) = NAMES.iter().find(|(name, _)| *name == text) {
            return Ok(*variant);
        }
        if let Some(scenario) = text.strip_prefix("fresh-").and_then(|number| number.parse().ok()) {
            return Ok(Self::Fresh { scenario });
        }
        match text.strip_suffix("ms").and_then(|delay| delay.parse().ok()) {
            Some(delay_ms) => Ok(Self::Distant { delay_ms }),
            None => bail!("no variant: {text}"),
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fresh { scenario } => write!(f, "fresh-{scenario}"),
            Self::Distant { delay_ms } => write!(f, "{delay_ms}ms"),
            fixed => f.write_str(NAMES.iter().find(|(_, variant)| variant == fixed).map_or("", |(name, _)| name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_variant_has_one_name() {
        let others = [Variant::Fresh { scenario: 2 }, Variant::Distant { delay_ms: 10 }];
        for variant in NAMES.iter().map(|(_, variant)| *variant).chain(others) {
            assert_eq!(variant.to_string().parse::<Variant>().unwrap(), variant, "{variant}");
        }
        for text in ["", "fresh", "fresh-", "ms", "Plain", "10"] {
            assert!(text.parse::<Variant>().is_err(), "{text}");
        }
    }
}
