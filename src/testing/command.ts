import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { parseArgs } from "node:util";
import { API_VERSION } from "../../generated/contract.ts";
import { createSandbox, type Fault, type Sandbox, type SandboxOptions } from "./index.ts";
import { withLog } from "./command-log.ts";
import { listen, type ListenOptions, type ServedSandbox } from "./node.ts";
import { OLDEST_VERSION, VERSIONS } from "./versions.ts";

const HELP = `Serves the Polytomic Users API from memory. Unless --host says otherwise, only this machine can reach it.

  npx polytomic-sandbox [--port 4010] [--host name]... [--seed file.json] [--latency ms]
                        [--default-version date] [--fail json]... [--rate-limit requests/ms] [--quiet]

  --port <number>           The port; 0 chooses a free one. Default: 4010.
  --host <name>             A name that requests may have in their Host header, besides localhost. It can be repeated.
                            An IP address, such as 0.0.0.0, is also the address to listen on. Default: 127.0.0.1.
  --seed <file.json>        The initial data: { "organizations": [{ "users": [{ "email": "jane.doe@acmecorp.com" }] }] }
  --latency <ms>            How long each response takes, in milliseconds. Default: 0.
  --default-version <date>  The API version of the response to a request without one. Default: ${OLDEST_VERSION}.
  --fail <json>             A failure for the next matching requests, as sandbox.fail() takes it. It can be repeated:
                            --fail '{ "operation": "createPartnerUser", "status": 503, "times": 2 }'
  --rate-limit <limit>      The requests of all callers per period in milliseconds, such as 10/1000. Default: no limit.
  --quiet                   Do not log requests.
  --version                 Print the version of this package.
  -h, --help                Print this help.

GET / lists the routes.
`;

interface CommandLine {
  readonly listenOptions: ListenOptions;
  readonly seed: string | undefined;
  /** Overrides what the seed file contains. */
  readonly override: Pick<SandboxOptions, "latency" | "defaultVersion">;
  readonly faults: readonly string[];
  readonly rateLimit: string | undefined;
  readonly quiet: boolean;
}

/**
 * Runs `polytomic-sandbox`.
 *
 * @param args The arguments of the command line.
 * @param print Prints a text to the standard output.
 * @returns The served sandbox; `undefined` if the command only prints something, such as its help.
 * @throws An error whose message is for the user.
 */
export async function runCommand(
  args: readonly string[],
  print: (text: string) => void,
): Promise<ServedSandbox | undefined> {
  try {
    const commandLine = readCommandLine(args);
    if (commandLine === "help") print(HELP);
    else if (commandLine === "version") print(`${await readPackageVersion()}\n`);
    else return await serve(commandLine, print);
    return undefined;
  } catch (error) {
    throw new Error(explain(error).replaceAll(/\s*\n\s*/g, " "), { cause: error });
  }
}

/** Returns `"help"` or `"version"` if the command only prints that. */
function readCommandLine(args: readonly string[]): CommandLine | "help" | "version" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "4010" },
      host: { type: "string", multiple: true, default: [] },
      seed: { type: "string" },
      latency: { type: "string" },
      "default-version": { type: "string" },
      fail: { type: "string", multiple: true, default: [] },
      "rate-limit": { type: "string" },
      quiet: { type: "boolean", default: false },
      version: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  if (values.version) return "version";
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
  throw new TypeError(`${name} must be a whole number; got ${JSON.stringify(text)}.`);
}

function readHosts(hosts: readonly string[]): ListenOptions {
  const allowedHosts = hosts.map((host) => host.replace(/^\[(.*)\]$/, "$1"));
  const [hostname, ...more] = allowedHosts.filter((host) => isIP(host));
  if (more.length > 0) throw new TypeError(`--host takes one IP address; got ${hostname} and ${more.join(", ")}.`);
  return { allowedHosts, ...(hostname !== undefined && { hostname }) };
}

function checkVersion(version: string): string {
  if (VERSIONS.includes(version)) return version;
  throw new TypeError(`--default-version must be one of ${VERSIONS.join(", ")}; got ${JSON.stringify(version)}.`);
}

/** The path is the same from `src/testing/` and from `dist/testing/`. */
async function readPackageVersion(): Promise<string> {
  const manifest = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

async function serve(
  { listenOptions, seed, override, faults, rateLimit, quiet }: CommandLine,
  print: (text: string) => void,
): Promise<ServedSandbox> {
  const sandbox = await seedSandbox(seed, override);
  for (const fault of faults) addFault(sandbox, fault);
  if (rateLimit !== undefined) setRateLimit(sandbox, rateLimit);
  const served = await listen(quiet ? sandbox : { fetch: withLog(sandbox.fetch, print) }, listenOptions);
  print(startMessage(sandbox, served));
  return served;
}

async function seedSandbox(file: string | undefined, override: CommandLine["override"]): Promise<Sandbox> {
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
    throw new TypeError(
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

/** Describes an error of the system or of the command line in a sentence. */
function explain(error: unknown): string {
  const { code, message, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === "EADDRINUSE") return `Port ${port} is in use. Choose another one with --port, or 0 for a free one.`;
  if (code === "EACCES" && port !== undefined)
    return `No permission to use port ${port}. Choose one above 1023 with --port.`;
  if (code === "EADDRNOTAVAIL") return `This machine does not have the address ${address}. Choose another --host.`;
  if (code === "ENOENT") return "The file does not exist.";
  if (code?.startsWith("ERR_PARSE_ARGS")) return `${message.replace(/\.?$/, ".")} Run polytomic-sandbox --help.`;
  return message;
}
