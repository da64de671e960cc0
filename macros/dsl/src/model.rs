//! A spec whose names are resolved and whose literals are read. Each item has passed the rules that concern it alone.
//! Rules that concern several items are in `check`.

use crate::ast::{Docs, Place};
use crate::grammar::{self, BuiltIn, Choices, Constant, Grammar, Type};
use heck::{ToLowerCamelCase, ToSnakeCase as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use proc_macro2::Span;
use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::ops::Index;
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

impl<T> Index<Id<T>> for Arena<T> {
    type Output = T;
    fn index(&self, id: Id<T>) -> &T {
        &self.0[id.0]
    }
}

/// A whole protocol.
#[derive(Default)]
pub struct Model {
    pub protocol: Option<Protocol>,
    pub limits: Arena<Limit>,
    pub offsets: Arena<Offset>,
    pub medias: Arena<Media>,
    pub values: Arena<Value>,
    pub fields: Arena<Field>,
    pub groups: Arena<Group>,
    pub states: Arena<State>,
    pub facts: Arena<Fact>,
    pub events: Arena<Events>,
    pub cors: Option<Cors>,
    pub every: Vec<Part>,
    pub outcomes: Arena<Outcome>,
    pub unrouted: Option<Unrouted>,
    pub resources: Vec<Resource>,
    pub examples: Vec<Example>,
    /// Whether the spec has no fault. Otherwise only declarations are expanded, not function bodies.
    pub sound: bool,
}

pub struct Protocol {
    pub docs: Docs,
    pub name: Ident,
    pub problems: String,
}

pub struct Limit {
    pub docs: Docs,
    pub name: Ident,
    pub amount: Amount,
}

/// The quantity of a limit.
#[derive(Clone, Copy)]
pub enum Amount {
    Bytes(u64),
    Milliseconds(u64),
    Count(u64),
}

pub use wire::Radix;

pub struct Offset {
    pub docs: Docs,
    pub name: Ident,
    pub radix: Radix,
    pub width: usize,
    pub sentinels: Vec<Choice>,
    /// Texts with the same meaning as a sentinel, and the index of that sentinel.
    pub aliases: Vec<(String, usize)>,
}

/// A text on the wire, and its Rust name.
#[derive(Clone)]
pub struct Choice {
    pub docs: Docs,
    pub name: Ident,
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
    pub docs: Docs,
    pub name: Ident,
    pub grammar: Box<dyn Type>,
}

/// A header or a query parameter.
pub struct Field {
    pub docs: Docs,
    pub place: Place,
    pub name: Ident,
    pub wire: String,
    pub wire_span: Span,
    pub kind: FieldKind,
}

/// The grammar of a header or query parameter, or the declaration that contains it.
pub enum FieldKind {
    BuiltIn(Box<dyn BuiltIn>),
    Value(Id<Value>),
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

pub struct Group {
    pub docs: Docs,
    pub name: Ident,
    pub kind: GroupKind,
    pub members: Vec<Id<Field>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum GroupKind {
    AllOrNone,
    AtMostOne,
    ExactlyOne,
    /// The first may be sent alone; the others only together with the first.
    Headed,
}

pub struct State {
    pub docs: Docs,
    pub name: Ident,
    pub variants: Vec<(Docs, Ident)>,
}

pub struct Fact {
    pub docs: Docs,
    pub edge: bool,
    pub subject: Ident,
    pub predicate: Ident,
    pub input: Option<Id<Field>>,
}

pub struct Events {
    pub docs: Docs,
    pub name: Ident,
    pub events: Vec<Event>,
}

pub struct Event {
    pub docs: Docs,
    pub name: Ident,
    pub wire: String,
    /// `None` for a payload event.
    pub members: Option<Vec<Member>>,
}

pub struct Member {
    pub docs: Docs,
    pub name: Ident,
    pub kind: MemberKind,
}

impl Member {
    /// The name in JSON, such as `streamNextOffset`.
    pub fn key(&self) -> String {
        self.name.to_string().to_lower_camel_case()
    }
}

pub enum MemberKind {
    Flag,
    Value(Id<Value>, bool),
    Offset(Id<Offset>, bool),
}

pub struct Cors {
    pub origin: String,
    pub max_age_s: u64,
}

pub struct Outcome {
    pub docs: Docs,
    pub name: Ident,
    pub status: u16,
    pub status_span: Span,
    pub problem: Option<ProblemKind>,
    pub parts: Vec<Part>,
    pub body: Option<Body>,
    pub owner: Owner,
}

/// The item that declares an outcome. The outcome is in scope inside that item.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Protocol,
    Resource(usize),
    Endpoint(usize, usize),
}

pub struct ProblemKind {
    pub slug: String,
    pub about: Option<About>,
    pub detail: bool,
}

#[derive(Clone, Copy)]
pub enum About {
    Field(Id<Field>),
    Body,
}

pub struct Part {
    pub field: Id<Field>,
    pub presence: Presence,
}

pub enum Presence {
    Always,
    Optional,
    Fixed(String),
    /// The media type that is chosen by this header of the request.
    Chosen(Id<Field>),
}

#[derive(Clone, Copy)]
pub enum Body {
    Bytes,
    Events(Id<Events>),
}

pub struct Unrouted {
    pub path: Id<Outcome>,
    pub reserved: Option<Id<Outcome>>,
    pub method: Id<Outcome>,
    /// Each of these outcomes, and where `unrouted` names it.
    pub answers: Vec<(Id<Outcome>, Span)>,
}

pub struct Resource {
    pub docs: Docs,
    pub name: Ident,
    pub path: String,
    pub path_span: Span,
    pub pattern: Vec<Segment>,
    pub parameters: Vec<Parameter>,
    pub reserved: Vec<(String, Span)>,
    pub endpoints: Vec<Endpoint>,
}

#[derive(Clone, PartialEq, Eq)]
pub enum Segment {
    Literal(String),
    One(String),
    Rest(String),
}

impl Resource {
    /// Returns the values of the path parameters, or `None` if `path` is not a path of this resource.
    pub fn capture<'a>(&self, path: &'a str) -> Option<Vec<&'a str>> {
        let pattern: Vec<_> = self.pattern.iter().map(Segment::shape).collect();
        wire::captures(path, &pattern)
    }

    /// A path whose parameters consist of `letter`.
    pub(crate) fn sample(&self, letter: &str) -> String {
        let segments = self.pattern.iter().map(|segment| match segment {
            Segment::Literal(text) => format!("/{text}"),
            Segment::One(name) | Segment::Rest(name) => {
                let parameter = self.parameters.iter().find(|parameter| parameter.name == name);
                let min = parameter.map_or(1, |parameter| parameter.min.max(1));
                format!("/{}", grammar::repeated(letter, min))
            }
        });
        segments.collect()
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
            Segment::Literal(text) => Some(format!("/{text}")),
            Segment::One(_) | Segment::Rest(_) => None,
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

    /// The sort key: literals before parameters, so that the most specific path is tried first.
    pub fn rank(&self) -> u8 {
        match self {
            Segment::Literal(_) => 0,
            Segment::One(_) => 1,
            Segment::Rest(_) => 2,
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

pub struct Parameter {
    pub name: Ident,
    pub min: u64,
    pub max: u64,
}

pub struct Endpoint {
    pub docs: Docs,
    pub name: Ident,
    pub method: String,
    /// The query parameter that selects this endpoint.
    pub when: Option<When>,
    pub inputs: Vec<Input>,
    pub body_limit: Option<Id<Limit>>,
    pub lines: Vec<Line>,
    /// The outcomes of the lines, in the order of declaration.
    pub outcomes: Vec<Id<Outcome>>,
    /// Whether part of the endpoint was left out because of a fault.
    pub damaged: bool,
}

/// A query parameter that selects an endpoint, and the variant that it must have; `None` for any value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct When {
    pub query: Id<Field>,
    pub choice: Option<usize>,
}

#[derive(Clone)]
pub struct Input {
    pub name: Ident,
    pub source: InputSource,
    pub need: Need,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum InputSource {
    Field(Id<Field>),
    Group(Id<Group>),
}

#[derive(Clone)]
pub enum Need {
    Required,
    Optional,
    /// This value, if it is absent.
    Default(Constant),
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

impl Need {
    /// Whether the input can be absent from a well-formed request, and has no default.
    #[must_use]
    pub fn can_be_absent(&self) -> bool {
        matches!(self, Self::Optional | Self::UnlessBodyEmpty | Self::UnlessMalformed)
    }
}

pub struct Line {
    pub condition: Condition,
    pub outcome: Id<Outcome>,
    /// Where the condition starts and ends.
    pub span: Span,
    pub end: Span,
    /// Where the outcome is named.
    pub outcome_span: Span,
    pub refuses: bool,
}

/// One run of an example. An example with a parameter has a run for each of its values.
pub struct Example {
    pub docs: Docs,
    pub name: Ident,
    /// The value of the parameter, if the example has one.
    pub case: Option<String>,
    /// The resource and the endpoint of the example; `None` for an example of `unrouted`.
    pub endpoint: Option<(usize, usize)>,
    pub given: Vec<Assumption>,
    pub limits: Vec<(Id<Limit>, Amount)>,
    pub before: Vec<Sent>,
    pub send: Sent,
    pub outcome: Id<Outcome>,
    /// Where the outcome is named.
    pub outcome_span: Span,
    pub shown: Vec<(Id<Field>, Shown, Span)>,
    pub body: Option<(String, Span)>,
}

/// The assumption that a state, a fact or a failure holds, or does not hold.
pub struct Assumption {
    pub atom: Atom,
    pub holds: bool,
    pub text: String,
}

/// A request as written in an example.
#[derive(Clone)]
pub struct Sent {
    pub method: String,
    pub method_span: Span,
    pub path: String,
    pub path_span: Span,
    pub values: Vec<(Id<Field>, String)>,
    pub body: String,
}

/// The header that an example expects in the response.
pub enum Shown {
    Is(String),
    Present,
    Absent,
}

pub enum Condition {
    Always,
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
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
}

impl Model {
    /// The values of a header or query parameter that conditions can name.
    #[must_use]
    pub fn choices(&self, field: Id<Field>) -> Choices<'_> {
        self.fields[field].grammar(self).choices(self)
    }

    /// The resources in the order in which their paths are tried: the most specific one first.
    pub(crate) fn routes(&self) -> Vec<&Resource> {
        let mut routes: Vec<_> = self.resources.iter().collect();
        routes.sort_by_key(|resource| resource.pattern.iter().map(Segment::rank).collect::<Vec<_>>());
        routes
    }

    /// The problem type of an outcome, if it has a problem.
    pub fn problem_type(&self, outcome: &Outcome) -> Option<String> {
        let prefix = self.protocol.as_ref().map_or("about:blank#", |protocol| protocol.problems.as_str());
        outcome.problem.as_ref().map(|problem| format!("{prefix}{}", problem.slug))
    }

    /// The method of `Edge` that returns an outcome with data, if the edge sends it.
    pub(crate) fn edge_method(&self, id: Id<Outcome>) -> Option<Ident> {
        let outcome = &self.outcomes[id];
        let endpoints = self.resources.iter().flat_map(|resource| &resource.endpoints);
        let mut lines = endpoints.flat_map(|endpoint| &endpoint.lines);
        let has_events = matches!(outcome.body, Some(Body::Events(_)));
        if has_events || !outcome.needs_data() || !lines.any(|line| line.outcome == id && line.is_at_edge(self)) {
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
        name == "limits" || facts.any(|fact| *name == format!("{}_{}", fact.subject, fact.predicate))
    }

    /// Whether an outcome lists the violations of a malformed request in its problem.
    pub fn lists_violations(&self, id: Id<Outcome>) -> bool {
        let endpoints = self.resources.iter().flat_map(|resource| &resource.endpoints);
        let mut lines = endpoints.flat_map(|endpoint| &endpoint.lines);
        let problem = self.outcomes[id].problem.as_ref();
        problem.is_some_and(|problem| problem.about.is_none())
            && lines.any(|line| line.outcome == id && line.is_about_malformed_input())
    }

    /// The headers and query parameters that are read for an input.
    pub fn fields_of(&self, source: InputSource) -> Vec<Id<Field>> {
        match source {
            InputSource::Field(id) => vec![id],
            InputSource::Group(id) => self.groups[id].members.clone(),
        }
    }
}

impl Atom {
    /// Whether the condition concerns reading the request or running the handler, not the content of the request.
    pub fn is_reading(self) -> bool {
        matches!(self, Atom::Malformed | Atom::InputMalformed(_) | Atom::Failure) || self.is_about_reading_a_body()
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

    /// Whether the condition is exactly this atom.
    pub fn is(&self, atom: Atom) -> bool {
        matches!(self, Condition::Atom(own) if *own == atom)
    }
}

impl Outcome {
    /// Whether the handler must supply a header, a detail or a body.
    pub fn needs_data(&self) -> bool {
        let open = |part: &Part| !matches!(part.presence, Presence::Fixed(_));
        self.body.is_some() || self.has_detail() || self.parts.iter().any(open)
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
            atom if atom.is_reading() => true,
            _ => false,
        };
        self.lines.iter().filter(|line| !line.condition.atoms().iter().any(elsewhere)).collect()
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
