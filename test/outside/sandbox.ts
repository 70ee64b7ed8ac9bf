import { createSandbox, type Sandbox, type SandboxOptions } from "../../dist/testing/index.js";
import { listen, type ServedSandbox } from "../../dist/testing/node.js";
import { afterAll } from "vitest";

/** Serves the built sandbox on a free port, until the end of the tests of the file. */
export async function serveSandbox(options?: SandboxOptions): Promise<{ sandbox: Sandbox; served: ServedSandbox }> {
  const sandbox = createSandbox(options);
  const served = await listen(sandbox);
  afterAll(() => served.close());
  return { sandbox, served };
}
