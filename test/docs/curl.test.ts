import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";
import { blocksOf, PAGES } from "./blocks.ts";

const shell = (await Promise.all(PAGES.map(blocksOf))).flat().filter(({ language }) => language === "sh");
const commands = shell.filter(({ text }) => text.startsWith("curl "));
const sandbox = createSandbox();
const served = await listen(sandbox);
afterAll(() => served.close());

test.each(commands.map(({ place, text, prints }) => [place, text, prints] as const))(
  "the curl commands at %s succeed against the sandbox, and print the output shown",
  async (_place, text, prints) => {
    const command = text
      .replaceAll(/https:\/\/app\.polytomic\.com|http:\/\/localhost:4010/g, served.url)
      .replaceAll(/^curl /gm, "curl --silent --show-error --fail ");
    const env = { PATH: process.env["PATH"], MY_API_KEY: sandbox.apiKey };
    const { stdout } = await promisify(execFile)("bash", ["-ec", command], { env });
    if (prints === undefined) expect(JSON.parse(stdout)).toHaveProperty("data");
    else expect(stdout).toBe(prints.trimEnd());
    sandbox.reset();
  },
);
