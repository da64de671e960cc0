//! The secrets in credentials.

use crate::list;

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

/// Returns the one value that is present, if any, or nothing if there are several.
#[must_use]
pub fn at_most_one<T, const N: usize>(values: [Option<T>; N]) -> Option<Option<T>> {
    let mut present = values.into_iter().flatten();
    let first = present.next();
    present.next().is_none().then_some(first)
}
