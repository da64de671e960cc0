//! JSON in examples: `json { "a": [1, null], "b": _, "c": name }`. `_` stands for any value, and a name for the value of a parameter.

use super::{Result, VALUES, enclosed, symbol, token};
use crate::ast::Document;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use proc_macro2::{Span, TokenTree};
use syn::parse::ParseStream;
use syn::{Ident, LitFloat, LitInt, LitStr, Token};

/// Reads what follows `json`.
pub(super) fn document(input: ParseStream) -> Result<Document> {
    let mut document = Document { text: String::new(), open: Vec::new(), parameters: Vec::new(), span: input.span() };
    value(input, &mut document, "")?;
    Ok(document)
}

fn value(input: ParseStream, document: &mut Document, pointer: &str) -> Result<()> {
    if input.peek(syn::token::Brace) {
        return object(input, document, pointer);
    }
    if input.peek(syn::token::Bracket) {
        return array(input, document, pointer);
    }
    if input.peek(Token![_]) {
        document.open.push(pointer.to_owned());
    } else if input.peek(Ident) && !["true", "false", "null"].iter().any(|word| token::peek_word(input, word)) {
        document.parameters.push((document.text.len(), input.parse()?));
        return Ok(());
    }
    document.text += &scalar(input)?;
    Ok(())
}

fn object(input: ParseStream, document: &mut Document, pointer: &str) -> Result<()> {
    document.text.push('{');
    enclosed::whole(&enclosed::braces(input)?, |content| {
        separated(content, document, |document| {
            let key = super::text(content, "the name of a member")?.value();
            symbol!(content, :)?;
            document.text += &format!("{}:", serde_json::Value::from(key.as_str()));
            value(content, document, &format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")))
        })
    })?;
    document.text.push('}');
    Ok(())
}

fn array(input: ParseStream, document: &mut Document, pointer: &str) -> Result<()> {
    document.text.push('[');
    let mut index = 0;
    enclosed::whole(&enclosed::brackets(input)?, |content| {
        separated(content, document, |document| {
            value(content, document, &format!("{pointer}/{index}"))?;
            index += 1;
            Ok(())
        })
    })?;
    document.text.push(']');
    Ok(())
}

/// Reads parts with commas between them.
fn separated(
    content: ParseStream,
    document: &mut Document,
    mut part: impl FnMut(&mut Document) -> Result<()>,
) -> Result<()> {
    while !content.is_empty() {
        part(document)?;
        if !content.is_empty() {
            symbol!(content, ,)?;
            if !content.is_empty() {
                document.text.push(',');
            }
        }
    }
    Ok(())
}

/// Reads a value without parts. One that can be any is `null`.
fn scalar(input: ParseStream) -> Result<String> {
    if input.parse::<Option<Token![_]>>()?.is_some() {
        return Ok("null".to_owned());
    }
    if input.peek(LitStr) {
        return Ok(serde_json::Value::from(input.parse::<LitStr>()?.value()).to_string());
    }
    let minus = if input.parse::<Option<Token![-]>>()?.is_some() { "-" } else { "" };
    if input.peek(LitInt) {
        return number(minus, &input.parse::<LitInt>()?.token());
    }
    if input.peek(LitFloat) {
        return number(minus, &input.parse::<LitFloat>()?.token());
    }
    let span = input.span();
    match input.parse::<TokenTree>()? {
        TokenTree::Ident(word) if minus.is_empty() => Ok(word.to_string()),
        other => Err(not_json(span, &format!("`{other}` is not a JSON value"))),
    }
}

fn number(minus: &str, literal: &proc_macro2::Literal) -> Result<String> {
    let text = format!("{minus}{literal}");
    match serde_json::from_str::<serde_json::Number>(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(not_json(literal.span(), &format!("`{text}` is not a JSON number"))),
    }
}

fn not_json(span: Span, message: &str) -> super::Fault {
    Diagnostic::new(Code::Syntax, span, message).help(VALUES).into()
}
