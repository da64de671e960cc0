//! The servers that examples need.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use e2e::{Server, base_url};
use token::example::Caller;
use wire::Example;

/// How a server is started.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Deployment {
    /// What it is told.
    variables: Vec<(&'static str, String)>,
    /// Whether each caller may send only one request per minute.
    pub is_limited: bool,
    /// Whether it knows its public URL.
    has_origin: bool,
}

/// A server for each deployment that examples need, beside the one at `BASE_URL`. Each is started when it is first asked
/// for, and stops with this program.
static SERVERS: LazyLock<BTreeMap<Deployment, OnceLock<Server>>> =
    LazyLock::new(|| super::all().map(|example| (Deployment::of(example), OnceLock::new())).collect());

impl Deployment {
    /// The one in which the example happens.
    pub fn of(example: &Example) -> Self {
        let caller = Caller::of(example.given);
        let limits = example.limits.iter().map(|(name, value)| (*name, (*value).to_owned()));
        Self {
            variables: limits.chain(caller.variables()).collect(),
            is_limited: caller == Caller::Limited,
            has_origin: !example.given.contains(&"origin.unknown"),
        }
    }

    /// Where its server is.
    pub fn url(&self) -> String {
        let is_plain = self.variables == Caller::Anyone.variables() && self.has_origin;
        match SERVERS.get(self) {
            Some(server) if !is_plain => server.get_or_init(|| self.start()).url(""),
            _ => base_url(),
        }
    }

    fn start(&self) -> Server {
        let variables: Vec<_> = self.variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        match self {
            Self { has_origin: false, .. } => Server::without_origin(&variables),
            Self { is_limited: true, .. } => Server::limited(1, &variables),
            _ => Server::closed(&variables),
        }
    }
}
