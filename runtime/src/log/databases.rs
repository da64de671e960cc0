//! Checks that each database of a deployment is bound under the right number.
//!
//! The database of a stream depends on the number of databases, so streams can't be found if that number or the order changes. Each
//! database therefore stores its own number and the number of databases. The first Worker that uses a database claims it. A Worker
//! with different bindings uses none of its databases.

use crate::Failure;
use crate::host::{Database, DatabaseError, Databases, Outcome};
use crate::log::{self, Claim};

/// The migrations, in order. The number of the last one is the schema version that this program requires.
pub const MIGRATIONS: [&str; 11] = [
    "0001_streams",
    "0002_retention",
    "0003_tombstones",
    "0004_identity",
    "0005_tombstone_sweep",
    "0006_parts",
    "0007_text",
    "0008_listing",
    "0009_usage",
    "0010_subscriptions",
    "0011_room",
];

impl<D: Database> Databases<D> {
    /// Checks the identity of the database of the stream at `path`, given the result of `log::identity`. If no Worker has used the
    /// database before, checks and claims all databases.
    ///
    /// # Errors
    /// [`Failure::Misconfigured`], if the identity does not match the bindings.
    pub async fn confirm(&self, path: &str, found: Option<&Outcome>) -> Result<(), Failure> {
        self.confirm_number(self.number(path), found).await
    }

    /// Checks the identity of database `number` as [`Self::confirm`] does.
    ///
    /// # Errors
    /// [`Failure::Misconfigured`], if the identity does not match the bindings.
    pub async fn confirm_number(&self, number: usize, found: Option<&Outcome>) -> Result<(), Failure> {
        if self.agrees(number, found)? { Ok(()) } else { self.confirm_all().await }
    }

    /// Checks the identities of all databases. If all match, claims those that no Worker has used before.
    ///
    /// # Errors
    /// [`Failure::Misconfigured`], if an identity does not match the bindings.
    pub async fn confirm_all(&self) -> Result<(), Failure> {
        let mut unclaimed = Vec::new();
        for (number, database) in self.all().iter().enumerate() {
            let found = database.batch(vec![log::identity()]).await;
            let found = found.map_err(|error| self.failure(number, error))?;
            if !self.agrees(number, found.first())? {
                unclaimed.push((number, database));
            }
        }
        // The first database is claimed first, so only one of two Workers with different bindings can continue.
        for (number, database) in unclaimed {
            let claimed = database.batch(log::claim(self.claim(number))).await?;
            if !self.agrees(number, claimed.last())? {
                return Err(Failure::Corrupt("identity"));
            }
        }
        Ok(())
    }

    /// Reads the schema version of database `number`.
    ///
    /// # Errors
    /// [`Failure`], if the database does not answer, lacks migrations or does not match its binding.
    pub async fn schema_version(&self, number: usize) -> Result<u64, Failure> {
        let found = self.all()[number].batch(vec![log::identity()]).await;
        let found = found.map_err(|error| self.failure(number, error))?;
        self.agrees(number, found.first())?;
        Ok(log::loaded_identity(found.first())?.schema_version)
    }

    /// The failure for an error of the database of the stream at `path`. It can be a missing migration.
    #[must_use]
    pub fn explain(&self, path: &str, error: DatabaseError) -> Failure {
        self.failure(self.number(path), error)
    }

    /// The failure for an error of database `number`.
    pub(crate) fn failure(&self, number: usize, error: DatabaseError) -> Failure {
        let missing = ["no such table", "no such column", "has no column named"];
        if !missing.iter().any(|text| error.0.contains(text)) {
            return error.into();
        }
        let binding = self.binding(number);
        let newest = MIGRATIONS[MIGRATIONS.len() - 1];
        Failure::Misconfigured(format!(
            "{binding} lacks a table or a column that this version needs ({}). Apply the migrations up to {newest}. {}",
            error.0,
            apply(binding)
        ))
    }

    /// Whether a database has been claimed with the current bindings. `false` means that it has not been claimed.
    fn agrees(&self, number: usize, found: Option<&Outcome>) -> Result<bool, Failure> {
        let (stored, expected) = (log::loaded_identity(found)?, self.claim(number));
        let binding = self.binding(number);
        let applied = usize::try_from(stored.schema_version).unwrap_or(usize::MAX);
        // A newer schema is valid for an older Worker, because migrations are applied before a deployment.
        if let Some(missing) = MIGRATIONS.get(applied..).filter(|missing| !missing.is_empty()) {
            let missing = missing.join(", ");
            return Err(Failure::Misconfigured(format!("{binding} lacks the migration {missing}. {}", apply(binding))));
        }
        match stored.claim {
            None => Ok(false),
            Some(claim) if claim == expected => Ok(true),
            Some(Claim { number, databases }) => Err(Failure::Misconfigured(format!(
                "{binding} is bound as database {} of {}, but it was first used as database {number} of {databases}. Streams are \
                 found by these numbers, so bind the same databases under the same names again",
                expected.number, expected.databases
            ))),
        }
    }

    fn claim(&self, number: usize) -> Claim {
        Claim { number: number as u64, databases: self.all().len() as u64 }
    }
}

fn apply(binding: &str) -> String {
    format!("Run `wrangler d1 migrations apply {binding} --remote`, or with `--local` for local development")
}

/// Selects the bindings of databases from all names of a deployment's environment, in the order of their numbers. They are `single`, or
/// `single_0`, `single_1` and so on.
///
/// # Errors
/// [`Failure::Misconfigured`], if there is none, if a number is missing, or if both forms are used.
pub fn bindings(single: &str, names: &[String]) -> Result<Vec<String>, Failure> {
    let numbered = |name: &&String| {
        let number = name.strip_prefix(single).and_then(|rest| rest.strip_prefix('_'));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let found: Vec<&String> = names.iter().filter(numbered).collect();
    let has_single = names.iter().any(|name| name == single);
    let expected: Vec<String> = (0..found.len()).map(|number| format!("{single}_{number}")).collect();
    let missing = expected.iter().find(|name| !found.contains(name));
    let refused = match (has_single, missing, found.first()) {
        (true, _, None) => return Ok(vec![single.to_owned()]),
        (false, None, Some(_)) => return Ok(expected),
        (false, _, None) => {
            format!("no database is bound. Bind one as {single}, or several as {single}_0, {single}_1 and so on")
        }
        (true, _, Some(other)) => {
            format!("{single} and {other} are both bound. Bind one database as {single}, or all of them with numbers")
        }
        (false, Some(missing), Some(_)) => {
            let mut found: Vec<&str> = found.iter().map(|name| name.as_str()).collect();
            found.sort_unstable();
            format!(
                "{missing} is missing: the databases are bound as {}. Their numbers must begin with 0 and have no gap",
                found.join(", ")
            )
        }
    };
    Err(Failure::Misconfigured(refused))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bindings_are_numbered_without_a_gap() {
        let bindings =
            |names: &[&str]| bindings("DB", &names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let numbered = |count: usize| Ok((0..count).map(|number| format!("DB_{number}")).collect());
        assert_eq!(bindings(&["R2", "DB", "DB_NAME"]), Ok(vec!["DB".to_owned()]));
        assert_eq!(bindings(&["DB_0"]), numbered(1));
        assert_eq!(bindings(&["DB_1", "R2", "DB_0", "DBX_5", "DB_"]), numbered(2));
        let eleven: Vec<String> = (0..11).map(|number| format!("DB_{number}")).collect();
        assert_eq!(super::bindings("DB", &eleven), numbered(11));
        for (names, named) in [
            (&["DB_0", "DB_2"][..], "DB_1 is missing: the databases are bound as DB_0, DB_2."),
            (&["DB_1"], "DB_0 is missing"),
            (&["DB_0", "DB_01"], "DB_1 is missing"),
            (&["DB", "DB_0", "DB_1"], "DB and DB_0 are both bound"),
            (&["R2"], "no database is bound"),
        ] {
            let Err(Failure::Misconfigured(detail)) = bindings(names) else { panic!("{names:?}") };
            assert!(detail.contains(named), "{detail}");
        }
    }

    #[test]
    fn the_migrations_are_those_in_their_folder() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
        let names = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.map(|name| name.trim_end_matches(".sql").to_owned()).collect();
        names.sort();
        assert_eq!(names, MIGRATIONS);
        let numbers = MIGRATIONS.iter().map(|name| name[..4].parse::<usize>().unwrap());
        assert!(numbers.eq(1..=MIGRATIONS.len()));
    }
}
