//! The names of the headers in a response that a socket carries.

use serde::{Deserialize, Serialize};
use wire::{Response, Version};

/// The names of a resource for streams. The spec can declare the same streams at several paths, with other names at each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct Names(&'static Version);

impl Names {
    /// The names for a request to `path`.
    pub fn at(path: &str) -> Self {
        Self(spec::version(path))
    }

    /// A response with these names.
    pub fn response<E>(self, response: Response<E>) -> Response<E> {
        self.0.response(response)
    }
}

impl From<Names> for &'static str {
    fn from(Names(version): Names) -> Self {
        version.resource
    }
}

impl TryFrom<String> for Names {
    type Error = String;

    fn try_from(resource: String) -> Result<Self, String> {
        let version = spec::VERSIONS.iter().find(|version| version.resource == resource);
        version.map(|version| Self(version)).ok_or_else(|| format!("no resource is named {resource}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attachment_names_the_resource() {
        let names = Names::at("/");
        let text = serde_json::to_string(&names).unwrap();
        assert_eq!(serde_json::from_str::<Names>(&text).unwrap(), names);
        // A resource of another deployment.
        assert!(serde_json::from_str::<Names>("\"StreamV9\"").is_err());
    }
}
