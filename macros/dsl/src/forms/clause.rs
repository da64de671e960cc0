//! The clauses of items.

use super::forms;

forms! {
    /// A setting of `protocol`.
    ProtocolClause, "setting", Clause;
    Problems, "problems",
        r#"problems = "urn:name:problem:";"#,
        "Sets the beginning of the types of all problems.",
        r#"problems = "urn:notes:problem:";"#;
}

forms! {
    /// A clause of `errors`.
    ErrorsClause, "clause", Clause;
    Code, "code",
        "code = member.member;",
        "Names the member with the code. Its type is a `one_of` value, and each outcome names a variant.",
        "code = error.code;";
    Message, "message",
        "message = member.member;",
        "Names the member with a text for people: the doc comment of the outcome, unless the handler supplies it.",
        "message = error.message;";
    Violations, "violations",
        "violations = member.member;",
        "Names an optional member of type `json` for the violations of a malformed request. Without it, the message lists them.",
        "violations = error.violations;";
}

forms! {
    /// A clause of `limits`.
    LimitsClause, "limit", Clause;
    Limit, "",
        "name = 4 MiB;",
        "Declares a limit with its default.",
        "note = 64 KiB;";
}

forms! {
    /// A clause of `offset`.
    OffsetClause, "clause", Clause;
    Format, "format",
        "format = hex[16];",
        "Sets the digits, `hex` (uppercase) or `decimal`, and their number: 14 to 64 for `hex`, 16 to 64 for `decimal`.",
        "format = hex[16];";
    Sentinel, "sentinel",
        r#"sentinel Name = "text";"#,
        "Declares a position that has a text instead of digits.",
        r#"sentinel Now = "now";"#;
    Also, "also",
        r#"also "text" = Sentinel;"#,
        "Declares a second text for a sentinel.",
        r#"also "0" = Start;"#;
}

forms! {
    /// A clause of `events`.
    EventClause, "clause", Clause;
    Payload, "event",
        r#"event Name = "name": payload;"#,
        "Declares an event whose data is text, or bytes in base64.",
        r#"event Text = "text": payload;"#;
    Json, "event",
        r#"event Name = "name": json { member: Type; … }"#,
        "Declares an event whose data is a JSON object.",
        r#"event State = "state": json { revision: Revision; … }"#;
}

forms! {
    /// A member of an object, or of the data of an event, or a rule for members.
    MemberClause, "member", Member;
    Required, "",
        "name: Type;",
        "Declares a member that is always present.",
        "title: Label;";
    Optional, "",
        "name: Type?;",
        "Declares a member that may be absent.",
        "level: Priority?;";
    Nullable, "",
        "name: Type or null;",
        "Declares a member whose value may be `null`. With `Type? or null`, it may also be absent.",
        "summary: Sentence or null;";
    Default, "",
        "name: Type or value;",
        "Declares a member that a request may leave out. The value is a number, a text, a variant, `true` or `false`.",
        "lines: Lines or 10;";
    Flag, "",
        "name: flag;",
        "Declares a member that is `true` or left out. A request may contain `false`, too.",
        "locked: flag;";
    Named, "",
        r#"name = "key": Type;"#,
        "Declares a member that has another name in JSON than in the program.",
        r#"medium = "media-type": media_type?;"#;
    When, "when",
        "when member is Variant { name: Type; … }",
        "Declares members that are there only if another member has this value. In Rust, that member is an enum, whose variants have these members.",
        "when kind is Reminder { at: timestamp; }";
    AllOrNone, "all_or_none",
        "all_or_none { a, b }",
        "Requires all of these optional members, or none. `null` and an empty array count as absent.",
        "all_or_none { writer, turn }";
    AtLeastOne, "at_least_one",
        "at_least_one { a, b }",
        "Requires at least one of these optional members.",
        "at_least_one { text, parts }";
    AtMostOne, "at_most_one",
        "at_most_one { a, b }",
        "Allows at most one of these optional members.",
        "at_most_one { before, after }";
    ExactlyOne, "exactly_one",
        "exactly_one { a, b }",
        "Requires exactly one of these optional members.",
        "exactly_one { folder, shelf }";
    Unknown, "unknown",
        "unknown refused;",
        "Makes a request malformed if the object has other members. `unknown ignored;` is the default.",
        "unknown refused;";
}

forms! {
    /// The type of a member.
    MemberType, "type", Member;
    Declared, "",
        "Name",
        "A declared value, offset or object. A value is a string, or a number if its grammar is `u53`.",
        "Priority";
    AsText, "",
        "Name as text",
        "A declared number, as a string.",
        "Lines as text";
    Boolean, "boolean",
        "boolean",
        "`true` or `false`.",
        "boolean";
    Json, "json",
        "json",
        "Any JSON. Numbers that JavaScript can't represent exactly are malformed.",
        "json";
    Timestamp, "timestamp",
        "timestamp",
        "A string with this grammar. `media_type`, `path_to` and `path_of` can also be the type of a member.",
        "timestamp";
    Array, "",
        "[Type] 0..=9",
        "An array with a number of items in this range.",
        "[Sentence] 0..=9";
    Map, "map",
        "map Type 0..=9",
        "An object with a number of members in this range, whose names can be any.",
        "map Sentence 0..=9";
}

forms! {
    /// A clause of `access`.
    AccessClause, "clause", Clause;
    Credentials, "credentials",
        "credentials Input;",
        "Declares a kind of credentials: a header, a query parameter, or a group of kind `all_or_none`. A request has at most one kind. Credentials are not inputs of endpoints.",
        "credentials Authorization;";
    None, "credentials none",
        "credentials none;",
        "Lets the program accept requests without credentials, too. Otherwise they get the outcome of `unknown`.",
        "credentials none;";
    Operations, "operations",
        "operations { name, other }",
        "Declares what callers can be permitted to do. An operation belongs to one access.",
        "operations { look, edit, share }";
    Unknown, "unknown",
        "unknown => Outcome;",
        "Answers requests whose credentials are not valid. Its outcome has the status 401.",
        "unknown => Unauthorized;";
    Denied, "denied",
        "denied => Outcome;",
        "Answers requests of callers who lack a permission. Its outcome has the status 403, or 404. If it has a `detail`, that names the operation. Without this line, callers who are known may do everything.",
        "denied => Forbidden;";
    Refuse, "refuse",
        "refuse name => Outcome;",
        "Declares another reason for which the program refuses requests, whatever the permissions, such as too many requests. Its outcome has a status of 400 or more.",
        "refuse limited => TooMany;";
}

forms! {
    /// A setting of `cors`.
    CorsClause, "setting", Clause;
    Origin, "origin",
        r#"origin = "*";"#,
        "Sets the origin that may use the protocol. `*` is any.",
        r#"origin = "*";"#;
    MaxAge, "max_age",
        "max_age = 86400 s;",
        "Sets how long browsers may keep the answer to a preflight request.",
        "max_age = 86400 s;";
}

forms! {
    /// A clause of `unrouted`.
    UnroutedClause, "clause", Clause;
    Path, "path",
        "path => Outcome;",
        "Answers requests to a path that no resource has.",
        "path => NotFound;";
    Reserved, "reserved",
        "reserved => Outcome;",
        "Answers requests to a path that a resource reserves.",
        "reserved => Reserved;";
    Method, "method",
        "method => Outcome;",
        "Answers requests to a resource with a method that it does not have. The generated code sets `Allow`.",
        "method => MethodNotAllowed;";
    Example, "example",
        r#"example name { send GET "/path"; expect Outcome; }"#,
        "Shows a request that reaches no endpoint.",
        r#"example elsewhere { send GET "/books"; expect NotFound; }"#;
}

forms! {
    /// A section of `common`.
    CommonClause, "section", Section;
    Path, "path",
        "path name: segments 1..=64;",
        "Declares a parameter of the paths of those resources that have it.",
        "path name: segments 1..=64;";
    PathPattern, "path",
        r#"path name: pattern "[a-z]+";"#,
        "Declares a parameter whose canonical escaped form is what the regular expression matches as a whole.",
        r#"path digest: pattern "sha256:[0-9a-f]{64}";"#;
    Errors, "errors",
        "errors Object;",
        "Sets the format of errors of these resources.",
        "errors Failed;";
    OtherMethods, "other methods",
        "other methods => Outcome;",
        "Answers requests with a method that a resource does not have.",
        "other methods => NoMethod;";
    Request, "request",
        "request { Input?; … }",
        "Declares inputs of all endpoints of these resources.",
        "request { Client?; }";
    Refuse, "refuse",
        "refuse { condition => Outcome; … }",
        "Declares refusals of all endpoints of these resources. A line about reading a body applies to endpoints with a body only, and `Input malformed` to those with the input.",
        "refuse { failure => Unavailable; }";
    Outcome, "outcome",
        r#"outcome Name = 404 problem "type" { Header; … }"#,
        "Declares a response. It is in scope everywhere, as an outcome outside of resources is.",
        r#"outcome Unavailable = 503 problem "unavailable" { RetryAfter = 10; }"#;
    Example, "example",
        r#"example name { given condition; send GET "/path"; expect Outcome; }"#,
        "Shows an outcome of this part. The request goes to any resource that has the part.",
        "example failed { given note.present and failure; … }";
}

forms! {
    /// A section of `resource`.
    ResourceClause, "section", Section;
    Path, "path",
        "path name: segments 1..=64;",
        "Declares a parameter of the path. It is percent-decoded, must be UTF-8 without control characters and without empty, `.` and `..` segments, and its canonical escaped form has this many bytes.",
        "path name: segments 1..=256;";
    PathPattern, "path",
        r#"path name: pattern "[a-z]+";"#,
        "Declares a parameter of the path whose canonical escaped form is what the regular expression matches as a whole.",
        r#"path digest: pattern "sha256:[0-9a-f]{64}";"#;
    Reserve, "reserve",
        r#"reserve "segment";"#,
        "Excludes paths whose first variable segment is this one.",
        r#"reserve "__status";"#;
    Errors, "errors",
        "errors Object;",
        "Sets the format of errors. All refusals of the resource must have it, except those of an `access`, and so must the outcome of methods that it does not have.",
        "errors Failed;";
    OtherMethods, "other methods",
        "other methods => Outcome;",
        "Answers requests with a method that the resource does not have, instead of the line of `unrouted`. The generated code sets `Allow`.",
        "other methods => NoMethod;";
    Options, "options",
        "options { Header = value; … }",
        "Adds headers to the response to OPTIONS, which the generated code sends.",
        r#"options { Features = "labels,attachments"; … }"#;
    Request, "request",
        "request { Input?; … }",
        "Declares inputs of all endpoints.",
        "request { Client?; }";
    Refuse, "refuse",
        "refuse { condition => Outcome; … }",
        "Declares refusals of all endpoints, which come first. Lines about reading a body apply to endpoints with a body only.",
        "refuse { client.limited => Limited; … }";
    Outcome, "outcome",
        r#"outcome Name = 404 problem "type" { Header; … }"#,
        "Declares a response that all endpoints of the resource can use.",
        r#"outcome TooLarge = 413 problem "too-large" about body;"#;
    Endpoint, "endpoint",
        "endpoint name = GET { … }",
        "Declares what a method does: GET, HEAD, POST, PUT, PATCH or DELETE. The generated code answers OPTIONS. With `when Query is Variant` or `when Query` after the method, it serves only requests in which that query parameter has the variant, or is present.",
        "endpoint follow = GET when View is Live { … }";
}

forms! {
    /// A clause of a resource that is like another.
    VersionClause, "clause", Section;
    Replace, "replace",
        "replace Header with New;",
        "Gives a header or query parameter the name of another one, which has the same grammar. The examples of the other resource are also run with the new names.",
        "replace Title with Caption;";
    Except, "except endpoint",
        "except endpoint name;",
        "Leaves an endpoint out. Its requests get the outcome of `method` in `unrouted`, or reach the endpoint without `when`.",
        "except endpoint follow;";
}

forms! {
    /// A section of `endpoint`.
    EndpointClause, "section", Section;
    Needs, "needs",
        "needs operation(subject) when condition;",
        "Requires a permission. `(subject)` is the path that the operation is about: a parameter of the resource's path, or an input whose grammar is `path_to` or `path_of`; without that input, the permission is not needed. `when` limits it to requests with these inputs.",
        "needs edit(name);";
    Denied, "denied",
        "denied when condition => Outcome;",
        "Answers requests with these inputs whose callers lack a permission, instead of the outcome of `denied` in `access`. Its outcome has the status 401, 403 or 404.",
        "denied when Draft => Withheld;";
    Public, "public",
        "public;",
        "Lets anyone send requests, without credentials.",
        "public;";
    Request, "request",
        "request { Input?; … }",
        "Declares the inputs.",
        "request { From or Start; … }";
    Refuse, "refuse",
        "refuse { condition => Outcome; … }",
        "Declares the refusals, in the order in which they are tested. Their outcomes have a status from 400 to 599.",
        "refuse { note.absent => NotFound; }";
    Answer, "answer",
        "answer { condition => Outcome; … }",
        "Declares the answers to requests that no line of `refuse` matches. Their outcomes have a status below 400.",
        "answer { note.absent => Created; note.present => Replaced; }";
    Outcome, "outcome",
        r#"outcome Name = 200 { Header; … }"#,
        "Declares a response of this endpoint.",
        "outcome Tail = 204 { NextRevision; }";
    Example, "example",
        r#"example name { given condition; send GET "/path"; expect Outcome; }"#,
        r#"Shows a request and its response. It is checked by the compiler and run as a test. With `for name in ["a", "b"]` after the name, it runs once for each text."#,
        r#"example bad_level for level in ["10", "-1"] { … }"#;
}

forms! {
    /// A clause of `request`.
    RequestClause, "input", Request;
    Required, "",
        "Name;",
        "Requires a header, query parameter or group.",
        "Title;";
    Optional, "",
        "Name?;",
        "Allows a header, query parameter or group to be absent. `Name` is then a condition.",
        "Level?;";
    Default, "",
        "Name or Default;",
        "Uses the default if the input is absent: a number, a text, a variant, a declared media type or a sentinel.",
        "From or Start;";
    UnlessBodyEmpty, "",
        "Name unless body.empty;",
        "Requires the input if the request has a body, and otherwise does not read it.",
        "ContentType unless body.empty;";
    UnlessMalformed, "",
        "Name unless malformed;",
        "Reads a malformed input as if it were absent.",
        "Upgrade unless malformed;";
    Body, "body",
        "body ..= limits.name;",
        "Reads a body up to a limit. A longer one makes `body.too_large` true.",
        "body ..= limits.note;";
    StreamedBody, "body stream",
        "body stream ..= limits.name;",
        "Lets the handler read the body in pieces, as it arrives. A body that exceeds the limit, or that can't be read to its end, gets the outcome of its line, whatever the handler returns. Of the conditions on bodies, `body.empty` can't be used.",
        "body stream ..= limits.attachment;";
    JsonBody, "body json",
        "body json Name ..= limits.name;",
        "Reads a JSON object up to a limit. A body that is not such an object is malformed; the problem tells every violation with its JSON Pointer.",
        "body json NewNote ..= limits.note;";
    OptionalJsonBody, "body json",
        "body json Name? ..= limits.name;",
        "Reads a JSON object, or nothing if the body is empty. `body.empty` is then a condition.",
        "body json Filter? ..= limits.note;";
    MemberlessJsonBody, "body json",
        "body json Name or {} ..= limits.name;",
        "Reads an empty body as an object without members.",
        "body json Closing or {} ..= limits.note;";
}

forms! {
    /// A clause of `options`.
    OptionsClause, "clause", Outcome;
    Fixed, "",
        "Header = value;",
        r#"Sends the header with this value: a text `"…"`, a number, a media type, or a variant of `one_of`."#,
        r#"Features = "labels,attachments";"#;
    Limit, "",
        "Header = limits.name;",
        "Sends the value of a limit, a number of bytes or a count, as it is where the server runs.",
        "MaxSize = limits.attachment;";
}

forms! {
    /// A clause of `outcome` or `every response`.
    OutcomeClause, "clause", Outcome;
    Always, "",
        "Header;",
        "Sends the header with a value from the handler. A flag has its own value.",
        "NextRevision;";
    Optional, "",
        "Header?;",
        "Sends the header if the handler returns a value. In `every response`, whatever sends the response adds it.",
        "Draft?;";
    Fixed, "",
        "Header = value;",
        r#"Sends the header with this value: a text `"…"`, a number, a media type, or a variant of `one_of`. An input with the grammar `accept` stands for the media type that it chooses."#,
        "ContentType = Accept;";
    Bytes, "body bytes",
        "body bytes;",
        "Sends a body from the handler.",
        "body bytes;";
    Events, "body events",
        "body events Name;",
        "Sends a stream of events.",
        "body events Changes;";
    Json, "body json",
        "body json Name;",
        "Sends a JSON object. The content type is `application/json` unless the outcome has another one.",
        "body json ShownNote;";
}

forms! {
    /// A clause of `example`.
    ExampleClause, "clause", Clause;
    Given, "given",
        r#"given condition { PUT "/path"; … }"#,
        "Assumes states, facts, `failure`, `body.stalled` or `body.crowded`, joined with `and` and `not`. The compiler checks that they allow the expected line; anything that is not assumed can be true. A line of the endpoint must test each of them. Requests in braces are sent first, so that the assumption is true when the example runs; a state that they make true need not be tested.",
        "given note.present and precondition.failed;";
    GivenLimit, "given limits",
        "given limits.name = 4 KiB;",
        "Sets a limit for this example.",
        "given limits.note = 2 B;";
    GivenCaller, "given",
        "given Access permits operation, other;",
        "Assumes that the caller may do only this, on every path, or `nothing`. `given Access unknown;` assumes that the credentials are not valid; the name of another refusal assumes that. Without this clause, the caller may do everything.",
        "given Member permits look;";
    Send, "send",
        r#"send POST "/path" { Header = "text"; … }"#,
        "Sends a request. Its query parameters are in the braces, as its headers are.",
        r#"send GET "/notes/a" { From = "now"; }"#;
    Expect, "expect",
        r#"expect Outcome { Header = "text"; … }"#,
        "Expects this outcome.",
        r#"expect Unavailable { RetryAfter = "10"; }"#;
}

forms! {
    /// A clause of `send`.
    SendClause, "clause", Clause;
    Value, "",
        r#"Name = "text";"#,
        "Sends a header or query parameter. In an example with `for name`, the name is a text too.",
        r#"Level = level;"#;
    Body, "body",
        r#"body = "text";"#,
        "Sends a body.",
        r#"body = "text";"#;
    JsonBody, "body",
        r#"body = json { "name": 1, … };"#,
        "Sends a JSON document. In an example with `for name`, the name is a string in it.",
        r#"body = json { "title": "list", … };"#;
}

forms! {
    /// A clause of `expect`.
    ExpectClause, "clause", Clause;
    Is, "",
        r#"Header = "text";"#,
        "Expects the header with this value.",
        r#"RetryAfter = "10";"#;
    Present, "",
        "Header;",
        "Expects the header with any value.",
        "NextRevision;";
    Absent, "not",
        "not Header;",
        "Expects a response without the header.",
        "not Draft;";
    Body, "body",
        r#"body = "text";"#,
        "Expects this body. A body of events begins with the text.",
        r#"body = "event: text";"#;
    JsonBody, "body",
        r#"body = json { "name": 1, … };"#,
        "Expects this JSON document. `_` stands for any value.",
        r#"body = json { "title": "list", … };"#;
}
