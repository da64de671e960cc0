mod webhooks;

pub use webhooks::{Webhooks, WebhooksError};

use crate::access::{self, Access, AccessError};
use crate::host::{CONTENT_BYTES_MAX, ROW_BYTES_MAX};
use segment::Index;
use spec::Limits;
use std::collections::BTreeMap;
use std::fmt;

/// The configuration of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The limits of the spec, with the values that variables override.
    pub limits: Limits,
    /// The callers that the server accepts.
    pub access: Access,
    /// Whether a Durable Object discards its memory as soon as it is idle. For tests of eviction, which the platform can do at any time.
    pub evict_when_idle: bool,
    /// Whether the log contains paths of streams. Otherwise, it contains hashes of them.
    pub log_paths: bool,
    /// Where webhooks may be, and how they find the server.
    pub webhooks: Webhooks,
}

/// A variable whose value can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// The variable names a limit that does not exist.
    UnknownLimit(String),
    /// The value of a limit can't be parsed.
    Limit(wire::BadLimit),
    /// A limit contradicts another one, or exceeds the capacity of the storage.
    Contradiction(String),
    /// A variable that configures access is invalid, or contradicts another one.
    Access(AccessError),
    /// The value of `LOG_PATHS` is neither `true` nor `false`.
    LogPaths,
    /// A variable that configures webhooks is invalid.
    Webhooks(WebhooksError),
}

/// The variable that sets [`Settings::evict_when_idle`], if it is `true`.
pub const EVICT_WHEN_IDLE: &str = "TEST_FORGETFUL";

/// The variable that sets [`Settings::log_paths`].
const LOG_PATHS: &str = "LOG_PATHS";

/// Maximum statements of a batch in D1, which is its maximum number of queries in one invocation.
const STATEMENTS_MAX: usize = 1_000;

/// Maximum statements of a batch that do not insert rows of the log.
const STATEMENTS_BESIDE_ROWS: usize = 10;

/// Maximum parts of one body. A Worker may make 1,000 requests to R2 and D1 while it handles one request.
const PARTS_MAX: usize = 500;

/// Maximum parts for `part` bytes of a body. The shortest JSON message and its comma have two bytes in the body and five in a frame.
const PARTS_PER_FLUSH_MAX: usize = 4;

/// Maximum bytes of a row of `segments` or `streams` besides its index or its lineage. Paths and keys have at most 1,024 bytes, header
/// values 256.
const ROW_BYTES_BESIDE: usize = 10_000;

/// Maximum bytes of the frames for one row of the log. A message of one byte takes five bytes as a frame, and four in the row.
const FRAMES_OF_A_ROW_BYTES_MAX: usize = ROW_BYTES_MAX / 4 * 5;

/// Maximum bytes of an ancestor in the lineage of a stream, as JSON.
const ANCESTOR_BYTES_MAX: usize = 1_300;

/// Maximum bytes of a remembered append of a producer: an offset and a comma.
const TAIL_BYTES_MAX: usize = 17;

impl Settings {
    /// The settings of a deployment that sets no variable.
    pub const DECLARED: Self = Self {
        limits: Limits::DECLARED,
        access: Access::Unconfigured,
        evict_when_idle: false,
        log_paths: false,
        webhooks: Webhooks::DECLARED,
    };

    /// Whether a variable of this name belongs to the settings. Every name with the prefix of limits does.
    #[must_use]
    pub fn is_setting(name: &str) -> bool {
        [EVICT_WHEN_IDLE, LOG_PATHS].contains(&name)
            || access::VARIABLES.contains(&name)
            || webhooks::VARIABLES.contains(&name)
            || name.starts_with(Limits::PREFIX)
    }

    /// Reads the variables of a deployment, by name. Variables other than [settings](Self::is_setting) are ignored.
    ///
    /// # Errors
    /// [`SettingsError`], for the first variable that is invalid.
    pub fn read(variables: &BTreeMap<String, String>) -> Result<Self, SettingsError> {
        let variable = |name: &str| variables.get(name).cloned();
        let mut limits = variables.keys().filter(|name| name.starts_with(Limits::PREFIX));
        if let Some(unknown) = limits.find(|name| !Limits::VARIABLES.contains(&name.as_str())) {
            return Err(SettingsError::UnknownLimit(unknown.clone()));
        }
        let access = Access::read(variable).map_err(SettingsError::Access)?;
        let evict_when_idle = variable(EVICT_WHEN_IDLE).as_deref() == Some("true");
        let log_paths = match variable(LOG_PATHS).as_deref() {
            Some("true") => true,
            Some("false") | None => false,
            Some(_) => return Err(SettingsError::LogPaths),
        };
        let webhooks = Webhooks::read(variable).map_err(SettingsError::Webhooks)?;
        let limits = Limits::DECLARED.overridden(variable).map_err(SettingsError::Limit)?;
        Self { limits, access, evict_when_idle, log_paths, webhooks }.checked()
    }

    fn checked(self) -> Result<Self, SettingsError> {
        match contradiction(&self.limits) {
            Some(rule) => Err(SettingsError::Contradiction(rule)),
            None => Ok(self),
        }
    }
}

/// The first rule that limits violate together, or that one of them violates because of the storage.
fn contradiction(limits: &Limits) -> Option<String> {
    zero(limits).or_else(|| beyond_storage(limits)).or_else(|| {
        let Limits { merge, memory, memory_small, memory_pages, .. } = limits;
        let rules = [
            (*merge < 2, "LIMIT_MERGE must be at least 2"),
            (
                limits.sse_jitter > 100,
                "LIMIT_SSE_JITTER must not exceed 100, because it is a percentage of LIMIT_SSE_LIFETIME",
            ),
            (
                [limits.database_moves, limits.database_warning, limits.database_creations, limits.database_appends]
                    .iter()
                    .any(|percent| *percent > 100),
                "LIMIT_DATABASE_MOVES, LIMIT_DATABASE_WARNING, LIMIT_DATABASE_CREATIONS and LIMIT_DATABASE_APPENDS must \
                 not exceed 100, because they are percentages of LIMIT_DATABASE_SIZE",
            ),
            (
                memory_small.saturating_add(*memory_pages) > *memory,
                "LIMIT_MEMORY must not be less than LIMIT_MEMORY_SMALL and LIMIT_MEMORY_PAGES together",
            ),
        ];
        rules.into_iter().find(|(broken, _)| *broken).map(|(_, rule)| rule.to_owned())
    })
}

/// The first limit that is 0 but must not be.
fn zero(limits: &Limits) -> Option<String> {
    let amounts = [
        ("LIMIT_BODY", limits.body),
        ("LIMIT_SMALL_BODY", limits.small_body),
        ("LIMIT_MESSAGE", limits.message),
        ("LIMIT_PART", limits.part),
        ("LIMIT_RESPONSE", limits.response),
        ("LIMIT_PAGE", limits.page),
        ("LIMIT_ROW", limits.row),
        ("LIMIT_QUEUE", limits.queue),
        ("LIMIT_TRANSACTION", limits.transaction),
        ("LIMIT_TRANSACTION_BYTES", limits.transaction_bytes),
        ("LIMIT_DATABASE_SIZE", limits.database_size),
        ("LIMIT_SEGMENT", limits.segment),
        ("LIMIT_BLOCK", limits.block),
        ("LIMIT_READERS_SERVED", limits.readers_served),
        ("LIMIT_READER_WINDOW", limits.reader_window),
        ("LIMIT_PRODUCERS", limits.producers),
        ("LIMIT_PRODUCER_TAILS", limits.producer_tails),
    ];
    let times = [
        ("LIMIT_BODY_WAIT", limits.body_wait),
        ("LIMIT_DATABASE_WAIT", limits.database_wait),
        ("LIMIT_BUCKET_WAIT", limits.bucket_wait),
        ("LIMIT_OBJECT_WAIT", limits.object_wait),
        ("LIMIT_TRANSACTION_VALIDITY", limits.transaction_validity),
        ("LIMIT_SSE_LIFETIME", limits.sse_lifetime),
        ("LIMIT_CURSOR_INTERVAL", limits.cursor_interval),
        ("LIMIT_HEALTH_WAIT", limits.health_wait),
    ];
    let amount = amounts.into_iter().find(|(_, amount)| *amount == 0).map(|(name, _)| name);
    let time = times.into_iter().find(|(_, time)| time.is_zero()).map(|(name, _)| name);
    amount.or(time).map(|name| format!("{name} must not be 0"))
}

/// The first limit that exceeds the documented capacity of a row or a batch in D1, or of a request to R2.
fn beyond_storage(limits: &Limits) -> Option<String> {
    let Limits { body, part, message, row, segment, block, transaction, fork_depth, producer_tails, .. } = *limits;
    let room = ROW_BYTES_MAX - ROW_BYTES_BESIDE;
    let base64 = row.div_ceil(3).saturating_mul(4);
    // A part becomes a segment, and contains at least one message.
    let frames = segment.max(part).max(message).saturating_add(FRAMES_OF_A_ROW_BYTES_MAX);
    let index = Index::text_bytes_max(frames, block);
    // A row is only ended when the next piece does not fit, so two adjacent rows hold more than `row` bytes.
    let rows = part.min(body).div_ceil(row).saturating_mul(2).saturating_add(1);
    let parts = body.div_ceil(part).saturating_mul(PARTS_PER_FLUSH_MAX);
    let (lineage, tails) =
        (fork_depth.saturating_mul(ANCESTOR_BYTES_MAX), producer_tails.saturating_mul(TAIL_BYTES_MAX));
    let row_of = |limits: &str, what: &str, bytes: usize, most: usize| {
        (bytes > most).then(|| format!("{limits}: {what} can take {bytes} bytes, but a row of D1 has room for {most}"))
    };
    row_of(&format!("LIMIT_ROW = {row} B is too much"), "its payload as base64", base64, CONTENT_BYTES_MAX)
        .or_else(|| {
            let limits = format!("LIMIT_SEGMENT = {segment} B is too much for LIMIT_BLOCK = {block} B");
            row_of(&limits, "the index of a segment", index, room)
        })
        .or_else(|| row_of(&format!("LIMIT_FORK_DEPTH = {fork_depth} is too much"), "a lineage", lineage, room))
        .or_else(|| {
            row_of(&format!("LIMIT_PRODUCER_TAILS = {producer_tails} is too much"), "the remembered appends of a producer", tails, room)
        })
        .or_else(|| {
            let most = STATEMENTS_MAX - STATEMENTS_BESIDE_ROWS;
            (rows > most).then(|| {
                format!(
                    "LIMIT_PART = {part} B is too much for LIMIT_ROW = {row} B: a body can take {rows} rows, but a D1 \
                     transaction has room for {most}"
                )
            })
        })
        .or_else(|| {
            (parts > PARTS_MAX).then(|| {
                format!(
                    "LIMIT_BODY = {body} B is too much for LIMIT_PART = {part} B: a body can take {parts} parts, but one \
                     request may put only {PARTS_MAX} objects in R2"
                )
            })
        })
        .or_else(|| {
            (transaction > STATEMENTS_MAX).then(|| {
                format!("LIMIT_TRANSACTION = {transaction} is too much: D1 allows {STATEMENTS_MAX} statements per request")
            })
        })
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingsError::UnknownLimit(name) => {
                write!(f, "the variable {name} is set, but this version has no such limit")
            }
            SettingsError::Limit(error) => error.fmt(f),
            SettingsError::Contradiction(rule) => f.write_str(rule),
            SettingsError::Access(error) => error.fmt(f),
            SettingsError::Webhooks(error) => error.fmt(f),
            SettingsError::LogPaths => write!(f, "the variable {LOG_PATHS} must be `true` or `false`"),
        }
    }
}

impl std::error::Error for SettingsError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::fork::Ancestor;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::read(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn declared_limits_are_sound() {
        assert_eq!(read(&[]), Ok(Settings::DECLARED));
    }

    #[test]
    fn variables_override_and_are_checked() {
        assert_eq!(read(&[("LIMIT_PAGE", "4 KiB")]).unwrap().limits.page, 4096);
        assert!(matches!(read(&[("LIMIT_PAGE", "4")]), Err(SettingsError::Limit(_))));
        // As in production, where a number of bytes has 32 bits.
        assert!(matches!(read(&[("LIMIT_RETAIN", "8192 MiB")]), Err(SettingsError::Limit(_))));
        assert!(matches!(read(&[("LIMIT_RESTORE_SEGMENTS", "4294967296")]), Err(SettingsError::Limit(_))));
        assert!(matches!(read(&[("LIMIT_MEMORY", "1 MiB")]), Err(SettingsError::Contradiction(_))));
        assert!(matches!(read(&[("AUTH_TOKEN", "")]), Err(SettingsError::Access(_))));
        assert_eq!(read(&[("LOG_PATHS", "yes")]), Err(SettingsError::LogPaths));
        assert!(read(&[("LOG_PATHS", "true")]).is_ok_and(|settings| settings.log_paths));
        assert!(read(&[("LOG_PATHS", "false")]).is_ok_and(|settings| !settings.log_paths));
    }

    #[test]
    fn a_variable_that_names_no_limit_is_refused_and_any_other_is_not() {
        for name in ["LIMIT_PAGES", "LIMIT_", "LIMIT_page"] {
            let error = read(&[("LIMIT_PAGE", "4 KiB"), (name, "4 KiB")]).unwrap_err().to_string();
            assert!(error.contains(&format!("the variable {name} ")), "{error}");
            assert!(Settings::is_setting(name));
        }
        assert_eq!(read(&[("PAGE", "4 KiB"), ("NO_LIMIT_PAGES", "x")]), Ok(Settings::DECLARED));
        assert!(
            !Settings::is_setting("PAGE")
                && Settings::is_setting("AUTH_TOKEN")
                && Settings::is_setting("TEST_FORGETFUL")
        );
    }

    /// Variables, and the texts that the error contains.
    type Refused<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

    #[test]
    fn limits_that_the_storage_cannot_meet_are_refused_by_name() {
        let refused: [Refused; 9] = [
            (&[("LIMIT_ROW", "2 MiB")], &["LIMIT_ROW"]),
            (&[("LIMIT_BLOCK", "64 B")], &["LIMIT_SEGMENT", "LIMIT_BLOCK = 64 B", "1990000"]),
            (&[("LIMIT_SEGMENT", "3000 MiB")], &["LIMIT_SEGMENT = 3145728000 B", "LIMIT_BLOCK"]),
            (&[("LIMIT_FORK_DEPTH", "10000")], &["LIMIT_FORK_DEPTH"]),
            (&[("LIMIT_PRODUCER_TAILS", "200000")], &["LIMIT_PRODUCER_TAILS"]),
            (&[("LIMIT_ROW", "4 KiB")], &["LIMIT_PART", "LIMIT_ROW", "990"]),
            (&[("LIMIT_TRANSACTION", "1001")], &["LIMIT_TRANSACTION"]),
            (&[("LIMIT_PART", "64 KiB")], &["LIMIT_BODY", "LIMIT_PART", "500"]),
            (&[("LIMIT_PART", "256 KiB")], &["LIMIT_BODY", "LIMIT_PART", "1024 parts"]),
        ];
        for (variables, named) in refused {
            let Err(SettingsError::Contradiction(rule)) = read(variables) else { panic!("{variables:?}") };
            assert!(named.iter().all(|name| rule.contains(name)), "{rule}");
        }
        assert!(read(&[("LIMIT_BLOCK", "1 KiB")]).is_ok());
        assert!(read(&[("LIMIT_BODY", "90 MiB")]).is_ok());
    }

    #[test]
    fn limits_that_stop_everything_are_refused_by_name() {
        let bytes = [
            "BODY",
            "SMALL_BODY",
            "PART",
            "MESSAGE",
            "RESPONSE",
            "PAGE",
            "ROW",
            "TRANSACTION_BYTES",
            "SEGMENT",
            "BLOCK",
            "READER_WINDOW",
        ];
        let counts = ["DATABASE_SIZE", "QUEUE", "TRANSACTION", "READERS_SERVED", "PRODUCERS", "PRODUCER_TAILS"];
        let waits = ["BODY_WAIT", "DATABASE_WAIT", "BUCKET_WAIT", "OBJECT_WAIT", "TRANSACTION_VALIDITY"];
        let times = waits.into_iter().chain(["SSE_LIFETIME", "CURSOR_INTERVAL", "HEALTH_WAIT"]);
        let zeros = bytes.map(|name| (name, "0 B")).into_iter().chain(counts.map(|name| (name, "0")));
        for (name, zero) in zeros.chain(times.map(|name| (name, "0 s"))) {
            let name = format!("LIMIT_{name}");
            let rule = read(&[(&name, zero)]).unwrap_err().to_string();
            assert_eq!(rule, format!("{name} must not be 0"));
        }
        assert!(read(&[("LIMIT_MERGE", "1")]).is_err());
        assert!(read(&[("LIMIT_SSE_JITTER", "101")]).is_err());
        for name in ["MOVES", "WARNING", "CREATIONS", "APPENDS"] {
            assert!(read(&[(&format!("LIMIT_DATABASE_{name}"), "101")]).is_err());
            assert!(read(&[(&format!("LIMIT_DATABASE_{name}"), "100")]).is_ok());
        }
        assert!(read(&[("LIMIT_SSE_JITTER", "0"), ("LIMIT_SSE_HEARTBEAT", "0 s")]).is_ok());
        assert!(read(&[("LIMIT_HOT", "0 B"), ("LIMIT_READERS", "0"), ("LIMIT_TAIL_CACHE", "0 B")]).is_ok());
    }

    #[test]
    fn ancestors_and_tails_are_within_their_maximum() {
        let shift = serde_json::from_value(wire::MAX_EXACT_INTEGER.into()).unwrap();
        let ancestor = Ancestor { path: "%".repeat(1024), generation: "f".repeat(32), stop: u64::MAX, shift };
        assert!(serde_json::to_string(&ancestor).unwrap().len() < ANCESTOR_BYTES_MAX);
        assert!(wire::MAX_EXACT_INTEGER.to_string().len() < TAIL_BYTES_MAX);
    }
}
