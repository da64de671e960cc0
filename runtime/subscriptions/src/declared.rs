//! Constants and forms that the spec declares, too.

use crate::address::URL_BYTES_MAX;
use crate::configuration::DESCRIPTION_BYTES_MAX;
use crate::identity::NAME_BYTES_MAX;
use crate::{MAX_AGE_MS, PATTERN_BYTES_MAX, PATTERN_SEGMENTS_MAX, PublicKey, SignedText};

/// Checks that a type of the spec reads texts of up to `max` characters.
#[track_caller]
fn is_maximum<T, E>(max: usize, read: impl Fn(&str) -> Result<T, E>) {
    assert!(read(&"x".repeat(max)).is_ok());
    assert!(read(&"x".repeat(max + 1)).is_err());
}

#[test]
fn maximum_lengths_are_those_of_the_spec() {
    is_maximum(NAME_BYTES_MAX, spec::SubscriptionId::read);
    is_maximum(NAME_BYTES_MAX, spec::WorkerName::read);
    is_maximum(DESCRIPTION_BYTES_MAX, spec::Description::read);
    is_maximum(URL_BYTES_MAX, spec::Url::read);
    is_maximum(PATTERN_BYTES_MAX, spec::Pattern::read);
}

/// A type of the spec can't count segments, so its comment contains their number.
#[test]
fn the_maximum_number_of_segments_is_that_of_the_spec() {
    let values = include_str!("../../../spec/subscriptions/values.rs");
    assert!(values.contains(&format!("bytes and {PATTERN_SEGMENTS_MAX} segments.")));
}

#[test]
fn keys_are_published_for_as_long_as_caches_keep_them() {
    assert_eq!(spec::CacheControl::Keys.as_str(), format!("public, max-age={}", MAX_AGE_MS / 1000));
}

#[test]
fn names_of_keys_and_signatures_have_the_form_of_the_spec() {
    let key = PublicKey([7; 32]);
    assert!(spec::KeyId::read(&key.kid()).is_ok());
    assert!(spec::WebhookSignature::read(&SignedText::new(1_000, b"{}").header(&key, &[7; 64])).is_ok());
}
