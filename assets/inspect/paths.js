// Paths of streams, as they stand in URLs, and as people read them.

// Characters that are not seen, that reorder others, or that would be taken for a separator or an escape.
const HIDDEN = /[/%\p{Cc}\p{Cf}]|[^\S ]/gu;

// Characters that a path in a URL can't contain, and percent signs that begin no escape.
const FORBIDDEN = /[^\w\-.~!$&'()*+,;=:@/%]|%(?![0-9A-Fa-f]{2})/gu;

/** A path or segment with its escapes decoded, except for hidden characters. Different paths stay different. */
export function readable(path) {
  return path.split("/").map(readableSegment).join("/");
}

function readableSegment(segment) {
  try {
    return decodeURIComponent(segment).replace(HIDDEN, encodeURIComponent);
  } catch {
    return segment; // not UTF-8
  }
}

/** Text that someone has typed, as it stands in paths. */
export function escaped(text) {
  return text.toWellFormed().replace(FORBIDDEN, encodeURIComponent);
}
