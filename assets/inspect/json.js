// JSON as text. Messages are never parsed to values, which would change numbers and drop duplicate names.

/** The elements of an array, as they are written. */
export function elements(text) {
  const found = [];
  let depth = 0, start = text.indexOf("[") + 1;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    else if (character === "," && depth === 1) {
      found.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  const last = text.slice(start, text.lastIndexOf("]")).trim();
  return last ? [...found, last] : [];
}

/** The same JSON, or the beginning of it, with line breaks and indentation. */
export function pretty(text) {
  const parts = [];
  let depth = 0;
  const newline = () => "\n" + "  ".repeat(Math.min(depth, 40));
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      parts.push(text.slice(at, end + 1));
      at = end;
    } else if (character === "{" || character === "[") {
      const close = /^\s*[\]}]/.exec(text.slice(at + 1, at + 64));
      if (close) {
        parts.push(character, close[0].trim());
        at += close[0].length;
      } else {
        depth++;
        parts.push(character, newline());
      }
    } else if (character === "}" || character === "]") {
      depth--;
      parts.push(newline(), character);
    } else if (character === ",") parts.push(",", newline());
    else if (character === ":") parts.push(": ");
    else if (!/\s/.test(character)) parts.push(character);
  }
  return parts.join("");
}

function endOfString(text, start) {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
