//! The stable names of faults. Each has a case in `macros/tests/ui`.

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// A kind of fault in a spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($(#[doc = $doc])+ $variant,)+ }

        impl Code {
            /// All of them.
            pub const ALL: &[Code] = &[$(Code::$variant,)+];

            /// What is wrong, whatever the spec.
            #[must_use]
            pub fn headline(self) -> &'static str {
                match self { $(Code::$variant => concat!($($doc),+).trim(),)+ }
            }

            /// The stable name, in kebab case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)+ }
            }
        }
    };
}

codes! {
    /// Something that is no item, section or clause of the language.
    Syntax = "syntax",
    /// A clause without the `;` that ends it.
    MissingTerminator = "missing-terminator",
    /// Something other than the string that stands here.
    ExpectedString = "expected-string",
    /// An item keyword that does not exist.
    UnknownItem = "unknown-item",
    /// A section that does not exist there.
    UnknownSection = "unknown-section",
    /// A section or item that may stand only once.
    DuplicateSection = "duplicate-section",
    /// An item or section without a clause that it can't do without.
    MissingClause = "missing-clause",
    /// A spec without a protocol, a resource, or something else that every spec has.
    EmptySpec = "empty-spec",
    /// Two declarations of one name.
    DuplicateName = "duplicate-name",
    /// A name that Rust, the language or the program has for something else.
    ReservedName = "reserved-name",
    /// A declaration that nothing uses.
    Unused = "unused",
    /// A grammar that does not exist.
    UnknownGrammar = "unknown-grammar",
    /// A name of a value, offset, media type, resource or kind of events that is not declared.
    UnknownValue = "unknown-value",
    /// A header or query parameter that is not declared.
    UnknownField = "unknown-field",
    /// An outcome that is not declared where it is used.
    UnknownOutcome = "unknown-outcome",
    /// A condition about something that is not declared.
    UnknownCondition = "unknown-condition",
    /// A limit that is not declared.
    UnknownLimit = "unknown-limit",
    /// A variant or sentinel that its declaration does not have.
    UnknownVariant = "unknown-variant",
    /// A unit that does not exist, or one of the wrong kind.
    UnknownUnit = "unknown-unit",
    /// A header name with upper-case letters.
    HeaderNotLowerCase = "header-not-lower-case",
    /// A name on the wire with characters that it can't have.
    WireName = "wire-name",
    /// A text on the wire with characters that it can't have.
    WireText = "wire-text",
    /// A header that belongs to the platform or to this compiler.
    HeaderForbidden = "header-forbidden",
    /// Two declarations of one wire name.
    DuplicateWireName = "duplicate-wire-name",
    /// A media type that is none.
    MediaType = "media-type",
    /// The type of a problem that is none.
    ProblemType = "problem-type",
    /// A range that contains nothing.
    RangeEmpty = "range-empty",
    /// An integer that does not survive JavaScript.
    IntegerTooWide = "integer-too-wide",
    /// An offset width that can't hold all offsets, or is absurd.
    OffsetWidth = "offset-width",
    /// A sentinel or alias that is also a real offset.
    SentinelCollision = "sentinel-collision",
    /// Two meanings of one text.
    DuplicateText = "duplicate-text",
    /// A group that no request could break or satisfy.
    GroupMembers = "group-members",
    /// A path pattern that is malformed or does not fit its parameters.
    PathPattern = "path-pattern",
    /// Two resources with one path.
    RouteCollision = "route-collision",
    /// Two endpoints that answer the same requests.
    MethodCollision = "method-collision",
    /// A method that a Worker can't receive.
    UnknownMethod = "unknown-method",
    /// A body where there can be none.
    BodyForbidden = "body-forbidden",
    /// A header or query parameter that a request can't need like this.
    BadInput = "bad-input",
    /// An input that is listed twice, alone or with others.
    DuplicateInput = "duplicate-input",
    /// A status that can't be sent, or that does not fit its use.
    BadStatus = "bad-status",
    /// A header used in a response in a way that its grammar does not allow.
    BadPart = "bad-part",
    /// An outcome that can't be the answer here, because of what it carries.
    BadAnswer = "bad-answer",
    /// A condition that never gets its turn.
    UnreachableLine = "unreachable-line",
    /// An outcome that nothing leads to.
    UnreachableOutcome = "unreachable-outcome",
    /// A situation without an answer.
    NoAnswer = "no-answer",
    /// A condition that can't stand where it stands.
    MisplacedCondition = "misplaced-condition",
    /// An endpoint that asks about more than can be checked.
    TooManyConditions = "too-many-conditions",
    /// An outcome that no example shows, in a spec that has examples.
    OutcomeWithoutExample = "outcome-without-example",
    /// An example that leaves out a header which its outcome always sends.
    ExampleMissingHeader = "example-missing-header",
    /// A value in an answer that its header can't have.
    ExampleBadValue = "example-bad-value",
    /// An example whose request or answer does not fit what the spec says.
    ExampleContradicts = "example-contradicts",
}
