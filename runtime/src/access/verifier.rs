use super::recent::Recent;
use super::remote::{Fetched, NotFetched};
use super::{Authority, Client, Guarded, Holder, Key, Refused, Signed, Token, claims};
use crate::Event;
use crate::host::UnixMs;
use spec::Limits;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use subtle::ConstantTimeEq as _;

/// Verifies tokens. It remembers those that it has verified lately, and the keys that it has fetched.
#[derive(Debug, Default)]
pub struct Verifier {
    /// When the last event about missing configuration was logged.
    reported: Cell<Option<UnixMs>>,
    recent: RefCell<Recent>,
    fetched: Fetched,
}

/// Minimum time between two events about missing configuration.
const REPORTED_EVERY_MS: UnixMs = 60_000;

impl Verifier {
    /// Logs that access is not configured, unless that was logged a short time ago.
    pub fn report_unconfigured(&self, host: &impl Authority) {
        let now = host.now();
        if self.reported.get().is_none_or(|then| now.saturating_sub(then) >= REPORTED_EVERY_MS) {
            self.reported.set(Some(now));
            let detail =
                "set the secret AUTH_TOKEN, AUTH_KEYS or AUTH_JWKS, or set AUTH to `none` to let anyone use the server";
            host.report(Event::AccessUnconfigured, detail.to_owned());
        }
    }

    /// Finds the holder of a bearer token.
    ///
    /// # Errors
    /// Why the token is refused.
    pub async fn bearer(
        &self,
        token: &str,
        guarded: &Guarded,
        limits: &Limits,
        host: &impl Authority,
    ) -> Result<Client, Refused> {
        // All comparisons take place, and each takes the same time for all wrong tokens of the same length.
        let is_operator = |own: &String| bool::from(token.as_bytes().ct_eq(own.as_bytes()));
        if guarded.operators.iter().filter(|own| is_operator(&own.0)).count() > 0 {
            return Ok(Client::Operator);
        }
        if guarded.keys.is_empty() && guarded.remote.is_none() {
            return Err(Refused::Malformed);
        }
        // Its key may have been taken back.
        let is_due = guarded.remote.is_some() && self.fetched.is_due(limits, host.now());
        let recent = self.recent.borrow_mut().get(token).filter(|_| !is_due);
        match recent {
            Some(holder) if host.now() < holder.expires_at => return Ok(Client::Holder(holder)),
            Some(holder) => {
                self.recent.borrow_mut().remove(token);
                return Err(Refused::Expired { exp: holder.expires_at / 1000 });
            }
            None => {}
        }
        let cleared = self.recent.borrow().cleared();
        let holder = Rc::new(self.verified(token, guarded, limits, host).await?);
        let mut recent = self.recent.borrow_mut();
        if recent.cleared() == cleared {
            recent.keep(token, holder.clone(), limits.token_cache);
        }
        Ok(Client::Holder(holder))
    }

    async fn verified(
        &self,
        text: &str,
        guarded: &Guarded,
        limits: &Limits,
        host: &impl Authority,
    ) -> Result<Holder, Refused> {
        let token = Token::read(text, limits.claims).ok_or(Refused::Malformed)?;
        let key = self.key(&token.key, guarded, limits, host).await?;
        let algorithm = key.material.algorithm().name();
        if token.algorithm != algorithm {
            return Err(Refused::Algorithm { token: token.algorithm, key: algorithm });
        }
        if !host.verify(&key, token.signed.as_bytes(), &token.signature).await {
            return Err(Refused::Signature);
        }
        claims::read(&token.claims, &key, limits, host.now())
    }

    async fn key(
        &self,
        id: &str,
        guarded: &Guarded,
        limits: &Limits,
        host: &impl Authority,
    ) -> Result<Rc<Key>, Refused> {
        if let Some(key) = guarded.keys.iter().find(|key| key.id == id) {
            return Ok(key.clone());
        }
        let Some(remote) = &guarded.remote else { return Err(Refused::Key(id.to_owned())) };
        // A key that was taken back signs no more, and neither do its tokens that were verified before.
        let forget = || self.recent.borrow_mut().clear();
        match self.fetched.key(id, remote, limits, host, forget).await {
            Ok(Some(key)) => Ok(key),
            Ok(None) => Err(Refused::Key(id.to_owned())),
            Err(NotFetched) => Err(Refused::NotFetched),
        }
    }

    /// Verifies a signature in a URL.
    ///
    /// # Errors
    /// Why the signature is refused.
    pub async fn signed_url(
        &self,
        signed: Signed<'_>,
        guarded: &Guarded,
        limits: &Limits,
        host: &impl Authority,
    ) -> Result<Client, Refused> {
        Ok(Client::Holder(Rc::new(signed.verify(guarded, limits, host).await?)))
    }
}
