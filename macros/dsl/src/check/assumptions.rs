//! Evaluates conditions for an example. The request and `given` fix some facts and leave the others unknown, so a
//! condition is true, false or unknown.

use super::reading::{Reading, Violation};
use crate::grammar;
use crate::model::access::{Caller, Need, Subject};
use crate::model::{Amount, Atom, Condition, Endpoint, Example, Id, InputSource, Line, Model, Resource, State};

/// The facts that one example of an endpoint fixes.
pub(super) struct Assumptions<'a> {
    model: &'a Model,
    resource: &'a Resource,
    endpoint: &'a Endpoint,
    example: &'a Example,
    reading: Reading<'a>,
}

impl<'a> Assumptions<'a> {
    pub(super) fn new(model: &'a Model, resource: &'a Resource, endpoint: &'a Endpoint, example: &'a Example) -> Self {
        let assumes = |atom| example.given.iter().any(|assumption| assumption.atom == atom && assumption.holds);
        let unread =
            [Atom::BodyStalled, Atom::BodyCrowded].into_iter().any(assumes) || is_too_large(model, endpoint, example);
        let reading = Reading::new(model, resource, endpoint, &example.send, !unread);
        Self { model, resource, endpoint, example, reading }
    }

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

    /// Returns the rule that the request breaks, if `line` is about malformed inputs.
    pub(super) fn violation(&self, line: &Line) -> Option<Violation> {
        match line.condition.atoms()[..] {
            [Atom::Malformed] => self.reading.violation(None),
            [Atom::InputMalformed(source)] => self.reading.violation(Some(source)),
            _ => None,
        }
    }

    /// Whether a condition holds; `None` if the example leaves it open.
    pub(super) fn holds(&self, condition: &Condition) -> Option<bool> {
        condition.holds(&|atom| self.atom(atom))
    }

    fn atom(&self, atom: Atom) -> Option<bool> {
        match atom {
            Atom::Malformed => Some(self.reading.is_malformed()),
            Atom::InputMalformed(source) => Some(self.reading.is_malformed_in(source)),
            Atom::Failure | Atom::BodyStalled | Atom::BodyCrowded => Some(self.assumed(atom) == Some(true)),
            Atom::BodyTooLarge => Some(is_too_large(self.model, self.endpoint, self.example)),
            Atom::BodyEmpty => Some(self.example.send.body.is_empty()),
            Atom::Present(source) => Some(self.reading.is_present(source)),
            Atom::Is(field, variant) => Some(self.reading.is(field, variant)),
            Atom::State(state, variant) => {
                let possible = self.possible(state);
                if possible.contains(&variant) { (possible.len() == 1).then_some(true) } else { Some(false) }
            }
            Atom::Fact(_) => self.assumed(atom),
            Atom::Refused(_, index) => {
                Some(matches!(self.example.caller, Some(Caller::Refused(_, own)) if own == index))
            }
            Atom::Denied(_) => self.lacks_permission(),
        }
    }

    /// Whether the caller lacks a permission that the request needs.
    fn lacks_permission(&self) -> Option<bool> {
        let (Some((_, needs)), Some(Caller::Permitted(_, permitted))) =
            (self.endpoint.restriction(), &self.example.caller)
        else {
            return Some(false);
        };
        let lacking = needs.iter().filter(|need| !permitted.contains(&need.operation));
        let is_needed = |need: &Need| {
            let subject = match need.subject {
                Some(Subject::Input(id)) => self.reading.is_present(InputSource::Field(id)),
                Some(Subject::Parameter(index)) => self.is_path(index),
                None => true,
            };
            if subject {
                need.condition.as_ref().map_or(Some(true), |condition| self.holds(condition))
            } else {
                Some(false)
            }
        };
        let lacking: Vec<_> = lacking.map(is_needed).collect();
        if lacking.contains(&Some(true)) { Some(true) } else { (!lacking.contains(&None)).then_some(false) }
    }

    /// Whether the path parameter with this index is well-formed.
    fn is_path(&self, index: usize) -> bool {
        let captured = self.resource.capture(&self.example.send.path).unwrap_or_default();
        let text = captured.get(index).copied().unwrap_or_default();
        grammar::parameter(&self.resource.parameters[index], text).is_ok()
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
}

/// Whether the body of an example exceeds its limit.
fn is_too_large(model: &Model, endpoint: &Endpoint, example: &Example) -> bool {
    let Some(limit) = endpoint.body_limit() else { return false };
    let own = example.limits.iter().find(|(id, _)| *id == limit).map(|(_, amount)| *amount);
    let length = example.send.body.len() as u64;
    matches!(own.unwrap_or(model.limits[limit].amount), Amount::Bytes(max) if length > max)
}
