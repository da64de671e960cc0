//! Requests with the inputs of a combination of conditions.

use super::decision::Variable;
use crate::model::{Input, InputSource, Need, Sent};
use crate::sample::{Maker, with, without};

/// Returns a request with the inputs of a combination of conditions.
pub(crate) fn request(maker: &Maker<'_>, combination: &[(Variable, usize)]) -> Sent {
    let Maker { model, endpoint, .. } = maker;
    let value_of = |of| combination.iter().find(|(variable, _)| *variable == of).map(|(_, value)| *value);
    let described = |input: &&Input| matches!(input.need, Need::UnlessBodyEmpty);
    let describes =
        endpoint.inputs.iter().filter(described).find_map(|input| value_of(Variable::Present(input.source)));
    let has_body = match value_of(Variable::BodyEmpty) {
        Some(empty) => empty == 0,
        None => describes == Some(1),
    };
    let mut sent = maker.plain();
    if has_body {
        sent.body = maker.body();
        for input in endpoint.inputs.iter().filter(described) {
            sent = present(maker, sent, input.source);
        }
    }
    if value_of(Variable::BodyEmpty) == Some(1) || describes == Some(0) {
        sent.body = String::new();
    }
    for (variable, value) in combination {
        sent = match variable {
            Variable::Present(source) if *value == 1 => present(maker, sent, *source),
            Variable::Choice(id) => {
                let choices = model.choices(*id);
                match *value == choices.absent() {
                    true => without(&sent, *id),
                    false => with(&sent, *id, model.fields[*id].grammar(model).sample_of(model, *value)),
                }
            }
            _ => sent,
        };
    }
    sent
}

/// Returns the request with a field added, or with the members that a group needs.
fn present(maker: &Maker<'_>, sent: Sent, source: InputSource) -> Sent {
    let needed = maker.needed(source);
    needed.into_iter().fold(sent, |sent, id| with(&sent, id, maker.sample(id)))
}
