use crate::Rule;

/// Returns the index of the media type in `offered` that a client prefers, by its `Accept` header (RFC 9110 §12.5.1).
///
/// The highest quality wins, then the most specific range, then the first offer. Parameters other than `q` are ignored, and so are
/// ranges that are malformed. An empty header accepts everything.
///
/// # Errors
/// The rule that `text` breaks: it accepts none of them.
pub fn accept(text: &str, offered: &[&str]) -> Result<usize, Rule> {
    let ranges: Vec<Range> = split(text, ',').filter(|range| !range.is_empty()).filter_map(Range::read).collect();
    if ranges.is_empty() {
        return Ok(0);
    }
    let rank = |offer: &str| {
        let matching = ranges.iter().filter_map(|range| Some((range.specificity(offer)?, range.quality)));
        matching.max().map(|(specificity, quality)| (quality, specificity)).filter(|(quality, _)| *quality > 0)
    };
    let ranked = offered.iter().enumerate().filter_map(|(index, offer)| Some((rank(offer)?, index)));
    let best = ranked.reduce(|best, other| if other.0 > best.0 { other } else { best });
    best.map(|(_, index)| index).ok_or_else(|| {
        let offers: Vec<_> = offered.iter().map(|offer| format!("`{offer}`")).collect();
        format!("a list that accepts one of {}", offers.join(", ")).into()
    })
}

/// A media range with its quality in thousandths.
struct Range<'a> {
    main: &'a str,
    sub: &'a str,
    quality: u16,
}

impl<'a> Range<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = split(text, ';');
        let (main, sub) = parts.next()?.split_once('/')?;
        let weights = parts.filter_map(|part| part.split_once('='));
        let mut weights = weights.filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
        let quality = weights.next().map_or(Some(1000), |(_, value)| quality(value.trim()))?;
        (crate::is_token(main) && crate::is_token(sub)).then_some(Self { main, sub, quality })
    }

    /// How exactly the range matches a media type, if it does.
    fn specificity(&self, media: &str) -> Option<u8> {
        let (main, sub) = media.split_once('/')?;
        match (self.main, self.sub) {
            ("*", "*") => Some(0),
            (own, "*") => own.eq_ignore_ascii_case(main).then_some(1),
            (own, own_sub) => (own.eq_ignore_ascii_case(main) && own_sub.eq_ignore_ascii_case(sub)).then_some(2),
        }
    }
}

/// Reads a weight from 0 to 1 with up to three decimals (RFC 9110 §12.4.2), in thousandths.
fn quality(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if !matches!(whole, "0" | "1") || decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{whole}{decimals:0<3}").parse().ok()?;
    (thousandths <= 1000).then_some(thousandths)
}

/// Splits `text` at a separator, except in quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    let separates = move |char: char| {
        (quoted, escaped) = match char {
            _ if escaped => (quoted, false),
            '\\' if quoted => (quoted, true),
            '"' => (!quoted, false),
            _ => (quoted, false),
        };
        char == separator && !quoted
    };
    text.split(separates).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERED: [&str; 3] = ["application/json", "application/x-ndjson", "text/plain"];

    #[test]
    fn the_best_quality_wins_then_the_most_specific_range_then_the_first_offer() {
        for (text, best) in [
            ("", 0),
            ("*/*", 0),
            ("*/*;q=0.1", 0),
            ("application/*", 0),
            ("text/*", 2),
            ("Application/X-NDJSON", 1),
            ("application/x-ndjson, */*", 1),
            ("application/json;q=0.5, application/x-ndjson", 1),
            ("application/json; q=0.8, application/*; q=0.9, text/plain;q=0.9", 2),
            ("application/json;q=0, */*", 1),
            ("*/*, application/json;q=0.9", 1),
            ("text/html, application/xhtml+xml, */*;q=0.8", 0),
            ("text/plain;format=flowed;q=0.3, application/json;q=0.2", 2),
            ("text/plain;a=\"x,y;q=0\", application/json;q=0.2", 2),
            ("nonsense, text/plain", 2),
            ("text/plain;q=2, application/x-ndjson;q=0.001", 1),
            (",, text/plain ,", 2),
        ] {
            assert_eq!(accept(text, &OFFERED), Ok(best), "{text}");
        }
    }

    #[test]
    fn what_is_not_acceptable_is_refused() {
        for text in ["text/html", "image/*", "*/*;q=0", "application/json;q=0", "text/html, application/xml;q=0.9"] {
            assert!(accept(text, &OFFERED).is_err(), "{text}");
        }
    }
}
