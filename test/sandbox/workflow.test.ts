import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const REDOCLY = join(dirname(createRequire(import.meta.url).resolve("@redocly/cli/package.json")), "bin/cli.js");
const WORKFLOW = "spec/partner-onboarding.arazzo.yaml";

function redocly(...options: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [REDOCLY, ...options], {
    cwd: ROOT,
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
}

test.concurrent("the partner workflow is valid Arazzo", async () => {
  const { code, output } = await redocly("lint", "--config", "spec/redocly.yaml", WORKFLOW);
  expect(code, output).toBe(0);
});

test.concurrent("the partner workflow and its refusals run against a served sandbox, more than once", async () => {
  const sandbox = createSandbox();
  const served = await listen(sandbox);
  const { partnerKey, apiKey, organizationId } = sandbox;
  try {
    for (const run of ["first-run", "second-run"]) {
      const inputs = Object.entries({ partnerKey, apiKey, organizationId, run });
      const { code, output } = await redocly(
        "respect",
        WORKFLOW,
        "--server",
        `polytomic-users=${served.url}`,
        ...inputs.flatMap(([name, value]) => ["--input", `${name}=${value}`]),
      );
      expect(code, output).toBe(0);
      expect(output).toContain("2 passed, 2 total");
    }
  } finally {
    await served.close();
  }
  expect(sandbox.snapshot().organizations).toEqual(createSandbox().snapshot().organizations);
});
