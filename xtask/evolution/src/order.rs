//! When an endpoint refuses, and which refusal goes first.

use crate::Changes;
use crate::answer;
use dsl::model::{Endpoint, Id, Line, Model, Outcome};

/// A line of an endpoint as text.
struct Said {
    condition: String,
    /// Which outcome of the new spec it leads to, or what that has become there.
    outcome: Option<Id<Outcome>>,
    /// The answer, as clients see it.
    answer: String,
    status: u16,
    refuses: bool,
}

/// Adds what is different between the lines of an endpoint.
pub fn compare(changes: &mut Changes, old: (&Model, &Endpoint), new: (&Model, &Endpoint)) {
    let pairs = answer::pairs(old, new);
    let became = |id| pairs.iter().find(|(was, _)| *was == id).map(|(_, is)| *is);
    let (was, is) = (said(old.0, old.1, became), said(new.0, new.1, Some));
    let mut lost: Vec<&Said> = was.iter().filter(|line| !is.iter().any(|other| other.is(line))).collect();
    for line in is.iter().filter(|line| !was.iter().any(|other| other.is(line))) {
        if let Some(index) = lost.iter().position(|other| other.outcome == line.outcome) {
            let other = lost.remove(index);
            changes.unclear(format!(
                "{} was answered when `{}` and is when `{}`",
                line.answer, other.condition, line.condition
            ));
        } else if line.refuses {
            changes.breaking(format!("{} is answered when `{}`", line.answer, line.condition));
        } else {
            changes.unclear(format!("{} is answered when `{}`", line.answer, line.condition));
        }
    }
    for line in lost {
        let what = format!("{} is not answered when `{}`", line.answer, line.condition);
        if line.refuses { changes.compatible(what) } else { changes.unclear(what) }
    }
    moved(changes, &was, &is);
}

/// Two answers that now stand in the other order: what would be told first is told second.
fn moved(changes: &mut Changes, was: &[Said], is: &[Said]) {
    let common: Vec<(usize, &Said)> =
        is.iter().filter_map(|line| Some((was.iter().position(|other| other.is(line))?, line))).collect();
    for pair in common.windows(2) {
        let [(first_was, first), (second_was, second)] = pair else { continue };
        if first_was < second_was || first.outcome == second.outcome {
            continue;
        }
        let what = format!("`{}` goes before `{}`", first.condition, second.condition);
        if first.status == second.status {
            changes.unclear(what);
        } else {
            changes.breaking(format!("{what}: {} before {}", first.answer, second.answer));
        }
    }
}

fn said(model: &Model, endpoint: &Endpoint, became: impl Fn(Id<Outcome>) -> Option<Id<Outcome>>) -> Vec<Said> {
    let said = |line: &Line| {
        let outcome = &model.outcomes[line.outcome];
        let condition = docs::phrase::condition(model, &line.condition);
        let (successor, answer, status) = (became(line.outcome), answer::name(outcome), outcome.status);
        Said { condition, outcome: successor, answer, status, refuses: line.refuses }
    };
    // Refusals for credentials always come first.
    endpoint.lines.iter().filter(|line| !line.is_about_access()).map(said).collect()
}

impl Said {
    fn is(&self, other: &Said) -> bool {
        self.condition == other.condition && self.outcome.is_some() && self.outcome == other.outcome
    }
}
