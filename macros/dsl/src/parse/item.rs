//! The items of a spec, except resources and outcomes.

use super::{Fault, Parser, Result, declared, docs, enclosed, ident, number, quantity, semicolon, text, unknown, word};
use crate::ast::{
    Alias, Cors, Docs, Event, Events, Fact, Field, Group, Limit, Media, Member, Offset, Place, Protocol, Sentinel,
    Spec, State, StateVariant, Unrouted, Value,
};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::grammar;
use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token};

const ITEMS: &[&str] = &[
    "protocol", "limits", "offset", "media", "value", "header", "query", "group", "state", "fact", "edge", "events",
    "cors", "every", "outcome", "unrouted", "resource",
];
const UNROUTED_CLAUSES: &[&str] = &["path", "reserved", "method", "example"];

impl Parser<'_> {
    pub(super) fn item(&mut self, input: ParseStream, spec: &mut Spec) -> Result<()> {
        let docs = docs(input)?;
        let span = input.span();
        let keyword = ident(input).map_err(|_| {
            Diagnostic::new(Code::Syntax, span, "expected an item").help(format!("use one of: {}", ITEMS.join(", ")))
        })?;
        match keyword.to_string().as_str() {
            "protocol" => once(&mut spec.protocol, self.protocol(docs, input)?, &keyword)?,
            "limits" => self.limits(input, &mut spec.limits)?,
            "offset" => spec.offsets.push(self.offset(docs, input)?),
            "media" => spec.medias.push(media(docs, input)?),
            "value" => spec.values.push(value(docs, input)?),
            "header" => spec.fields.push(field(docs, Place::Header, input)?),
            "query" => spec.fields.push(field(docs, Place::Query, input)?),
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
        let name = declared(input)?;
        let mut problems = None;
        self.block(input, |_, input| {
            let key = ident(input)?;
            if key != "problems" {
                return Err(unknown(Code::UnknownSection, &key, "setting", &["problems"]));
            }
            input.parse::<Token![=]>()?;
            let prefix = text(input, "the prefix of problem types")?;
            semicolon(input, "this setting")?;
            once(&mut problems, prefix, &key)
        })?;
        let problems = problems.unwrap_or_else(|| LitStr::new("about:blank#", name.span()));
        Ok(Protocol { docs, name, problems })
    }

    fn limits(&mut self, input: ParseStream, limits: &mut Vec<Limit>) -> Result<()> {
        self.block(input, |_, input| {
            let docs = docs(input)?;
            let name = declared(input)?;
            input.parse::<Token![=]>()?;
            let quantity = quantity(input)?;
            semicolon(input, "this limit")?;
            limits.push(Limit { docs, name, quantity });
            Ok(())
        })
    }

    fn offset(&mut self, docs: Docs, input: ParseStream) -> Result<Offset> {
        let before = self.diagnostics.count();
        let name = declared(input)?;
        let (mut format, mut sentinels, mut aliases) = (None, Vec::new(), Vec::new());
        self.block(input, |_, input| {
            let docs = super::docs(input)?;
            let key = ident(input)?;
            match key.to_string().as_str() {
                "format" => {
                    input.parse::<Token![=]>()?;
                    let radix = ident(input)?;
                    let width = enclosed::whole(&enclosed::brackets(input)?, |width| number(width, "a width"))?;
                    semicolon(input, "this format")?;
                    once(&mut format, (radix, width), &key)
                }
                "sentinel" => {
                    let name = declared(input)?;
                    input.parse::<Token![=]>()?;
                    let text = text(input, "a sentinel")?;
                    sentinels.push(Sentinel { docs, name, text });
                    semicolon(input, "this sentinel")
                }
                "also" => {
                    let text = text(input, "an alias")?;
                    input.parse::<Token![=]>()?;
                    aliases.push(Alias { text, sentinel: ident(input)? });
                    semicolon(input, "this alias")
                }
                _ => Err(unknown(Code::UnknownSection, &key, "clause", &["format", "sentinel", "also"])),
            }
        })?;
        let Some((radix, width)) = format else {
            let message = format!("the offset `{name}` has no `format`");
            let missing = Diagnostic::new(Code::MissingClause, name.span(), message).help("add `format = hex[16];`");
            return self.missing(before, missing);
        };
        Ok(Offset { docs, name, radix, width, sentinels, aliases })
    }

    fn events(&mut self, docs: Docs, input: ParseStream) -> Result<Events> {
        let name = declared(input)?;
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
        let name = declared(input)?;
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
            let name = declared(input)?;
            input.parse::<Token![:]>()?;
            let kind = ident(input)?;
            let optional = input.parse::<Option<Token![?]>>()?.map(|mark| mark.span);
            semicolon(input, "this member")?;
            members.push(Member { docs, name, kind, optional });
            Ok(())
        })?;
        Ok(members)
    }

    fn cors(&mut self, input: ParseStream, span: Span) -> Result<Cors> {
        let before = self.diagnostics.count();
        let (mut origin, mut max_age) = (None, None);
        self.block(input, |_, input| {
            let key = ident(input)?;
            input.parse::<Token![=]>()?;
            match key.to_string().as_str() {
                "origin" => {
                    let value = text(input, "an origin")?;
                    semicolon(input, "this setting")?;
                    once(&mut origin, value, &key)
                }
                "max_age" => {
                    let value = quantity(input)?;
                    semicolon(input, "this setting")?;
                    once(&mut max_age, value, &key)
                }
                _ => Err(unknown(Code::UnknownSection, &key, "setting", &["origin", "max_age"])),
            }
        })?;
        match (origin, max_age) {
            (Some(origin), Some(max_age)) => Ok(Cors { origin, max_age }),
            _ => {
                let missing = Diagnostic::new(Code::MissingClause, span, "`cors` needs `origin` and `max_age`");
                self.missing(before, missing.help("write `cors { origin = \"*\"; max_age = 86400 s; }`"))
            }
        }
    }

    fn unrouted(&mut self, input: ParseStream, span: Span) -> Result<Unrouted> {
        let before = self.diagnostics.count();
        let (mut path, mut reserved, mut method, mut examples) = (None, None, None, Vec::new());
        self.block(input, |parser, input| {
            let docs = docs(input)?;
            let key = ident(input)?;
            let slot = match key.to_string().as_str() {
                "path" => &mut path,
                "reserved" => &mut reserved,
                "method" => &mut method,
                "example" => {
                    examples.push(parser.example(docs, input)?);
                    return Ok(());
                }
                _ => return Err(unknown(Code::UnknownSection, &key, "clause", UNROUTED_CLAUSES)),
            };
            input.parse::<Token![=>]>()?;
            let outcome = ident(input)?;
            semicolon(input, "this clause")?;
            once(slot, outcome, &key)
        })?;
        match (path, method) {
            (Some(path), Some(method)) => Ok(Unrouted { path, reserved, method, examples }),
            _ => {
                let message = "`unrouted` needs an outcome for `path` and for `method`";
                let missing = Diagnostic::new(Code::MissingClause, span, message);
                self.missing(before, missing.help("write `unrouted { path => NotFound; method => MethodNotAllowed; }`"))
            }
        }
    }
}

/// Sets a value that may be set once, from a clause that was read to its end.
pub(super) fn once<T>(slot: &mut Option<T>, value: T, keyword: &Ident) -> Result<()> {
    if slot.is_some() {
        let message = format!("`{keyword}` is allowed only once here");
        let diagnostic = Diagnostic::new(Code::DuplicateSection, keyword.span(), message);
        return Err(Fault::Whole(diagnostic.help("merge the two, or delete one of them")));
    }
    *slot = Some(value);
    Ok(())
}

fn media(docs: Docs, input: ParseStream) -> Result<Media> {
    let name = declared(input)?;
    input.parse::<Token![=]>()?;
    let text = text(input, "a media type")?;
    semicolon(input, "this media type")?;
    Ok(Media { docs, name, text })
}

fn value(docs: Docs, input: ParseStream) -> Result<Value> {
    let name = declared(input)?;
    input.parse::<Token![=]>()?;
    let grammar = grammar::parse(input)?;
    semicolon(input, "this value")?;
    Ok(Value { docs, name, grammar })
}

fn field(docs: Docs, place: Place, input: ParseStream) -> Result<Field> {
    let name = declared(input)?;
    input.parse::<Token![=]>()?;
    let wire = text(input, "a wire name")?;
    input.parse::<Token![:]>()?;
    let grammar = grammar::parse(input)?;
    semicolon(input, if place == Place::Header { "this header" } else { "this query parameter" })?;
    Ok(Field { docs, place, name, wire, grammar })
}

fn group(docs: Docs, input: ParseStream) -> Result<Group> {
    let name = declared(input)?;
    input.parse::<Token![=]>()?;
    let kind = ident(input)?;
    let members = enclosed::whole(&enclosed::braces(input)?, |content| list(content, ident))?;
    Ok(Group { docs, name, kind, members })
}

fn state(docs: Docs, input: ParseStream) -> Result<State> {
    let name = declared(input)?;
    let variants = enclosed::whole(&enclosed::braces(input)?, |content| {
        list(content, |input| Ok(StateVariant { docs: super::docs(input)?, name: declared(input)? }))
    })?;
    Ok(State { docs, name, variants })
}

fn fact(docs: Docs, edge: bool, input: ParseStream) -> Result<Fact> {
    let subject = declared(input)?;
    input.parse::<Token![.]>()?;
    let predicate = declared(input)?;
    let mut argument = None;
    if input.peek(syn::token::Paren) {
        argument = Some(enclosed::whole(&enclosed::parentheses(input)?, ident)?);
    }
    semicolon(input, "this fact")?;
    Ok(Fact { docs, edge, subject, predicate, input: argument })
}

/// Reads a comma-separated list.
pub(crate) fn list<T>(input: ParseStream, read: impl Fn(ParseStream) -> Result<T>) -> Result<Vec<T>> {
    let mut items = Vec::new();
    while !input.is_empty() {
        items.push(read(input)?);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(items)
}
