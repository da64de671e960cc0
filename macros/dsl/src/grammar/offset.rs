//! Offsets: a fixed number of digits, and sentinels where a request allows them.

use super::{BuiltIn, Choices, Constant, Grammar, Texts, Writer, pattern, texts};
use crate::ast::Literal;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::expand::names;
use crate::model::{Choice, Id, Model, Offset, Radix};
use crate::resolve;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value as Json, json};
use wire::{MAX_EXACT_INTEGER, Rule, fixed_width};

/// `Offset or sentinel`
pub struct OrSentinel(pub Id<Offset>);

impl Grammar for Offset {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        fixed_width::read(text, self.radix, self.width).map(drop)
    }

    fn sample(&self, _: &Model) -> String {
        "0".repeat(self.width)
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        let highest = if self.radix == Radix::Hex { "F" } else { "9" };
        vec!["none".to_owned(), "0".repeat(self.width - 1), "0".repeat(self.width + 1), highest.repeat(self.width)]
    }

    fn words(&self, _: &Model) -> String {
        let digits = if self.radix == Radix::Hex { "upper-case hexadecimal" } else { "decimal" };
        format!("{} {digits} digits", self.width)
    }

    /// A fixed number of digits, and at most the largest exact integer.
    fn schema(&self, _: &Model, _: Writer) -> Json {
        let most = match self.radix {
            Radix::Decimal => format!("{MAX_EXACT_INTEGER}"),
            Radix::Hex => format!("{MAX_EXACT_INTEGER:X}"),
        };
        match self.width.checked_sub(most.len()) {
            Some(zeros) => pattern::schema(&format!("{}{}", "0".repeat(zeros), up_to(&most, self.radix))),
            None => pattern::schema(&digits(self.radix, self.width)),
        }
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::Named(Some((self.radix == Radix::Hex, self.width)), [].into())
    }
}

impl Grammar for OrSentinel {
    fn read(&self, model: &Model, text: &str) -> Result<(), Rule> {
        if self.choice(model, text).is_some() { Ok(()) } else { model.offsets[self.0].read(model, text) }
    }

    fn sample(&self, model: &Model) -> String {
        model.offsets[self.0].sample(model)
    }

    fn malformed(&self, model: &Model) -> Vec<String> {
        model.offsets[self.0].malformed(model)
    }

    fn words(&self, model: &Model) -> String {
        let offset = &model.offsets[self.0];
        format!("{}, or {}", offset.words(model), pattern::one_of(&offset.sentinels))
    }

    fn schema(&self, model: &Model, writer: Writer) -> Json {
        let offset = &model.offsets[self.0];
        let sentinels = offset.sentinels.iter().map(|sentinel| &sentinel.text);
        let texts: Vec<_> = sentinels.chain(offset.aliases.iter().map(|(text, _)| text)).collect();
        json!({ "anyOf": [{ "enum": texts }, offset.schema(model, writer)] })
    }

    fn texts(&self, model: &Model) -> Texts {
        let offset = &model.offsets[self.0];
        let aliases = offset.aliases.iter();
        let mut names = texts::named(&offset.sentinels);
        names.extend(aliases.map(|(text, meant)| (text.clone(), offset.sentinels[*meant].name.to_string())));
        Texts::Named(Some((offset.radix == Radix::Hex, offset.width)), names)
    }

    fn choices<'a>(&'a self, model: &'a Model) -> Choices<'a> {
        Choices { named: &model.offsets[self.0].sentinels, others: true }
    }

    fn choice(&self, model: &Model, text: &str) -> Option<usize> {
        let offset = &model.offsets[self.0];
        let sentinel = offset.sentinels.iter().position(|sentinel| sentinel.text == text);
        sentinel.or_else(|| offset.aliases.iter().find(|(alias, _)| alias == text).map(|(_, meant)| *meant))
    }

    fn constant(&self, model: &Model, kind: &TokenStream, literal: &Literal) -> Result<Option<Constant>, Diagnostic> {
        let Literal::Name(name) = literal else { return Ok(None) };
        let sentinels = &model.offsets[self.0].sentinels;
        let index = sentinels.iter().position(|sentinel| sentinel.name == *name).ok_or_else(|| {
            let names = sentinels.iter().map(|sentinel| &sentinel.name);
            resolve::unknown(Code::UnknownVariant, name, "sentinel", names)
        })?;
        let Choice { name, text, .. } = &sentinels[index];
        let value = quote!(#kind::#name);
        Ok(Some(Constant { text: text.clone(), choice: Some(index), value, is_computed: false }))
    }

    fn constants(&self) -> (String, Option<String>) {
        ("a sentinel".to_owned(), Some("Sentinel".to_owned()))
    }

    fn is_for_requests(&self) -> bool {
        true
    }
}

impl BuiltIn for OrSentinel {
    fn rust_type(&self, model: &Model, root: &TokenStream) -> TokenStream {
        let name = names::or_sentinel(&model.offsets[self.0].name);
        quote!(#root #name)
    }

    fn offset(&self) -> Option<Id<Offset>> {
        Some(self.0)
    }
}

/// A pattern for the numbers up to `most`, with as many digits. It has an alternative for each digit that can be the first smaller
/// one. The last alternative includes the digit of `most` if only largest digits follow.
fn up_to(most: &str, radix: Radix) -> String {
    let largest = if radix == Radix::Hex { 'F' } else { '9' };
    let last = most.trim_end_matches(largest).len().saturating_sub(1);
    let places = most.char_indices().take(last + 1).filter(|(place, digit)| *place == last || *digit != '0');
    let pattern = |(place, digit): (usize, char)| {
        let own = digits_up_to(digit, place == last);
        format!("{}{own}{}", &most[..place], digits(radix, most.len() - place - 1))
    };
    match &places.map(pattern).collect::<Vec<_>>()[..] {
        [only] => only.clone(),
        patterns => format!("({})", patterns.join("|")),
    }
}

/// The digits up to another one, which is included or not.
fn digits_up_to(most: char, inclusive: bool) -> String {
    let all = "0123456789ABCDEF";
    let end = all.find(most).map_or(all.len(), |at| at + usize::from(inclusive));
    format!("[{}]", &all[..end])
}

/// A pattern for `count` digits.
fn digits(radix: Radix, count: usize) -> String {
    let digit = if radix == Radix::Hex { "[0-9A-F]" } else { "[0-9]" };
    match count {
        0 => String::new(),
        1 => digit.to_owned(),
        count => format!("{digit}{{{count}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_lite::Regex;

    #[test]
    fn numbers_of_a_width_end_where_they_end() {
        let of = |radix, most: &str| Regex::new(&format!("^{}$", up_to(most, radix))).expect("a regular expression");
        for most in 1..400_u64 {
            let (decimal, hex) = (of(Radix::Decimal, &format!("{most:03}")), of(Radix::Hex, &format!("{most:03X}")));
            for number in 0..500 {
                assert_eq!(decimal.is_match(&format!("{number:03}")), number <= most, "{number} of {most}: {decimal}");
                assert_eq!(hex.is_match(&format!("{number:03X}")), number <= most, "{number:X} of {most:X}: {hex}");
            }
        }
    }
}
