import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { API_VERSION } from "../../generated/contract.ts";
import { createSandbox, type Fault, type Sandbox, type SandboxOptions } from "../testing/index.ts";
import { listen, type ListenOptions, type ServedSandbox } from "../testing/node.ts";
import { VERSIONS } from "../testing/versions.ts";
import { withLog } from "./sandbox-log.ts";
import { inOneLine, readArguments, UsageError } from "./usage.ts";

export const HELP = `sandbox: serves the Polytomic Users API from memory. Unless --host says otherwise, only this machine can reach it.

  npx polytomic-users sandbox [--port 4010] [--host name]... [--seed file.json] [--latency ms]
                              [--default-version date] [--fail json]... [--rate-limit requests/ms] [--quiet]

  --port <number>           The port; 0 chooses a free one. Default: 4010.
  --host <name>             A name that requests may have in their Host header, besides localhost. It can be repeated.
                            An IP address, such as 0.0.0.0, is also the address to listen on. Default: 127.0.0.1.
  --seed <file.json>        The initial data: { "organizations": [{ "users": [{ "email": "jane.doe@acmecorp.com" }] }] }
  --latency <ms>            How long each response takes, in milliseconds. Default: 0.
  --default-version <date>  The API version of the response to a request without one. Default: ${API_VERSION}.
  --fail <json>             A failure for the next matching requests, as sandbox.fail() takes it. It can be repeated:
                            --fail '{ "operation": "createPartnerUser", "status": 503, "times": 2 }'
  --rate-limit <limit>      The requests of all callers per period in milliseconds, such as 10/1000. Default: no limit.
  --quiet                   Do not log requests.

GET / lists the routes.
`;

interface SandboxSettings {
  readonly seed: string | undefined;
  /** Overrides what the seed file contains. */
  readonly override: Pick<SandboxOptions, "latency" | "defaultVersion">;
  readonly faults: readonly string[];
  readonly rateLimit: string | undefined;
}

interface CommandLine extends SandboxSettings {
  readonly listenOptions: ListenOptions;
  readonly quiet: boolean;
}

/** Serves until the process gets SIGINT (Ctrl-C) or SIGTERM. */
export async function run(args: readonly string[], print: (text: string) => void): Promise<number> {
  const served = await serveSandbox(args, print);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void served.close());
  return 0;
}

/**
 * Serves a sandbox as the options say.
 *
 * @param args The options.
 * @param print Prints the start message, and a line for each request.
 * @throws `UsageError` if an option or the seed file is invalid; an `Error` if the system refuses the port.
 */
export async function serveSandbox(args: readonly string[], print: (text: string) => void): Promise<ServedSandbox> {
  const { listenOptions, quiet, ...options } = readCommandLine(args);
  const sandbox = await prepareSandbox(options).catch((error: unknown) => {
    throw new UsageError(inOneLine(explain(error)), { cause: error });
  });
  try {
    const logged = { fetch: { value: withLog(sandbox.fetch, print) } };
    const served = await listen(quiet ? sandbox : (Object.create(sandbox, logged) as Sandbox), listenOptions);
    print(startMessage(sandbox, served));
    return served;
  } catch (error) {
    const isUsage = error instanceof TypeError;
    throw new (isUsage ? UsageError : Error)(inOneLine(explain(error)), { cause: error });
  }
}

function readCommandLine(args: readonly string[]): CommandLine {
  const { values } = readArguments("sandbox", args, {
    port: { type: "string", default: "4010" },
    host: { type: "string", multiple: true, default: [] },
    seed: { type: "string" },
    latency: { type: "string" },
    "default-version": { type: "string" },
    fail: { type: "string", multiple: true, default: [] },
    "rate-limit": { type: "string" },
    quiet: { type: "boolean", default: false },
  });
  const { port, host, seed, latency, "default-version": defaultVersion, quiet } = values;
  const { fail: faults, "rate-limit": rateLimit } = values;
  const override = {
    ...(latency !== undefined && { latency: readNumber("--latency", latency) }),
    ...(defaultVersion !== undefined && { defaultVersion: checkVersion(defaultVersion) }),
  };
  const listenOptions = { port: readNumber("--port", port), ...readHosts(host) };
  return { listenOptions, seed, override, faults, rateLimit, quiet };
}

function readNumber(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(`${name} must be a whole number; got ${JSON.stringify(text)}.`);
}

function readHosts(hosts: readonly string[]): ListenOptions {
  const allowedHosts = hosts.map((host) => host.replace(/^\[(.*)\]$/, "$1"));
  const [hostname, ...more] = allowedHosts.filter((host) => isIP(host));
  if (more.length > 0) throw new UsageError(`--host takes one IP address; got ${hostname} and ${more.join(", ")}.`);
  return { allowedHosts, ...(hostname !== undefined && { hostname }) };
}

function checkVersion(version: string): string {
  if (VERSIONS.includes(version)) return version;
  throw new UsageError(`--default-version must be one of ${VERSIONS.join(", ")}; got ${JSON.stringify(version)}.`);
}

async function prepareSandbox({ seed, override, faults, rateLimit }: SandboxSettings): Promise<Sandbox> {
  const sandbox = await seedSandbox(seed, override);
  for (const fault of faults) addFault(sandbox, fault);
  if (rateLimit !== undefined) setRateLimit(sandbox, rateLimit);
  return sandbox;
}

async function seedSandbox(file: string | undefined, override: SandboxSettings["override"]): Promise<Sandbox> {
  if (file === undefined) return createSandbox(override);
  try {
    const seed = JSON.parse((await readFile(file, "utf8")).replace(/^\uFEFF/, "")) as SandboxOptions;
    createSandbox(seed); // an error in the file is reported before an error in --latency
    return createSandbox({ ...seed, ...override });
  } catch (error) {
    throw new Error(`${file} is not a valid seed: ${explain(error)}`, { cause: error });
  }
}

function addFault(sandbox: Sandbox, json: string): void {
  try {
    sandbox.fail(JSON.parse(json) as Fault);
  } catch (error) {
    throw new Error(`--fail '${json}' is not a valid fault: ${explain(error)}`, { cause: error });
  }
}

function setRateLimit(sandbox: Sandbox, text: string): void {
  const [, requests, per] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (requests === undefined) {
    throw new UsageError(
      `--rate-limit must be <requests>/<milliseconds>, such as 10/1000; got ${JSON.stringify(text)}.`,
    );
  }
  sandbox.rateLimit({ requests: Number(requests), per: Number(per) });
}

function startMessage(sandbox: Sandbox, { url }: ServedSandbox): string {
  const { organizationId, partnerKey, apiKey, deploymentKey } = sandbox;
  return `Serving the Polytomic Users API, version ${API_VERSION}, from memory. Press Ctrl-C to stop.

  base URL         ${url}
  routes           ${url}/
  organization id  ${organizationId}
  partner key      ${partnerKey}
  API key          ${apiKey}
  deployment key   ${deploymentKey}

  curl -H 'Authorization: Bearer ${partnerKey.replaceAll("'", String.raw`'\''`)}' -H 'X-Polytomic-Version: ${API_VERSION}' ${url}/api/organizations/${organizationId}/users

`;
}

/** Describes an error of the system in a sentence. */
function explain(error: unknown): string {
  const { code, message, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === "EADDRINUSE") return `Port ${port} is in use. Choose another one with --port, or 0 for a free one.`;
  if (code === "EACCES" && port !== undefined)
    return `No permission to use port ${port}. Choose one above 1023 with --port.`;
  if (code === "EADDRNOTAVAIL") return `This machine does not have the address ${address}. Choose another --host.`;
  if (code === "ENOENT") return "The file does not exist.";
  return message;
}
