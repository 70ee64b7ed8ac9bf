import { execFile } from "node:child_process";
import { expect, inject, onTestFinished, test } from "vitest";
import { serveProxiedApi } from "./proxied.ts";
import { quoted, tableOf } from "../docs/tables.ts";
import { COMMANDS } from "./commands.ts";

/** The environment with which each runtime sends requests through a proxy, as the guide says. */
const rows = (await tableOf("docs/guides/runtimes.md", /^\| runtime +\| environment/)).flatMap(
  ([runtimes = "", variables]) => namesIn(runtimes).map((name) => [name, quoted(variables)] as const),
);

test("docs/guides/runtimes.md says for every runtime how to use a proxy", () => {
  expect(rows.map(([name]) => name).toSorted()).toEqual(Object.keys(COMMANDS).toSorted());
});

test.each(rows)(
  "%s uses a proxy with the variables that docs/guides/runtimes.md lists for it: %j",
  async (name, variables) => {
    const { tunnels, printed, url } = await list(name, variables);
    expect(printed).toBe("2\n");
    expect(tunnels).toEqual(variables.length > 0 ? [new URL(url).host] : []);
  },
);

test.each(rows.filter(([, variables]) => variables.length > 0))(
  "%s calls the hosts in NO_PROXY without the proxy: %j",
  async (name, variables) => {
    expect(await list(name, [...variables, "NO_PROXY=localhost"])).toMatchObject({ printed: "2\n", tunnels: [] });
  },
);

test.each(rows.filter(([name]) => name.startsWith("Node")))(
  "%s ignores HTTPS_PROXY without NODE_USE_ENV_PROXY",
  async (name) => {
    expect(await list(name, ["HTTPS_PROXY"])).toMatchObject({ printed: "2\n", tunnels: [] });
  },
);

test("without NODE_EXTRA_CA_CERTS, a call to a host with a private certificate fails, with the code in the message", async () => {
  const { printed } = await list("Node 24", ["NODE_EXTRA_CA_CERTS="]);
  expect(printed).toMatch(/ConnectionError: .*DEPTH_ZERO_SELF_SIGNED_CERT.*set NODE_EXTRA_CA_CERTS/);
});

/** Lists users of an API with a private certificate, in an environment that contains the given variables. */
async function list(name: string, variables: readonly string[]) {
  const api = await serveProxiedApi();
  onTestFinished(() => api.close());
  const [program, ...options] = COMMANDS[name]!;
  const env: Record<string, string | undefined> = { PATH: process.env["PATH"], NODE_EXTRA_CA_CERTS: api.certificate };
  for (const variable of variables) {
    const [key = "", value = api.proxyUrl] = variable.split("=");
    env[key] = value;
  }
  const args = [...options.map((option) => option.replace("127.0.0.1", "localhost")), "proxied.js", api.url];
  const printed = await new Promise<string>((resolve) => {
    const settings = { cwd: inject("installed"), env, timeout: 50_000 };
    execFile(program, args, settings, (error, out, err) => resolve(error ? err : out));
  });
  return { printed, tunnels: api.tunnels, url: api.url };
}

/** `Node 24, 26` are two runtimes, and `Bun, Deno` too. */
function namesIn(cell: string): string[] {
  const prefix = /^Node (?=\d)/.exec(cell)?.[0] ?? "";
  return cell.slice(prefix.length).split(", ").map((name) => prefix + name); // prettier-ignore
}
