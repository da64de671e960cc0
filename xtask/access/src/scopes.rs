//! The options of `mint` that grant operations: one for each operation of the spec.

use anyhow::{Error, Result, anyhow, ensure};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use runtime::access::Prefix;
use spec::client::Operation;
use spec::stream::Path;
use token::{Scope, Target};

/// Paths and prefixes, and the operations that are granted there.
pub struct Scopes(Vec<(String, Vec<Operation>)>);

impl Scopes {
    /// The claim `streams`. A text that is empty or ends with `/` is a prefix, any other a path.
    pub fn claim(&self) -> Vec<Scope> {
        let target = |place: &String| match is_prefix(place) {
            true => Target::Prefix(place.clone()),
            false => Target::Path(place.clone()),
        };
        let names = |operations: &[Operation]| operations.iter().map(|own| own.name().to_owned()).collect();
        self.0.iter().map(|(place, operations)| Scope { target: target(place), ops: names(operations) }).collect()
    }

    /// Fails if one of them grants nothing, because a key with this prefix grants nothing there.
    pub fn are_within(&self, prefix: &Prefix) -> Result<()> {
        for (place, _) in &self.0 {
            let is_within = if is_prefix(place) {
                let own = Prefix::read(place).map_err(Error::msg)?;
                prefix.covers(own.as_str()) || own.covers(prefix.as_str())
            } else {
                let own = Path::read(place).map_err(|rule| anyhow!("`{place}` must be {rule}"))?;
                prefix.covers(own.as_str())
            };
            ensure!(
                is_within,
                "`{place}` is not below `{}`, the prefix of the key, so the token would grant nothing there",
                prefix.as_str()
            );
        }
        Ok(())
    }
}

fn is_prefix(place: &str) -> bool {
    place.is_empty() || place.ends_with('/')
}

impl FromArgMatches for Scopes {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut scopes: Vec<(String, Vec<Operation>)> = Vec::new();
        for operation in Operation::ALL {
            for place in matches.get_many::<String>(operation.name()).into_iter().flatten() {
                match scopes.iter_mut().find(|(own, _)| own == place) {
                    Some((_, operations)) => operations.push(*operation),
                    None => scopes.push((place.clone(), vec![*operation])),
                }
            }
        }
        Ok(Self(scopes))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Scopes {
    fn augment_args(command: Command) -> Command {
        let command = Operation::ALL.iter().fold(command, |command, operation| {
            let help = format!("Permit `{}` there. May be repeated.", operation.name());
            let arg = Arg::new(operation.name()).long(operation.name()).value_name("PATH").help(help);
            command.arg(arg.action(ArgAction::Append))
        });
        let names = Operation::ALL.iter().map(|operation| operation.name());
        command.group(clap::ArgGroup::new("operations").args(names).multiple(true).required(true))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
