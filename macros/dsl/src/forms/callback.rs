//! The clauses of requests that the server sends, and of messages that it writes.

use super::forms;

forms! {
    /// A section of `callback`.
    CallbackClause, "section", Clause;
    Request, "request",
        "request { Header; … body json Name; }",
        "Declares what the server sends. It is required.",
        "request { UserAgent = \"notes\"; … }";
    Response, "response",
        "response Name = 200..=299 { Header?; … }",
        "Declares an answer that the server understands, by one status or a range. All other answers are `Other`.",
        "response Told = 200..=299 { RetryAfter?; … }";
    Example, "example",
        "example name { send { … } answer 200 { … } expect Name; }",
        "Shows what the server sends, what it gets as an answer, and how it reads that. It is checked by the compiler and run as a test.",
        "example told { send { … } answer 202 { … } expect Told { … } }";
}

forms! {
    /// A clause of `request` in a callback.
    CallbackRequestClause, "clause", Outcome;
    Fixed, "",
        "Header = value;",
        "Sends the header with this value.",
        "UserAgent = \"notes\";";
    Given, "",
        "Header;",
        "Sends the header with a value from the program.",
        "Writer;";
    Optional, "",
        "Header?;",
        "Sends the header if the program has a value.",
        "Features?;";
    Signature, "",
        "Header signs body;",
        "Sends the header with a value that the program computes from the bytes of the body.",
        "Signature signs body;";
    Body, "body json",
        "body json Name;",
        "Sends a JSON object. The content type is `application/json` unless the callback has another one.",
        "body json Notice;";
}

forms! {
    /// A clause of `response` in a callback.
    CallbackResponseClause, "clause", Outcome;
    Required, "",
        "Header;",
        "Reads the header. An answer without it, or with another value than its grammar allows, is `Other`.",
        "NextRevision;";
    Optional, "",
        "Header?;",
        "Reads the header, if its value matches its grammar.",
        "RetryAfter?;";
    Body, "body json",
        "body json Name ..= limits.name;",
        "Reads a JSON object up to a limit. An answer with another body is `Other`.",
        "body json Receipt ..= limits.note;";
    LenientBody, "body json",
        "body json Name unless malformed ..= limits.name;",
        "Reads a JSON object up to a limit. Another body counts as none.",
        "body json Receipt unless malformed ..= limits.note;";
}

forms! {
    /// A clause of `example` in a callback.
    CallbackExampleClause, "clause", Clause;
    Send, "send",
        "send { Header = \"text\"; body = json { … }; }",
        "Shows the values that the program supplies.",
        "send { Writer = \"w\"; … }";
    Answer, "answer",
        "answer 200 { Header = \"text\"; body = \"text\"; }",
        "Shows the answer.",
        "answer 202 { RetryAfter = \"10\"; … }";
    Expect, "expect",
        "expect Name { Header; not body; }",
        "Shows which response the answer is, or `Other`, and which of its optional headers and whether its body are read.",
        "expect Told { RetryAfter; not body; }";
}

forms! {
    /// A clause of `expect` in a callback.
    CallbackExpectClause, "clause", Outcome;
    Present, "",
        "Header;",
        "Shows that the header is read. `body;` shows the same of the body.",
        "RetryAfter;";
    Absent, "not",
        "not Header;",
        "Shows that the header is absent or malformed. `not body;` shows the same of the body.",
        "not body;";
}

forms! {
    /// A clause that a message has besides those of an object.
    MessageClause, "clause", Member;
    Example, "example",
        "example name = json { \"name\": 1, … };",
        "Shows a message. It is checked by the compiler and run as a test: read, written, and compared.",
        "example told = json { \"title\": \"list\", \"locked\": true };";
}
