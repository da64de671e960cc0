//! The table of forms agrees with the parser: a spec that compiles uses every form.

mod faults;

use dsl::forms;
use faults::texts;

const SAMPLE: &str = include_str!("forms/sample.rs");

/// A text without white space.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn the_sample_compiles() {
    let tokens = dsl::tokens(SAMPLE).expect("one protocol").to_string();
    assert_eq!(texts(&tokens), [""; 0]);
}

#[test]
fn each_form_has_an_example_that_compiles() {
    let sample = squeezed(SAMPLE);
    for section in forms::reference() {
        for form in section.forms {
            for part in form.example.split('…') {
                assert!(sample.contains(&squeezed(part)), "{}: the sample does not contain `{part}`", form.form);
            }
            assert!(form.example.starts_with(form.words), "{}: `{}` begins otherwise", form.form, form.example);
            assert!(form.form.starts_with(form.words), "{} begins with `{}`", form.form, form.words);
            assert!(form.meaning.ends_with('.'), "{}: `{}` is a sentence", form.form, form.meaning);
        }
    }
}

#[test]
fn what_the_table_says_is_generated() {
    let tokens = dsl::tokens(SAMPLE).expect("one protocol");
    let program = syn::parse2(dsl::compile(tokens)).expect("the expansion is Rust");
    let program = squeezed(&prettyplease::unparse(&program));
    for row in forms::DUTIES {
        assert!(program.contains(row.shown), "`{}`: the expansion does not contain {}", row.declared, row.shown);
    }
}
