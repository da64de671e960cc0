use super::{D1, boundary, report};
use crate::access::Secret;
use crate::host::timer::timer;
use crate::host::{HostError, Isolate, UnixMs};
use crate::subscription::{Answer, Crypto, Headers, Keyring, Keys, Post, Vault};
use crate::{Databases, Event, Failure, Report};
use js_sys::{Array, Uint8Array};
use std::rc::Rc;
use std::time::Duration;
use subscriptions::TokenKey;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::{Date, Delay};

/// The platform, as far as it signs and sends requests to webhooks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Web;

/// The keyring of this isolate.
#[must_use]
pub fn keyring() -> Rc<Keyring> {
    thread_local! {
        static KEYRING: Rc<Keyring> = Rc::default();
    }
    KEYRING.with(Rc::clone)
}

/// The keys of the deployment.
///
/// # Errors
/// [`Failure`], if they can't be read or made.
pub(super) async fn keys(databases: &Databases<D1>, wait: Duration) -> Result<Rc<Keys>, Failure> {
    keyring().keys(&Vault { databases, wait, crypto: &Web }).await
}

/// The secret of tokens.
///
/// # Errors
/// [`Failure`], if it can't be read or made.
pub(super) async fn token_key(databases: &Databases<D1>, wait: Duration) -> Result<TokenKey, Failure> {
    keyring().token_key(&Vault { databases, wait, crypto: &Web }).await
}

impl Isolate for Web {
    fn now(&self) -> UnixMs {
        Date::now().as_millis()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        Delay::from(timer(duration))
    }

    fn report(&self, own: &Report) {
        report(own);
    }
}

impl Crypto for Web {
    async fn generate(&self) -> Result<Secret, HostError> {
        let jwk = boundary::generate_key().await.map_err(failed)?;
        jwk.as_string().map(Secret).ok_or_else(|| HostError("no key".to_owned()))
    }

    async fn sign(&self, jwk: &Secret, message: &[u8]) -> Result<[u8; 64], HostError> {
        let signature = boundary::sign(&jwk.0, message.to_vec()).await.map_err(failed)?;
        let signature = signature.unchecked_into::<Uint8Array>().to_vec();
        signature.try_into().map_err(|_| HostError("a signature of another length".to_owned()))
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("crypto.getRandomValues answers");
        bytes
    }
}

impl Post for Web {
    async fn post(&self, url: &str, headers: Headers, body: Vec<u8>, wait: Duration, body_max: usize) -> Answer {
        let lines: Vec<&str> = headers.iter().flat_map(|(name, value)| [*name, value]).collect();
        let (ms, most) = (timer(wait).as_secs_f64() * 1000.0, body_max as f64);
        let answer: Array = match boundary::post(url, &lines.join("\n"), body, ms, most).await {
            Ok(answer) => answer.unchecked_into(),
            Err(error) => {
                report(&Report::new(Event::WebhookUnreachable, format!("{error:?}")));
                return Answer::Unreachable;
            }
        };
        match answer.get(0).as_f64() {
            Some(status) if status > 0.0 => {
                Answer::Answered { status: status as u16, body: answer.get(1).unchecked_into::<Uint8Array>().to_vec() }
            }
            _ => Answer::TimedOut,
        }
    }
}

#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failed(error: JsValue) -> HostError {
    HostError(format!("{error:?}"))
}
