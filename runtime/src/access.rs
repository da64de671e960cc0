//! Credentials and permissions: tokens, the keys that sign them, signed URLs, and the operations that they grant.
//!
//! A token is a JWT (RFC 7519) whose claim `streams` lists paths or prefixes, and operations. A key can be bound to a prefix: it is then a
//! tenant's, and its tokens grant nothing elsewhere. Everything is decided from the head of a request and the configuration, without a
//! request to a database or a Durable Object. Only keys with a URL are fetched, rarely.

mod authority;
mod claims;
mod client;
mod configuration;
mod key;
mod prefix;
mod recent;
mod refused;
mod remote;
mod scope;
mod signed_url;
mod span;
mod token;
mod verifier;

pub use authority::Authority;
pub use client::{Client, Holder};
pub use configuration::{Access, AccessError, Guarded, VARIABLES};
pub use key::{Algorithm, Key, Material, Secret};
pub use prefix::Prefix;
pub use refused::Refused;
pub use remote::RemoteKeys;
pub use scope::Scope;
pub use signed_url::Signed;
pub use span::Span;
pub use token::Token;
pub use verifier::Verifier;
