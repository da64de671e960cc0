// Server-sent events. This server ends each line with a line feed.

/** The events in a response: `{ event, data }`. */
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let parts = [];
  for (let part; !(part = await reader.read()).done; ) {
    // A long event comes in many parts, so they are joined once, when it ends.
    const blocks = ends(parts.at(-1), part.value) ? [...parts, part.value].join("").split("\n\n") : undefined;
    if (!blocks) {
      parts.push(part.value);
      continue;
    }
    parts = [blocks.pop()];
    for (const block of blocks) yield parsed(block);
  }
}

const ends = (before = "", text) => (before.slice(-1) + text).includes("\n\n");

function parsed(block) {
  const fields = block.split("\n").map((line) => line.match(/^(\w+): ?(.*)$/s)?.slice(1) ?? []);
  const values = (name) => fields.filter(([own]) => own === name).map(([, value]) => value);
  return { event: values("event")[0], data: values("data").join("\n") };
}
