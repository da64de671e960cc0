use spec::Limits;
use std::fmt;

/// What a deployment configures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The limits of the spec, with those that variables override.
    pub limits: Limits,
    /// The bearer token that every request must carry, if there is one.
    pub token: Option<String>,
    /// Whether objects lose their memory as soon as nobody needs it: for tests, of what the platform does at its whim.
    pub forgetful: bool,
}

/// A variable whose value can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// A limit can't be read.
    Limit(wire::BadLimit),
    /// A limit contradicts another one, or what the storage can hold.
    Contradiction(&'static str),
    /// `AUTH_TOKEN` is set to nothing, which would lock everybody out or nobody.
    EmptyToken,
}

/// The variable that holds the bearer token.
pub const AUTH_TOKEN: &str = "AUTH_TOKEN";

/// The variable that makes objects forgetful, if it is `true`.
pub const FORGETFUL: &str = "TEST_FORGETFUL";

/// Longest text that D1 keeps in a row, in bytes, less room for the other columns.
const ROW_BYTES_MAX: usize = 1_900_000;

impl Settings {
    /// Reads the variables of a deployment.
    ///
    /// # Errors
    /// [`SettingsError`], for the first variable that can't be used.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let token = variable(AUTH_TOKEN);
        if token.as_deref() == Some("") {
            return Err(SettingsError::EmptyToken);
        }
        let forgetful = variable(FORGETFUL).as_deref() == Some("true");
        let limits = Limits::DECLARED.overridden(variable).map_err(SettingsError::Limit)?;
        Self { limits, token, forgetful }.checked()
    }

    fn checked(self) -> Result<Self, SettingsError> {
        let Limits { message, row, page, queue, memory, memory_small, memory_pages, .. } = self.limits;
        let rules = [
            (row.div_ceil(3) * 4 <= ROW_BYTES_MAX, "`row` must fit a row of D1 once it is written as base64"),
            (message <= row, "`message` must not exceed `row`, since a message is never split"),
            (
                memory_small.saturating_add(memory_pages) <= memory,
                "`memory` must not be less than `memory_small` and `memory_pages` together",
            ),
            (page > 0 && row > 0 && queue > 0, "`page`, `row` and `queue` must not be 0"),
        ];
        match rules.iter().find(|(holds, _)| !holds) {
            Some((_, rule)) => Err(SettingsError::Contradiction(rule)),
            None => Ok(self),
        }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingsError::Limit(error) => error.fmt(f),
            SettingsError::Contradiction(rule) => f.write_str(rule),
            SettingsError::EmptyToken => write!(f, "the variable {AUTH_TOKEN} is set, but empty"),
        }
    }
}

impl std::error::Error for SettingsError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::read(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn declared_limits_are_sound() {
        assert_eq!(read(&[]), Ok(Settings { limits: Limits::DECLARED, token: None, forgetful: false }));
    }

    #[test]
    fn variables_override_and_are_checked() {
        assert_eq!(read(&[("LIMIT_PAGE", "4 KiB")]).unwrap().limits.page, 4096);
        assert!(matches!(read(&[("LIMIT_PAGE", "4")]), Err(SettingsError::Limit(_))));
        assert!(matches!(read(&[("LIMIT_ROW", "2 MiB")]), Err(SettingsError::Contradiction(_))));
        assert!(matches!(read(&[("LIMIT_MEMORY", "1 MiB")]), Err(SettingsError::Contradiction(_))));
        assert_eq!(read(&[("AUTH_TOKEN", "")]), Err(SettingsError::EmptyToken));
    }
}
