import { execFile } from "node:child_process";
import dns from "node:dns";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { parse } from "yaml";
import { serveSandbox } from "../../src/cli/sandbox.ts";
import { Polytomic } from "../../src/index.ts";
import type { ServedSandbox } from "../../src/testing/node.ts";
import { blocksOf } from "./blocks.ts";

const blocks = await blocksOf("docs/guides/testing-other-languages.md");
const blockIn = (language: string): string => blocks.find((block) => block.language === language)!.text;
const run = promisify(execFile);

/** Runs the command `sandbox` on a free port until the end of the test. */
async function serve(...args: string[]): Promise<ServedSandbox> {
  const served = await serveSandbox([...args, "--port", "0"], () => undefined);
  onTestFinished(() => served.close());
  return served;
}

test("the Python tests of the guide pass against a served sandbox", async () => {
  const { url } = await serve();
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "test_directory.py"), blockIn("python"));
  const env = { PATH: process.env["PATH"], SANDBOX: url };
  const { stderr } = await run("python3", ["-W", "error", "-m", "unittest"], { cwd: folder, env });
  expect(stderr).toMatch(/^Ran 3 tests in .*\n\nOK$/m);
});

interface Compose {
  readonly services: {
    readonly sandbox: { readonly command: string; readonly healthcheck: { readonly test: readonly string[] } };
    readonly tests: { readonly environment: { readonly SANDBOX: string } };
  };
}

test("the command in the Compose file serves the client in another container, under the name of the service", async () => {
  const { sandbox, tests } = (parse(blockIn("yaml")) as Compose).services;
  const [program, ...args] = sandbox.command.split(/ (?=--host)/);
  expect(program).toBe("npx --yes polytomic-users sandbox");
  const { url } = await serve(...args.flatMap((each) => each.split(" ")));
  const { port } = new URL(url);

  const [, node, ...script] = sandbox.healthcheck.test.map((each) => each.replace(":4010", `:${port}`));
  expect(node).toBe("node");
  await run(process.execPath, script);

  // The name of the service leads to this machine, as it does in a network of containers.
  const lookup = vi.spyOn(dns, "lookup").mockImplementation(((name: string, _options: object, done: Done) => {
    expect(name).toBe("sandbox");
    done(null, [{ address: "127.0.0.1", family: 4 }]);
  }) as typeof dns.lookup);
  onTestFinished(() => lookup.mockRestore());
  const baseUrl = tests.environment.SANDBOX.replace(":4010", `:${port}`);
  expect(blocks.find(({ language }) => language === "ts")!.text).toContain(`"${tests.environment.SANDBOX}"`);
  const polytomic = new Polytomic({ partnerKey: "sandbox-partner-key", baseUrl, allowInsecureConnection: true });
  expect(await polytomic.organizations.list()).toMatchObject([{ name: "Acme Corp" }]);
  expect(lookup).toHaveBeenCalled();
});

type Done = (error: null, addresses: dns.LookupAddress[]) => void;
