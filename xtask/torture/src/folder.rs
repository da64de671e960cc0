//! Folders of streams.

/// Text in the paths of streams that are deleted and created again, after the name of their round. No other path contains it.
pub const LIVES: &str = "-lives/";
