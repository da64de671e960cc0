//! Names of functions, which stack traces show.

/// Digits of a hash.
const DIGITS: usize = 16;

/// Returns a name without what tells a reader nothing: the compiler's hashes, `::h0123456789abcdef` and
/// `[0123456789abcdef]`, the name of an import, `::__wbg_get_0123456789abcdef`, and types within types, `Vec<Option<…>>`.
pub fn short(name: &str) -> String {
    without_nested(&without_hashes(name))
}

fn without_hashes(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = after_hash(rest, "::h", "").or_else(|| after_hash(rest, "[", "]")) {
            rest = after;
        } else if let Some(import) = rest.strip_prefix("::__wbg_") {
            rest = import.trim_start_matches(|letter: char| letter == '_' || letter.is_ascii_alphanumeric());
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

/// Returns a name in which no `<…>` contains another one.
fn without_nested(name: &str) -> String {
    let (mut depth, mut previous) = (0_usize, ' ');
    let is_kept = |letter: &char| {
        let is_arrow = std::mem::replace(&mut previous, *letter) == '-';
        let outer = depth;
        match letter {
            '<' => depth += 1,
            '>' if !is_arrow => depth = depth.saturating_sub(1),
            _ => {}
        }
        outer.max(depth) < 2
    };
    name.chars().filter(is_kept).collect()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn names_are_short() {
        let names = [
            ("runtime::log::row::hot::h58131b0817629cce", "runtime::log::row::hot"),
            ("js_sys::Object::new::h5a86da449e3bf9e8 externref shim", "js_sys::Object::new externref shim"),
            ("js_sys::Date::new_0::__wbg_new_0_72d020f0c63443d4", "js_sys::Date::new_0"),
            ("js_sys::eq::__wbg___eq_72d020f0c63443d4 shim", "js_sys::eq shim"),
            ("<core[c5930c85a12de822]::fmt::Formatter>::pad", "<core::fmt::Formatter>::pad"),
            ("drop_in_place<Vec<Option<u8>>>", "drop_in_place<Vec>"),
            ("a::<impl Log<H>>::take::{{closure}}", "a::<impl Log>::take::{{closure}}"),
            ("call<fn() -> A<B>>::one<C>", "call<fn() -> A>::one<C>"),
            ("F64 -> Externref externref shim", "F64 -> Externref externref shim"),
            ("wire::path::segments", "wire::path::segments"),
            ("<[u8] as slice::hack>::h1", "<[u8] as slice::hack>::h1"),
            ("", ""),
        ];
        for (name, expected) in names {
            assert_eq!(short(name), expected);
        }
    }
}
