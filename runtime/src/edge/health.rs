//! Whether the server works: its settings and bindings, and one read from each database and from the bucket.
//!
//! Anyone may send the request, so the checks for one request answer all others to the isolate within `health_interval`. A response contains no text of
//! an error of the platform. That is logged.

use crate::access::Access;
use crate::host::deadline::{no_answer, within};
use crate::host::{Bucket, Database, Isolate, UnixMs};
use crate::{Databases, Event, Failure, Report, Settings};
use futures_util::future::{join, join_all};
use spec::health::{Failing, Service, Working, check, probe};
use spec::{
    DatabaseNumber, HealthCheck, HealthComponent, HealthReason, HealthReport, HealthStatus, Limits, SchemaVersion,
};
use std::cell::RefCell;
use std::convert::Infallible;
use std::time::Duration;
use wire::{Asked, NoBody, take};

/// The key of an object that does not exist. Reading it shows whether the bucket answers.
const NO_KEY: &str = "health";

/// Maximum number of characters of a reason.
const REASON_CHARS_MAX: usize = 1000;

/// The reason why a server that nobody may use does not work.
const UNCONFIGURED: &str =
    "nobody may use it. Set AUTH_TOKEN, AUTH_KEYS or AUTH_JWKS, or set AUTH to `none` to let anyone use it";

/// How often a request looks whether the checks for another one have ended.
const LOOK: Duration = Duration::from_millis(20);

/// A deployment, as far as its health depends on it. A binding that is missing has failed.
pub struct Deployment<'a, D, B> {
    /// The settings.
    pub settings: Result<&'a Settings, Failure>,
    /// The databases.
    pub databases: Result<&'a Databases<D>, Failure>,
    /// The bucket.
    pub bucket: Result<&'a B, Failure>,
    /// The binding of the Durable Objects.
    pub objects: Result<(), Failure>,
}

/// The health of the server, as one isolate last saw it.
#[derive(Debug, Default)]
pub struct Health(RefCell<State>);

#[derive(Debug, Default)]
struct State {
    last: Option<(HealthReport, UnixMs)>,
    /// When the checks began that are running. If their request is canceled, that stays so until `health_wait` has passed.
    running: Option<UnixMs>,
}

/// The next step of a request.
enum Step {
    Use(HealthReport),
    Check,
    Wait,
}

impl Health {
    /// Answers a request for the health of the server.
    pub async fn respond<D: Database, B: Bucket>(
        &self,
        source: &impl wire::Source,
        deployment: Deployment<'_, D, B>,
        isolate: &impl Isolate,
    ) -> wire::Response<Infallible> {
        let limits = deployment.settings.as_ref().map_or(&Limits::DECLARED, |settings| &settings.limits);
        let report = self.report(deployment, limits, isolate).await;
        spec::health::serve(&Reported { report, limits }, source, NoBody).await
    }

    async fn report<D: Database, B: Bucket>(
        &self,
        deployment: Deployment<'_, D, B>,
        limits: &Limits,
        isolate: &impl Isolate,
    ) -> HealthReport {
        loop {
            let step = self.0.borrow().step(limits, isolate.now());
            match step {
                Step::Use(report) => return report,
                Step::Wait => isolate.sleep(LOOK).await,
                Step::Check => break,
            }
        }
        self.0.borrow_mut().running = Some(isolate.now());
        let checks = Checks { limits, isolate }.of(deployment).await;
        let report = HealthReport { status: worst(&checks), checks };
        *self.0.borrow_mut() = State { last: Some((report.clone(), isolate.now())), running: None };
        report
    }
}

impl State {
    fn step(&self, limits: &Limits, now: UnixMs) -> Step {
        let since = |then: UnixMs| Duration::from_millis(now.saturating_sub(then));
        let is_running = self.running.is_some_and(|began| since(began) <= limits.health_wait);
        match &self.last {
            Some((report, then)) if is_running || since(*then) < limits.health_interval => Step::Use(report.clone()),
            None if is_running => Step::Wait,
            Some(_) | None => Step::Check,
        }
    }
}

/// All checks.
struct Checks<'a, I> {
    limits: &'a Limits,
    isolate: &'a I,
}

/// Why a check has failed.
struct Trouble {
    for_clients: String,
    for_the_log: String,
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self { for_clients: failure.client_detail(), for_the_log: failure.to_string() }
    }
}

impl<I: Isolate> Checks<'_, I> {
    async fn of<D: Database, B: Bucket>(&self, deployment: Deployment<'_, D, B>) -> Vec<HealthCheck> {
        let Deployment { settings, databases, bucket, objects } = deployment;
        let settings =
            self.check(HealthComponent::Settings, None, settings.and_then(admits_anyone).map_err(Trouble::from));
        let objects = self.check(HealthComponent::Objects, None, objects.map_err(Trouble::from));
        let databases = async {
            match databases {
                Ok(databases) => {
                    join_all((0..databases.all().len()).map(|number| self.database(databases, number))).await
                }
                Err(failure) => vec![self.check(HealthComponent::Database, None, Err(failure.into()))],
            }
        };
        let (databases, bucket) = join(databases, self.bucket(bucket)).await;
        [settings, objects, bucket].into_iter().chain(databases).collect()
    }

    async fn database<D: Database>(&self, databases: &Databases<D>, number: usize) -> HealthCheck {
        let found = self.in_time(databases.schema_version(number)).await;
        let schema_version = found.as_ref().ok().and_then(|version| SchemaVersion::new(*version));
        let check = self.check(HealthComponent::Database, Some(number), found.map(drop));
        HealthCheck { schema_version, ..self.warned(check, databases.fullness(number, self.limits)) }
    }

    /// The check of a database that is so full, in percent. The cron trigger logs the same.
    fn warned(&self, check: HealthCheck, fullness: u64) -> HealthCheck {
        if !matches!(check.status, HealthStatus::Pass) || fullness < self.limits.database_warning as u64 {
            return check;
        }
        HealthCheck {
            status: HealthStatus::Warn,
            reason: reason(&format!("The database is {fullness} % full.")),
            ..check
        }
    }

    async fn bucket<B: Bucket>(&self, bucket: Result<&B, Failure>) -> HealthCheck {
        let found = match bucket {
            Ok(bucket) => self.in_time(async { Ok(bucket.get(NO_KEY, 0..1).await?) }).await.map(drop),
            Err(failure) => Err(failure.into()),
        };
        self.check(HealthComponent::Bucket, None, found)
    }

    async fn in_time<T>(&self, found: impl Future<Output = Result<T, Failure>>) -> Result<T, Trouble> {
        let wait = self.limits.health_wait;
        let Some(found) = within(self.isolate.sleep(wait), found).await else {
            let late = format!("There was {}.", no_answer(wait));
            return Err(Trouble { for_clients: late.clone(), for_the_log: late });
        };
        Ok(found?)
    }

    /// The result of a check. A failure is logged.
    fn check(&self, component: HealthComponent, number: Option<usize>, found: Result<(), Trouble>) -> HealthCheck {
        if let Err(trouble) = &found {
            let number = number.map_or_else(String::new, |number| format!(" {number}"));
            let cause = format!("{}{number}: {}", component.as_str(), trouble.for_the_log);
            self.isolate.report(&Report::new(Event::Unhealthy, cause));
        }
        HealthCheck {
            component,
            number: number.and_then(|number| DatabaseNumber::new(number as u64)),
            status: status(found.is_ok()),
            schema_version: None,
            reason: found.err().and_then(|trouble| reason(&trouble.for_clients)),
        }
    }
}

/// The status of a server with these checks.
fn worst(checks: &[HealthCheck]) -> HealthStatus {
    let is_any = |status: fn(&HealthStatus) -> bool| checks.iter().any(|check| status(&check.status));
    if is_any(|status| matches!(status, HealthStatus::Fail)) {
        HealthStatus::Fail
    } else if is_any(|status| matches!(status, HealthStatus::Warn)) {
        HealthStatus::Warn
    } else {
        HealthStatus::Pass
    }
}

fn status(passed: bool) -> HealthStatus {
    if passed { HealthStatus::Pass } else { HealthStatus::Fail }
}

/// As much of a text as a reason can contain.
fn reason(text: &str) -> Option<HealthReason> {
    let text: String =
        text.chars().map(|char| if char.is_control() { ' ' } else { char }).take(REASON_CHARS_MAX).collect();
    HealthReason::read(&text).ok()
}

/// Whether anyone may use the server, be it only the operator.
fn admits_anyone(settings: &Settings) -> Result<(), Failure> {
    match settings.access {
        Access::Open | Access::Guarded(_) => Ok(()),
        Access::Unconfigured => Err(Failure::Misconfigured(UNCONFIGURED.to_owned())),
    }
}

/// The handlers, for a report.
struct Reported<'a> {
    report: HealthReport,
    limits: &'a Limits,
}

impl check::Facts for Reported<'_> {
    fn server_failing(&self) -> bool {
        matches!(self.report.status, HealthStatus::Fail)
    }
}

impl probe::Facts for Reported<'_> {
    fn server_failing(&self) -> bool {
        check::Facts::server_failing(self)
    }
}

impl Service for Reported<'_> {
    type Failure = Infallible;
    type Events = Infallible;

    fn limits(&self) -> &Limits {
        self.limits
    }

    fn failed(&self, failure: Infallible) -> String {
        match failure {}
    }

    async fn check(&self, request: Asked<check::Request>) -> Result<check::Outcome, Infallible> {
        let request = take!(request as check::Request {});
        let body = self.report.clone();
        Ok(match check::decide(&request, self) {
            check::Decision::Working => Working { body }.into(),
            check::Decision::Failing => Failing { body }.into(),
        })
    }

    async fn probe(&self, request: Asked<probe::Request>) -> Result<probe::Outcome, Infallible> {
        let request = take!(request as probe::Request {});
        let body = self.report.clone();
        Ok(match probe::decide(&request, self) {
            probe::Decision::Working => Working { body }.into(),
            probe::Decision::Failing => Failing { body }.into(),
        })
    }
}
