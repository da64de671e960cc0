//! Whatever is written between the braces, the compiler says something about it and never panics.

mod faults;

use faults::tokens;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use proptest::prelude::*;
use std::path::Path;

/// Everything that the language is made of, and a few things that it is not.
const WORDS: &[&str] = &[
    "protocol",
    "problems",
    "limits",
    "offset",
    "format",
    "hex",
    "decimal",
    "sentinel",
    "also",
    "media",
    "value",
    "header",
    "query",
    "flag",
    "text",
    "u53",
    "u64",
    "one_of",
    "media_type",
    "timestamp",
    "entity_tag",
    "entity_tags",
    "credentials",
    "path_to",
    "group",
    "all_or_none",
    "at_most_one",
    "headed",
    "state",
    "edge",
    "fact",
    "events",
    "event",
    "payload",
    "json",
    "cors",
    "origin",
    "max_age",
    "every",
    "response",
    "outcome",
    "problem",
    "about",
    "detail",
    "body",
    "bytes",
    "unrouted",
    "path",
    "reserved",
    "method",
    "resource",
    "at",
    "reserve",
    "segments",
    "request",
    "or",
    "unless",
    "empty",
    "refuse",
    "answer",
    "example",
    "for",
    "in",
    "given",
    "send",
    "expect",
    "endpoint",
    "when",
    "is",
    "and",
    "not",
    "malformed",
    "failure",
    "too_large",
    "GET",
    "PUT",
    "Name",
    "Other",
    "name",
    "self",
    "crate",
    "Self",
    "_",
    "__",
    "_1",
    "r#type",
    "fn",
    "KiB",
    "s",
    "=",
    "=>",
    "..=",
    "..",
    ";",
    ";",
    ";",
    ",",
    ":",
    "?",
    "?",
    ".",
    "#",
    "-",
    "->",
    "'a",
    "\"\"",
    "\"x-name\"",
    "\"text/plain\"",
    "\"/things/{name}\"",
    "\"/things/a\"",
    "\"/{self}\"",
    "\"{\"",
    "\"é\"",
    "0",
    "1",
    "9",
    "16",
    "200",
    "404",
    "1.5",
    "4KiB",
    "99999999999999999999999",
    "'c'",
    "b\"b\"",
    "1u8",
    "/// docs\n",
    "//! docs\n",
    "#[cfg(a)]",
];

/// Words, and braces full of them.
fn soup() -> impl Strategy<Value = String> {
    let words = prop::collection::vec(prop::sample::select(WORDS), 0..12).prop_map(|words| words.join(" "));
    words.prop_recursive(4, 96, 8, |inner| {
        let delimited = (0..4_usize, inner.clone()).prop_map(|(kind, inner)| match kind {
            0 => format!("({inner})"),
            1 => format!("[{inner}]"),
            _ => format!("{{ {inner} }}"),
        });
        prop::collection::vec(prop_oneof![inner, delimited], 1..8).prop_map(|parts| parts.join(" "))
    })
}

/// The tokens of the real spec.
fn real() -> TokenStream {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/durable_streams.rs");
    let file = syn::parse_file(&std::fs::read_to_string(path).expect("the spec is there")).expect("Rust to the lexer");
    file.items
        .iter()
        .find_map(|item| if let syn::Item::Macro(item) = item { Some(item.mac.tokens.clone()) } else { None })
        .expect("a protocol")
}

#[derive(Clone, Copy, Debug)]
enum Slip {
    Delete,
    Double,
    Swap,
    Other(&'static str),
}

fn slips() -> impl Strategy<Value = Vec<(usize, Slip)>> {
    let slip = prop_oneof![
        Just(Slip::Delete),
        Just(Slip::Double),
        Just(Slip::Swap),
        prop::sample::select(WORDS)
            .prop_filter("a word that stands alone", |word| tokens(word).into_iter().count() == 1)
            .prop_map(Slip::Other),
    ];
    prop::collection::vec((any::<usize>(), slip), 1..4)
}

fn count(stream: &TokenStream) -> usize {
    let inner = |tree: TokenTree| if let TokenTree::Group(group) = tree { count(&group.stream()) } else { 0 };
    stream.clone().into_iter().map(|tree| 1 + inner(tree)).sum()
}

/// Makes a slip at the token tree with this number, counted from the outside in.
fn slipped(stream: TokenStream, at: &mut usize, slip: Slip) -> TokenStream {
    let mut trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut index = 0;
    while index < trees.len() {
        if *at == 0 {
            *at = usize::MAX;
            match slip {
                Slip::Delete => drop(trees.remove(index)),
                Slip::Double => trees.insert(index, trees[index].clone()),
                Slip::Swap if index + 1 < trees.len() => trees.swap(index, index + 1),
                Slip::Swap => {}
                Slip::Other(word) => trees[index] = tokens(word).into_iter().next().expect("one token"),
            }
            break;
        }
        *at -= 1;
        if let TokenTree::Group(group) = &trees[index] {
            let (delimiter, span): (Delimiter, _) = (group.delimiter(), group.span());
            let mut changed = Group::new(delimiter, slipped(group.stream(), at, slip));
            changed.set_span(span);
            trees[index] = changed.into();
            if *at == usize::MAX {
                break;
            }
        }
        index += 1;
    }
    trees.into_iter().collect()
}

/// That a spec is compiled to Rust, whatever is wrong with it.
fn compiles(spec: TokenStream) {
    let (_, diagnostics) = dsl::read(spec.clone());
    let program = syn::parse2::<syn::File>(dsl::compile(spec)).expect("the expansion is Rust");
    let errors = program.items.iter().filter(|item| matches!(item, syn::Item::Macro(_))).count();
    assert_eq!(errors, diagnostics.as_slice().len());
    assert_eq!(errors == 0, diagnostics.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn soup_is_compiled(soup in soup()) {
        if let Ok(tokens) = soup.parse() {
            compiles(tokens);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn slips_in_the_real_spec_are_compiled(slips in slips()) {
        let mut spec = real();
        for (place, slip) in slips {
            let mut at = place % count(&spec).max(1);
            spec = slipped(spec, &mut at, slip);
        }
        compiles(spec);
    }
}
