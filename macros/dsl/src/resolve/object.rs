//! JSON objects: types, defaults, groups and variants.

use super::names::Scope;
use super::{Resolver, Result, find, range, too_wide, unknown, wire_text};
use crate::ast::object as ast;
use crate::ast::{Literal, Place, Spec};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, on_line};
use crate::expand::names::Depth;
use crate::foreign::Site;

use crate::model::Id;
use crate::model::object::{
    Case, Content, Count, Kind, Member, MemberDefault, MemberGroup, MemberGroupKind, MemberNeed, Object, Union,
};
use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use proc_macro2::Span;
use quote::quote;
use syn::Ident;
use syn::ext::IdentExt as _;

impl Resolver<'_> {
    /// Resolves objects, which can contain each other in any order.
    pub(super) fn objects(&mut self, spec: &Spec) {
        let mut declared = Vec::new();
        let objects = spec.objects.iter().map(|object| (object, false));
        let messages = spec.messages.iter().map(|message| (&message.object, true));
        for (object, is_message) in objects.chain(messages) {
            let defined = self.scopes.root.define(&object.name, object.name.to_string()).and_then(|()| {
                let union = union_name(&object.name, &object.content);
                union.map_or(Ok(()), |(tag, name)| self.scopes.root.define(tag, name))
            });
            if self.keep(&object.name, defined).is_some() {
                let (docs, name, content) = (object.docs.clone(), object.name.clone(), Content::default());
                let resolved = Object { docs, name, content, damaged: false, is_message };
                declared.push((self.model.objects.push(resolved), object));
            }
        }
        for (id, object) in declared {
            let before = self.diagnostics.count();
            let content = self.content(&object.name, &object.content, Depth::Root);
            let damaged = object.content.damaged || self.diagnostics.count() > before;
            let resolved = &mut self.model.objects[id];
            (resolved.content, resolved.damaged) = (content, damaged);
        }
    }

    /// Resolves the clauses of an object. Those with a fault are reported and left out.
    pub(super) fn content(&mut self, owner: &Ident, written: &ast::Content, depth: Depth) -> Content {
        let before = self.diagnostics.count();
        let mut scope = Scope::new(&[]);
        let members = self.members(&written.members, &mut scope, &[], depth);
        let mut content = Content { members, ..Content::default() };
        for group in &written.groups {
            let resolved = member_group(group, &content.members);
            content.groups.extend(self.diagnostics.keep(resolved));
        }
        content.union = self.union(&written.cases, &content.members, &scope, depth);
        let refuses = written.unknown.as_ref().map(refuses_unknown).transpose();
        content.refuses_unknown = self.diagnostics.keep(refuses).flatten() == Some(true);
        if content.members.is_empty() && self.diagnostics.count() == before {
            let message = format!("`{owner}` has no members");
            self.diagnostics.push(
                Diagnostic::new(Code::MissingClause, owner.span(), message).help("add a member, as in `name: Type;`"),
            );
        }
        content
    }

    fn members(&mut self, written: &[ast::Member], scope: &mut Scope, others: &[Member], depth: Depth) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::new();
        for member in written {
            let rust_name = member.name.unraw().to_string().to_snake_case();
            let resolved = if rust_name.starts_with(char::is_alphabetic) && !RESERVED.contains(&rust_name.as_str()) {
                scope.define(&member.name, rust_name)
            } else {
                let message = format!("`{}` can't be the name of a member in Rust", member.name);
                Err(Diagnostic::new(Code::ReservedName, member.name.span(), message)
                    .help(format!("use another name for the program, as in `the_member = \"{}\": …;`", member.name)))
            };
            let resolved = resolved.and_then(|()| {
                let member = self.member(member, depth)?;
                match others.iter().chain(&members).find(|other| other.key == member.key) {
                    None => Ok(member),
                    Some(other) => Err(duplicate_key(&member, other)),
                }
            });
            members.extend(self.keep(&member.name, resolved));
        }
        members
    }

    /// Returns the object with this name.
    pub(super) fn object(&self, name: &Ident) -> Result<Id<Object>> {
        let objects = &self.model.objects;
        let names = objects.iter().filter(|object| !object.is_message).map(|object| &object.name);
        find(objects, name, |object| &object.name).ok_or_else(|| unknown(Code::UnknownValue, name, "object", names))
    }

    fn member(&self, member: &ast::Member, depth: Depth) -> Result<Member> {
        let key = match &member.key {
            Some(key) => wire_text(key, "the name of a member")?,
            None => member.name.unraw().to_string(),
        };
        let (docs, name) = (member.docs.clone(), member.name.clone());
        if let ast::Kind::Flag(_) = member.kind {
            return flag(member).map(|()| Member { docs, name, key, kind: Kind::Boolean, need: MemberNeed::Flag });
        }
        let mut kind = self.kind(&member.kind)?;
        let need = match (&member.default, member.optional, member.nullable) {
            (None, None, _) => MemberNeed::Always,
            (None, Some(_), _) => MemberNeed::Optional,
            (Some(default), None, None) => MemberNeed::Default(self.default(&member.name, &kind, default, depth)?),
            (Some(default), Some(mark), _) => {
                let message = format!("`{name}` has a default, so it can't have a `?`");
                return Err(Diagnostic::new(Code::BadMember, mark, message)
                    .up_to(default.span())
                    .help("delete the `?`, or delete the default"));
            }
            (Some(default), None, Some(null)) => {
                let message = format!("`{name}` can't have a default and be `null`");
                return Err(Diagnostic::new(Code::BadMember, null, message)
                    .up_to(default.span())
                    .help("delete one of the two"));
            }
        };
        if member.nullable.is_some() {
            kind = Kind::Nullable(Box::new(kind));
        }
        Ok(Member { docs, name, key, kind, need })
    }

    fn kind(&self, kind: &ast::Kind) -> Result<Kind> {
        Ok(match kind {
            ast::Kind::Flag(span) => {
                return Err(Diagnostic::new(Code::BadMember, *span, "a flag can't be part of another type")
                    .note("a flag is `true` or absent")
                    .help("write `boolean`"));
            }
            ast::Kind::Boolean => Kind::Boolean,
            ast::Kind::Json => Kind::Json,
            ast::Kind::Named { name, as_text } => self.named_kind(name, *as_text)?,
            ast::Kind::BuiltIn(name, written) => {
                let grammar = written(&self.names(Place::Header))?;
                if !grammar.is_in_json() {
                    let message = format!("a member can't be `{name}`");
                    return Err(Diagnostic::new(Code::BadMember, name.span(), message)
                        .note("this grammar describes a header")
                        .help(
                            "use `timestamp`, `media_type`, `path_to`, `path_of`, a declared type, an array, or a map",
                        ));
                }
                Kind::BuiltIn(grammar)
            }
            ast::Kind::Array(item, bounds) => Kind::Array(Box::new(self.kind(item)?), count(bounds)?),
            ast::Kind::Map(member, bounds) => Kind::Map(Box::new(self.kind(member)?), count(bounds)?),
        })
    }

    fn named_kind(&self, name: &Ident, as_text: Option<Span>) -> Result<Kind> {
        let kind = if let Some(value) = find(&self.model.values, name, |value| &value.name) {
            let grammar = &self.model.values[value].grammar;
            if grammar.is_secret() {
                let message = format!("a member can't be the credentials `{name}`");
                return Err(Diagnostic::new(Code::BadMember, name.span(), message)
                    .note("credentials are the value of a header; the server never sends them")
                    .help("delete this member, or declare its text, as in `value Token = text 1..=256;`"));
            }
            if as_text.is_some() && grammar.is_number() { Kind::AsText(value) } else { Kind::Value(value) }
        } else if let Some(offset) = find(&self.model.offsets, name, |offset| &offset.name) {
            Kind::Offset(offset)
        } else if let Some(object) = find(&self.model.objects, name, |object| &object.name) {
            Kind::Object(object)
        } else {
            return Err(self.unknown_value(name, "value, offset or object", Site::Member));
        };
        match as_text.filter(|_| !matches!(kind, Kind::AsText(_))) {
            None => Ok(kind),
            Some(span) => Err(Diagnostic::new(Code::BadMember, span, format!("`{name}` is not a number"))
                .note("`as text` writes a number as a string")
                .help("delete `as text`")),
        }
    }

    fn default(&self, member: &Ident, kind: &Kind, literal: &Literal, depth: Depth) -> Result<MemberDefault> {
        let fault = |message: String| Diagnostic::new(Code::BadMember, literal.span(), message);
        let (grammar, name) = match kind {
            Kind::Boolean => {
                let value = match literal {
                    Literal::Name(name) if name == "true" => Some(true),
                    Literal::Name(name) if name == "false" => Some(false),
                    _ => None,
                };
                let wrong = || fault(format!("the default of `{member}` must be `true` or `false`"));
                return value.map(MemberDefault::Boolean).ok_or_else(|| wrong().help("write `or false`"));
            }
            Kind::Value(id) => (&self.model.values[*id].grammar, &self.model.values[*id].name),
            _ => {
                return Err(fault(format!("`{member}` can't have a default"))
                    .note("only a declared value and a boolean can")
                    .help("write `?`, and let the program decide"));
            }
        };
        let root = depth.root();
        match grammar.constant(&self.model, &quote!(#root #name), literal)? {
            Some(constant) => Ok(MemberDefault::Constant(constant)),
            None => {
                let (allowed, example) = grammar.constants();
                let fault = fault(format!("this is not a value of `{name}`")).note(format!("it must be {allowed}"));
                Err(match example {
                    Some(example) => fault.help(format!("write `or {example}`")),
                    None => fault.help("delete the default"),
                })
            }
        }
    }

    fn union(&mut self, cases: &[ast::Case], members: &[Member], scope: &Scope, depth: Depth) -> Option<Union> {
        let first = cases.first()?;
        let tag = self.tag(&first.tag, members);
        let tag = self.diagnostics.keep(tag)?;
        let Kind::Value(value) = members[tag].kind else { return None };
        let choices = self.model.values[value].grammar.choices(&self.model).named;
        let names: Vec<Ident> = choices.iter().map(|choice| choice.name.clone()).collect();
        let mut union = Union { tag, cases: names.iter().map(|_| Case::default()).collect() };
        let mut seen: Vec<&Ident> = Vec::new();
        for case in cases {
            let index = if case.tag != first.tag {
                let message = format!("the variants of this object depend on `{}`", first.tag);
                Err(Diagnostic::new(Code::BadUnion, case.tag.span(), message)
                    .note(format!("`{}` is named first{}", first.tag, on_line(first.tag.span())))
                    .help("declare another object, and a member that contains it"))
            } else if let Some(other) = seen.iter().find(|other| **other == &case.variant) {
                let message = format!("`{}` already has its members", case.variant);
                Err(Diagnostic::new(Code::BadUnion, case.variant.span(), message)
                    .note(format!("they are declared{}", on_line(other.span())))
                    .help("merge the two"))
            } else {
                let what = format!("variant of `{}`", first.tag);
                let index = names.iter().position(|name| *name == case.variant);
                index.ok_or_else(|| unknown(Code::UnknownVariant, &case.variant, &what, names.iter()))
            };
            seen.push(&case.variant);
            let own = self.members(&case.members, &mut scope.clone(), members, depth);
            if let Some(index) = self.diagnostics.keep(index) {
                union.cases[index] = Case { docs: case.docs.clone(), members: own };
            }
        }
        Some(union)
    }

    /// Finds the member that selects the variant of an object.
    fn tag(&self, name: &Ident, members: &[Member]) -> Result<usize> {
        let index =
            members.iter().position(|member| member.name == *name).ok_or_else(|| unknown_member(name, members))?;
        let member = &members[index];
        let has_choices = match member.kind {
            Kind::Value(value) => self.model.values[value].grammar.choices(&self.model).are_all_named(),
            _ => false,
        };
        let fault = |note: &str, help: String| {
            let message = format!("`{name}` can't select the members of an object");
            Err(Diagnostic::new(Code::BadUnion, name.span(), message).note(note).help(help))
        };
        if !has_choices {
            return fault(
                "only a value that is `one_of` can",
                format!("declare `value Kind = one_of {{ … }};` and `{name}: Kind;`"),
            );
        }
        match member.need {
            MemberNeed::Always => Ok(index),
            _ => fault("it must always be present", format!("write `{name}: …;`, without `?` and without a default")),
        }
    }
}

/// Words that Rust reserves even for raw names.
const RESERVED: &[&str] = &["crate", "self", "super"];

/// The name of the enum with the variants of an object, and the member that selects them.
pub(super) fn union_name<'a>(owner: &Ident, content: &'a ast::Content) -> Option<(&'a Ident, String)> {
    let tag = &content.cases.first()?.tag;
    Some((tag, format!("{owner}By{}", tag.unraw().to_string().to_upper_camel_case())))
}

fn flag(member: &ast::Member) -> Result<()> {
    let name = &member.name;
    let Some(span) = member.optional.or(member.nullable).or(member.default.as_ref().map(Literal::span)) else {
        return Ok(());
    };
    let what = if member.optional.is_some() { "have a `?`" } else { "have another value" };
    Err(Diagnostic::new(Code::BadMember, span, format!("the flag `{name}` can't {what}"))
        .note("a flag is `true`, or it is absent")
        .help(format!("write `{name}: flag;`")))
}

fn count(bounds: &crate::ast::Range) -> Result<Count> {
    const MAX: u64 = u32::MAX as u64;
    let (min, max) = range(bounds)?;
    if max > MAX {
        return Err(too_wide(bounds.max.span(), &max.to_string()).help(format!("use at most {MAX}")));
    }
    Ok(Count { min, max })
}

fn refuses_unknown(word: &Ident) -> Result<bool> {
    match word.to_string().as_str() {
        "refused" => Ok(true),
        "ignored" => Ok(false),
        _ => Err(Diagnostic::new(Code::UnknownSection, word.span(), format!("unknown members can't be `{word}`"))
            .help("write `unknown refused;` or `unknown ignored;`")),
    }
}

fn member_group(group: &ast::MemberGroup, members: &[Member]) -> Result<MemberGroup> {
    let kind = match group.kind.to_string().as_str() {
        "all_or_none" => MemberGroupKind::AllOrNone,
        "at_least_one" => MemberGroupKind::AtLeastOne,
        "at_most_one" => MemberGroupKind::AtMostOne,
        _ => MemberGroupKind::ExactlyOne,
    };
    let mut indexes: Vec<usize> = Vec::new();
    for name in &group.members {
        let index =
            members.iter().position(|member| member.name == *name).ok_or_else(|| unknown_member(name, members))?;
        let fault =
            |message: String, help: String| Err(Diagnostic::new(Code::GroupMembers, name.span(), message).help(help));
        if indexes.contains(&index) {
            return fault(format!("`{name}` is already in this group"), "delete it".to_owned());
        }
        if !matches!(members[index].need, MemberNeed::Optional) {
            let message = format!("`{name}` can't be in a group, because it is never absent");
            return fault(message, format!("write `{name}: …?;`"));
        }
        indexes.push(index);
    }
    if indexes.len() < 2 {
        return Err(Diagnostic::new(Code::GroupMembers, group.kind.span(), "a group needs at least two members")
            .help(format!("write `{} {{ a, b }}`", group.kind)));
    }
    Ok(MemberGroup { kind, span: group.kind.span(), members: indexes })
}

fn unknown_member(name: &Ident, members: &[Member]) -> Diagnostic {
    unknown(Code::UnknownMember, name, "member", members.iter().map(|member| &member.name))
}

fn duplicate_key(member: &Member, other: &Member) -> Diagnostic {
    Diagnostic::new(Code::DuplicateWireName, member.name.span(), format!("`{}` is declared twice", member.key))
        .note(format!("`{}` already has this name{}", other.name, on_line(other.name.span())))
        .help("delete or rename one of them")
}
