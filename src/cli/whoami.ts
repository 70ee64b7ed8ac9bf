import { print, printable, toJson } from "./print.ts";
import { connect, describeKind, findMismatch, type Session } from "./session.ts";
import { readArguments } from "./usage.ts";

export const HELP = `whoami: shows which key this is: its kind, its organization and its user. It changes nothing.

  npx polytomic-users whoami [--json]

  --json  Print JSON. The key itself is never printed.

It reads the key from POLYTOMIC_API_KEY, POLYTOMIC_PARTNER_KEY or POLYTOMIC_DEPLOYMENT_KEY, and the URL of a self-hosted
deployment from POLYTOMIC_DEPLOYMENT_URL.
`;

export async function run(args: readonly string[]): Promise<number> {
  const { values } = readArguments("whoami", args, { json: { type: "boolean", default: false } });
  const session = await connect();
  print(values.json ? toJson(toReport(session)) : describe(session));
  return 0;
}

/** What `--json` prints. */
function toReport(session: Session): object {
  const { variable, identity, host, apiVersion } = session;
  const advice = findMismatch(session);
  return { variable, kind: describeKind(identity) ?? null, host, apiVersion, identity, ...(advice && { advice }) };
}

function describe(session: Session): string {
  const { variable, identity, host, apiVersion } = session;
  const { id, email, role, organization_id, organization_name } = identity;
  const lines = {
    key: `${describeKind(identity) ?? "unknown kind"}, from ${variable}`,
    organization: nameWithId(organization_name, organization_id),
    user: nameWithId(email, id),
    role,
    host,
    version: apiVersion,
    advice: findMismatch(session),
  };
  return Object.entries(lines)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(14)}${printable(value!)}`)
    .join("\n");
}

function nameWithId(name: string | undefined, id: string | undefined): string {
  return name !== undefined && id !== undefined ? `${name} (${id})` : (name ?? id ?? "none");
}
