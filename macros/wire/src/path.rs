use crate::Rule;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;

/// The ASCII characters to escape in a path segment: all except `pchar` (RFC 3986).
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Reads one or more path segments and returns their canonical form. `%41` and `A` have the same canonical form; `a%2Fb` and
/// `a/b` have different ones.
///
/// # Errors
/// The rule that `text` breaks. It must not contain invalid escapes, invalid UTF-8, control characters, or empty or dot
/// segments. The canonical form must have `min..=max` bytes.
pub fn segments(text: &str, min: usize, max: usize) -> Result<Cow<'_, str>, Rule> {
    let canonical = if text.split('/').all(is_canonical) { Cow::Borrowed(text) } else { Cow::Owned(canonical(text)?) };
    if canonical.len() < min || canonical.len() > max {
        return Err(format!("{min} to {max} bytes long, and it has {}", canonical.len()).into());
    }
    Ok(canonical)
}

fn canonical(text: &str) -> Result<String, Rule> {
    let mut canonical = String::with_capacity(text.len());
    for (index, segment) in text.split('/').enumerate() {
        if index > 0 {
            canonical.push('/');
        }
        if is_canonical(segment) {
            canonical.push_str(segment);
        } else {
            canonical.extend(utf8_percent_encode(&segment_text(segment)?, ESCAPED));
        }
    }
    Ok(canonical)
}

/// Whether a segment is valid and in its canonical form, as most are: letters, digits and characters that are never escaped.
fn is_canonical(segment: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    !matches!(segment, "" | "." | "..") && segment.bytes().all(is_plain)
}

fn segment_text(segment: &str) -> Result<String, Rule> {
    let bytes = segment.as_bytes();
    for (at, _) in segment.match_indices('%') {
        let hex = |offset: usize| bytes.get(at + offset).is_some_and(u8::is_ascii_hexdigit);
        if !hex(1) || !hex(2) {
            return Err("free of broken percent-escapes".into());
        }
    }
    if segment.contains([' ', '?', '#']) {
        return Err("free of spaces, `?` and `#` that are not escaped".into());
    }
    let decoded = percent_decode_str(segment).decode_utf8().map_err(|_| Rule::from("UTF-8 once unescaped"))?;
    if decoded.chars().any(char::is_control) {
        return Err("free of control characters".into());
    }
    if matches!(&*decoded, "" | "." | "..") {
        return Err("free of empty and dot segments".into());
    }
    Ok(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::segments;

    #[test]
    fn one_form_for_one_name() {
        assert_eq!(segments("%41/b", 1, 99).unwrap(), "A/b");
        assert_eq!(segments("a%2fb", 1, 99).unwrap(), "a%2Fb");
        assert_eq!(segments("caf%C3%A9", 1, 99).unwrap(), segments("café", 1, 99).unwrap());
        let once = segments("a%20b%3f", 1, 99).unwrap();
        assert_eq!(segments(&once, 1, 99).unwrap(), once);
    }

    #[test]
    fn a_segment_in_its_canonical_form_is_as_it_would_be_decoded_and_escaped() {
        for byte in 0..0x80_u8 {
            for text in [char::from(byte).to_string(), format!("a{}.", char::from(byte))] {
                let escaped = super::segment_text(&text)
                    .map(|decoded| percent_encoding::utf8_percent_encode(&decoded, super::ESCAPED).to_string());
                assert!(!super::is_canonical(&text) || escaped.as_ref() == Ok(&text), "{text:?}");
            }
        }
    }

    #[test]
    fn rejects_invalid_paths() {
        for bad in ["", "a b", "a?b", "a#b", "a//b", "a/", "%zz", "%4", "%", "%00", "%ff", "..", "%2e%2e", "toolong"] {
            assert!(segments(bad, 1, 6).is_err(), "{bad}");
        }
    }
}
