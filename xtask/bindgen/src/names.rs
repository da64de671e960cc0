//! Names of functions, which stack traces show.

/// Digits of a hash.
const DIGITS: usize = 16;

/// Returns a name without the compiler's hashes, `::h0123456789abcdef` and `[0123456789abcdef]`. They tell a reader nothing,
/// and can't be compressed.
pub fn without_hashes(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = after_hash(rest, "::h", "").or_else(|| after_hash(rest, "[", "]")) {
            rest = after;
        } else {
            kept.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    kept
}

/// Returns what follows a hash between these texts, if `text` starts with one.
fn after_hash<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let (hash, after) = text.strip_prefix(open)?.split_at_checked(DIGITS)?;
    hash.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| after.strip_prefix(close))?
}

#[cfg(test)]
mod tests {
    use super::without_hashes;

    #[test]
    fn hashes_are_left_out() {
        let names = [
            ("runtime::log::row::hot::h58131b0817629cce", "runtime::log::row::hot"),
            ("js_sys::Object::new::h5a86da449e3bf9e8 externref shim", "js_sys::Object::new externref shim"),
            ("<core[c5930c85a12de822]::fmt::Formatter>::pad", "<core::fmt::Formatter>::pad"),
            ("wire::path::segments", "wire::path::segments"),
            ("<[u8] as slice::hack>::h1", "<[u8] as slice::hack>::h1"),
            ("", ""),
        ];
        for (name, short) in names {
            assert_eq!(without_hashes(name), short);
        }
    }
}
