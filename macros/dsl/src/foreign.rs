//! Words and marks of other languages, and what their authors mean here.
//!
//! People who have written OpenAPI, TypeSpec, Smithy, protobuf or Rust write these at first.

/// Where in a spec a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// As an item, or behind the form of an item.
    Item,
    /// As a section of a resource or an endpoint.
    Section,
    /// As a clause of another item.
    Clause,
    /// As a member of an event.
    Member,
    /// As an input.
    Request,
    /// As a header of an outcome.
    Outcome,
    /// As a line or its condition.
    Line,
    /// As a grammar.
    Grammar,
    /// As the unit of a limit.
    Unit,
    /// Anywhere.
    Any,
}

/// A row: words, where they are written, and the help. A row for one site goes before a row for any.
type Row = (&'static [&'static str], Site, &'static str);

const RESOURCE: &str = "you mean `resource Name at \"/path/{name}\" { … }`";
const COMMON: &str = "you mean `common Name { request { … } refuse { … } }`, and `resource … at \"…\" with Name { … }`";
const LIKE: &str = "you mean `resource Name at \"/path/{name}\" like Other { replace Header with New; }`";
const WITH: &str = "common parts are named behind the path: `resource Name at \"/path/{name}\" with Common { … }`";
const ENDPOINT: &str = "you mean `endpoint name = GET { … }`, in a `resource`";
const QUERY: &str = "you mean `query Name = \"name\": grammar;` as an item, and `Name?;` in `request`";
const OUTCOME: &str = "you mean `outcome Name = 200 { … }`, with `condition => Name;` in `answer`";
const REFUSAL: &str = "you mean `outcome Name = 400 problem \"type\";`, with `condition => Name;` in `refuse`";
const CALLBACK: &str = "you mean the item `callback name = POST { request { … } response Name = 200; }`";
const MESSAGE: &str = "you mean `message Name = json { … }`";
const INPUT: &str = "you mean `request { Name; Other?; body ..= limits.name; }`";
const DOCS: &str = "documentation is a doc comment, `/// …`, above what it describes";
const ONE_OF: &str = "you mean `one_of { Name = \"text\", Other = \"other\" }`";
const LINE: &str = "a line begins with its condition: `condition => Outcome;`";
const UNCONDITIONAL: &str = "you mean `always => Outcome;`, which matches what the lines above it leave over";
const PRESENCE: &str =
    "whether an input must be present is declared in `request`: `Name;` is required, `Name?;` is optional";
const BOUNDS: &str = "bounds are a part of the grammar: `text 1..=80` or `u53 0..=9`";

/// One row for each meaning.
const ROWS: &[Row] = &[
    // Structure.
    (
        &["openapi", "swagger", "info", "api", "title"],
        Site::Item,
        "you mean `protocol Name { problems = \"urn:name:problem:\"; }`",
    ),
    (
        &["service", "interface", "namespace", "route", "routes", "path", "paths", "controller", "@route", "@service"],
        Site::Item,
        RESOURCE,
    ),
    (
        &["@route", "route", "paths", "uri", "url"],
        Site::Section,
        "the path is a part of the resource: `resource Name at \"/path/{name}\" { … }`",
    ),
    (&["operation", "op", "rpc", "function", "fn", "handler", "method", "action"], Site::Item, ENDPOINT),
    (
        &["operation", "op", "rpc", "function", "fn", "handler", "method", "action"],
        Site::Section,
        "you mean `endpoint name = GET { … }`",
    ),
    (
        &[
            "get", "head", "post", "put", "patch", "delete", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "@get",
            "@head", "@post", "@put", "@patch", "@delete", "@http",
        ],
        Site::Any,
        ENDPOINT,
    ),
    (
        &["model", "struct", "structure", "record", "schema", "schemas", "class", "type", "dto", "components"],
        Site::Item,
        "you mean `object Name { member: Type; … }` for JSON, or `value Name = grammar;` for one text or number",
    ),
    (&["enum", "@enum"], Site::Item, "you mean `value Name = one_of { A = \"a\", B = \"b\" };`"),
    (
        &["oneof", "union", "anyOf", "oneOf"],
        Site::Item,
        "you mean `group Name = at_most_one { A, B }`, or `value Name = one_of { A = \"a\", B = \"b\" };`",
    ),
    (&["scalar", "typedef", "alias", "define"], Site::Item, "you mean `value Name = grammar;`"),
    (
        &["const", "constant", "let", "var", "static", "config", "setting", "settings", "option"],
        Site::Item,
        "you mean `limits { name = 100; }`",
    ),
    (&["mixin", "trait", "abstract", "base", "shared", "template", "fragment", "apply"], Site::Item, COMMON),
    (&["extends", "inherits", "inherit", "extend", "version", "versions", "@versioned", "v2"], Site::Item, LIKE),
    (&["extends", "inherits", "inherit", "extend", "like", "version", "@versioned"], Site::Section, LIKE),
    (&["with", "include", "includes", "mixin", "use", "import", "@with", "common", "apply"], Site::Section, WITH),
    (
        &["import", "include", "use", "using", "package", "syntax", "module", "mod"],
        Site::Item,
        "a spec needs no imports; if it is in several files, you mean `part name;`, for the `part! { … }` in name.rs",
    ),
    (
        &["part"],
        Site::Any,
        "a part is a line of its own between items or in a resource: `part name;` for name.rs, or `part folder::name;`",
    ),
    (
        &["test", "scenario", "case"],
        Site::Item,
        "you mean `example name { send GET \"/path\"; expect Outcome; }`, in an `endpoint`",
    ),
    (
        &["test", "scenario", "case", "examples"],
        Site::Section,
        "you mean `example name { send GET \"/path\"; expect Outcome; }`",
    ),
    // Requests.
    (&["param", "parameter", "parameters", "arg", "args", "@query", "@param"], Site::Item, QUERY),
    (
        &[
            "param",
            "parameter",
            "parameters",
            "arg",
            "args",
            "@query",
            "@param",
            "query",
            "header",
            "headers",
            "@header",
        ],
        Site::Section,
        "you mean `request { Name?; }`, with `query Name = \"name\": grammar;` or `header …` as an item",
    ),
    (
        &["query", "header", "param", "parameter", "in", "from"],
        Site::Request,
        "declare `header Name = \"name\": grammar;` or `query …` as an item, and write `Name;` or `Name?;` here",
    ),
    (&["@header"], Site::Item, "you mean `header Name = \"name\": grammar;`"),
    (&["@path"], Site::Any, "you mean `path name: segments 1..=64;`, in a `resource`"),
    (&["input", "inputs", "requestBody", "body", "@body", "consumes", "accepts"], Site::Section, INPUT),
    (
        &["input", "inputs", "requestBody", "body", "@body"],
        Site::Item,
        "you mean `request { body ..= limits.name; }`, in an `endpoint`",
    ),
    (
        &[
            "security",
            "auth",
            "authentication",
            "authorization",
            "securitySchemes",
            "apiKey",
            "permissions",
            "roles",
            "scopes",
            "@useAuth",
            "@auth",
        ],
        Site::Item,
        "you mean `access Name { credentials Header; operations { read } unknown => Outcome; denied => Outcome; }`",
    ),
    (
        &[
            "security",
            "auth",
            "authorization",
            "authorize",
            "permission",
            "permissions",
            "permit",
            "role",
            "roles",
            "scope",
            "scopes",
            "need",
            "requires",
            "@useAuth",
            "@auth",
        ],
        Site::Section,
        "you mean `needs operation(path);`, with an operation of an `access`",
    ),
    (&["anonymous", "unauthenticated", "open"], Site::Section, "you mean `public;`"),
    (&["scopes", "roles", "permissions", "ops"], Site::Clause, "you mean `operations { read, write }`"),
    (&["required", "@required"], Site::Request, "you mean `Name;`: an input is required unless it has a `?`"),
    (&["optional", "nullable", "@optional"], Site::Request, "you mean `Name?;`"),
    (&["default", "="], Site::Request, "you mean `Name or Default;`, with a number, a text or a name"),
    (&["required", "optional", "nullable", "@required", "?", "!"], Site::Item, PRESENCE),
    (
        &[
            "min",
            "max",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "range",
            "length",
            "pattern",
            "@minLength",
            "@maxLength",
            "@minValue",
            "@maxValue",
            "@length",
            "@range",
            "@pattern",
        ],
        Site::Any,
        BOUNDS,
    ),
    (&["default"], Site::Item, "a default is declared in `request`: `Name or Default;`"),
    // Responses.
    (&["response", "responses", "returns", "return", "result", "reply", "output"], Site::Item, OUTCOME),
    (&["response", "responses", "returns", "return", "result", "reply", "output", "produces"], Site::Section, OUTCOME),
    (&["->"], Site::Section, OUTCOME),
    (&["error", "throws", "exception", "fault", "problem", "@error"], Site::Item, REFUSAL),
    (&["webhook", "webhooks", "callbacks", "hook", "notify", "@callback"], Site::Item, CALLBACK),
    (&["asyncapi", "channel", "channels", "publish", "messages", "topic"], Site::Item, MESSAGE),
    (&["webhook", "webhooks", "callback", "callbacks"], Site::Section, CALLBACK),
    (&["error", "throws", "exception", "fault", "validate", "guard"], Site::Section, REFUSAL),
    (&["@statusCode", "status", "statusCode", "code"], Site::Any, "the status follows the name: `outcome Name = 200;`"),
    (
        &["header", "headers", "@header"],
        Site::Outcome,
        "declare `header Name = \"name\": grammar;` as an item, and write `Name;` here",
    ),
    (
        &["content", "contentType", "schema", "json"],
        Site::Outcome,
        "you mean `body json Name;`, or `ContentType = Media; body bytes;`",
    ),
    // Conditions.
    (&["if", "when", "case", "match", "switch", "unless", "while", "on"], Site::Line, LINE),
    (&["else", "otherwise", "default", "_", "true", "any"], Site::Line, UNCONDITIONAL),
    (&["::"], Site::Line, "you mean `subject.predicate`, with a point"),
    (
        &["null", "none", "exists", "defined", "present", "missing"],
        Site::Line,
        "you mean `Name`, which is true if the input is present, or `not Name`",
    ),
    // Grammars.
    (&["string", "str", "String", "varchar", "char"], Site::Grammar, "you mean `text 1..=256`"),
    (
        &["uuid", "guid", "regex", "regexp", "slug"],
        Site::Grammar,
        "you mean `pattern \"[a-z]+\"`, with a regular expression",
    ),
    (
        &["uri", "url", "email", "hostname"],
        Site::Grammar,
        "you mean `text 1..=256`: there is no grammar for parts of a text",
    ),
    (
        &[
            "int", "integer", "number", "long", "short", "byte", "int8", "int16", "int32", "int64", "uint", "uint8",
            "uint16", "uint32", "uint64", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "usize", "isize",
            "fixed32", "fixed64", "sint32", "sint64", "safeint",
        ],
        Site::Grammar,
        "you mean `u53`, or with a range `u53 0..=9`",
    ),
    (
        &["float", "float32", "float64", "double", "decimal", "f32", "f64", "numeric"],
        Site::Grammar,
        "you mean `u53`: numbers are whole, so choose a smaller unit",
    ),
    (
        &["bool", "boolean", "Boolean"],
        Site::Grammar,
        "you mean `flag \"true\"`, or `one_of { Yes = \"true\", No = \"false\" }`",
    ),
    (
        &["datetime", "date", "time", "instant", "Timestamp", "utcDateTime", "offsetDateTime", "dateTime", "date_time"],
        Site::Grammar,
        "you mean `timestamp`",
    ),
    (&["duration", "interval", "seconds"], Site::Grammar, "you mean `u53`, as a number of seconds"),
    (&["enum", "oneof", "oneOf", "anyOf", "union", "choice"], Site::Grammar, ONE_OF),
    (
        &["array", "repeated", "set", "vec", "Vec", "sequence"],
        Site::Grammar,
        "you mean `list`, or `list ..= 9 of Name` with a declared `value`",
    ),
    (
        &["bytes", "blob", "binary", "json", "object", "map", "any", "struct"],
        Site::Grammar,
        "a header or query parameter is a text: you mean `text 1..=256`",
    ),
    (&["bearer", "basic", "token", "apiKey", "secret"], Site::Grammar, "you mean `credentials \"Bearer\"`"),
    (&["mime", "mediatype", "mediaType", "contentType", "content_type"], Site::Grammar, "you mean `media_type`"),
    (&["etag", "eTag", "ETag"], Site::Grammar, "you mean `entity_tag` in a response, or `entity_tags` in a request"),
    (&["optional", "required", "nullable"], Site::Grammar, PRESENCE),
    (&["bool", "Boolean"], Site::Member, "you mean `boolean`, or `flag` for a member that is `true` or left out"),
    (
        &["string", "str", "int", "int32", "int64", "integer", "number", "uint32", "uint64", "float", "double", "enum"],
        Site::Member,
        "declare a type, such as `value Name = u53 0..=9;`, and write `name: Name;`",
    ),
    (&["array", "Array", "vec", "Vec"], Site::Member, "you mean `[Type] 0..=9`, with the number of items"),
    (&["dict", "Map", "record", "Record"], Site::Member, "you mean `map Type 0..=9`, with the number of members"),
    (&["any", "object", "Object"], Site::Member, "you mean `json` for any JSON, or the name of an `object`"),
    (
        &["oneof", "oneOf", "anyOf", "union", "discriminator", "case"],
        Site::Member,
        "you mean `when member is Variant { … }`",
    ),
    (&["default"], Site::Member, "you mean `name: Type or value;`"),
    (&["additionalProperties", "reserved", "strict"], Site::Member, "you mean `unknown refused;`"),
    (
        &["required", "optional", "repeated"],
        Site::Member,
        "you mean `name: Type;`, or `name: Type?;` if it may be left out",
    ),
    (&["when"], Site::Clause, "you mean `send GET \"/path\";` in an example"),
    (&["then"], Site::Clause, "you mean `expect Outcome;` in an example"),
    // Units.
    (&["K", "k", "KB", "kB", "kb", "Ki"], Site::Unit, "you mean `KiB`, which is 1024 bytes"),
    (&["M", "MB", "mb", "Mi"], Site::Unit, "you mean `MiB`, which is 1024 KiB"),
    (&["G", "GB", "gb", "Gi"], Site::Unit, "you mean `GiB`, which is 1024 MiB"),
    (&["byte", "bytes", "Bytes", "b"], Site::Unit, "you mean `B`"),
    (&["sec", "secs", "second", "seconds", "S"], Site::Unit, "you mean `s`"),
    (&["m", "mins", "minute", "minutes"], Site::Unit, "you mean `min`"),
    (&["hour", "hours", "hr"], Site::Unit, "you mean `h`"),
    (&["day", "days"], Site::Unit, "you mean `d`"),
    (&["milliseconds", "millis", "msec"], Site::Unit, "you mean `ms`"),
    // Marks.
    (
        &[
            "@doc",
            "@summary",
            "@description",
            "summary",
            "description",
            "doc",
            "docs",
            "documentation",
            "tags",
            "deprecated",
        ],
        Site::Any,
        DOCS,
    ),
    (&["a doc comment"], Site::Any, "only declarations and examples are documented: write `//` for a comment"),
    (&["an attribute"], Site::Any, "delete this attribute: the language has only doc comments, `/// …`"),
    (&["<"], Site::Any, "there are no type parameters: delete this part"),
];

/// Returns the help for a word or mark of another language, if `written` is one.
pub fn meant(site: Site, written: &str) -> Option<String> {
    let row = |site: Site| ROWS.iter().find(move |row| row.0.contains(&written) && row.1 == site).map(|row| row.2);
    let decorator =
        || written.starts_with('@').then_some("the language has no decorators: the clauses of an item say what it is");
    row(site).or_else(|| row(Site::Any)).or_else(decorator).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{ROWS, Site};

    /// A small spec with `word` where an author of another language writes it.
    fn spec(site: Site, word: &str) -> String {
        let word = match word {
            "a doc comment" => "/// Text.\n",
            "an attribute" => "#[text]",
            word => word,
        };
        let is_mark = !word.starts_with(|char: char| char.is_alphanumeric() || "@_#/".contains(char));
        let endpoint =
            |clauses: &str| format!("resource Thing at \"/{{name}}\" {{ endpoint read = GET {{ {clauses} }} }}");
        match site {
            Site::Item if is_mark => format!("header Title{word} = \"title\": u53;"),
            Site::Section if is_mark => {
                format!("resource Thing at \"/{{name}}\" {{ endpoint read = GET {word} Found {{}} }}")
            }
            Site::Request if is_mark => endpoint(&format!("request {{ Name {word} Other; }}")),
            Site::Line if is_mark => endpoint(&format!("refuse {{ thing{word}gone => NotFound; }}")),
            Site::Any if is_mark => format!("header Title{word}u53> = \"title\";"),
            Site::Any if word.starts_with(['#', '/']) => {
                endpoint(&format!("refuse {{ {word} thing.gone => NotFound; }}"))
            }
            Site::Item | Site::Any => format!("{word} Thing = \"thing\";"),
            Site::Section => format!("resource Thing at \"/{{name}}\" {{ {word} read; }}"),
            Site::Clause => format!("protocol Name {{ {word} = 1; }}"),
            Site::Request => endpoint(&format!("request {{ {word} Name; }}")),
            Site::Outcome => format!("outcome Found = 200 {{ {word} Name; }}"),
            Site::Line => endpoint(&format!("refuse {{ {word} => NotFound; {word} thing.gone => NotFound; }}")),
            Site::Grammar => format!("header Name = \"name\": {word};"),
            Site::Unit => format!("limits {{ size = 1 {word}; }}"),
            Site::Member => {
                format!("events Feed {{ event Data = \"data\": json {{ name: {word}; {word} other: Name; }} }}")
            }
        }
    }

    #[test]
    fn each_word_leads_to_what_its_author_means() {
        for (words, site, help) in ROWS {
            for word in *words {
                let spec = spec(*site, word);
                let (_, diagnostics) = crate::read(spec.parse().expect("tokens"));
                let texts: Vec<_> = diagnostics.as_slice().iter().map(crate::diagnostic::Diagnostic::text).collect();
                assert!(texts.iter().any(|text| text.contains(help)), "`{word}` in `{spec}`: {texts:#?}");
            }
        }
    }
}
