/** Prints the requests per second that a sandbox with `count` users handles. Each request gets one user. */
import { createSandbox } from "../../dist/testing/index.js";

const [count = ""] = process.argv.slice(2);
const users = Array.from({ length: Number(count) }, (_, index) => ({ email: `user-${index}@acmecorp.com` }));
const sandbox = createSandbox({ organizations: [{ users }] });
const headers = { authorization: `Bearer ${sandbox.partnerKey}`, "x-polytomic-version": "2025-09-18" };
const collection = `https://app.polytomic.com/api/organizations/${sandbox.organizationId}/users`;
const [organization] = sandbox.snapshot().organizations;
const ids = organization!.users.map(({ id }) => id);

async function get(requests: number): Promise<void> {
  for (let request = 0; request < requests; request++) {
    const response = await sandbox.fetch(`${collection}/${ids[(request * 7919) % ids.length]}`, { headers });
    if (!response.ok) throw new Error(await response.text());
    await response.text();
  }
}

await get(5000);
const start = performance.now();
await get(20_000);
console.log(20_000 / ((performance.now() - start) / 1000));
