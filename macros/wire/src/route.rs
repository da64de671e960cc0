use percent_encoding::percent_decode_str;

/// A segment of a declared path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment<'a> {
    /// This literal text.
    Literal(&'a str),
    /// Any one segment.
    One,
    /// The rest of the path, which can be empty but follows a slash.
    Rest,
}

/// Returns the values of the parameters of `pattern` in `path`, not decoded, or `None` if `path` does not match.
#[must_use]
pub fn capture<'a, const N: usize>(path: &'a str, pattern: &[Segment]) -> Option<[&'a str; N]> {
    let mut captured = [""; N];
    let mut next = 0;
    walk(path, pattern, |value| {
        captured[next] = value;
        next += 1;
    })
    .then_some(captured)
}

/// [`capture`] for a pattern whose number of parameters is not known at compile time.
#[must_use]
pub fn captures<'a>(path: &'a str, pattern: &[Segment]) -> Option<Vec<&'a str>> {
    let mut captured = Vec::new();
    walk(path, pattern, |value| captured.push(value)).then_some(captured)
}

/// Whether `path` matches `pattern`. Passes the value of each parameter to `take`.
fn walk<'a>(path: &'a str, pattern: &[Segment], mut take: impl FnMut(&'a str)) -> bool {
    let mut rest = path.strip_prefix('/');
    for segment in pattern {
        let Some(text) = rest else { return false };
        let (first, after) = match text.split_once('/') {
            Some((first, after)) => (first, Some(after)),
            None => (text, None),
        };
        match segment {
            Segment::Literal(literal) if *literal != first => return false,
            Segment::Literal(_) => {}
            Segment::One => take(first),
            Segment::Rest => {
                take(text);
                return true;
            }
        }
        rest = after;
    }
    rest.is_none()
}

/// Returns the path in which the parameters of `pattern` have the values `parts`: the inverse of [`capture`].
#[must_use]
pub fn fill(pattern: &[Segment], parts: &[&str]) -> String {
    let mut parts = parts.iter();
    pattern.iter().fold(String::new(), |path, segment| {
        let text = match segment {
            Segment::Literal(literal) => literal,
            Segment::One | Segment::Rest => parts.next().unwrap_or(&""),
        };
        path + "/" + text
    })
}

/// Whether the first segment of `path`, decoded, is one of `reserved`.
#[must_use]
pub fn is_reserved(path: &str, reserved: &[&str]) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    let decoded = percent_decode_str(first).decode_utf8_lossy();
    reserved.iter().any(|reserved| *reserved == decoded)
}

#[cfg(test)]
mod tests {
    use super::{Segment::*, *};

    #[test]
    fn captures_what_fits() {
        let streams = [Literal("v1"), Literal("stream"), Rest];
        assert_eq!(capture("/v1/stream/a/b", &streams), Some(["a/b"]));
        assert_eq!(fill(&streams, &["a/b"]), "/v1/stream/a/b");
        assert_eq!(capture("/v1/stream/", &streams), Some([""]));
        assert_eq!(capture::<1>("/v1/stream", &streams), None);
        assert_eq!(capture::<1>("/v1/streams/a", &streams), None);
        let member = [Literal("x"), One, Literal("y")];
        assert_eq!(capture("/x/1/y", &member), Some(["1"]));
        assert_eq!(capture::<1>("/x/1/y/z", &member), None);
        assert_eq!(capture::<1>("/x/1", &member), None);
    }

    #[test]
    fn reserved_however_escaped() {
        for path in ["__ds", "__ds/x", "%5F_ds/x", "__d%73"] {
            assert!(is_reserved(path, &["__ds"]), "{path}");
        }
        assert!(!is_reserved("x/__ds", &["__ds"]));
    }
}
