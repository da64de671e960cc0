//! The keys that sign requests to webhooks: their names, and when they are published and sign (§6.5).
//!
//! Private keys and the signing itself are the platform's. Only Ed25519 keys are published, because receivers may reject a document
//! with any other.

use crate::identity::UnixMs;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Time for which receivers may cache the document.
pub const MAX_AGE_MS: UnixMs = 300_000;
/// Time for which receivers accept a signature.
pub const REPLAY_WINDOW_MS: UnixMs = 300_000;

/// A public key of Ed25519 (RFC 8032).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(pub [u8; 32]);

/// A key, as far as its schedule depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// The public key.
    pub public: PublicKey,
    /// When it was created and published.
    pub created_at: UnixMs,
}

/// The uses of keys at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The key that signs. None, if there are no keys.
    pub signing: Option<KeyRecord>,
    /// The keys in the document, the oldest first.
    pub published: Vec<KeyRecord>,
    /// The keys that can be deleted, the oldest first.
    pub expired: Vec<KeyRecord>,
    /// When the schedule next changes by itself.
    pub changes_at: Option<UnixMs>,
}

impl PublicKey {
    /// The name of the key: `ds_` and its thumbprint (RFC 7638).
    #[must_use]
    pub fn kid(&self) -> String {
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, self.x());
        format!("ds_{}", URL_SAFE_NO_PAD.encode(Sha256::digest(members)))
    }

    /// The key in base64url without padding, as RFC 8037 writes it.
    #[must_use]
    pub fn x(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// The uses of keys at `now`. The newest key is published at once. It signs once every cached document contains it, or at once if it
/// is the first. The key before it stays published until no receiver accepts its last signature, nor has a document without the
/// new key.
#[must_use]
pub fn schedule(keys: &[KeyRecord], now: UnixMs) -> Schedule {
    let mut keys = keys.to_vec();
    keys.sort_by_key(|key| (key.created_at, key.public.0));
    let (mut published, mut expired, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    let mut signing = None;
    for (index, key) in keys.iter().enumerate() {
        let signs_from = if index == 0 { 0 } else { key.created_at.saturating_add(MAX_AGE_MS) };
        if signs_from <= now {
            signing = Some(*key);
        }
        // Only a key that signs is a successor.
        let replaced = keys.get(index + 1).map(|next| next.created_at.saturating_add(MAX_AGE_MS));
        let expires = replaced.map(|at| at.saturating_add(REPLAY_WINDOW_MS + MAX_AGE_MS));
        if expires.is_some_and(|at| at <= now) {
            expired.push(*key);
        } else {
            published.push(*key);
        }
        changes.extend([Some(signs_from), expires].into_iter().flatten().filter(|at| *at > now));
    }
    Schedule { signing, published, expired, changes_at: changes.into_iter().min() }
}

#[cfg(test)]
mod tests {
    use super::{KeyRecord, PublicKey, schedule};
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    const MINUTE: u64 = 60_000;

    fn key(byte: u8, minute: u64) -> KeyRecord {
        KeyRecord { public: PublicKey([byte; 32]), created_at: minute * MINUTE }
    }

    /// The keys that sign, are published, and have expired, at a minute.
    fn at(keys: &[KeyRecord], minute: u64) -> (Option<u8>, Vec<u8>, Vec<u8>, Option<u64>) {
        let schedule = schedule(keys, minute * MINUTE);
        let names = |keys: Vec<KeyRecord>| keys.iter().map(|key| key.public.0[0]).collect::<Vec<_>>();
        let signing = schedule.signing.map(|key| key.public.0[0]);
        (signing, names(schedule.published), names(schedule.expired), schedule.changes_at.map(|at| at / MINUTE))
    }

    #[test]
    fn the_first_key_signs_at_once() {
        assert_eq!(at(&[], 0), (None, vec![], vec![], None));
        assert_eq!(at(&[key(1, 100)], 100), (Some(1), vec![1], vec![], None));
    }

    #[test]
    fn keys_overlap_both_ways() {
        let keys = [key(2, 100), key(1, 0)];
        assert_eq!(at(&keys, 100), (Some(1), vec![1, 2], vec![], Some(105)));
        assert_eq!(at(&keys, 104), (Some(1), vec![1, 2], vec![], Some(105)));
        assert_eq!(at(&keys, 105), (Some(2), vec![1, 2], vec![], Some(115)));
        assert_eq!(at(&keys, 114), (Some(2), vec![1, 2], vec![], Some(115)));
        assert_eq!(at(&keys, 115), (Some(2), vec![2], vec![1], None));
    }

    #[test]
    fn quick_rotations_keep_every_key_that_has_signed() {
        let keys = [key(1, 0), key(2, 100), key(3, 101)];
        assert_eq!(at(&keys, 105), (Some(2), vec![1, 2, 3], vec![], Some(106)));
        assert_eq!(at(&keys, 106), (Some(3), vec![1, 2, 3], vec![], Some(115)));
        assert_eq!(at(&keys, 116), (Some(3), vec![3], vec![1, 2], None));
    }

    /// The key of RFC 8037, appendix A.
    #[test]
    fn the_name_is_a_thumbprint() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let bytes = URL_SAFE_NO_PAD.decode(x).expect("base64url");
        let public = PublicKey(bytes.try_into().expect("32 bytes"));
        assert_eq!(public.kid(), "ds_kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}
