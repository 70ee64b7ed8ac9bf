import { expect, test } from "vitest";
import { redocly } from "../../scripts/spec/redocly.ts";
import { createSandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";

const WORKFLOW = "spec/partner-onboarding.arazzo.yaml";

test.concurrent("the partner workflow is valid Arazzo", async () => {
  const { status, stdout, stderr } = await redocly("lint", "--config", "spec/redocly.yaml", WORKFLOW);
  expect(status, stdout + stderr).toBe(0);
});

test.concurrent("the partner workflow and its refusals run against a served sandbox, more than once", async () => {
  const sandbox = createSandbox();
  const served = await listen(sandbox);
  const { partnerKey, apiKey, organizationId } = sandbox;
  try {
    for (const run of ["first-run", "second-run"]) {
      const inputs = Object.entries({ partnerKey, apiKey, organizationId, run });
      const { status, stdout, stderr } = await redocly(
        "respect",
        WORKFLOW,
        "--server",
        `polytomic-users=${served.url}`,
        ...inputs.flatMap(([name, value]) => ["--input", `${name}=${value}`]),
      );
      expect(status, stdout + stderr).toBe(0);
      expect(stdout + stderr).toContain("2 passed, 2 total");
    }
  } finally {
    await served.close();
  }
  expect(sandbox.snapshot().organizations).toEqual(createSandbox().snapshot().organizations);
});
