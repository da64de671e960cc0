//! JSON objects as structs, with how they are read and written. Variants with their own members are an enum.

use super::names::{self, Depth, doc, docs_or, number, snake};
use crate::model::object::{Case, Content, Kind, Member, MemberDefault, MemberGroupKind, MemberNeed, Union};
use crate::model::{Choice, Model, Value};
use heck::ToUpperCamelCase as _;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::{BTreeMap, BTreeSet};
use syn::Ident;
use syn::ext::IdentExt as _;

/// The directions in which the program uses an object.
#[derive(Clone, Copy)]
pub(super) struct Use {
    pub(super) reads: bool,
    pub(super) writes: bool,
}

/// Generates the declared objects, and the shapes of the types in them.
pub(super) fn all(model: &Model) -> TokenStream {
    let uses = model.object_uses();
    let objects = model.objects.entries().map(|(id, object)| {
        let docs = docs_or(&object.docs, &format!("The JSON object `{}`.", object.name));
        let own = Use { reads: uses.reads(id), writes: uses.writes(id) };
        expand(model, &object.name, &docs, &object.content, Depth::Root, own)
    });
    let shapes = shapes(model);
    quote!(#shapes #(#objects)*)
}

/// Generates the struct `name` in a module of the given depth.
pub(super) fn expand(
    model: &Model,
    name: &Ident,
    docs: &TokenStream,
    content: &Content,
    depth: Depth,
    own: Use,
) -> TokenStream {
    let object = Expansion { model, name, content, root: depth.root() };
    let (union, members) = (object.union(), object.members());
    let read = own.reads.then(|| object.read());
    let write = own.writes.then(|| object.write());
    quote! {
        #union

        #docs
        #[derive(Clone, Debug)]
        pub struct #name { #members }

        ::wire::object!(#name);
        #read
        #write
    }
}

struct Expansion<'a> {
    model: &'a Model,
    name: &'a Ident,
    content: &'a Content,
    root: TokenStream,
}

impl Expansion<'_> {
    fn members(&self) -> TokenStream {
        let members = self.content.members.iter().enumerate().map(|(index, member)| {
            let (name, docs) = (field(member), member_docs(member));
            let kind = match self.tagged(index) {
                Some(_) => {
                    let name = self.union_name(member);
                    quote!(#name)
                }
                None => self.member_type(member),
            };
            quote!(#docs pub #name: #kind,)
        });
        quote!(#(#members)*)
    }

    /// The variants that the member at `index` selects, if it selects some.
    fn tagged(&self, index: usize) -> Option<&Union> {
        self.content.union.as_ref().filter(|union| union.tag == index)
    }

    fn union_name(&self, tag: &Member) -> Ident {
        format_ident!("{}By{}", self.name, tag.name.unraw().to_string().to_upper_camel_case(), span = tag.name.span())
    }

    fn union(&self) -> TokenStream {
        let Some(union) = &self.content.union else { return TokenStream::new() };
        let tag = &self.content.members[union.tag];
        let (name, docs) = (self.union_name(tag), doc(&format!("`{}`, and the members that depend on it.", tag.key)));
        let variants = self.cases(union).map(|(choice, Case { docs, members })| {
            let own = if docs.is_empty() { &choice.docs } else { docs };
            let (name, docs) = (&choice.name, docs_or(own, &format!("`{}`.", choice.text)));
            let fields = members.iter().map(|member| {
                let (name, docs, kind) = (field(member), member_docs(member), self.member_type(member));
                quote!(#docs #name: #kind,)
            });
            let fields = (!members.is_empty()).then(|| quote!({ #(#fields)* }));
            quote!(#docs #name #fields,)
        });
        quote! {
            #docs
            #[derive(Clone, Debug)]
            pub enum #name { #(#variants)* }
        }
    }

    /// The choices of the member that selects a variant, with the members of each.
    fn cases<'b>(&'b self, union: &'b Union) -> impl Iterator<Item = (&'b Choice, &'b Case)> {
        self.tag_value(union).grammar.choices(self.model).named.iter().zip(&union.cases)
    }

    fn tag_value(&self, union: &Union) -> &Value {
        match self.content.members[union.tag].kind {
            Kind::Value(id) => &self.model.values[id],
            _ => unreachable!("the member that selects a variant is a declared value"),
        }
    }

    fn member_type(&self, member: &Member) -> TokenStream {
        member_type(self.model, member, &self.root, false)
    }

    fn read(&self) -> TokenStream {
        let name = self.name;
        let reads = self.content.members.iter().enumerate().map(|(index, member)| match self.tagged(index) {
            Some(union) => self.read_case(member, union),
            None => self.read_member(member),
        });
        let groups = self.content.groups.iter().map(|group| {
            let keys = self.content.keys(group);
            let check = match group.kind {
                MemberGroupKind::AllOrNone => quote!(all_or_none),
                MemberGroupKind::AtLeastOne => quote!(at_least_one),
                MemberGroupKind::AtMostOne => quote!(at_most_one),
                MemberGroupKind::ExactlyOne => quote!(exactly_one),
            };
            quote!(members.#check(&[#(#keys),*]);)
        });
        let nothing_else = self.content.refuses_unknown.then(|| match &self.content.union {
            None => quote!(members.nothing_else::<&::core::primitive::str>(&[]);),
            Some(union) => {
                let (tag, keys) = (local(&self.content.members[union.tag]), self.content.case_keys());
                let others = quote!(if #tag.is_none() { &[#(#keys),*] } else { &[] });
                quote!(members.nothing_else::<&::core::primitive::str>(#others);)
            }
        });
        let fields = self.content.members.iter().map(|member| {
            let (name, local) = (field(member), local(member));
            quote!(#name: #local?)
        });
        let body = names::body(self.model, || {
            quote! {
                let mut members = document.object(json)?;
                #(#reads)*
                #(#groups)*
                #nothing_else
                ::wire::names::Some(Self { #(#fields),* })
            }
        });
        quote! {
            impl ::wire::json::Read for #name {
                fn read(
                    json: ::wire::Json,
                    document: &mut ::wire::json::Document,
                ) -> ::wire::names::Option<Self> {
                    #body
                }
            }
        }
    }

    fn read_member(&self, member: &Member) -> TokenStream {
        let (local, key, shape) = (local(member), &member.key, shape(self.model, &member.kind, &self.root));
        let read = match &member.need {
            MemberNeed::Always => quote!(required::<#shape>(#key)),
            MemberNeed::Optional => quote!(optional::<#shape>(#key)),
            MemberNeed::Flag => quote!(flag(#key)),
            MemberNeed::Default(default) => {
                let replace = match default {
                    MemberDefault::Boolean(value) => quote!(unwrap_or(#value)),
                    MemberDefault::Constant(constant) => constant.replace(),
                };
                quote!(optional::<#shape>(#key).map(|value| value.#replace))
            }
        };
        quote!(let #local = members.#read;)
    }

    fn read_case(&self, tag: &Member, union: &Union) -> TokenStream {
        let (value, name) = (&self.tag_value(union).name, self.union_name(tag));
        let (root, tag, key) = (&self.root, local(tag), &tag.key);
        let arms = self.cases(union).map(|(choice, Case { members, .. })| {
            let choice = &choice.name;
            let reads = members.iter().map(|member| self.read_member(member));
            let (fields, locals): (Vec<_>, Vec<_>) = members.iter().map(|own| (field(own), local(own))).unzip();
            let whole = quote!(#name::#choice { #(#fields: #locals),* });
            let built = match &locals[..] {
                [] => quote!(::wire::names::Some(#name::#choice)),
                [first @ .., last] => first
                    .iter()
                    .rev()
                    .fold(quote!(#last.map(|#last| #whole)), |inner, own| quote!(#own.and_then(|#own| #inner))),
            };
            quote!(::wire::names::Some(#root #value::#choice) => { #(#reads)* #built })
        });
        quote! {
            let #tag = match members.required::<#root #value>(#key) {
                #(#arms)*
                ::wire::names::None => ::wire::names::None,
            };
        }
    }

    fn write(&self) -> TokenStream {
        let name = self.name;
        let writes = self.content.members.iter().enumerate().map(|(index, member)| match self.tagged(index) {
            Some(union) => self.write_case(member, union),
            None => {
                let name = field(member);
                self.write_member(member, &quote!(&value.#name), &quote!(value.#name))
            }
        });
        let body = names::body(self.model, || {
            quote! {
                let mut members = ::wire::json::Object::new(out)?;
                #(#writes)*
                members.end()
            }
        });
        quote! {
            impl ::wire::json::Write for #name {
                fn write<O: ::wire::json::Serializer>(
                    value: &Self,
                    out: O,
                ) -> ::wire::names::Result<O::Ok, O::Error> {
                    #body
                }
            }
        }
    }

    /// Generates the writing of a member from a reference to its value, or from the value itself.
    fn write_member(&self, member: &Member, reference: &TokenStream, value: &TokenStream) -> TokenStream {
        let (key, shape) = (&member.key, shape(self.model, &member.kind, &self.root));
        match member.need {
            MemberNeed::Always | MemberNeed::Default(_) => quote!(members.always::<#shape>(#key, #reference)?;),
            MemberNeed::Optional => quote!(members.optional::<#shape>(#key, #reference)?;),
            MemberNeed::Flag => quote!(members.flag(#key, #value)?;),
        }
    }

    fn write_case(&self, tag: &Member, union: &Union) -> TokenStream {
        let (value, name, root) = (&self.tag_value(union).name, self.union_name(tag), &self.root);
        let (own, key) = (field(tag), &tag.key);
        let arms = self.cases(union).map(|(choice, Case { members, .. })| {
            let choice = &choice.name;
            let (fields, locals): (Vec<_>, Vec<_>) = members.iter().map(|own| (field(own), local(own))).unzip();
            let writes = members
                .iter()
                .zip(&locals)
                .map(|(member, own)| self.write_member(member, &quote!(#own), &quote!(*#own)));
            let pattern = (!members.is_empty()).then(|| quote!({ #(#fields: #locals),* }));
            quote! {
                #name::#choice #pattern => {
                    members.always::<#root #value>(#key, &#root #value::#choice)?;
                    #(#writes)*
                }
            }
        });
        quote!(match &value.#own { #(#arms)* })
    }
}

/// The field of a struct.
fn field(member: &Member) -> Ident {
    snake(&member.name)
}

/// The variable of a value that was read. It differs from all other variables.
fn local(member: &Member) -> Ident {
    format_ident!("own_{}", snake(&member.name).unraw(), span = member.name.span())
}

/// The type of a member's field, which has a value if the member is `given`.
pub(super) fn member_type(model: &Model, member: &Member, root: &TokenStream, given: bool) -> TokenStream {
    let kind = value_type(model, &member.kind, root);
    let may_be_absent = !given && matches!(member.need, MemberNeed::Optional);
    if may_be_absent { quote!(::wire::names::Option<#kind>) } else { kind }
}

pub(super) fn member_docs(member: &Member) -> TokenStream {
    docs_or(&member.docs, &format!("`{}`.", member.key))
}

/// Returns the type of a value.
fn value_type(model: &Model, kind: &Kind, root: &TokenStream) -> TokenStream {
    let inner = |kind: &Kind| value_type(model, kind, root);
    match kind {
        Kind::Boolean => quote!(::core::primitive::bool),
        Kind::Json => quote!(::wire::Json),
        Kind::Value(id) | Kind::AsText(id) => {
            let name = &model.values[*id].name;
            quote!(#root #name)
        }
        Kind::Offset(id) => {
            let name = &model.offsets[*id].name;
            quote!(#root #name)
        }
        Kind::BuiltIn(grammar) => grammar.rust_type(model, root),
        Kind::Object(id) => {
            let name = &model.objects[*id].name;
            // An object that contains itself is a fault of the spec, and not another one of the generated code.
            let endless = !model.sound && model.endless(*id).is_some();
            if endless { quote!(::std::boxed::Box<#root #name>) } else { quote!(#root #name) }
        }
        Kind::Array(item, _) => {
            let item = inner(item);
            quote!(::wire::names::Vec<#item>)
        }
        Kind::Map(member, _) => {
            let member = inner(member);
            quote!(::std::collections::BTreeMap<::wire::names::String, #member>)
        }
        Kind::Nullable(kind) => {
            let kind = inner(kind);
            quote!(::wire::names::Option<#kind>)
        }
    }
}

/// Returns the type that describes a value in JSON.
fn shape(model: &Model, kind: &Kind, root: &TokenStream) -> TokenStream {
    let inner = |kind: &Kind| shape(model, kind, root);
    match kind {
        Kind::AsText(_) => {
            let kind = value_type(model, kind, root);
            quote!(::wire::json::AsText<#kind>)
        }
        Kind::BuiltIn(grammar) => grammar.shape(model, root),
        Kind::Array(item, count) => {
            let (item, min, max) = (inner(item), number(count.min), number(count.max));
            quote!(::wire::json::Array<#item, #min, #max>)
        }
        Kind::Map(member, count) => {
            let (member, min, max) = (inner(member), number(count.min), number(count.max));
            quote!(::wire::json::Map<#member, #min, #max>)
        }
        Kind::Nullable(kind) => {
            let kind = inner(kind);
            quote!(::wire::json::Nullable<#kind>)
        }
        kind => value_type(model, kind, root),
    }
}

/// Generates the shapes of values, offsets and paths in JSON.
fn shapes(model: &Model) -> TokenStream {
    let objects = model.objects.iter().map(|object| &object.content);
    let events = model.events.iter().flat_map(|events| &events.events).filter_map(|event| event.content.as_ref());
    let members = objects.chain(events).flat_map(Content::all);
    // Sorted, and each once.
    let (mut texts, mut numbers, mut others) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
    for member in members {
        match member.kind.innermost() {
            Kind::Value(id) | Kind::AsText(id) => {
                let value = &model.values[*id];
                if value.grammar.is_number() { &mut numbers } else { &mut texts }.insert(&value.name);
            }
            Kind::Offset(id) => {
                texts.insert(&model.offsets[*id].name);
            }
            Kind::BuiltIn(grammar) => {
                others.extend(grammar.shape_impl(model).map(|own| (own.to_string(), own)));
            }
            _ => {}
        }
    }
    let others = others.into_values();
    let scalars = (!texts.is_empty() || !numbers.is_empty()).then(|| {
        let texts = texts.into_iter();
        let numbers = (!numbers.is_empty()).then(|| {
            let numbers = numbers.into_iter();
            quote!(; numbers #(#numbers),*)
        });
        quote!(::wire::scalars!(#(#texts),* #numbers);)
    });
    quote!(#(#others)* #scalars)
}
