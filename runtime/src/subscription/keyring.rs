//! The keys of a deployment: those that sign requests to webhooks (§6.5), and the secret of the tokens of wakes (§7.3).
//!
//! They are in the first database. The first isolate that needs them makes them. The hourly sweep replaces a key that is old.

use crate::access::Secret;
use crate::host::deadline::Bounded;
use crate::host::{Database, HostError, Isolate, Outcome, Statement, UnixMs, milliseconds};
use crate::log::identity;
use crate::log::secrets::{self as log, CORRUPT, StoredKey, StoredSecrets};
use crate::{Databases, Event, Failure, Report};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use spec::Limits;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use subscriptions::{KeyRecord, MAX_AGE_MS, PublicKey, Schedule, SignedText, TokenKey, schedule};

/// Maximum time for which an isolate uses what it has read, in milliseconds. A new key can be missing in the documents of other isolates
/// for as long.
pub const CACHED_MS: UnixMs = 60_000;

/// The cryptography of the platform.
pub trait Crypto: Isolate {
    /// Makes a key pair of Ed25519 (RFC 8032), as a JSON Web Key with its private part (RFC 8037 §2).
    ///
    /// # Errors
    /// [`HostError`], if the platform makes none.
    fn generate(&self) -> impl Future<Output = Result<Secret, HostError>>;

    /// The signature of `message` by such a key.
    ///
    /// # Errors
    /// [`HostError`], if the platform rejects the key.
    fn sign(&self, jwk: &Secret, message: &[u8]) -> impl Future<Output = Result<[u8; 64], HostError>>;

    /// Bytes that nobody can guess.
    fn random(&self) -> [u8; TokenKey::BYTES_MIN];
}

/// Where the keys are stored, and what makes them.
pub struct Vault<'a, D, C> {
    /// All databases of the deployment. The keys are in the first one.
    pub databases: &'a Databases<D>,
    /// Maximum time to wait for one response of the database.
    pub wait: Duration,
    /// The platform.
    pub crypto: &'a C,
}

/// The keys as an isolate has read them last.
#[derive(Debug, Default)]
pub struct Keyring(RefCell<Option<Rc<Keys>>>);

/// The keys at one time.
#[derive(Clone, Debug)]
pub struct Keys {
    signing: SigningKey,
    published: Vec<KeyRecord>,
    token: TokenKey,
    /// When they were read.
    read_at: UnixMs,
    /// Until when they are used.
    until: UnixMs,
}

/// A key that will sign requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// Its name.
    pub kid: String,
    /// When it begins to sign.
    pub signs_at: UnixMs,
}

#[derive(Clone, Debug)]
struct SigningKey {
    number: u64,
    /// Its time is when every document contains the key at the latest.
    record: KeyRecord,
    jwk: Secret,
}

/// A key pair as RFC 8037 defines it.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
    d: String,
}

impl Keyring {
    /// The keys. They are read if they have not been for a minute, or if their uses have changed. They are made if there are none.
    ///
    /// # Errors
    /// [`Failure`], if the database does not answer, or is not the one of this deployment. [`Failure::Corrupt`], if a stored key can't be
    /// read. It is not replaced.
    pub async fn keys<D: Database, C: Crypto>(&self, vault: &Vault<'_, D, C>) -> Result<Rc<Keys>, Failure> {
        let now = vault.crypto.now();
        let cached = self.0.borrow().clone().filter(|keys| (keys.read_at..keys.until).contains(&now));
        match cached {
            Some(keys) => Ok(keys),
            None => self.read(vault).await,
        }
    }

    /// The keys for requests to webhooks. If they can't be read, those that were read last are used and the failure is reported, as long as
    /// every receiver has the key that signs: one that replaces it in the meantime signs after the maximum age of a cached document.
    ///
    /// # Errors
    /// As of [`Self::keys`].
    pub async fn signing_keys<D: Database, C: Crypto>(&self, vault: &Vault<'_, D, C>) -> Result<Rc<Keys>, Failure> {
        let failure = match self.keys(vault).await {
            Ok(keys) => return Ok(keys),
            Err(failure) => failure,
        };
        let (last, now) = (self.0.borrow().clone(), vault.crypto.now());
        let is_usable = |keys: &Rc<Keys>| (keys.read_at..keys.read_at.saturating_add(MAX_AGE_MS)).contains(&now);
        let Some(last) = last.filter(is_usable) else { return Err(failure) };
        vault.crypto.report(&Report::new(Event::KeysUnusable, failure.to_string()));
        Ok(last)
    }

    /// The secret of tokens. It never changes, so an isolate reads it once.
    ///
    /// # Errors
    /// As of [`Self::keys`].
    pub async fn token_key<D: Database, C: Crypto>(&self, vault: &Vault<'_, D, C>) -> Result<TokenKey, Failure> {
        let last = self.0.borrow().clone();
        let keys = match last {
            Some(keys) => keys,
            None => self.read(vault).await?,
        };
        Ok(keys.token.clone())
    }

    /// Makes another key that signs requests. It signs once no cached document lacks it. Until then, this returns the same key again.
    ///
    /// # Errors
    /// [`Failure`]. The key may have been made nevertheless.
    pub async fn rotate<D: Database, C: Crypto>(&self, vault: &Vault<'_, D, C>) -> Result<NewKey, Failure> {
        let keys = self.read(vault).await?;
        let newest = keys.newest();
        if newest != keys.signing.record {
            return Ok(NewKey::of(&newest));
        }
        let (public, jwk) = vault.generate().await?;
        let added = vault.batch(vec![log::add_key(keys.signing.number, &public.x(), &jwk), log::secrets()]).await?;
        let stored = log::loaded_secrets(added.get(1))?.ok_or(CORRUPT)?;
        if let Some(keys) = self.0.borrow_mut().as_mut() {
            Rc::make_mut(keys).until = 0;
        }
        let newest = stored.keys.last().ok_or(CORRUPT)?;
        Ok(NewKey::of(&SigningKey::read(newest)?.record))
    }

    /// Replaces the key that signs requests if the newest one is older than the limit `webhook_key_age`. Makes none if no webhook has needed
    /// one.
    ///
    /// # Errors
    /// [`Failure`]. The key may have been made nevertheless.
    pub async fn rotate_old<D: Database, C: Crypto>(
        &self,
        vault: &Vault<'_, D, C>,
        limits: &Limits,
    ) -> Result<Option<NewKey>, Failure> {
        let Some(stored) = vault.read().await? else { return Ok(None) };
        let newest = stored.keys.last().ok_or(CORRUPT)?;
        if newest.created_at.saturating_add(milliseconds(limits.webhook_key_age)) > vault.crypto.now() {
            return Ok(None);
        }
        self.rotate(vault).await.map(Some)
    }

    async fn read<D: Database, C: Crypto>(&self, vault: &Vault<'_, D, C>) -> Result<Rc<Keys>, Failure> {
        let now = vault.crypto.now();
        let stored = match vault.read().await? {
            Some(stored) => stored,
            None => vault.create().await?,
        };
        let (keys, expired) = Keys::at(&stored, now)?;
        if let Some(number) = expired {
            // If this fails, the next read repeats it.
            let _ = vault.batch(vec![log::delete_keys(number)]).await;
        }
        let keys = Rc::new(keys);
        *self.0.borrow_mut() = Some(keys.clone());
        Ok(keys)
    }
}

impl<D: Database, C: Crypto> Vault<'_, D, C> {
    async fn read(&self) -> Result<Option<StoredSecrets>, Failure> {
        let outcomes = self.batch(vec![log::secrets(), identity()]).await?;
        self.databases.confirm_number(0, outcomes.get(1)).await?;
        log::loaded_secrets(outcomes.first())
    }

    /// Makes all secrets. If another isolate makes them at the same time, both use those that were stored first.
    async fn create(&self) -> Result<StoredSecrets, Failure> {
        let (public, jwk) = self.generate().await?;
        let token = Secret(URL_SAFE_NO_PAD.encode(self.crypto.random()));
        let outcomes = self.batch(vec![log::create_secrets(&public.x(), &jwk, &token), log::secrets()]).await?;
        log::loaded_secrets(outcomes.get(1))?.ok_or(CORRUPT)
    }

    async fn generate(&self) -> Result<(PublicKey, Secret), Failure> {
        let jwk = self.crypto.generate().await?;
        let public = public_key(&jwk).ok_or(HostError("the new key is not one of Ed25519".to_owned()))?;
        Ok((public, jwk))
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Outcome>, Failure> {
        let sleep = |wait| self.crypto.sleep(wait);
        let outcomes = Bounded::new(&self.databases.all()[0], self.wait, sleep).batch(statements).await;
        outcomes.map_err(|error| self.databases.failure(0, error))
    }
}

impl Keys {
    /// The stored keys at `now`, and the number of the newest one that has expired.
    fn at(stored: &StoredSecrets, now: UnixMs) -> Result<(Self, Option<u64>), Failure> {
        let all = stored.keys.iter().map(SigningKey::read).collect::<Result<Vec<_>, _>>()?;
        let records: Vec<KeyRecord> = all.iter().map(|key| key.record).collect();
        let Schedule { signing, published, expired, changes_at } = schedule(&records, now);
        let of = |record: &KeyRecord| all.iter().find(|key| key.record == *record);
        let token = URL_SAFE_NO_PAD.decode(&stored.token.0).ok().and_then(|secret| TokenKey::new(&secret));
        let keys = Self {
            signing: signing.as_ref().and_then(of).ok_or(CORRUPT)?.clone(),
            published,
            token: token.ok_or(CORRUPT)?,
            read_at: now,
            until: changes_at.unwrap_or(UnixMs::MAX).min(now.saturating_add(CACHED_MS)),
        };
        Ok((keys, expired.last().and_then(of).map(|key| key.number)))
    }

    /// The keys in the document, the oldest first.
    #[must_use]
    pub fn published(&self) -> &[KeyRecord] {
        &self.published
    }

    /// The name of the key that signs.
    #[must_use]
    pub fn kid(&self) -> String {
        self.signing.record.public.kid()
    }

    /// The key of the tokens of wakes.
    #[must_use]
    pub fn token_key(&self) -> &TokenKey {
        &self.token
    }

    /// The value of the header that signs a request with this body, sent now (§6.5).
    ///
    /// # Errors
    /// [`HostError`], if the platform rejects the key.
    pub async fn signature(&self, body: &[u8], crypto: &impl Crypto) -> Result<String, HostError> {
        let (text, SigningKey { record, jwk, .. }) = (SignedText::new(crypto.now(), body), &self.signing);
        let signature = crypto.sign(jwk, text.bytes()).await?;
        Ok(text.header(&record.public, &signature))
    }

    fn newest(&self) -> KeyRecord {
        self.published.last().copied().unwrap_or(self.signing.record)
    }
}

impl NewKey {
    fn of(record: &KeyRecord) -> Self {
        Self { kid: record.public.kid(), signs_at: record.created_at.saturating_add(MAX_AGE_MS) }
    }
}

impl SigningKey {
    fn read(stored: &StoredKey) -> Result<Self, Failure> {
        let StoredKey { number, created_at, public_key: own, jwk } = stored;
        let public = public_key(jwk).filter(|public| public.x() == *own).ok_or(CORRUPT)?;
        let record = KeyRecord { public, created_at: created_at.saturating_add(CACHED_MS) };
        Ok(Self { number: *number, record, jwk: jwk.clone() })
    }
}

/// The public key of a key pair, if it is one of Ed25519.
fn public_key(jwk: &Secret) -> Option<PublicKey> {
    let Jwk { kty, crv, x, d } = serde_json::from_str(&jwk.0).ok()?;
    let bytes = |text: &str| <[u8; 32]>::try_from(URL_SAFE_NO_PAD.decode(text).ok()?).ok();
    bytes(&d)?;
    (kty == "OKP" && crv == "Ed25519").then_some(PublicKey(bytes(&x)?))
}
