//! A spec whose names are resolved and whose literals are read. Each item has passed the rules that concern it alone.
//! Rules that concern several items are in `check`.

pub mod access;
pub mod callback;
pub mod error;
pub mod object;

use crate::ast::{Docs, EmptyBody, Place, docs_text};
use crate::grammar::{BuiltIn, Choices, Constant, Grammar, Segments, Type};
use heck::{ToSnakeCase as _, ToTitleCase as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use proc_macro2::Span;
use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};
use syn::Ident;

/// A position in an [`Arena`].
pub struct Id<T>(usize, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// The position as a number.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Id<T> {}

/// Items of one kind, in the order of declaration.
pub struct Arena<T>(Vec<T>);

impl<T> Default for Arena<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Arena<T> {
    pub(crate) fn push(&mut self, item: T) -> Id<T> {
        self.0.push(item);
        Id(self.0.len() - 1, PhantomData)
    }

    /// All items.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// All items, with their positions.
    pub fn entries(&self) -> impl Iterator<Item = (Id<T>, &T)> {
        self.0.iter().enumerate().map(|(index, item)| (Id(index, PhantomData), item))
    }

    pub(crate) fn find(&self, mut matches: impl FnMut(&T) -> bool) -> Option<Id<T>> {
        self.entries().find(|(_, item)| matches(item)).map(|(id, _)| id)
    }
}

impl<T> IndexMut<Id<T>> for Arena<T> {
    fn index_mut(&mut self, id: Id<T>) -> &mut T {
        &mut self.0[id.0]
    }
}

impl<T> Index<Id<T>> for Arena<T> {
    type Output = T;
    fn index(&self, id: Id<T>) -> &T {
        &self.0[id.0]
    }
}

/// The methods that an endpoint can have.
pub const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// A whole protocol.
#[derive(Default)]
pub struct Model {
    /// The item `protocol`.
    pub protocol: Option<Protocol>,
    /// The limits.
    pub limits: Arena<Limit>,
    /// The offsets.
    pub offsets: Arena<Offset>,
    /// The media types.
    pub medias: Arena<Media>,
    /// The declared types, and those of headers and query parameters with a grammar of their own.
    pub values: Arena<Value>,
    /// The headers and query parameters.
    pub fields: Arena<Field>,
    /// The groups.
    pub groups: Arena<Group>,
    /// The states.
    pub states: Arena<State>,
    /// The facts.
    pub facts: Arena<Fact>,
    /// The kinds of access.
    pub accesses: Arena<access::Access>,
    /// The JSON objects.
    pub objects: Arena<object::Object>,
    /// The formats of errors.
    pub formats: Arena<error::ErrorFormat>,
    /// The errors of outcomes.
    pub errors: Arena<error::OwnError>,
    /// The requests that the server sends.
    pub callbacks: Vec<callback::Callback>,
    /// The messages that the server writes.
    pub messages: Vec<callback::Message>,
    /// The kinds of events.
    pub events: Arena<Events>,
    /// The item `cors`.
    pub cors: Option<Cors>,
    /// The headers of every response.
    pub every: Vec<Part>,
    /// The outcomes of the protocol, its resources and its endpoints.
    pub outcomes: Arena<Outcome>,
    /// The item `unrouted`.
    pub unrouted: Option<Unrouted>,
    /// The resources.
    pub resources: Vec<Resource>,
    /// The runs of examples.
    pub examples: Vec<Example>,
    /// Whether all resources and endpoints of the spec are in `resources`, so that each request can be routed.
    pub routed: bool,
    /// Whether the spec has no fault. Otherwise only declarations are expanded, not function bodies.
    pub sound: bool,
}

/// The item `protocol`.
pub struct Protocol {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The beginning of the types of all problems.
    pub problems: String,
}

/// A limit.
pub struct Limit {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The default.
    pub amount: Amount,
}

/// The quantity of a limit.
#[derive(Clone, Copy)]
pub enum Amount {
    /// A number of bytes.
    Bytes(u64),
    /// A duration.
    Milliseconds(u64),
    /// A number without a unit.
    Count(u64),
}

pub use wire::Radix;

/// A type for positions.
pub struct Offset {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The digits.
    pub radix: Radix,
    /// The number of digits.
    pub width: usize,
    /// The positions with a text instead of digits.
    pub sentinels: Vec<Choice>,
    /// Texts with the same meaning as a sentinel, and the index of that sentinel.
    pub aliases: Vec<(String, usize)>,
}

/// A text on the wire, and its Rust name.
#[derive(Clone)]
pub struct Choice {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The text on the wire.
    pub text: String,
}

/// A declared media type, or a range of media types.
pub type Media = Choice;

impl Media {
    /// Whether it is a range `type/*` of media types.
    pub(crate) fn is_range(&self) -> bool {
        self.text.ends_with('*')
    }
}

/// A declared type.
pub struct Value {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The texts of its values.
    pub grammar: Box<dyn Type>,
}

/// A header or a query parameter.
pub struct Field {
    /// The doc comments.
    pub docs: Docs,
    /// Whether it is a header or a query parameter.
    pub place: Place,
    /// The name.
    pub name: Ident,
    /// The name on the wire.
    pub wire: String,
    /// Where the name on the wire is written.
    pub wire_span: Span,
    /// The texts of its values.
    pub kind: FieldKind,
}

/// The grammar of a header or query parameter, or the declaration that contains it.
pub enum FieldKind {
    /// A grammar with a type of the runtime library.
    BuiltIn(Box<dyn BuiltIn>),
    /// A declared type.
    Value(Id<Value>),
    /// An offset, without its sentinels.
    Offset(Id<Offset>),
}

impl Field {
    /// The grammar.
    #[must_use]
    pub fn grammar<'a>(&'a self, model: &'a Model) -> &'a dyn Grammar {
        match &self.kind {
            FieldKind::BuiltIn(grammar) => &**grammar,
            FieldKind::Value(value) => &*model.values[*value].grammar,
            FieldKind::Offset(offset) => &model.offsets[*offset],
        }
    }

    /// The value that sets the flag, if it is one.
    #[must_use]
    pub fn flag(&self) -> Option<&str> {
        match &self.kind {
            FieldKind::BuiltIn(grammar) => grammar.flag(),
            FieldKind::Value(_) | FieldKind::Offset(_) => None,
        }
    }

    /// The declared value that its values or their elements have.
    pub(crate) fn value(&self) -> Option<Id<Value>> {
        match &self.kind {
            FieldKind::BuiltIn(grammar) => grammar.value(),
            FieldKind::Value(value) => Some(*value),
            FieldKind::Offset(_) => None,
        }
    }

    /// The offset that its values are or can be.
    pub(crate) fn offset(&self) -> Option<Id<Offset>> {
        match &self.kind {
            FieldKind::BuiltIn(grammar) => grammar.offset(),
            FieldKind::Value(_) => None,
            FieldKind::Offset(offset) => Some(*offset),
        }
    }
}

/// Headers or query parameters that depend on each other.
pub struct Group {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// How they depend on each other.
    pub kind: GroupKind,
    /// The headers or query parameters.
    pub members: Vec<Id<Field>>,
}

/// Which members of a group can be present.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum GroupKind {
    /// All or none.
    AllOrNone,
    /// At most one.
    AtMostOne,
    /// One.
    ExactlyOne,
    /// The first may be sent alone; the others only together with the first.
    Headed,
}

/// A subject with one of several states.
pub struct State {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The states, each with its doc comments.
    pub variants: Vec<(Docs, Ident)>,
}

/// A condition that the program decides.
pub struct Fact {
    /// The doc comments.
    pub docs: Docs,
    /// Whether it is decided before the handler runs.
    pub edge: bool,
    /// The part before the point.
    pub subject: Ident,
    /// The part behind the point.
    pub predicate: Ident,
    /// The header or query parameter that it is about.
    pub input: Option<Id<Field>>,
}

/// The events of a response.
pub struct Events {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The events.
    pub events: Vec<Event>,
}

/// A server-sent event.
pub struct Event {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The name on the wire.
    pub wire: String,
    /// `None` for a payload event.
    pub content: Option<object::Content>,
}

/// The item `cors`.
pub struct Cors {
    /// The origin that may use the protocol.
    pub origin: String,
    /// How long a browser may keep the answer to a preflight request, in seconds.
    pub max_age_s: u64,
}

/// A response.
pub struct Outcome {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The status.
    pub status: u16,
    /// Where the status is written.
    pub status_span: Span,
    /// The problem, if the response has one.
    pub problem: Option<ProblemKind>,
    /// The headers.
    pub parts: Vec<Part>,
    /// The body, apart from a problem.
    pub body: Option<Body>,
    /// The item that declares it.
    pub owner: Owner,
}

/// The item that declares an outcome. The outcome is in scope inside that item.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The protocol.
    Protocol,
    /// The resource with this index.
    Resource(usize),
    /// The endpoint with the second index, in the resource with the first.
    Endpoint(usize, usize),
}

/// The problem of an outcome (RFC 9457).
#[derive(Clone)]
pub struct ProblemKind {
    /// The end of the type.
    pub slug: String,
    /// The cause.
    pub about: Option<About>,
    /// Whether the handler adds a text.
    pub detail: bool,
}

/// The cause of a problem.
#[derive(Clone, Copy)]
pub enum About {
    /// A header or query parameter.
    Field(Id<Field>),
    /// The body.
    Body,
}

/// A header of an outcome.
#[derive(Clone)]
pub struct Part {
    /// The header.
    pub field: Id<Field>,
    /// Whether the response has it.
    pub presence: Presence,
}

/// Whether a response has a header, and where its value comes from.
#[derive(Clone)]
pub enum Presence {
    /// Always, with a value from the handler.
    Always,
    /// If the handler returns a value.
    Optional,
    /// Always, with this value.
    Fixed(String),
    /// The media type that is chosen by this header of the request.
    Chosen(Id<Field>),
}

/// The body of a response.
#[derive(Clone, Copy)]
pub enum Body {
    /// Bytes from the handler.
    Bytes,
    /// A stream of events.
    Events(Id<Events>),
    /// A JSON object.
    Json(Id<object::Object>),
    /// An error in a format of the spec.
    Error(Id<error::OwnError>),
}

/// The answers to requests that reach no endpoint.
pub struct Unrouted {
    /// If no resource has the path.
    pub path: Id<Outcome>,
    /// If the path is reserved.
    pub reserved: Option<Id<Outcome>>,
    /// If the resource does not have the method.
    pub method: Id<Outcome>,
    /// Each of these outcomes, and where `unrouted` names it.
    pub answers: Vec<(Id<Outcome>, Span)>,
}

/// A path, and its endpoints.
pub struct Resource {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The path as written.
    pub path: String,
    /// Where the path is written.
    pub path_span: Span,
    /// The segments of the path.
    pub pattern: Vec<Segment>,
    /// The parameters of the path, in its order.
    pub parameters: Vec<Parameter>,
    /// The reserved first segments, and where they are written.
    pub reserved: Vec<(String, Span)>,
    /// The format of its errors, if it is not that of problems.
    pub errors: Option<Id<error::ErrorFormat>>,
    /// The outcome of methods that it does not have, if it is not that of `unrouted`, and where it is named.
    pub method: Option<(Id<Outcome>, Span)>,
    /// The headers of the response to OPTIONS.
    pub options: Vec<Announcement>,
    /// The endpoints.
    pub endpoints: Vec<Endpoint>,
    /// The resource that it is like, if its clauses are those of another.
    pub like: Option<Like>,
}

/// A resource that is like another. Its endpoints and outcomes are copies with other headers and query parameters.
pub struct Like {
    /// The resource that declares the clauses.
    pub first: usize,
    /// The headers and query parameters of that resource that have another name here, and those in their place.
    pub replaced: Vec<(Id<Field>, Id<Field>)>,
    /// The names of the endpoints that are left out.
    pub excepted: Vec<String>,
}

/// A header of the response to OPTIONS.
#[derive(Clone)]
pub struct Announcement {
    /// The header.
    pub field: Id<Field>,
    /// Its value.
    pub value: Announced,
}

/// The value of a header in the response to OPTIONS.
#[derive(Clone)]
pub enum Announced {
    /// This text.
    Text(String),
    /// The value of a limit where the server runs.
    Limit(Id<Limit>),
}

/// A segment of a path pattern.
#[derive(Clone, PartialEq, Eq)]
pub enum Segment {
    /// This text.
    Literal(String),
    /// One segment, with the name of its parameter.
    One(String),
    /// One or more segments, with the name of their parameter. A path has at most one of them.
    Rest(String),
}

impl Resource {
    /// Returns the values of the path parameters, or `None` if `path` is not a path of this resource.
    pub fn capture<'a>(&self, path: &'a str) -> Option<Vec<&'a str>> {
        let pattern: Vec<_> = self.pattern.iter().map(Segment::shape).collect();
        wire::captures(path, &pattern)
    }

    /// A path whose parameters consist of `letter`, if they can.
    pub(crate) fn sample(&self, letter: &str) -> String {
        self.path_of(|parameter| parameter.texts.sample(letter))
    }

    /// The path in which each parameter has this text.
    pub(crate) fn path_of(&self, text: impl Fn(&Parameter) -> String) -> String {
        let segments = self.pattern.iter().map(|segment| match segment {
            Segment::Literal(text) => format!("/{text}"),
            Segment::One(name) | Segment::Rest(name) => {
                let parameter = self.parameters.iter().find(|parameter| parameter.name == name);
                format!("/{}", parameter.map_or_else(|| "a".to_owned(), &text))
            }
        });
        segments.collect()
    }

    /// The sort key: literals before parameters, and several segments before all that are left, so that the most specific path is
    /// tried first.
    fn ranks(&self) -> Vec<u8> {
        let last = self.pattern.len().saturating_sub(1);
        let rank = |(index, segment): (usize, &Segment)| match segment {
            Segment::Literal(_) => 0,
            Segment::One(_) => 1,
            Segment::Rest(_) if index < last => 2,
            Segment::Rest(_) => 3,
        };
        self.pattern.iter().enumerate().map(rank).collect()
    }

    /// The query parameters that select endpoints of this method, in the order of the spec.
    #[must_use]
    pub fn selectors(&self, method: &str) -> Vec<Id<Field>> {
        let endpoints = self.endpoints.iter().filter(|endpoint| endpoint.method == method);
        let mut selectors = Vec::new();
        for when in endpoints.filter_map(|endpoint| endpoint.when) {
            if !selectors.contains(&when.query) {
                selectors.push(when.query);
            }
        }
        selectors
    }

    /// Whether a handler reads a body in pieces.
    pub(crate) fn streams_bodies(&self) -> bool {
        self.endpoints.iter().any(|endpoint| endpoint.streams_body())
    }

    /// The methods of the endpoints, in alphabetical order.
    pub fn methods(&self) -> BTreeSet<&str> {
        self.endpoints.iter().map(|endpoint| endpoint.method.as_str()).collect()
    }

    /// The value of `Allow` in responses to other methods.
    pub fn allow(&self) -> String {
        self.methods().into_iter().chain(["OPTIONS"]).collect::<Vec<_>>().join(", ")
    }

    /// The common prefix of all paths of this resource.
    pub fn root(&self) -> String {
        let literals = self.pattern.iter().map_while(|segment| match segment {
            Segment::Literal(text) if !text.is_empty() => Some(format!("/{text}")),
            Segment::Literal(_) | Segment::One(_) | Segment::Rest(_) => None,
        });
        literals.collect::<String>() + "/"
    }
}

/// The characters to escape in a query: all except `unreserved` (RFC 3986).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Sent {
    /// The path and the query.
    pub fn target(&self, model: &Model) -> String {
        let pairs = self.placed(model, Place::Query);
        let pairs = pairs.map(|(name, text)| format!("{name}={}", utf8_percent_encode(text, ESCAPED)));
        match pairs.collect::<Vec<_>>().join("&") {
            query if query.is_empty() => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }

    /// The headers: names and values.
    pub fn headers<'a>(&'a self, model: &'a Model) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.placed(model, Place::Header)
    }

    fn placed<'a>(&'a self, model: &'a Model, place: Place) -> impl Iterator<Item = (&'a str, &'a str)> {
        let values = self.values.iter().map(|(id, text)| (&model.fields[*id], text.as_str()));
        values.filter(move |(field, _)| field.place == place).map(|(field, text)| (field.wire.as_str(), text))
    }

    /// The value of a header or query parameter, if it is sent.
    pub fn value(&self, field: Id<Field>) -> Option<&str> {
        self.values.iter().find(|(own, _)| *own == field).map(|(_, text)| text.as_str())
    }
}

impl Segment {
    /// The segment as the server matches it.
    pub(crate) fn shape(&self) -> wire::Segment<'_> {
        match self {
            Segment::Literal(text) => wire::Segment::Literal(text),
            Segment::One(_) => wire::Segment::One,
            Segment::Rest(_) => wire::Segment::Rest,
        }
    }

    /// The name of a path parameter.
    pub fn name(&self) -> Option<&str> {
        match self {
            Segment::Literal(_) => None,
            Segment::One(name) | Segment::Rest(name) => Some(name),
        }
    }
}

/// A parameter of a path.
#[derive(Clone)]
pub struct Parameter {
    /// The name.
    pub name: Ident,
    /// The texts that it can have.
    pub texts: Segments,
}

/// A method of a resource.
pub struct Endpoint {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The method, in upper case.
    pub method: String,
    /// The query parameter that selects this endpoint.
    pub when: Option<When>,
    /// The permissions that callers need.
    pub permissions: access::Permissions,
    /// The outcome of some of the callers who lack one.
    pub denial: Option<access::Denial>,
    /// The inputs, those of the resource first.
    pub inputs: Vec<Input>,
    /// The body, if the endpoint has one.
    pub body: Option<RequestBody>,
    /// The lines of `refuse` and `answer`: those about credentials first, then those of the resource.
    pub lines: Vec<Line>,
    /// The outcomes of the lines, in the order of declaration.
    pub outcomes: Vec<Id<Outcome>>,
    /// Whether part of the endpoint was left out because of a fault.
    pub damaged: bool,
}

/// The body of a request.
#[derive(Clone, Copy)]
pub struct RequestBody {
    /// Its maximum size.
    pub limit: Id<Limit>,
    /// How it is read.
    pub kind: BodyKind,
}

/// How the body of a request is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// As a whole, before the handler runs.
    Bytes,
    /// By the handler in pieces, as it arrives.
    Stream,
    /// As a JSON object, before the handler runs.
    Json(JsonBody),
}

/// A JSON body of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct JsonBody {
    /// The object in it.
    pub object: Id<object::Object>,
    /// The meaning of an empty body.
    pub empty: EmptyBody,
}

/// A query parameter that selects an endpoint, and the variant that it must have; `None` for any value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The query parameter.
    pub query: Id<Field>,
    /// The index of the variant, or `None` for any value.
    pub choice: Option<usize>,
}

/// An input of an endpoint.
#[derive(Clone)]
pub struct Input {
    /// The name.
    pub name: Ident,
    /// Where its value is read.
    pub source: InputSource,
    /// Whether it must be present.
    pub need: Need,
}

/// The part of a request that an input reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum InputSource {
    /// A header or query parameter.
    Field(Id<Field>),
    /// The members of a group.
    Group(Id<Group>),
}

/// Whether an input must be present.
#[derive(Clone)]
pub enum Need {
    /// Required.
    Required,
    /// Optional.
    Optional,
    /// This value, if it is absent.
    Default(Constant),
    /// Required if the request has a body, and otherwise not read.
    UnlessBodyEmpty,
    /// Treated as absent if it breaks its grammar.
    UnlessMalformed,
}

impl Input {
    /// The headers and query parameters of the input, and whether each must be present for itself.
    pub fn members(&self, model: &Model) -> Vec<(Id<Field>, Need)> {
        let fields = model.fields_of(self.source).into_iter().enumerate();
        let need = |index: usize| match self.source {
            InputSource::Field(_) => self.need.clone(),
            InputSource::Group(id) => match model.groups[id].kind {
                GroupKind::AllOrNone => self.need.clone(),
                GroupKind::Headed if index == 0 => self.need.clone(),
                GroupKind::Headed | GroupKind::AtMostOne | GroupKind::ExactlyOne => Need::Optional,
            },
        };
        fields.map(|(index, id)| (id, need(index))).collect()
    }
}

impl RequestBody {
    /// The object, if the body is JSON.
    #[must_use]
    pub fn json(self) -> Option<JsonBody> {
        match self.kind {
            BodyKind::Json(json) => Some(json),
            BodyKind::Bytes | BodyKind::Stream => None,
        }
    }
}

impl Need {
    /// Whether the input can be absent from a well-formed request, and has no default.
    #[must_use]
    pub fn can_be_absent(&self) -> bool {
        matches!(self, Self::Optional | Self::UnlessBodyEmpty | Self::UnlessMalformed)
    }
}

/// A line of `refuse` or `answer`.
#[derive(Clone)]
pub struct Line {
    /// The condition.
    pub condition: Condition,
    /// The outcome that is sent if the line is the first whose condition is true.
    pub outcome: Id<Outcome>,
    /// Where the condition starts and ends.
    pub span: Span,
    /// Where the condition ends.
    pub end: Span,
    /// Where the outcome is named.
    pub outcome_span: Span,
    /// Whether the line belongs to `refuse`.
    pub refuses: bool,
}

/// One run of an example. An example with a parameter has a run for each of its values.
pub struct Example {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The value of the parameter, if the example has one.
    pub case: Option<String>,
    /// The resource and the endpoint of the example; `None` for an example of `unrouted`.
    pub endpoint: Option<(usize, usize)>,
    /// The assumptions.
    pub given: Vec<Assumption>,
    /// The caller. `None` for one who may do everything.
    pub caller: Option<access::Caller>,
    /// The limits with another value in this example.
    pub limits: Vec<(Id<Limit>, Amount)>,
    /// The requests that are sent first.
    pub before: Vec<Sent>,
    /// The request.
    pub send: Sent,
    /// Where the values of `send` are written.
    pub value_spans: Vec<(Id<Field>, Span)>,
    /// The expected outcome.
    pub outcome: Id<Outcome>,
    /// Where the outcome is named.
    pub outcome_span: Span,
    /// The expected headers, and where they are written.
    pub shown: Vec<(Id<Field>, Shown, Span)>,
    /// The expected body, and where it is written.
    pub body: Option<ExpectedBody>,
}

/// The body that an example expects in the response.
#[derive(Clone)]
pub struct ExpectedBody {
    /// The text.
    pub text: String,
    /// The JSON Pointers of the values that can be any.
    pub open: Vec<String>,
    /// Where it is written.
    pub span: Span,
}

/// The assumption that a state, a fact or a failure holds, or does not hold.
#[derive(Clone)]
pub struct Assumption {
    /// The condition.
    pub atom: Atom,
    /// Whether it is assumed to be true.
    pub holds: bool,
    /// The assumption as written.
    pub text: String,
    /// The spans of its first and its last word.
    pub spans: (Span, Span),
    /// Whether the example sends requests that make it true.
    pub prepared: bool,
}

/// A request as written in an example.
#[derive(Clone)]
pub struct Sent {
    /// The method.
    pub method: String,
    /// Where the method is written.
    pub method_span: Span,
    /// The path.
    pub path: String,
    /// Where the path is written.
    pub path_span: Span,
    /// The headers and query parameters.
    pub values: Vec<(Id<Field>, String)>,
    /// The body. Empty if there is none.
    pub body: String,
}

/// The header that an example expects in the response.
#[derive(Clone)]
pub enum Shown {
    /// With this value.
    Is(String),
    /// With any value.
    Present,
    /// Not present.
    Absent,
}

/// The condition of a line.
#[derive(Clone)]
pub enum Condition {
    /// Always true.
    Always,
    /// All are true.
    All(Vec<Condition>),
    /// At least one is true.
    Any(Vec<Condition>),
    /// It is false.
    Not(Box<Condition>),
    /// A condition without `and`, `or` or `not`.
    Atom(Atom),
}

/// A condition without `and`, `or` or `not`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Atom {
    /// An input breaks its grammar.
    Malformed,
    /// This input breaks its grammar.
    InputMalformed(InputSource),
    /// The handler failed.
    Failure,
    /// The body exceeds its limit.
    BodyTooLarge,
    /// The client stops sending before the end of the body.
    BodyStalled,
    /// The server has not enough memory for the body.
    BodyCrowded,
    /// The body is empty.
    BodyEmpty,
    /// An input is present.
    Present(InputSource),
    /// A query parameter has this variant or sentinel.
    Is(Id<Field>, usize),
    /// A state has this variant.
    State(Id<State>, usize),
    /// A fact holds.
    Fact(Id<Fact>),
    /// The program refuses the caller for the reason with this index, the first of which is that the credentials are not valid.
    Refused(Id<access::Access>, usize),
    /// The caller lacks a permission.
    Denied(Id<access::Access>),
}

impl Model {
    /// The values of a header or query parameter that conditions can name.
    #[must_use]
    pub fn choices(&self, field: Id<Field>) -> Choices<'_> {
        self.fields[field].grammar(self).choices(self)
    }

    /// The resources that declare their clauses, with their indexes. The others are like one of them.
    pub(crate) fn declared(&self) -> impl Iterator<Item = (usize, &Resource)> {
        self.resources.iter().enumerate().filter(|(_, resource)| resource.like.is_none())
    }

    /// Whether a group is the copy of another one, for a resource that is like another.
    pub(crate) fn is_copy(&self, group: Id<Group>) -> bool {
        let used_by = |resource: &Resource| {
            let mut inputs = resource.endpoints.iter().flat_map(|endpoint| &endpoint.inputs);
            inputs.any(|input| input.source == InputSource::Group(group))
        };
        let (copies, declared): (Vec<_>, Vec<_>) = self.resources.iter().partition(|own| own.like.is_some());
        copies.into_iter().any(used_by) && !declared.into_iter().any(used_by)
    }

    /// The resource that declares the clauses of `resource`.
    pub fn first<'a>(&'a self, resource: &'a Resource) -> &'a Resource {
        resource.like.as_ref().map_or(resource, |like| &self.resources[like.first])
    }

    /// The resources that are like `resource`.
    pub fn versions<'a>(&'a self, resource: &'a Resource) -> impl Iterator<Item = &'a Resource> {
        let others = self.resources.iter().filter(|other| other.like.is_some());
        others.filter(|other| std::ptr::eq(self.first(other), resource))
    }

    /// The resources in the order in which their paths are tried: the most specific one first.
    pub(crate) fn routes(&self) -> Vec<&Resource> {
        let mut routes: Vec<_> = self.resources.iter().collect();
        routes.sort_by_key(|resource| resource.ranks());
        routes
    }

    /// The outcomes of requests that reach no endpoint, and where they are named.
    pub fn answers_elsewhere(&self) -> Vec<(Id<Outcome>, Span)> {
        let unrouted = self.unrouted.iter().flat_map(|unrouted| unrouted.answers.iter().copied());
        unrouted.chain(self.resources.iter().filter_map(|resource| resource.method)).collect()
    }

    /// The outcome of methods that a resource does not have.
    pub fn wrong_method(&self, resource: &Resource) -> Option<Id<Outcome>> {
        resource.method.map(|(id, _)| id).or_else(|| Some(self.unrouted.as_ref()?.method))
    }

    /// The problem type of an outcome, if it has a problem.
    pub fn problem_type(&self, outcome: &Outcome) -> Option<String> {
        let prefix = self.protocol.as_ref().map_or("about:blank#", |protocol| protocol.problems.as_str());
        outcome.problem.as_ref().map(|problem| format!("{prefix}{}", problem.slug))
    }

    /// The method of `Edge` that returns an outcome with data, if the edge sends it.
    pub(crate) fn edge_method(&self, id: Id<Outcome>) -> Option<Ident> {
        let outcome = &self.outcomes[id];
        let endpoints = self.declared().flat_map(|(_, resource)| &resource.endpoints);
        let mut lines = endpoints.flat_map(|endpoint| &endpoint.lines);
        let has_events = matches!(outcome.body, Some(Body::Events(_)));
        if has_events
            || !outcome.needs_data(self)
            || !lines.any(|line| line.outcome == id && line.needs_data_at_edge(self))
        {
            return None;
        }
        let owners = match outcome.owner {
            Owner::Protocol => Vec::new(),
            Owner::Resource(resource) => vec![&self.resources[resource].name],
            Owner::Endpoint(resource, endpoint) => {
                let resource = &self.resources[resource];
                vec![&resource.name, &resource.endpoints[endpoint].name]
            }
        };
        let names = owners.into_iter().chain([&outcome.name]).map(|name| name.to_string().to_snake_case());
        Some(Ident::new(&names.collect::<Vec<_>>().join("_"), outcome.name.span()))
    }

    /// Whether `Edge` has another method of this name.
    pub(crate) fn is_edge_name(&self, name: &Ident) -> bool {
        let mut facts = self.facts.iter().filter(|fact| fact.edge);
        let mut accesses = self.accesses.iter().map(|access| access.name.to_string().to_snake_case());
        name == "limits"
            || accesses.any(|access| *name == access)
            || facts.any(|fact| *name == format!("{}_{}", fact.subject, fact.predicate))
    }

    /// Whether an outcome lists the violations of a malformed request in its problem.
    pub fn lists_violations(&self, id: Id<Outcome>) -> bool {
        let endpoints = self.resources.iter().flat_map(|resource| &resource.endpoints);
        let mut lines = endpoints.flat_map(|endpoint| &endpoint.lines);
        let outcome = &self.outcomes[id];
        let can_list = match &outcome.problem {
            Some(problem) => problem.about.is_none(),
            None => self.own_error(outcome).is_some_and(|(error, _)| error.members.is_empty()),
        };
        can_list && lines.any(|line| line.outcome == id && line.is_about_malformed_input())
    }

    /// The headers and query parameters that are read for an input.
    pub fn fields_of(&self, source: InputSource) -> Vec<Id<Field>> {
        match source {
            InputSource::Field(id) => vec![id],
            InputSource::Group(id) => self.groups[id].members.clone(),
        }
    }

    /// Whether an input has all headers and query parameters of another, and further ones.
    #[must_use]
    pub fn extends(&self, one: InputSource, other: InputSource) -> bool {
        let (fields, others) = (self.fields_of(one), self.fields_of(other));
        fields.len() > others.len() && others.iter().all(|field| fields.contains(field))
    }

    /// The name of an input.
    #[must_use]
    pub fn name_of(&self, source: InputSource) -> &Ident {
        match source {
            InputSource::Field(id) => &self.fields[id].name,
            InputSource::Group(id) => &self.groups[id].name,
        }
    }
}

impl Atom {
    /// Whether the condition concerns reading the request or running the handler, not the content of the request.
    pub fn is_reading(self) -> bool {
        matches!(self, Atom::Malformed | Atom::InputMalformed(_) | Atom::Failure) || self.is_about_reading_a_body()
    }

    /// Whether both are about the same state, or are the same.
    pub fn has_subject_of(self, other: Self) -> bool {
        match (self, other) {
            (Atom::State(own, _), Atom::State(other, _)) => own == other,
            (own, other) => own == other,
        }
    }

    /// Whether the condition concerns reading a body. Only an endpoint with a body can have such a line.
    pub fn is_about_reading_a_body(self) -> bool {
        matches!(self, Atom::BodyTooLarge | Atom::BodyStalled | Atom::BodyCrowded)
    }
}

impl Condition {
    /// All atoms of the condition.
    pub fn atoms(&self) -> Vec<Atom> {
        match self {
            Condition::Always => Vec::new(),
            Condition::All(parts) | Condition::Any(parts) => parts.iter().flat_map(Self::atoms).collect(),
            Condition::Not(part) => part.atoms(),
            Condition::Atom(atom) => vec![*atom],
        }
    }

    /// Whether the condition holds; `None` if that depends on atoms that are not `known`.
    pub fn holds(&self, known: &dyn Fn(Atom) -> Option<bool>) -> Option<bool> {
        let each = |parts: &[Self], value: bool| {
            let parts: Vec<_> = parts.iter().map(|part| part.holds(known)).collect();
            if parts.contains(&Some(!value)) {
                return Some(false);
            }
            parts.iter().all(|part| *part == Some(value)).then_some(true)
        };
        match self {
            Condition::All(parts) => each(parts, true),
            Condition::Any(parts) => each(parts, false).map(|none| !none),
            Condition::Always => Some(true),
            Condition::Not(part) => part.holds(known).map(|holds| !holds),
            Condition::Atom(atom) => known(*atom),
        }
    }

    /// Whether the condition is exactly this atom.
    pub fn is(&self, atom: Atom) -> bool {
        matches!(self, Condition::Atom(own) if *own == atom)
    }
}

impl Outcome {
    /// The content type that generated code sends with a JSON body, unless the outcome declares one.
    #[must_use]
    pub fn json_media_type(&self, model: &Model) -> Option<&'static str> {
        let declares = self.parts.iter().any(|part| model.fields[part.field].wire == "content-type");
        (matches!(self.body, Some(Body::Json(_) | Body::Error(_))) && !declares).then_some("application/json")
    }

    /// Whether the handler must supply a header, a detail or a body.
    pub fn needs_data(&self, model: &Model) -> bool {
        let open = |part: &Part| !matches!(part.presence, Presence::Fixed(_));
        let body = match model.own_error(self) {
            Some((error, _)) => !error.members.is_empty(),
            None => self.body.is_some(),
        };
        body || self.has_detail() || self.parts.iter().any(open)
    }

    /// Whether it is a problem or an error, whose content type the generated code sends.
    pub(crate) fn explains_itself(&self) -> bool {
        self.problem.is_some() || matches!(self.body, Some(Body::Error(_)))
    }

    /// Whether the generated code can send it without the handler. An answer without data is not ready: the handler must do what it
    /// answers to.
    pub fn is_ready(&self, model: &Model) -> bool {
        self.status >= 400 && !self.needs_data(model)
    }

    /// The title of its problem: the doc comment, or else its name in words.
    pub fn title(&self) -> String {
        match docs_text(&self.docs) {
            text if text.is_empty() => self.name.to_string().to_title_case(),
            text => text,
        }
    }

    /// Whether its problem has a `detail`.
    pub fn has_detail(&self) -> bool {
        self.problem.as_ref().is_some_and(|problem| problem.detail)
    }
}

impl Line {
    /// Whether the edge decides the line: its conditions are edge facts.
    pub fn is_at_edge(&self, model: &Model) -> bool {
        let atoms = self.condition.atoms();
        let is_edge = |atom: &Atom| matches!(atom, Atom::Fact(fact) if model.facts[*fact].edge);
        !atoms.is_empty() && atoms.iter().all(is_edge)
    }

    /// Whether the program supplies the data of the outcome in a method of `Edge`.
    fn needs_data_at_edge(&self, model: &Model) -> bool {
        self.is_at_edge(model) || matches!(self.condition, Condition::Atom(Atom::Refused(..)))
    }

    /// Whether the line refuses malformed requests.
    pub fn is_about_malformed_input(&self) -> bool {
        matches!(self.condition, Condition::Atom(Atom::Malformed | Atom::InputMalformed(_)))
    }
}

impl Endpoint {
    /// The outcome of requests in which this header or query parameter is malformed.
    pub fn answer_to_malformed(&self, model: &Model, field: Id<Field>) -> Option<Id<Outcome>> {
        let about = |line: &&Line| match line.condition {
            Condition::Atom(Atom::InputMalformed(source)) => model.fields_of(source).contains(&field),
            _ => false,
        };
        let own = self.lines.iter().find(about).map(|line| line.outcome);
        own.or_else(|| self.answer_to(Atom::Malformed))
    }

    /// Whether an input must be present, if the endpoint has it.
    #[must_use]
    pub fn need_of(&self, source: InputSource) -> Option<&Need> {
        self.inputs.iter().find(|input| input.source == source).map(|input| &input.need)
    }

    /// The headers of the request by which the responses vary, because they choose among representations.
    pub fn varies_by<'a>(&'a self, model: &'a Model) -> impl Iterator<Item = &'a Field> {
        let fields = self.inputs.iter().flat_map(|input| model.fields_of(input.source)).map(|id| &model.fields[id]);
        fields.filter(|field| field.grammar(model).negotiates())
    }

    /// The lines that are decided by the handler, in order. Lines about reading the request and lines of the edge are left out.
    pub fn handler_lines(&self, model: &Model) -> Vec<&Line> {
        let elsewhere = |atom: &Atom| match atom {
            Atom::Fact(fact) => model.facts[*fact].edge,
            Atom::Refused(..) | Atom::Denied(_) => true,
            atom if atom.is_reading() => true,
            _ => false,
        };
        self.lines.iter().filter(|line| !line.condition.atoms().iter().any(elsewhere)).collect()
    }

    /// The maximum size of the body, if the endpoint has one.
    #[must_use]
    pub fn body_limit(&self) -> Option<Id<Limit>> {
        self.body.map(|body| body.limit)
    }

    /// The body, if it is JSON.
    #[must_use]
    pub fn json_body(&self) -> Option<JsonBody> {
        self.body.and_then(RequestBody::json)
    }

    /// The object in the body, if it is JSON.
    #[must_use]
    pub fn body_object(&self) -> Option<Id<object::Object>> {
        self.json_body().map(|json| json.object)
    }

    /// Whether the handler reads the body in pieces, as it arrives.
    pub(crate) fn streams_body(&self) -> bool {
        self.body.is_some_and(|body| body.kind == BodyKind::Stream)
    }

    /// Whether the whole body is read before the handler runs.
    pub(crate) fn collects_body(&self) -> bool {
        self.body.is_some_and(|body| body.kind != BodyKind::Stream)
    }

    /// Whether the response to a failed handler has a `detail`.
    pub fn explains_failure(&self, model: &Model) -> bool {
        self.answer_to(Atom::Failure).is_some_and(|id| model.outcomes[id].has_detail())
    }

    /// The outcome of the line whose condition is exactly `atom`.
    pub fn answer_to(&self, atom: Atom) -> Option<Id<Outcome>> {
        self.lines.iter().find(|line| line.condition.is(atom)).map(|line| line.outcome)
    }
}
