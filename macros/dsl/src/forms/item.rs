//! The items of a spec.

use super::forms;

forms! {
    /// An item of a spec.
    Item, "item", Item;
    Protocol, "protocol",
        r#"protocol Name { problems = "urn:name:problem:"; }"#,
        "Names the protocol.",
        r#"protocol Notes { problems = "urn:notes:problem:"; }"#;
    Limits, "limits",
        "limits { name = 4 MiB; … }",
        "Declares named amounts with their defaults. Operators override a limit with the variable `LIMIT_NAME`.",
        "limits { … readers = 100; }";
    Offset, "offset",
        "offset Name { format = hex[16]; … }",
        "Declares a type for positions: an integer up to 2^53-1 with a fixed number of digits, so that the order of texts is the order of positions.",
        "offset Revision { format = hex[16]; … }";
    Media, "media",
        r#"media Name = "type/subtype";"#,
        r#"Names a media type, or with `"type/*"` a range of them."#,
        r#"media Plain = "text/plain";"#;
    Value, "value",
        "value Name = grammar;",
        "Names a type that several headers, query parameters or events share.",
        "value Priority = u53 0..=9;";
    Header, "header",
        r#"header Name = "name": grammar;"#,
        "Declares a header for requests and responses. Its wire name is lowercase.",
        r#"header Title = "notes-title": text 1..=80;"#;
    Query, "query",
        r#"query Name = "name": grammar;"#,
        "Declares a query parameter.",
        r#"query From = "from": Revision or sentinel;"#;
    Group, "group",
        "group Name = all_or_none { A, B }",
        "Declares which headers, or which query parameters, may be sent together.",
        "group Sequence = all_or_none { Writer, WriterSeq }";
    State, "state",
        "state name { a, b }",
        "Declares a subject with one of several states. The handler returns the state; it does so only if a line needs it.",
        "state note { absent, present, locked }";
    Fact, "fact",
        "fact subject.predicate;",
        "Declares a condition that the handler decides from the whole request.",
        "fact precondition.failed;";
    EdgeFact, "edge fact",
        "edge fact subject.predicate(Input);",
        "Declares a condition that is decided before the handler runs, from the head of the request or from one header or query parameter of it. `(Input)` is optional.",
        "edge fact client.limited(Client);";
    Access, "access",
        "access Name { credentials Input; operations { … } unknown => Outcome; … }",
        "Declares how callers prove who they are, and what they can be permitted to do. In a spec with an access, each endpoint has `needs` or `public`.",
        "access Member { credentials Authorization; … }";
    Object, "object",
        "object Name { member: Type; … }",
        "Declares a JSON object for bodies of requests and responses.",
        "object NewNote { title: Label; … }";
    Callback, "callback",
        "callback name = POST { request { … } response Name = 200 { … } … }",
        "Declares a request that the server sends, and the answers that it understands.",
        "callback tell = POST { request { … } … }";
    Message, "message",
        "message Name = json { member: Type; … }",
        "Declares a JSON object that the server writes, for example into a stream.",
        "message Alert = json { title: Label; … }";
    Errors, "errors",
        "errors Object { code = member; message = member; … }",
        "Makes a JSON object the format of errors. Outcomes with `error` have it.",
        "errors Failed { code = error.code; message = error.message; … }";
    Events, "events",
        r#"events Name { event Name = "name": payload; … }"#,
        "Declares the server-sent events of a response.",
        r#"events Changes { event Text = "text": payload; … }"#;
    Cors, "cors",
        r#"cors { origin = "*"; max_age = 86400 s; }"#,
        "Lets browsers of other origins use the protocol. The lists of headers and methods follow from the spec.",
        r#"cors { origin = "*"; max_age = 86400 s; }"#;
    EveryResponse, "every response",
        "every response { Header = value; … }",
        "Adds headers to all responses.",
        "every response { Version = 1; }";
    Outcome, "outcome",
        r#"outcome Name = 404 problem "type" about Input detail { Header; … }"#,
        "Declares a response: its status, its problem (RFC 9457), its headers and its body. All parts after the status are optional. It is in scope in the resource or endpoint that declares it, or everywhere. `about Input` or `about body` names the cause in the problem, and `detail` adds a text from the handler. `error Code(member, other?)` takes the place of the problem if the spec has `errors`: the handler supplies these members.",
        r#"outcome NotFound = 404 problem "not-found";"#;
    Unrouted, "unrouted",
        "unrouted { path => Outcome; method => Outcome; … }",
        "Answers requests that reach no endpoint.",
        "unrouted { path => NotFound; reserved => Reserved; method => MethodNotAllowed; … }";
    Common, "common",
        "common Name { request { Input?; … } refuse { condition => Outcome; … } … }",
        "Declares inputs, refusals, outcomes and examples once for several resources.",
        "common Basics { request { Client?; } … }";
    Resource, "resource",
        r#"resource Name at "/path/{name}" with Common { … }"#,
        "Declares what is at a path. `{name}` is one segment, and `{name..}` at the end is one or more. The most specific path wins. `with` is optional, and names common parts, separated by commas.",
        r#"resource Note at "/notes/{name..}" with Basics { … }"#;
    Version, "resource",
        r#"resource Name at "/path/{name}" like Other { replace Header with New; … }"#,
        "Declares a second path for the endpoints of another resource, with its path parameters. Requests go to the same handlers. Headers with `path_to Other` in responses contain the path of this resource, and those in requests may name a path of any of the two.",
        r#"resource Page at "/pages/{name..}" like Note { … }"#;
}
