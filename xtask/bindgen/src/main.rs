//! `bindgen WASM FOLDER`: writes `bindings.js` and `bindings_bg.wasm` for a compiled Worker. `cargo xtask build` runs it.
//!
//! It is a separate package, so that it compiles at the same time as the Worker, and xtask starts without it.

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

mod names;

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let mut path = || arguments.next().context("usage: bindgen WASM FOLDER");
    let (wasm, folder) = (path()?, path()?);
    let mut output = Bindgen::new()
        .input_path(wasm)
        .out_name("bindings")
        // The JavaScript imports the wasm as a module, as workerd requires.
        .module(true)?
        .typescript(false)
        // A panic aborts, and the next request starts a new instance, as restart.js describes.
        .reset_state_function(true)
        .force_enable_abort_handler(true)
        .generate_output()?;
    let functions = output.wasm_mut().funcs.iter_mut();
    for name in functions.filter_map(|function| function.name.as_mut()) {
        *name = names::short(name);
    }
    output.emit(folder)
}
