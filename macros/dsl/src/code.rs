//! The stable names of faults, called codes. Each has a case in `macros/tests/ui`.

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// A kind of fault in a spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($(#[doc = $doc])+ $variant,)+ }

        impl Code {
            /// All codes, in the order of docs/errors.md.
            pub const ALL: &[Code] = &[$(Code::$variant,)+];

            /// A description of the fault that fits every spec.
            #[must_use]
            pub fn headline(self) -> &'static str {
                match self { $(Code::$variant => concat!($($doc),+).trim(),)+ }
            }

            /// The name in kebab case. It never changes.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)+ }
            }
        }
    };
}

codes! {
    /// Invalid syntax.
    Syntax = "syntax",
    /// Missing `;` at the end of a clause.
    MissingTerminator = "missing-terminator",
    /// Missing quotes around a string.
    ExpectedString = "expected-string",
    /// Unknown item keyword.
    UnknownItem = "unknown-item",
    /// Unknown section, clause or setting.
    UnknownSection = "unknown-section",
    /// Duplicate section, item or setting.
    DuplicateSection = "duplicate-section",
    /// Missing required clause, variant or value.
    MissingClause = "missing-clause",
    /// Spec without `protocol`, `resource` or `unrouted`.
    EmptySpec = "empty-spec",
    /// Duplicate name.
    DuplicateName = "duplicate-name",
    /// Name reserved by Rust, the spec language or the generated code.
    ReservedName = "reserved-name",
    /// Name with a capital where it must be lowercase, or the other way around.
    NameCase = "name-case",
    /// Unused declaration.
    Unused = "unused",
    /// Unknown grammar, format or kind.
    UnknownGrammar = "unknown-grammar",
    /// Undeclared value, offset, media type, resource, endpoint, common part, events or example parameter.
    UnknownValue = "unknown-value",
    /// Undeclared header or query parameter.
    UnknownField = "unknown-field",
    /// Outcome that is undeclared or not in scope.
    UnknownOutcome = "unknown-outcome",
    /// Condition on an undeclared state, fact or input.
    UnknownCondition = "unknown-condition",
    /// Undeclared operation.
    UnknownOperation = "unknown-operation",
    /// Endpoint without a permission, in a spec with an access.
    MissingPermission = "missing-permission",
    /// Permission or kind of credentials that can't be checked.
    BadPermission = "bad-permission",
    /// Undeclared limit.
    UnknownLimit = "unknown-limit",
    /// Unknown variant or sentinel.
    UnknownVariant = "unknown-variant",
    /// Unknown unit, or unit of the wrong kind.
    UnknownUnit = "unknown-unit",
    /// Header name with uppercase letters.
    HeaderNotLowerCase = "header-not-lower-case",
    /// Invalid character in the name of a header or query parameter.
    WireName = "wire-name",
    /// Invalid character in a text sent over HTTP.
    WireText = "wire-text",
    /// Regular expression that is invalid, or can't be a pattern.
    BadPattern = "bad-pattern",
    /// Header that is set by the platform or by generated code.
    HeaderForbidden = "header-forbidden",
    /// Duplicate name of a query parameter, or of a header in one request or response.
    DuplicateWireName = "duplicate-wire-name",
    /// Invalid media type.
    MediaType = "media-type",
    /// Invalid problem type.
    ProblemType = "problem-type",
    /// Empty range.
    RangeEmpty = "range-empty",
    /// Integer too large for JavaScript or for the limit's type.
    IntegerTooWide = "integer-too-wide",
    /// Offset width that is too small or too large.
    OffsetWidth = "offset-width",
    /// Sentinel or alias that is also a valid offset.
    SentinelCollision = "sentinel-collision",
    /// Duplicate text for two variants or sentinels.
    DuplicateText = "duplicate-text",
    /// Invalid members of a group.
    GroupMembers = "group-members",
    /// Invalid path pattern, or one that does not match its parameters.
    PathPattern = "path-pattern",
    /// Two resources with the same path.
    RouteCollision = "route-collision",
    /// Resource that is like itself.
    LikeItself = "like-itself",
    /// Header or query parameter that can't be replaced, or not by this one.
    BadReplacement = "bad-replacement",
    /// Two endpoints for the same requests.
    MethodCollision = "method-collision",
    /// Unsupported method.
    UnknownMethod = "unknown-method",
    /// Body where none is allowed.
    BodyForbidden = "body-forbidden",
    /// Header or query parameter that can't be required, defaulted or matched this way.
    BadInput = "bad-input",
    /// Duplicate input.
    DuplicateInput = "duplicate-input",
    /// Status that can't be sent, or that is not allowed in this section.
    BadStatus = "bad-status",
    /// Member whose type, default or mark is not allowed.
    BadMember = "bad-member",
    /// Undeclared member.
    UnknownMember = "unknown-member",
    /// Variants of an object that can't be selected this way.
    BadUnion = "bad-union",
    /// Object that contains itself.
    EndlessObject = "endless-object",
    /// Object that can't be the format of errors.
    ErrorFormat = "error-format",
    /// Error that its format does not allow.
    BadError = "bad-error",
    /// Refusal in another format than that of its resource.
    MixedErrors = "mixed-errors",
    /// Callback that can't be sent or read this way.
    BadCallback = "bad-callback",
    /// Value that the header does not allow.
    BadPart = "bad-part",
    /// Outcome that can't be sent from this line.
    BadAnswer = "bad-answer",
    /// Outcome or input that breaks a rule of HTTP.
    HttpRule = "http-rule",
    /// Unreachable line.
    UnreachableLine = "unreachable-line",
    /// Unreachable outcome.
    UnreachableOutcome = "unreachable-outcome",
    /// Uncovered combination of conditions.
    NoAnswer = "no-answer",
    /// Misplaced condition.
    MisplacedCondition = "misplaced-condition",
    /// Too many combinations of conditions.
    TooManyConditions = "too-many-conditions",
    /// Outcome without an example.
    OutcomeWithoutExample = "outcome-without-example",
    /// Example without a header that its outcome always sends.
    ExampleMissingHeader = "example-missing-header",
    /// Invalid header value in an expected response.
    ExampleBadValue = "example-bad-value",
    /// Body that the declared object does not allow.
    ExampleBadBody = "example-bad-body",
    /// Example that contradicts the spec.
    ExampleContradicts = "example-contradicts",
}
