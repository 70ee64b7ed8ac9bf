import { createSandbox, type Sandbox } from "../../dist/testing/index.js";
import { listen, type ServedSandbox } from "../../dist/testing/node.js";
import { afterAll } from "vitest";
import { DATA, ORGANIZATION } from "../facts.ts";

const { id: exampleId, email, role_ids, role } = DATA.user;

/** Serves the built sandbox on a free port, until the end of the tests of the file. It contains the user of facts.ts. */
export async function serveSandbox(id: string = exampleId): Promise<{ sandbox: Sandbox; served: ServedSandbox }> {
  const sandbox = createSandbox({
    organizations: [{ id: ORGANIZATION, users: [{ id, email, role_ids: role_ids!, role: role! }] }],
  });
  const served = await listen(sandbox);
  afterAll(() => served.close());
  return { sandbox, served };
}
