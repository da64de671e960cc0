//! The list of commands that `cargo xtask --help` prints: in groups, with an example for each command.

use std::fmt::Write as _;

use clap::Command;

const GROUPS: [(&str, &[&str]); 3] = [
    ("Use", &["dev", "build", "token", "admin", "export", "import", "restore", "segment"]),
    ("Develop", &["setup", "serve", "fmt-spec", "spec-diff", "docs"]),
    ("Verify", &["test", "fuzz", "torture", "bench", "caching"]),
];

/// Prefix of the example in the help of a command.
const EXAMPLE: &str = "Example: ";

/// Lists the subcommands of `cli` by group.
pub fn grouped(cli: Command) -> Command {
    let mut commands = String::new();
    for (group, names) in GROUPS {
        write!(commands, "\n{group}:\n").expect("a String takes everything");
        for name in names {
            let command = cli.find_subcommand(name).expect("a group lists commands");
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let example = example(command).unwrap_or_default();
            write!(commands, "  {name:<10} {about}\n{:13}$ {example}\n", "").expect("a String takes everything");
        }
    }
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{commands}\nOptions:\n{{options}}\n\n\
         `cargo xtask COMMAND --help` lists the options of a command.\n"
    );
    cli.disable_help_subcommand(true).help_template(template)
}

fn example(command: &Command) -> Option<String> {
    command.get_after_help()?.to_string().strip_prefix(EXAMPLE).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cli;
    use clap::CommandFactory as _;
    use std::collections::BTreeSet;

    #[test]
    fn every_command_is_in_one_group() {
        let cli = Cli::command();
        let names: BTreeSet<_> = cli.get_subcommands().map(Command::get_name).collect();
        let listed: Vec<_> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(listed.len(), names.len());
        assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), names);
    }

    #[test]
    fn every_example_can_be_parsed() {
        let cli = Cli::command();
        for command in cli.get_subcommands() {
            let example = example(command).unwrap_or_else(|| panic!("`{}` has no example", command.get_name()));
            let arguments = example.strip_prefix("cargo ").expect("an example of cargo");
            if let Err(error) = Cli::command().try_get_matches_from(arguments.split(' ')) {
                panic!("{example}: {error}");
            }
        }
    }
}
