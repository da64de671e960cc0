//! The lines of an endpoint as a decision table: every situation has an answer, and every line has a situation.
//!
//! A situation gives each thing that the lines ask about one of its values. The table is small enough to be tried out
//! in full, so these two checks are exact, as they are for the arms of a `match`.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Atom, Condition, Endpoint, Fact, Field, FieldKind, Id, InputSource, Line, Model, State, ValueKind};

/// More situations than anyone could tell apart.
const SITUATIONS_MAX: usize = 1 << 20;

/// Checks that the lines of `endpoint` are exhaustive and reachable.
pub(super) fn check(model: &Model, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let lines = endpoint.handler_lines(model);
    let table = Table::new(model, &lines);
    if table.situations() > SITUATIONS_MAX {
        let message = format!("the lines of `{}` ask about too many things to be checked", endpoint.name);
        diagnostics.push(
            Diagnostic::new(Code::MisplacedCondition, endpoint.name.span(), message)
                .help("join facts that always go together into a `state`"),
        );
        return;
    }
    let mut reached = vec![false; lines.len()];
    let mut uncovered = Vec::new();
    table.each(|situation| match table.first(&lines, situation) {
        Some(line) => reached[line] = true,
        None => uncovered.push(situation.to_vec()),
    });
    for (line, _) in lines.iter().zip(&reached).filter(|(_, reached)| !**reached) {
        let message = "this line never gets its turn".to_owned();
        diagnostics.push(
            Diagnostic::new(Code::UnreachableLine, line.span, message)
                .note(format!("whenever it holds, a line above it in `{}` has answered", endpoint.name))
                .help("move it up, or delete it"),
        );
    }
    if !uncovered.is_empty() {
        let message = format!("`{}` has no answer when {}", endpoint.name, table.summary(&uncovered));
        diagnostics.push(
            Diagnostic::new(Code::NoAnswer, endpoint.name.span(), message)
                .note("lines are tried from top to bottom, `refuse` before `answer`, and none of them holds then")
                .help("add a line for it"),
        );
    }
}

/// Something that lines ask about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Variable {
    BodyEmpty,
    Present(InputSource),
    Choice(Id<Field>),
    State(Id<State>),
    Fact(Id<Fact>),
}

struct Table<'a> {
    model: &'a Model,
    variables: Vec<Variable>,
    /// The number of values of each variable.
    sizes: Vec<usize>,
}

impl<'a> Table<'a> {
    fn new(model: &'a Model, lines: &[&Line]) -> Self {
        let mut variables = Vec::new();
        for atom in lines.iter().flat_map(|line| line.condition.atoms()) {
            if let Some((variable, _)) = test(atom)
                && !variables.contains(&variable)
            {
                variables.push(variable);
            }
        }
        let sizes = variables.iter().map(|variable| size(model, *variable)).collect();
        Self { model, variables, sizes }
    }

    fn situations(&self) -> usize {
        self.sizes.iter().fold(1_usize, |product, size| product.saturating_mul(*size))
    }

    /// Calls `visit` with every situation.
    fn each(&self, mut visit: impl FnMut(&[usize])) {
        let mut situation = vec![0; self.variables.len()];
        loop {
            visit(&situation);
            let mut index = 0;
            loop {
                let Some(value) = situation.get_mut(index) else { return };
                *value += 1;
                if *value < self.sizes[index] {
                    break;
                }
                *value = 0;
                index += 1;
            }
        }
    }

    /// The first line that holds.
    fn first(&self, lines: &[&Line], situation: &[usize]) -> Option<usize> {
        lines.iter().position(|line| self.holds(&line.condition, situation))
    }

    fn holds(&self, condition: &Condition, situation: &[usize]) -> bool {
        match condition {
            Condition::All(parts) => parts.iter().all(|part| self.holds(part, situation)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds(part, situation)),
            Condition::Not(part) => !self.holds(part, situation),
            Condition::Atom(atom) => test(*atom).is_some_and(|(variable, value)| {
                let index = self.variables.iter().position(|known| *known == variable);
                index.is_some_and(|index| situation[index] == value)
            }),
        }
    }

    /// One of the uncovered situations, told by as few facts as pin it down.
    fn summary(&self, uncovered: &[Vec<usize>]) -> String {
        let mut told: Vec<Option<usize>> = uncovered[0].iter().copied().map(Some).collect();
        for index in (0..told.len()).rev() {
            let mut shorter = told.clone();
            shorter[index] = None;
            let free: usize = shorter.iter().zip(&self.sizes).map(|(value, size)| value.map_or(*size, |_| 1)).product();
            let agrees = |situation: &&Vec<usize>| {
                situation.iter().zip(&shorter).all(|(own, told)| told.is_none_or(|told| told == *own))
            };
            if uncovered.iter().filter(agrees).count() == free {
                told = shorter;
            }
        }
        let told = self.variables.iter().zip(&told);
        let parts: Vec<_> = told
            .filter_map(|(variable, value)| value.map(|value| format!("`{}`", self.phrase(*variable, value))))
            .collect();
        if parts.is_empty() { "no line is left".to_owned() } else { parts.join(" and ") }
    }

    fn phrase(&self, variable: Variable, value: usize) -> String {
        let negation = |text: String| if value == 1 { text } else { format!("not {text}") };
        match variable {
            Variable::BodyEmpty => negation("body.empty".to_owned()),
            Variable::Present(InputSource::Field(id)) => negation(self.model.fields[id].name.to_string()),
            Variable::Present(InputSource::Group(id)) => negation(self.model.groups[id].name.to_string()),
            Variable::Fact(id) => {
                let fact = &self.model.facts[id];
                negation(format!("{}.{}", fact.subject, fact.verb))
            }
            Variable::State(id) => {
                let state = &self.model.states[id];
                format!("{}.{}", state.name, state.variants[value].1)
            }
            Variable::Choice(id) => {
                let field = &self.model.fields[id];
                match choice_names(self.model, id).get(value) {
                    Some(name) => format!("{} is {name}", field.name),
                    None => format!("{} is none of its names", field.name),
                }
            }
        }
    }
}

/// The variable that an atom asks about, and the value that it asks for.
fn test(atom: Atom) -> Option<(Variable, usize)> {
    Some(match atom {
        Atom::BodyEmpty => (Variable::BodyEmpty, 1),
        Atom::Present(source) => (Variable::Present(source), 1),
        Atom::Is(field, variant) => (Variable::Choice(field), variant),
        Atom::State(state, variant) => (Variable::State(state), variant),
        Atom::Fact(fact) => (Variable::Fact(fact), 1),
        Atom::Malformed | Atom::Failure | Atom::BodyTooLarge => return None,
    })
}

fn size(model: &Model, variable: Variable) -> usize {
    match variable {
        Variable::BodyEmpty | Variable::Present(_) | Variable::Fact(_) => 2,
        Variable::State(state) => model.states[state].variants.len().max(1),
        // Absent, or an offset that is no sentinel.
        Variable::Choice(field) => choice_names(model, field).len() + 1,
    }
}

fn choice_names(model: &Model, field: Id<Field>) -> Vec<String> {
    let choices = match &model.fields[field].kind {
        FieldKind::OffsetOrSentinel(offset) => &model.offsets[*offset].sentinels,
        FieldKind::Value(value) => match &model.values[*value].kind {
            ValueKind::OneOf(choices) => choices,
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    choices.iter().map(|choice| choice.name.to_string()).collect()
}
