//! Single tokens: words, texts, numbers and punctuation.

use super::{Fault, Result};
use crate::ast::{Literal, Quantity, Range};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use proc_macro2::{Delimiter, Spacing, Span, TokenTree};
use syn::buffer::Cursor;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, LitInt, LitStr, Token};

/// Returns the fault for a token other than `wanted`, such as "`=`" or "a name".
pub(crate) fn expected(input: ParseStream, wanted: &str) -> Diagnostic {
    let found = found(input.cursor());
    let message = match &found {
        Some(found) => format!("expected {wanted}, found {found}"),
        None => format!("expected {wanted}, found the end"),
    };
    let diagnostic = Diagnostic::new(Code::Syntax, input.span(), message);
    let is_mark =
        |text: &str| text.starts_with('`') && !text.contains(|char: char| char.is_alphanumeric() || char == '_');
    match found {
        Some(found) if is_mark(wanted) && is_mark(&found) => {
            diagnostic.otherwise(format!("write {wanted} instead of {found}")).found(found)
        }
        Some(found) => diagnostic.found(found),
        None => diagnostic,
    }
}

/// Returns the next token as a message shows it. Punctuation without spaces between its characters is one token.
fn found(cursor: Cursor) -> Option<String> {
    if let Some((first, mut next)) = cursor.punct() {
        let mut text = first.as_char().to_string();
        let mut joint = first.spacing() == Spacing::Joint;
        while let Some((punct, after)) = next.punct().filter(|_| joint) {
            text.push(punct.as_char());
            joint = punct.spacing() == Spacing::Joint;
            next = after;
        }
        return Some(match next.ident() {
            Some((word, _)) if text == "@" => format!("`@{word}`"),
            _ if text == "#" => attribute(next),
            _ => format!("`{text}`"),
        });
    }
    let (tree, _) = cursor.token_tree()?;
    Some(match tree {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Brace => "`{ … }`".to_owned(),
            Delimiter::Bracket => "`[ … ]`".to_owned(),
            Delimiter::Parenthesis => "`( … )`".to_owned(),
            Delimiter::None => format!("`{group}`"),
        },
        tree => format!("`{tree}`"),
    })
}

/// Returns a name for the tokens after a `#`. The compiler sees a doc comment as an attribute.
fn attribute(cursor: Cursor) -> String {
    let name = cursor.group(Delimiter::Bracket).and_then(|(inside, ..)| inside.ident());
    if name.is_some_and(|(name, _)| name == "doc") { "a doc comment".to_owned() } else { "an attribute".to_owned() }
}

/// Reads punctuation, as in `symbol!(input, =>)`.
macro_rules! symbol {
    ($input:expr, $token:tt) => {{
        let input = $input;
        if input.peek(syn::Token![$token]) {
            Ok(input.parse::<syn::Token![$token]>()?)
        } else {
            Err($crate::parse::Fault::At($crate::parse::token::expected(input, concat!("`", stringify!($token), "`"))))
        }
    }};
}
pub(crate) use symbol;

/// Reads a word. Keywords of Rust are allowed, because the spec language has its own.
pub(crate) fn ident(input: ParseStream) -> Result<Ident> {
    if input.peek(Ident::peek_any) { Ok(input.call(Ident::parse_any)?) } else { Err(expected(input, "a name").into()) }
}

/// Whether the next token is the word `word`.
pub(crate) fn peek_word(input: ParseStream, word: &str) -> bool {
    input.peek(Ident::peek_any) && input.fork().call(Ident::parse_any).is_ok_and(|found| found == word)
}

/// Reads the word `word` if it is next, and returns its span.
pub(crate) fn take_word(input: ParseStream, word: &str) -> Result<Option<Span>> {
    if peek_word(input, word) { Ok(Some(ident(input)?.span())) } else { Ok(None) }
}

/// Reads the word `wanted`.
pub(crate) fn word(input: ParseStream, wanted: &str) -> Result<Span> {
    match take_word(input, wanted)? {
        Some(span) => Ok(span),
        None => Err(expected(input, &format!("`{wanted}`")).into()),
    }
}

/// Reads a text in quotes. One without them is a fault, and is skipped, because braces in it do not end the clause.
pub(crate) fn text(input: ParseStream, what: &str) -> Result<LitStr> {
    if input.peek(LitStr) {
        return Ok(input.parse()?);
    }
    let (written, end) = unquoted(input.cursor());
    let help = if written.is_empty() { "write `\"…\"`".to_owned() } else { format!("write `\"{written}\"`") };
    let diagnostic = Diagnostic::new(Code::ExpectedString, input.span(), format!("{what} must be a string"));
    let diagnostic = diagnostic.up_to(end.unwrap_or(input.span())).help(help);
    while end.is_some_and(|end| !input.is_empty() && input.span().start() <= end.start()) {
        input.parse::<TokenTree>()?;
    }
    Err(diagnostic.into())
}

/// Returns the text of the next tokens that have no space between them, such as `x-name` or `/things/{name}`, without quotes
/// of another kind, and the last of the tokens.
pub(crate) fn unquoted(mut cursor: Cursor) -> (String, Option<Span>) {
    let (mut text, mut last) = (String::new(), None::<Span>);
    while let Some((tree, next)) = cursor.token_tree() {
        let touches = last.is_none_or(|last| last.end() == tree.span().start());
        let ends = matches!(&tree, TokenTree::Punct(punct) if ";:,=".contains(punct.as_char()));
        if !touches || ends {
            break;
        }
        last = Some(tree.span());
        text += &plain(&tree);
        cursor = next;
    }
    (text, last)
}

fn plain(tree: &TokenTree) -> String {
    match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            format!("{{{}}}", group.stream().into_iter().map(|tree| plain(&tree)).collect::<String>())
        }
        TokenTree::Literal(literal) => literal.to_string().trim_start_matches('b').trim_matches(['\'', '"']).to_owned(),
        tree => tree.to_string(),
    }
}

/// Reads a whole number.
pub(crate) fn number(input: ParseStream, what: &str) -> Result<LitInt> {
    let message = || format!("{what} must be a whole number");
    if input.peek(LitStr) {
        let text: LitStr = input.fork().parse()?;
        let digits = !text.value().is_empty() && text.value().bytes().all(|byte| byte.is_ascii_digit());
        let diagnostic = Diagnostic::new(Code::Syntax, input.span(), message());
        let help = || format!("write `{}`", text.value());
        return Err(if digits { diagnostic.help(help()) } else { diagnostic }.into());
    }
    let start = input.fork();
    match input.parse::<LitInt>() {
        Ok(number) if number.base10_digits().starts_with('-') => {
            let message = format!("{what} must be 0 or larger");
            Err(Diagnostic::new(Code::Syntax, number.span(), message).help("write a number without a sign").into())
        }
        Ok(number) => Ok(number),
        Err(_) => {
            let found = expected(&start, "a whole number").found_token().map(str::to_owned);
            let message = found.as_ref().map_or_else(message, |found| format!("{}, found {found}", message()));
            let diagnostic = Diagnostic::new(Code::Syntax, start.span(), message);
            Err(found.into_iter().fold(diagnostic, Diagnostic::found).into())
        }
    }
}

/// Reads `min..=max`.
pub(crate) fn range(input: ParseStream) -> Result<Range> {
    let min = number(input, "the lower bound of a range")?;
    symbol!(input, ..=)?;
    let max = number(input, "the upper bound of a range")?;
    Ok(Range { min, max })
}

/// Reads a text, a number or a name.
pub(crate) fn literal(input: ParseStream) -> Result<Literal> {
    if input.peek(LitStr) {
        Ok(Literal::Text(input.parse()?))
    } else if input.peek(LitInt) {
        Ok(Literal::Number(input.parse()?))
    } else if input.peek(Ident::peek_any) {
        ident(input).map(Literal::Name)
    } else {
        Err(expected(input, "a text, a number or a name").into())
    }
}

/// Reads a number with an optional unit.
pub(crate) fn quantity(input: ParseStream) -> Result<Quantity> {
    let number = number(input, "an amount")?;
    let unit = if input.peek(Ident) { Some(ident(input)?) } else { None };
    Ok(Quantity { number, unit })
}

/// Reads the `;` that ends `what`.
pub(crate) fn semicolon(input: ParseStream, what: &str) -> Result<()> {
    if input.peek(Token![;]) {
        input.parse::<Token![;]>()?;
        return Ok(());
    }
    Err(Fault::Behind(expected(input, "`;`").titled(Code::MissingTerminator, format!("expected `;` after {what}"))))
}
