//! The servers that are measured.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Context, Error, Result};

use crate::client::Site;
use crate::keys::Keys;
use crate::scenario::{Scenario, Variant};

/// The name of the no-op object.
pub const NOOP: &str = "noop";
/// The name of the server that the bars are for.
pub const OURS: &str = "ours";
/// Below what path streams are, unless a URL says otherwise.
const PREFIX: &str = "/v1/stream";

/// One address of one server, as the command line has it: `NAME=URL` or `NAME@VARIANT=URL`.
#[derive(Clone, Debug)]
pub struct Address {
    name: String,
    variant: Variant,
    site: Site,
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

    /// Where `scenario` is measured on this server, if it is at all. What can't be configured is taken as it is, except
    /// for a distance that it doesn't have, for tokens, for streams that are there before, and for a server of its own.
    pub fn site(&self, scenario: &Scenario) -> Option<&Site> {
        let must =
            matches!(scenario.variant, Variant::Distant { .. } | Variant::Fresh | Variant::Guarded | Variant::Listed);
        let plain = || self.sites.get(&Variant::Plain).filter(|_| !must);
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
    use crate::scenario;

    #[test]
    fn a_scenario_is_measured_on_the_variant_that_it_asks_for() {
        let addresses = ["noop=http://127.0.0.1:1", "ours=http://127.0.0.1:2", "ours@forgetful=http://127.0.0.1:3/x/"];
        let targets = Target::gather(addresses.map(|text| text.parse().unwrap()).into(), None).unwrap();
        let scenarios = scenario::all();
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
    }

    #[test]
    fn only_this_machine_is_measured() {
        for url in ["http://192.0.2.1:80", "https://127.0.0.1", "127.0.0.1:80"] {
            assert!(format!("x={url}").parse::<Address>().is_err(), "{url}");
        }
    }
}
