//! `cargo xtask token explain`.

use crate::entry::Entry;
use crate::local::{self, Local, Verdict};
use crate::time;
use crate::url::{Parts, parts};
use anyhow::{Context, Result};
use clap::Args;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use spec::Limits;
use spec::client::Operation;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

#[derive(Args)]
pub struct Options {
    /// A token, or a signed URL.
    #[arg(value_name = "TOKEN")]
    credentials: String,
    /// The server's keys: the value of AUTH_KEYS, a file with it, or a file of `cargo xtask token keygen`.
    #[arg(long, value_name = "FILE|JSON")]
    keys: Option<String>,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let server = options.keys.as_deref().map(server).transpose()?;
    let credentials = options.credentials.trim();
    let is_url = credentials.contains("://") || credentials.starts_with('/') && credentials.contains('?');
    let verdict = match is_url {
        true => {
            let Parts { path, query, .. } = parts(credentials)?;
            print!("{}", of_url(path, query));
            server.map(|server| server.url(path, query))
        }
        false => {
            let token = credentials.strip_prefix("Bearer ").unwrap_or(credentials);
            print!("{}", of_token(token));
            server.map(|server| server.token(token))
        }
    };
    Ok(conclude(verdict))
}

fn server(keys: &str) -> Result<Local> {
    if keys.trim_start().starts_with('[') {
        return local::keys(keys);
    }
    let text = fs::read_to_string(keys).with_context(|| format!("cannot read {keys}"))?;
    if text.trim_start().starts_with('[') {
        return local::keys(&text);
    }
    local::keys(&json!([Entry::read(Path::new(keys))?.public()?]).to_string())
}

/// Describes the claims of a token. Nothing is verified.
fn of_token(text: &str) -> String {
    let Some(token) = runtime::access::Token::read(text, Limits::DECLARED.claims) else {
        return "This is not a token with claims. It could be the operator's token, which permits everything.\n"
            .to_owned();
    };
    let claims: Value = serde_json::from_slice(&token.claims).unwrap_or_default();
    let text = |name: &str| match &claims[name] {
        Value::String(text) => format!("{text:?}"),
        Value::Null => "missing".to_owned(),
        other => other.to_string(),
    };
    let mut lines = vec![
        format!("subject    {}", text("sub")),
        format!("issuer     {}", text("iss")),
        format!("audience   {}", text("aud")),
        format!("key        {:?} ({:?})", token.key, token.algorithm),
    ];
    for (name, label) in [("nbf", "not before"), ("exp", "expires   ")] {
        match &claims[name] {
            Value::Null if name == "nbf" => {}
            value => lines.push(format!("{label} {}", value.as_u64().map_or_else(|| text(name), time::in_words))),
        }
    }
    lines.extend(claims["streams"].as_array().into_iter().flatten().map(scope));
    lines.join("\n") + "\n"
}

/// Describes an entry of `streams`.
fn scope(entry: &Value) -> String {
    let place = match (entry["path"].as_str(), entry["prefix"].as_str()) {
        (Some(path), None) => format!("the stream {path:?}"),
        (None, Some("")) => "all streams".to_owned(),
        (None, Some(prefix)) => format!("all streams below {prefix:?}"),
        _ => format!("nothing, because this is malformed: {entry}"),
    };
    let names = entry["ops"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap_or("?"));
    let is_known = |name: &str| Operation::ALL.iter().any(|operation| operation.name() == name);
    let names =
        names.map(|name| if is_known(name) { name.to_owned() } else { format!("{name:?} (unknown, grants nothing)") });
    format!("grants     {} on {place}", names.collect::<Vec<_>>().join(", "))
}

/// Describes a signed URL. Nothing is verified.
fn of_url(path: &str, query: &str) -> String {
    let parameter = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let place = match (parameter("below"), spec::stream::PathTo::read(path)) {
        (_, Err(_)) => format!("nothing, because {path:?} is not the path of a stream"),
        (None, Ok(to)) => format!("read on the stream {:?}", to.path.as_str()),
        (Some(prefix), Ok(_)) => {
            format!("read on all streams below {:?}", percent_decode_str(prefix).decode_utf8_lossy())
        }
    };
    let end = parameter("exp")
        .and_then(|exp| exp.parse().ok())
        .map_or_else(|| "never, because `exp` is not a number".to_owned(), time::in_words);
    format!("key        {:?}\nexpires    {end}\ngrants     {place}\n", parameter("kid").unwrap_or_default())
}

fn conclude(verdict: Option<Verdict>) -> ExitCode {
    match verdict {
        None => {
            println!(
                "\nNothing was verified. To learn whether a server accepts it, name the server's keys with --keys."
            );
            ExitCode::SUCCESS
        }
        Some(Verdict::Accepted(holder)) => {
            if !holder.prefix.as_str().is_empty() {
                println!("limited to streams below `{}`, the prefix of the key", holder.prefix.as_str());
            }
            println!("\nA server with these keys accepts it until {}.", time::in_words(holder.expires_at / 1000));
            ExitCode::SUCCESS
        }
        Some(Verdict::Refused(refused)) => {
            // The reason quotes the token, which could contain a line break.
            let reason = refused.to_string().replace(char::is_control, "\u{fffd}");
            println!("\nA server with these keys refuses it: {reason}.");
            ExitCode::FAILURE
        }
    }
}
