//! The public keys of webhooks.

use super::Subscriptions;
use crate::Failure;
use crate::edge::edge_read::Stores;
use crate::edge::subscriptions::served;
use spec::keys::Service;
use spec::keys::publish::{Decision, Outcome, Published, Request, decide};
use spec::{Curve, KeyAlgorithm, KeyBytes, KeyId, KeySet, KeyType, KeyUse};
use subscriptions::{KeyRecord, PublicKey, schedule};
use wire::{Asked, take};

impl<S: Stores> Service for Subscriptions<'_, S> {
    served!();

    async fn publish(&self, request: Asked<Request>) -> Result<Outcome, Failure> {
        let request = take!(request as Request {});
        let Decision::Published = decide(&request);
        let keys = self.listings.stores.webhook_keys().await?;
        Ok(Published { body: key_set(&schedule(&keys, self.listings.now).published)? }.into())
    }
}

/// The JSON Web Key Set of published keys (RFC 7517 §5).
///
/// # Errors
/// [`Failure::Corrupt`], if a key can't be written.
pub fn key_set(keys: &[KeyRecord]) -> Result<KeySet, Failure> {
    let keys = keys.iter().map(|key| public_key(key.public)).collect::<Result<_, _>>()?;
    Ok(KeySet { keys })
}

fn public_key(key: PublicKey) -> Result<spec::PublicKey, Failure> {
    let corrupt = |_| Failure::Corrupt("keys");
    Ok(spec::PublicKey {
        kty: KeyType::OctetKeyPair,
        crv: Curve::Ed25519,
        kid: KeyId::read(&key.kid()).map_err(corrupt)?,
        r#use: KeyUse::Signature,
        alg: KeyAlgorithm::EdDsa,
        x: KeyBytes::read(&key.x()).map_err(corrupt)?,
    })
}
