//! Progress on a terminal. Where stderr is no terminal, nothing is shown.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// A bar that counts up to `length`, or without one, a spinner.
pub fn bar(length: Option<u64>, what: &str) -> ProgressBar {
    let (bar, template) = match length {
        Some(length) => (ProgressBar::new(length), "{msg} {wide_bar} {human_pos}/{human_len} {eta}"),
        None => (ProgressBar::new_spinner(), "{spinner} {msg}: {human_pos} in {elapsed}"),
    };
    bar.set_style(ProgressStyle::with_template(template).expect("the template is valid"));
    bar.set_message(what.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
