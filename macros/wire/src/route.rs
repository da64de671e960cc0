use percent_encoding::percent_decode_str;

/// A segment of a declared path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment<'a> {
    /// This literal text.
    Literal(&'a str),
    /// Any one segment.
    One,
    /// All segments up to those that follow in the pattern. They can be empty, but follow a slash.
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
    let front = pattern.iter().position(|segment| *segment == Segment::Rest).unwrap_or(pattern.len());
    let Some(after) = start(path.strip_prefix('/'), &pattern[..front], &mut take) else { return false };
    let Some((_, back)) = pattern[front..].split_first() else { return after.is_none() };
    let Some((rest, end)) = after.and_then(|after| split_end(after, back.len())) else { return false };
    take(rest);
    start(end, back, &mut take) == Some(None)
}

/// Matches the first segments of a path, and returns what follows them.
fn start<'a>(
    mut path: Option<&'a str>,
    pattern: &[Segment],
    take: &mut impl FnMut(&'a str),
) -> Option<Option<&'a str>> {
    for segment in pattern {
        let text = path?;
        let (first, after) = text.split_once('/').map_or((text, None), |(first, after)| (first, Some(after)));
        match segment {
            Segment::Literal(literal) if *literal != first => return None,
            Segment::Literal(_) => {}
            Segment::One | Segment::Rest => take(first),
        }
        path = after;
    }
    Some(path)
}

/// Splits the last `count` segments off.
fn split_end(path: &str, count: usize) -> Option<(&str, Option<&str>)> {
    let Some(before) = count.checked_sub(1) else { return Some((path, None)) };
    let (at, _) = path.rmatch_indices('/').nth(before)?;
    Some((&path[..at], Some(&path[at + 1..])))
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
    fn segments_can_follow_the_rest_and_a_slash_can_end_a_path() {
        let blob = [Literal("v2"), Rest, Literal("blobs"), One];
        assert_eq!(capture("/v2/a/b/blobs/c", &blob), Some(["a/b", "c"]));
        assert_eq!(capture("/v2/a/blobs/blobs/c", &blob), Some(["a/blobs", "c"]));
        assert_eq!(fill(&blob, &["a/b", "c"]), "/v2/a/b/blobs/c");
        for path in
            ["/v2/blobs/c", "/v2/a/blobs", "/v2/a/blobs/c/d", "/v2/a/blob/c", "/v1/a/blobs/c", "/v2", "", "blobs/c"]
        {
            assert_eq!(capture::<2>(path, &blob), None, "{path}");
        }
        let (root, uploads) = ([Literal("v2"), Literal("")], [Literal("v2"), Rest, Literal("uploads"), Literal("")]);
        assert!(capture::<0>("/v2/", &root).is_some() && capture::<0>("/v2", &root).is_none());
        assert!(capture::<0>("/v2//", &root).is_none());
        assert_eq!(capture("/v2/a/b/uploads/", &uploads), Some(["a/b"]));
        assert_eq!(capture::<1>("/v2/a/b/uploads", &uploads), None);
        assert_eq!(fill(&uploads, &["a/b"]), "/v2/a/b/uploads/");
        assert_eq!(fill(&[Literal("")], &[]), "/");
    }

    #[test]
    fn reserved_however_escaped() {
        for path in ["__ds", "__ds/x", "%5F_ds/x", "__d%73"] {
            assert!(is_reserved(path, &["__ds"]), "{path}");
        }
        assert!(!is_reserved("x/__ds", &["__ds"]));
    }
}
