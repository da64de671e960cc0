//! The cryptography of subscriptions.

use crate::crypto::Crypto;
use runtime::Report;
use runtime::access::Secret;
use runtime::host::{HostError, Isolate, UnixMs};
use runtime::subscription::{self, Answer, Headers, Post};
use std::time::Duration;

/// The cryptography of a server. Its requests reach nobody: deliveries are heard by [`Receivers`](super::Receivers) instead.
#[derive(Debug, Default)]
pub struct Platform(Crypto);

impl Isolate for Platform {
    fn now(&self) -> UnixMs {
        self.0.now()
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }

    fn report(&self, report: &Report) {
        self.0.report(report);
    }
}

impl subscription::Crypto for Platform {
    async fn generate(&self) -> Result<Secret, HostError> {
        self.0.generate().await
    }

    async fn sign(&self, jwk: &Secret, message: &[u8]) -> Result<[u8; 64], HostError> {
        self.0.sign(jwk, message).await
    }

    fn random(&self) -> [u8; 32] {
        self.0.random()
    }
}

impl Post for Platform {
    async fn post(&self, _: &str, _: Headers, _: Vec<u8>, _: Duration, _: usize) -> Answer {
        Answer::Unreachable
    }
}
