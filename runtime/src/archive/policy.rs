//! The lifetime, retention and labels that a stream was created with. Each segment stores this policy, so that a stream can be restored from its
//! segments alone.

use crate::stream::Stream;
use crate::stream::labels::Labels;
use crate::stream::retention::Retention;
use serde::{Deserialize, Serialize};
use spec::{Lifetime, StreamRetainAge, StreamRetainBytes, StreamTtl};
use wire::Timestamp;

/// The policy as JSON, without absent values. An empty policy is the empty text.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Policy {
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl_s: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retain_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retain_age_s: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<String>,
}

/// The policy of a stream, as text.
pub fn write(stream: &Stream) -> String {
    let (ttl_s, expires_at) = match &stream.lifetime {
        None => (None, None),
        Some(Lifetime::StreamTtl(ttl)) => (Some(ttl.get()), None),
        Some(Lifetime::StreamExpiresAt(at)) => (None, Some(at.as_str().to_owned())),
    };
    let Retention { bytes, age } = stream.retention;
    let (retain_bytes, retain_age_s) = (bytes.map(StreamRetainBytes::get), age.map(StreamRetainAge::get));
    let policy = Policy { ttl_s, expires_at, retain_bytes, retain_age_s, labels: stream.labels.json() };
    if policy == Policy::default() { String::new() } else { serde_json::json!(policy).to_string() }
}

/// Parses a policy; `None`, if the text is not valid.
pub fn read(text: &str) -> Option<(Option<Lifetime>, Retention, Labels)> {
    let policy: Policy = if text.is_empty() { Policy::default() } else { serde_json::from_str(text).ok()? };
    let lifetime = match (policy.ttl_s, policy.expires_at) {
        (None, None) => None,
        (Some(ttl), None) => Some(Lifetime::StreamTtl(StreamTtl::new(ttl)?)),
        (None, Some(at)) => Some(Lifetime::StreamExpiresAt(Timestamp::stored(&at).ok()?)),
        (Some(_), Some(_)) => return None,
    };
    let bytes = policy.retain_bytes.map(|bytes| StreamRetainBytes::new(bytes).ok_or(()));
    let age = policy.retain_age_s.map(|age| StreamRetainAge::new(age).ok_or(()));
    let retention = Retention { bytes: bytes.transpose().ok()?, age: age.transpose().ok()? };
    Some((lifetime, retention, Labels::read(policy.labels.as_deref())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_parsed_or_rejected() {
        let retention = |bytes: Option<u64>, age: Option<u64>| Retention {
            bytes: bytes.and_then(StreamRetainBytes::new),
            age: age.and_then(StreamRetainAge::new),
        };
        let ttl = Lifetime::StreamTtl(StreamTtl::new(60).unwrap());
        let expiry = Lifetime::StreamExpiresAt(Timestamp::read("2100-01-01T00:00:00Z").unwrap());
        assert_eq!(read(""), Some((None, retention(None, None), Labels::default())));
        assert_eq!(
            read(r#"{"ttl_s":60,"retain_bytes":0}"#),
            Some((Some(ttl), retention(Some(0), None), Labels::default()))
        );
        assert_eq!(
            read(r#"{"expires_at":"2100-01-01T00:00:00Z","retain_age_s":7}"#),
            Some((Some(expiry.clone()), retention(None, Some(7)), Labels::default()))
        );
        // An earlier version accepted this.
        assert_eq!(
            read(r#"{"expires_at":"2100-01-01500:00:00Z"}"#),
            Some((Some(expiry), retention(None, None), Labels::default()))
        );
        let labels = Labels::read(Some(r#"{"env":"prod"}"#)).unwrap();
        assert_eq!(read(r#"{"labels":"{\"env\":\"prod\"}"}"#), Some((None, retention(None, None), labels)));
        for broken in [
            "{",
            "null",
            r#"{"ttl_s":-1}"#,
            r#"{"expires_at":"tomorrow"}"#,
            r#"{"retain_age_s":3153600001}"#,
            r#"{"labels":"[]"}"#,
        ] {
            assert_eq!(read(broken), None, "{broken}");
        }
        for foreign in [r#"{"color":"red"}"#, r#"{"ttl_s":1,"expires_at":"2100-01-01T00:00:00Z"}"#] {
            assert_eq!(read(foreign), None, "{foreign}");
        }
    }
}
