//! The signature of a request to a webhook, without the signing itself (§6.5).

use crate::identity::UnixMs;
use crate::keys::PublicKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The text that is signed for one attempt. Each attempt is signed anew, because receivers reject old times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedText {
    seconds: u64,
    text: Vec<u8>,
}

impl SignedText {
    /// The text for the exact bytes of a body, sent at `now`: the seconds since 1970, a dot, and the body.
    #[must_use]
    pub fn new(now: UnixMs, body: &[u8]) -> Self {
        let seconds = now / 1000;
        Self { seconds, text: [format!("{seconds}.").as_bytes(), body].concat() }
    }

    /// The bytes to sign.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// The value of the header, with the signature of [`SignedText::bytes`] by the private key of `key`.
    #[must_use]
    pub fn header(&self, key: &PublicKey, signature: &[u8; 64]) -> String {
        format!("t={},kid={},ed25519={}", self.seconds, key.kid(), URL_SAFE_NO_PAD.encode(signature))
    }
}

#[cfg(test)]
mod tests {
    use super::SignedText;
    use crate::keys::PublicKey;

    #[test]
    fn the_time_and_the_body_are_signed() {
        let text = SignedText::new(1_795_773_601_999, b"{\"a\":1}\xff");
        assert_eq!(text.bytes(), b"1795773601.{\"a\":1}\xff");
        let key = PublicKey([1; 32]);
        let (start, end) = (format!("t=1795773601,kid={},ed25519=", key.kid()), "_".repeat(85));
        assert_eq!(text.header(&key, &[0xff; 64]), format!("{start}{end}w"));
    }
}
