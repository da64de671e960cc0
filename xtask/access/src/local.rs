//! A server without streams, which verifies credentials as every server does, and returns why it refuses them.

use anyhow::{Result, anyhow};
use futures_util::FutureExt as _;
use runtime::access::{self, Access, Client, Guarded, Holder, Key, Refused, Verifier};
use runtime::host::{HostError, UnixMs};
use runtime::{Event, Gate, Settings};
use spec::client::{Credentials, Refusal};
use spec::{Edge, Limits, holder};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, SystemTime};
use subscriptions::{TokenClaims, TokenKey};
use wire::{BadCredentials, List, Source};

/// The server.
pub struct Local {
    settings: Settings,
    guarded: Guarded,
}

/// Whether the server accepts credentials.
pub enum Verdict {
    /// It accepts them, and they grant this.
    Accepted(Rc<Holder>),
    /// It refuses them.
    Refused(Refused),
}

/// A server with this value of `AUTH_KEYS`.
///
/// # Errors
/// Why a server with it refuses to serve.
pub fn keys(text: &str) -> Result<Local> {
    let access =
        Access::read(|name| (name == "AUTH_KEYS").then(|| text.to_owned())).map_err(|error| anyhow!("{error}"))?;
    match access {
        Access::Guarded(guarded) => Ok(Local { settings: Settings::DECLARED, guarded }),
        Access::Open | Access::Unconfigured => unreachable!("a key guards the server"),
    }
}

impl Local {
    /// The verdict on a bearer token.
    pub fn token(&self, token: &str) -> Verdict {
        self.verdict(&Get { path: "/v1/stream/any", query: "", token: Some(token) })
    }

    /// The verdict on a signed URL.
    pub fn url(&self, path: &str, query: &str) -> Verdict {
        self.verdict(&Get { path, query, token: None })
    }

    fn verdict(&self, request: &Get) -> Verdict {
        let gate = Gate { settings: &self.settings, verifier: &Verifier::default(), authority: Here };
        let edge = Telling { gate, guarded: &self.guarded, verdict: RefCell::default() };
        let admitted = spec::admit::<(), _>(request, &edge).now_or_never();
        admitted.expect("without keys at a URL, nothing has to be waited for");
        edge.verdict.into_inner().unwrap_or(Verdict::Refused(Refused::NoStream))
    }
}

/// A request that reads.
struct Get<'a> {
    path: &'a str,
    query: &'a str,
    token: Option<&'a str>,
}

impl Source for Get<'_> {
    fn method(&self) -> &str {
        "GET"
    }

    fn path(&self) -> &str {
        self.path
    }

    fn query(&self) -> &str {
        self.query
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let token = self.token.filter(|_| name == "authorization")?;
        Some(format!("Bearer {token}").into())
    }
}

/// An edge that keeps what its gate makes of the credentials.
struct Telling<'a> {
    gate: Gate<'a, Here>,
    guarded: &'a Guarded,
    verdict: RefCell<Option<Verdict>>,
}

impl Edge for Telling<'_> {
    type Client = Client;
    type Holder = TokenClaims;

    fn limits(&self) -> &Limits {
        self.gate.limits()
    }

    async fn client(
        &self,
        source: &impl Source,
        credentials: Result<Option<Credentials>, BadCredentials>,
    ) -> Result<Client, Refusal> {
        let caller = self.gate.caller(source, credentials, self.guarded).await;
        self.verdict.replace(match &caller {
            Ok(Client::Holder(holder)) => Some(Verdict::Accepted(holder.clone())),
            Ok(_) => None,
            Err(refused) => Some(Verdict::Refused(refused.clone())),
        });
        Ok(caller?)
    }

    async fn holder(
        &self,
        source: &impl Source,
        credentials: Result<holder::Credentials, BadCredentials>,
    ) -> Result<TokenClaims, holder::Refusal> {
        self.gate.holder(source, credentials).await
    }

    fn content_coding_unsupported(&self, codings: Option<&List>) -> bool {
        self.gate.content_coding_unsupported(codings)
    }
}

/// This computer.
struct Here;

impl access::Authority for Here {
    async fn verify(&self, key: &Key, message: &[u8], signature: &[u8]) -> bool {
        token::verify(&key.material.jwk(), message, signature)
    }

    async fn fetch(&self, url: &str, _bytes_max: usize) -> Result<String, HostError> {
        Err(HostError(format!("{url} is not fetched here")))
    }

    async fn is_within_rate(&self, _caller: &str) -> bool {
        true
    }

    fn address(&self) -> Option<String> {
        None
    }

    async fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }

    fn now(&self) -> UnixMs {
        let elapsed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
        UnixMs::try_from(elapsed.as_millis()).expect("it is before the year 500 million")
    }

    async fn wake_tokens(&self) -> Result<TokenKey, HostError> {
        Err(HostError("there are no subscriptions here".to_owned()))
    }

    fn report(&self, _event: Event, detail: String) {
        eprintln!("{detail}");
    }
}
