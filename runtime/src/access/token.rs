use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// A JWT in its compact form (RFC 7515 §3.1), whose signature has not been verified.
pub struct Token<'a> {
    /// The algorithm that the token claims. It must be that of the key.
    pub algorithm: String,
    /// The name of the key.
    pub key: String,
    /// The signed text.
    pub signed: &'a str,
    /// The claims, as JSON.
    pub claims: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
}

/// The header of a token. Other members, such as `jku`, `x5u` and `jwk`, are ignored: keys come from the configuration only.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    /// Extensions that a recipient must understand (RFC 7515 §4.1.11). There is none.
    crit: Option<IgnoredAny>,
}

impl<'a> Token<'a> {
    /// Splits a token, whose header and claims have at most `bytes_max` bytes each.
    #[must_use]
    pub fn read(text: &'a str, bytes_max: usize) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = serde_json::from_slice(&decoded(header, bytes_max)?).ok()?;
        let (claims, signature) = (decoded(claims, bytes_max)?, decoded(signature, bytes_max)?);
        let Header { alg: algorithm, kid: key, crit: None } = header else { return None };
        Some(Self { algorithm, key, signed, claims, signature })
    }
}

/// The bytes that a text in base64url contains, if they are at most `bytes_max`. A longer text is not decoded.
fn decoded(text: &str, bytes_max: usize) -> Option<Vec<u8>> {
    let is_short = text.len() <= bytes_max.div_ceil(3).saturating_mul(4);
    let bytes = is_short.then(|| URL_SAFE_NO_PAD.decode(text).ok())??;
    (bytes.len() <= bytes_max).then_some(bytes)
}
