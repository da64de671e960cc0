use super::scope::Written;
use super::{Holder, Key, Refused, Scope};
use crate::host::UnixMs;
use serde::Deserialize;
use spec::Limits;

/// The claims of a token (RFC 7519 §4). Others are ignored.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    sub: String,
    /// Seconds since 1970.
    exp: u64,
    nbf: Option<u64>,
    streams: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Reads the claims of a token that `key` has signed.
///
/// # Errors
/// Why the token is refused.
pub(super) fn read(claims: &[u8], key: &Key, limits: &Limits, now: UnixMs) -> Result<Holder, Refused> {
    let claims: Claims = serde_json::from_slice(claims).map_err(|error| Refused::Claims(error.to_string()))?;
    let Claims { iss, aud, sub, exp, nbf, streams } = claims;
    let is_audience = match &aud {
        Audience::One(own) => *own == key.audience,
        Audience::Several(several) => several.contains(&key.audience),
    };
    if iss != key.issuer {
        return Err(Refused::Issuer(iss));
    }
    if !is_audience {
        return Err(Refused::Audience);
    }
    let leeway = u64::try_from(limits.token_leeway.as_millis()).unwrap_or(u64::MAX);
    let expires_at = exp.saturating_mul(1000).saturating_add(leeway);
    if now >= expires_at {
        return Err(Refused::Expired { exp });
    }
    if nbf.is_some_and(|start| now.saturating_add(leeway) < start.saturating_mul(1000)) {
        return Err(Refused::NotYet);
    }
    let scopes = streams.into_iter().map(Scope::read).collect::<Result<_, _>>().map_err(Refused::Claims)?;
    Ok(Holder { issuer: iss, subject: sub, expires_at, scopes, prefix: key.prefix.clone() })
}
