// Shows an answer while it is being written: ?stream=URL is the stream, and #token=TOKEN a token to read it, if the server requires one.
//
// The page reads the stream with `fetch`, which can send a token, unlike an EventSource. It keeps one thing, the offset up to which it
// has read, and only while the page is open: after a reload it begins at the start again, since the stream still has everything.

const url = new URLSearchParams(location.search).get("stream");
const show = (id, text) => (document.getElementById(id).textContent = text);
const answer = document.getElementById("answer");
const token = takeToken();

let offset = "-1"; // the start
let cursor; // returned to the server, for the sake of caches
let tokens = []; // read, but without their offset yet

// The token stays in this tab, also after a reload, and out of the address, the history and every log.
function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) {
    sessionStorage.setItem("token", token);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem("token");
}

// Reads until the stream is closed. The server ends each response after a while, and networks fail: then a request for the rest follows.
async function follow() {
  while (!(await readOnce().catch(() => false))) {
    show("state", "connecting again");
    await new Promise((resume) => setTimeout(resume, 500));
  }
}

// Reads one response, and returns whether no more data follows.
async function readOnce() {
  const query = new URLSearchParams({ ...(cursor && { cursor }), live: "sse", offset });
  const response = await fetch(`${url}?${query}`, { headers: token ? { authorization: `Bearer ${token}` } : {} });
  if (response.status === 401 || response.status === 403) return end("refused: it needs a token that is valid now and permits reading");
  if (!response.ok) return false;
  show("state", "live");
  tokens = [];
  for await (const { event, data } of events(response)) {
    // The data of the stream: a JSON array of messages, each of which is a token here.
    if (event === "data") tokens = JSON.parse(data);
    // After each batch, the offset that follows it. Only then does the batch count: if the connection ends in between, it comes again.
    if (event === "control" && accept(JSON.parse(data))) return end("closed: the answer is complete");
  }
  return false;
}

// Returns whether the stream is closed.
function accept(control) {
  offset = control.streamNextOffset;
  cursor = control.streamCursor;
  append(tokens.splice(0));
  show("offset", offset);
  return control.streamClosed;
}

// The server-sent events in a response. This server ends each line with a line feed.
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = "", part; !(part = await reader.read()).done; ) {
    const blocks = (text + part.value).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const fields = block.split("\n").map((line) => line.match(/^(\w+): ?(.*)$/s)?.slice(1) ?? []);
      const values = (name) => fields.filter(([own]) => own === name).map(([, value]) => value);
      yield { event: values("event")[0], data: values("data").join("\n") };
    }
  }
}

function append(tokens) {
  for (const token of tokens) {
    const span = document.createElement("span");
    span.textContent = token;
    answer.append(span);
  }
  answer.classList.add("live");
  show("count", answer.childElementCount);
}

function end(state) {
  answer.classList.remove("live");
  show("state", state);
  return true;
}

if (url) follow();
else show("state", "none: run model.mjs, and open the address that it prints");
