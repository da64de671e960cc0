//! `cargo xtask serve`: serves the built Worker directly from workerd, through Miniflare's API.
//!
//! Unlike `wrangler dev`, it has no proxies in front of the Worker. Latency is six times lower, but it doesn't rebuild on edits, and
//! `request.cf` is missing. `--persist` uses the same data as `cargo xtask dev`. `.dev.vars` is not read.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Value, json};

use crate::config::Wrangler;
use crate::server::{Server, local_address};
use crate::{access, build, migrations, paths, tools, webhooks};

/// A wrapper of the Worker that returns the size of its memory.
pub const MEASURED: &str = include_str!("../e2e/measured.mjs");

/// A wrapper of the Worker that returns its data points, and the rows that D1 has read.
pub const RECORDED: &str = include_str!("../e2e/recorded.mjs");

/// A wrapper of the Worker that bypasses the edge.
pub const DIRECT: &str = include_str!("../e2e/direct.mjs");

/// A wrapper of the Worker that makes its wasm fail.
pub const FAILING: &str = include_str!("../e2e/failing.mjs");

/// How a Worker is served.
#[derive(clap::Args)]
pub struct Options {
    /// Port on 127.0.0.1; 0 selects a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Directory in which Durable Objects, D1 and R2 keep their data between runs.
    #[arg(long, value_name = "DIR", default_value = ".wrangler/state")]
    persist: PathBuf,
    /// Variable for the Worker, which overrides wrangler.toml. May be repeated.
    #[arg(long = "var", value_name = "KEY=VALUE", value_parser = parse_var)]
    vars: Vec<(String, String)>,
    /// Names of the database bindings, separated by commas, instead of those in wrangler.toml.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    databases: Vec<String>,
    /// Number of requests per minute that each caller may send, instead of the one in wrangler.toml.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    rate: Option<u64>,
    /// Return the size of the Worker's wasm memory at /memory.
    #[arg(long)]
    measured: bool,
    /// Say nothing about who may use the Worker, unless --var does. It then refuses everybody.
    #[arg(long)]
    closed: bool,
    /// Do not set PUBLIC_URL, so that there can be no webhooks.
    #[arg(long)]
    no_public_url: bool,
    /// Bypass the edge: send every request to the stream's Durable Object.
    #[arg(long, conflicts_with = "measured")]
    direct: bool,
    /// Make the Worker's wasm fail after a POST to /fail/panic or /fail/trap.
    #[arg(long, conflicts_with_all = ["measured", "direct"])]
    failing: bool,
    /// Give the Worker a dataset for metrics, and return its data points at /points, and the rows that D1 has read at /rows.
    #[arg(long, conflicts_with_all = ["measured", "direct", "failing"])]
    recorded: bool,
    /// Serve the inspector at /inspect/, too. Requests then pass two proxies of Miniflare.
    #[arg(long)]
    inspector: bool,
}

impl Options {
    /// The [`wrapper`](Worker::wrapper) that is chosen.
    fn wrapper(&self) -> Option<&'static str> {
        let wrappers =
            [(self.measured, MEASURED), (self.direct, DIRECT), (self.failing, FAILING), (self.recorded, RECORDED)];
        wrappers.into_iter().find_map(|(chosen, wrapper)| chosen.then_some(wrapper))
    }
}

/// Serves until Ctrl-C. Anyone can use the Worker, unless the variables say who may, or it is `closed`.
pub fn run(options: Options) -> Result<()> {
    // Building can take longer than a port is reserved.
    local_address(options.port)?;
    eprintln!("{}", build::run()?);
    let address = local_address(options.port)?;
    let wrapper = options.wrapper();
    let mut worker = worker(options.vars)?;
    if !options.databases.is_empty() {
        fs::create_dir_all(&options.persist)?;
        let file = std::path::absolute(options.persist.join("wrangler.toml"))?;
        let vars = std::mem::take(&mut worker.config.vars);
        worker.config = worker.config.bound_to(&options.databases, &file)?;
        worker.config.vars = vars;
    }
    if let Some(rate) = options.rate {
        worker.config.ratelimits.iter_mut().for_each(|own| own.simple.limit = rate);
    }
    worker.wrapper = wrapper;
    let cron_trigger = worker.trigger_beside(address)?;
    worker.closed = options.closed;
    worker.has_origin = !options.no_public_url;
    worker.inspector = options.inspector;
    if worker.is_open() {
        println!("{}", access::IS_OPEN);
    }
    let server = worker.start(address, &options.persist)?;
    println!("Cron trigger: {cron_trigger}");
    println!("Ready on {}", server.url());
    server.run_until_interrupted()
}

/// Starts the Worker in app/build. Anyone can use it, unless `vars` say who may.
pub fn start(address: SocketAddr, persist: &Path, vars: Vec<(String, String)>) -> Result<Server> {
    worker(vars)?.start(address, persist)
}

/// Starts the Worker likewise. A GET of the URL that is returned, too, runs the cron trigger.
pub fn start_with_trigger(
    address: SocketAddr,
    persist: &Path,
    vars: Vec<(String, String)>,
) -> Result<(Server, String)> {
    let mut worker = worker(vars)?;
    let cron_trigger = worker.trigger_beside(address)?;
    Ok((worker.start(address, persist)?, cron_trigger))
}

/// Starts the Worker likewise, and the inspector.
pub fn start_inspector(address: SocketAddr, persist: &Path, vars: Vec<(String, String)>) -> Result<Server> {
    Worker { inspector: true, ..worker(vars)? }.start(address, persist)
}

fn worker(vars: Vec<(String, String)>) -> Result<Worker> {
    let mut worker = Worker::of(paths::app())?;
    // A deployment has another origin.
    worker.config.vars.remove(webhooks::PUBLIC_URL);
    for (key, value) in vars {
        worker.config.vars.insert(key, Value::String(value));
    }
    Ok(worker)
}

/// Returns a free address other than `address`, which is not in use yet.
fn another_address(address: SocketAddr) -> Result<SocketAddr> {
    loop {
        let other = local_address(0)?;
        if other != address {
            return Ok(other);
        }
    }
}

/// A built Worker and its bindings.
pub struct Worker {
    pub package: PathBuf,
    pub config: Wrangler,
    /// Source of a module that replaces "./index.js" and has the same exports.
    pub wrapper: Option<&'static str>,
    /// Whether crashes are expected and not reported.
    pub crashes: bool,
    /// Address on which Miniflare itself listens, to run the Worker's cron trigger.
    pub triggers: Option<SocketAddr>,
    /// Whether only the configuration says who may use the Worker. Otherwise, anyone may if it does not say.
    pub closed: bool,
    /// Whether the Worker gets its address as its public URL, unless the configuration has another one.
    pub has_origin: bool,
    /// Whether the inspector is served, too. Miniflare then puts two proxies in front of the Worker.
    pub inspector: bool,
}

impl Worker {
    /// The built Worker of a package, with its configuration.
    pub fn of(package: PathBuf) -> Result<Self> {
        let config = Wrangler::of(&package)?;
        Ok(Self {
            package,
            config,
            wrapper: None,
            crashes: false,
            triggers: None,
            closed: false,
            has_origin: true,
            inspector: false,
        })
    }

    pub fn start(&self, address: SocketAddr, persist: &Path) -> Result<Server> {
        let persist = std::path::absolute(persist)?;
        let mut options = self.miniflare_options(&persist, address);
        options["migrations"] = json!(migrations::pending(&self.config, &persist)?);
        let script = paths::root().join("xtask/serve.mjs");
        let server = Server::start(tools::npm("node").arg(script).arg(options.to_string()), address)?;
        migrations::record(&self.config, &persist)?;
        Ok(server)
    }

    /// Has Miniflare listen on an address of its own, and returns the URL there that runs the Worker's cron trigger.
    fn trigger_beside(&mut self, address: SocketAddr) -> Result<String> {
        let triggers = another_address(address)?;
        self.triggers = Some(triggers);
        Ok(format!("http://{triggers}/cdn-cgi/local/scheduled"))
    }

    /// Whether the configuration does not say who may use the Worker, so that anyone may.
    fn is_open(&self) -> bool {
        !self.closed && !access::is_decided(self.config.vars.keys().map(String::as_str))
    }

    fn variables(&self, address: SocketAddr) -> BTreeMap<&str, Value> {
        let local = webhooks::local(address).map(|(name, value)| (name, Value::String(value)));
        let local = local.into_iter().filter(|(name, _)| self.has_origin || *name != webhooks::PUBLIC_URL);
        let configured = self.config.vars.iter().map(|(name, value)| (name.as_str(), value.clone()));
        let open = self.is_open().then(|| (access::OPEN.0, access::OPEN.1.into()));
        local.chain(configured).chain(open).collect()
    }

    /// Converts wrangler.toml to options of Miniflare.
    fn miniflare_options(&self, persist: &Path, address: SocketAddr) -> Value {
        let config = &self.config;
        let output = paths::build_output(&self.package);
        let durable_objects: BTreeMap<_, _> = (config.durable_objects.bindings.iter())
            .map(|object| (&object.name, json!({ "className": object.class_name, "useSQLite": true })))
            .collect();
        let databases: BTreeMap<_, _> =
            (config.d1_databases.iter()).map(|database| (&database.binding, &database.database_id)).collect();
        let buckets: BTreeMap<_, _> =
            (config.r2_buckets.iter()).map(|bucket| (&bucket.binding, &bucket.bucket_name)).collect();
        let ratelimits: BTreeMap<_, _> = (config.ratelimits.iter())
            .map(|own| (&own.name, json!({ "namespace_id": own.namespace_id, "simple": own.simple })))
            .collect();
        let mut options = json!({
            "name": config.name,
            "compatibilityDate": config.compatibility_date,
            "compatibilityFlags": config.compatibility_flags,
            "modulesRoot": output,
            "modules": self.modules(&output),
            "bindings": self.variables(address),
            "durableObjects": durable_objects,
            "d1Databases": databases,
            "r2Buckets": buckets,
            "ratelimits": ratelimits,
            // The folder that wrangler creates in --persist-to.
            "resourcePersistencePath": persist.join("v3"),
            "unsafeDirectSockets": [{ "host": address.ip(), "port": address.port() }],
            "logRequests": false,
            "crashes": self.crashes,
            "cf": false,
        });
        if let (true, Some(assets)) = (self.inspector, &config.assets) {
            options["assets"] = json!({
                "directory": assets.directory,
                "run_worker_first": assets.run_worker_first,
                "routerConfig": { "has_user_worker": true },
            });
        }
        if let Some(address) = self.triggers {
            options["host"] = json!(address.ip());
            options["port"] = json!(address.port());
            options["unsafeTriggerHandlers"] = json!(true);
        }
        options
    }

    /// The modules in the folder `output`. workerd starts with the first one.
    fn modules(&self, output: &Path) -> Vec<Value> {
        let wrapper = self
            .wrapper
            .map(|contents| json!({ "type": "ESModule", "path": output.join("wrapper.js"), "contents": contents }));
        let built = [
            json!({ "type": "ESModule", "path": output.join("index.js") }),
            json!({ "type": "CompiledWasm", "path": output.join("index_bg.wasm") }),
        ];
        wrapper.into_iter().chain(built).collect()
    }
}

/// Parses `KEY=VALUE`.
pub fn parse_var(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.into(), value.into())),
        _ => Err("expected KEY=VALUE".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8787);

    #[test]
    fn a_worker_is_open_only_if_nothing_else_is_said() -> Result<()> {
        let with = |name: &str| worker(vec![(name.into(), "value".into())]);
        for name in runtime::access::VARIABLES {
            let variables = with(name)?;
            assert_eq!(variables.variables(ADDRESS).get(name), Some(&"value".into()), "{name}");
            assert!(name == access::OPEN.0 || !variables.variables(ADDRESS).contains_key(access::OPEN.0), "{name}");
        }
        assert_eq!(with("LIMIT_PAGE")?.variables(ADDRESS)["AUTH"], "none");
        assert_eq!(with("PUBLIC_URL")?.variables(ADDRESS)["PUBLIC_URL"], "value");
        assert_eq!(with("LIMIT_PAGE")?.variables(ADDRESS)["PUBLIC_URL"], "http://127.0.0.1:8787");
        assert!(!Worker { has_origin: false, ..with("LIMIT_PAGE")? }.variables(ADDRESS).contains_key("PUBLIC_URL"));
        assert!(!Worker { closed: true, ..with("LIMIT_PAGE")? }.variables(ADDRESS).contains_key("AUTH"));
        Ok(())
    }
}
