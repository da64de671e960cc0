use super::bindings::databases;
use super::host::unbound;
use super::{boundary, log_event, settings, webhook};
use crate::access::{self, Key, Verifier};
use crate::host::timer::timer;
use crate::host::{HostError, UnixMs};
use crate::{Event, Failure};
use std::rc::Rc;
use std::time::Duration;
use subscriptions::TokenKey;
use wasm_bindgen::JsValue;
use worker::worker_sys::web_sys;
use worker::{Date, Env};

/// The binding of the rate limit, which a deployment may have.
const CALLERS: &str = "CALLERS";

/// The header in which the platform states the client's address.
const ADDRESS: &str = "cf-connecting-ip";

/// The platform, as far as it decides who sent a request.
pub struct Authority {
    headers: web_sys::Headers,
    env: Env,
}

impl Authority {
    /// The platform, for one request.
    #[must_use]
    pub fn of(request: &web_sys::Request, env: &Env) -> Self {
        Self { headers: request.headers(), env: env.clone() }
    }
}

/// The verifier of this isolate, with its caches.
#[must_use]
pub fn verifier() -> Rc<Verifier> {
    thread_local! {
        static VERIFIER: Rc<Verifier> = Rc::default();
    }
    VERIFIER.with(Rc::clone)
}

impl access::Authority for Authority {
    async fn verify(&self, key: &Key, message: &[u8], signature: &[u8]) -> bool {
        let (algorithm, jwk) = (key.material.algorithm().name(), key.material.jwk().to_string());
        match boundary::verify(algorithm, &jwk, message.to_vec(), signature.to_vec()).await {
            Ok(valid) => valid.is_truthy(),
            Err(error) => {
                self.report(Event::KeysUnusable, format!("{key:?}: {error:?}"));
                false
            }
        }
    }

    async fn fetch(&self, url: &str, bytes_max: usize) -> Result<String, HostError> {
        let failed = |error: JsValue| HostError(format!("{url}: {error:?}"));
        let text = boundary::fetch_text(url, bytes_max as f64).await.map_err(failed)?;
        text.as_string().ok_or_else(|| HostError(format!("{url}: no text")))
    }

    async fn is_within_rate(&self, caller: &str) -> bool {
        // Looked up only here, because it takes several calls to JavaScript, and an open server never counts.
        let Ok(callers) = self.env.rate_limiter(CALLERS) else { return true };
        match callers.limit(caller.to_owned()).await {
            Ok(outcome) => outcome.success,
            Err(error) => {
                self.report(Event::RateUnknown, error.to_string());
                true
            }
        }
    }

    fn address(&self) -> Option<String> {
        self.headers.get(ADDRESS).ok()?
    }

    async fn sleep(&self, duration: Duration) {
        // A `Delay` wakes whoever polled it first. The edge polls once before there is a task to wake.
        boundary::sleep(timer(duration).as_secs_f64() * 1000.0).await;
    }

    fn now(&self) -> UnixMs {
        Date::now().as_millis()
    }

    async fn wake_tokens(&self) -> Result<TokenKey, HostError> {
        let key = async {
            let settings = settings(&self.env)?;
            let databases = databases(&self.env).map_err(unbound)?;
            webhook::token_key(&databases, settings.limits.database_wait).await
        };
        let key: Result<_, Failure> = key.await;
        key.map_err(|failure| HostError(failure.to_string()))
    }

    fn report(&self, event: Event, detail: String) {
        log_event(event, detail);
    }
}
