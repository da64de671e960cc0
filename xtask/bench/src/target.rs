//! The servers that are measured.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Context, Error, Result};

use crate::client::Site;
use crate::keys::Keys;
use crate::processor;
use crate::scenario::Scenario;
use crate::variant::Variant;

/// The name of the no-op object.
pub const NOOP: &str = "noop";
/// The name of our server with its log in D1.
pub const OURS: &str = "ours";
/// The name of our server with its log in the object's own SQLite.
pub const OURS_OBJECT: &str = "ours-object";
/// The name of the server that some bars are written in: the best other one on workerd, with its log in the object's SQLite.
pub const RIVAL: &str = "S";
/// Below what path streams are, unless a URL says otherwise.
const PREFIX: &str = "/v1/stream";

/// One address of one server, as the command line has it: `NAME=URL` or `NAME@VARIANT=URL`.
#[derive(Clone, Debug)]
pub struct Address {
    name: String,
    variant: Variant,
    site: Site,
}

/// Whether the project's own scripts start a server of this name.
pub fn is_of_the_project(name: &str) -> bool {
    [NOOP, OURS, OURS_OBJECT].contains(&name)
}

/// A server, in all its variants.
pub struct Target {
    pub name: String,
    sites: BTreeMap<Variant, Site>,
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, url) = text.split_once('=').context("expected NAME=URL or NAME@VARIANT=URL")?;
        let (name, variant) = match name.split_once('@') {
            Some((name, variant)) => (name, variant.parse()?),
            None => (name, Variant::Plain),
        };
        let mut site: Site = url.parse()?;
        if site.prefix.is_empty() && name != NOOP {
            PREFIX.clone_into(&mut site.prefix);
        }
        Ok(Self { name: name.to_owned(), variant, site })
    }
}

impl Target {
    /// The addresses by server, in the order in which servers first appear. The keys are those of guarded servers.
    pub fn gather(addresses: Vec<Address>, keys: Option<&Arc<Keys>>) -> Result<Vec<Self>> {
        let mut targets: Vec<Self> = Vec::new();
        for Address { name, variant, site } in addresses {
            let site = match variant {
                Variant::Guarded => site.guarded(keys.context("a guarded server needs --keys")?.clone())?,
                _ => site,
            };
            let known = targets.iter().position(|target| target.name == name).unwrap_or_else(|| {
                targets.push(Self { name, sites: BTreeMap::new() });
                targets.len() - 1
            });
            targets[known].sites.insert(variant, site);
        }
        Ok(targets)
    }

    /// Marks the sites whose processes can't be seen, and returns why.
    pub fn observe(&mut self) -> Vec<Error> {
        let mut reasons = Vec::new();
        for (variant, site) in &mut self.sites {
            if let Err(error) = processor::used(site.address()) {
                *site = site.clone().unobserved();
                reasons.push(error.context(format!("the processor time of {}@{variant} is not measured", self.name)));
            }
        }
        reasons
    }

    /// Where `scenario` is measured on this server, if it is at all. An optional variant is replaced by the server as it is.
    pub fn site(&self, scenario: &Scenario) -> Option<&Site> {
        let plain = || self.sites.get(&Variant::Plain).filter(|_| scenario.variant.is_optional());
        if (self.name == NOOP) == scenario.is_ceiling() {
            self.sites.get(&scenario.variant).or_else(plain)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios;
    use std::net::TcpListener;

    #[test]
    fn a_scenario_is_measured_on_the_variant_that_it_asks_for() {
        let addresses = ["noop=http://127.0.0.1:1", "ours=http://127.0.0.1:2", "ours@forgetful=http://127.0.0.1:3/x/"];
        let targets = Target::gather(addresses.map(|text| text.parse().unwrap()).into(), None).unwrap();
        let scenarios = scenarios::all();
        let site = |target: usize, name| {
            let scenario = scenarios.iter().find(|scenario| scenario.name == name).unwrap();
            Some(targets[target].site(scenario)?.prefix.as_str())
        };
        assert_eq!(site(0, "noop-post-1"), Some(""));
        assert_eq!(site(0, "write-1"), None);
        assert_eq!(site(1, "noop-post-1"), None);
        assert_eq!(site(1, "write-1"), Some("/v1/stream"));
        assert_eq!(site(1, "catch-up-json"), Some("/x"));
        assert_eq!(site(1, "write-64-streams"), Some("/v1/stream"));
        assert_eq!(site(1, "write-64-10ms"), None);
        assert_eq!(site(1, "write-64-token"), None);
        assert_eq!(site(1, "list-1000"), None);
        assert_eq!(site(1, "first-get"), None);
        assert_eq!(site(1, "sse-1000-idle"), None);
        assert_eq!(site(1, "tail-32-moving"), None);
    }

    #[test]
    fn sites_whose_processes_cannot_be_seen_are_marked() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let seen = format!("S=http://{}", listener.local_addr().unwrap());
        let addresses = [seen.as_str(), "S@restarted=http://127.0.0.1:1"].map(|text| text.parse().unwrap());
        let mut target = Target::gather(addresses.into(), None).unwrap().remove(0);
        let reasons: Vec<_> = target.observe().iter().map(ToString::to_string).collect();
        assert_eq!(reasons, ["the processor time of S@restarted is not measured"]);
        let observed: Vec<_> = target.sites.values().map(Site::is_observed).collect();
        assert_eq!(observed, [true, false]);
    }

    #[test]
    fn only_this_machine_is_measured() {
        for url in ["http://192.0.2.1:80", "https://127.0.0.1", "127.0.0.1:80"] {
            assert!(format!("x={url}").parse::<Address>().is_err(), "{url}");
        }
    }
}
