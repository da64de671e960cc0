//! The spec as written. Every name and literal keeps its token, so that a diagnostic can point at it.

pub mod access;
pub mod callback;
pub mod object;

use crate::grammar::{BuiltIn, Type, Written};
use proc_macro2::Span;
use syn::{Attribute, Ident, LitInt, LitStr};

/// The doc comments of an item.
pub type Docs = Vec<Attribute>;

/// The text of doc comments, as one line.
#[must_use]
pub fn docs_text(docs: &Docs) -> String {
    let texts = docs.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(syn::MetaNameValue { value: syn::Expr::Lit(literal), .. }) => match &literal.lit {
            syn::Lit::Str(text) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    texts.collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// A whole spec: its items by kind, each kind in the order of its declarations.
#[derive(Default)]
pub struct Spec {
    pub protocol: Option<Protocol>,
    pub limits: Vec<Limit>,
    pub offsets: Vec<Offset>,
    pub medias: Vec<Media>,
    pub values: Vec<Value>,
    pub fields: Vec<Field>,
    pub groups: Vec<Group>,
    pub states: Vec<State>,
    pub facts: Vec<Fact>,
    pub accesses: Vec<access::Access>,
    pub objects: Vec<object::Object>,
    pub formats: Vec<ErrorFormat>,
    pub callbacks: Vec<callback::Callback>,
    pub messages: Vec<callback::Message>,
    pub events: Vec<Events>,
    pub cors: Option<Cors>,
    pub every: Vec<Part>,
    pub outcomes: Vec<Outcome>,
    pub unrouted: Option<Unrouted>,
    pub commons: Vec<Common>,
    pub resources: Vec<Resource>,
    pub versions: Vec<Version>,
    /// Whether an item could not be read.
    pub damaged: bool,
}

/// `protocol Name { problems = "…"; }`
pub struct Protocol {
    pub docs: Docs,
    pub name: Ident,
    pub problems: LitStr,
}

/// `name = 4 MiB;`
pub struct Limit {
    pub docs: Docs,
    pub name: Ident,
    pub quantity: Quantity,
}

/// A number with an optional unit.
pub struct Quantity {
    pub number: LitInt,
    pub unit: Option<Ident>,
}

/// `offset Name { format = hex[16]; sentinel … also … }`
pub struct Offset {
    pub docs: Docs,
    pub name: Ident,
    pub radix: Ident,
    pub width: LitInt,
    pub sentinels: Vec<Sentinel>,
    pub aliases: Vec<Alias>,
}

/// `sentinel Start = "-1";`
pub struct Sentinel {
    pub docs: Docs,
    pub name: Ident,
    pub text: LitStr,
}

/// `also "0" = Start;`
pub struct Alias {
    pub text: LitStr,
    pub sentinel: Ident,
}

/// `media Json = "application/json";`
pub struct Media {
    pub docs: Docs,
    pub name: Ident,
    pub text: LitStr,
}

/// `value Seq = u53;`
pub struct Value {
    pub docs: Docs,
    pub name: Ident,
    pub grammar: Grammar,
}

/// The texts that a value may have.
pub enum Grammar {
    /// A grammar that defines a type, such as `text 1..=256`.
    Type(Written<dyn Type>),
    /// A grammar with a built-in type, such as `media_type`.
    BuiltIn(Written<dyn BuiltIn>),
    /// The name of a declared value or offset; `or sentinel` may follow the name of an offset.
    Named { name: Ident, or_sentinel: bool },
}

/// `A = "a"`
pub struct Variant {
    pub docs: Docs,
    pub name: Ident,
    pub text: LitStr,
}

/// `min..=max`
#[derive(Clone)]
pub struct Range {
    pub min: LitInt,
    pub max: LitInt,
}

/// `header Name = "name": grammar;` or `query …`
pub struct Field {
    pub docs: Docs,
    pub place: Place,
    pub name: Ident,
    pub wire: LitStr,
    pub grammar: Grammar,
}

/// Header or query.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A header.
    Header,
    /// A query parameter.
    Query,
}

/// `group Name = all_or_none { A, B }`
pub struct Group {
    pub docs: Docs,
    pub name: Ident,
    pub kind: Ident,
    pub members: Vec<Ident>,
}

/// `state name { a, b }`
pub struct State {
    pub docs: Docs,
    pub name: Ident,
    pub variants: Vec<StateVariant>,
}

/// One of the values of a state.
pub struct StateVariant {
    pub docs: Docs,
    pub name: Ident,
}

/// `fact subject.predicate;` or `edge fact subject.predicate(Input);`
pub struct Fact {
    pub docs: Docs,
    pub edge: bool,
    pub subject: Ident,
    pub predicate: Ident,
    pub input: Option<Ident>,
}

/// `events Name { event … }`
pub struct Events {
    pub docs: Docs,
    pub name: Ident,
    pub events: Vec<Event>,
}

/// `event Data = "data": payload;` or `event Control = "control": json { … }`
pub struct Event {
    pub docs: Docs,
    pub name: Ident,
    pub wire: LitStr,
    /// `None` for a payload event.
    pub content: Option<object::Content>,
}

/// `errors Object { code = member.member; message = …; violations = …; }`
pub struct ErrorFormat {
    pub docs: Docs,
    pub object: Ident,
    pub code: Vec<Ident>,
    pub message: Vec<Ident>,
    pub violations: Option<Vec<Ident>>,
}

/// `cors { origin = "*"; max_age = 1 s; }`
pub struct Cors {
    pub origin: LitStr,
    pub max_age: Quantity,
}

/// `outcome Name = 404 problem "slug" about X detail { … }` or `outcome Name = 404 error Code(member, other?) { … }`
pub struct Outcome {
    pub docs: Docs,
    pub name: Ident,
    pub status: LitInt,
    pub problem: Option<ProblemKind>,
    pub parts: Vec<Part>,
    pub body: Option<Body>,
}

/// The problem of an outcome.
pub struct ProblemKind {
    pub slug: LitStr,
    pub about: Option<Ident>,
    pub detail: bool,
}

/// `Header;`, `Header?;` or `Header = value;`
pub struct Part {
    pub name: Ident,
    pub presence: Presence,
}

/// Whether a response has a header, and with which value.
pub enum Presence {
    Always,
    Optional,
    Fixed(Literal),
}

/// `Header = value;` or `Header = limits.name;` in `options`.
pub struct Announcement {
    pub name: Ident,
    pub value: Announced,
}

/// The value of a header in the response to OPTIONS.
pub enum Announced {
    Literal(Literal),
    Limit(Ident),
}

/// A value in a spec: `"text"`, `5`, or the name of a variant, sentinel or media type.
pub enum Literal {
    Text(LitStr),
    Number(LitInt),
    Name(Ident),
}

impl Literal {
    pub fn span(&self) -> Span {
        match self {
            Literal::Text(text) => text.span(),
            Literal::Number(number) => number.span(),
            Literal::Name(name) => name.span(),
        }
    }
}

/// `body bytes;`, `body events Name;`, `body json Name;`, or the error of an outcome
pub enum Body {
    Bytes(Span),
    Events(Span, Ident),
    Json(Span, Ident),
    Error(OwnError),
}

/// `error Code(member, other?)`
pub struct OwnError {
    pub code: Ident,
    pub members: Vec<OwnMember>,
}

/// A member that the handler supplies.
pub struct OwnMember {
    pub name: Ident,
    pub optional: bool,
}

impl Body {
    pub fn span(&self) -> Span {
        match self {
            Body::Bytes(span) | Body::Events(span, _) | Body::Json(span, _) => *span,
            Body::Error(error) => error.code.span(),
        }
    }
}

/// `unrouted { path => A; reserved => B; method => C; }`
pub struct Unrouted {
    pub path: Ident,
    pub reserved: Option<Ident>,
    pub method: Ident,
    pub examples: Vec<Example>,
}

/// `common Name { … }`: what several resources have in common.
pub struct Common {
    pub name: Ident,
    /// The parameters of those paths that have them.
    pub parameters: Vec<Parameter>,
    /// The format of errors.
    pub errors: Option<Ident>,
    /// The outcome of methods that a resource does not have.
    pub method: Option<Ident>,
    pub inputs: Vec<Input>,
    pub refuse: Vec<Line>,
    pub outcomes: Vec<Outcome>,
    pub examples: Vec<Example>,
    /// Whether part of it, apart from its examples, could not be read.
    pub damaged: bool,
}

/// `resource Name at "/…" with Common { … }`
pub struct Resource {
    pub docs: Docs,
    pub name: Ident,
    pub path: LitStr,
    /// The names of common parts.
    pub commons: Vec<Ident>,
    pub parameters: Vec<Parameter>,
    pub reserved: Vec<LitStr>,
    /// The format of its errors.
    pub errors: Option<Ident>,
    /// The outcome of methods that it does not have.
    pub method: Option<Ident>,
    /// The headers of the response to OPTIONS.
    pub options: Vec<Announcement>,
    pub inputs: Vec<Input>,
    pub refuse: Vec<Line>,
    pub outcomes: Vec<Outcome>,
    pub endpoints: Vec<Endpoint>,
    /// Whether part of the resource, apart from its endpoints, could not be read.
    pub damaged: bool,
}

/// `resource Name at "/…" like Other { replace A with B; except endpoint name; }`
pub struct Version {
    pub docs: Docs,
    pub name: Ident,
    pub path: LitStr,
    pub base: Ident,
    pub replaced: Vec<Replacement>,
    /// The endpoints that are left out.
    pub excepted: Vec<Ident>,
    /// Whether part of it could not be read.
    pub damaged: bool,
}

/// `replace A with B;`
pub struct Replacement {
    pub old: Ident,
    pub new: Ident,
}

/// `path name: …;`
#[derive(Clone)]
pub struct Parameter {
    pub name: Ident,
    pub texts: ParameterTexts,
}

/// The texts that a parameter of a path can have.
#[derive(Clone)]
pub enum ParameterTexts {
    /// `segments 1..=9`, or another word.
    Range(Ident, Range),
    /// `pattern "…"`
    Pattern(LitStr),
}

/// `endpoint name = GET when Live is Sse { … }`, or `when Live` for any value
pub struct Endpoint {
    pub docs: Docs,
    pub name: Ident,
    pub method: Ident,
    pub when: Option<(Ident, Option<Ident>)>,
    pub permissions: access::Permissions,
    pub inputs: Vec<Input>,
    pub body: Option<RequestBody>,
    pub refuse: Vec<Line>,
    pub answer: Vec<Line>,
    pub outcomes: Vec<Outcome>,
    pub examples: Vec<Example>,
    /// Whether part of the endpoint could not be read.
    pub damaged: bool,
}

/// The body of a request.
pub struct RequestBody {
    pub kind: BodyKind,
    pub limit: Ident,
}

/// How the body of a request is read.
pub enum BodyKind {
    /// `body ..= limits.name;`
    Bytes,
    /// `body stream ..= limits.name;`
    Stream,
    /// `body json Name ..= limits.name;`
    Json(JsonBody),
}

/// `json Name`, `json Name?` or `json Name or {}`
pub struct JsonBody {
    pub object: Ident,
    pub empty: EmptyBody,
}

/// The meaning of an empty body where JSON is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmptyBody {
    /// It is malformed.
    Malformed,
    /// There is no object.
    Absent,
    /// It is an object without members.
    Memberless,
}

/// `Name;`, `Name?;`, `Name or Default;`, `Name unless body.empty;` or `Name unless malformed;`
pub struct Input {
    pub name: Ident,
    pub need: Need,
}

/// Whether an input must be present.
pub enum Need {
    Required,
    Optional,
    Default(Literal),
    /// With the span of `body`.
    UnlessBodyEmpty(Span),
    /// Treated as absent if it breaks its grammar.
    UnlessMalformed,
}

/// `condition => Outcome;`
pub struct Line {
    pub condition: Condition,
    pub outcome: Ident,
}

/// The condition of a line.
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// `name`
    Name(Ident),
    /// `subject.predicate`
    Fact(Ident, Ident),
    /// `Name is Variant`
    Is(Ident, Ident),
    /// `Name malformed`, with the span of `malformed`.
    Malformed(Ident, Span),
}

/// `example name for parameter in ["…"] { given …; send …; expect …; }`
pub struct Example {
    pub docs: Docs,
    pub name: Ident,
    pub table: Option<Table>,
    pub given: Vec<Given>,
    pub send: Sent,
    pub expect: Expected,
    /// Whether part of the example could not be read.
    pub damaged: bool,
}

/// `for name in ["…", "…"]`
pub struct Table {
    pub parameter: Ident,
    pub texts: Vec<LitStr>,
}

/// A precondition of an example.
pub enum Given {
    /// `given condition { requests }`
    Condition(Condition, Vec<Sent>),
    /// `given limits.name = 4 KiB;`
    Limit(Limit),
    /// `given Name unknown;`
    Caller(access::Caller),
}

/// A text, or the name of the example's parameter.
pub enum Text {
    Plain(LitStr),
    Parameter(Ident),
    Json(Document),
}

/// JSON in an example.
pub struct Document {
    pub text: String,
    /// The JSON Pointers of the values that can be any. They are `null` in the text.
    pub open: Vec<String>,
    /// The names of parameters, and where in the text their values belong.
    pub parameters: Vec<(usize, Ident)>,
    pub span: Span,
}

/// `POST "/path" { Header = "…"; body = "…"; }`
pub struct Sent {
    pub method: Ident,
    pub path: Text,
    pub values: Vec<(Ident, Text)>,
    pub body: Option<Text>,
}

/// `expect Outcome { Header = "…"; Other; not Third; body = "…"; }`
pub struct Expected {
    pub outcome: Ident,
    pub shown: Vec<(Ident, Shown)>,
    pub body: Option<Text>,
}

/// The header that an example expects in the response.
pub enum Shown {
    Is(Text),
    Present,
    Absent,
}

impl Text {
    pub fn span(&self) -> Span {
        match self {
            Text::Plain(text) => text.span(),
            Text::Parameter(name) => name.span(),
            Text::Json(document) => document.span,
        }
    }
}

impl Condition {
    /// The spans of its first and its last name.
    pub fn spans(&self) -> (Span, Span) {
        match self {
            Condition::All(parts) | Condition::Any(parts) => match &parts[..] {
                [] => (Span::call_site(), Span::call_site()),
                [first, .., last] => (first.spans().0, last.spans().1),
                [only] => only.spans(),
            },
            Condition::Not(part) => part.spans(),
            Condition::Name(name) => (name.span(), name.span()),
            Condition::Malformed(name, end) => (name.span(), *end),
            Condition::Fact(first, last) | Condition::Is(first, last) => (first.span(), last.span()),
        }
    }
}
