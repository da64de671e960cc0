//! The copies of minting and signing in other languages: a server accepts what they make.

use crate::page::{code, root};
use native::{Request, Server, run};
use runtime::access::Access;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;
use token::{Algorithm, SigningKey};

/// The segments of paths: plain, with spaces, not ASCII, with escapes and with what a URL takes literally.
const PATHS: [&[&str]; 5] = [
    &["a"],
    &["two words", "b"],
    &["caf\u{e9}", "\u{1f980}"],
    &["100%", "%41", "a/b?c#d"],
    &["!$&'()*+,;=:@-._~", "[]^`{|}\"<>\\"],
];

const TYPESCRIPT: &str = r#"
import { readFileSync } from "node:fs";
import { mint, signPrefix, signUrl } from "./access.ts";
const { key, paths, streams } = JSON.parse(readFileSync("input.json", "utf8"));
const [urls, prefixes] = [[], []];
if (key.jwk.kty === "oct") {
  for (const names of paths) {
    urls.push(await signUrl(key, "", names, 600));
    prefixes.push(await signPrefix(key, names, 600));
  }
}
console.log(JSON.stringify({ token: await mint(key, "caf\u00e9", streams, 3600), urls, prefixes }));
"#;

const PYTHON: &str = r#"
import json
from access import mint, sign_prefix, sign_url
given = json.load(open("input.json", encoding="utf-8"))
urls = [sign_url(given["key"], "", names, 600) for names in given["paths"]]
prefixes = [sign_prefix(given["key"], names, 600) for names in given["paths"]]
token = mint(given["key"], "caf\u00e9", given["streams"], 3600)
print(json.dumps({"token": token, "urls": urls, "prefixes": prefixes}))
"#;

#[test]
fn typescript_mints_what_the_server_accepts() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Hs256] {
        let node = root().join("node_modules/node/bin/node");
        assert!(node.exists(), "Node.js is needed: run `npm install` in the folder of the project");
        is_accepted(algorithm, &node, ["access.ts", &code("ts")], ["main.mts", TYPESCRIPT]);
    }
}

#[test]
fn python_mints_what_the_server_accepts() {
    is_accepted(Algorithm::Hs256, Path::new("python3"), ["access.py", &code("python")], ["main.py", PYTHON]);
}

/// A server with a new key accepts the token that `main` makes, each URL for its own path only, and each prefix for what is below it only.
fn is_accepted(algorithm: Algorithm, program: &Path, library: [&str; 2], main: [&str; 2]) {
    let key = SigningKey::generate(algorithm, "2026 & more").unwrap();
    let entry = |jwk: &Value| json!({ "issuer": "https://app.example", "audience": "streams", "jwk": jwk });
    let streams = json!([{ "prefix": "", "ops": ["read", "create"] }]);
    let folder = tempfile::tempdir().unwrap();
    let input = json!({ "key": entry(key.jwk()), "paths": PATHS, "streams": streams }).to_string();
    for [name, text] in [library, main, ["input.json", &input]] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let made = execute(program, main[0], &folder);
    let keys = json!([entry(&key.verifying_jwk())]).to_string();
    let access = Access::read(|name| (name == "AUTH_KEYS").then(|| keys.clone())).unwrap();
    run(async {
        let server = Server::with(|settings| settings.access = access);
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        server.run_for(u64::try_from(now.as_millis()).unwrap() - server.now()).await;
        let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
        let [urls, prefixes] = ["urls", "prefixes"]
            .map(|name| -> Vec<_> { made[name].as_array().unwrap().iter().map(|url| url.as_str().unwrap()).collect() });
        assert_eq!([urls.len(), prefixes.len()], [if algorithm == Algorithm::Hs256 { PATHS.len() } else { 0 }; 2]);
        let create = Request::new("PUT", "/v1/stream/minted").header("authorization", bearer.clone());
        assert_eq!(server.send(create).await.status, 201);
        for (number, url) in urls.iter().enumerate() {
            let (path, query) = url.split_once('?').unwrap();
            assert_eq!(server.send(Request::new("GET", url)).await.status, 404, "{url}");
            let create = Request::new("PUT", path).header("authorization", bearer.clone());
            assert_eq!(server.send(create).await.status, 201, "{path}");
            assert_eq!(server.send(Request::new("GET", url)).await.status, 200, "{url}");
            let other = urls[(number + 1) % urls.len()].split_once('?').unwrap().0;
            assert_eq!(server.send(Request::new("GET", &format!("{other}?{query}"))).await.status, 401, "{url}");
            for (target, expected) in [(format!("{path}/x"), 404), (path.to_owned(), 401), (format!("{other}/x"), 401)]
            {
                let target = format!("{target}?{}", prefixes[number]);
                assert_eq!(server.send(Request::new("GET", &target)).await.status, expected, "{target}");
            }
        }
    });
}

fn execute(program: &Path, main: &str, folder: &TempDir) -> Value {
    let output = Command::new(program).arg(main).current_dir(folder.path()).output();
    let output = output.unwrap_or_else(|error| panic!("{} is needed: install it ({error})", program.display()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
