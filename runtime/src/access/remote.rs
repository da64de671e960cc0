use super::key::{Jwk, Material};
use super::{Authority, Key, Prefix};
use crate::Event;
use crate::host::UnixMs;
use crate::host::deadline::{no_answer, within};
use serde::Deserialize;
use serde_json::Value;
use spec::Limits;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// Keys at a URL, and the limits of their tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteKeys {
    /// Where the keys are: a JSON Web Key Set (RFC 7517 §5).
    pub url: String,
    /// The issuer of their tokens.
    pub issuer: String,
    /// The audience of their tokens.
    pub audience: String,
    /// Their tokens grant nothing elsewhere.
    pub prefix: Prefix,
}

/// The keys could not be fetched, and there are none from before.
pub(super) struct NotFetched;

/// The keys that were fetched last.
#[derive(Debug, Default)]
pub(super) struct Fetched(RefCell<State>);

#[derive(Debug, Default)]
struct State {
    /// The last good keys, and when they were fetched.
    good: Option<(Vec<Rc<Key>>, UnixMs)>,
    /// When the last attempt ended; while one is running, when it began.
    attempted: Option<UnixMs>,
    /// Whether it is still running. If its request is canceled, that stays so until `keys_wait` has passed.
    running: bool,
}

/// How often a request looks whether the attempt of another one has ended.
const LOOK: Duration = Duration::from_millis(20);

/// The next step of a request that needs a key.
enum Step {
    Use(Option<Rc<Key>>),
    Fetch,
    Wait,
    GiveUp,
}

impl Fetched {
    /// Whether there are keys that are old enough to be fetched again.
    pub(super) fn is_due(&self, limits: &Limits, now: UnixMs) -> bool {
        let state = self.0.borrow();
        let old = |then: UnixMs, age: Duration| Duration::from_millis(now.saturating_sub(then)) >= age;
        state.good.as_ref().is_some_and(|(_, fetched)| old(*fetched, limits.keys_lifetime))
            && state.attempted.is_none_or(|then| old(then, limits.keys_interval))
    }

    /// The key with this id, if there is one. Keys are fetched if there are none, if they are older than `keys_lifetime`, or if none of
    /// them has this id; but only every `keys_interval`, so that invented ids cause no load. `changed` is called if keys are replaced.
    pub(super) async fn key(
        &self,
        id: &str,
        keys: &RemoteKeys,
        limits: &Limits,
        host: &impl Authority,
        changed: impl Fn(),
    ) -> Result<Option<Rc<Key>>, NotFetched> {
        loop {
            let step = self.0.borrow().step(id, limits, host.now());
            match step {
                Step::Use(key) => return Ok(key),
                Step::GiveUp => return Err(NotFetched),
                Step::Wait => host.sleep(LOOK).await,
                Step::Fetch => {
                    self.0.borrow_mut().begin(host.now());
                    let fetched = fetch(keys, limits, host).await;
                    if self.0.borrow_mut().end(fetched, host) {
                        changed();
                    }
                }
            }
        }
    }
}

impl State {
    fn step(&self, id: &str, limits: &Limits, now: UnixMs) -> Step {
        let since = |then: UnixMs| Duration::from_millis(now.saturating_sub(then));
        let attempted = |interval: Duration| self.attempted.is_some_and(|then| since(then) < interval);
        let running = self.running && attempted(limits.keys_wait);
        let Some((keys, fetched)) = &self.good else {
            return match (running, attempted(limits.keys_retry)) {
                (true, _) => Step::Wait,
                (false, true) => Step::GiveUp,
                (false, false) => Step::Fetch,
            };
        };
        let key = keys.iter().find(|key| key.id == id).cloned();
        let fresh = since(*fetched) < limits.keys_lifetime;
        match key {
            Some(key) if fresh || running || attempted(limits.keys_interval) => Step::Use(Some(key)),
            None if running => Step::Wait,
            None if attempted(limits.keys_interval) => Step::Use(None),
            _ => Step::Fetch,
        }
    }

    fn begin(&mut self, now: UnixMs) {
        (self.attempted, self.running) = (Some(now), true);
    }

    /// Ends an attempt, and returns whether other keys have replaced the last good ones.
    fn end(&mut self, fetched: Result<Vec<Rc<Key>>, String>, host: &impl Authority) -> bool {
        (self.attempted, self.running) = (Some(host.now()), false);
        match fetched {
            Ok(keys) => {
                let replaced = self.good.replace((keys.clone(), host.now()));
                replaced.is_some_and(|(old, _)| old != keys)
            }
            Err(reason) => {
                host.report(Event::KeysUnusable, reason);
                false
            }
        }
    }
}

async fn fetch(keys: &RemoteKeys, limits: &Limits, host: &impl Authority) -> Result<Vec<Rc<Key>>, String> {
    let answer = within(host.sleep(limits.keys_wait), host.fetch(&keys.url, limits.keys)).await;
    let text = answer.ok_or_else(|| no_answer(limits.keys_wait))?.map_err(|error| error.0)?;
    read(&text, keys).map_err(|rule| format!("the keys at {} can't be used: {rule}", keys.url))
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

/// The keys of a set that can be used. Others, such as keys for encryption, are left out, and so are shared secrets, which are no secrets at a URL.
fn read(text: &str, of: &RemoteKeys) -> Result<Vec<Rc<Key>>, String> {
    let Set { keys } = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let usable = keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok()?.read().ok());
    let mut read: Vec<Rc<Key>> = Vec::new();
    for (id, material) in usable.filter(|(_, material)| !matches!(material, Material::Hmac(_))) {
        if read.iter().any(|key| key.id == id) {
            return Err(format!("two keys have the `kid` `{id}`"));
        }
        let RemoteKeys { issuer, audience, prefix, .. } = of.clone();
        read.push(Rc::new(Key { id, issuer, audience, prefix, material }));
    }
    if read.is_empty() { Err("none has a `kid` and an `alg` that is supported".to_owned()) } else { Ok(read) }
}
