//! JSON objects.

use super::{Id, Model, Offset, Value};
use crate::ast::Docs;
use crate::grammar::{BuiltIn, Constant, Grammar};
use proc_macro2::Span;
use syn::Ident;

/// A declared object.
pub struct Object {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The members.
    pub content: Content,
    /// Whether part of the object was left out because of a fault.
    pub damaged: bool,
    /// Whether it is declared as a message, which nothing needs to name.
    pub is_message: bool,
}

/// The members of an object, or of the data of an event, and the rules that concern several of them.
#[derive(Default)]
pub struct Content {
    /// The members that do not depend on another one.
    pub members: Vec<Member>,
    /// The members that depend on the value of another one.
    pub union: Option<Union>,
    /// The groups.
    pub groups: Vec<MemberGroup>,
    /// Whether other members are violations.
    pub refuses_unknown: bool,
}

/// A member of an object.
pub struct Member {
    /// The doc comments.
    pub docs: Docs,
    /// The name in the program.
    pub name: Ident,
    /// The name in JSON.
    pub key: String,
    /// The type.
    pub kind: Kind,
    /// Whether it must be present.
    pub need: MemberNeed,
}

/// The type of a member.
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// Any JSON.
    Json,
    /// A declared value.
    Value(Id<Value>),
    /// A number as a string.
    AsText(Id<Value>),
    /// An offset.
    Offset(Id<Offset>),
    /// A text with a built-in grammar.
    BuiltIn(Box<dyn BuiltIn>),
    /// A declared object.
    Object(Id<Object>),
    /// An array.
    Array(Box<Kind>, Count),
    /// An object whose members have any names.
    Map(Box<Kind>, Count),
    /// A value or `null`.
    Nullable(Box<Kind>),
}

/// The number of items of an array, or of members of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Minimum.
    pub min: u64,
    /// Maximum.
    pub max: u64,
}

/// Whether a member must be present.
pub enum MemberNeed {
    /// It must.
    Always,
    /// It can be absent.
    Optional,
    /// `true`, `false`, or absent, which means `false`.
    Flag,
    /// A value replaces it if it is absent.
    Default(MemberDefault),
}

/// The value of an absent member.
pub enum MemberDefault {
    /// `true` or `false`.
    Boolean(bool),
    /// A value of a declared type.
    Constant(Constant),
}

/// Members that depend on the value of another member.
pub struct Union {
    /// The index of the member with the value.
    pub tag: usize,
    /// A variant for each choice of the value.
    pub cases: Vec<Case>,
}

/// A variant of an object.
#[derive(Default)]
pub struct Case {
    /// The doc comments.
    pub docs: Docs,
    /// The members that only this variant has.
    pub members: Vec<Member>,
}

/// Members of which one depends on the others.
pub struct MemberGroup {
    /// The rule.
    pub kind: MemberGroupKind,
    /// Where the rule is written.
    pub span: Span,
    /// The indexes of the members.
    pub members: Vec<usize>,
}

/// The rule of a group of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberGroupKind {
    /// All are given, or none.
    AllOrNone,
    /// At least one is given.
    AtLeastOne,
    /// At most one is given.
    AtMostOne,
    /// Exactly one is given.
    ExactlyOne,
}

impl Content {
    /// All members, those of cases included.
    pub fn all(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().chain(self.union.iter().flat_map(|union| union.cases.iter().flat_map(|case| &case.members)))
    }

    /// The names in JSON of a group's members.
    #[must_use]
    pub fn keys(&self, group: &MemberGroup) -> Vec<&str> {
        group.members.iter().map(|index| self.members[*index].key.as_str()).collect()
    }

    /// The names in JSON of members that only some cases have.
    #[must_use]
    pub fn case_keys(&self) -> Vec<&str> {
        let members = self.union.iter().flat_map(|union| union.cases.iter().flat_map(|case| &case.members));
        let mut keys: Vec<_> = members.map(|member| member.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The objects that the members contain.
    #[must_use]
    pub fn objects(&self) -> Vec<Id<Object>> {
        self.all().filter_map(|member| member.kind.object()).collect()
    }
}

impl Member {
    /// Whether the generated code can write it without a value: it leaves it out, or writes `null` or its default.
    pub(crate) fn can_be_empty(&self) -> bool {
        !matches!(self.need, MemberNeed::Always) || matches!(self.kind, Kind::Nullable(_))
    }
}

impl Kind {
    /// The type of the items, if it is an array, a map or nullable, at any depth.
    #[must_use]
    pub fn innermost(&self) -> &Kind {
        match self {
            Kind::Array(inner, _) | Kind::Map(inner, _) | Kind::Nullable(inner) => inner.innermost(),
            kind => kind,
        }
    }

    /// The type of a value that is not `null`.
    #[must_use]
    pub fn or_null(&self) -> &Kind {
        match self {
            Kind::Nullable(inner) => inner,
            kind => kind,
        }
    }

    /// The object that it contains.
    #[must_use]
    pub fn object(&self) -> Option<Id<Object>> {
        match self.innermost() {
            Kind::Object(id) => Some(*id),
            _ => None,
        }
    }

    /// The object that each value contains. An array or a map contains its items only if it must have one. An object that may be
    /// absent is contained, too, because in Rust it is part of the object around it.
    fn contained(&self, always: bool) -> Option<Id<Object>> {
        match self {
            Kind::Object(id) => Some(*id),
            Kind::Nullable(inner) => inner.contained(false),
            Kind::Array(inner, count) | Kind::Map(inner, count) if count.min > 0 && always => inner.contained(always),
            _ => None,
        }
    }

    /// The grammar, if it is a single text or number.
    #[must_use]
    pub fn grammar<'a>(&'a self, model: &'a Model) -> Option<&'a dyn Grammar> {
        match self {
            Kind::Value(id) | Kind::AsText(id) => Some(&*model.values[*id].grammar),
            Kind::Offset(id) => Some(&model.offsets[*id]),
            Kind::BuiltIn(grammar) => Some(&**grammar),
            _ => None,
        }
    }

    /// Whether it is a number in JSON.
    #[must_use]
    pub fn is_number(&self, model: &Model) -> bool {
        matches!(self, Kind::Value(id) if model.values[*id].grammar.is_number())
    }
}

impl Model {
    /// The objects that requests contain, and those that responses and events contain.
    #[must_use]
    pub fn object_uses(&self) -> ObjectUses {
        let requests =
            self.resources.iter().flat_map(|resource| &resource.endpoints).filter_map(|own| own.body_object());
        let responses = self.outcomes.iter().filter_map(|outcome| match outcome.body {
            Some(super::Body::Json(id)) => Some(id),
            _ => None,
        });
        let responses = responses.chain(self.formats.iter().map(|format| format.object));
        let events = self.events.iter().flat_map(|events| &events.events).filter_map(|event| event.content.as_ref());
        let events = events.flat_map(Content::objects);
        let answers = self.callbacks.iter().flat_map(|callback| &callback.responses);
        let answers = answers.filter_map(|response| Some(response.body?.object));
        let sent = self.callbacks.iter().filter_map(|callback| callback.body);
        let sent = sent.chain(self.messages.iter().map(|message| message.object));
        ObjectUses {
            read: self.reachable(requests.chain(answers).collect()),
            written: self.reachable(responses.chain(events).collect()),
            checked: self.reachable(sent.collect()),
        }
    }

    /// Whether part of an object, or of one that it contains, was left out because of a fault.
    pub(crate) fn is_damaged(&self, id: Id<Object>) -> bool {
        self.reachable(vec![id]).into_iter().any(|id| self.objects[id].damaged)
    }

    fn reachable(&self, mut found: Vec<Id<Object>>) -> Vec<Id<Object>> {
        let mut at = 0;
        while at < found.len() {
            for id in self.objects[found[at]].content.objects() {
                if !found.contains(&id) {
                    found.push(id);
                }
            }
            at += 1;
        }
        found
    }
}

impl Model {
    /// The member through which an object contains itself, if it does.
    pub(crate) fn endless(&self, id: Id<Object>) -> Option<&Member> {
        self.objects[id].content.all().find(|member| self.leads_to(member, id, &mut Vec::new()))
    }

    /// Whether a member contains the object `target`, directly or through the members of other objects.
    fn leads_to(&self, member: &Member, target: Id<Object>, seen: &mut Vec<Id<Object>>) -> bool {
        let always = matches!(member.need, MemberNeed::Always);
        let Some(own) = member.kind.contained(always) else { return false };
        if own == target {
            return true;
        }
        if seen.contains(&own) {
            return false;
        }
        seen.push(own);
        self.objects[own].content.all().any(|member| self.leads_to(member, target, seen))
    }
}

/// Which objects the program reads and which it writes.
pub struct ObjectUses {
    /// Objects in requests.
    pub read: Vec<Id<Object>>,
    /// Objects in responses and events.
    pub written: Vec<Id<Object>>,
    /// Objects in callbacks and messages. They are written, and read to see whether they break a rule.
    pub checked: Vec<Id<Object>>,
}

impl ObjectUses {
    /// Whether the program reads an object.
    #[must_use]
    pub fn reads(&self, id: Id<Object>) -> bool {
        self.read.contains(&id) || self.checked.contains(&id)
    }

    /// Whether the program writes an object.
    #[must_use]
    pub fn writes(&self, id: Id<Object>) -> bool {
        self.written.contains(&id) || self.checked.contains(&id)
    }
}
