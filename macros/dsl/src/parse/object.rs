//! JSON objects and their members.

use super::item::{list, once};
use super::{
    Case as Casing, EXAMPLE, Parser, Result, declared, docs, enclosed, ident, keyword, semicolon, symbol, take_word,
    text, token, within, word,
};
use crate::ast::callback::MessageExample;
use crate::ast::object::{Case, Content, Kind, Member, MemberGroup, Object};
use crate::ast::{self, Docs};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::forms::{Construct as _, MemberClause, MessageClause};
use crate::grammar;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, Token};

impl Parser<'_> {
    pub(super) fn object(&mut self, docs: Docs, input: ParseStream) -> Result<Object> {
        let name = declared(input, Casing::Upper)?;
        Ok(Object { docs, name, content: self.content(input)? })
    }

    /// Reads the clauses of an object.
    pub(super) fn content(&mut self, input: ParseStream) -> Result<Content> {
        self.content_with(input, None)
    }

    /// Reads the clauses of an object, and the examples of a message.
    pub(super) fn content_with(
        &mut self,
        input: ParseStream,
        mut examples: Option<&mut Vec<MessageExample>>,
    ) -> Result<Content> {
        let mut content = Content::default();
        let before = self.diagnostics.count();
        self.block::<MemberClause>(input, |parser, input| {
            let docs = docs(input)?;
            if let Some(examples) =
                examples.as_deref_mut().filter(|_| token::peek_word(input, EXAMPLE) && !is_member(input))
            {
                word(input, EXAMPLE)?;
                let example = super::callback::message_example(docs, input);
                examples.push(within(MessageClause::Example.form(), example)?);
                return Ok(());
            }
            if is_member(input) {
                content.members.push(member(docs, input)?);
                return Ok(());
            }
            misplaced_mark(input)?;
            let (clause, key) = keyword::<MemberClause>(input)?;
            match clause {
                MemberClause::When => content.cases.push(parser.case(docs, input)?),
                MemberClause::Unknown => {
                    let word = ident(input)?;
                    semicolon(input, "this clause")?;
                    once(&mut content.unknown, word, &key)?;
                }
                _ => {
                    let members = enclosed::whole(&enclosed::braces(input)?, |content| list(content, ident))?;
                    content.groups.push(MemberGroup { kind: key, members });
                }
            }
            Ok(())
        })?;
        content.damaged = self.diagnostics.count() > before;
        Ok(content)
    }

    /// `member is Variant { … }` after `when`.
    fn case(&mut self, docs: Docs, input: ParseStream) -> Result<Case> {
        let tag = ident(input)?;
        word(input, "is")?;
        let variant = ident(input)?;
        let mut members = Vec::new();
        self.block::<MemberClause>(input, |_, input| {
            let docs = super::docs(input)?;
            members.push(member(docs, input)?);
            Ok(())
        })?;
        Ok(Case { docs, tag, variant, members })
    }
}

/// Reports `name?: Type`, as other languages write an optional member.
fn misplaced_mark(input: ParseStream) -> Result<()> {
    if !input.peek(Ident::peek_any) || !input.peek2(Token![?]) {
        return Ok(());
    }
    let name = ident(input)?;
    let message = format!("the `?` of `{name}` belongs after its type");
    Err(Diagnostic::new(Code::Syntax, input.span(), message).help(format!("write `{name}: …?;`")).into())
}

/// Whether a member is next. Any word can be its name.
fn is_member(input: ParseStream) -> bool {
    input.peek(Ident::peek_any) && (input.peek2(Token![:]) || input.peek2(Token![=]))
}

fn member(docs: Docs, input: ParseStream) -> Result<Member> {
    let name = ident(input)?;
    let key =
        if input.parse::<Option<Token![=]>>()?.is_some() { Some(text(input, "the name of a member")?) } else { None };
    symbol!(input, :)?;
    let kind = kind(input)?;
    let optional = input.parse::<Option<Token![?]>>()?.map(|mark| mark.span);
    let (mut nullable, mut default) = (None, None);
    while take_word(input, "or")?.is_some() {
        match take_word(input, "null")? {
            Some(span) if nullable.is_none() => nullable = Some(span),
            Some(span) => {
                return Err(Diagnostic::new(Code::DuplicateSection, span, "`null` is allowed only once here")
                    .help("delete it")
                    .into());
            }
            None => once(&mut default, super::literal(input)?, &name)?,
        }
    }
    if input.peek(Token![?]) {
        let message = format!("the `?` of `{name}` belongs directly after its type");
        let help = if nullable.is_some() {
            "write `Type? or null`"
        } else {
            "delete it: a member with a default can be absent"
        };
        return Err(Diagnostic::new(Code::Syntax, input.span(), message).help(help).into());
    }
    semicolon(input, "this member")?;
    Ok(Member { docs, name, key, kind, optional, nullable, default })
}

fn kind(input: ParseStream) -> Result<Kind> {
    if input.peek(syn::token::Bracket) {
        let item = enclosed::whole(&enclosed::brackets(input)?, kind)?;
        return Ok(Kind::Array(Box::new(item), super::range(input)?));
    }
    let fork = input.fork();
    let name = ident(input)?;
    match name.to_string().as_str() {
        "flag" => return Ok(Kind::Flag(name.span())),
        "boolean" => return Ok(Kind::Boolean),
        "json" => return Ok(Kind::Json),
        "map" => {
            let member = kind(input)?;
            return Ok(Kind::Map(Box::new(member), super::range(input)?));
        }
        _ if !grammar::words().any(|word| name == word) => {
            let mut as_text = None;
            if let Some(span) = take_word(input, "as")? {
                word(input, "text")?;
                as_text = Some(span);
            }
            return Ok(Kind::Named { name, as_text });
        }
        _ => {}
    }
    match grammar::parse(&fork)? {
        ast::Grammar::BuiltIn(written) => {
            use syn::parse::discouraged::Speculative as _;
            input.advance_to(&fork);
            Ok(Kind::BuiltIn(name, written))
        }
        _ => {
            let message = format!("the type of a member needs a name: `{name}` has none");
            Err(Diagnostic::new(Code::BadMember, name.span(), message)
                .help(format!("declare `value Name = {name} …;`, and write `…: Name;`"))
                .into())
        }
    }
}
