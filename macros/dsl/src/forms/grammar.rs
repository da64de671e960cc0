//! Grammars, kinds of groups, units, and the elements of lists.

use super::forms;

forms! {
    /// The grammar of a header, a query parameter or a value.
    Grammar, "grammar", Grammar;
    Text, "text",
        "text 1..=256",
        "Printable ASCII, from `0x20` to `0x7E`, with this many bytes. A comma followed by a space is not allowed, because a header that is sent twice arrives in that form.",
        "text 1..=80";
    Unicode, "unicode",
        "unicode 1..=256",
        "Text in any script with this many characters and without control characters, for query parameters and for JSON.",
        "unicode 1..=32";
    Integer, "u53",
        "u53",
        "A whole number from 0 to 2^53-1 in decimal digits, without sign and leading zeros.",
        "u53;";
    IntegerRange, "u53",
        "u53 1..=9",
        "A whole number in this range.",
        "u53 0..=9";
    OneOf, "one_of",
        r#"one_of { Name = "text", … }"#,
        "One of these texts, in this case.",
        r#"one_of { Full = "full", Live = "live" }"#;
    Pattern, "pattern",
        r#"pattern "[a-z]+""#,
        "Printable ASCII that the regular expression matches as a whole, in linear time. It consists of characters, classes such as `[^a-z]`, `.`, `\\d`, `\\s` and `\\w`, groups `(…)`, alternatives, and the repetitions `?`, `*`, `+`, `{3}`, `{1,}` and `{1,3}`. A backslash is written twice in a text, and once in `r\"…\"`.",
        r#"pattern "[a-z]+-[0-9]{4}""#;
    Accept, "accept",
        "accept { A, B }",
        "Media ranges with qualities (RFC 9110 §12.5.1). The value is the declared media type that the client prefers. A text that accepts none of them is malformed. An endpoint that reads it has a body of each media type, or no body.",
        "accept { Plain, Markdown }";
    Credentials, "credentials",
        r#"credentials "Scheme""#,
        "Any text. The value is the secret after `Scheme` and a space, and empty for another scheme. The case of the scheme is ignored.",
        r#"credentials "Bearer""#;
    ListedCredentials, "credentials listed",
        r#"credentials listed "prefix""#,
        "A comma-separated list. The value is the rest of the first element that begins with the prefix, and empty if there is none: a token among WebSocket subprotocols, for example.",
        r#"credentials listed "bearer.""#;
    Listed, "listed",
        r#"listed "token""#,
        "A comma-separated list that contains the token. Case is ignored.",
        r#"listed "websocket""#;
    List, "list",
        "list",
        "A comma-separated list. Every text is valid, and empty elements are ignored.",
        "list;";
    ListOf, "list",
        "list ..= 3 of Name",
        "Up to three values of a declared type: in a header, separated by commas; in the query, one parameter for each.",
        "list ..= 3 of Label";
    Flag, "flag",
        r#"flag "true""#,
        "Any text. The flag is set if the text is this one; case is ignored.",
        r#"flag "true""#;
    MediaType, "media_type",
        "media_type",
        "A type and a subtype with optional parameters, at most 255 bytes, without `*`. Parameters and case are ignored in comparisons.",
        "media_type";
    Timestamp, "timestamp",
        "timestamp",
        "A date and time with an offset (RFC 3339), such as `2030-01-31T12:00:00Z`, at most 64 bytes, from 1970 to 9999.",
        "timestamp";
    EntityTag, "entity_tag",
        "entity_tag",
        "A strong entity tag with its quotes. The handler supplies it.",
        "entity_tag";
    EntityTags, "entity_tags",
        "entity_tags",
        "`*`, or a comma-separated list of strong and weak entity tags. For requests only.",
        "entity_tags";
    ByteRange, "byte_range",
        "byte_range",
        "One range of bytes (RFC 9110 §14.1.2): `bytes=0-99`, `bytes=100-` or `bytes=-100`. Several ranges and other units are malformed. For requests only.",
        "byte_range";
    ContentRange, "content_range",
        "content_range",
        "The position of a part in the whole content (RFC 9110 §14.4): `bytes 0-99/1234`, `bytes 0-99/*` or `bytes */1234`.",
        "content_range";
    Pairs, "pairs",
        "pairs 1..=256",
        "Comma-separated pairs of a key and, after a space, any bytes in base64 (RFC 4648 §4), with this many bytes in all. Keys are visible ASCII and occur once. A key without a value has an empty one.",
        "pairs 1..=1024";
    PathOf, "path_of",
        "path_of Resource",
        "The variable part of the path of a resource whose path has exactly one parameter, such as `a/b`.",
        "path_of Note";
    PathTo, "path_to",
        "path_to Resource",
        "The path of a resource. Its value has the parameters of the path.",
        "path_to Note";
    Named, "",
        "Name",
        "The grammar of a declared `value`, or the digits of a declared `offset`.",
        "Priority";
    OrSentinel, "",
        "Name or sentinel",
        "The digits of a declared `offset`, or one of its sentinels. For requests only.",
        "Revision or sentinel";
}

forms! {
    /// A kind of group.
    GroupKind, "kind of group", Clause;
    AllOrNone, "all_or_none",
        "all_or_none { A, B }",
        "All members are present, or none is.",
        "all_or_none { Writer, WriterSeq }";
    AtMostOne, "at_most_one",
        "at_most_one { A, B }",
        "At most one member is present. Such a group is optional.",
        "at_most_one { Above, Below }";
    ExactlyOne, "exactly_one",
        "exactly_one { A, B }",
        "One member is present. Such a group is required.",
        "exactly_one { Mine, Owner }";
    Headed, "headed",
        "headed { A, B }",
        "The first member can be present alone, and the others only with the first.",
        "headed { Sort, Order }";
}

forms! {
    /// A unit of a limit.
    Unit, "unit", Unit;
    Bytes, "",
        "4 MiB",
        "An amount of bytes, with the unit `B`, `KiB`, `MiB` or `GiB`.",
        "64 KiB";
    Time, "",
        "30 s",
        "A duration, with the unit `ms`, `s`, `min`, `h` or `d`.",
        "30 s";
    Count, "",
        "100",
        "A number of things.",
        "100";
}

forms! {
    /// An element of a list.
    Nested, "element", Clause;
    Variant, "",
        r#"Name = "text","#,
        "A variant in `one_of { … }`. The comma separates it from the next one.",
        r#"Full = "full","#;
    Member, "",
        "A, B",
        "The members in `group Name = kind { … }`, separated by commas.",
        "Writer, WriterSeq";
    State, "",
        "a, b",
        "The states in `state name { … }`, separated by commas.",
        "absent, present, locked";
    Operation, "",
        "a, b",
        "The operations in `operations { a, b }`, separated by commas.",
        "look, edit, share";
    Parameter, "",
        r#"name in ["a", "b"]"#,
        "The texts of an example with `for`, separated by commas.",
        r#"level in ["10", "-1"]"#;
}

#[cfg(test)]
mod tests {
    use crate::forms::{self, Grammar};
    use std::collections::BTreeSet;

    #[test]
    fn every_grammar_has_a_form() {
        let forms: BTreeSet<_> = forms::words::<Grammar>().into_iter().collect();
        let grammars: BTreeSet<_> = crate::grammar::words().collect();
        assert_eq!(forms, grammars);
    }
}
