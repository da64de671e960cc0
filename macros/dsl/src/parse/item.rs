//! The items of a spec, except resources and outcomes.

use super::{
    Case, Fault, Parser, Result, declared, docs, enclosed, ident, keyword, number, quantity, semicolon, symbol, text,
    unknown, within,
};
use crate::ast::{
    self, Alias, Cors, Docs, ErrorFormat, Event, Events, Fact, Field, Group, Limit, Media, Offset, Place, Protocol,
    Sentinel, Spec, State, StateVariant, Unrouted, Value,
};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::foreign;
use crate::forms::{
    self, Construct as _, CorsClause, ErrorsClause, EventClause, Form, Item, LimitsClause, Nested, OffsetClause,
    ProtocolClause, Site, UnroutedClause,
};
use crate::grammar;
use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token};

impl Parser<'_> {
    pub(super) fn item(&mut self, input: ParseStream, spec: &mut Spec) -> Result<()> {
        let docs = docs(input)?;
        let (item, word) = keyword(input)?;
        match item {
            Item::Protocol => once(&mut spec.protocol, self.protocol(docs, input)?, &word)?,
            Item::Limits => self.limits(input, &mut spec.limits)?,
            Item::Offset => spec.offsets.push(self.offset(docs, input)?),
            Item::Media => spec.medias.push(media(docs, input)?),
            Item::Value => spec.values.push(value(docs, input)?),
            Item::Header => spec.fields.push(field(docs, Place::Header, input)?),
            Item::Query => spec.fields.push(field(docs, Place::Query, input)?),
            Item::Group => spec.groups.push(group(docs, input)?),
            Item::State => spec.states.push(state(docs, input)?),
            Item::Fact => spec.facts.push(fact(docs, false, input)?),
            Item::EdgeFact => spec.facts.push(fact(docs, true, input)?),
            Item::Access => {
                let access = self.access(docs, input).inspect_err(|_| self.diagnostics.lose(super::ACCESS))?;
                spec.accesses.push(access);
            }
            Item::Object => spec.objects.push(self.object(docs, input)?),
            Item::Callback => spec.callbacks.push(self.callback(docs, input)?),
            Item::Message => spec.messages.push(self.message(docs, input)?),
            Item::Errors => spec.formats.push(self.errors(docs, input)?),
            Item::Events => spec.events.push(self.events(docs, input)?),
            Item::Cors => once(&mut spec.cors, self.cors(input, word.span())?, &word)?,
            Item::EveryResponse => spec.every.extend(self.parts(input)?),
            Item::Outcome => spec.outcomes.push(self.outcome(docs, input)?),
            Item::Unrouted => once(&mut spec.unrouted, self.unrouted(input, word.span())?, &word)?,
            Item::Common => spec.commons.push(self.common(input)?),
            Item::Resource | Item::Version => self.at_a_path(docs, input, spec)?,
        }
        Ok(())
    }

    fn protocol(&mut self, docs: Docs, input: ParseStream) -> Result<Protocol> {
        let name = declared(input, Case::Upper)?;
        let mut problems = None;
        self.block::<ProtocolClause>(input, |_, input| {
            let (ProtocolClause::Problems, key) = keyword(input)?;
            symbol!(input, =)?;
            let prefix = text(input, "the prefix of problem types")?;
            semicolon(input, "this setting")?;
            once(&mut problems, prefix, &key)
        })?;
        let problems = problems.unwrap_or_else(|| LitStr::new("about:blank#", name.span()));
        Ok(Protocol { docs, name, problems })
    }

    fn limits(&mut self, input: ParseStream, limits: &mut Vec<Limit>) -> Result<()> {
        self.block::<LimitsClause>(input, |_, input| {
            let docs = docs(input)?;
            let name = declared(input, Case::Lower)?;
            symbol!(input, =)?;
            let quantity = quantity(input)?;
            semicolon(input, "this limit")?;
            limits.push(Limit { docs, name, quantity });
            Ok(())
        })
    }

    fn offset(&mut self, docs: Docs, input: ParseStream) -> Result<Offset> {
        let before = self.diagnostics.count();
        let name = declared(input, Case::Upper)?;
        let (mut format, mut sentinels, mut aliases) = (None, Vec::new(), Vec::new());
        self.block::<OffsetClause>(input, |_, input| {
            let docs = super::docs(input)?;
            let (clause, key) = keyword(input)?;
            match clause {
                OffsetClause::Format => {
                    symbol!(input, =)?;
                    let radix = ident(input)?;
                    let width = enclosed::whole(&enclosed::brackets(input)?, |width| number(width, "a width"))?;
                    semicolon(input, "this format")?;
                    once(&mut format, (radix, width), &key)
                }
                OffsetClause::Sentinel => {
                    let name = declared(input, Case::Upper)?;
                    symbol!(input, =)?;
                    let text = text(input, "a sentinel")?;
                    sentinels.push(Sentinel { docs, name, text });
                    semicolon(input, "this sentinel")
                }
                OffsetClause::Also => {
                    let text = text(input, "an alias")?;
                    symbol!(input, =)?;
                    aliases.push(Alias { text, sentinel: ident(input)? });
                    semicolon(input, "this alias")
                }
            }
        })?;
        let Some((radix, width)) = format else {
            let message = format!("the offset `{name}` has no `format`");
            let missing = Diagnostic::new(Code::MissingClause, name.span(), message).help("add `format = hex[16];`");
            return self.missing(before, missing);
        };
        Ok(Offset { docs, name, radix, width, sentinels, aliases })
    }

    fn errors(&mut self, docs: Docs, input: ParseStream) -> Result<ErrorFormat> {
        let before = self.diagnostics.count();
        let object = ident(input)?;
        let (mut code, mut message, mut violations) = (None, None, None);
        self.block::<ErrorsClause>(input, |_, input| {
            let (clause, key) = keyword(input)?;
            symbol!(input, =)?;
            let slot = match clause {
                ErrorsClause::Code => &mut code,
                ErrorsClause::Message => &mut message,
                ErrorsClause::Violations => &mut violations,
            };
            let mut path = vec![ident(input)?];
            while input.parse::<Option<Token![.]>>()?.is_some() {
                path.push(ident(input)?);
            }
            semicolon(input, "this member")?;
            once(slot, path, &key)
        })?;
        match (code, message) {
            (Some(code), Some(message)) => Ok(ErrorFormat { docs, object, code, message, violations }),
            _ => {
                let message = format!("the errors of `{object}` need a member for `code` and for `message`");
                let missing = Diagnostic::new(Code::MissingClause, object.span(), message);
                self.missing(before, missing.help("add `code = error.code; message = error.message;`"))
            }
        }
    }

    fn events(&mut self, docs: Docs, input: ParseStream) -> Result<Events> {
        let name = declared(input, Case::Upper)?;
        let mut events = Vec::new();
        self.block::<EventClause>(input, |parser, input| {
            let docs = super::docs(input)?;
            let (EventClause::Payload | EventClause::Json, _) = keyword(input)?;
            events.push(parser.event(docs, input)?);
            Ok(())
        })?;
        Ok(Events { docs, name, events })
    }

    fn event(&mut self, docs: Docs, input: ParseStream) -> Result<Event> {
        let name = declared(input, Case::Upper)?;
        symbol!(input, =)?;
        let wire = text(input, "the name of an event")?;
        symbol!(input, :)?;
        let kind = ident(input)?;
        let content = match kind.to_string().as_str() {
            "payload" => {
                semicolon(input, "this event")?;
                None
            }
            "json" => Some(self.content(input)?),
            _ => return Err(unknown(Code::UnknownGrammar, &kind, "kind of event", Site::Clause, &["payload", "json"])),
        };
        Ok(Event { docs, name, wire, content })
    }

    fn cors(&mut self, input: ParseStream, span: Span) -> Result<Cors> {
        let before = self.diagnostics.count();
        let (mut origin, mut max_age) = (None, None);
        self.block::<CorsClause>(input, |_, input| {
            let (clause, key) = keyword(input)?;
            symbol!(input, =)?;
            match clause {
                CorsClause::Origin => {
                    let value = text(input, "an origin")?;
                    semicolon(input, "this setting")?;
                    once(&mut origin, value, &key)
                }
                CorsClause::MaxAge => {
                    let value = quantity(input)?;
                    semicolon(input, "this setting")?;
                    once(&mut max_age, value, &key)
                }
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
        self.block::<UnroutedClause>(input, |parser, input| {
            let docs = docs(input)?;
            let (clause, key) = keyword(input)?;
            let slot = match clause {
                UnroutedClause::Path => &mut path,
                UnroutedClause::Reserved => &mut reserved,
                UnroutedClause::Method => &mut method,
                UnroutedClause::Example => {
                    examples.push(parser.example(docs, input)?);
                    return Ok(());
                }
            };
            symbol!(input, =>)?;
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
    let name = declared(input, Case::Upper)?;
    symbol!(input, =)?;
    let text = text(input, "a media type")?;
    semicolon(input, "this media type")?;
    Ok(Media { docs, name, text })
}

fn value(docs: Docs, input: ParseStream) -> Result<Value> {
    let name = declared(input, Case::Upper)?;
    symbol!(input, =)?;
    let grammar = last_grammar(input, "this value")?;
    Ok(Value { docs, name, grammar })
}

fn field(docs: Docs, place: Place, input: ParseStream) -> Result<Field> {
    let name = declared(input, Case::Upper)?;
    symbol!(input, =)?;
    let wire = text(input, "a wire name")?;
    symbol!(input, :)?;
    let what = if place == Place::Header { "this header" } else { "this query parameter" };
    let grammar = last_grammar(input, what)?;
    Ok(Field { docs, place, name, wire, grammar })
}

/// Reads the grammar and the `;` that end `what`. The word of another language is reported as such, whatever follows it.
fn last_grammar(input: ParseStream, what: &str) -> Result<ast::Grammar> {
    let word = input.fork().call(Ident::parse_any).ok();
    let own = |form: &&'static Form| word.as_ref().is_some_and(|word| word == form.words);
    let forms = forms::of::<forms::Grammar>().filter(own);
    let grammar = grammar::parse(input).map_err(|fault| fault.map(|fault| fault.in_forms(forms)))?;
    semicolon(input, what).map_err(|fault| match &word {
        Some(word) if foreign::meant(Site::Grammar, &word.to_string()).is_some() => {
            unknown(Code::UnknownGrammar, word, "grammar", Site::Grammar, &[])
        }
        _ => fault,
    })?;
    Ok(grammar)
}

fn group(docs: Docs, input: ParseStream) -> Result<Group> {
    let name = declared(input, Case::Upper)?;
    symbol!(input, =)?;
    let kind = ident(input)?;
    let members = enclosed::whole(&enclosed::braces(input)?, |content| list(content, ident));
    let members = within(Nested::Member.form(), members)?;
    Ok(Group { docs, name, kind, members })
}

fn state(docs: Docs, input: ParseStream) -> Result<State> {
    let name = declared(input, Case::Lower)?;
    let variants = enclosed::whole(&enclosed::braces(input)?, |content| {
        list(content, |input| Ok(StateVariant { docs: super::docs(input)?, name: declared(input, Case::Lower)? }))
    });
    let variants = within(Nested::State.form(), variants)?;
    Ok(State { docs, name, variants })
}

fn fact(docs: Docs, edge: bool, input: ParseStream) -> Result<Fact> {
    let subject = declared(input, Case::Lower)?;
    symbol!(input, .)?;
    let predicate = declared(input, Case::Lower)?;
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
            symbol!(input, ,)?;
        }
    }
    Ok(items)
}
