//! Lines and their conditions.

use super::forms;

forms! {
    /// A line of `refuse` or `answer`.
    Line, "line", Line;
    Line, "",
        "condition => Outcome;",
        "Sends the outcome if the condition is true and no line above it applies.",
        "note.absent => NotFound;";
}

forms! {
    /// A condition.
    Condition, "condition", Line;
    Always, "always",
        "always",
        "True. It matches every request that the lines above it leave over, and stands alone in a line.",
        "always";
    Malformed, "malformed",
        "malformed",
        "An input breaks its grammar, is missing, or is not allowed with the others. It stands alone in a line of `refuse`, and its outcome has a problem, which lists all violations.",
        "malformed";
    InputMalformed, "",
        "Input malformed",
        "This input breaks its grammar, is missing, or is not allowed with the others. It stands alone in a line of `refuse`.",
        "IfMatch malformed";
    Failure, "failure",
        "failure",
        "The handler failed. It stands alone in a line of `refuse`.",
        "failure";
    TooLarge, "body.too_large",
        "body.too_large",
        "The body exceeds its limit. It stands alone in a line of `refuse`, as do `body.stalled` (the client stopped sending) and `body.crowded` (the server has no memory for the body).",
        "body.too_large";
    Empty, "body.empty",
        "body.empty",
        "The body is empty.",
        "body.empty";
    Present, "",
        "Input",
        "An input that is declared with `?` is present. A flag is present if it has its value.",
        "IfMatch and";
    Is, "",
        "Input is Variant",
        "A query parameter or header has a variant of its `one_of`, a sentinel of its offset, or a declared media type.",
        "From is Now";
    State, "",
        "subject.state",
        "The subject of a `state` is in this state.",
        "note.absent";
    Fact, "",
        "subject.predicate",
        "A `fact` is true. Edge facts can be joined only with each other, only in `refuse`, and come before all lines that need the handler.",
        "precondition.failed";
    Not, "not",
        "not condition",
        "The condition is false.",
        "not note.absent";
    And, "",
        "condition and condition",
        "Both are true.",
        "IfMatch and precondition.failed";
    Or, "",
        "condition or condition",
        "At least one is true.",
        "note.present or note.locked";
}
