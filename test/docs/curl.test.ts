import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";
import { FACTS, OPERATION_IDS } from "../facts.ts";
import { blocksOf, PAGES } from "./blocks.ts";

const shell = (await Promise.all(PAGES.map(blocksOf))).flat().filter(({ language }) => language === "sh");
const samples = shell.filter(({ text }) => text.startsWith("curl "));
const sandbox = createSandbox();
const served = await listen(sandbox);
afterAll(() => served.close());

test.each(samples.map(({ place, text }) => [place, text] as const))(
  "the curl command at %s succeeds",
  async (_place, text) => {
    sandbox.reset();
    const { stdout } = await run(text);
    expect(JSON.parse(stdout)).toHaveProperty("data");
    expect(sandbox.requests).toMatchObject([{ status: 200 }]);
  },
);

test("the page of each operation has a curl command that sends the documented request", async () => {
  const sent: unknown[] = [];
  for (const { page, text } of samples.filter((sample) => !sample.page.endsWith("overview.md"))) {
    sandbox.reset();
    await run(text);
    const [{ operation, headers, body }] = sandbox.requests as [(typeof sandbox.requests)[number]];
    expect(headers["x-polytomic-version"], page).toBe("2025-09-18");
    expect("idempotency-key" in headers, page).toBe(FACTS[operation!].method === "POST");
    sent.push([operation, body]);
  }
  expect(new Map(sent as [string, unknown][])).toEqual(
    new Map(OPERATION_IDS.map((id) => [id, "body" in FACTS[id] ? FACTS[id].body : undefined])),
  );
});

/** Runs a command in a shell, against the sandbox. `uuidgen` is not part of every system. */
function run(command: string): Promise<{ stdout: string }> {
  const script = `uuidgen() { node -p 'crypto.randomUUID()'; }\n${command.replace("https://app.polytomic.com", served.url)}`;
  const env = { PATH: process.env["PATH"], MY_API_KEY: sandbox.apiKey, MY_PARTNER_KEY: sandbox.partnerKey };
  return promisify(execFile)("bash", ["-c", script.replace("curl ", "curl --silent --show-error ")], { env });
}
