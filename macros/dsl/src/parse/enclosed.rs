//! Delimiters and their contents.

use super::Result;
use super::token::expected;
use syn::parse::{ParseBuffer, ParseStream};

pub(crate) fn braces<'a>(input: &ParseBuffer<'a>) -> Result<ParseBuffer<'a>> {
    fn read<'a>(input: &ParseBuffer<'a>) -> syn::Result<ParseBuffer<'a>> {
        let content;
        syn::braced!(content in input);
        Ok(content)
    }
    read(input).map_err(|_| expected(input, "`{ … }`").into())
}

pub(crate) fn brackets<'a>(input: &ParseBuffer<'a>) -> Result<ParseBuffer<'a>> {
    fn read<'a>(input: &ParseBuffer<'a>) -> syn::Result<ParseBuffer<'a>> {
        let content;
        syn::bracketed!(content in input);
        Ok(content)
    }
    read(input).map_err(|_| expected(input, "`[ … ]`").into())
}

pub(crate) fn parentheses<'a>(input: &ParseBuffer<'a>) -> Result<ParseBuffer<'a>> {
    fn read<'a>(input: &ParseBuffer<'a>) -> syn::Result<ParseBuffer<'a>> {
        let content;
        syn::parenthesized!(content in input);
        Ok(content)
    }
    read(input).map_err(|_| expected(input, "`( … )`").into())
}

/// Reads all of `content`. After a fault the rest is skipped, because syn reports unread tokens as another error.
pub(crate) fn whole<T>(content: &ParseBuffer, read: impl FnOnce(ParseStream) -> Result<T>) -> Result<T> {
    let result = read(content).and_then(|value| match content.is_empty() {
        true => Ok(value),
        false => Err(expected(content, "the end of this part").into()),
    });
    let rest: syn::Result<proc_macro2::TokenStream> = content.parse();
    drop(rest);
    result
}
