//! Which scenarios are measured, and which servers they need.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use crate::bar::Of;
use crate::bars;
use crate::scenario::Scenario;
use crate::scenarios;
use crate::variant::Variant;

/// The scenarios with these names and those of the no-op object that they are compared with, or all without a name.
pub fn chosen(only: &[String]) -> Result<Vec<Scenario>> {
    let mut scenarios = scenarios::all();
    for name in only {
        let known: Vec<_> = scenarios.iter().map(|scenario| scenario.name).collect();
        ensure!(known.contains(&name.as_str()), "no scenario {name}; there are {}", known.join(", "));
    }
    let named = |name: &str| only.iter().any(|only| only == name);
    let chosen = scenarios.iter().filter(|scenario| named(scenario.name));
    let mut names: BTreeSet<_> =
        chosen.flat_map(|scenario| [Some(scenario.name), scenario.ceiling]).flatten().collect();
    for bar in bars::ALL.iter().filter(|bar| named(bar.scenario)) {
        names.extend(bar.d1.iter().chain(bar.object).filter_map(|bound| match bound.of {
            Of::Noop { scenario, .. } | Of::Distance { scenario, .. } => Some(scenario),
            Of::Unit(_) | Of::Rival | Of::Own { .. } => None,
        }));
    }
    scenarios.retain(|scenario| only.is_empty() || names.contains(scenario.name));
    Ok(scenarios)
}

/// The servers that scenarios need, as KIND@VARIANT: `noop`, `ours`, or `other` for each that is given by a command.
pub fn servers(scenarios: &[Scenario]) -> BTreeSet<String> {
    let mut servers = BTreeSet::new();
    for Scenario { variant, .. } in scenarios.iter().filter(|scenario| !scenario.is_ceiling()) {
        servers.insert(format!("ours@{variant}"));
        let other = if variant.is_optional() { Some(Variant::Plain) } else { variant.lacks().map(|_| *variant) };
        servers.extend(other.map(|variant| format!("other@{variant}")));
    }
    let ceilings = scenarios.iter().filter(|scenario| scenario.is_ceiling());
    servers.extend(ceilings.map(|scenario| format!("noop@{}", scenario.variant)));
    servers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str]) -> Vec<&'static str> {
        let only: Vec<_> = only.iter().map(|name| (*name).to_owned()).collect();
        chosen(&only).unwrap().iter().map(|scenario| scenario.name).collect()
    }

    #[test]
    fn a_scenario_comes_with_what_it_is_compared_with() {
        assert_eq!(names(&["write-1"]), ["noop-post-1", "noop-d1-1", "write-1"]);
        assert_eq!(names(&["write-64-10ms"]), ["noop-post-64", "write-64-10ms"]);
        assert_eq!(names(&["ai-100"]), ["ai-100"]);
        assert_eq!(names(&[]).len(), scenarios::all().len());
        assert!(chosen(&["write-2".to_owned()]).is_err());
    }

    #[test]
    fn other_servers_are_started_as_they_are_or_where_a_command_is_enough() {
        let of = |only: &[&str]| -> Vec<_> {
            let only: Vec<_> = only.iter().map(|name| (*name).to_owned()).collect();
            servers(&chosen(&only).unwrap()).into_iter().collect()
        };
        assert_eq!(of(&["catch-up-json"]), ["noop@plain", "other@plain", "ours@forgetful"]);
        assert_eq!(of(&["first-get"]), ["other@restarted", "ours@restarted"]);
        assert_eq!(of(&["sse-1000-streams"]), ["other@fresh-2", "ours@fresh-2"]);
        assert_eq!(of(&["tail-32-moving"]), ["noop@plain", "ours@moving"]);
        assert_eq!(of(&["list-1000"]), ["ours@listed"]);
    }
}
