//! The tokens of wakes (§8). Their signature is always the same.

use super::*;

/// Milliseconds for which a token is valid.
const TTL: u64 = 3_600_000;
const SIGNATURE: &str = "8fJ";

/// The token of a wake: what its signature is of.
#[derive(Clone, Debug)]
pub struct WakeToken {
    /// The subscription, in a form without characters that credentials can't contain.
    subject: String,
    pub generation: u64,
    /// Milliseconds since 1970.
    expires: u64,
}

impl WakeToken {
    /// Reads a token that this server has signed.
    pub fn verified(text: &str) -> Option<Self> {
        let (text, signature) = text.rsplit_once('.')?;
        let (text, expires) = text.rsplit_once('.')?;
        let (subject, generation) = text.rsplit_once('.')?;
        let (generation, expires) = (generation.parse().ok()?, expires.parse::<u64>().ok()? * 1000);
        (signature == SIGNATURE).then(|| Self { subject: subject.to_owned(), generation, expires })
    }

    pub fn is_of(&self, id: &str) -> bool {
        self.subject == escaped(id)
    }

    pub fn is_expired(&self, now: u64) -> bool {
        self.expires <= now
    }

    /// A token in its signed form.
    pub fn issue(id: &str, generation: u64, now: u64) -> Token {
        let text = format!("{}.{generation}.{}.{SIGNATURE}", escaped(id), (now + TTL) / 1000);
        Token::read(&text).expect("a token")
    }
}

fn escaped(id: &str) -> String {
    id.replace(':', "~")
}
