use crate::field::once;
use crate::{Field, Flag, Json, Place, Read, Rule, json};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use std::ops::Deref;

/// The headers that every server reads, whether or not its protocol declares them.
pub const GENERAL_HEADERS: [&str; 2] = [CONTENT_LENGTH, HOST];

const CONTENT_LENGTH: &str = "content-length";
const HOST: &str = "host";

/// The head of a request. Generated code reads only declared names and [`GENERAL_HEADERS`].
pub trait Source {
    /// The method, in upper case.
    fn method(&self) -> &str;
    /// The path as sent, with escapes and without the query.
    fn path(&self) -> &str;
    /// The query as sent, without the question mark; empty if the URL has none.
    fn query(&self) -> &str;
    /// The value of the header `name`. Several values are joined by `", "`.
    fn header(&self, name: &str) -> Option<Cow<'_, str>>;

    /// The name that the declared input `name` has in this request.
    fn name<'n>(&self, _place: Place, name: &'n str) -> &'n str {
        name
    }

    /// The value of the declared header `name`, which has this index in the list of declared headers. A request that is kept in
    /// that order needs no search.
    fn declared_header(&self, _index: usize, name: &str) -> Option<Cow<'_, str>> {
        self.header(self.name(Place::Header, name))
    }

    /// The length that the client declares for the body, in bytes.
    fn content_length(&self) -> Option<u64> {
        self.header(CONTENT_LENGTH)?.parse().ok()
    }

    /// Whether the client declares a body longer than `limit` bytes.
    fn declares_more_than(&self, limit: usize) -> bool {
        self.content_length().is_some_and(|length| length > limit as u64)
    }
}

/// The body of a request, not yet read.
pub trait Incoming {
    /// Reads the whole body. If it is longer than `limit` bytes, the rest may be read and discarded first, because many
    /// clients read no response before they have sent their request.
    ///
    /// # Errors
    /// [`Unread`].
    fn read(self, limit: usize) -> impl Future<Output = Result<Vec<u8>, Unread>>;
}

/// The body of a request, read in pieces. Such a body can also be read as a whole.
pub trait Chunks {
    /// The next piece, or `None` at the end of the body.
    ///
    /// # Errors
    /// [`Unread`].
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<u8>>, Unread>>;
}

impl<C: Chunks> Incoming for C {
    async fn read(self, limit: usize) -> Result<Vec<u8>, Unread> {
        let (mut streamed, mut body) = (Streamed::new(self, limit), Vec::new());
        while let Some(chunk) = streamed.next().await? {
            body.extend(chunk);
        }
        Ok(body)
    }
}

/// The body of a request to an endpoint that takes none.
#[derive(Clone, Copy, Debug)]
pub struct NoBody;

impl Chunks for NoBody {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Unread> {
        Ok(None)
    }
}

/// A body with a limit, which a handler reads in pieces.
///
/// The first failure ends it. Generated code then sends the response that the spec has for the failure, whatever the handler
/// returns.
#[derive(Debug)]
pub struct Streamed<C> {
    chunks: C,
    /// The number of bytes that may follow.
    left: usize,
    unread: Option<Unread>,
}

impl<C: Chunks> Streamed<C> {
    /// A body that can have up to `limit` bytes.
    pub fn new(chunks: C, limit: usize) -> Self {
        Self { chunks, left: limit, unread: None }
    }

    /// The next piece, or `None` at the end of the body.
    ///
    /// # Errors
    /// [`Unread`], for this piece and all that follow.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Unread> {
        if let Some(unread) = self.unread {
            return Err(unread);
        }
        let chunk = self.chunks.next().await.and_then(|chunk| {
            let length = chunk.as_ref().map_or(0, Vec::len);
            self.left = self.left.checked_sub(length).ok_or(Unread::TooLarge)?;
            Ok(chunk)
        });
        self.unread = chunk.as_ref().err().copied();
        chunk
    }

    /// The reason why the body could not be read to its end.
    #[must_use]
    pub fn unread(&self) -> Option<Unread> {
        self.unread
    }
}

/// The reason why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The body exceeded its limit.
    TooLarge,
    /// The body ended early.
    Broken,
    /// The client stopped sending.
    Stalled,
    /// The server has not enough memory for the body.
    Crowded,
}

impl Unread {
    /// The `detail` of the response, if the spec has no separate outcome for this reason.
    #[must_use]
    pub fn detail(self) -> String {
        let detail = match self {
            Self::TooLarge => "The body is too long.",
            Self::Broken => "The body was not sent to its end.",
            Self::Stalled => "The client stopped sending the body.",
            Self::Crowded => "The server has no memory left for the body.",
        };
        detail.to_owned()
    }
}

/// A rule that a request broke.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    /// The part of the request that contains the invalid value.
    #[serde(rename = "in")]
    pub place: Place,
    /// The wire name of the input.
    pub name: Cow<'static, str>,
    /// The JSON Pointer (RFC 6901) of the value, if the body is JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The rule, completing "must be …".
    pub rule: Rule,
}

/// All violations of a request; never empty.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// A single violation.
    #[must_use]
    pub fn one(place: Place, name: &'static str, rule: Rule) -> Self {
        Self(vec![Violation { place, name: name.into(), pointer: None, rule }])
    }

    /// The violation for a body that ended early.
    #[must_use]
    pub fn broken_body() -> Self {
        Self::one(Place::Body, "body", "sent to its end".into())
    }

    /// Whether one of these inputs is invalid.
    #[must_use]
    pub fn concern(&self, place: Place, names: &[&str]) -> bool {
        self.0.iter().any(|violation| violation.place == place && names.contains(&&*violation.name))
    }

    /// A title followed by all violations, for a message to people.
    #[must_use]
    pub fn told(&self, title: &str) -> String {
        let told = |violation: &Violation| {
            let Violation { place, name, pointer, rule } = violation;
            let at = match (place, pointer.as_deref()) {
                (Place::Body, None | Some("")) => "The body".to_owned(),
                (Place::Body, Some(pointer)) => format!("{pointer} of the body"),
                (place, _) => format!("{name} ({place})"),
            };
            format!(" {at} must be {rule}.")
        };
        [title.to_owned()].into_iter().chain(self.0.iter().map(told)).collect()
    }

    /// The violations as a problem contains them, for a member of another format.
    #[must_use]
    pub fn to_json(&self) -> Json {
        // Strings always serialize.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The violations, in the order of declaration.
    #[must_use]
    pub fn as_slice(&self) -> &[Violation] {
        &self.0
    }
}

/// The name of an input: fixed in generated code, and a text of the spec in the compiler.
pub trait Name: AsRef<str> + Clone + Into<Cow<'static, str>> {
    /// The value of the header of this name.
    fn header<'s>(&self, source: &'s impl Source) -> Option<Cow<'s, str>> {
        source.header(source.name(Place::Header, self.as_ref()))
    }
}

impl Name for &'static str {}
impl Name for String {}

/// The name of an input in generated code, which is looked up by its index.
#[derive(Clone, Copy, Debug)]
pub struct Declared {
    name: &'static str,
    index: Option<usize>,
}

impl Declared {
    /// The name of a header or query parameter.
    #[must_use]
    pub const fn of<F: Field>() -> Self {
        Self { name: F::NAME, index: F::INDEX }
    }
}

impl AsRef<str> for Declared {
    fn as_ref(&self) -> &str {
        self.name
    }
}

impl From<Declared> for Cow<'static, str> {
    fn from(declared: Declared) -> Self {
        declared.name.into()
    }
}

impl Name for Declared {
    fn header<'s>(&self, source: &'s impl Source) -> Option<Cow<'s, str>> {
        match self.index {
            Some(index) => source.declared_header(index, self.name),
            None => source.header(source.name(Place::Header, self.name)),
        }
    }
}

/// Reads declared inputs from a request and collects violations.
pub struct Inputs<'a, S> {
    source: &'a S,
    violations: Vec<Violation>,
}

impl<'a, S: Source> Inputs<'a, S> {
    /// Starts reading a request.
    pub fn new(source: &'a S) -> Self {
        Self { source, violations: Vec::new() }
    }

    /// Checks that `Host` is well-formed, if the request has it (RFC 9112 §3.2).
    pub fn host(&mut self) {
        if let Some(text) = self.source.header(HOST) {
            self.check(Place::Header, HOST, crate::host(&text));
        }
    }

    /// Reads an optional input.
    pub fn optional<F: Field>(&mut self) -> Option<F::Value> {
        self.read(F::PLACE, &Declared::of::<F>(), F::read_all)
    }

    /// Reads an input that counts as absent if it is malformed.
    pub fn lenient<F: Field>(&mut self) -> Option<F::Value> {
        self.try_read(F::PLACE, &Declared::of::<F>(), F::read_all)
    }

    /// Reads a required input. Its absence is a violation.
    pub fn required<F: Field>(&mut self) -> Option<F::Value> {
        self.require(F::PLACE, &Declared::of::<F>(), F::read_all)
    }

    /// Whether a flag is set.
    pub fn flag<F: Flag>(&mut self) -> bool {
        self.is(F::PLACE, &Declared { name: F::NAME, index: F::INDEX }, F::VALUE)
    }

    /// Whether an input is present, well-formed or not.
    pub fn has<F: Field>(&self) -> bool {
        self.is_given(F::PLACE, &Declared::of::<F>())
    }

    /// [`has`](Self::has) for an input that has no type of its own.
    pub fn is_given(&self, place: Place, name: &impl Name) -> bool {
        self.values(place, name).is_some()
    }

    /// [`optional`](Self::optional) for an input that has no type of its own.
    pub fn read<T>(&mut self, place: Place, name: &impl Name, read: impl FnOnce(&[Cow<str>]) -> Read<T>) -> Option<T> {
        let value = self.values(place, name)?.and_then(|values| read(&values));
        self.check(place, name.clone(), value)
    }

    /// [`lenient`](Self::lenient) for an input that has no type of its own.
    pub fn try_read<T>(
        &mut self,
        place: Place,
        name: &impl Name,
        read: impl FnOnce(&[Cow<str>]) -> Read<T>,
    ) -> Option<T> {
        self.values(place, name)?.and_then(|values| read(&values)).ok()
    }

    /// [`required`](Self::required) for an input that has no type of its own.
    pub fn require<T>(
        &mut self,
        place: Place,
        name: &impl Name,
        read: impl FnOnce(&[Cow<str>]) -> Read<T>,
    ) -> Option<T> {
        let before = self.violations.len();
        let value = self.read(place, name, read);
        if value.is_none() && self.violations.len() == before {
            self.violate(place, name.clone(), "present".into());
        }
        value
    }

    /// [`flag`](Self::flag) for a flag that has no type of its own.
    pub fn is(&mut self, place: Place, name: &impl Name, value: &str) -> bool {
        self.read(place, name, |texts| once(texts).map(|own| own.eq_ignore_ascii_case(value))).unwrap_or(false)
    }

    /// Checks an optional input, and keeps nothing of it. Returns whether it is present and well-formed.
    pub fn check_optional<F: Field>(&mut self) -> bool {
        self.read(F::PLACE, &Declared::of::<F>(), F::check_all).is_some()
    }

    /// Checks a required input, and keeps nothing of it. Returns whether it is present and well-formed.
    pub fn check_required<F: Field>(&mut self) -> bool {
        self.require(F::PLACE, &Declared::of::<F>(), F::check_all).is_some()
    }

    /// Checks a part of the path that was read.
    pub fn check_part<T>(&mut self, name: &'static str, part: &Read<T>) {
        if let Err(rule) = part {
            self.violate(Place::Path, name, rule.clone());
        }
    }

    /// Checks a group of which all inputs or none must be present. Returns whether all are.
    pub fn all_or_none(&mut self, place: Place, names: &[impl Name]) -> bool {
        let given = names.iter().filter(|name| self.is_given(place, *name)).count();
        if given > 0 && given < names.len() {
            let together = self.joined(place, names, ", ");
            for name in names {
                if !self.is_given(place, name) {
                    self.violate(place, name.clone(), format!("present, since {together} belong together").into());
                }
            }
        }
        given == names.len()
    }

    /// Checks a group of which at most one input may be present. Returns whether one is.
    pub fn at_most_one(&mut self, place: Place, names: &[impl Name]) -> bool {
        let Some(first) = names.iter().position(|name| self.is_given(place, name)) else { return false };
        for name in &names[first + 1..] {
            if self.is_given(place, name) {
                let first = self.source.name(place, names[first].as_ref());
                self.violate(place, name.clone(), format!("absent where {first} is given").into());
            }
        }
        true
    }

    /// Checks a group of which exactly one input must be present.
    pub fn exactly_one(&mut self, place: Place, names: &[impl Name]) {
        if !self.at_most_one(place, names)
            && let [first, rest @ ..] = names
        {
            let others = self.joined(place, rest, " and ");
            self.violate(place, first.clone(), format!("present where {others} are absent").into());
        }
    }

    /// Checks a group whose inputs may be present only together with the first.
    pub fn headed(&mut self, place: Place, names: &[impl Name]) {
        let [head, rest @ ..] = names else { return };
        if self.is_given(place, head) {
            return;
        }
        for name in rest {
            if self.is_given(place, name) {
                let head = self.source.name(place, head.as_ref());
                self.violate(place, name.clone(), format!("absent where {head} is not given").into());
            }
        }
    }

    /// Returns the value, or records the rule that it broke.
    pub fn check<T>(&mut self, place: Place, name: impl Name, value: Result<T, Rule>) -> Option<T> {
        value.map_err(|rule| self.violate(place, name, rule)).ok()
    }

    /// Reads a JSON body.
    pub fn json<T: json::Read>(&mut self, body: &[u8]) -> Option<T::Value> {
        self.json_body(body, T::read)
    }

    /// [`json`](Self::json), or nothing if the body is empty.
    pub fn json_or_nothing<T: json::Read>(&mut self, body: &[u8]) -> Option<Option<T::Value>> {
        if body.is_empty() { Some(None) } else { self.json::<T>(body).map(Some) }
    }

    /// [`json`](Self::json), where an empty body counts as an object without members.
    pub fn json_or_memberless<T: json::Read>(&mut self, body: &[u8]) -> Option<T::Value> {
        self.json::<T>(if body.is_empty() { b"{}" } else { body })
    }

    /// [`json`](Self::json) for a body that has no type of its own.
    pub fn json_body<T>(
        &mut self,
        body: &[u8],
        read: impl FnOnce(Json, &mut json::Document) -> Option<T>,
    ) -> Option<T> {
        let value = json::read(body, read);
        let faults = value.map_err(|faults| {
            self.violations.extend(faults.into_iter().map(|json::Fault { pointer, rule }| Violation {
                place: Place::Body,
                name: "body".into(),
                pointer: Some(pointer),
                rule,
            }));
        });
        faults.ok()
    }

    /// Returns `request` if there are no violations. It is `None` only if a required input is missing or malformed.
    ///
    /// # Errors
    /// All violations found; at least one if `request` is `None`.
    pub fn finish<T>(self, request: Option<T>) -> Result<T, Violations> {
        match request {
            Some(request) if self.violations.is_empty() => Ok(request),
            _ => Err(Violations(self.violations)),
        }
    }

    /// The names of inputs in this request.
    fn joined(&self, place: Place, names: &[impl Name], separator: &str) -> String {
        names.iter().map(|name| self.source.name(place, name.as_ref())).collect::<Vec<_>>().join(separator)
    }

    fn violate(&mut self, place: Place, name: impl Name, rule: Rule) {
        self.violations.push(Violation { place, name: name.into(), pointer: None, rule });
    }

    /// Returns the values of an input, decoded. It is `None` if the input is absent.
    fn values(&self, place: Place, name: &impl Name) -> Option<Read<Values<'a>>> {
        match place {
            Place::Query => self.parameters(self.source.name(place, name.as_ref())),
            _ => name.header(self.source).map(|value| Ok(Values::One([value]))),
        }
    }

    fn parameters(&self, name: &str) -> Option<Read<Values<'a>>> {
        let mut values = self.source.query().split('&').filter_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decoded = || percent_decode_str(value).decode_utf8().map_err(|_| Rule::from("UTF-8 once unescaped"));
            percent_decode_str(key).eq(name.bytes()).then(decoded)
        });
        let first = values.next()?;
        Some(match values.next() {
            None => first.map(|value| Values::One([value])),
            Some(second) => [first, second].into_iter().chain(values).collect::<Result<_, _>>().map(Values::Many),
        })
    }
}

/// The values of one input. Most have one.
enum Values<'a> {
    One([Cow<'a, str>; 1]),
    Many(Vec<Cow<'a, str>>),
}

impl<'a> Deref for Values<'a> {
    type Target = [Cow<'a, str>];

    fn deref(&self) -> &Self::Target {
        match self {
            Self::One(one) => one,
            Self::Many(many) => many,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Query(&'static str);

    impl Source for Query {
        fn method(&self) -> &str {
            "GET"
        }

        fn path(&self) -> &str {
            "/"
        }

        fn query(&self) -> &str {
            self.0
        }

        fn header(&self, _: &str) -> Option<Cow<'_, str>> {
            None
        }
    }

    struct Offset;

    impl Field for Offset {
        type Value = String;
        const PLACE: Place = Place::Query;
        const NAME: &'static str = "offset";
        const INDEX: Option<usize> = None;

        fn read(text: &str) -> Result<String, Rule> {
            Ok(text.to_owned())
        }
    }

    fn read(query: &'static str) -> Result<String, usize> {
        let source = Query(query);
        let mut inputs = Inputs::new(&source);
        let value = inputs.required::<Offset>();
        inputs.finish(value).map_err(|violations| violations.as_slice().len())
    }

    #[test]
    fn names_of_parameters_are_compared_unescaped() {
        for query in
            ["offset=-1", "%6Fffset=-1", "a=b&%6f%66%66%73%65%74=%2d1", "%FF=x&offset=-1", "Offset=x&offset=-1"]
        {
            assert_eq!(read(query), Ok("-1".to_owned()), "{query}");
        }
        for query in
            ["", "%256Fffset=-1", "offse=t=-1", "%6Fffset=-1&offset=-1", "offset=-1&%6Fffset=%FF", "%6Fffset=%FF"]
        {
            assert_eq!(read(query), Err(1), "{query}");
        }
    }
}
