use super::Key;
use crate::Event;
use crate::host::{HostError, UnixMs};
use std::time::Duration;
use subscriptions::TokenKey;

/// The platform, as far as it decides who a caller is.
pub trait Authority {
    /// Whether `signature` is one of `message` by `key`, with the algorithm of the key.
    fn verify(&self, key: &Key, message: &[u8], signature: &[u8]) -> impl Future<Output = bool>;

    /// Fetches a JSON Web Key Set (RFC 7517), of at most `bytes_max` bytes. Redirects are not followed.
    ///
    /// # Errors
    /// [`HostError`], if there is no successful response.
    fn fetch(&self, url: &str, bytes_max: usize) -> impl Future<Output = Result<String, HostError>>;

    /// Whether this caller may send one more request now. Always, if the deployment has no rate limit.
    fn is_within_rate(&self, caller: &str) -> impl Future<Output = bool>;

    /// The address of the client, if the platform states it.
    fn address(&self) -> Option<String>;

    /// Waits.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// The current time.
    fn now(&self) -> UnixMs;

    /// The secret that signs the tokens of wakes (§7.3).
    ///
    /// # Errors
    /// [`HostError`], if it can't be read now.
    fn wake_tokens(&self) -> impl Future<Output = Result<TokenKey, HostError>>;

    /// Logs an event.
    fn report(&self, event: Event, detail: String);
}
