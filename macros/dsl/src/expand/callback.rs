//! Requests that the server sends, and messages that it writes: typed builders and readers. They do no I/O.

use super::names::{Depth, body, doc, docs_or, field_type, ident, snake};
use crate::model::callback::{Callback, CallbackExample, Message, Response, SentHeader, SentValue};
use crate::model::{Field, Id, Model};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

pub(super) fn all(model: &Model) -> TokenStream {
    let callbacks = model.callbacks.iter().map(|callback| expand(model, callback));
    let messages = model.messages.iter().map(|message| self::message(model, message));
    let examples = message_examples(model);
    quote!(#(#callbacks)* #(#messages)* #examples)
}

fn expand(model: &Model, callback: &Callback) -> TokenStream {
    let (name, docs) = (&callback.name, docs_or(&callback.docs, &format!("The callback `{}`.", callback.name)));
    let module = snake(name);
    let request = request(model, callback);
    let responses = callback.responses.iter().map(|response| self::response(model, response));
    let reading = reading(model, callback);
    let examples = examples(model, callback);
    quote! {
        #docs
        pub mod #module {
            #[allow(unused_imports)]
            use ::wire::names::*;

            #request
            #(#responses)*
            #reading
            #examples
        }
    }
}

/// Generates `Request`, and `Unsigned` if the program computes headers from the body.
fn request(model: &Model, callback: &Callback) -> TokenStream {
    let root = Depth::Inner.root();
    let supplied = callback.headers.iter().filter_map(|header| {
        let (name, kind, docs) = part(model, header.field);
        match header.value {
            SentValue::Given => Some(quote!(#docs pub #name: #kind,)),
            SentValue::Optional => Some(quote!(#docs pub #name: Option<#kind>,)),
            SentValue::Fixed(_) | SentValue::Signature => None,
        }
    });
    let supplied: Vec<_> = supplied.collect();
    let body_field = callback.body.map(|id| {
        let object = &model.objects[id].name;
        quote!(/// The body.
            pub body: #root #object,)
    });
    let unsigned = callback.headers.iter().filter(|header| header.value != SentValue::Signature);
    let writes: Vec<_> = unsigned.map(|header| write(model, header)).collect();
    let json = callback.body.map(|id| {
        let object = &model.objects[id].name;
        let media = callback.json_media_type(model).map(|text| quote!(request.fixed("content-type", #text);));
        quote!(#media request.json::<#root #object>(&self.body)?;)
    });
    let is_signed = callback.signatures().next().is_some();
    let method = &callback.method;
    let mutable = (!writes.is_empty() || json.is_some()).then(|| quote!(mut));
    let (output, value) = match (is_signed, callback.body) {
        (true, _) => (quote!(Result<Unsigned, Vec<::wire::json::Fault>>), quote!(Ok(Unsigned(request)))),
        (false, Some(_)) => (quote!(Result<::wire::Outgoing, Vec<::wire::json::Fault>>), quote!(Ok(request))),
        (false, None) => (quote!(::wire::Outgoing), quote!(request)),
    };
    let write = body(model, || {
        quote! {
            let #mutable request = ::wire::Outgoing::new(#method);
            #(#writes)*
            #json
            #value
        }
    });
    let errors = callback.body.map(|_| {
        quote! {
            ///
            /// # Errors
            /// The rules of the body that it breaks.
        }
    });
    let must_use = callback.body.is_none().then(|| quote!(#[must_use]));
    let unsigned = is_signed.then(|| unsigned_request(model, callback));
    let shape =
        if supplied.is_empty() && body_field.is_none() { quote!(;) } else { quote!({ #(#supplied)* #body_field }) };
    quote! {
        /// The data that the program supplies for the request.
        #[derive(Clone, Debug)]
        pub struct Request #shape

        impl Request {
            /// The request to send.
            #errors
            #must_use
            pub fn write(&self) -> #output {
                #write
            }
        }

        #unsigned
    }
}

/// Generates `Unsigned`.
fn unsigned_request(model: &Model, callback: &Callback) -> TokenStream {
    let parts: Vec<_> = callback.signatures().map(|header| part(model, header.field)).collect();
    let parameters = parts.iter().map(|(name, kind, _)| quote!(#name: #kind));
    let writes = callback.signatures().zip(&parts).map(|(header, (name, ..))| {
        let wire = &model.fields[header.field].wire;
        quote!(self.0.header(#wire, #name);)
    });
    quote! {
        /// A request that lacks the headers which the program computes from its body.
        #[derive(Debug)]
        pub struct Unsigned(::wire::Outgoing);

        impl Unsigned {
            /// The bytes of the body.
            #[must_use]
            pub fn body(&self) -> &[u8] {
                &self.0.body
            }

            /// The request to send.
            #[must_use]
            pub fn sign(mut self, #(#parameters),*) -> ::wire::Outgoing {
                #(#writes)*
                self.0
            }
        }
    }
}

/// The name, the type and the documentation of a header's field.
fn part(model: &Model, id: Id<Field>) -> (syn::Ident, TokenStream, TokenStream) {
    let field = &model.fields[id];
    (snake(&field.name), field_type(model, field, Depth::Inner), doc(&format!("`{}`.", field.wire)))
}

fn write(model: &Model, header: &SentHeader) -> TokenStream {
    let field = &model.fields[header.field];
    let (name, wire) = (snake(&field.name), &field.wire);
    match &header.value {
        SentValue::Fixed(value) => quote!(request.fixed(#wire, #value);),
        SentValue::Optional => quote! {
            if let Some(value) = &self.#name {
                request.header(#wire, value);
            }
        },
        SentValue::Given | SentValue::Signature => quote!(request.header(#wire, &self.#name);),
    }
}

/// Generates the struct of a response.
fn response(model: &Model, response: &Response) -> TokenStream {
    let root = Depth::Inner.root();
    let (name, docs) = (&response.name, docs_or(&response.docs, "An answer."));
    let (mut fields, mut reads) = (Vec::new(), Vec::new());
    if response.statuses.0 != response.statuses.1 {
        fields.push(quote!(/// The status.
            pub status: u16,));
        reads.push(quote!(status));
    }
    for (id, optional) in &response.headers {
        let ((name, kind, docs), marker) = (part(model, *id), &model.fields[*id].name);
        let kind = if *optional { quote!(Option<#kind>) } else { kind };
        let mark = (!optional).then(|| quote!(?));
        fields.push(quote!(#docs pub #name: #kind,));
        reads.push(quote!(#name: ::wire::answered::<#root field::#marker>(header) #mark));
    }
    if let Some(body) = response.body {
        let (object, limit) = (&model.objects[body.object].name, &model.limits[body.limit].name);
        let kind = if body.lenient { quote!(Option<#root #object>) } else { quote!(#root #object) };
        let mark = (!body.lenient).then(|| quote!(?));
        fields.push(quote!(/// The body.
            pub body: #kind,));
        reads.push(quote!(body: ::wire::answered_json::<#root #object>(body, limits.#limit) #mark));
    }
    let shape = if fields.is_empty() { quote!(;) } else { quote!({ #(#fields)* }) };
    let value = if fields.is_empty() { quote!(Self) } else { quote!(Self { #(#reads),* }) };
    let read = self::body(model, || quote!(Some(#value)));
    quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct #name #shape

        impl #name {
            #[allow(unused_variables, clippy::unnecessary_wraps)]
            fn read(
                status: u16,
                header: &impl ::core::ops::Fn(&str) -> Option<String>,
                body: &[u8],
                limits: &#root Limits,
            ) -> Option<Self> {
                #read
            }
        }
    }
}

/// Generates `Response`, and the functions that read it.
fn reading(model: &Model, callback: &Callback) -> TokenStream {
    let root = Depth::Inner.root();
    let names: Vec<_> = callback.responses.iter().map(|response| &response.name).collect();
    let docs = callback.responses.iter().map(|response| docs_or(&response.docs, "An answer."));
    let statuses: Vec<_> = callback.responses.iter().map(|response| statuses(response.statuses)).collect();
    let limited = callback.responses.iter().zip(&statuses).filter_map(|(response, statuses)| {
        let limit = &model.limits[response.body?.limit].name;
        Some(quote!(#statuses => limits.#limit,))
    });
    let limited: Vec<_> = limited.collect();
    let (read, limit) = (
        body(model, || {
            quote! {
                let read = match status {
                    #(#statuses => #names::read(status, &header, body, limits).map(Self::#names),)*
                    _ => None,
                };
                read.unwrap_or(Self::Other { status })
            }
        }),
        body(model, || quote!(match status { #(#limited)* _ => 0 })),
    );
    quote! {
        /// The answer.
        #[derive(Clone, Debug)]
        pub enum Response {
            #(#docs #names(#names),)*
            /// Anything else.
            Other {
                /// The status.
                status: u16,
            },
        }

        impl Response {
            /// The most bytes of the body that are of interest, in an answer with this status. One more shows that it is longer.
            #[must_use]
            #[allow(unused_variables, clippy::match_single_binding)]
            pub fn limit(status: u16, limits: &#root Limits) -> usize {
                #limit
            }

            /// Reads an answer. `header` returns the value of a header by its name in lowercase.
            #[must_use]
            #[allow(unused_variables)]
            pub fn read(
                status: u16,
                header: impl ::core::ops::Fn(&str) -> Option<String>,
                body: &[u8],
                limits: &#root Limits,
            ) -> Self {
                #read
            }
        }
    }
}

fn statuses((first, last): (u16, u16)) -> TokenStream {
    let (from, to) = (Literal::u16_unsuffixed(first), Literal::u16_unsuffixed(last));
    if first == last { quote!(#from) } else { quote!(#from..=#to) }
}

/// Generates a test for each example.
fn examples(model: &Model, callback: &Callback) -> TokenStream {
    if callback.examples.is_empty() || !model.sound {
        return TokenStream::new();
    }
    let tests = callback.examples.iter().map(|example| self::example(model, callback, example));
    quote! {
        /// The requests of the examples, their answers, and how those are read.
        #[cfg(test)]
        mod examples {
            use super::*;

            #(#tests)*
        }
    }
}

fn example(model: &Model, callback: &Callback, example: &CallbackExample) -> TokenStream {
    let name = ident(&example.name.to_string(), example.name.span());
    let root = Depth::Innermost.root();
    let request = example_request(model, callback, example);
    let text = example.send.body.as_ref().map_or("", |(text, _)| text.as_str());
    let signatures: Vec<_> = callback.signatures().map(|header| example_value(model, example, header)).collect();
    let sign = (!signatures.is_empty()).then(|| quote!(.sign(#(#signatures),*)));
    let checked = (sign.is_some() || callback.body.is_some()).then(|| quote!(.expect("a body that breaks no rule")));
    let same = callback.body.map(|_| quote!(::core::assert!(::wire::is_same_json(&sent.body, #text));));
    let headers = expected_headers(model, callback, example);
    let method = &callback.method;
    let (status, pattern) = (Literal::u16_unsuffixed(example.status), pattern(model, callback, example));
    let answered = example.answer.headers.iter().map(|(id, text, _)| {
        let wire = &model.fields[*id].wire;
        quote!(#wire => Some(String::from(#text)),)
    });
    let answer = example.answer.body.as_ref().map_or("", |(text, _)| text.as_str());
    quote! {
        #[test]
        fn #name() {
            let request = #request;
            let sent = request.write() #checked #sign;
            let headers = ::core::iter::Iterator::map(sent.headers.iter(), |(name, value)| (*name, &**value));
            let headers: Vec<(&str, &str)> = ::core::iter::Iterator::collect(headers);
            ::core::assert_eq!((sent.method, headers), (#method, ::std::vec![#(#headers),*]));
            #same
            #[allow(clippy::match_single_binding)]
            let header = |name: &str| -> Option<String> { match name { #(#answered)* _ => None } };
            let answer = Response::read(#status, header, #answer.as_bytes(), &#root Limits::DECLARED);
            ::core::assert!(::core::matches!(answer, #pattern), "{answer:?}");
        }
    }
}

/// The request of an example.
fn example_request(model: &Model, callback: &Callback, example: &CallbackExample) -> TokenStream {
    let root = Depth::Innermost.root();
    let fields = callback.headers.iter().filter_map(|header| {
        let (name, value) = (snake(&model.fields[header.field].name), example_value(model, example, header));
        match header.value {
            SentValue::Given => Some(quote!(#name: #value)),
            SentValue::Optional => {
                let value = value.map_or_else(|| quote!(None), |value| quote!(Some(#value)));
                Some(quote!(#name: #value))
            }
            SentValue::Fixed(_) | SentValue::Signature => None,
        }
    });
    let text = example.send.body.as_ref().map_or("", |(text, _)| text.as_str());
    let body = callback.body.map(|id| {
        let object = &model.objects[id].name;
        quote!(body: ::wire::json::read(#text.as_bytes(), <#root #object as ::wire::json::Read>::read).expect("the body of the example"))
    });
    let fields: Vec<_> = fields.chain(body).collect();
    if fields.is_empty() { quote!(Request) } else { quote!(Request { #(#fields),* }) }
}

/// The value of a header in an example, if the example contains it.
fn example_value(model: &Model, example: &CallbackExample, header: &SentHeader) -> Option<TokenStream> {
    let (root, marker) = (Depth::Innermost.root(), &model.fields[header.field].name);
    let text = example.send.headers.iter().find(|(own, ..)| *own == header.field).map(|(_, text, _)| text)?;
    Some(
        quote!(<#root field::#marker as ::wire::Field>::read_all(&[::std::borrow::Cow::Borrowed(#text)]).expect("the header of the example")),
    )
}

/// The headers of an example in the order in which they are sent: signatures come last.
fn expected_headers(model: &Model, callback: &Callback, example: &CallbackExample) -> Vec<TokenStream> {
    let shown = |header: &SentHeader| {
        let wire = &model.fields[header.field].wire;
        let text = match &header.value {
            SentValue::Fixed(text) => Some(text),
            _ => example.send.headers.iter().find(|(own, ..)| *own == header.field).map(|(_, text, _)| text),
        };
        text.map(|text| quote!((#wire, #text)))
    };
    let first = callback.headers.iter().filter(|header| header.value != SentValue::Signature).filter_map(shown);
    let media = callback.json_media_type(model).map(|text| quote!(("content-type", #text)));
    first.chain(media).chain(callback.signatures().filter_map(shown)).collect()
}

/// The pattern of the response that an example expects.
fn pattern(model: &Model, callback: &Callback, example: &CallbackExample) -> TokenStream {
    let Some(response) = example.expect.map(|index| &callback.responses[index]) else {
        return quote!(Response::Other { .. });
    };
    let fields = example.read.iter().map(|(field, is_read, _)| {
        let name = field.map_or_else(|| format_ident!("body"), |id| snake(&model.fields[id].name));
        let value = if *is_read { quote!(Some(_)) } else { quote!(None) };
        quote!(#name: #value)
    });
    let fields: Vec<_> = fields.collect();
    let (name, is_unit) = (&response.name, is_unit(response));
    let inner = if is_unit { quote!(#name) } else { quote!(#name { #(#fields,)* .. }) };
    quote!(Response::#name(#inner))
}

fn is_unit(response: &Response) -> bool {
    response.statuses.0 == response.statuses.1 && response.headers.is_empty() && response.body.is_none()
}

/// Generates how a message is written and read. Its type is an object.
fn message(model: &Model, message: &Message) -> TokenStream {
    let name = &model.objects[message.object].name;
    quote! {
        impl #name {
            /// The message as JSON.
            ///
            /// # Errors
            /// The rules that it breaks.
            pub fn to_json(
                &self,
            ) -> ::wire::names::Result<::wire::names::Vec<::core::primitive::u8>, ::wire::names::Vec<::wire::json::Fault>> {
                ::wire::json::checked::<Self>(self)
            }

            /// Reads a message.
            ///
            /// # Errors
            /// The rules that it breaks.
            pub fn from_json(
                json: &[::core::primitive::u8],
            ) -> ::wire::names::Result<Self, ::wire::names::Vec<::wire::json::Fault>> {
                ::wire::json::read(json, <Self as ::wire::json::Read>::read)
            }
        }
    }
}

/// Generates a test for each example of a message: it is read, written, and compared.
fn message_examples(model: &Model) -> TokenStream {
    let tests = model.messages.iter().flat_map(|message| {
        let object = &model.objects[message.object].name;
        message.examples.iter().map(move |example| {
            let (name, text) = (format_ident!("{}_{}", snake(object), example.name), &example.text);
            quote! {
                #[test]
                fn #name() {
                    let message = super::#object::from_json(#text.as_bytes()).expect("the message of the example");
                    let written = message.to_json().expect("a message that breaks no rule");
                    ::core::assert!(::wire::is_same_json(&written, #text));
                }
            }
        })
    });
    let tests: Vec<_> = tests.collect();
    if tests.is_empty() || !model.sound {
        return TokenStream::new();
    }
    quote! {
        /// Messages, read and written.
        #[cfg(test)]
        mod messages {
            #(#tests)*
        }
    }
}
