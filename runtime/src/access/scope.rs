use super::{Prefix, Span};
use serde::Deserialize;
use spec::client::Operation;
use spec::stream::Path;

/// Permissions in a token: operations on one path, or on all paths with a prefix. No operation implies another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    target: Target,
    operations: Vec<Operation>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Path(Path),
    Under(Prefix),
}

/// A scope as written in a token. An unknown member could be a restriction, so it is an error. An unknown operation grants nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    path: Option<String>,
    prefix: Option<String>,
    ops: Vec<String>,
}

impl Scope {
    /// Operations on one path.
    #[must_use]
    pub fn of_path(path: Path, operations: Vec<Operation>) -> Self {
        Self { target: Target::Path(path), operations }
    }

    /// Operations on all paths with a prefix.
    #[must_use]
    pub fn under(prefix: Prefix, operations: Vec<Operation>) -> Self {
        Self { target: Target::Under(prefix), operations }
    }

    /// Reads a scope.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn read(Written { path, prefix, ops }: Written) -> Result<Self, String> {
        let target = match (path, prefix) {
            (Some(path), None) => Target::Path(Path::read(&path).map_err(|rule| format!("`path` must be {rule}"))?),
            (None, Some(prefix)) => Target::Under(Prefix::read(&prefix)?),
            _ => return Err("an entry of `streams` must have either `path` or `prefix`".to_owned()),
        };
        let operation = |name: String| Operation::ALL.iter().copied().find(|own| own.name() == name);
        Ok(Self { target, operations: ops.into_iter().filter_map(operation).collect() })
    }

    /// The paths on which it grants `operation`.
    pub(super) fn span(&self, operation: Operation) -> Option<Span> {
        self.operations.contains(&operation).then(|| match &self.target {
            Target::Path(path) => Span::of(path.as_str()),
            Target::Under(prefix) => Span::under(prefix),
        })
    }

    /// Whether it grants `operation` on a path in its canonical form; without a path, whether it grants it on any.
    #[must_use]
    pub fn permits(&self, operation: Operation, path: Option<&str>) -> bool {
        let covers = |path: &str| match &self.target {
            Target::Path(own) => own.as_str() == path,
            Target::Under(prefix) => prefix.covers(path),
        };
        self.operations.contains(&operation) && path.is_none_or(covers)
    }
}
