//! What a run ran on. Nothing that says whose machine it is.

use std::fs;
use std::path::Path;
use std::thread::available_parallelism;

/// In one line.
pub fn description() -> String {
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.into());
    let threads = available_parallelism().map_or(1, usize::from);
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split(' ').next()?.parse::<u64>().ok())
        .map_or_else(String::new, |kib| format!(", {} GB of memory", (kib + 500_000) / 1_000_000));
    let workerd = workerd().map_or_else(String::new, |version| format!(", workerd {version}"));
    format!("{processor}, {threads} hardware threads{memory}, {}{workerd}", std::env::consts::OS)
}

/// How many others want a processor: a run is only worth something if this is far below the number of processors.
pub fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn workerd() -> Option<String> {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../package-lock.json");
    let lock: serde_json::Value = serde_json::from_str(&fs::read_to_string(lock).ok()?).ok()?;
    Some(lock["packages"]["node_modules/workerd"]["version"].as_str()?.to_owned())
}
