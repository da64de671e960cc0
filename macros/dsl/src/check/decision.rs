//! The lines of an endpoint as a decision table: every situation has an answer, and every line has a situation.
//!
//! A situation gives each thing that the lines ask about one of its values. The table is small enough to be tried out
//! in full, so these two checks are exact, as they are for the arms of a `match`.

use super::order;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{
    Atom, Condition, Endpoint, Fact, Field, FieldKind, Id, InputSource, Line, Model, Need, State, ValueKind,
};

/// More situations than anyone could tell apart.
const SITUATIONS_MAX: usize = 1 << 20;

/// No more gaps than anyone fills before building again.
const GAPS_MAX: usize = 4;

/// Checks that the lines of `endpoint` are exhaustive and reachable.
pub(super) fn check(model: &Model, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let at_edge = |line: &&Line| order::only_edge(model, line);
    let edge: Vec<&Line> = endpoint.lines.iter().filter(at_edge).collect();
    let handler = endpoint.handler_lines(model);
    let tables = [Table::new(model, endpoint, &edge), Table::new(model, endpoint, &handler)];
    if tables.iter().any(|table| table.situations() > SITUATIONS_MAX) {
        let message = format!("the lines of `{}` ask about too many things to be checked", endpoint.name);
        diagnostics.push(
            Diagnostic::new(Code::TooManyConditions, endpoint.name.span(), message)
                .help("join facts that always go together into a `state`"),
        );
        return;
    }
    let [edge_table, table] = tables;
    // No answer from the edge means that the handler is asked.
    edge_table.gaps(&edge, diagnostics);
    let gaps = table.gaps(&handler, diagnostics);
    // That an endpoint has no answer at all is said elsewhere.
    if !gaps.is_empty() && handler.iter().any(|line| !line.refuses) {
        let told = table.told(gaps);
        let phrases: Vec<_> = told.iter().map(|told| table.phrase(told)).collect();
        let message = format!("`{}` has no answer when {}", endpoint.name, quoted(&phrases[0]));
        let fault = Diagnostic::new(Code::NoAnswer, endpoint.name.span(), message);
        let fault = phrases[1..].iter().fold(fault, |fault, phrase| fault.note(format!("nor when {}", quoted(phrase))));
        let first = &phrases[0];
        diagnostics.push(fault.help(format!("add `{} => …;`", if first.is_empty() { "…" } else { first })));
    }
}

fn quoted(phrase: &str) -> String {
    if phrase.is_empty() { "no line is left".to_owned() } else { format!("`{phrase}`") }
}

/// Two refusals, one right before the other, that can hold together.
pub(crate) struct Clash {
    /// Which of the handler's lines is the first of them.
    pub(crate) earlier: usize,
    /// A situation in which both hold, and no line before them.
    pub(crate) situation: Vec<(Variable, usize)>,
}

/// All of them, in the order of the lines.
pub(crate) fn clashes(model: &Model, endpoint: &Endpoint) -> Vec<Clash> {
    let lines = endpoint.handler_lines(model);
    let table = Table::new(model, endpoint, &lines);
    let mut found: Vec<Option<Vec<usize>>> = vec![None; lines.len()];
    table.each(|situation| {
        let Some(first) = table.first(&lines, situation) else { return };
        let clash = lines.get(first + 1).is_some_and(|next| {
            lines[first].refuses
                && next.refuses
                && next.outcome != lines[first].outcome
                && table.holds(&next.condition, situation)
        });
        if clash && found[first].is_none() && table.can_be_sent(endpoint, situation) {
            found[first] = Some(situation.to_vec());
        }
    });
    let named = |situation: Vec<usize>| table.variables.iter().copied().zip(situation).collect();
    let clash = |(earlier, found): (usize, Option<Vec<usize>>)| Some(Clash { earlier, situation: named(found?) });
    found.into_iter().enumerate().filter_map(clash).collect()
}

/// Something that lines ask about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variable {
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
    fn new(model: &'a Model, endpoint: &Endpoint, lines: &[&Line]) -> Self {
        let mut variables = Vec::new();
        for atom in lines.iter().flat_map(|line| line.condition.atoms()) {
            if let Some(Test { variable, .. }) = test(model, atom)
                && !variables.contains(&variable)
            {
                variables.push(variable);
            }
        }
        let sizes = variables.iter().map(|variable| size(model, endpoint, *variable)).collect();
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
            Condition::Atom(atom) => test(self.model, *atom).is_some_and(|test| {
                let index = self.variables.iter().position(|known| *known == test.variable);
                index.is_some_and(|index| (situation[index] == test.value) == test.equal)
            }),
        }
    }

    /// Whether there is a request of `endpoint` that says what is said about requests: what is required is there, and
    /// what describes a body is there if there is one.
    fn can_be_sent(&self, endpoint: &Endpoint, situation: &[usize]) -> bool {
        let value = |wanted| {
            let index = self.variables.iter().position(|variable| *variable == wanted)?;
            Some(situation[index])
        };
        let has_body = value(Variable::BodyEmpty).map(|empty| empty == 0);
        endpoint.inputs.iter().all(|input| match (value(Variable::Present(input.source)), &input.need) {
            (Some(present), Need::Required) => present == 1,
            (Some(present), Need::UnlessBodyEmpty) => has_body.is_none_or(|body| body == (present == 1)),
            _ => true,
        })
    }

    /// The situations without an answer; lines without a situation are reported.
    fn gaps(&self, lines: &[&Line], diagnostics: &mut Diagnostics) -> Vec<Vec<usize>> {
        let mut reached = vec![false; lines.len()];
        // Of each line, an earlier one that answers in its place.
        let mut forestalled: Vec<Option<usize>> = vec![None; lines.len()];
        let mut uncovered = Vec::new();
        self.each(|situation| match self.first(lines, situation) {
            None => uncovered.push(situation.to_vec()),
            Some(first) => {
                reached[first] = true;
                for (index, line) in lines.iter().enumerate().skip(first + 1) {
                    if !reached[index] && forestalled[index].is_none() && self.holds(&line.condition, situation) {
                        forestalled[index] = Some(first);
                    }
                }
            }
        });
        for (index, line) in lines.iter().enumerate().filter(|(index, _)| !reached[*index]) {
            diagnostics.push(match forestalled[index] {
                Some(first) => order::never(line, lines[first]),
                None => Diagnostic::new(Code::UnreachableLine, line.span, "this line never holds")
                    .up_to(line.end)
                    .note("its condition contradicts itself")
                    .help("delete it"),
            });
        }
        uncovered
    }

    /// The uncovered situations, each told by as few facts as pin it down, as far as there are not too many.
    fn told(&self, mut uncovered: Vec<Vec<usize>>) -> Vec<Vec<Option<usize>>> {
        let agrees = |situation: &[usize], told: &[Option<usize>]| {
            situation.iter().zip(told).all(|(own, told)| told.is_none_or(|told| told == *own))
        };
        let all = uncovered.clone();
        let mut gaps = Vec::new();
        while let Some(situation) = uncovered.first().filter(|_| gaps.len() < GAPS_MAX) {
            let mut told: Vec<Option<usize>> = situation.iter().copied().map(Some).collect();
            for index in (0..told.len()).rev() {
                let known = told[index].take();
                let free: usize =
                    told.iter().zip(&self.sizes).map(|(value, size)| value.map_or(*size, |_| 1)).product();
                if all.iter().filter(|situation| agrees(situation, &told)).count() != free {
                    told[index] = known;
                }
            }
            uncovered.retain(|situation| !agrees(situation, &told));
            gaps.push(told);
        }
        gaps
    }

    /// A condition that holds in just these situations.
    fn phrase(&self, told: &[Option<usize>]) -> String {
        let told = self.variables.iter().zip(told).filter_map(|(variable, value)| Some((*variable, (*value)?)));
        told.map(|(variable, value)| self.condition(variable, value)).collect::<Vec<_>>().join(" and ")
    }

    fn condition(&self, variable: Variable, value: usize) -> String {
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
                let (name, choices) = (&self.model.fields[id].name, choices(self.model, id));
                if let Some(choice) = choices.names.get(value) {
                    return format!("{name} is {choice}");
                }
                if value == choices.absent() {
                    return format!("not {name}");
                }
                let none = choices.names.iter().map(|choice| format!("not {name} is {choice}"));
                none.collect::<Vec<_>>().join(" and ")
            }
        }
    }
}

/// What an atom asks of a variable: that it has a value, or that it has any other.
struct Test {
    variable: Variable,
    value: usize,
    equal: bool,
}

fn test(model: &Model, atom: Atom) -> Option<Test> {
    let (variable, value) = match atom {
        Atom::BodyEmpty => (Variable::BodyEmpty, 1),
        Atom::Present(InputSource::Field(id)) if !choices(model, id).names.is_empty() => {
            let value = choices(model, id).absent();
            return Some(Test { variable: Variable::Choice(id), value, equal: false });
        }
        Atom::Present(source) => (Variable::Present(source), 1),
        Atom::Is(field, variant) => (Variable::Choice(field), variant),
        Atom::State(state, variant) => (Variable::State(state), variant),
        Atom::Fact(fact) => (Variable::Fact(fact), 1),
        Atom::Malformed | Atom::Failure | Atom::BodyTooLarge | Atom::BodyStalled | Atom::BodyCrowded => return None,
    };
    Some(Test { variable, value, equal: true })
}

fn size(model: &Model, endpoint: &Endpoint, variable: Variable) -> usize {
    match variable {
        Variable::BodyEmpty | Variable::Present(_) | Variable::Fact(_) => 2,
        Variable::State(state) => model.states[state].variants.len().max(1),
        Variable::Choice(field) => {
            let input = endpoint.inputs.iter().find(|input| input.source == InputSource::Field(field));
            let can_be_absent = input.is_none_or(|input| {
                matches!(input.need, Need::Optional | Need::UnlessBodyEmpty | Need::UnlessMalformed)
            });
            choices(model, field).absent() + usize::from(can_be_absent)
        }
    }
}

/// The values of a field that lines can tell from each other.
pub(crate) struct Choices {
    pub(crate) names: Vec<String>,
    /// How each is written.
    pub(crate) texts: Vec<String>,
    /// Whether it can have a value without a name: an offset that is no sentinel.
    unnamed: bool,
}

impl Choices {
    /// The value that stands for none.
    pub(crate) fn absent(&self) -> usize {
        self.names.len() + usize::from(self.unnamed)
    }
}

pub(crate) fn choices(model: &Model, field: Id<Field>) -> Choices {
    let (choices, unnamed) = match &model.fields[field].kind {
        FieldKind::OffsetOrSentinel(offset) => (&model.offsets[*offset].sentinels[..], true),
        FieldKind::Value(value) => match &model.values[*value].kind {
            ValueKind::OneOf(choices) => (&choices[..], false),
            _ => (&[][..], false),
        },
        _ => (&[][..], false),
    };
    let (names, texts) = choices.iter().map(|choice| (choice.name.to_string(), choice.text.clone())).unzip();
    Choices { names, texts, unnamed }
}
