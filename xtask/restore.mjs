// Asks a Worker to make streams whole again: the first argument is where it is, the others are paths of streams.
const [base, ...paths] = process.argv.slice(2);
const token = process.env.AUTH_TOKEN;
const headers = token ? { authorization: `Bearer ${token}` } : {};

for (const path of paths) {
  const answer = await fetch(`${base.replace(/\/$/, "")}/v1/restore/${path}`, { method: "POST", headers });
  const text = await answer.text();
  if (answer.ok) {
    console.log(`${path}: ${text.trim()}`);
  } else {
    console.error(`${path}: not restored (${answer.status}): ${text}`);
    process.exitCode = 1;
  }
}
