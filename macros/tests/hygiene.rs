//! The meaning of the expansion does not depend on the names in scope around it.

#![allow(missing_docs)]

/// A small protocol, expanded where the names of the prelude are shadowed.
#[allow(dead_code, non_camel_case_types, non_snake_case, unused_macros)]
mod shadowed {
    #![no_implicit_prelude]

    ::core::include!("hygiene/shadows.rs");
    ::core::include!("counter/protocol.rs");
}

/// The protocol with the other words of the language, in the same way.
#[allow(dead_code, non_camel_case_types, non_snake_case, unused_macros)]
mod shadowed_uploads {
    #![no_implicit_prelude]

    ::core::include!("hygiene/shadows.rs");
    ::core::include!("depot/protocol.rs");
}

/// A protocol with permissions, in the same way.
#[allow(dead_code, non_camel_case_types, non_snake_case, unused_macros)]
mod shadowed_permissions {
    #![no_implicit_prelude]

    ::core::include!("hygiene/shadows.rs");
    ::core::include!("shelf/protocol.rs");
}

/// The protocol of the example, in the same way.
#[allow(dead_code, non_camel_case_types, non_snake_case, unused_macros)]
mod shadowed_tus {
    #![no_implicit_prelude]

    ::core::include!("hygiene/shadows.rs");
    ::core::include!("../../examples/tus/spec/tus.rs");
}

/// A protocol with JSON, expanded in the same way.
#[allow(dead_code, non_camel_case_types, non_snake_case, unused_macros)]
mod shadowed_json {
    #![no_implicit_prelude]

    ::core::include!("hygiene/shadows.rs");
    ::core::include!("hooks/protocol.rs");
}

/// The snapshot of the real spec's expansion, also with shadowed names, and under lints that do not apply inside macros.
#[allow(dead_code, non_camel_case_types, non_snake_case, unused_macros)]
#[deny(clippy::pedantic)]
#[allow(unused_parens, reason = "a condition is in parentheses, wherever it stands")]
#[allow(clippy::unused_self, reason = "an outcome without data responds as all others do")]
#[allow(clippy::unnecessary_wraps, reason = "a value that any text is of is read as all others are")]
#[allow(clippy::struct_field_names, reason = "fields are called as headers are")]
#[allow(clippy::struct_excessive_bools, reason = "facts are true or false")]
#[allow(clippy::too_many_lines, reason = "what the edge refuses is one list")]
#[allow(clippy::option_option, reason = "credentials are malformed, absent or there")]
#[allow(clippy::let_unit_value, reason = "a path without parameters is captured as all others are")]
#[allow(clippy::trivially_copy_pass_by_ref, reason = "a path without parameters is captured as all others are")]
#[allow(clippy::if_not_else, reason = "credentials are read unless another kind is meant")]
#[allow(clippy::large_enum_variant, reason = "an outcome is made once for each request")]
#[allow(unused_variables, clippy::unused_async, reason = "a public resource is admitted as all others are")]
mod reviewed {
    #![no_implicit_prelude]

    ::core::include!("hygiene/shadows.rs");
    ::core::include!("../dsl/tests/snapshots/durable_streams.rs");
}

#[test]
fn shadowed_names_change_nothing() {
    assert_eq!(
        shadowed::Mark::read("0000000000000007").map(|mark| mark.to_string()),
        Ok("0000000000000007".to_owned())
    );
    assert_eq!(shadowed_uploads::Tag::read("a").map(|tag| tag.to_string()), Ok("a".to_owned()));
    assert_eq!(shadowed::Amount::read("7").map(shadowed::Amount::get), Ok(7));
}
