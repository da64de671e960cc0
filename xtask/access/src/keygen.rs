//! `cargo xtask token keygen`.

use crate::entry::Entry;
use crate::local;
use anyhow::Result;
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::PathBuf;
use token::{Algorithm, SigningKey};

#[derive(Args)]
pub struct Options {
    /// Algorithm. With EdDSA and ES256, the server gets only the public key. HS256 is a shared secret, and the only one that signs URLs.
    #[arg(long = "alg", value_name = "ALG", default_value = "EdDSA")]
    algorithm: Made,
    /// Name of the key in tokens (`kid`). A server has no two keys of the same name.
    #[arg(long, value_name = "KID")]
    id: String,
    /// Issuer of the tokens (`iss`), for example the URL of your app.
    #[arg(long)]
    issuer: String,
    /// Audience of the tokens (`aud`), for example the URL of the server.
    #[arg(long)]
    audience: String,
    /// Prefix of the only streams that tokens of this key can be about. It ends with `/`.
    #[arg(long)]
    prefix: Option<String>,
    /// New file for the key, with its private part.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// An algorithm for which keys are made.
#[derive(Clone, Copy, ValueEnum)]
enum Made {
    #[value(name = "EdDSA")]
    EdDsa,
    #[value(name = "ES256")]
    Es256,
    #[value(name = "HS256")]
    Hs256,
}

pub fn run(options: &Options) -> Result<()> {
    let algorithm = match options.algorithm {
        Made::EdDsa => Algorithm::EdDsa,
        Made::Es256 => Algorithm::Es256,
        Made::Hs256 => Algorithm::Hs256,
    };
    let key = SigningKey::generate(algorithm, &options.id)?;
    let Options { issuer, audience, prefix, out, .. } = options;
    let entry = Entry::new(issuer.clone(), audience.clone(), prefix.clone(), &key);
    let public = entry.public()?;
    // No file is written if a server would refuse the key.
    local::keys(&json!([public]).to_string())?;
    entry.write(out)?;
    println!("{public}");
    Ok(())
}
