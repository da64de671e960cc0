//! Where the runtime meets the Workers platform.

mod d1;
mod host;
mod message;
mod request;
mod response;

pub use d1::D1;
pub use host::{Cloudflare, stored_path};
pub use message::{Letter, is_letter};
pub use request::{Body, Head};
pub use response::respond;

use crate::{Settings, SettingsError};
use worker::Env;

/// The binding of the database.
pub const DATABASE: &str = "DB";
/// The binding of the objects.
pub const OBJECTS: &str = "STREAMS";

/// Reads the variables and secrets of the deployment.
///
/// # Errors
/// [`SettingsError`], for the first that can't be used.
pub fn settings(env: &Env) -> Result<Settings, SettingsError> {
    Settings::read(|name| env.var(name).ok().map(|variable| variable.to_string()))
}
