//! The tokens of wakes (§7.3): what a holder sends to acknowledge, to extend its lease, or to finish.
//!
//! A token does not expire. It is valid for one generation, and the state of the subscription decides whether that one is held.

use crate::identity::{Generation, Life, SubscriptionId};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt;

/// The content of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenClaims {
    /// The subscription.
    pub subscription: SubscriptionId,
    /// The life of its id.
    pub life: Life,
    /// The number of the wake.
    pub generation: Generation,
}

/// A text that is not a token of this subscription and this deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenInvalid;

impl fmt::Display for TokenInvalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the token was not issued by this server for this subscription")
    }
}

impl std::error::Error for TokenInvalid {}

/// The secret with which a deployment signs its tokens. A new one invalidates all tokens.
#[derive(Clone)]
pub struct TokenKey(Hmac<Sha256>);

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey")
    }
}

#[derive(Serialize, Deserialize)]
struct Written {
    subscription: String,
    life: Life,
    generation: Generation,
}

impl TokenKey {
    /// Minimum length of a secret, in bytes.
    pub const BYTES_MIN: usize = 32;

    /// A secret of random bytes, if there are enough of them.
    #[must_use]
    pub fn new(secret: &[u8]) -> Option<Self> {
        let mac = Hmac::new_from_slice(secret).ok().filter(|_| secret.len() >= Self::BYTES_MIN);
        mac.map(Self)
    }

    /// The token of a wake: the claims as JSON and their HMAC, both in base64url, with a dot between them.
    #[must_use]
    pub fn issue(&self, claims: &TokenClaims) -> String {
        let TokenClaims { subscription, life, generation } = claims.clone();
        let written = Written { subscription: subscription.as_str().to_owned(), life, generation };
        let claims = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&written).expect("a record of texts and a number"));
        let signature = URL_SAFE_NO_PAD.encode(self.mac(&claims).finalize().into_bytes());
        format!("{claims}.{signature}")
    }

    /// Verifies a token of the subscription `id`, in constant time.
    ///
    /// # Errors
    /// [`TokenInvalid`], if it has another signature or is for another subscription.
    pub fn verify(&self, token: &str, id: &SubscriptionId) -> Result<TokenClaims, TokenInvalid> {
        let (text, signature) = token.split_once('.').ok_or(TokenInvalid)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenInvalid)?;
        self.mac(text).verify_slice(&signature).map_err(|_| TokenInvalid)?;
        let claims = URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenInvalid)?;
        let Written { subscription, life, generation } = serde_json::from_slice(&claims).map_err(|_| TokenInvalid)?;
        let is_own = subscription == id.as_str();
        is_own.then(|| TokenClaims { subscription: id.clone(), life, generation }).ok_or(TokenInvalid)
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        self.0.clone().chain_update(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{TokenClaims, TokenInvalid, TokenKey};
    use crate::identity::{Generation, Life, SubscriptionId};

    fn id(text: &str) -> SubscriptionId {
        SubscriptionId::read(text).expect("an id")
    }

    fn claims() -> TokenClaims {
        let generation = Generation::new(7).expect("a generation");
        TokenClaims { subscription: id("runner:1"), life: Life::stored("a1"), generation }
    }

    #[test]
    fn a_token_is_for_one_subscription_of_one_deployment() {
        let key = TokenKey::new(&[7; 32]).expect("a key");
        let token = key.issue(&claims());
        assert_eq!(key.verify(&token, &id("runner:1")), Ok(claims()));
        assert_eq!(key.verify(&token, &id("runner:2")), Err(TokenInvalid));
        assert_eq!(TokenKey::new(&[8; 32]).expect("a key").verify(&token, &id("runner:1")), Err(TokenInvalid));
        assert!(TokenKey::new(&[7; 31]).is_none());
    }

    #[test]
    fn no_byte_of_a_token_can_change() {
        let key = TokenKey::new(&[7; 32]).expect("a key");
        let token = key.issue(&claims());
        for at in 0..token.len() {
            for other in [b'A', b'B', b'.', b'='] {
                let mut bytes = token.clone().into_bytes();
                let byte = std::mem::replace(&mut bytes[at], other);
                let changed = String::from_utf8(bytes).expect("text");
                assert!(byte == other || key.verify(&changed, &id("runner:1")) == Err(TokenInvalid), "{changed}");
            }
            assert_eq!(key.verify(&token[..at], &id("runner:1")), Err(TokenInvalid));
        }
        assert_eq!(key.verify(&format!("{token}A"), &id("runner:1")), Err(TokenInvalid));
    }

    /// Verified with another implementation of HMAC.
    #[test]
    fn the_form_is_fixed() {
        let token = TokenKey::new(&[7; 32]).expect("a key").issue(&claims());
        let expected = concat!(
            "eyJzdWJzY3JpcHRpb24iOiJydW5uZXI6MSIsImxpZmUiOiJhMSIsImdlbmVyYXRpb24iOjd9",
            ".VZVPXm8_7v0tGPskewe_g2GucMrQEdaOPM90O8Z_UHI"
        );
        assert_eq!(token, expected);
    }
}
