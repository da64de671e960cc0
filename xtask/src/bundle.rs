//! Makes a Worker from compiled wasm: wasm-bindgen generates its JavaScript, wasm-opt shrinks the wasm, and esbuild joins the JavaScript.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::Result;

use crate::config::Wrangler;
use crate::progress::step;
use crate::{process, tools};

/// The files of a Worker.
pub const FILES: [&str; 2] = ["index.js", "index_bg.wasm"];

/// The names of the functions of the wasm, `number:name` in each line. Not uploaded: stack traces contain the numbers.
const NAMES: &str = "names.txt";

/// The module that starts a new instance of the wasm after a panic.
pub const RESTART: &str = include_str!("../bindgen/restart.js");

/// The wasm features that the compiler uses. With all that wasm-opt supports, it might write a module that workerd can't read.
const FEATURES: [&str; 7] = [
    "bulk-memory",
    "exception-handling",
    "multivalue",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
];

/// The events for which a Worker can export a handler.
const EVENTS: [&str; 4] = ["fetch", "scheduled", "queue", "email"];

/// Writes [`FILES`] and [`NAMES`] to `output`. Until they are complete, they are beside `wasm`.
pub fn write(wasm: &Path, bindgen: &Path, config: &Wrangler, output: &Path) -> Result<()> {
    let parts = wasm.with_extension("parts");
    process::run_quietly(Command::new(bindgen).arg(wasm).arg(&parts))?;
    thread::scope(|scope| {
        let wasm = scope.spawn(|| optimize(&parts));
        join(&parts, config)?;
        wasm.join().expect("optimizing does not panic")
    })?;
    for name in FILES.into_iter().chain([NAMES]) {
        fs::copy(parts.join(name), output.join(name))?;
    }
    Ok(())
}

/// Writes `index_bg.wasm` and [`NAMES`].
fn optimize(parts: &Path) -> Result<()> {
    let mut command = tools::npm("wasm-opt");
    command
        // For size, as in the release profile. The upload compresses better if no function is moved into its only caller, and if
        // functions of a module are neighbors.
        .args(["-Os", "--one-caller-inline-max-function-size=0", "--reorder-functions-by-name"])
        .arg(format!("--symbolmap={}", parts.join(NAMES).display()))
        .args(FEATURES.map(|feature| format!("--enable-{feature}")))
        .arg(parts.join("bindings_bg.wasm"))
        .arg("-o")
        .arg(parts.join("index_bg.wasm"));
    step("optimizing the wasm", "10 to 30 s", || process::run_quietly(&mut command))
}

/// Writes `index.js`.
fn join(parts: &Path, config: &Wrangler) -> Result<()> {
    let bindings = parts.join("bindings.js");
    let javascript = fs::read_to_string(&bindings)?
        // Every import of wasm in workerd is an import of the module, and `source` is not supported.
        .replace("import source ", "import ")
        .replace("./bindings_bg.wasm", "./index_bg.wasm");
    fs::write(&bindings, &javascript)?;
    fs::write(parts.join("restart.js"), RESTART)?;
    fs::write(parts.join("entry.js"), entry(&javascript, config))?;
    process::run_quietly(
        tools::npm("esbuild")
            .arg(parts.join("entry.js"))
            .arg(format!("--outfile={}", parts.join("index.js").display()))
            .args(["--bundle", "--minify", "--format=esm", "--log-level=warning"])
            .args(["--external:./index_bg.wasm", "--external:cloudflare:*"]),
    )
}

/// The module that workerd loads first: the handlers that the Worker exports, and the classes of Durable Objects in its wrangler.toml.
fn entry(bindings: &str, config: &Wrangler) -> String {
    let is_exported = |event: &&str| bindings.contains(&format!("\nexport function {event}("));
    let handlers = EVENTS.into_iter().filter(is_exported).collect::<Vec<_>>().join(", ");
    let classes: BTreeSet<_> = config.durable_objects.bindings.iter().map(|object| &object.class_name).collect();
    let mut text = String::from("import { durable, entrypoint } from \"./restart.js\";\n");
    for class in classes {
        text += &format!("import {{ {class} as {class}Once }} from \"./bindings.js\";\n");
        text += &format!("export const {class} = durable({class}Once);\n");
    }
    text += &format!("import {{ {handlers} }} from \"./bindings.js\";\nexport default entrypoint({{ {handlers} }});\n");
    text
}
