import { expect, test } from "vitest";
import { npm } from "../../scripts/package/npm.ts";

test("examples/cloudflare-worker.ts runs under workerd and lists the users of the sandbox", async () => {
  const env = { POLYTOMIC_API_KEY: "", POLYTOMIC_PARTNER_KEY: "", POLYTOMIC_DEPLOYMENT_KEY: "" };
  const shown = await npm(["run", "--silent", "demo", "cloudflare-worker"], { env });
  expect(shown).toContain("GET /users → 200\n");
  expect(shown).toContain('"email":"jane.doe@acmecorp.com"');
});
