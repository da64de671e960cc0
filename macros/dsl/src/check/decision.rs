//! The lines of an endpoint as a decision table: each combination of conditions is covered by a line, and each line is
//! reachable.
//!
//! A combination of conditions assigns a value to each variable that the lines test. All combinations are enumerated, so
//! both checks are exact, like those for the arms of a `match`.

use super::combinations::{Set, Space};
use super::order;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::grammar::Grammar;
use crate::model::{Atom, Condition, Endpoint, Fact, Field, Id, InputSource, Line, Model, Need, State};

/// Maximum combinations of conditions that are enumerated. The message below contains the number, too.
const COMBINATIONS_MAX: usize = 1 << 20;

/// Maximum uncovered combinations that are reported at once.
const GAPS_MAX: usize = 4;

/// Checks that the lines of `endpoint` are exhaustive and reachable.
pub(super) fn check(model: &Model, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let at_edge = |line: &&Line| line.is_at_edge(model);
    let edge: Vec<&Line> = endpoint.lines.iter().filter(at_edge).collect();
    let handler = endpoint.handler_lines(model);
    let tables = [Table::new(model, endpoint, &edge), Table::new(model, endpoint, &handler)];
    if tables.iter().any(|table| table.combinations() > COMBINATIONS_MAX) {
        let message =
            format!("`{}` has more than 1,048,576 combinations of conditions, too many to check", endpoint.name);
        diagnostics.push(
            Diagnostic::new(Code::TooManyConditions, endpoint.name.span(), message)
                .help("replace facts that exclude each other with one `state`"),
        );
        return;
    }
    let [edge_table, table] = tables;
    // A request that no line of the edge matches goes to the handler, so these gaps are fine.
    edge_table.gaps(&edge, diagnostics);
    let gaps = table.gaps(&handler, diagnostics);
    // An endpoint without a line in `answer` is reported by `answer::required`.
    if !gaps.is_empty() && handler.iter().any(|line| !line.refuses) {
        let gaps = table.simplified(gaps);
        let phrases: Vec<_> = gaps.iter().map(|gap| table.phrase(gap)).collect();
        diagnostics.push(no_answer(endpoint, &phrases));
    }
}

/// The fault for uncovered combinations of conditions. An empty phrase stands for all of them.
fn no_answer(endpoint: &Endpoint, phrases: &[String]) -> Diagnostic {
    let fault = |message: String| Diagnostic::new(Code::NoAnswer, endpoint.name.span(), message);
    match phrases {
        [first, rest @ ..] if !first.is_empty() => {
            let fault = fault(format!("`{}` has no answer when `{first}`", endpoint.name));
            let fault = rest.iter().fold(fault, |fault, phrase| fault.note(format!("nor when `{phrase}`")));
            fault.help(format!("add `{first} => …;`"))
        }
        _ => fault(format!("no line of `{}` can match a request that reaches its handler", endpoint.name))
            .help("add a line to `answer` whose condition can hold"),
    }
}

/// Two adjacent lines of `refuse` that can match the same request.
pub(crate) struct Clash {
    /// The index of the first of the two among the handler's lines.
    pub(crate) earlier: usize,
    /// A combination of conditions that both match and no earlier line matches.
    pub(crate) combination: Vec<(Variable, usize)>,
}

/// Returns all clashes, in the order of the lines.
pub(crate) fn clashes(model: &Model, endpoint: &Endpoint) -> Vec<Clash> {
    let lines = endpoint.handler_lines(model);
    let table = Table::new(model, endpoint, &lines);
    let Cover { decided, matched, .. } = table.cover(&lines);
    let clash = |earlier: usize| {
        let (line, next) = (lines[earlier], lines.get(earlier + 1)?);
        if !line.refuses || !next.refuses || next.outcome == line.outcome {
            return None;
        }
        let both = decided[earlier].clone().and(&matched[earlier + 1]);
        Some(Clash { earlier, combination: table.sendable(endpoint, &both)? })
    };
    (0..lines.len()).filter_map(clash).collect()
}

/// Returns a combination of conditions for which `line` decides, if a request can have its inputs.
pub(super) fn witness(model: &Model, endpoint: &Endpoint, line: &Line) -> Option<Vec<(Variable, usize)>> {
    let edge = endpoint.lines.iter().filter(|line| line.is_at_edge(model)).collect();
    let lines: Vec<&Line> = if line.is_at_edge(model) { edge } else { endpoint.handler_lines(model) };
    let own = lines.iter().position(|other| std::ptr::eq(*other, line))?;
    let table = Table::new(model, endpoint, &lines);
    if table.combinations() > COMBINATIONS_MAX {
        return None;
    }
    table.sendable(endpoint, &table.cover(&lines).decided[own])
}

/// Returns a combination of conditions that `line` matches, if a request can have its inputs.
pub(super) fn matched(model: &Model, endpoint: &Endpoint, line: &Line) -> Option<Vec<(Variable, usize)>> {
    let table = Table::new(model, endpoint, &[line]);
    table.sendable(endpoint, &table.cover(&[line]).matched[0])
}

/// The variables that a line tests.
pub(super) fn tested(model: &Model, endpoint: &Endpoint, line: &Line) -> Vec<Variable> {
    Table::new(model, endpoint, &[line]).variables
}

/// The condition that a variable has a value, as an author writes it.
pub(super) fn condition(model: &Model, variable: Variable, value: usize) -> String {
    Table { model, chosen: Vec::new(), variables: Vec::new(), sizes: Vec::new() }.condition(variable, value)
}

/// A variable that lines test.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variable {
    BodyEmpty,
    Present(InputSource),
    Choice(Id<Field>),
    State(Id<State>),
    Fact(Id<Fact>),
}

/// The combinations that lines cover.
struct Cover {
    /// The combinations that each line matches and no earlier line does.
    decided: Vec<Set>,
    /// The combinations that each line matches.
    matched: Vec<Set>,
    /// The combinations that no line matches.
    uncovered: Set,
    space: Space,
}

struct Table<'a> {
    model: &'a Model,
    /// The fields whose choices the lines distinguish.
    chosen: Vec<Id<Field>>,
    variables: Vec<Variable>,
    /// The number of values of each variable.
    sizes: Vec<usize>,
}

impl<'a> Table<'a> {
    fn new(model: &'a Model, endpoint: &Endpoint, lines: &[&Line]) -> Self {
        let atoms: Vec<_> = lines.iter().flat_map(|line| line.condition.atoms()).collect();
        let chosen = atoms.iter().filter_map(|atom| match atom {
            Atom::Is(field, _) => Some(*field),
            _ => None,
        });
        let mut table = Self { model, chosen: chosen.collect(), variables: Vec::new(), sizes: Vec::new() };
        for atom in atoms {
            if let Some(variable) = table.variable(atom)
                && !table.variables.contains(&variable)
            {
                table.variables.push(variable);
            }
        }
        table.sizes = table.variables.iter().map(|variable| size(model, endpoint, *variable)).collect();
        table
    }

    fn combinations(&self) -> usize {
        self.sizes.iter().fold(1_usize, |product, size| product.saturating_mul(*size))
    }

    /// The combinations that each line matches and decides.
    fn cover(&self, lines: &[&Line]) -> Cover {
        let space = Space::new(&self.sizes);
        let matched: Vec<Set> = lines.iter().map(|line| self.holding(&space, &line.condition)).collect();
        let mut uncovered = space.all();
        let decided = matched.iter().map(|matched| {
            let decided = uncovered.clone().and(matched);
            uncovered = uncovered.clone().without(matched);
            decided
        });
        Cover { decided: decided.collect(), matched, uncovered, space }
    }

    /// The combinations in which a condition holds.
    fn holding(&self, space: &Space, condition: &Condition) -> Set {
        let part = |part: &Condition| self.holding(space, part);
        match condition {
            Condition::All(parts) => parts.iter().fold(space.all(), |all, own| all.and(&part(own))),
            Condition::Any(parts) => parts.iter().fold(space.none(), |any, own| any.or(&part(own))),
            Condition::Not(own) => space.all().without(&part(own)),
            Condition::Always => space.all(),
            Condition::Atom(atom) => {
                let variable = self.variable(*atom);
                let index = self.variables.iter().position(|own| Some(*own) == variable);
                index.map_or_else(|| space.none(), |index| space.with(index, |value| self.holds_with(*atom, value)))
            }
        }
    }

    /// Returns the first combination of a set that a request can have, with its variables.
    fn sendable(&self, endpoint: &Endpoint, set: &Set) -> Option<Vec<(Variable, usize)>> {
        let space = Space::new(&self.sizes);
        let mut combinations = set.iter().map(|combination| space.values(combination));
        let values = combinations.find(|values| self.can_be_sent(endpoint, values))?;
        Some(self.variables.iter().copied().zip(values).collect())
    }

    /// Whether a request to `endpoint` can have the inputs of a combination: required inputs are present, and inputs that
    /// describe a body are present if there is a body.
    fn can_be_sent(&self, endpoint: &Endpoint, combination: &[usize]) -> bool {
        let value = |of| {
            let index = self.variables.iter().position(|variable| *variable == of)?;
            Some(combination[index])
        };
        let has_body = value(Variable::BodyEmpty).map(|empty| empty == 0);
        endpoint.inputs.iter().all(|input| match (value(Variable::Present(input.source)), &input.need) {
            (Some(present), Need::Required) => present == 1,
            (Some(present), Need::UnlessBodyEmpty) => has_body.is_none_or(|body| body == (present == 1)),
            _ => true,
        })
    }

    /// Returns the uncovered combinations, and reports unreachable lines.
    fn gaps(&self, lines: &[&Line], diagnostics: &mut Diagnostics) -> Vec<Vec<usize>> {
        let Cover { decided, matched, uncovered, space } = self.cover(lines);
        for (index, line) in lines.iter().enumerate().filter(|(index, _)| decided[*index].is_empty()) {
            // The earlier line that decides a combination that this line matches.
            let covered = matched[index].iter().next();
            let earlier = covered.and_then(|covered| decided.iter().position(|decided| decided.contains(covered)));
            diagnostics.push(match earlier {
                Some(first) => order::unreachable(line, lines[first]),
                None => {
                    Diagnostic::new(Code::UnreachableLine, line.span, "unreachable line: its condition can never hold")
                        .up_to(line.end)
                        .note("parts of the condition contradict each other")
                        .help("delete this line, or change its condition")
                }
            });
        }
        uncovered.iter().map(|combination| space.values(combination)).collect()
    }

    /// Merges uncovered combinations: each result leaves out the variables whose value does not matter. Returns at most
    /// `GAPS_MAX` results.
    fn simplified(&self, mut uncovered: Vec<Vec<usize>>) -> Vec<Vec<Option<usize>>> {
        let agrees = |combination: &[usize], simplified: &[Option<usize>]| {
            combination.iter().zip(simplified).all(|(own, value)| value.is_none_or(|value| value == *own))
        };
        let all = uncovered.clone();
        let mut gaps = Vec::new();
        while let Some(combination) = uncovered.first().filter(|_| gaps.len() < GAPS_MAX) {
            let mut simplified: Vec<Option<usize>> = combination.iter().copied().map(Some).collect();
            for index in (0..simplified.len()).rev() {
                let value = simplified[index].take();
                let free: usize =
                    simplified.iter().zip(&self.sizes).map(|(value, size)| value.map_or(*size, |_| 1)).product();
                if all.iter().filter(|combination| agrees(combination, &simplified)).count() != free {
                    simplified[index] = value;
                }
            }
            uncovered.retain(|combination| !agrees(combination, &simplified));
            gaps.push(simplified);
        }
        gaps
    }

    /// The variable that an atom tests.
    fn variable(&self, atom: Atom) -> Option<Variable> {
        Some(match atom {
            Atom::BodyEmpty => Variable::BodyEmpty,
            Atom::Fact(fact) => Variable::Fact(fact),
            Atom::Present(InputSource::Field(id)) if self.has_choices(id) => Variable::Choice(id),
            Atom::Present(source) => Variable::Present(source),
            Atom::Is(id, _) => Variable::Choice(id),
            Atom::State(state, _) => Variable::State(state),
            Atom::Malformed
            | Atom::InputMalformed(_)
            | Atom::Failure
            | Atom::BodyTooLarge
            | Atom::BodyStalled
            | Atom::BodyCrowded
            | Atom::Refused(..)
            | Atom::Denied(_) => return None,
        })
    }

    /// Whether an atom holds if its variable has this value.
    fn holds_with(&self, atom: Atom, value: usize) -> bool {
        match atom {
            Atom::Present(InputSource::Field(id)) if self.has_choices(id) => value != self.model.choices(id).absent(),
            Atom::Is(id, named) => self.model.fields[id].grammar(self.model).includes(self.model, named, value),
            Atom::State(_, variant) => value == variant,
            _ => value == 1,
        }
    }

    /// Whether the choices of a field are distinguished. Media types are only if a line names one.
    fn has_choices(&self, id: Id<Field>) -> bool {
        let is_variant = |grammar: &dyn Grammar| grammar.predicate(self.model, 0).is_none();
        let choices = self.model.choices(id).named;
        self.chosen.contains(&id) || !choices.is_empty() && is_variant(self.model.fields[id].grammar(self.model))
    }

    /// Returns a condition that holds for exactly these combinations.
    fn phrase(&self, simplified: &[Option<usize>]) -> String {
        let fixed = self.variables.iter().zip(simplified).filter_map(|(variable, value)| Some((*variable, (*value)?)));
        fixed.map(|(variable, value)| self.condition(variable, value)).collect::<Vec<_>>().join(" and ")
    }

    fn condition(&self, variable: Variable, value: usize) -> String {
        let negation = |text: String| if value == 1 { text } else { format!("not {text}") };
        match variable {
            Variable::BodyEmpty => negation("body.empty".to_owned()),
            Variable::Present(InputSource::Field(id)) => negation(self.model.fields[id].name.to_string()),
            Variable::Present(InputSource::Group(id)) => negation(self.model.groups[id].name.to_string()),
            Variable::Fact(id) => {
                let fact = &self.model.facts[id];
                negation(format!("{}.{}", fact.subject, fact.predicate))
            }
            Variable::State(id) => {
                let state = &self.model.states[id];
                format!("{}.{}", state.name, state.variants[value].1)
            }
            Variable::Choice(id) => {
                let (name, choices) = (&self.model.fields[id].name, self.model.choices(id));
                if let Some(choice) = choices.named.get(value) {
                    return format!("{name} is {}", choice.name);
                }
                if value == choices.absent() {
                    return format!("not {name}");
                }
                let none = choices.named.iter().map(|choice| format!("not {name} is {}", choice.name));
                none.collect::<Vec<_>>().join(" and ")
            }
        }
    }
}

fn size(model: &Model, endpoint: &Endpoint, variable: Variable) -> usize {
    match variable {
        Variable::BodyEmpty | Variable::Present(_) | Variable::Fact(_) => 2,
        Variable::State(state) => model.states[state].variants.len().max(1),
        Variable::Choice(field) => {
            let can_be_absent = endpoint.need_of(InputSource::Field(field)).is_none_or(Need::can_be_absent);
            model.choices(field).absent() + usize::from(can_be_absent)
        }
    }
}
