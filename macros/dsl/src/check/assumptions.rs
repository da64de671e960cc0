//! Evaluates conditions for an example. The request and `given` fix some facts and leave the others unknown, so a
//! condition is true, false or unknown.

use crate::grammar;
use crate::model::{
    Amount, Atom, Condition, Endpoint, Example, Field, FieldKind, GroupKind, Id, Input, InputSource, Line, Model, Need,
    Resource, State, ValueKind,
};

/// The facts that one example of an endpoint fixes.
pub(super) struct Assumptions<'a> {
    pub(super) model: &'a Model,
    pub(super) resource: &'a Resource,
    pub(super) endpoint: &'a Endpoint,
    pub(super) example: &'a Example,
}

impl Assumptions<'_> {
    /// Returns the lines that can match, in order. If the last one certainly matches, it does so unless an earlier one does.
    pub(super) fn candidates(&self) -> Vec<&Line> {
        let mut candidates = Vec::new();
        for line in &self.endpoint.lines {
            let holds = self.holds(&line.condition);
            if holds != Some(false) {
                candidates.push(line);
            }
            if holds == Some(true) {
                break;
            }
        }
        candidates
    }

    /// Whether a condition holds; `None` if the example leaves it open.
    pub(super) fn holds(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::All(parts) => self.every(parts, true),
            Condition::Any(parts) => self.every(parts, false).map(|none| !none),
            Condition::Not(part) => self.holds(part).map(|holds| !holds),
            Condition::Atom(atom) => self.atom(*atom),
        }
    }

    /// Whether each of `parts` is `value`.
    fn every(&self, parts: &[Condition], value: bool) -> Option<bool> {
        let parts: Vec<_> = parts.iter().map(|part| self.holds(part)).collect();
        if parts.contains(&Some(!value)) {
            return Some(false);
        }
        parts.iter().all(|part| *part == Some(value)).then_some(true)
    }

    fn atom(&self, atom: Atom) -> Option<bool> {
        match atom {
            Atom::Malformed => Some(self.is_malformed()),
            Atom::Failure | Atom::BodyStalled | Atom::BodyCrowded => Some(self.assumed(atom) == Some(true)),
            Atom::BodyTooLarge => Some(self.body_is_too_large()),
            Atom::BodyEmpty => Some(self.example.send.body.is_empty()),
            Atom::Present(source) => Some(self.model.fields_of(source).into_iter().any(|field| self.is_present(field))),
            Atom::Is(field, variant) => Some(self.choice(field) == Some(variant)),
            Atom::State(state, variant) => {
                let possible = self.possible(state);
                if possible.contains(&variant) { (possible.len() == 1).then_some(true) } else { Some(false) }
            }
            Atom::Fact(_) => self.assumed(atom),
        }
    }

    fn assumed(&self, atom: Atom) -> Option<bool> {
        self.example.given.iter().find(|assumption| assumption.atom == atom).map(|assumption| assumption.holds)
    }

    /// The variants that a state can have under the assumptions.
    fn possible(&self, state: Id<State>) -> Vec<usize> {
        let assumptions = self.example.given.iter().filter_map(|assumption| match assumption.atom {
            Atom::State(own, variant) if own == state => Some((variant, assumption.holds)),
            _ => None,
        });
        let assumptions: Vec<_> = assumptions.collect();
        let variants = 0..self.model.states[state].variants.len();
        variants.filter(|own| assumptions.iter().all(|(variant, holds)| (own == variant) == *holds)).collect()
    }

    fn body_is_too_large(&self) -> bool {
        let Some(limit) = self.endpoint.body_limit else { return false };
        let own = self.example.limits.iter().find(|(id, _)| *id == limit).map(|(_, amount)| *amount);
        let length = self.example.send.body.len() as u64;
        matches!(own.unwrap_or(self.model.limits[limit].amount), Amount::Bytes(max) if length > max)
    }

    /// Whether the request has the input. A flag counts only if it has its declared value.
    fn is_present(&self, id: Id<Field>) -> bool {
        let value = self.example.send.value(id);
        value.is_some_and(|value| match &self.model.fields[id].kind {
            FieldKind::Flag(text) => value.eq_ignore_ascii_case(text),
            _ => true,
        })
    }

    /// The variant or sentinel that an input has.
    fn choice(&self, id: Id<Field>) -> Option<usize> {
        let Some(value) = self.example.send.value(id) else {
            let input = self.endpoint.inputs.iter().find(|input| input.source == InputSource::Field(id));
            return match input?.need {
                Need::DefaultSentinel(index) => Some(index),
                _ => None,
            };
        };
        variant(self.model, id, value)
    }

    /// Whether the request breaks a rule of `malformed`.
    fn is_malformed(&self) -> bool {
        let path = self.resource.capture(&self.example.send.path);
        path.is_none_or(|captured| grammar::parameters(self.resource, &captured).is_err())
            || self.endpoint.inputs.iter().any(|input| self.breaks(input))
            || self.selectors().any(|field| self.breaks_grammar(field))
    }

    /// The query parameters that select an endpoint of this method.
    fn selectors(&self) -> impl Iterator<Item = Id<Field>> {
        let rivals = self.resource.endpoints.iter().filter(|other| other.method == self.endpoint.method);
        rivals.filter_map(|other| other.when).map(|(query, _)| query)
    }

    fn breaks(&self, input: &Input) -> bool {
        let fields = self.model.fields_of(input.source);
        let sent = |id: &Id<Field>| self.example.send.value(*id).is_some();
        let count = fields.iter().filter(|id| sent(id)).count();
        let missing = match (&input.need, input.source) {
            (Need::Required, _) => count == 0,
            (Need::UnlessBodyEmpty, _) => count == 0 && !self.example.send.body.is_empty(),
            (_, InputSource::Group(group)) => match self.model.groups[group].kind {
                GroupKind::AllOrNone => count > 0 && count < fields.len(),
                GroupKind::AtMostOne => count > 1,
                GroupKind::Headed => count > 0 && !sent(&fields[0]),
            },
            _ => false,
        };
        let read = match input.need {
            // An input that describes the body is not read if the body is empty.
            Need::UnlessBodyEmpty => !self.example.send.body.is_empty(),
            Need::UnlessMalformed => false,
            _ => true,
        };
        missing || read && fields.into_iter().any(|field| self.breaks_grammar(field))
    }

    fn breaks_grammar(&self, id: Id<Field>) -> bool {
        let value = self.example.send.value(id);
        value.is_some_and(|value| grammar::read(self.model, &self.model.fields[id], value).is_err())
    }
}

/// Returns the index of the variant or sentinel that `text` stands for.
pub(super) fn variant(model: &Model, field: Id<Field>, text: &str) -> Option<usize> {
    match &model.fields[field].kind {
        FieldKind::OffsetOrSentinel(offset) => {
            let offset = &model.offsets[*offset];
            let sentinel = offset.sentinels.iter().position(|sentinel| sentinel.text == text);
            sentinel.or_else(|| offset.aliases.iter().find(|(alias, _)| alias == text).map(|(_, meant)| *meant))
        }
        FieldKind::Value(value) => match &model.values[*value].kind {
            ValueKind::OneOf(choices) => choices.iter().position(|choice| choice.text == text),
            _ => None,
        },
        _ => None,
    }
}
