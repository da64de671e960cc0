//! The signature of a request to a webhook (§6.5).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use hyper::Request;
use serde_json::Value;

use crate::caller::Caller;

/// Maximum difference between the time in a signature and the clock.
const TOLERANCE: Duration = Duration::from_secs(300);

/// The public keys of a server.
pub struct Keys(Vec<Value>);

impl Keys {
    /// Fetches them.
    pub async fn fetch(caller: &mut Caller, prefix: &str) -> Result<Self> {
        let get = || Request::get(format!("{prefix}/v1/stream/__ds/jwks.json"));
        let (answer, _) = caller.insist(get, &Bytes::new()).await;
        ensure!(answer.status == 200, "{} in place of the public keys", answer.status);
        let set: Value = serde_json::from_slice(&answer.body)?;
        Ok(Self(set["keys"].as_array().context("a key set has no keys")?.clone()))
    }

    /// Verifies the header of a request with this body.
    pub fn verify(&self, header: &str, body: &[u8]) -> Result<()> {
        let mut parts = header.split(',');
        let mut part = |name: &str| {
            let part = parts.next().and_then(|part| part.strip_prefix(name));
            part.with_context(|| format!("{header} has no {name} where it must be"))
        };
        let (time, kid, signature) = (part("t=")?, part("kid=")?, part("ed25519=")?);
        let key = self.0.iter().find(|key| key["kid"] == kid).with_context(|| format!("no key {kid} is published"))?;
        let age = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().abs_diff(time.parse()?);
        ensure!(age <= TOLERANCE.as_secs(), "the signature is {age} s old");
        let message = [time.as_bytes(), b".", body].concat();
        ensure!(token::verify(key, &message, &URL_SAFE_NO_PAD.decode(signature)?), "the signature is wrong: {header}");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use token::{Algorithm, SigningKey};

    #[test]
    fn only_the_exact_body_with_a_published_key_and_a_recent_time_is_signed() {
        let key = SigningKey::generate(Algorithm::EdDsa, "ds_1").unwrap();
        let keys = Keys(vec![key.verifying_jwk()]);
        let header = |time: u64, body: &str| {
            let signature = key.sign(format!("{time}.{body}").as_bytes());
            format!("t={time},kid=ds_1,ed25519={}", URL_SAFE_NO_PAD.encode(signature))
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        assert!(keys.verify(&header(now, "{}"), b"{}").is_ok());
        assert!(keys.verify(&header(now, "{}"), b"{ }").is_err());
        assert!(keys.verify(&header(now - 400, "{}"), b"{}").is_err());
        assert!(keys.verify(&header(now, "{}").replace(&now.to_string(), &(now + 1).to_string()), b"{}").is_err());
        assert!(keys.verify(&header(now, "{}").replace("ds_1", "ds_2"), b"{}").is_err());
        assert!(keys.verify("", b"{}").is_err());
    }
}
