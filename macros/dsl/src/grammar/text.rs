//! `text 1..=256`: printable ASCII.

use super::characters::{self, Characters};
use super::{Type, Written};
use crate::parse;
use syn::parse::ParseStream;

/// Without a comma before a space, which joins two headers of one name. HTTP trims spaces at the ends.
const ASCII: &Characters = &Characters {
    word: "text",
    read: wire::text,
    words: "printable ASCII characters",
    counted: "bytes of printable ASCII, without a comma before a space",
    other: "a, b",
    pattern: "(,|[!-+.-~-] *)*[!-~]",
    for_queries: false,
};

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn Type>> {
    characters::parse(ASCII, input)
}
