//! docs/runbooks.md: each trouble is made, its signs are looked for, the commands of its runbook are run, and then it must be over.

mod deployment;
mod page;
mod platform;
mod storage;
mod streams;
mod webhooks;

use std::fs;

use page::Runbook;
use serde_json::Value;

/// Declares a test for each runbook, by its title.
macro_rules! runbooks {
    ($($title:literal => $module:ident::$test:ident,)*) => {
        const TESTED: &[&str] = &[$($title),*];
        $(#[test]
        fn $test() {
            let mut runbook = Runbook::read($title);
            $module::$test(&mut runbook);
            assert!(runbook.is_done(), "a block of this runbook was not followed");
        })*
    };
}

runbooks! {
    "D1 lost or rolled back" => storage::d1_is_lost_or_rolled_back,
    "R2 object lost" => storage::an_r2_object_is_lost,
    "Database full" => storage::a_database_is_full,
    "Failing webhooks" => webhooks::webhooks_fail,
    "Stuck object" => streams::an_object_is_stuck,
    "Poisoned stream" => streams::a_stream_is_poisoned,
    "Region outage" => platform::a_region_is_out,
    "Leaked token" => platform::a_token_is_leaked,
    "Runaway cost" => platform::a_caller_runs_away,
    "Erasure request" => streams::a_user_is_erased,
    "Rolling back a release" => platform::a_release_is_rolled_back,
}

#[test]
fn every_runbook_is_followed() {
    assert_eq!(page::titles(), TESTED);
}

/// These commands are not run: the test has an address and a token of its own.
#[test]
fn the_page_begins_with_the_variables_that_its_commands_need() {
    let text = page::text();
    let beginning = text.split("\n## ").next().expect("a beginning");
    let [variables] = page::blocks(beginning)[..] else { panic!("{beginning}") };
    let names: Vec<_> = variables.lines().filter_map(|line| line.strip_prefix("export ")?.split('=').next()).collect();
    assert_eq!(names, ["URL", "AUTH_TOKEN"]);
}

/// The texts between backquotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_alert_leads_to_a_runbook() {
    let file = page::root().join("docs/operations/alerts.json");
    let alerts: Value = serde_json::from_str(&fs::read_to_string(file).expect("alerts.json")).expect("JSON");
    let rules = alerts["groups"][0]["rules"].as_array().expect("rules").iter();
    let alerts: Vec<_> = rules.map(|rule| rule["alert"].as_str().expect("a name")).collect();
    let events = fs::read_to_string(page::root().join("docs/events.md")).expect("docs/events.md");

    let text = page::text();
    let table = text.split("\n## ").find_map(|section| section.strip_prefix(page::BEGINNING)).expect("a table");
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let named: Vec<_> = rows.flat_map(|row| quoted(row.split(" | ").next().expect("a cell"))).collect();
    for alert in &alerts {
        assert!(named.contains(alert), "{alert} leads nowhere");
    }
    for name in named {
        assert!(
            alerts.contains(&name) || events.contains(&format!("| `{name}` |")),
            "{name} is neither an alert nor an event"
        );
    }
}
