// Requests restores. First argument: the URL of the Worker; the others: paths of streams. With RESTORE_DELETED=true, streams that were
// deleted or have expired are restored, too.
const [base, ...paths] = process.argv.slice(2);
const { AUTH_TOKEN: token, RESTORE_DELETED: deleted } = process.env;
const headers = {
  ...(token && { authorization: `Bearer ${token}` }),
  ...(deleted === "true" && { "stream-restore-deleted": "true" }),
};

const ask = (path) => fetch(`${base.replace(/\/$/, "")}/v1/restore/${path}`, { method: "POST", headers });

// A request checks part of a long stream, so it is repeated until the status is not 202.
async function restore(path) {
  for (;;) {
    const answer = await ask(path);
    if (answer.status !== 202) return answer;
    console.log(`${path}: ${(await answer.text()).trim()}`);
    await new Promise((resume) => setTimeout(resume, 1000 * Number(answer.headers.get("retry-after") ?? 1)));
  }
}

for (const path of paths) {
  const answer = await restore(path);
  const text = await answer.text();
  if (answer.ok) {
    console.log(`${path}: ${text.trim()}`);
  } else {
    console.error(`${path}: not restored (${answer.status}): ${text}`);
    process.exitCode = 1;
  }
}
