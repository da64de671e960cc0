//! Who may do what: tokens and keys as attackers and operators use them, paths, signed URLs, and a model of permissions.

#[path = "access/admin.rs"]
mod admin;
#[path = "access/browsers.rs"]
mod browsers;
#[path = "access/caches.rs"]
mod caches;
#[path = "access/keys.rs"]
mod keys;
#[path = "access/live.rs"]
mod live;
#[path = "access/model.rs"]
mod model;
#[path = "access/paths.rs"]
mod paths;
#[path = "access/setup.rs"]
mod setup;
#[path = "access/tokens.rs"]
mod tokens;
