//! Delimiters and what is between them.

use super::Result;
use syn::parse::ParseBuffer;

pub(super) fn braces<'a>(input: &ParseBuffer<'a>) -> Result<ParseBuffer<'a>> {
    fn read<'a>(input: &ParseBuffer<'a>) -> syn::Result<ParseBuffer<'a>> {
        let content;
        syn::braced!(content in input);
        Ok(content)
    }
    Ok(read(input)?)
}

pub(super) fn brackets<'a>(input: &ParseBuffer<'a>) -> Result<ParseBuffer<'a>> {
    fn read<'a>(input: &ParseBuffer<'a>) -> syn::Result<ParseBuffer<'a>> {
        let content;
        syn::bracketed!(content in input);
        Ok(content)
    }
    Ok(read(input)?)
}

pub(super) fn parentheses<'a>(input: &ParseBuffer<'a>) -> Result<ParseBuffer<'a>> {
    fn read<'a>(input: &ParseBuffer<'a>) -> syn::Result<ParseBuffer<'a>> {
        let content;
        syn::parenthesized!(content in input);
        Ok(content)
    }
    Ok(read(input)?)
}

/// Reads the rest of a stream, since what is left unread would be reported once more.
pub(super) fn drain(input: &ParseBuffer) {
    let rest: syn::Result<proc_macro2::TokenStream> = input.parse();
    drop(rest);
}
