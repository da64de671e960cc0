//! Whether one grammar takes more than another.

use crate::Changes;
use dsl::grammar::{Grammar, Texts, Writer};
use dsl::model::{Field, Model};

/// Adds what is different between two grammars of what is called `name`.
pub fn compare(changes: &mut Changes, writer: Writer, name: &str, old: (&Model, &Field), new: (&Model, &Field)) {
    let of = |(model, field): (&Model, &Field)| of(model, field.grammar(model));
    add(changes, writer, name, of(old), of(new));
}

/// [`compare`] for grammars that no header or query parameter has.
pub fn compare_texts(
    changes: &mut Changes,
    writer: Writer,
    name: &str,
    old: (&Model, &dyn Grammar),
    new: (&Model, &dyn Grammar),
) {
    add(changes, writer, name, of(old.0, old.1), of(new.0, new.1));
}

fn add(changes: &mut Changes, writer: Writer, name: &str, old: (Texts, String), new: (Texts, String)) {
    if old.0 == new.0 {
        return;
    }
    let what = if old.1 == new.1 {
        format!("{name} is of another grammar: {}", new.1)
    } else {
        format!("{name} was {} and is {}", old.1, new.1)
    };
    let takes_more = new.0.contain(&old.0);
    let takes_less = old.0.contain(&new.0);
    if (writer == Writer::Client && takes_more) || (writer == Writer::Server && takes_less) {
        changes.compatible(what);
    } else {
        changes.breaking(what);
    }
}

fn of(model: &Model, grammar: &dyn Grammar) -> (Texts, String) {
    (grammar.texts(model), grammar.words(model))
}
