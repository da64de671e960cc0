//! The compiler never panics, for random tokens and for small changes to the real spec.

mod faults;
mod specs;

use faults::tokens;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use proptest::prelude::*;

/// The words of the language, and some that are not part of it.
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
    "byte_range",
    "content_range",
    "pairs",
    "pattern",
    "path_to",
    "options",
    "stream",
    "group",
    "all_or_none",
    "at_most_one",
    "exactly_one",
    "always",
    "malformed",
    "list",
    "of",
    "unicode",
    "accept",
    "when",
    "headed",
    "state",
    "edge",
    "fact",
    "events",
    "event",
    "payload",
    "json",
    "object",
    "boolean",
    "map",
    "as",
    "null",
    "true",
    "at_least_one",
    "unknown",
    "refused",
    "Value",
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

/// Words, and delimiters around words.
fn random_tokens() -> impl Strategy<Value = String> {
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

/// A spec with JSON of every declared type.
const HOOKS: &str = "macros/tests/hooks/protocol.rs";

thread_local! {
    static SPECS: [TokenStream; 2] = [specs::SPEC, HOOKS].map(|spec| specs::read(spec).tokens);
}

#[derive(Clone, Copy, Debug)]
enum Edit {
    Delete,
    Double,
    Swap,
    Other(&'static str),
}

fn edits() -> impl Strategy<Value = Vec<(usize, Edit)>> {
    let edit = prop_oneof![
        Just(Edit::Delete),
        Just(Edit::Double),
        Just(Edit::Swap),
        prop::sample::select(WORDS)
            .prop_filter("a word that stands alone", |word| tokens(word).into_iter().count() == 1)
            .prop_map(Edit::Other),
    ];
    prop::collection::vec((any::<usize>(), edit), 1..4)
}

fn count(stream: &TokenStream) -> usize {
    let inner = |tree: TokenTree| if let TokenTree::Group(group) = tree { count(&group.stream()) } else { 0 };
    stream.clone().into_iter().map(|tree| 1 + inner(tree)).sum()
}

/// Edits the token tree with this number, counted in depth-first order.
fn edited(stream: TokenStream, at: &mut usize, edit: Edit) -> TokenStream {
    let mut trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut index = 0;
    while index < trees.len() {
        if *at == 0 {
            *at = usize::MAX;
            match edit {
                Edit::Delete => drop(trees.remove(index)),
                Edit::Double => trees.insert(index, trees[index].clone()),
                Edit::Swap if index + 1 < trees.len() => trees.swap(index, index + 1),
                Edit::Swap => {}
                Edit::Other(word) => trees[index] = tokens(word).into_iter().next().expect("one token"),
            }
            break;
        }
        *at -= 1;
        if let TokenTree::Group(group) = &trees[index] {
            let (delimiter, span): (Delimiter, _) = (group.delimiter(), group.span());
            let mut changed = Group::new(delimiter, edited(group.stream(), at, edit));
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

/// A spec with edits.
fn with(mut spec: TokenStream, edits: &[(usize, Edit)]) -> TokenStream {
    for (place, edit) in edits {
        let mut at = place % count(&spec).max(1);
        spec = edited(spec, &mut at, *edit);
    }
    spec
}

/// Checks that a spec compiles to Rust, with an error for each reported fault.
fn compiles(spec: TokenStream) {
    let (model, diagnostics) = dsl::read(spec);
    let program = syn::parse2::<syn::File>(dsl::program(&model, &diagnostics)).expect("the expansion is Rust");
    let is_error = |item: &&syn::Item| matches!(item, syn::Item::Macro(call) if call.mac.path.segments.last().is_some_and(|name| name.ident == "compile_error"));
    let errors = program.items.iter().filter(is_error).count();
    assert_eq!(errors, diagnostics.as_slice().len());
    assert_eq!(errors == 0, diagnostics.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn random_tokens_are_compiled(text in random_tokens()) {
        if let Ok(tokens) = text.parse() {
            compiles(tokens);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn edits_of_the_real_spec_are_compiled(edits in edits()) {
        compiles(with(SPECS.with(|specs| specs[0].clone()), &edits));
    }

    #[test]
    fn edits_of_a_spec_with_json_are_compiled(edits in edits()) {
        compiles(with(SPECS.with(|specs| specs[1].clone()), &edits));
    }
}
