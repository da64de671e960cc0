//! Copies streams from a server to a file, and from a file to a server. It uses requests that any client can send.
//! docs/operations.md describes the commands, and docs/export.md the file.

pub mod content;
pub mod entry;
pub mod event;
pub mod export;
pub mod frame;
pub mod http;
pub mod import;
pub mod offsets;
pub mod output;
pub mod source;
pub mod target;
