import { execFile } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, onTestFinished, test } from "vitest";
import { COMMANDS, TOOLS } from "./commands.ts";
import { FINDINGS, setScene, type Scene } from "./scene.ts";

const run = promisify(execFile);
const folder = inject("installed");

test.each(Object.entries(COMMANDS))(
  "on %s all operations, an error, a retry, a timeout and an abort work, and the process exits by itself",
  async (name, [program, ...options]) => {
    const { stdout: version } = await run(program, ["--version"]);
    if (name.startsWith("Node")) expect(version).toMatch(new RegExp(`^v${name.slice(5)}\\.`));
    const { target } = await scene();
    const { stdout, stderr } = await run(program, [...options, "main.js", JSON.stringify(target)], {
      cwd: folder,
      timeout: 50_000,
    });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(FINDINGS);
  },
);

test("in workerd without Node compatibility all operations, an error, a retry, a timeout and an abort work", async () => {
  const { target } = await scene();
  let findings = "";
  const listener = createServer((request, response) => {
    request.on("data", (chunk) => (findings += String(chunk)));
    request.on("end", () => response.end());
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void listener.close());
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  await writeFile(
    join(folder, "workerd.capnp"),
    await workerdConfig({ target: JSON.stringify(target), findings: url }),
  );
  await run(join(TOOLS, ".bin/workerd"), ["test", "workerd.capnp"], { cwd: folder, timeout: 50_000 });
  expect(JSON.parse(findings)).toEqual(FINDINGS);
});

test("`npm run` on Node 20 says how to get Node 24", async () => {
  const launched = run(join(TOOLS, "node-20/bin/node"), ["scripts/run.cjs", "generate"]);
  await expect(launched).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^This command needs Node 24, but is running on Node 20\./),
  });
});

async function scene(): Promise<Scene> {
  const set = await setScene();
  onTestFinished(() => set.close());
  return set;
}

/** workerd finds modules by name and does not read package.json, so the configuration lists every file of the package. */
async function workerdConfig({ target, findings }: { target: string; findings: string }): Promise<string> {
  const dist = "node_modules/polytomic-users/dist";
  const files = (await readdir(join(folder, dist), { recursive: true })).filter((file) => file.endsWith(".js"));
  const names: Record<string, string> = {
    "index.js": "polytomic-users",
    "sync/index.js": "polytomic-users/sync",
    "testing/index.js": "polytomic-users/testing",
  };
  const modules = [
    ["worker.js", "worker.js"],
    ["smoke.js", "smoke.js"],
    ...files.map((file) => [names[file] ?? file, `${dist}/${file}`]),
    ["index.js", `${dist}/index.js`], // which polytomic-users/sync imports
  ];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ( name = "smoke",
      worker = (
        compatibilityDate = "2026-07-01",
        modules = [${modules.map(([name, file]) => `( name = "${name}", esModule = embed "${file}" )`).join(", ")}],
        bindings = [
          ( name = "target", json = ${JSON.stringify(target)} ),
          ( name = "findings", text = "${findings}" ),
        ],
      ),
    ),
    ( name = "internet", network = ( allow = ["local"] ) ),
  ],
);
`;
}
