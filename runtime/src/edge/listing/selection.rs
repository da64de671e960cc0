use crate::access::Span;
use crate::log::Filter;
use crate::stream::labels::Labels;
use spec::Closed;
use spec::stream::Path;
use spec::streams::list::Request;

/// The streams that a request asks for.
#[derive(Debug)]
pub struct Selection {
    /// The range of paths.
    pub span: Span,
    /// With a delimiter, the number of bytes of each path in which it does not count.
    pub separated_from: Option<usize>,
    pub filter: Filter,
    /// Maximum number of entries.
    pub limit: usize,
}

impl Selection {
    /// # Errors
    /// The rule that the request breaks.
    pub fn of(request: &Request) -> Result<Self, String> {
        let prefix = request.prefix.as_ref().map_or("", |prefix| prefix.as_str());
        let prefix = canonical_start(prefix).map_err(|rule| format!("`prefix` must be {rule}."))?;
        let contains = request.contains.as_ref().map(|contains| part(contains.as_str())).transpose();
        let after = match &request.after {
            Some(after) => Some(canonical_start(after.as_str()).map_err(|rule| format!("`after` must be {rule}."))?),
            None => None,
        };
        let beyond = after.as_deref().map(|after| match request.delimiter {
            Some(_) if after.ends_with('/') => Span::beyond(after),
            _ => Span::after(after),
        });
        let own = Span::starting_with(&prefix);
        // An empty range is one in which no path can be.
        let span = beyond.map_or(Some(own.clone()), |beyond| own.intersection(&beyond));
        let labels = Labels::of(request.with_labels.as_deref().unwrap_or_default());
        Ok(Self {
            span: span.unwrap_or_else(Span::nothing),
            separated_from: request.delimiter.map(|_| prefix.len()),
            filter: Filter {
                contains: contains.map_err(|rule| format!("`contains` must be {rule}."))?,
                closed: request.closed.map(|closed| closed == Closed::Yes),
                media: request.of_type.as_ref().map(|media| media.essence().to_owned()),
                labels: labels.map_err(|_| {
                    "`label` must be a name, `=` and a value, and each must have another name.".to_owned()
                })?,
                created_until: None,
                updated_after: request.updated_after.as_ref().map(wire::Timestamp::unix_ms),
            },
            limit: usize::try_from(request.limit.get()).unwrap_or(usize::MAX),
        })
    }
}

/// Reads the beginning of a path, which can end within a segment, and returns its canonical form.
pub(in crate::edge) fn canonical_start(text: &str) -> Result<String, String> {
    let (segments, last) = text.rsplit_once('/').map_or(("", text), |(segments, last)| (segments, last));
    let last = segment_part(last)?;
    if !text.contains('/') {
        return Ok(last);
    }
    Ok(format!("{}/{last}", Path::read(segments).map_err(|rule| rule.to_string())?.as_str()))
}

/// Reads a part of a path, and returns its canonical form.
fn part(text: &str) -> Result<String, String> {
    let parts: Vec<String> = text.split('/').map(segment_part).collect::<Result<_, _>>()?;
    Ok(parts.join("/"))
}

/// Reads a part of a segment, which can be empty or consist of dots.
fn segment_part(text: &str) -> Result<String, String> {
    match text {
        "" | "." | ".." => Ok(text.to_owned()),
        _ => Ok(Path::read(text).map_err(|rule| rule.to_string())?.as_str().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_path_can_end_within_a_segment() {
        for (text, canonical) in [
            ("", ""),
            ("a", "a"),
            ("a/", "a/"),
            ("a/.", "a/."),
            ("é/b%2fc", "%C3%A9/b%2Fc"),
            ("%61/b", "a/b"),
            (".", "."),
        ] {
            assert_eq!(canonical_start(text), Ok(canonical.to_owned()), "{text}");
        }
        for text in ["/", "/a", "a//", "a//b", "./a", "../", "%zz", "a/%4", "a b", "a?"] {
            assert!(canonical_start(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_part_of_a_path_can_begin_anywhere() {
        for (text, canonical) in [("/", "/"), ("/a/", "/a/"), ("é", "%C3%A9"), ("..", "..")] {
            assert_eq!(part(text), Ok(canonical.to_owned()), "{text}");
        }
        assert!(part("%z").is_err());
    }
}
