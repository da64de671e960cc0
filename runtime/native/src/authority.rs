use futures_util::future::LocalBoxFuture;
use runtime::access::{self, Key, Verifier};
use runtime::host::{HostError, UnixMs};
use runtime::{Event, Report};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;
use subscriptions::TokenKey;

/// What the edge uses to find out who a caller is.
#[derive(Debug, Default)]
pub struct Authority {
    pub(crate) verifier: Verifier,
    /// The key sets at URLs. There is none at any other URL.
    pub key_sets: RefCell<BTreeMap<String, String>>,
    /// How long it takes to fetch one.
    pub fetch_time: Cell<Duration>,
    /// The URLs from which key sets were fetched, or were to be.
    pub fetches: RefCell<Vec<String>>,
    /// How long it takes to verify a signature.
    pub verify_time: Cell<Duration>,
    /// The number of signatures that were verified.
    pub verified: Cell<u32>,
    /// The callers who have sent too much.
    pub limited: RefCell<Vec<String>>,
    /// The address of whoever sends.
    pub address: RefCell<Option<String>>,
}

/// It, and the time and the reports of the server that it belongs to.
pub(crate) struct At<'a> {
    pub(crate) authority: &'a Authority,
    /// Reads the key of the tokens of wakes.
    pub(crate) wake_tokens: &'a dyn Fn() -> LocalBoxFuture<'a, Result<TokenKey, HostError>>,
    pub(crate) now: UnixMs,
    pub(crate) started: tokio::time::Instant,
    pub(crate) report: &'a dyn Fn(&Report),
}

impl access::Authority for At<'_> {
    async fn verify(&self, key: &Key, message: &[u8], signature: &[u8]) -> bool {
        self.authority.verified.set(self.authority.verified.get() + 1);
        let time = self.authority.verify_time.get();
        if !time.is_zero() {
            tokio::time::sleep(time).await;
        }
        token::verify(&key.material.jwk(), message, signature)
    }

    async fn fetch(&self, url: &str, bytes_max: usize) -> Result<String, HostError> {
        self.authority.fetches.borrow_mut().push(url.to_owned());
        tokio::time::sleep(self.authority.fetch_time.get()).await;
        let found = self.authority.key_sets.borrow().get(url).cloned();
        found.filter(|text| text.len() <= bytes_max).ok_or_else(|| HostError(format!("nothing is at {url}")))
    }

    async fn is_within_rate(&self, caller: &str) -> bool {
        !self.authority.limited.borrow().iter().any(|limited| limited == caller)
    }

    fn address(&self) -> Option<String> {
        self.authority.address.borrow().clone()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    fn now(&self) -> UnixMs {
        self.now + u64::try_from(self.started.elapsed().as_millis()).expect("it does not take that long")
    }

    async fn wake_tokens(&self) -> Result<TokenKey, HostError> {
        (self.wake_tokens)().await
    }

    fn report(&self, event: Event, detail: String) {
        (self.report)(&Report::new(event, detail));
    }
}
