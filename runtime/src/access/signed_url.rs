use super::{Authority, Guarded, Holder, Key, Material, Refused, Scope};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use spec::client::Operation;
use spec::stream::Path;
use spec::{Limits, SignedUrl};
use std::rc::Rc;
use std::time::Duration;

/// The text that the signature of a URL is about. It contains a line break, so it is never the text of a token.
#[must_use]
pub fn signed_text(path: &Path, expires_at_s: u64) -> String {
    format!("durable-streams signed URL 1\nread\n{}\n{expires_at_s}", path.as_str())
}

/// Verifies a signed URL of the stream at `path`. It grants to read that stream.
///
/// # Errors
/// Why the signature is refused.
pub(super) async fn verify(
    signed: &SignedUrl,
    path: Path,
    guarded: &Guarded,
    limits: &Limits,
    host: &impl Authority,
) -> Result<Holder, Refused> {
    let (exp, now) = (signed.exp.get(), host.now());
    let leeway = millis(limits.token_leeway);
    let expires_at = exp.saturating_mul(1000).saturating_add(leeway);
    if now >= expires_at {
        return Err(Refused::Expired { exp });
    }
    if expires_at > now.saturating_add(millis(limits.signed_url)).saturating_add(leeway) {
        return Err(Refused::TooLong);
    }
    let is_own = |key: &&Rc<Key>| key.id == signed.kid.as_str() && matches!(key.material, Material::Hmac(_));
    let key = guarded.keys.iter().find(is_own).ok_or_else(|| Refused::Key(signed.kid.as_str().to_owned()))?;
    let signature = URL_SAFE_NO_PAD.decode(signed.sig.as_str()).map_err(|_| Refused::Signature)?;
    if !host.verify(key, signed_text(&path, exp).as_bytes(), &signature).await {
        return Err(Refused::Signature);
    }
    let (issuer, prefix) = (key.issuer.clone(), key.prefix.clone());
    let subject = format!("URL of {}", path.as_str());
    Ok(Holder { issuer, subject, expires_at, scopes: vec![Scope::of_path(path, vec![Operation::Read])], prefix })
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
