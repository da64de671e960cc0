//! Patterns for the paths of streams (§4).

const MAX_BYTES: usize = 1024;
const MAX_SEGMENTS: usize = 64;

/// Whether a pattern can be one: its segments are those of a path, and it does not begin with what is reserved.
pub fn is_valid(pattern: &str) -> bool {
    let mut segments = pattern.split('/');
    let is_path = segments.clone().all(|segment| !["", ".", ".."].contains(&segment));
    is_path && pattern.len() <= MAX_BYTES && segments.clone().count() <= MAX_SEGMENTS && segments.next() != Some("__ds")
}

/// A pattern without slashes at its ends.
pub fn trimmed(pattern: &str) -> &str {
    pattern.trim_matches('/')
}

/// Whether a pattern is that of a path. The time is the product of their lengths.
pub fn matches(pattern: &str, path: &str) -> bool {
    let path: Vec<_> = path.split('/').collect();
    // Whether the pattern up to here is that of the first segments of the path, for each number of segments.
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for segment in pattern.split('/') {
        reached = match segment {
            "**" => (0..=path.len()).map(|count| reached[..=count].contains(&true)).collect(),
            _ => {
                let fits = |own: &str| segment == "*" || segment == own;
                let next = path.iter().zip(&reached).map(|(own, reached)| *reached && fits(own));
                std::iter::once(false).chain(next).collect()
            }
        };
    }
    reached[path.len()]
}
