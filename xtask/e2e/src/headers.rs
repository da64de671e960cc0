//! Response headers.

use ureq::http::HeaderMap;

/// The value of a header, which mustn't be there more than once.
pub(crate) fn only_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    assert!(values.next().is_none(), "the header {name} is there more than once");
    Some(value.to_str().expect("a header of visible ASCII"))
}
