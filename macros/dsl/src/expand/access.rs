//! The credentials of a request, and the permissions that it needs.

use super::names::{self, Depth, docs_or, field_type, snake, variant};
use super::{condition, outcome, request};
use crate::model::access::{Access, Distinction, Need, Subject};
use crate::model::{Atom, Endpoint, Field, Group, Id, InputSource, Model, Outcome, Resource};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;

/// The modules of all accesses, `Caller` and `Admission`.
pub(super) fn expand(model: &Model) -> TokenStream {
    let modules = model.accesses.iter().map(|access| module(model, access));
    let callers = (!is_open(model)).then(|| callers(model));
    quote!(#(#modules)* #callers)
}

/// Whether the spec declares no access, so that `admit` is synchronous.
pub(super) fn is_open(model: &Model) -> bool {
    model.accesses.as_slice().is_empty()
}

fn module(model: &Model, access: &Access) -> TokenStream {
    let (name, docs) = (snake(&access.name), docs_or(&access.docs, &format!("The access `{}`.", access.name)));
    let credentials = credentials(model, access);
    let (operations, refusals) = (operations(access), refusals(access));
    let verify = model.sound.then(|| verify(model, access));
    let grant = access.denied.map(|_| {
        quote_spanned! {names::declared_at(&access.name)=>
            /// The permissions of a caller.
            pub trait Grant {
                /// Whether the caller may do this with what is at `path`, in the canonical form of path parameters; without a path, if the operation
                /// is about none. The answer depends on nothing else.
                fn permits(&self, operation: Operation, path: Option<&str>) -> bool;
            }
        }
    });
    quote! {
        #docs
        pub mod #name {
            #[allow(unused_imports)]
            use ::wire::names::*;

            #credentials
            #operations
            #refusals
            #grant
            #verify
        }
    }
}

fn credentials(model: &Model, access: &Access) -> TokenStream {
    let kinds = access.credentials.iter().map(|source| match source {
        InputSource::Field(id) => {
            let field = &model.fields[*id];
            let (name, kind) = (&field.name, field_type(model, field, Depth::Inner));
            let docs = docs_or(&field.docs, &format!("`{}`.", field.wire));
            quote!(#docs #name(#kind),)
        }
        InputSource::Group(id) => {
            let Group { name, docs, .. } = &model.groups[*id];
            let docs = docs_or(docs, &format!("The group `{name}`."));
            quote!(#docs #name(super::#name),)
        }
    });
    quote! {
        /// The credentials of a request.
        pub enum Credentials { #(#kinds)* }

        impl ::core::fmt::Debug for Credentials {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str("(secret)")
            }
        }
    }
}

fn operations(access: &Access) -> TokenStream {
    let names: Vec<_> = access.operations.iter().map(|operation| variant(&operation.name)).collect();
    let texts = access.operations.iter().map(|operation| operation.name.to_string());
    let docs = access.operations.iter().map(|own| docs_or(&own.docs, &format!("The operation `{}`.", own.name)));
    quote! {
        /// The operations that a caller can be permitted to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Operation { #(#docs #names,)* }

        impl Operation {
            /// All operations, in the order of the spec.
            pub const ALL: &[Self] = &[#(Self::#names),*];

            /// The name in the spec.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { #(Self::#names => #texts,)* }
            }
        }
    }
}

/// Generates the reasons for which the program refuses callers.
fn refusals(access: &Access) -> TokenStream {
    let names = access.refusals.iter().map(|refusal| variant(&refusal.name));
    let docs = access.refusals.iter().map(|own| docs_or(&own.docs, "The credentials are missing or not valid."));
    quote! {
        /// Why a caller is refused, whatever it may do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Refusal { #(#docs #names,)* }

        impl From<::wire::BadCredentials> for Refusal {
            fn from(_: ::wire::BadCredentials) -> Self {
                Self::Unknown
            }
        }
    }
}

/// Generates the functions that read the credentials of a request and have them verified.
fn verify(model: &Model, access: &Access) -> TokenStream {
    let kinds: Vec<_> = access.credentials.iter().map(|source| model.name_of(*source)).collect();
    let names: Vec<_> = kinds.iter().map(|kind| snake(kind)).collect();
    let reads = access.credentials.iter().map(|source| read(model, access, *source));
    let (grant, method) = (&access.name, snake(&access.name));
    let (kind, one) = match access.accepts_none {
        true => (quote!(Option<Credentials>), quote!(at_most_one)),
        false => (quote!(Credentials), quote!(exactly_one)),
    };
    quote! {
        /// Reads the credentials of a request. Those that are malformed or of several kinds are not valid.
        fn read(source: &impl ::wire::Source) -> Result<#kind, ::wire::BadCredentials> {
            let mut inputs = ::wire::Inputs::new(source);
            #(#reads)*
            ::wire::#one(inputs.finish(Some([#(#names.map(Credentials::#kinds)),*])))
        }

        /// Finds the caller of a request, or why it is refused.
        pub(super) async fn verify<V: super::Edge>(
            source: &impl ::wire::Source,
            edge: &V,
        ) -> Result<V::#grant, Refusal> {
            edge.#method(source, read(source)).await
        }
    }
}

/// Generates a variable with the credentials of one kind, if the request has them.
fn read(model: &Model, access: &Access, source: InputSource) -> TokenStream {
    let name = snake(model.name_of(source));
    let value = match source {
        InputSource::Group(id) => {
            let form = request::group_form(model, &model.groups[id], &crate::model::Need::Optional, Depth::Inner);
            quote!(::wire::group!(read inputs, #form))
        }
        InputSource::Field(id) => {
            let field = &model.fields[id];
            let marker = &field.name;
            // Credentials of another scheme are of no declared kind.
            let is_secret = field.grammar(model).is_secret();
            let of_scheme = is_secret.then(|| quote!(.filter(|own| !own.secret().is_empty())));
            quote!(inputs.optional::<super::field::#marker>() #of_scheme)
        }
    };
    match is_meant(model, access, source) {
        None => quote!(let #name = #value;),
        Some(condition) => quote!(let #name = if #condition { #value } else { None };),
    }
}

/// Whether a request has credentials of this kind, if another kind shares inputs with it.
fn is_meant(model: &Model, access: &Access, source: InputSource) -> Option<TokenStream> {
    let Distinction { own, others } = access.distinction(model, source);
    let given = |id: &Id<Field>| {
        let marker = &model.fields[*id].name;
        quote!(inputs.has::<super::field::#marker>())
    };
    let own = own.iter().map(given).reduce(|one, other| quote!(#one || #other));
    let none = others.iter().map(given).map(|given| quote!(!#given)).reduce(|one, other| quote!(#one && #other));
    match (own, none) {
        (Some(own), Some(none)) => Some(quote!((#own) && #none)),
        (own, none) => own.or(none),
    }
}

fn callers(model: &Model) -> TokenStream {
    let names: Vec<_> = model.accesses.iter().map(|access| &access.name).collect();
    let docs = names.iter().map(|name| names::doc(&format!("A caller with credentials of `{name}`.")));
    quote! {
        /// The caller of a request.
        pub enum Caller<V: Edge> {
            /// Anyone: the request needs no credentials.
            Anyone,
            /// A caller that is refused, such as for credentials that are not valid.
            Refused,
            #(#docs #names(V::#names),)*
        }

        /// The caller of a request, and where the request goes or the response that refuses it.
        pub struct Admission<V: Edge, E> {
            /// The caller.
            pub caller: Caller<V>,
            /// Where the request goes. Otherwise the answer, where the head of the request is enough to know it.
            pub route: ::wire::names::Result<Route, ::wire::Response<E>>,
        }
    }
}

/// Generates the types and methods of `Edge` for the callers of each access.
pub(super) fn edge_methods(model: &Model) -> TokenStream {
    let methods = model.accesses.iter().map(|access| {
        let (name, module) = (&access.name, snake(&access.name));
        let grant = access.denied.map(|_| quote!(: #module::Grant));
        let credentials = match access.accepts_none {
            true => quote!(::wire::names::Option<#module::Credentials>),
            false => quote!(#module::Credentials),
        };
        let docs = names::doc(&format!("A caller with credentials of `{name}`."));
        let verifies = "Verifies the credentials of a request. It is called once for a request.";
        quote_spanned! {names::declared_at(name)=>
            #docs
            type #name #grant;

            #[doc = #verifies]
            ///
            /// # Errors
            /// Why the caller is refused.
            fn #module(
                &self,
                source: &impl ::wire::Source,
                credentials: ::wire::names::Result<#credentials, ::wire::BadCredentials>,
            ) -> impl ::core::future::Future<Output = ::wire::names::Result<Self::#name, #module::Refusal>>;
        }
    });
    quote!(#(#methods)*)
}

/// Generates the steps in `admit` of a resource that find the caller, and refuse a request for its credentials.
pub(super) fn authorize(model: &Model, resource: &Resource) -> TokenStream {
    let is_public = |endpoint: &&Endpoint| endpoint.restriction().is_none();
    let public: Vec<_> = resource.endpoints.iter().filter(is_public).map(|endpoint| variant(&endpoint.name)).collect();
    let public = (!public.is_empty()).then(|| quote!(#(Endpoint::#public)|* => super::Caller::Anyone,));
    let arms = model.accesses.entries().filter_map(|(id, access)| {
        let own = |endpoint: &&Endpoint| endpoint.restriction().is_some_and(|(own, _)| own == id);
        let endpoints: Vec<&Endpoint> = resource.endpoints.iter().filter(own).collect();
        let names: Vec<_> = endpoints.iter().map(|endpoint| variant(&endpoint.name)).collect();
        let steps = known(model, access, &endpoints, endpoints.len() == resource.endpoints.len());
        (!names.is_empty()).then(|| quote!(#(Endpoint::#names)|* => { #steps }))
    });
    quote!(let caller = match endpoint { #public #(#arms)* };)
}

/// Generates the steps for the endpoints of one access.
fn known(model: &Model, access: &Access, endpoints: &[&Endpoint], are_all: bool) -> TokenStream {
    let (name, module) = (&access.name, snake(&access.name));
    let reasons = access.refusals.iter().map(|refusal| variant(&refusal.name));
    let answers = access.refusals.iter().map(|refusal| match model.edge_method(refusal.outcome) {
        Some(method) => quote!(edge.#method(source)),
        None => outcome::path(model, refusal.outcome, Depth::Inner),
    });
    let permission = access.denied.map(|(id, _)| {
        let (names, modules): (Vec<_>, Vec<_>) =
            endpoints.iter().map(|endpoint| (variant(&endpoint.name), &endpoint.name)).unzip();
        let none = (!are_all).then(|| quote!(_ => None,));
        let denials = endpoints.iter().filter_map(|endpoint| Some((endpoint, endpoint.denial.as_ref()?)));
        let others = denials.clone().map(|(endpoint, denial)| {
            let (name, module) = (variant(&endpoint.name), &endpoint.name);
            let denied = denied(model, denial.outcome);
            quote!(Endpoint::#name if #module::is_denied_otherwise(source) => #denied,)
        });
        let outcomes = denials.map(|(_, denial)| denial.outcome).chain([id]);
        let has_detail = outcomes.into_iter().any(|id| model.outcomes[id].has_detail());
        let operation = if has_detail { quote!(operation) } else { quote!(_) };
        let denied = denied(model, id);
        let others: Vec<_> = others.collect();
        let denied = if others.is_empty() { denied } else { quote!(match endpoint { #(#others)* _ => #denied, }) };
        quote! {
            let missing = match endpoint {
                #(Endpoint::#names => #modules::missing(&caller, &parts, source),)*
                #none
            };
            if let Some(#operation) = missing {
                let route = Err(#denied);
                return super::Admission { caller: super::Caller::#name(caller), route };
            }
        }
    });
    quote! {
        let caller = match super::#module::verify(source, edge).await {
            Ok(caller) => caller,
            Err(refusal) => {
                let response = match refusal { #(super::#module::Refusal::#reasons => #answers.respond(),)* };
                return super::Admission { caller: super::Caller::Refused, route: Err(response) };
            }
        };
        #permission
        super::Caller::#name(caller)
    }
}

/// The response to a caller who lacks the permission for `operation`.
fn denied(model: &Model, id: Id<Outcome>) -> TokenStream {
    let outcome = outcome::path(model, id, Depth::Inner);
    let detail = model.outcomes[id]
        .has_detail()
        .then(|| quote!({ detail: ::std::format!("The operation `{}` is not permitted.", operation.name()) }));
    quote!(#outcome #detail .respond())
}

/// Generates `missing` of an endpoint, if its callers can lack a permission.
pub(super) fn missing(model: &Model, resource: &Resource, endpoint: &Endpoint) -> Option<TokenStream> {
    let (id, needs) = endpoint.restriction().filter(|_| model.sound)?;
    model.accesses[id].denied?;
    let (root, module) = (Depth::Innermost.root(), snake(&model.accesses[id].name));
    let reads_path = needs.iter().any(|need| matches!(need.subject, Some(Subject::Parameter(_))));
    let reads_head =
        needs.iter().any(|need| matches!(need.subject, Some(Subject::Input(_))) || need.condition.is_some());
    let parts = if reads_path { quote!(parts) } else { quote!(_parts) };
    let kinds = resource.parameters.iter().map(|parameter| variant(&parameter.name));
    let source = if reads_head { quote!(source) } else { quote!(_source) };
    let needs = needs.iter().map(|need| {
        let operation = variant(&model.accesses[id].operations[need.operation].name);
        lacks(model, endpoint, need, &operation)
    });
    let otherwise = endpoint.denial.as_ref().map(|denial| {
        let condition = condition::joined(&denial.condition, &|atom| tested(model, endpoint, atom));
        quote! {
            /// Whether a caller who lacks a permission gets the outcome for these requests.
            pub(super) fn is_denied_otherwise(source: &impl ::wire::Source) -> bool {
                #condition
            }
        }
    });
    Some(quote! {
        #otherwise

        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl #root #module::Grant,
            #parts: &(#(::wire::Read<super::#kinds>,)*),
            #source: &impl ::wire::Source,
        ) -> Option<#root #module::Operation> {
            use #root #module::Operation;
            #(#needs)*
            None
        }
    })
}

/// Generates the check of one permission. If the path that it is about is malformed, the request is answered as a malformed one.
fn lacks(model: &Model, endpoint: &Endpoint, need: &Need, operation: &Ident) -> TokenStream {
    let condition = need.condition.as_ref().map(|condition| {
        let condition = condition::joined(condition, &|atom| tested(model, endpoint, atom));
        quote!(#condition &&)
    });
    let (path, argument) = match need.subject {
        None => (None, quote!(None)),
        Some(Subject::Parameter(index)) => {
            let index = syn::Index::from(index);
            (Some(quote!(let Ok(path) = &parts.#index &&)), quote!(Some(path.as_str())))
        }
        Some(Subject::Input(id)) => {
            let field = &model.fields[id];
            let (marker, text) = (marker(field), field.grammar(model).path_text(model));
            let read = quote!(let Some(path) = ::wire::Inputs::new(source).optional::<#marker>() &&);
            (Some(read), quote!(Some(path #text)))
        }
    };
    quote! {
        if #condition #path !grant.permits(Operation::#operation, #argument) {
            return Some(Operation::#operation);
        }
    }
}

fn marker(field: &Field) -> TokenStream {
    let (root, name) = (Depth::Innermost.root(), &field.name);
    quote!(#root field::#name)
}

/// Returns a condition on an input. A malformed input counts as absent; a request with one reaches no handler.
fn tested(model: &Model, endpoint: &Endpoint, atom: Atom) -> TokenStream {
    let inputs = quote!(::wire::Inputs::new(source));
    match atom {
        Atom::Present(source) => {
            let fields = model.fields_of(source).into_iter().map(|id| &model.fields[id]);
            let present = fields.map(|field| match (marker(field), field.flag()) {
                (marker, Some(_)) => quote!(#inputs.flag::<#marker>()),
                (marker, None) => quote!(#inputs.check_optional::<#marker>()),
            });
            quote!((#(#present)||*))
        }
        Atom::Is(id, index) => is(model, endpoint, id, index),
        _ => names::excluded("a permission whose condition needs the handler"),
    }
}

fn is(model: &Model, endpoint: &Endpoint, id: Id<Field>, index: usize) -> TokenStream {
    use crate::model::Need::{Default, UnlessMalformed};
    let field = &model.fields[id];
    let (marker, grammar) = (marker(field), field.grammar(model));
    let inputs = quote!(::wire::Inputs::new(source));
    let value = match endpoint.need_of(InputSource::Field(id)) {
        Some(UnlessMalformed) => quote!(#inputs.lenient::<#marker>()),
        Some(Default(constant)) => {
            let replace = constant.replace();
            quote!(Some(#inputs.optional::<#marker>().#replace))
        }
        _ => quote!(#inputs.optional::<#marker>()),
    };
    match grammar.predicate(model, index) {
        Some(is) => quote!(#value.as_ref().is_some_and(|value| #is(value))),
        None => {
            let (kind, choice) = (field_type(model, field, Depth::Innermost), &model.choices(id).named[index].name);
            quote!(::core::matches!(#value, Some(#kind::#choice)))
        }
    }
}
