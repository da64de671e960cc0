use super::{Authority, Guarded, Holder, Key, Material, Prefix, Refused, Scope};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use spec::client::Operation;
use spec::stream::Path;
use spec::{Exp, Kid, Limits, Sig, SignedPrefix, SignedUrl};
use std::rc::Rc;
use std::time::Duration;

/// A signature in a URL, which is not verified yet.
#[derive(Debug)]
pub struct Signed<'a> {
    exp: &'a Exp,
    kid: &'a Kid,
    sig: &'a Sig,
    /// What it is about. Every text contains line breaks, so it is never that of a token. The first line tells a path from a prefix.
    text: String,
    /// What it grants.
    scope: Scope,
    /// By whom its requests are counted.
    subject: String,
}

impl<'a> Signed<'a> {
    /// The signature of a URL of the stream at `path`.
    #[must_use]
    pub fn url(SignedUrl { exp, kid, sig }: &'a SignedUrl, path: Path) -> Self {
        let text = format!("durable-streams signed URL 1\nread\n{}\n{}", path.as_str(), exp.get());
        let subject = format!("URL of {}", path.as_str());
        Self { exp, kid, sig, text, subject, scope: Scope::of_path(path, vec![Operation::Read]) }
    }

    /// The signature of a prefix, in a URL of the stream at `path`.
    ///
    /// # Errors
    /// Why the signature is refused.
    pub fn prefix(signed: &'a SignedPrefix, path: &Path) -> Result<Self, Refused> {
        let SignedPrefix { below, exp, kid, sig } = signed;
        let prefix = Prefix::read(below.as_str()).map_err(Refused::Prefix)?;
        if !prefix.covers(path.as_str()) {
            return Err(Refused::Elsewhere(prefix));
        }
        let text = format!("durable-streams signed prefix 1\nread\n{}\n{}", prefix.as_str(), exp.get());
        let subject = format!("URLs below {}", prefix.as_str());
        Ok(Self { exp, kid, sig, text, subject, scope: Scope::under(prefix, vec![Operation::Read]) })
    }

    /// Verifies the signature.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) async fn verify(
        self,
        guarded: &Guarded,
        limits: &Limits,
        host: &impl Authority,
    ) -> Result<Holder, Refused> {
        let (exp, now) = (self.exp.get(), host.now());
        let leeway = millis(limits.token_leeway);
        let expires_at = exp.saturating_mul(1000).saturating_add(leeway);
        if now >= expires_at {
            return Err(Refused::Expired { exp });
        }
        if expires_at > now.saturating_add(millis(limits.signed_url)).saturating_add(leeway) {
            return Err(Refused::TooLong);
        }
        let kid = self.kid.as_str();
        let is_own = |key: &&Rc<Key>| key.id == kid && matches!(key.material, Material::Hmac(_));
        let key = guarded.keys.iter().find(is_own).ok_or_else(|| Refused::Key(kid.to_owned()))?;
        let signature = URL_SAFE_NO_PAD.decode(self.sig.as_str()).map_err(|_| Refused::Signature)?;
        if !host.verify(key, self.text.as_bytes(), &signature).await {
            return Err(Refused::Signature);
        }
        let (issuer, prefix) = (key.issuer.clone(), key.prefix.clone());
        Ok(Holder { issuer, subject: self.subject, expires_at, scopes: vec![self.scope], prefix })
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
