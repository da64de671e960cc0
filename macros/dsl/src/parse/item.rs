//! The items of a spec, except resources and outcomes.

use super::{Parser, Result, docs, enclosed, ident, number, quantity, semicolon, text, unknown, word};
use crate::ast::{
    Alias, Cors, Docs, Event, Events, Fact, Field, Group, Limit, Media, Member, Offset, Place, Protocol, Sentinel,
    Spec, State, StateVariant, Unrouted, Value,
};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Token};

const ITEMS: &[&str] = &[
    "protocol", "limits", "offset", "media", "value", "header", "query", "group", "state", "fact", "edge", "events",
    "cors", "every", "outcome", "unrouted", "resource",
];

impl Parser<'_> {
    pub(super) fn item(&mut self, input: ParseStream, spec: &mut Spec) -> Result<()> {
        let docs = docs(input)?;
        let keyword = ident(input)?;
        match keyword.to_string().as_str() {
            "protocol" => once(&mut spec.protocol, self.protocol(docs, input)?, &keyword)?,
            "limits" => self.limits(input, &mut spec.limits)?,
            "offset" => spec.offsets.push(self.offset(docs, input)?),
            "media" => spec.medias.push(media(docs, input)?),
            "value" => spec.values.push(self.value(docs, input)?),
            "header" => spec.fields.push(self.field(docs, Place::Header, input)?),
            "query" => spec.fields.push(self.field(docs, Place::Query, input)?),
            "group" => spec.groups.push(group(docs, input)?),
            "state" => spec.states.push(state(docs, input)?),
            "fact" => spec.facts.push(fact(docs, false, input)?),
            "edge" => {
                word(input, "fact")?;
                spec.facts.push(fact(docs, true, input)?);
            }
            "events" => spec.events.push(self.events(docs, input)?),
            "cors" => once(&mut spec.cors, self.cors(input, keyword.span())?, &keyword)?,
            "every" => {
                word(input, "response")?;
                spec.every.extend(self.parts(input)?);
            }
            "outcome" => spec.outcomes.push(self.outcome(docs, input)?),
            "unrouted" => once(&mut spec.unrouted, self.unrouted(input, keyword.span())?, &keyword)?,
            "resource" => spec.resources.push(self.resource(docs, input)?),
            _ => return Err(unknown(Code::UnknownItem, &keyword, "item", ITEMS)),
        }
        Ok(())
    }

    fn protocol(&mut self, docs: Docs, input: ParseStream) -> Result<Protocol> {
        let name = ident(input)?;
        let mut problems = None;
        self.block(input, |_, input| {
            let key = ident(input)?;
            if key != "problems" {
                return Err(unknown(Code::UnknownSection, &key, "setting", &["problems"]));
            }
            input.parse::<Token![=]>()?;
            once(&mut problems, text(input, "the prefix of problem types")?, &key)?;
            semicolon(input, "this setting")
        })?;
        let problems = problems.unwrap_or_else(|| LitStr::new("about:blank#", name.span()));
        Ok(Protocol { docs, name, problems })
    }

    fn limits(&mut self, input: ParseStream, limits: &mut Vec<Limit>) -> Result<()> {
        self.block(input, |_, input| {
            let docs = docs(input)?;
            let name = ident(input)?;
            input.parse::<Token![=]>()?;
            let quantity = quantity(input)?;
            semicolon(input, "this limit")?;
            limits.push(Limit { docs, name, quantity });
            Ok(())
        })
    }

    fn offset(&mut self, docs: Docs, input: ParseStream) -> Result<Offset> {
        let name = ident(input)?;
        let (mut format, mut sentinels, mut aliases) = (None, Vec::new(), Vec::new());
        self.block(input, |_, input| {
            let docs = super::docs(input)?;
            let key = ident(input)?;
            match key.to_string().as_str() {
                "format" => {
                    input.parse::<Token![=]>()?;
                    let radix = ident(input)?;
                    let width = enclosed::brackets(input)?;
                    once(&mut format, (radix, number(&width, "a width")?), &key)?;
                }
                "sentinel" => {
                    let name = ident(input)?;
                    input.parse::<Token![=]>()?;
                    sentinels.push(Sentinel { docs, name, text: text(input, "a sentinel")? });
                }
                "also" => {
                    let text = text(input, "an alias")?;
                    input.parse::<Token![=]>()?;
                    aliases.push(Alias { text, sentinel: ident(input)? });
                }
                _ => return Err(unknown(Code::UnknownSection, &key, "clause", &["format", "sentinel", "also"])),
            }
            semicolon(input, "this clause")
        })?;
        let Some((radix, width)) = format else {
            return Err(Diagnostic::new(Code::Syntax, name.span(), format!("`{name}` has no format"))
                .help("format = hex[16];")
                .into());
        };
        Ok(Offset { docs, name, radix, width, sentinels, aliases })
    }

    fn value(&mut self, docs: Docs, input: ParseStream) -> Result<Value> {
        let name = ident(input)?;
        input.parse::<Token![=]>()?;
        let grammar = self.grammar(input)?;
        semicolon(input, "this value")?;
        Ok(Value { docs, name, grammar })
    }

    fn field(&mut self, docs: Docs, place: Place, input: ParseStream) -> Result<Field> {
        let name = ident(input)?;
        input.parse::<Token![=]>()?;
        let wire = text(input, "a wire name")?;
        input.parse::<Token![:]>()?;
        let grammar = self.grammar(input)?;
        semicolon(input, if place == Place::Header { "this header" } else { "this query parameter" })?;
        Ok(Field { docs, place, name, wire, grammar })
    }

    fn events(&mut self, docs: Docs, input: ParseStream) -> Result<Events> {
        let name = ident(input)?;
        let mut events = Vec::new();
        self.block(input, |parser, input| {
            let docs = super::docs(input)?;
            word(input, "event")?;
            events.push(parser.event(docs, input)?);
            Ok(())
        })?;
        Ok(Events { docs, name, events })
    }

    fn event(&mut self, docs: Docs, input: ParseStream) -> Result<Event> {
        let name = ident(input)?;
        input.parse::<Token![=]>()?;
        let wire = text(input, "the name of an event")?;
        input.parse::<Token![:]>()?;
        let kind = ident(input)?;
        let members = match kind.to_string().as_str() {
            "payload" => {
                semicolon(input, "this event")?;
                None
            }
            "json" => Some(self.members(input)?),
            _ => return Err(unknown(Code::UnknownGrammar, &kind, "kind of event", &["payload", "json"])),
        };
        Ok(Event { docs, name, wire, members })
    }

    fn members(&mut self, input: ParseStream) -> Result<Vec<Member>> {
        let mut members = Vec::new();
        self.block(input, |_, input| {
            let docs = docs(input)?;
            let name = ident(input)?;
            input.parse::<Token![:]>()?;
            let kind = ident(input)?;
            let optional = input.parse::<Option<Token![?]>>()?.is_some();
            semicolon(input, "this member")?;
            members.push(Member { docs, name, kind, optional });
            Ok(())
        })?;
        Ok(members)
    }

    fn cors(&mut self, input: ParseStream, span: Span) -> Result<Cors> {
        let (mut origin, mut max_age) = (None, None);
        self.block(input, |_, input| {
            let key = ident(input)?;
            input.parse::<Token![=]>()?;
            match key.to_string().as_str() {
                "origin" => once(&mut origin, text(input, "an origin")?, &key)?,
                "max_age" => once(&mut max_age, quantity(input)?, &key)?,
                _ => return Err(unknown(Code::UnknownSection, &key, "setting", &["origin", "max_age"])),
            }
            semicolon(input, "this setting")
        })?;
        match (origin, max_age) {
            (Some(origin), Some(max_age)) => Ok(Cors { origin, max_age }),
            _ => Err(Diagnostic::new(Code::Syntax, span, "`cors` needs `origin` and `max_age`")
                .help("cors { origin = \"*\"; max_age = 86400 s; }")
                .into()),
        }
    }

    fn unrouted(&mut self, input: ParseStream, span: Span) -> Result<Unrouted> {
        let (mut path, mut reserved, mut method) = (None, None, None);
        self.block(input, |_, input| {
            let key = ident(input)?;
            input.parse::<Token![=>]>()?;
            let outcome = ident(input)?;
            match key.to_string().as_str() {
                "path" => once(&mut path, outcome, &key)?,
                "reserved" => once(&mut reserved, outcome, &key)?,
                "method" => once(&mut method, outcome, &key)?,
                _ => return Err(unknown(Code::UnknownSection, &key, "clause", &["path", "reserved", "method"])),
            }
            semicolon(input, "this clause")
        })?;
        match (path, method) {
            (Some(path), Some(method)) => Ok(Unrouted { path, reserved, method }),
            _ => Err(Diagnostic::new(Code::Syntax, span, "`unrouted` needs an answer for `path` and for `method`")
                .help("unrouted { path => NotFound; method => MethodNotAllowed; }")
                .into()),
        }
    }
}

/// Fills a slot that may be filled once.
pub(super) fn once<T>(slot: &mut Option<T>, value: T, keyword: &Ident) -> Result<()> {
    if slot.is_some() {
        let message = format!("there is a `{keyword}` already");
        return Err(Diagnostic::new(Code::DuplicateSection, keyword.span(), message).help("merge the two").into());
    }
    *slot = Some(value);
    Ok(())
}

fn media(docs: Docs, input: ParseStream) -> Result<Media> {
    let name = ident(input)?;
    input.parse::<Token![=]>()?;
    let text = text(input, "a media type")?;
    semicolon(input, "this media type")?;
    Ok(Media { docs, name, text })
}

fn group(docs: Docs, input: ParseStream) -> Result<Group> {
    let name = ident(input)?;
    input.parse::<Token![=]>()?;
    let kind = ident(input)?;
    let content = enclosed::braces(input)?;
    let members = Punctuated::<Ident, Token![,]>::parse_terminated(&content);
    if members.is_err() {
        enclosed::drain(&content);
    }
    Ok(Group { docs, name, kind, members: members?.into_iter().collect() })
}

fn state(docs: Docs, input: ParseStream) -> Result<State> {
    let name = ident(input)?;
    let content = enclosed::braces(input)?;
    let variants = Punctuated::<_, Token![,]>::parse_terminated_with(&content, |input| {
        Ok(StateVariant { docs: input.call(syn::Attribute::parse_outer)?, name: input.parse()? })
    });
    if variants.is_err() {
        enclosed::drain(&content);
    }
    Ok(State { docs, name, variants: variants?.into_iter().collect() })
}

fn fact(docs: Docs, edge: bool, input: ParseStream) -> Result<Fact> {
    let subject = ident(input)?;
    input.parse::<Token![.]>()?;
    let verb = ident(input)?;
    let mut argument = None;
    if input.peek(syn::token::Paren) {
        let content = enclosed::parentheses(input)?;
        argument = Some(ident(&content)?);
    }
    semicolon(input, "this fact")?;
    Ok(Fact { docs, edge, subject, verb, input: argument })
}
