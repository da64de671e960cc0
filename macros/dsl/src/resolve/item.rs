//! The items that resources use, except outcomes.

use super::names::Scope;
use super::object::union_name;
use super::{Resolver, Result, find, integer, too_wide, unknown, unknown_word};
use crate::ast::{self, Grammar, Place, Quantity, Spec};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, on_line};
use crate::expand::names::Depth;
use crate::foreign::{self, Site};
use crate::forms;
use crate::grammar::{self, OrSentinel};
use crate::model::{
    Amount, Choice, Cors, Event, Events, Fact, Field, FieldKind, Group, GroupKind, Limit, Media, Offset, Protocol,
    Radix, State, Value,
};
use heck::{ToKebabCase as _, ToShoutySnakeCase as _, ToSnakeCase as _, ToUpperCamelCase as _};
use proc_macro2::Span;
use syn::Ident;
use wire::{LIMIT_MAX, units};

impl Resolver<'_> {
    /// Resolves items in an order in which each comes after those that it can name.
    pub(super) fn items(&mut self, spec: &Spec) {
        self.protocol(spec);
        for limit in &spec.limits {
            let defined = self.scopes.limits.define(&limit.name, limit.name.to_string().to_shouty_snake_case());
            let resolved = defined.and_then(|()| self::limit(limit));
            self.keep(&limit.name, resolved).map(|limit| self.model.limits.push(limit));
        }
        for offset in &spec.offsets {
            let resolved = self.define_offset(offset).and_then(|()| self::offset(offset));
            self.keep(&offset.name, resolved).map(|offset| self.model.offsets.push(offset));
        }
        for media in &spec.medias {
            let defined = self.scopes.medias.define(&media.name, media.name.to_string().to_shouty_snake_case());
            let resolved = defined.and_then(|()| self::media(media));
            self.keep(&media.name, resolved).map(|media| self.model.medias.push(media));
        }
        for value in &spec.values {
            let defined = self.scopes.root.define(&value.name, value.name.to_string());
            let resolved = defined.and_then(|()| self.value(value));
            self.keep(&value.name, resolved).map(|value| self.model.values.push(value));
        }
        for field in &spec.fields {
            let resolved = self.declared_field(field);
            self.keep(&field.name, resolved).map(|field| self.model.fields.push(field));
        }
        for group in &spec.groups {
            let defined = self.scopes.fields.define(&group.name, group.name.to_string().to_snake_case());
            let defined = defined.and_then(|()| self.scopes.root.define(&group.name, group.name.to_string()));
            let resolved = defined.and_then(|()| self.group(group));
            self.keep(&group.name, resolved).map(|group| self.model.groups.push(group));
        }
        for state in &spec.states {
            let resolved = self.state(state);
            self.keep(&state.name, resolved).map(|state| self.model.states.push(state));
        }
        for fact in &spec.facts {
            let resolved = self.fact(fact);
            match self.keep(&fact.predicate, resolved) {
                Some(fact) => drop(self.model.facts.push(fact)),
                None => self.diagnostics.lose(fact.subject.to_string()),
            }
        }
        self.objects(spec);
        self.messages(&spec.messages);
        self.formats(&spec.formats);
        for events in &spec.events {
            let defined = self.scopes.root.define(&events.name, events.name.to_string().to_snake_case());
            let resolved = defined.and_then(|()| self.events(events));
            self.keep(&events.name, resolved).map(|events| self.model.events.push(events));
        }
        if let Some(cors) = &spec.cors {
            let resolved = self::cors(cors);
            self.model.cors = self.diagnostics.keep(resolved);
        }
        for part in &spec.every {
            let resolved = self.common_part(part);
            let resolved = self.keep(&part.name, resolved);
            self.model.every.extend(resolved);
        }
    }

    fn protocol(&mut self, spec: &Spec) {
        let missing = if spec.protocol.is_none() {
            Some(("protocol", "protocol Name { problems = \"urn:name:problem:\"; }"))
        } else if spec.resources.is_empty() {
            Some((
                "resource",
                "resource Thing at \"/{path}\" { path path: segments 1..=1024; endpoint read = GET { … } }",
            ))
        } else if spec.unrouted.is_none() {
            Some(("unrouted", "unrouted { path => NotFound; method => MethodNotAllowed; }"))
        } else {
            None
        };
        if let Some((what, help)) = missing.filter(|_| !spec.damaged) {
            let message = format!("the spec has no `{what}`");
            self.diagnostics
                .push(Diagnostic::new(Code::EmptySpec, Span::call_site(), message).help(format!("add `{help}`")));
        }
        let Some(protocol) = &spec.protocol else { return };
        let (docs, name) = (protocol.docs.clone(), protocol.name.clone());
        self.model.protocol = Some(Protocol { docs, name, problems: protocol.problems.value() });
    }

    fn value(&self, value: &ast::Value) -> Result<Value> {
        match &value.grammar {
            Grammar::Type(written) => {
                let grammar = written(&self.names(Place::Header))?;
                Ok(Value { docs: value.docs.clone(), name: value.name.clone(), grammar })
            }
            Grammar::BuiltIn(_) => {
                let message = format!("the grammar of `{}` does not define a type", value.name);
                let words: Vec<_> = grammar::types().collect();
                Err(Diagnostic::new(Code::UnknownGrammar, value.name.span(), message)
                    .help(format!("use one of: {}", words.join(", "))))
            }
            Grammar::Named { name, .. } => {
                let words: Vec<_> = grammar::types().collect();
                Err(unknown_word(Code::UnknownGrammar, name, "grammar of a value", &words)
                    .or_help(foreign::meant(Site::Grammar, &name.to_string())))
            }
        }
    }

    /// The declarations that a grammar can name.
    pub(super) fn names(&self, place: Place) -> grammar::Names<'_> {
        grammar::Names {
            model: &self.model,
            place,
            resources: &self.resources,
            parameters: &self.parameters,
            versions: &self.versions,
        }
    }

    fn declared_field(&mut self, field: &ast::Field) -> Result<Field> {
        self.scopes.fields.define(&field.name, field.name.to_string().to_snake_case())?;
        let wire = field.wire.value();
        let wire_span = field.wire.span();
        match field.place {
            Place::Header => header_name(&wire, wire_span)?,
            Place::Query => query_name(&wire, wire_span)?,
        }
        let (docs, name) = (field.docs.clone(), field.name.clone());
        let kind = self.field_kind(field)?;
        let field = Field { docs, place: field.place, name, wire, wire_span, kind };
        if field.place == Place::Header && field.grammar(&self.model).is_for_queries() {
            let message = format!("the header `{}` can contain only ASCII", field.name);
            return Err(Diagnostic::new(Code::UnknownGrammar, field.name.span(), message)
                .note("the grammar `unicode` is for query parameters and for JSON")
                .help("use `text`"));
        }
        if field.place == Place::Query && field.grammar(&self.model).negotiates() {
            let message = format!("the query parameter `{}` can't be negotiated", field.name);
            return Err(Diagnostic::new(Code::UnknownGrammar, field.name.span(), message)
                .note("the grammar `accept` is for headers, because caches distinguish responses by headers")
                .help("use `one_of`"));
        }
        Ok(field)
    }

    fn field_kind(&mut self, field: &ast::Field) -> Result<FieldKind> {
        Ok(match &field.grammar {
            Grammar::BuiltIn(written) => FieldKind::BuiltIn(written(&self.names(field.place))?),
            Grammar::Named { name, or_sentinel } => self.named(name, *or_sentinel)?,
            Grammar::Type(written) => {
                let grammar = written(&self.names(field.place))?;
                self.scopes.root.define(&field.name, field.name.to_string())?;
                let (docs, name) = (field.docs.clone(), field.name.clone());
                FieldKind::Value(self.model.values.push(Value { docs, name, grammar }))
            }
        })
    }

    fn define_offset(&mut self, offset: &ast::Offset) -> Result<()> {
        self.scopes.root.define(&offset.name, offset.name.to_string())?;
        self.scopes.root.define(&offset.name, format!("{}OrSentinel", offset.name))
    }

    fn state(&mut self, state: &ast::State) -> Result<State> {
        self.scopes.facts.define(&state.name, state.name.to_string())?;
        self.scopes.root.define(&state.name, format!("{}State", state.name.to_string().to_upper_camel_case()))?;
        let mut scope = Scope::new(&[]);
        for variant in &state.variants {
            scope.define(&variant.name, variant.name.to_string().to_upper_camel_case())?;
        }
        if state.variants.is_empty() {
            let message = format!("`{}` has no variants", state.name);
            return Err(Diagnostic::new(Code::MissingClause, state.name.span(), message)
                .help(format!("declare variants, as in `state {} {{ absent, present }}`", state.name)));
        }
        let variants = state.variants.iter().map(|variant| (variant.docs.clone(), variant.name.clone())).collect();
        Ok(State { docs: state.docs.clone(), name: state.name.clone(), variants })
    }

    fn named(&self, name: &Ident, or_sentinel: bool) -> Result<FieldKind> {
        if let Some(offset) = find(&self.model.offsets, name, |offset| &offset.name) {
            let either = || FieldKind::BuiltIn(Box::new(OrSentinel(offset)));
            return Ok(if or_sentinel { either() } else { FieldKind::Offset(offset) });
        }
        if or_sentinel {
            return Err(Diagnostic::new(Code::UnknownValue, name.span(), format!("`{name}` is not an offset"))
                .note("only an offset has sentinels")
                .help(format!("write `…: {name};`"))
                .missing(name.to_string()));
        }
        match find(&self.model.values, name, |value| &value.name) {
            Some(value) => Ok(FieldKind::Value(value)),
            None => Err(self.unknown_value(name, "grammar, value or offset", Site::Grammar)),
        }
    }

    pub(super) fn unknown_value(&self, name: &Ident, what: &str, site: Site) -> Diagnostic {
        let is_member = site == Site::Member;
        let words = if is_member { vec!["boolean", "flag", "json"] } else { grammar::words().collect() };
        let offsets = self.model.offsets.iter().map(|offset| &offset.name);
        let inline = |value: &&Value| self.model.fields.iter().any(|field| field.name == value.name);
        let values = self.model.values.iter().filter(|value| !inline(value)).map(|value| &value.name);
        let objects = self.model.objects.iter().filter(|object| is_member && !object.is_message);
        let objects = objects.map(|object| &object.name);
        unknown(Code::UnknownValue, name, what, offsets.chain(values).chain(objects))
            .words(&words)
            .or_help(foreign::meant(site, &name.to_string()))
    }

    fn group(&self, group: &ast::Group) -> Result<Group> {
        let kind = match group.kind.to_string().as_str() {
            "all_or_none" => GroupKind::AllOrNone,
            "at_most_one" => GroupKind::AtMostOne,
            "exactly_one" => GroupKind::ExactlyOne,
            "headed" => GroupKind::Headed,
            _ => {
                let kinds = forms::words::<forms::GroupKind>();
                return Err(unknown_word(Code::UnknownGrammar, &group.kind, "kind of group", &kinds));
            }
        };
        let members = group.members.iter().map(|name| self.field(name)).collect::<Result<Vec<_>>>()?;
        let fault = |index: usize, message: String, help: String| {
            let span = group.members.get(index).unwrap_or(&group.name).span();
            Err(Diagnostic::new(Code::GroupMembers, span, message).help(help))
        };
        if members.len() < 2 {
            let message = "a group needs at least two members".to_owned();
            return fault(usize::MAX, message, format!("write `group {} = {} {{ A, B }}`", group.name, group.kind));
        }
        for (index, id) in members.iter().enumerate() {
            if members[..index].contains(id) {
                let message = format!("`{}` is already in this group", group.members[index]);
                return fault(index, message, "delete this member".to_owned());
            }
            let field = &self.model.fields[*id];
            if field.place != self.model.fields[members[0]].place {
                let message = "a group can't mix headers and query parameters".to_owned();
                return fault(
                    index,
                    message,
                    "delete this member, or declare it as the others are declared".to_owned(),
                );
            }
            if field.flag().is_some() {
                let message = format!("the flag `{}` can't be in a group", group.members[index]);
                return fault(index, message, "delete this member, or declare it as `one_of { … }`".to_owned());
            }
        }
        Ok(Group { docs: group.docs.clone(), name: group.name.clone(), kind, members })
    }

    fn fact(&mut self, fact: &ast::Fact) -> Result<Fact> {
        if fact.subject == "body" {
            let message = "a fact can't be about `body`";
            return Err(Diagnostic::new(Code::ReservedName, fact.subject.span(), message)
                .note("the conditions of a body are fixed: `empty`, `too_large`, `stalled` and `crowded`")
                .help(format!("use another subject, as in `fact content.{};`", fact.predicate)));
        }
        let input = fact.input.as_ref().map(|name| self.field(name)).transpose()?;
        if let Some(name) = fact.input.as_ref().filter(|_| !fact.edge) {
            let message =
                format!("`{}.{}` is not an edge fact, so it can't name an input", fact.subject, fact.predicate);
            return Err(Diagnostic::new(Code::MisplacedCondition, name.span(), message)
                .note("the handler decides it from the whole request")
                .help(format!(
                    "write `fact {0}.{1};`, or `edge fact {0}.{1}({name});`",
                    fact.subject, fact.predicate
                )));
        }
        if let Some(name) = &fact.input
            && self.field(name).is_ok_and(|id| self.model.fields[id].flag().is_some())
        {
            let message = format!("an edge fact can't read the flag `{name}`");
            return Err(Diagnostic::new(Code::BadInput, name.span(), message)
                .help(format!("write `edge fact {}.{};`", fact.subject, fact.predicate)));
        }
        if let Some(state) = find(&self.model.states, &fact.subject, |state| &state.name) {
            let state = &self.model.states[state];
            if let Some((_, variant)) = state.variants.iter().find(|(_, variant)| *variant == fact.predicate) {
                let message = format!("`{}.{}` is both a state and a fact", state.name, variant);
                return Err(Diagnostic::new(Code::DuplicateName, fact.predicate.span(), message)
                    .note(format!("the state is declared{}", on_line(variant.span())))
                    .help("delete or rename the fact"));
            }
        }
        self.scopes.facts.define(&fact.predicate, format!("{}_{}", fact.subject, fact.predicate))?;
        let (docs, subject, predicate) = (fact.docs.clone(), fact.subject.clone(), fact.predicate.clone());
        Ok(Fact { docs, edge: fact.edge, subject, predicate, input })
    }

    fn events(&mut self, events: &ast::Events) -> Result<Events> {
        let mut resolved = Vec::new();
        let mut scope = Scope::new(super::names::EVENTS);
        if events.events.is_empty() {
            let message = format!("`{}` has no events", events.name);
            return Err(Diagnostic::new(Code::MissingClause, events.name.span(), message)
                .help("add an event, as in `event Data = \"data\": payload;`"));
        }
        for event in &events.events {
            let name = event.name.to_string();
            // A payload is written by a function, and an object is a type.
            scope.define(&event.name, if event.content.is_some() { name } else { name.to_snake_case() })?;
            if let Some((tag, name)) = event.content.as_ref().and_then(|content| union_name(&event.name, content)) {
                scope.define(tag, name)?;
            }
            let content = event.content.as_ref().map(|content| self.content(&event.name, content, Depth::Inner));
            let wire = super::wire_text(&event.wire, "the name of an event")?;
            let (docs, name) = (event.docs.clone(), event.name.clone());
            resolved.push(Event { docs, name, wire, content });
        }
        Ok(Events { docs: events.docs.clone(), name: events.name.clone(), events: resolved })
    }
}

pub(super) fn limit(limit: &ast::Limit) -> Result<Limit> {
    Ok(Limit { docs: limit.docs.clone(), name: limit.name.clone(), amount: amount(&limit.quantity)? })
}

fn amount(quantity: &Quantity) -> Result<Amount> {
    let number = integer(&quantity.number)?;
    let span = quantity.number.span();
    let fits = |amount: u64, text: &str, most: &str| {
        Some(amount).filter(|amount| *amount <= LIMIT_MAX).ok_or_else(|| {
            Diagnostic::new(Code::IntegerTooWide, span, format!("`{text}` does not fit into 32 bits"))
                .note("a limit in bytes or a count is a `usize`, which has 32 bits in wasm")
                .help(format!("use at most {most}"))
        })
    };
    let Some(unit) = &quantity.unit else {
        return fits(number, &number.to_string(), &LIMIT_MAX.to_string()).map(Amount::Count);
    };
    let (text, name) = (format!("{number} {unit}"), unit.to_string());
    let scaled = |factor: u64| {
        let product = number.checked_mul(factor).filter(|product| *product <= super::MAX_EXACT_INTEGER);
        product.ok_or_else(|| too_wide(span, &text))
    };
    match (units::factor(units::BYTES, &name), units::factor(units::TIME, &name)) {
        (Some(factor), _) => fits(scaled(factor)?, &text, &format!("{LIMIT_MAX} B")).map(Amount::Bytes),
        (_, Some(factor)) => scaled(factor).map(Amount::Milliseconds),
        (None, None) => {
            let names: Vec<_> = units::BYTES.iter().chain(units::TIME).map(|(name, _)| *name).collect();
            Err(Diagnostic::new(Code::UnknownUnit, unit.span(), format!("no unit is named `{unit}`"))
                .or_help(foreign::meant(Site::Unit, &name))
                .otherwise(format!("use one of: {}", names.join(", "))))
        }
    }
}

fn offset(offset: &ast::Offset) -> Result<Offset> {
    let radix = match offset.radix.to_string().as_str() {
        "hex" => Radix::Hex,
        "decimal" => Radix::Decimal,
        _ => {
            return Err(unknown_word(Code::UnknownGrammar, &offset.radix, "format", &["hex", "decimal"]));
        }
    };
    let width = integer(&offset.width)?;
    let min = if radix == Radix::Hex { 14 } else { 16 };
    if !(min..=64).contains(&width) {
        let message = format!("the width of `{}` must be {min} to 64 digits", offset.name);
        return Err(Diagnostic::new(Code::OffsetWidth, offset.width.span(), message)
            .note(format!("an offset can be any integer up to 2^53-1, which needs {min} digits"))
            .help(format!("write `format = {}[16];`", offset.radix)));
    }
    let width = usize::try_from(width).unwrap_or(64);
    let mut scope = Scope::new(&["At"]);
    let mut resolved = Offset {
        docs: offset.docs.clone(),
        name: offset.name.clone(),
        radix,
        width,
        sentinels: vec![],
        aliases: vec![],
    };
    for sentinel in &offset.sentinels {
        scope.define(&sentinel.name, sentinel.name.to_string())?;
        let text = super::wire_text(&sentinel.text, "a sentinel")?;
        free_text(&resolved, &text, sentinel.text.span())?;
        resolved.sentinels.push(Choice { docs: sentinel.docs.clone(), name: sentinel.name.clone(), text });
    }
    for alias in &offset.aliases {
        let text = super::wire_text(&alias.text, "an alias")?;
        free_text(&resolved, &text, alias.text.span())?;
        let meant = resolved.sentinels.iter().position(|sentinel| sentinel.name == alias.sentinel);
        let Some(meant) = meant else {
            let declared = resolved.sentinels.iter().map(|sentinel| &sentinel.name);
            return Err(unknown(Code::UnknownVariant, &alias.sentinel, "sentinel", declared));
        };
        resolved.aliases.push((text, meant));
    }
    Ok(resolved)
}

/// Checks that a text is neither an offset nor used by another sentinel or alias.
fn free_text(offset: &Offset, text: &str, span: Span) -> Result<()> {
    let digit = |byte: u8| byte.is_ascii_digit() || (offset.radix == Radix::Hex && (b'A'..=b'F').contains(&byte));
    if text.len() == offset.width && text.bytes().all(digit) {
        let message = format!("\"{text}\" is also a valid offset");
        return Err(Diagnostic::new(Code::SentinelCollision, span, message)
            .note(format!("an offset of `{}` has {} digits", offset.name, offset.width))
            .help("use a text that does not match the format, such as \"-1\""));
    }
    let aliases = offset.aliases.iter().map(|(alias, meant)| (alias, *meant));
    let used = offset.sentinels.iter().enumerate().map(|(index, sentinel)| (&sentinel.text, index)).chain(aliases);
    for (other, meant) in used {
        if other == text {
            let message = format!("\"{text}\" already means `{}`", offset.sentinels[meant].name);
            return Err(
                Diagnostic::new(Code::DuplicateText, span, message).help("change this text, or delete this line")
            );
        }
    }
    Ok(())
}

fn media(media: &ast::Media) -> Result<Media> {
    let text = media.text.value();
    let token = |part: &str| !part.is_empty() && part.bytes().all(|byte| is_token(byte) && !byte.is_ascii_uppercase());
    let well_formed = text.split_once('/').is_some_and(|(kind, subtype)| token(kind) && (token(subtype)));
    if !well_formed {
        let message = format!("\"{text}\" is not a valid media type");
        return Err(Diagnostic::new(Code::MediaType, media.text.span(), message)
            .help("use lowercase without parameters, such as \"text/plain\" or \"text/*\""));
    }
    Ok(Media { docs: media.docs.clone(), name: media.name.clone(), text })
}

fn cors(cors: &ast::Cors) -> Result<Cors> {
    match amount(&cors.max_age)? {
        Amount::Milliseconds(ms) => {
            Ok(Cors { origin: super::wire_text(&cors.origin, "an origin")?, max_age_s: ms / 1000 })
        }
        _ => Err(Diagnostic::new(Code::UnknownUnit, cors.max_age.number.span(), "`max_age` needs a unit of time")
            .help(format!("write `{} s`", cors.max_age.number))),
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn header_name(wire: &str, span: Span) -> Result<()> {
    /// Headers that the platform or generated code sets.
    const FORBIDDEN: &[&str] = &["allow", "connection", "host", "transfer-encoding"];
    if wire.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let message = format!("the header name `{wire}` must be lowercase");
        return Err(Diagnostic::new(Code::HeaderNotLowerCase, span, message)
            .note("HTTP/2 and HTTP/3 forbid uppercase letters in field names (RFC 9113 §8.2.1)")
            .help(format!("write `\"{}\"`", wire.to_ascii_lowercase())));
    }
    if wire.is_empty() || !wire.bytes().all(is_token) {
        let message = format!("`{wire}` is not a valid header name");
        return Err(Diagnostic::new(Code::WireName, span, message).help(format!(
            "write `\"{}\"`",
            if wire.is_empty() { "x-name".to_owned() } else { wire.to_kebab_case() }
        )));
    }
    if FORBIDDEN.contains(&wire) || wire.starts_with("access-control-") {
        let message = format!("the header `{wire}` can't be declared");
        let (note, help) = match wire {
            "allow" => ("the generated code sets it from the endpoints of a resource", "delete this line"),
            wire if wire.starts_with("access-control-") => {
                ("the generated code sets it from `cors`", "declare `cors { origin = \"*\"; max_age = 86400 s; }`")
            }
            _ => ("the platform sets it, because it concerns the connection", "delete this line"),
        };
        return Err(Diagnostic::new(Code::HeaderForbidden, span, message).note(note).help(help));
    }
    Ok(())
}

fn query_name(wire: &str, span: Span) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if wire.is_empty() || !wire.bytes().all(plain) {
        let message = format!("`{wire}` is not a valid name of a query parameter");
        return Err(
            Diagnostic::new(Code::WireName, span, message).help("use only letters, digits, and the characters - . _ ~")
        );
    }
    Ok(())
}
