import { execFile } from "node:child_process";
import dns from "node:dns";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { serveSandbox } from "../../src/cli/sandbox.ts";
import { Polytomic } from "../../src/index.ts";
import type { ServedSandbox } from "../../src/testing/node.ts";
import { blocksOf } from "./blocks.ts";
import { quoted, ROOT, tableOf } from "./tables.ts";

const run = promisify(execFile);
const blocks = await blocksOf("docs/guides/containers.md");
const fileOf = (name: string): string => blocks.find(({ text }) => text.startsWith(`# ${name}`))!.text;

interface Compose {
  readonly services: {
    readonly sandbox: { readonly command: string; readonly healthcheck: { readonly test: readonly string[] } };
    readonly app: { readonly environment: Readonly<Record<string, string>> };
  };
}
interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly readinessProbe: {
    readonly httpGet: {
      readonly path: string;
      readonly port: number;
      readonly httpHeaders: readonly { readonly name: string; readonly value: string }[];
    };
  };
}
interface Pod {
  readonly metadata: { readonly labels: object };
  readonly spec: { readonly containers: readonly [Container]; readonly volumes: readonly { readonly name: string }[] };
}
interface Deployment {
  readonly spec: { readonly selector: { readonly matchLabels: object }; readonly template: Pod };
}
interface Service {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly selector: object; readonly ports: readonly { readonly port: number }[] };
}
interface CronJob {
  readonly spec: { readonly jobTemplate: { readonly spec: { readonly template: Pod } } };
}

const compose = parse(fileOf("compose.yaml")) as Compose;
const [deployment, service] = parseAllDocuments(fileOf("sandbox.yaml")).map((each) => each.toJS() as unknown) as [
  Deployment,
  Service,
];
const cronJob = parse(fileOf("sync.yaml")) as CronJob;

/** Runs the command `sandbox` on a free port until the end of the test. */
async function serve(command: readonly string[]): Promise<ServedSandbox> {
  const [program, ...args] = command.join(" ").split(/ (?=--host)/);
  expect(program).toBe("npx --yes polytomic-users sandbox");
  const served = await serveSandbox([...args.flatMap((each) => each.split(" ")), "--port", "0"], () => undefined);
  onTestFinished(() => served.close());
  return served;
}

/** Lets the name of the service lead to this machine, as it leads to another container in a network of containers. */
function resolveServiceName(): void {
  const lookup = vi.spyOn(dns, "lookup").mockImplementation(((name: string, _options: object, done: Done) => {
    expect(name).toBe("sandbox");
    done(null, [{ address: "127.0.0.1", family: 4 }]);
  }) as typeof dns.lookup);
  onTestFinished(() => {
    expect(lookup).toHaveBeenCalled();
    lookup.mockRestore();
  });
}

type Done = (error: null, addresses: dns.LookupAddress[]) => void;

test("the command in the Compose file serves the client in another container, under the name of the service", async () => {
  const { sandbox, app } = compose.services;
  const { port } = new URL((await serve(sandbox.command.split(" "))).url);

  const [, node, ...script] = sandbox.healthcheck.test.map((each) => each.replace(":4010", `:${port}`));
  expect(node).toBe("node");
  await run(process.execPath, script);

  resolveServiceName();
  for (const [name, value] of Object.entries(app.environment)) vi.stubEnv(name, value.replace(":4010", `:${port}`));
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await new Polytomic().organizations.getCurrent()).toMatchObject({ name: "Acme Corp" });
  expect(blocks.find(({ language }) => language === "ts")!.text).toContain(
    `"${app.environment["POLYTOMIC_DEPLOYMENT_URL"]}"`,
  );
});

test("the Deployment serves the client in another pod, under the name of the Service, and its probe succeeds", async () => {
  const { selector, template } = deployment.spec;
  const [container] = template.spec.containers;
  const { url } = await serve([...container.command, ...container.args]);
  expect(template.metadata.labels).toEqual(selector.matchLabels);
  expect(service.spec.selector).toEqual(selector.matchLabels);

  const { path, port, httpHeaders } = container.readinessProbe.httpGet;
  expect(service.spec.ports).toEqual([{ port }]);
  const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]));
  const status = await new Promise((resolve, reject) => {
    const probe = request(`${url}${path}`, { headers }, (response) => resolve(response.resume().statusCode));
    probe.on("error", reject).end();
  });
  expect(status).toBe(200);

  resolveServiceName();
  const baseUrl = `http://${service.metadata.name}:${new URL(url).port}`;
  const { users } = new Polytomic({ apiKey: "sandbox-api-key", baseUrl, allowInsecureConnection: true });
  expect(await users.list()).toHaveLength(2);
});

test("the command of the CronJob syncs the users with the list that is mounted", async () => {
  const { containers, volumes } = cronJob.spec.jobTemplate.spec.template.spec;
  const [{ command, args, env, volumeMounts }] = containers;
  expect(command[0]).toBe("node_modules/.bin/polytomic-users");
  expect(env.map(({ name }) => name)).toEqual(["POLYTOMIC_API_KEY"]);
  expect(volumes.map(({ name }) => name)).toEqual(volumeMounts.map(({ name }) => name));

  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const people = ["jane.doe@acmecorp.com", "john.smith@acmecorp.com", "ada@acmecorp.com"];
  await writeFile(join(folder, "people.csv"), ["email", ...people].join("\n"));
  const { url } = await serve([...deployment.spec.template.spec.containers[0].command]);
  const settings = { env: { POLYTOMIC_API_KEY: "sandbox-api-key", POLYTOMIC_DEPLOYMENT_URL: url } };
  const mounted = args.map((each) => each.replace(volumeMounts[0]!.mountPath, folder));
  await run(process.execPath, [`${ROOT}/dist/cli/main.js`, ...command.slice(1), ...mounted], settings);
  const { users } = new Polytomic({ apiKey: "sandbox-api-key", baseUrl: url });
  expect((await users.list()).map(({ email }) => email)).toEqual(people);
});

test("the variables for a proxy are those that docs/guides/runtimes.md lists for the Node of the image", async () => {
  const { env, volumeMounts } = parse(fileOf("in sync.yaml")) as Container;
  const rows = await tableOf("docs/guides/runtimes.md", /^\| runtime +\| environment/);
  const [, variables] = rows.find(([runtime]) => runtime?.startsWith("Node 24"))!;
  const [proxy = "", use = ""] = quoted(variables);
  const listed = env.map(({ name, ...value }) => [name, Object.values(value)[0]] as const);
  expect(listed).toContainEqual(["HTTPS_PROXY", expect.stringMatching(/^http:/)]);
  expect(proxy).toBe("HTTPS_PROXY");
  expect(listed).toContainEqual(use.split("="));
  const [, certificate] = listed.find(([name]) => name === "NODE_EXTRA_CA_CERTS")!;
  expect(certificate).toMatch(new RegExp(`^${volumeMounts[0]!.mountPath}/`));
});
