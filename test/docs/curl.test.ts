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

test.each(commands.map(({ place, text }) => [place, text] as const))(
  "the curl command at %s succeeds against the sandbox",
  async (_place, text) => {
    const command = text.replace("https://app.polytomic.com", served.url).replace("curl ", "curl --silent ");
    const env = { PATH: process.env["PATH"], MY_API_KEY: sandbox.apiKey };
    const { stdout } = await promisify(execFile)("bash", ["-c", command], { env });
    expect(JSON.parse(stdout)).toHaveProperty("data");
  },
);
