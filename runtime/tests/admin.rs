//! What operators do with one stream, and with all streams with a prefix.

#[path = "admin/compact.rs"]
mod compact;
#[path = "admin/deletions.rs"]
mod deletions;
#[path = "admin/describe.rs"]
mod describe;
#[path = "admin/forget.rs"]
mod forget;
#[path = "admin/moved.rs"]
mod moved;
#[path = "admin/setup.rs"]
mod setup;
#[path = "admin/stored.rs"]
mod stored;
#[path = "admin/usage.rs"]
mod usage;
#[path = "admin/verify.rs"]
mod verify;
