//! Generated code: what a declaration becomes, and what the program must then supply.

/// A row of the table.
pub struct Duty {
    /// The declaration.
    pub declared: &'static str,
    /// The generated code.
    pub generated: &'static str,
    /// The code that the program must supply. Without it, the program does not compile.
    pub supplied: &'static str,
    /// A part of what is generated from the sample, without white space.
    pub shown: &'static str,
}

/// All rows.
pub const DUTIES: &[Duty] = &[
    Duty {
        declared: "limits { name = …; }",
        generated: "a field of `Limits`, and its variable `LIMIT_NAME`",
        supplied: "the use of the limit, unless it is the limit of a body",
        shown: "pubconstPREFIX:&::core::primitive::str=\"LIMIT_\"",
    },
    Duty {
        declared: "value Name, offset Name, or a grammar of its own",
        generated: "a type `Name` whose values match the grammar",
        supplied: "nothing",
        shown: "pubstructPriority(::wire::Int53);",
    },
    Duty {
        declared: "state name { … }",
        generated: "an enum `NameState`, and a method `name` of `Facts` in each endpoint that has a line about it",
        supplied: "the method",
        shown: "fnnote(&self)->super::super::NoteState;",
    },
    Duty {
        declared: "fact subject.predicate",
        generated: "a method `subject_predicate` of `Facts` in each endpoint that has a line about it",
        supplied: "the method",
        shown: "fnprecondition_failed(&self)->bool;",
    },
    Duty {
        declared: "edge fact subject.predicate(Input)",
        generated: "a method `subject_predicate` of the trait `Edge`",
        supplied: "the method",
        shown: "fnclient_limited(&self,",
    },
    Duty {
        declared: "subject.predicate => Outcome, with an edge fact and an outcome that needs data",
        generated: "a method of the trait `Edge` that returns the outcome",
        supplied: "the method",
        shown: "fnnote_limited(&self,source:&impl::wire::Source)",
    },
    Duty {
        declared: "access Name { … }",
        generated: "a module `name` with `Credentials`, `Operation` and, with `denied`, the trait `Grant`; a type and a method of the trait `Edge`; `admit` is then async, and returns an `Admission` with the `Caller`",
        supplied: "the type `Name`, which implements `Grant`, and the method `name`, which verifies the credentials",
        shown: "fnpermits(&self,operation:Operation,path:Option<&str>)->bool;",
    },
    Duty {
        declared: "resource Name at …",
        generated: "a module `name` with the trait `Service`, the function `serve`, which answers a request, and a variant of `Route`",
        supplied: "an implementation of `Service`, and a match arm for `Route::Name`",
        shown: "Note(note::Route),",
    },
    Duty {
        declared: "resource Name at … like Other",
        generated: "a module `name`, which leads requests to the endpoints of `Other` and translates their names",
        supplied: "nothing",
        shown: "pubmodpage{",
    },
    Duty {
        declared: "endpoint name = METHOD { … }",
        generated: "a module `name` with the struct `Request`, the function `decide`, which returns a `Decision`, and the enum `Outcome`",
        supplied: "the method `name` of `Service`, which opens the request with `take!`",
        shown: "fnwrite(&self,request:::wire::Asked<write::Request>,)",
    },
    Duty {
        declared: "request { Name?; … }",
        generated: "a field of `Request`: `Option<Name>`, or `Name` if the input is always present",
        supplied: "the name of the field in `take!`",
        shown: "pubstructRequest{",
    },
    Duty {
        declared: "body stream ..= limits.name",
        generated: "a second argument of the handler, from which it reads the pieces of the body",
        supplied: "a body that implements `wire::Chunks`, and `From<wire::Unread>` for the type `Failure` of the `Service`",
        shown: "body:&mut::wire::Streamed<impl::wire::Chunks>,",
    },
    Duty {
        declared: "outcome Name = 200 { Header; Other?; … }",
        generated: "a struct `Name` with a field for each value that the handler must supply, and a variant of `Decision`. A refusal without such values is a variant of `Ready` instead",
        supplied: "a match arm for the decision, with a value for each field",
        shown: "pubstructCreated{",
    },
    Duty {
        declared: "outcome Name = 409 error Code(member, other?)",
        generated: "fields of the struct `Name` for these members",
        supplied: "a value for each field",
        shown: "pubmessage:::wire::names::Option<super::super::Sentence>,",
    },
    Duty {
        declared: "callback name = POST { … }",
        generated: "a module `name` with the struct `Request`, whose `write` returns the request as data, and the enum `Response`, whose `read` reads the answer",
        supplied: "the sending of the request, and the values of its headers and its body",
        shown: "pubfnsign(mutself,signature:super::Signature)->::wire::Outgoing{",
    },
    Duty {
        declared: "message Name = json { … }",
        generated: "a struct `Name` with `to_json` and `from_json`",
        supplied: "nothing",
        shown: "pubfnto_json(",
    },
    Duty {
        declared: "example name { … }",
        generated: "an element of `EXAMPLES`",
        supplied: "a test that sends the examples",
        shown: "pubstaticEXAMPLES:&[::wire::Example]",
    },
];
