//! The grammars of values.

use super::{Parser, Result, declared, docs, enclosed, ident, number, take_word, text};
use crate::ast::{Grammar, Range, Variant};
use syn::parse::ParseStream;
use syn::{LitInt, Token};

impl Parser<'_> {
    pub(super) fn grammar(&mut self, input: ParseStream) -> Result<Grammar> {
        let name = ident(input)?;
        Ok(match name.to_string().as_str() {
            "flag" => Grammar::Flag(text(input, "the value of a flag")?),
            "text" => Grammar::Text(range(input)?),
            "one_of" => Grammar::OneOf(variants(input)?),
            "media_type" => Grammar::MediaType,
            "timestamp" => Grammar::Timestamp,
            "entity_tag" => Grammar::EntityTag,
            "entity_tags" => Grammar::EntityTags,
            "list" => Grammar::List,
            "path_to" => Grammar::PathTo(ident(input)?),
            "credentials" => Grammar::Credentials(text(input, "an authentication scheme")?),
            "listed" => Grammar::Listed(text(input, "a token")?),
            other if is_integer(other) => {
                let range = if input.peek(LitInt) { Some(range(input)?) } else { None };
                Grammar::Integer(name, range)
            }
            _ => {
                let or_sentinel = take_word(input, "or")?.is_some();
                if or_sentinel {
                    super::word(input, "sentinel")?;
                }
                Grammar::Named { name, or_sentinel }
            }
        })
    }
}

/// Whether `name` is `u53` or another integer type, which is rejected later with an explanation.
fn is_integer(name: &str) -> bool {
    name.strip_prefix(['u', 'i']).is_some_and(|bits| !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit()))
}

pub(super) fn range(input: ParseStream) -> Result<Range> {
    let min = number(input, "the lower bound of a range")?;
    input.parse::<Token![..=]>()?;
    let max = number(input, "the upper bound of a range")?;
    Ok(Range { min, max })
}

fn variants(input: ParseStream) -> Result<Vec<Variant>> {
    enclosed::whole(&enclosed::braces(input)?, |content| {
        let mut variants = Vec::new();
        while !content.is_empty() {
            variants.push(variant(content)?);
        }
        Ok(variants)
    })
}

fn variant(content: ParseStream) -> Result<Variant> {
    let docs = docs(content)?;
    let name = declared(content)?;
    content.parse::<Token![=]>()?;
    let text = text(content, "a value")?;
    if !content.is_empty() {
        content.parse::<Token![,]>()?;
    }
    Ok(Variant { docs, name, text })
}
