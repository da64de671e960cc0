use native::{Crypto, Fault, Sqlite};
use runtime::host::Isolate as _;
use runtime::subscription::{Keyring, Keys, NewKey, Vault};
use runtime::{Databases, Failure};
use serde_json::Value;
use spec::Limits;
use std::rc::Rc;
use std::time::Duration;

/// The database of a deployment, and the cryptography and the clock that its isolates share.
pub struct Deployment {
    pub sqlite: Sqlite,
    databases: Databases<Sqlite>,
    pub crypto: Crypto,
}

impl Deployment {
    pub fn new() -> Self {
        let sqlite = Sqlite::new();
        // A server has used it before.
        sqlite.script("UPDATE identity SET number = 0, databases = 1");
        let databases = Databases::new([("DB".to_owned(), sqlite.clone())]);
        Self { sqlite, databases, crypto: Crypto::default() }
    }

    pub fn vault(&self) -> Vault<'_, Sqlite, Crypto> {
        Vault { databases: &self.databases, wait: Limits::DECLARED.database_wait, crypto: &self.crypto }
    }

    pub async fn keys(&self, isolate: &Keyring) -> Rc<Keys> {
        isolate.keys(&self.vault()).await.expect("keys")
    }

    pub async fn rotate(&self, isolate: &Keyring) -> NewKey {
        isolate.rotate(&self.vault()).await.expect("a key")
    }

    /// What a new isolate gets.
    pub async fn attempt(&self) -> Result<Rc<Keys>, Failure> {
        Keyring::default().keys(&self.vault()).await
    }

    /// What a new isolate gets when the next batches meet these faults.
    pub async fn attempt_with(&self, faults: Vec<Fault>) -> Result<Rc<Keys>, Failure> {
        self.sqlite.inject(faults);
        let keys = self.attempt().await;
        self.sqlite.heal();
        keys
    }

    pub fn rows(&self) -> u64 {
        self.sqlite.count("SELECT count(*) FROM secrets")
    }

    pub fn now(&self) -> u64 {
        self.crypto.now()
    }
}

pub async fn pass(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

/// The document in which receivers find the keys, as the server sends it.
pub fn document(keys: &Keys) -> String {
    let set = runtime::key_set(keys.published()).expect("a key set");
    String::from_utf8(wire::json::write::<spec::KeySet>(&set)).expect("JSON")
}

/// The names of the keys in the document.
pub fn published(keys: &Keys) -> Vec<String> {
    let document: Value = serde_json::from_str(&document(keys)).expect("JSON");
    let keys = document["keys"].as_array().expect("keys").iter();
    keys.map(|key| key["kid"].as_str().expect("a name").to_owned()).collect()
}

/// Verifies the header of a request as a receiver does: with the key in the document that has the name in the header.
pub fn is_signed(header: &str, body: &[u8], document: &str) -> bool {
    use base64::Engine as _;
    let parts: Vec<&str> = header.split(',').map(|part| part.split_once('=').expect("a member").1).collect();
    let [time, kid, signature] = parts[..] else { panic!("{header}") };
    let signature = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    let document: Value = serde_json::from_str(document).expect("JSON");
    let key = document["keys"].as_array().expect("keys").iter().find(|key| key["kid"] == kid);
    key.is_some_and(|key| token::verify(key, &[time.as_bytes(), b".", body].concat(), &signature))
}
