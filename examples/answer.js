// Shows an answer while it is being written: ?stream=URL says where.
//
// A stream is read with nothing but EventSource. The browser remembers one thing, the offset up to which it has read, and that only
// as long as the page is there: after a reload it begins at the start again, since the stream still has everything.

const url = new URLSearchParams(location.search).get("stream");
const show = (id, text) => (document.getElementById(id).textContent = text);
const answer = document.getElementById("answer");

let offset = "-1"; // the start
let cursor; // what the server wants to hear again, for the sake of caches

function follow() {
  const query = new URLSearchParams({ offset, live: "sse" });
  if (cursor) query.set("cursor", cursor);
  const events = new EventSource(`${url}?${query}`);
  events.onopen = () => show("state", "live");

  // What is in the stream: a JSON array of messages, each of which is a token here.
  let tokens = [];
  events.addEventListener("data", ({ data }) => (tokens = JSON.parse(data)));

  // After each batch, where we are now. Only then does the batch count: if the connection ends in between, it comes again.
  events.addEventListener("control", ({ data }) => {
    const control = JSON.parse(data);
    offset = control.streamNextOffset;
    cursor = control.streamCursor;
    append(tokens.splice(0));
    show("offset", offset);
    if (control.streamClosed) {
      events.close();
      answer.classList.remove("live");
      show("state", "closed: the answer is complete");
    }
  });

  // The server ends each response after a minute, and networks fail. EventSource would ask for the same URL again, and so get
  // everything again that came since it was made: so a new one takes its place, with the offset of now.
  events.onerror = () => {
    events.close();
    show("state", "connecting again");
    setTimeout(follow, 500);
  };
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

if (url) follow();
else show("state", "none: run model.mjs, and open the address that it prints");
