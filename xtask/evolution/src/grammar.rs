//! Whether one grammar takes more than another.

use crate::Changes;
use dsl::model::{Choice, Field, FieldKind, Member, MemberKind, Model, Offset, Radix, Value, ValueKind};
use std::collections::BTreeSet;

/// Who writes a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    Client,
    Server,
}

/// A set of texts, as far as it can be compared with others.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Grammar {
    /// All of its kind.
    Fixed(String),
    /// Texts of some length, or numbers.
    Range(&'static str, u64, u64),
    /// These, and of offsets all of a format, too.
    Named(Option<(bool, usize)>, BTreeSet<(String, String)>),
}

/// Adds what is different between two grammars of what is called `name`.
pub fn compare(changes: &mut Changes, writer: Writer, name: &str, old: (&Model, &Field), new: (&Model, &Field)) {
    let phrase = |(model, field): (&Model, &Field)| docs::grammar::of_field(model, field);
    add(changes, writer, name, (of_field(old.0, old.1), phrase(old)), (of_field(new.0, new.1), phrase(new)));
}

/// Adds what is different between two members of an event, which a server writes.
pub fn compare_members(changes: &mut Changes, name: &str, old: (&Model, &Member), new: (&Model, &Member)) {
    let (was, is) = (of_member(old.0, old.1), of_member(new.0, new.1));
    add(changes, Writer::Server, name, was, is);
}

fn add(changes: &mut Changes, writer: Writer, name: &str, old: (Grammar, String), new: (Grammar, String)) {
    if old.0 == new.0 {
        return;
    }
    let what = if old.1 == new.1 {
        format!("{name} is of another grammar: {}", new.1)
    } else {
        format!("{name} was {} and is {}", old.1, new.1)
    };
    let takes_more = contains(&new.0, &old.0);
    let takes_less = contains(&old.0, &new.0);
    if (writer == Writer::Client && takes_more) || (writer == Writer::Server && takes_less) {
        changes.compatible(what);
    } else {
        changes.breaking(what);
    }
}

/// Whether every text of `inner` is one of `outer`, and means the same.
fn contains(outer: &Grammar, inner: &Grammar) -> bool {
    match (outer, inner) {
        (Grammar::Range(kind, min, max), Grammar::Range(other, least, most)) => {
            kind == other && min <= least && most <= max
        }
        (Grammar::Named(format, names), Grammar::Named(other, others)) => {
            (other.is_none() || format == other) && names.is_superset(others)
        }
        (Grammar::Range("text", min, max), Grammar::Named(None, names)) => {
            names.iter().all(|(text, _)| (*min..=*max).contains(&(text.len() as u64)))
        }
        _ => outer == inner,
    }
}

fn of_field(model: &Model, field: &Field) -> Grammar {
    let fixed = |kind: &str| Grammar::Fixed(kind.to_owned());
    match &field.kind {
        FieldKind::Flag(text) => Grammar::Fixed(format!("flag {text}")),
        FieldKind::MediaType => fixed("media type"),
        FieldKind::Timestamp => fixed("timestamp"),
        FieldKind::EntityTag => fixed("entity tag"),
        FieldKind::EntityTags => fixed("entity tags"),
        FieldKind::List => fixed("list"),
        FieldKind::PathTo(name) => {
            let path = model.resources.iter().find(|resource| resource.name == *name).map(|resource| &resource.path);
            Grammar::Fixed(format!("path {}", path.map_or("", String::as_str)))
        }
        FieldKind::Value(id) => of_value(&model.values[*id]),
        FieldKind::Offset(id) => of_offset(&model.offsets[*id], false),
        FieldKind::OffsetOrSentinel(id) => of_offset(&model.offsets[*id], true),
    }
}

fn of_value(value: &Value) -> Grammar {
    match &value.kind {
        ValueKind::Text { min, max } => Grammar::Range("text", *min, *max),
        ValueKind::Integer { min, max } => Grammar::Range("integer", *min, *max),
        ValueKind::OneOf(choices) => Grammar::Named(None, named(choices)),
        ValueKind::Listed(token) => Grammar::Fixed(format!("listed {}", token.to_lowercase())),
        ValueKind::Credentials(scheme) => Grammar::Fixed(format!("credentials {scheme}")),
    }
}

fn of_offset(offset: &Offset, or_sentinel: bool) -> Grammar {
    let mut names = BTreeSet::new();
    if or_sentinel {
        names = named(&offset.sentinels);
        let aliases = offset.aliases.iter();
        names.extend(aliases.map(|(text, meant)| (text.clone(), offset.sentinels[*meant].name.to_string())));
    }
    Grammar::Named(Some((offset.radix == Radix::Hex, offset.width)), names)
}

fn of_member(model: &Model, member: &Member) -> (Grammar, String) {
    match member.kind {
        MemberKind::Flag => (Grammar::Fixed("flag".to_owned()), "`true` or absent".to_owned()),
        MemberKind::Value(id, _) => (of_value(&model.values[id]), docs::grammar::of_value(&model.values[id])),
        MemberKind::Offset(id, _) => {
            (of_offset(&model.offsets[id], false), docs::grammar::of_offset(&model.offsets[id]))
        }
    }
}

fn named(choices: &[Choice]) -> BTreeSet<(String, String)> {
    choices.iter().map(|choice| (choice.text.clone(), choice.name.to_string())).collect()
}
