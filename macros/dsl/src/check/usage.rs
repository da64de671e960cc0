//! Finds unused declarations. Limits, media types and variants of values are not checked, because the server can use them
//! without the spec.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::object::Kind;
use crate::model::{
    About, Atom, Body, Endpoint, Event, Fact, Field, Group, Id, InputSource, Model, Offset, Presence, State, Value,
};
use syn::Ident;

/// Checks that declarations are used. `is_unused` returns whether no clause mentions a name, not even a faulty one.
pub(super) fn check(model: &Model, is_unused: impl Fn(&Ident) -> bool, diagnostics: &mut Diagnostics) {
    let mut unused = |name: &Ident, what: String, help: String| {
        if !is_unused(name) {
            return;
        }
        let message = format!("unused {what}");
        diagnostics.push(Diagnostic::new(Code::Unused, name.span(), message).help(help).unused(name));
    };
    let endpoints: Vec<&Endpoint> = model.resources.iter().flat_map(|resource| &resource.endpoints).collect();
    let uses = Uses { model, endpoints };
    for (_, offset) in model.offsets.entries().filter(|(id, _)| !uses.offset(*id)) {
        let name = &offset.name;
        unused(name, format!("offset `{name}`"), format!("declare `header … = \"…\": {name};`, or delete the offset"));
    }
    for (_, value) in model.values.entries().filter(|(id, _)| !uses.value(*id)) {
        let name = &value.name;
        unused(name, format!("value `{name}`"), format!("declare `header … = \"…\": {name};`, or delete the value"));
    }
    for (_, field) in model.fields.entries().filter(|(id, _)| !uses.field(*id)) {
        let (name, place) =
            (&field.name, if field.place == crate::ast::Place::Query { "query parameter" } else { "header" });
        unused(
            name,
            format!("{place} `{name}`"),
            format!("add `{name}?;` to `request` or to an outcome, or delete the {place}"),
        );
    }
    for (_, group) in model.groups.entries().filter(|(id, _)| !uses.group(*id)) {
        let name = &group.name;
        unused(name, format!("group `{name}`"), format!("add `{name}?;` to `request`, or delete the group"));
    }
    for (_, state) in model.states.entries().filter(|(id, _)| !uses.state(*id)) {
        let name = &state.name;
        unused(
            name,
            format!("state `{name}`"),
            format!("add `{name}.{} => …;` to an endpoint, or delete the state", state.variants[0].1),
        );
    }
    for (_, fact) in model.facts.entries().filter(|(id, _)| !uses.fact(*id)) {
        let name = format!("{}.{}", fact.subject, fact.predicate);
        unused(
            &fact.predicate,
            format!("fact `{name}`"),
            format!("add `{name} => …;` to an endpoint, or delete the fact"),
        );
    }
    let objects = model.object_uses();
    for (_, object) in model.objects.entries().filter(|(id, _)| !objects.reads(*id) && !objects.writes(*id)) {
        let name = &object.name;
        unused(
            name,
            format!("object `{name}`"),
            format!(
                "add `body json {name};` to an outcome or `body json {name} ..= limits.…;` to `request`, or delete the object"
            ),
        );
    }
    for (_, format) in model.formats.entries().filter(|(id, _)| !model.errors.iter().any(|error| error.format == *id)) {
        let name = &model.objects[format.object].name;
        unused(
            name,
            format!("format of errors `{name}`"),
            "declare `outcome … = 400 error …;`, or delete the `errors`".to_owned(),
        );
    }
    for (_, events) in model.events.entries().filter(|(id, _)| {
        !model.outcomes.iter().any(|outcome| matches!(outcome.body, Some(Body::Events(own)) if own == *id))
    }) {
        let name = &events.name;
        unused(
            name,
            format!("events `{name}`"),
            format!("add `body events {name};` to an outcome, or delete the events"),
        );
    }
}

struct Uses<'a> {
    model: &'a Model,
    endpoints: Vec<&'a Endpoint>,
}

impl Uses<'_> {
    fn atoms(&self) -> impl Iterator<Item = Atom> {
        let lines = self.endpoints.iter().flat_map(|endpoint| &endpoint.lines);
        lines.flat_map(|line| line.condition.atoms())
    }

    fn member(&self, matches: impl Fn(&Kind) -> bool) -> bool {
        let events = self.model.events.iter().flat_map(|events| &events.events);
        let events = events.filter_map(|event: &Event| event.content.as_ref());
        let mut contents = self.model.objects.iter().map(|object| &object.content).chain(events);
        contents.any(|content| content.all().any(|member| matches(member.kind.innermost())))
    }

    fn offset(&self, id: Id<Offset>) -> bool {
        self.model.fields.iter().any(|field| field.offset() == Some(id))
            || self.member(|kind| matches!(kind, Kind::Offset(own) if *own == id))
    }

    fn value(&self, id: Id<Value>) -> bool {
        self.model.fields.iter().any(|field| field.value() == Some(id))
            || self.member(|kind| matches!(kind, Kind::Value(own) | Kind::AsText(own) if *own == id))
    }

    fn field(&self, id: Id<Field>) -> bool {
        let inputs = self.endpoints.iter().flat_map(|endpoint| &endpoint.inputs);
        let mut options = self.model.resources.iter().flat_map(|resource| &resource.options);
        let parts = || self.model.outcomes.iter().flat_map(|outcome| &outcome.parts).chain(&self.model.every);
        let chosen = parts().any(|part| matches!(part.presence, Presence::Chosen(by) if by == id));
        let mut abouts = self.model.outcomes.iter().filter_map(|outcome| outcome.problem.as_ref()?.about);
        let mut sent = self.model.callbacks.iter().flat_map(|callback| &callback.headers);
        let mut read =
            self.model.callbacks.iter().flat_map(|callback| &callback.responses).flat_map(|own| &own.headers);
        sent.any(|header| header.field == id)
            || read.any(|(field, _)| *field == id)
            || self.model.groups.iter().any(|group| group.members.contains(&id))
            || self.model.facts.iter().any(|fact| fact.input == Some(id))
            || self.model.accesses.iter().any(|access| access.fields(self.model).any(|field| field == id))
            || self.endpoints.iter().any(|endpoint| endpoint.when.is_some_and(|when| when.query == id))
            || inputs.map(|input| input.source).any(|source| source == InputSource::Field(id))
            || chosen
            || options.any(|announcement| announcement.field == id)
            || parts().map(|part| part.field).any(|field| field == id)
            || abouts.any(|about| matches!(about, About::Field(own) if own == id))
    }

    fn group(&self, id: Id<Group>) -> bool {
        let mut inputs = self.endpoints.iter().flat_map(|endpoint| &endpoint.inputs);
        let mut credentials = self.model.accesses.iter().flat_map(|access| &access.credentials);
        inputs.any(|input| input.source == InputSource::Group(id))
            || credentials.any(|source| *source == InputSource::Group(id))
    }

    fn state(&self, id: Id<State>) -> bool {
        self.atoms().any(|atom| matches!(atom, Atom::State(own, _) if own == id))
    }

    fn fact(&self, id: Id<Fact>) -> bool {
        self.atoms().any(|atom| atom == Atom::Fact(id))
    }
}
