//! The recipes. Their commands run in a shell, in which `curl` and `wrangler` write down what they are to do. Then a server does it.

use crate::page::{self, Block};
use native::{Request, Server, run};
use runtime::access::Access;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// What `curl` and `wrangler` write: a line of fields, separated by a character that no argument contains.
const SHELL: &str = r#"
set -eu
S=https://streams.example.com/v1/stream
log() { local IFS=$'\x1f'; printf '%s\n' "$*" >> log; }
cargo() { [ "$1 $2" = 'xtask token' ]; shift 2; "$ACCESS" "$@"; }
curl() { log curl "$@"; }
npx() {
  case "$1 $2 $3" in
    'wrangler secret put') log set "$4" "$(cat)" ;;
    'wrangler secret delete') log unset "$4" ;;
    *) exit 1 ;;
  esac
}
"#;

/// A step of a recipe.
enum Step {
    Set(String, String),
    Unset(String),
    Send(Request, u16),
}

#[test]
fn each_recipe_does_what_it_claims() {
    let recipes = page::recipes();
    assert!(recipes.len() >= 7, "{} recipes", recipes.len());
    for (title, blocks) in recipes {
        let steps = steps(&blocks);
        assert!(steps.iter().any(|step| matches!(step, Step::Send(..))), "{title} sends nothing");
        run(follow(&title, steps));
    }
}

/// Takes the steps, each on a server with the variables of that time.
async fn follow(title: &str, steps: Vec<Step>) {
    let mut variables = BTreeMap::new();
    let mut current = None;
    for (number, step) in steps.into_iter().enumerate() {
        match step {
            Step::Set(name, value) => drop((variables.insert(name, value), current.take())),
            Step::Unset(name) => drop((variables.remove(&name), current.take())),
            Step::Send(request, expected) => {
                if current.is_none() {
                    current = Some(server(&variables).await);
                }
                let reply = current.as_ref().expect("it was started").send(request).await;
                assert_eq!(reply.status, expected, "{title}, step {number}: {}", reply.text());
            }
        }
    }
}

/// A server at the present time with these variables, and some streams.
async fn server(variables: &BTreeMap<String, String>) -> Server {
    const OPERATOR: &str = "the test";
    let access = |name: &str| match (name, variables.get(name)) {
        // It needs some token to create streams. Where the recipe has one, it creates them with that.
        ("AUTH_TOKEN", None) => Some(OPERATOR.to_owned()),
        (_, value) => value.cloned(),
    };
    let token = access("AUTH_TOKEN").expect("there is always one");
    let access = Access::read(access).unwrap_or_else(|error| panic!("{error}"));
    let server = Server::with(|settings| settings.access = access);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    server.run_for(u64::try_from(now.as_millis()).unwrap() - server.now()).await;
    for path in ["chat/42", "news/today", "newsroom/today"] {
        let create = Request::new("PUT", &format!("/v1/stream/{path}")).header("content-type", "text/plain");
        let reply = server.send(create.header("authorization", format!("Bearer {token}"))).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
    }
    server
}

/// The steps of the blocks of a recipe, in order.
fn steps(blocks: &[Block]) -> Vec<Step> {
    let folder = tempfile::tempdir().unwrap();
    let (mut steps, mut script) = (Vec::new(), SHELL.to_owned());
    for (language, code) in blocks {
        match language.as_str() {
            "toml" => {
                let table: toml::Table = code.parse().unwrap();
                let vars = table["vars"].as_table().unwrap();
                steps.extend(
                    vars.iter().map(|(name, value)| Step::Set(name.clone(), value.as_str().unwrap().to_owned())),
                );
            }
            "sh" => script += code,
            other => panic!("a recipe has a block in {other}"),
        }
    }
    let mut statuses = script.lines().filter(|line| line.starts_with("curl ")).map(|line| {
        let status = line.rsplit_once("# ").and_then(|(_, status)| status.parse().ok());
        status.unwrap_or_else(|| panic!("a request without a status: {line}"))
    });
    let text = execute(folder.path(), &script);
    for line in text.lines() {
        let fields: Vec<_> = line.split('\x1f').collect();
        steps.push(match fields[..] {
            ["set", name, value] => Step::Set(name.to_owned(), value.to_owned()),
            ["unset", name] => Step::Unset(name.to_owned()),
            ["curl", ref arguments @ ..] => Step::Send(request(arguments), statuses.next().expect("a status for each")),
            _ => panic!("{line}"),
        });
    }
    assert_eq!(statuses.next(), None);
    steps
}

/// What a script writes down.
fn execute(folder: &Path, script: &str) -> String {
    let mut bash = Command::new("bash");
    let output = bash.args(["-c", script]).env("ACCESS", env!("CARGO_BIN_EXE_access")).current_dir(folder).output();
    let output = output.expect("bash is needed: install it (Debian package `bash`)");
    assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read_to_string(folder.join("log")).expect("the script writes something down")
}

/// The request of a `curl` with these arguments.
fn request(arguments: &[&str]) -> Request {
    let (mut method, mut headers, mut body, mut url) = (None, Vec::new(), None, "");
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || *rest.next().expect("the option has a value");
        match *argument {
            "-X" => method = Some(value()),
            "-H" => headers.push(value().split_once(": ").expect("a header")),
            "-d" => body = Some(value()),
            own => url = own.strip_prefix("https://streams.example.com").unwrap_or_else(|| panic!("{own}")),
        }
    }
    let method = method.unwrap_or(if body.is_some() { "POST" } else { "GET" });
    let request =
        headers.into_iter().fold(Request::new(method, url), |request, (name, value)| request.header(name, value));
    body.into_iter().fold(request, |request, body| request.body(body.to_owned()))
}
