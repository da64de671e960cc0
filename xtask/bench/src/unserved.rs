//! Requests that a server refuses, and scenarios that it can't serve therefore.

use std::fmt;

use anyhow::Error;
use hyper::StatusCode;

/// A response that is no success.
#[derive(Debug)]
pub struct Refused {
    pub status: StatusCode,
    pub body: String,
}

/// A server lacks what a scenario needs.
#[derive(Debug)]
pub struct Unserved(pub String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "answered {}: {}", self.status, self.body)
    }
}

impl fmt::Display for Unserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}
impl std::error::Error for Unserved {}

/// The reason, if `error` means that the server has no such feature: it can't be repeated with another outcome.
pub fn reason(error: &Error) -> Option<String> {
    let lacking = |refused: &Refused| matches!(refused.status.as_u16(), 400 | 404..=406 | 411 | 413..=415 | 422 | 501);
    if let Some(unserved) = error.downcast_ref::<Unserved>() {
        return Some(unserved.to_string());
    }
    let refused = error.downcast_ref::<Refused>().filter(|refused| lacking(refused))?;
    Some(format!("it answers {}", refused.status.as_u16()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    fn refused(status: u16) -> Error {
        let refused = Refused { status: StatusCode::from_u16(status).unwrap(), body: "a page".into() };
        Err::<(), _>(refused).context("cannot create a stream").context("round 1").unwrap_err()
    }

    #[test]
    fn what_a_server_lacks_is_told_from_what_it_fails_at() {
        assert_eq!(reason(&refused(404)).as_deref(), Some("it answers 404"));
        assert_eq!(reason(&Unserved("no forks".into()).into()).as_deref(), Some("no forks"));
        for failure in [refused(500), refused(503), refused(429), refused(409), anyhow::anyhow!("a message is missing")]
        {
            assert_eq!(reason(&failure), None, "{failure:#}");
        }
    }
}
