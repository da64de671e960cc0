use super::Prefix;
use spec::client::Refusal;
use std::fmt;
use wire::BadCredentials;

/// Why credentials are refused. The response does not contain the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There are none.
    Missing,
    /// They are malformed, or of several kinds.
    Several,
    /// A signed URL is not that of a stream.
    NoStream,
    /// The prefix of a signed URL breaks this rule.
    Prefix(String),
    /// A signed URL is that of a stream outside of its prefix.
    Elsewhere(Prefix),
    /// The text is not a JWT, its header lacks `alg` or `kid`, it has `crit`, or a part of it is too long.
    Malformed,
    /// No key has this id.
    Key(String),
    /// The keys could not be fetched, so the token can't be verified.
    NotFetched,
    /// The token is for another algorithm than its key.
    Algorithm {
        /// The algorithm of the token.
        token: String,
        /// The algorithm of the key.
        key: &'static str,
    },
    /// The signature is not one of the key.
    Signature,
    /// The claims are not as they must be.
    Claims(String),
    /// The issuer is not the key's.
    Issuer(String),
    /// The audience is not the key's.
    Audience,
    /// The token has expired.
    Expired {
        /// When, in seconds since 1970.
        exp: u64,
    },
    /// The token is not valid yet.
    NotYet,
    /// The URL is signed for a longer time than the limit `signed_url`.
    TooLong,
}

impl From<BadCredentials> for Refused {
    fn from(_: BadCredentials) -> Self {
        Self::Several
    }
}

/// The refusal that the client gets.
impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFetched => Self::Unverified,
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there are no credentials"),
            Self::Several => {
                f.write_str("a parameter is malformed, missing or repeated, or there are several kinds of credentials")
            }
            Self::NoStream => f.write_str("the path is not that of a stream"),
            Self::Prefix(rule) => write!(f, "its prefix can't be used: {rule}"),
            Self::Elsewhere(prefix) => write!(f, "the stream is not below `{}`", prefix.as_str()),
            Self::Malformed => f.write_str("it is not a JWT with `alg` and `kid`, it has `crit`, or it is too long"),
            Self::Key(id) => write!(f, "no key has the `kid` `{id}`"),
            Self::NotFetched => f.write_str("the keys could not be fetched"),
            Self::Algorithm { token, key } => write!(f, "its `alg` is {token}, but its key is for {key}"),
            Self::Signature => f.write_str("its signature is not one of the key"),
            Self::Claims(rule) => write!(f, "its claims can't be used: {rule}"),
            Self::Issuer(issuer) => write!(f, "its issuer is `{issuer}`, which is not that of the key"),
            Self::Audience => f.write_str("its audience is not that of the key"),
            Self::Expired { exp } => write!(f, "it expired at {exp} (seconds since 1970)"),
            Self::NotYet => f.write_str("its `nbf` is in the future"),
            Self::TooLong => f.write_str("it is signed for more than a day"),
        }
    }
}
