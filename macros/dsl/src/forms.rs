//! The forms of the language: every item, section, clause and grammar, how it is written and what it means.
//!
//! The parser reads the first words of a clause with these tables, a syntax error shows the form of its clause, and
//! docs/language.md lists them. So a form is described in one place.

mod callback;
mod clause;
mod condition;
mod duty;
mod grammar;
mod item;

pub use callback::{
    CallbackClause, CallbackExampleClause, CallbackExpectClause, CallbackRequestClause, CallbackResponseClause,
    MessageClause,
};
pub use clause::{
    AccessClause, CommonClause, CorsClause, EndpointClause, ErrorsClause, EventClause, ExampleClause, ExpectClause,
    LimitsClause, MemberClause, MemberType, OffsetClause, OptionsClause, OutcomeClause, ProtocolClause, RequestClause,
    ResourceClause, SendClause, UnroutedClause, VersionClause,
};
pub use condition::{Condition, Line};
pub use duty::{DUTIES, Duty};
pub use grammar::{Grammar, GroupKind, Nested, Unit};
pub use item::Item;

pub use crate::foreign::Site;

/// How one construct is written, and what it means.
#[derive(Debug)]
pub struct Form {
    /// The words that it begins with. Empty if it begins with a name.
    pub words: &'static str,
    /// Its words and punctuation as they are written, with names such as `Name` and texts such as `"name"` in the places of
    /// those that an author chooses, and with `…` for further clauses.
    pub form: &'static str,
    /// One or more sentences.
    pub meaning: &'static str,
    /// A use of it. `…` stands for clauses that are left out.
    pub example: &'static str,
}

/// The constructs that are allowed in one place of a spec.
pub trait Construct: Copy + 'static {
    /// The name of such a construct in messages, such as "section".
    const WHAT: &'static str;
    /// Where words of other languages are likely to be written instead.
    const SITE: Site;
    /// All of them, in the order of docs/language.md.
    const ALL: &'static [Self];

    /// How it is written, and what it means.
    fn form(self) -> &'static Form;
}

/// Returns the forms of one place.
pub(crate) fn of<C: Construct>() -> impl Iterator<Item = &'static Form> {
    C::ALL.iter().map(|construct| construct.form())
}

/// Returns the construct that begins with `word`, if possible with no other word.
pub(crate) fn beginning<C: Construct>(word: &str) -> Option<C> {
    let all = || C::ALL.iter().copied();
    let first = |construct: &C| construct.form().words.split(' ').next() == Some(word);
    all().find(|construct| construct.form().words == word).or_else(|| all().find(first))
}

/// Returns the first words of the constructs of one place, each once.
pub(crate) fn words<C: Construct>() -> Vec<&'static str> {
    let mut words: Vec<_> = of::<C>().filter_map(|form| form.words.split([' ', '.']).next()).collect();
    words.retain(|word| !word.is_empty());
    words.dedup();
    words
}

/// Returns where `word` begins a construct, such as "in `resource`".
pub(crate) fn places(word: &str) -> Vec<String> {
    let begins = |section: &&Section| section.forms.iter().any(|form| form.words == word);
    let lower = |section: Section| section.heading.replacen("In ", "in ", 1);
    reference()
        .into_iter()
        .filter(|section| section.heading.starts_with("In "))
        .filter(|section| begins(&section))
        .map(lower)
        .collect()
}

/// Declares a kind of construct and its table.
macro_rules! forms {
    (
        $(#[doc = $doc:literal])+
        $kind:ident, $what:literal, $site:ident;
        $($variant:ident, $words:literal, $form:literal, $meaning:literal, $example:literal;)+
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $kind { $(#[doc = $meaning] $variant,)+ }

        impl $crate::forms::Construct for $kind {
            const WHAT: &'static str = $what;
            const SITE: $crate::foreign::Site = $crate::foreign::Site::$site;
            const ALL: &'static [Self] = &[$(Self::$variant,)+];

            fn form(self) -> &'static $crate::forms::Form {
                match self {
                    $(Self::$variant => &$crate::forms::Form {
                        words: $words,
                        form: $form,
                        meaning: $meaning,
                        example: $example,
                    },)+
                }
            }
        }
    };
}
use forms;

/// A table of docs/language.md.
pub struct Section {
    /// The heading.
    pub heading: &'static str,
    /// The sentences above the table.
    pub text: &'static str,
    /// The rows.
    pub forms: Vec<&'static Form>,
}

/// All tables, in the order of docs/language.md.
#[must_use]
pub fn reference() -> Vec<Section> {
    fn section<C: Construct>(heading: &'static str, text: &'static str) -> Section {
        Section { heading, text, forms: of::<C>().collect() }
    }
    vec![
        section::<Item>("Items", "A spec consists of these items, in any order."),
        section::<ProtocolClause>("In `protocol`", "`problems` is optional. The default is `about:blank#`."),
        section::<LimitsClause>("In `limits`", ""),
        section::<Unit>("Units", "A number without a unit is a count."),
        section::<Grammar>(
            "Grammars",
            "A grammar describes the texts that a header or query parameter may contain. A header is a line of bytes; a query \
             parameter is percent-decoded first and must then be UTF-8. A text outside the grammar is a violation, so the line \
             `malformed` applies. The grammars of the first nine rows define a type and can also be the grammar of a `value`.",
        ),
        section::<OffsetClause>("In `offset`", "`format` is required."),
        section::<GroupKind>("Kinds of `group`", "All members are headers, or all are query parameters."),
        section::<EventClause>("In `events`", ""),
        section::<AccessClause>(
            "In `access`",
            "`credentials`, `operations` and `unknown` are required. The program verifies the credentials of a request once, before \
             anything else of it is checked.",
        ),
        section::<MemberClause>(
            "In `object`, and in `json` of an event",
            "The name of a member is its name in JSON. Groups and `unknown` concern only objects in requests.",
        ),
        section::<MemberType>("Types of members", "A violation has the JSON Pointer of its value."),
        section::<ErrorsClause>(
            "In `errors`",
            "A member of a member is written with a point. `code` and `message` are required, and all are members of one object. An \
             array on the way has one item.",
        ),
        section::<CorsClause>("In `cors`", "Both are required."),
        section::<UnroutedClause>(
            "In `unrouted`",
            "`path` and `method` are required, and `reserved` if a resource reserves a segment. Their outcomes have a status from \
             400 to 599 and need no data.",
        ),
        section::<CommonClause>(
            "In `common`",
            "A common part applies to the resources that name it behind `with`. Its inputs and lines come before those of the resource, \
             in the order of the names.",
        ),
        section::<ResourceClause>(
            "In `resource`",
            "`request` and `refuse` apply to all endpoints of the resource: their inputs and lines come before those of the \
             endpoint.",
        ),
        section::<VersionClause>(
            "In `resource … like`",
            "A resource like another may have any number of these clauses.",
        ),
        section::<OptionsClause>(
            "In `options`",
            "The generated code answers OPTIONS with 204, `Allow`, the headers of `cors`, and these.",
        ),
        section::<EndpointClause>("In `endpoint`", "`request`, `refuse` and `answer` are allowed once each."),
        section::<RequestClause>(
            "In `request`",
            "Each line declares an input of the endpoint. A flag is always optional.",
        ),
        section::<Line>("In `refuse` and `answer`", ""),
        section::<Condition>("Conditions", "`not` binds tightest, then `and`, then `or`. Parentheses group."),
        section::<OutcomeClause>(
            "In `outcome` and `every response`",
            "An outcome is a struct whose fields are the values that its headers and its body need.",
        ),
        section::<CallbackClause>("In `callback`", "A callback is a request that the server sends to another one."),
        section::<CallbackRequestClause>("In `request` of a callback", ""),
        section::<CallbackResponseClause>("In `response`", ""),
        section::<CallbackExampleClause>("In `example` of a callback", "All are required."),
        section::<CallbackExpectClause>("In `expect` of a callback", "Only what an answer can lack is shown."),
        section::<MessageClause>("In `message`", "A message has the clauses of an object, and examples."),
        section::<ExampleClause>("In `example`", "`send` and `expect` are required."),
        section::<SendClause>("In `send` and in the requests of `given`", ""),
        section::<ExpectClause>(
            "In `expect`",
            "An example names each header that its outcome always sends with a value from the handler.",
        ),
        section::<Nested>("In lists", ""),
    ]
}
