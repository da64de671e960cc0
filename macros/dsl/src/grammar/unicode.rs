//! `unicode 1..=256`: text in any script, for query parameters and for JSON.

use super::characters::{self, Characters};
use super::{Type, Written};
use crate::parse;
use syn::parse::ParseStream;

const UNICODE: &Characters = &Characters {
    word: "unicode",
    read: wire::unicode,
    words: "characters",
    counted: "characters, without control characters",
    other: "\u{7}",
    pattern: "[^\\u0000-\\u001f\\u007f-\\u009f]+",
    for_queries: true,
};

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn Type>> {
    characters::parse(UNICODE, input)
}
