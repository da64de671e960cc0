//! What the expansion means does not depend on what names mean where it stands.

#![allow(missing_docs)]

/// Nothing that the expansion could take for granted is what it seems to be here.
#[allow(dead_code, non_camel_case_types, non_snake_case, unused_macros)]
mod shadowed {
    #![no_implicit_prelude]

    struct Option;
    struct Result;
    struct String;
    struct Vec;
    struct bool;
    struct str;
    struct u16;
    struct u64;
    struct usize;
    trait Clone {}
    trait Copy {}
    trait Debug {}
    trait Display {}
    trait Eq {}
    trait Fn {}
    trait From {}
    trait Future {}
    trait Hash {}
    trait Into {}
    trait Ord {}
    trait PartialEq {}
    trait PartialOrd {}
    trait Send {}
    fn Err() {}
    fn None() {}
    fn Ok() {}
    fn Some() {}
    fn drop() {}
    mod core {}
    mod std {}
    mod wire {}
    macro_rules! format {
        () => {};
    }
    macro_rules! matches {
        () => {};
    }
    macro_rules! unreachable {
        () => {};
    }

    ::core::include!("counter/protocol.rs");
}

#[test]
fn shadowed_names_change_nothing() {
    assert_eq!(
        shadowed::Mark::read("0000000000000007").map(|mark| mark.to_string()),
        Ok("0000000000000007".to_owned())
    );
    assert_eq!(shadowed::Amount::read("7").map(shadowed::Amount::get), Ok(7));
}
