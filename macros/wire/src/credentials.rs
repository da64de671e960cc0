//! The secrets in credentials.

use crate::{Violations, list};

/// Returns the part after the scheme of `Authorization: Scheme secret` (RFC 9110 §11.4), or nothing for another scheme.
#[must_use]
pub fn credentials(text: &str, scheme: &str) -> String {
    match text.trim().split_once(' ') {
        Some((given, secret)) if given.eq_ignore_ascii_case(scheme) => secret.trim_start().to_owned(),
        _ => String::new(),
    }
}

/// Returns the rest of the first element of a comma-separated list that begins with `prefix`, or nothing if there is none.
#[must_use]
pub fn listed_credentials(text: &str, prefix: &str) -> String {
    let secret = list::elements(text).find_map(|element| element.strip_prefix(prefix));
    secret.unwrap_or_default().to_owned()
}

/// Credentials that are malformed, of two kinds, or required and missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadCredentials;

/// Returns the one kind of credentials that a request has, if any.
///
/// # Errors
/// The credentials are malformed, or of several kinds.
pub fn at_most_one<T, const N: usize>(read: Result<[Option<T>; N], Violations>) -> Result<Option<T>, BadCredentials> {
    let mut present = read.map_err(|_| BadCredentials)?.into_iter().flatten();
    let first = present.next();
    if present.next().is_none() { Ok(first) } else { Err(BadCredentials) }
}

/// Returns the one kind of credentials that a request has.
///
/// # Errors
/// The credentials are malformed, of several kinds, or missing.
pub fn exactly_one<T, const N: usize>(read: Result<[Option<T>; N], Violations>) -> Result<T, BadCredentials> {
    at_most_one(read)?.ok_or(BadCredentials)
}
