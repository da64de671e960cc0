//! Formats of errors, and the errors of outcomes.

use super::names::Scope;
use super::{Resolver, Result, find, unknown};
use crate::ast;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, on_line};
use crate::model::error::{ErrorFormat, OwnError, OwnMember};
use crate::model::object::{Kind, Member, MemberNeed, Object};
use crate::model::{Body, Choice, Id, Owner, Part, Presence};
use heck::ToSnakeCase as _;
use syn::Ident;

impl Resolver<'_> {
    pub(super) fn formats(&mut self, written: &[ast::ErrorFormat]) {
        for format in written {
            let resolved = self.format(format);
            match self.keep(&format.object, resolved) {
                Some(format) => drop(self.model.formats.push(format)),
                None => self.diagnostics.lose("errors"),
            }
        }
    }

    fn format(&self, written: &ast::ErrorFormat) -> Result<ErrorFormat> {
        let name = &written.object;
        let object = self.object(name)?;
        if let Some(other) = self.model.formats.iter().find(|format| format.object == object) {
            return Err(Diagnostic::new(Code::DuplicateName, name.span(), format!("`{name}` is already a format"))
                .note(format!("it is declared{}", on_line(other.span)))
                .help("merge the two, or delete one of them"));
        }
        let (path, inner) = self.containers(object, &written.code)?;
        let inner_member = |path_of: &[Ident]| {
            let (own, _) = self.containers(object, path_of)?;
            let last = last(path_of);
            if own != path {
                let message = format!("`{last}` is in another object than the code");
                return Err(Diagnostic::new(Code::ErrorFormat, last.span(), message)
                    .note("code, message and violations are members of one object")
                    .help(format!("declare `{last}` next to `{}`", self::last(&written.code))));
            }
            self.member_of(inner, last)
        };
        let (code, message) = (inner_member(&written.code)?, inner_member(&written.message)?);
        let violations = written.violations.as_ref().map(|path| inner_member(path)).transpose()?;
        let members = &self.model.objects[inner].content.members;
        self.suits(last(&written.code), &members[code], "a `one_of` value", |kind| {
            matches!(kind, Kind::Value(id) if self.model.values[*id].grammar.choices(&self.model).are_all_named())
        })?;
        self.suits(last(&written.message), &members[message], "a `text` or `unicode` value", |kind| {
            let is_text = |id| {
                let grammar = &self.model.values[id].grammar;
                !grammar.is_number() && grammar.choices(&self.model).are_none()
            };
            matches!(kind, Kind::Value(id) if is_text(*id))
        })?;
        if let (Some(index), Some(path)) = (violations, &written.violations) {
            self.suits(last(path), &members[index], "`json?`", |kind| matches!(kind, Kind::Json))?;
            if !matches!(members[index].need, MemberNeed::Optional) {
                let message = format!("`{}` must be optional", last(path));
                return Err(Diagnostic::new(Code::ErrorFormat, last(path).span(), message)
                    .note("only the answer to a malformed request has violations")
                    .help(format!("write `{}: json?;`", last(path))));
            }
        }
        let format = ErrorFormat {
            docs: written.docs.clone(),
            object,
            path,
            inner,
            code,
            message,
            violations,
            span: name.span(),
        };
        self.is_complete(&format)?;
        Ok(format)
    }

    /// Checks that a member has a type that the generated code can write.
    fn suits(&self, name: &Ident, member: &Member, what: &str, is: impl Fn(&Kind) -> bool) -> Result<()> {
        if is(&member.kind) {
            return Ok(());
        }
        let message = format!("the generated code can't write `{name}`");
        Err(Diagnostic::new(Code::ErrorFormat, name.span(), message)
            .note(format!("its type must be {what}"))
            .help(format!("change the type of `{}`{}", member.name, on_line(member.name.span()))))
    }

    /// Follows the members before the last one. Returns their indexes, and the object that has the last one.
    fn containers(&self, object: Id<Object>, path: &[Ident]) -> Result<(Vec<usize>, Id<Object>)> {
        let (mut indexes, mut at) = (Vec::new(), object);
        for name in &path[..path.len().saturating_sub(1)] {
            let index = self.member_of(at, name)?;
            let member = &self.model.objects[at].content.members[index];
            let container = match member.kind.or_null() {
                Kind::Object(id) => Some(*id),
                Kind::Array(item, count) if count.min <= 1 && count.max >= 1 => match **item {
                    Kind::Object(id) => Some(id),
                    _ => None,
                },
                _ => None,
            };
            at = container.ok_or_else(|| {
                Diagnostic::new(Code::ErrorFormat, name.span(), format!("`{name}` does not contain an object"))
                    .note("it must be an object, or an array that can have one")
                    .help(format!("change the type of `{name}`{}", on_line(member.name.span())))
            })?;
            indexes.push(index);
        }
        Ok((indexes, at))
    }

    fn member_of(&self, object: Id<Object>, name: &Ident) -> Result<usize> {
        let object = &self.model.objects[object];
        let members = &object.content.members;
        members.iter().position(|member| member.name == *name).ok_or_else(|| {
            let what = format!("member of `{}`", object.name);
            unknown(Code::UnknownMember, name, &what, members.iter().map(|member| &member.name))
        })
    }

    /// Checks that every error has a value for each member outside of the inner object.
    fn is_complete(&self, format: &ErrorFormat) -> Result<()> {
        let mut object = format.object;
        for own in format.path.iter().map(Some).chain([None]) {
            let declared = &self.model.objects[object];
            let fault = |member: &Member, note: &str, help: String| {
                let message = format!("`{}` can't be the format of errors", self.model.objects[format.object].name);
                let note = format!("`{}`, which is declared{}, {note}", member.name, on_line(member.name.span()));
                Err(Diagnostic::new(Code::ErrorFormat, format.span, message).note(note).help(help))
            };
            if let Some(union) = &declared.content.union {
                let tag = &declared.content.members[union.tag];
                return fault(tag, "selects other members", "delete its `when`".to_owned());
            }
            let Some(own) = own else { break };
            let others = declared.content.members.iter().enumerate().filter(|(index, _)| index != own);
            if let Some((_, member)) = others.into_iter().find(|(_, member)| !member.can_be_empty()) {
                return fault(member, "has no value in an error", format!("write `{}: …?;`", member.name));
            }
            object = declared.content.members[*own].kind.object().unwrap_or(object);
        }
        Ok(())
    }

    /// The format with this object.
    pub(super) fn format_named(&self, name: &Ident) -> Result<Id<ErrorFormat>> {
        let formats = &self.model.formats;
        let named = |format: &ErrorFormat| self.model.objects[format.object].name == *name;
        formats.find(named).ok_or_else(|| {
            let names = formats.iter().map(|format| &self.model.objects[format.object].name);
            unknown(Code::UnknownValue, name, "format of errors", names).or_help(
                find(&self.model.objects, name, |object| &object.name)
                    .map(|_| format!("declare `errors {name} {{ code = …; message = …; }}`")),
            )
        })
    }

    /// The format of an error that `owner` declares: that of its resource, or the one that has the code.
    fn format_of(&self, owner: Owner, code: &Ident) -> Result<Id<ErrorFormat>> {
        let resource = match owner {
            Owner::Protocol => None,
            Owner::Resource(index) | Owner::Endpoint(index, _) => {
                self.model.resources.get(index).and_then(|own| own.errors)
            }
        };
        if let Some(format) = resource {
            return Ok(format);
        }
        let formats = &self.model.formats;
        let with_code =
            formats.entries().filter(|(_, format)| self.codes(format).iter().any(|choice| choice.name == *code));
        match with_code.collect::<Vec<_>>()[..] {
            [(id, _)] => Ok(id),
            [(_, first), (_, second), ..] => {
                let name = |format: &ErrorFormat| self.model.objects[format.object].name.to_string();
                let message = format!("`{}` and `{}` both have the code `{code}`", name(first), name(second));
                Err(Diagnostic::new(Code::BadError, code.span(), message)
                    .help(format!("move this outcome into a resource with `errors {};`", name(first))))
            }
            [] if formats.as_slice().is_empty() => {
                let message = format!("the error `{code}` has no format");
                Err(Diagnostic::new(Code::BadError, code.span(), message)
                    .help("declare `errors Object { code = error.code; message = error.message; }`")
                    .missing("errors"))
            }
            [] => {
                let names = formats.iter().flat_map(|format| self.codes(format)).map(|choice| &choice.name);
                Err(unknown(Code::UnknownVariant, code, "code", names))
            }
        }
    }

    /// The codes of a format.
    fn codes(&self, format: &ErrorFormat) -> &[Choice] {
        let member = &self.model.objects[format.inner].content.members[format.code];
        let choices = member.kind.grammar(&self.model).map(|grammar| grammar.choices(&self.model).named);
        choices.unwrap_or_default()
    }

    /// Resolves the error of an outcome with these headers.
    pub(super) fn own_error(
        &mut self,
        written: &ast::OwnError,
        owner: Owner,
        title: &str,
        parts: &[Part],
    ) -> Result<Body> {
        let id = self.format_of(owner, &written.code)?;
        let format = &self.model.formats[id];
        let content = &self.model.objects[format.inner].content;
        let choices = self.codes(format);
        let code = choices.iter().position(|choice| choice.name == written.code).ok_or_else(|| {
            unknown(Code::UnknownVariant, &written.code, "code", choices.iter().map(|choice| &choice.name))
        })?;
        let mut scope = Scope::new(&["violations"]);
        for part in parts.iter().filter(|part| !matches!(part.presence, Presence::Fixed(_))) {
            let name = &self.model.fields[part.field].name;
            scope.define(name, name.to_string().to_snake_case())?;
        }
        let mut members = Vec::new();
        for member in &written.members {
            let index = self.own_member(format, member)?;
            scope.define(&member.name, member.name.to_string().to_snake_case())?;
            members.push(OwnMember { index, optional: member.optional });
        }
        let error = OwnError { format: id, code, members };
        let fault = |message: String| Diagnostic::new(Code::BadError, written.code.span(), message);
        let is_written = |index: usize| [format.code, format.message].contains(&index) || error.supplies(index);
        let open = content.members.iter().enumerate().find(|(index, own)| !own.can_be_empty() && !is_written(*index));
        if let Some((_, member)) = open {
            let message = format!("the error `{}` has no value for `{}`", written.code, member.name);
            return Err(fault(message).help(format!("write `error {}({})`", written.code, member.name)));
        }
        let grammar = content.members[format.message].kind.grammar(&self.model);
        let title = if title.is_empty() { choices[code].text.as_str() } else { title };
        let rule = grammar.and_then(|grammar| grammar.read(&self.model, title).err());
        if let Some(rule) = rule.filter(|_| !error.supplies(format.message)) {
            let message = format!("the doc comment of this outcome can't be the message of `{}`", written.code);
            return Err(fault(message).note(format!("a message must be {rule}")).help("change the doc comment"));
        }
        Ok(Body::Error(self.model.errors.push(error)))
    }

    fn own_member(&self, format: &ErrorFormat, member: &ast::OwnMember) -> Result<usize> {
        let index = self.member_of(format.inner, &member.name)?;
        let declared = &self.model.objects[format.inner].content.members[index];
        let name = &member.name;
        let fault = |message: String| Diagnostic::new(Code::BadError, name.span(), message);
        if index == format.code || Some(index) == format.violations {
            let what = if index == format.code { "the code" } else { "the violations" };
            return Err(fault(format!("the handler can't supply `{name}`"))
                .note(format!("the generated code writes {what}"))
                .help("delete it"));
        }
        match declared.need {
            MemberNeed::Always if member.optional => {
                Err(fault(format!("`{name}` can't be left out"))
                    .help(format!("write `{name}`, or declare `{name}: …?;`")))
            }
            MemberNeed::Flag | MemberNeed::Default(_) if member.optional => {
                Err(fault(format!("`{name}` needs no `?`"))
                    .note("it has a value if it is left out")
                    .help(format!("write `{name}`")))
            }
            _ => Ok(index),
        }
    }
}

/// The last member of a path, which has at least one.
fn last(path: &[Ident]) -> &Ident {
    &path[path.len() - 1]
}
