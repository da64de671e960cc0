use crate::clock;
use runtime::Report;
use runtime::access::Secret;
use runtime::host::{HostError, Isolate, UnixMs};
use runtime::subscription;
use serde_json::Value;
use std::cell::Cell;
use std::time::Duration;
use token::{Algorithm, SigningKey};
use tokio::time::Instant;

/// The cryptography of an isolate, and its clock. Keys are random, so they differ from run to run.
#[derive(Debug)]
pub struct Crypto {
    started: Instant,
    /// Whether it makes keys and signs.
    pub works: Cell<bool>,
    /// The number of key pairs that were made.
    pub generated: Cell<u32>,
    /// The number of events that were reported.
    pub reported: Cell<u32>,
}

impl Default for Crypto {
    fn default() -> Self {
        let (generated, reported) = (Cell::default(), Cell::default());
        Self { started: Instant::now(), works: Cell::new(true), generated, reported }
    }
}

impl Crypto {
    fn check(&self) -> Result<(), HostError> {
        if self.works.get() { Ok(()) } else { Err(HostError("there is no cryptography".to_owned())) }
    }
}

impl Isolate for Crypto {
    fn now(&self) -> UnixMs {
        clock::since(self.started)
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    fn report(&self, _: &Report) {
        self.reported.set(self.reported.get() + 1);
    }
}

impl subscription::Crypto for Crypto {
    async fn generate(&self) -> Result<Secret, HostError> {
        self.check()?;
        self.generated.set(self.generated.get() + 1);
        let key = SigningKey::generate(Algorithm::EdDsa, "").map_err(|error| HostError(error.0))?;
        Ok(Secret(key.jwk().to_string()))
    }

    async fn sign(&self, jwk: &Secret, message: &[u8]) -> Result<[u8; 64], HostError> {
        self.check()?;
        let jwk: Value = serde_json::from_str(&jwk.0).map_err(|error| HostError(error.to_string()))?;
        let key = SigningKey::read(jwk).map_err(|error| HostError(error.0))?;
        key.sign(message).try_into().map_err(|_| HostError("a signature of another length".to_owned()))
    }

    fn random(&self) -> [u8; 32] {
        let key = SigningKey::generate(Algorithm::Hs256, "").expect("there is randomness");
        let text = key.jwk()["k"].as_str().expect("a secret").as_bytes().to_vec();
        text[..32].try_into().expect("32 bytes")
    }
}
