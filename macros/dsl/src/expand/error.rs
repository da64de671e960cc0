//! Errors in a format that the spec declares: the fields that the handler supplies, and the body.

use super::names::snake;
use super::object::{member_docs, member_type};
use crate::ast::Literal;
use crate::grammar::Constant;
use crate::model::error::{ErrorFormat, OwnError};
use crate::model::object::{Kind, Member, MemberDefault, MemberNeed};
use crate::model::{Model, Outcome, Value};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{LitInt, LitStr};

/// Generates the fields of an outcome for the members that the handler supplies.
pub(super) fn fields(
    model: &Model,
    (error, format): (&OwnError, &ErrorFormat),
    root: &TokenStream,
) -> Vec<TokenStream> {
    let members = &model.objects[format.inner].content.members;
    let field = |own: &crate::model::error::OwnMember| {
        let member = &members[own.index];
        let (name, docs) = (snake(&member.name), member_docs(member));
        let always = !own.optional && matches!(member.need, MemberNeed::Optional);
        let kind = member_type(model, member, root, always);
        quote!(#docs pub #name: #kind,)
    };
    error.members.iter().map(field).collect()
}

/// Generates the body of the response `response`. `violations` is whether the outcome has the field of that name.
pub(super) fn body(
    model: &Model,
    outcome: &Outcome,
    (error, format): (&OwnError, &ErrorFormat),
    root: &TokenStream,
    violations: bool,
) -> TokenStream {
    let inner = inner(model, outcome, (error, format), root, violations);
    let object = &model.objects[format.object].name;
    let mut objects = vec![format.object];
    for index in &format.path {
        let at = objects[objects.len() - 1];
        objects.extend(model.objects[at].content.members[*index].kind.object());
    }
    // From the innermost object to the outermost one.
    let whole = format.path.iter().zip(&objects).rev().fold(inner, |value, (index, id)| {
        let declared = &model.objects[*id];
        let members = declared.content.members.iter().enumerate().map(|(own, member)| {
            let name = snake(&member.name);
            let value =
                if own == *index { contained(&member.kind, &value, member) } else { absent(model, member, root) };
            quote!(#name: #value)
        });
        let name = &declared.name;
        quote!(#root #name { #(#members),* })
    });
    quote!(response.json::<#root #object>(&#whole);)
}

/// The object with the code.
fn inner(
    model: &Model,
    outcome: &Outcome,
    (error, format): (&OwnError, &ErrorFormat),
    root: &TokenStream,
    violations: bool,
) -> TokenStream {
    let object = &model.objects[format.inner];
    let members = object.content.members.iter().enumerate().map(|(index, member)| {
        let name = snake(&member.name);
        let own = error.members.iter().find(|own| own.index == index);
        let value = if let Some(own) = own {
            let is_wrapped = !own.optional && matches!(member.need, MemberNeed::Optional);
            if is_wrapped { some(&quote!(self.#name)) } else { quote!(self.#name) }
        } else if index == format.code {
            given(member, &code(model, error, member, root))
        } else if index == format.message {
            let unlisted = violations && format.violations.is_none();
            given(member, &message(model, outcome, error, member, root, unlisted))
        } else if Some(index) == format.violations && violations {
            some(&quote!(self.violations.to_json()))
        } else {
            absent(model, member, root)
        };
        quote!(#name: #value)
    });
    let name = &object.name;
    quote!(#root #name { #(#members),* })
}

fn code(model: &Model, error: &OwnError, member: &Member, root: &TokenStream) -> TokenStream {
    let Kind::Value(id) = member.kind else { return super::names::excluded("a code that is not `one_of`") };
    let (kind, choices) = (&model.values[id].name, model.values[id].grammar.choices(model).named);
    let name = &choices[error.code].name;
    quote!(#root #kind::#name)
}

/// The doc comment of the outcome. With `unlisted`, the violations follow it, if the grammar of the member allows that.
fn message(
    model: &Model,
    outcome: &Outcome,
    error: &OwnError,
    member: &Member,
    root: &TokenStream,
    unlisted: bool,
) -> TokenStream {
    let Kind::Value(id) = member.kind else { return super::names::excluded("a message that is no text") };
    let title = model.message_of(outcome, error);
    let (value, literal) = (&model.values[id], Literal::Text(LitStr::new(&title, Span::call_site())));
    let name = &value.name;
    let first = unlisted.then(|| quote!(#root #name::read(&self.violations.told(#title)).ok()));
    written(model, value, &literal, root, first.as_ref())
}

/// The value of a member that contains `value`.
fn contained(kind: &Kind, value: &TokenStream, member: &Member) -> TokenStream {
    let value = match kind.or_null() {
        Kind::Array(..) => quote!(::std::vec![#value]),
        _ => value.clone(),
    };
    let value = if matches!(kind, Kind::Nullable(_)) { some(&value) } else { value };
    given(member, &value)
}

/// The value of a member that is present.
fn given(member: &Member, value: &TokenStream) -> TokenStream {
    if matches!(member.need, MemberNeed::Optional) { some(value) } else { value.clone() }
}

/// The value of a member that is left out.
fn absent(model: &Model, member: &Member, root: &TokenStream) -> TokenStream {
    match &member.need {
        MemberNeed::Optional | MemberNeed::Always => quote!(::wire::names::None),
        MemberNeed::Flag => quote!(false),
        MemberNeed::Default(MemberDefault::Boolean(value)) => quote!(#value),
        MemberNeed::Default(MemberDefault::Constant(constant)) => match member.kind {
            Kind::Value(id) => {
                let value = &model.values[id];
                written(model, value, &literal(model, value, constant), root, None)
            }
            _ => super::names::excluded("a default that is no value"),
        },
    }
}

/// A constant as a spec writes it.
fn literal(model: &Model, value: &Value, constant: &Constant) -> Literal {
    let Constant { text, choice, .. } = constant;
    match choice {
        Some(index) => Literal::Name(value.grammar.choices(model).named[*index].name.clone()),
        None if value.grammar.is_number() => Literal::Number(LitInt::new(text, Span::call_site())),
        None => Literal::Text(LitStr::new(text, Span::call_site())),
    }
}

/// The value of a literal, unless the expression `first` has one.
fn written(
    model: &Model,
    value: &Value,
    literal: &Literal,
    root: &TokenStream,
    first: Option<&TokenStream>,
) -> TokenStream {
    let name = &value.name;
    match value.grammar.constant(model, &quote!(#root #name), literal) {
        Ok(Some(constant)) => match first {
            Some(first) => {
                let replace = constant.replace();
                quote!(#first.#replace)
            }
            None => constant.value,
        },
        _ => super::names::excluded("a literal that its type does not have"),
    }
}

fn some(value: &TokenStream) -> TokenStream {
    quote!(::wire::names::Some(#value))
}
