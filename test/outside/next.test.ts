/** The application of docs/guides/nextjs.md, built and started by Next.js, with the sandbox as the API. */
import { execFile, spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { npm } from "../../scripts/package/npm.ts";
import { blocksOf } from "../docs/blocks.ts";
import { ENV, ROOT } from "../docs/tables.ts";
import { serveSandbox } from "./sandbox.ts";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const NEXT = join(FOLDER, "node_modules/next/dist/bin/next");

/** Pages and a route that do what the guide advises against, with a key that `next build` has, too. */
const OTHERS = {
  "lib/other.ts": `
    import { Polytomic } from "polytomic-users";
    const withCache = (cache?: RequestCache) =>
      new Polytomic({ apiKey: "sandbox-api-key", fetch: (url, init) => fetch(url, { ...init, ...(cache && { cache }) }) });
    export const [usual, noStore, forceCache] = [withCache(), withCache("no-store"), withCache("force-cache")];
    export const emails = (users: { email: string }[]) => users.map(({ email }) => email).join(" ");`,
  "app/prerendered/page.tsx": `
    import { emails, usual } from "../../lib/other";
    export default async function Page() { return <p>{emails(await usual.users.list())}</p>; }`,
  "app/no-store/page.tsx": `
    import { emails, noStore } from "../../lib/other";
    export default async function Page() { return <p>{emails(await noStore.users.list())}</p>; }`,
  "app/no-store-result/page.tsx": `
    import { emails, noStore } from "../../lib/other";
    export default async function Page() {
      const { data = [] } = await noStore.users.list().result();
      return <p>{emails(data)}</p>;
    }`,
  "app/api/no-store/route.ts": `
    import { emails, noStore } from "../../../lib/other";
    export async function GET() { return new Response(emails(await noStore.users.list())); }`,
  "app/api/force-cache/route.ts": `
    import { forceCache } from "../../../lib/other";
    export async function GET() {
      const before = await forceCache.users.list();
      await forceCache.users.create({ email: "cached@acmecorp.com" });
      return Response.json([before.length, (await forceCache.users.list()).length]);
    }`,
};

const { sandbox, served } = await serveSandbox();
const blocks = await blocksOf("docs/guides/nextjs.md");
const env = { ...ENV, NEXT_TELEMETRY_DISABLED: "1", POLYTOMIC_DEPLOYMENT_URL: served.url };
const folder = await mkdtemp(join(FOLDER, "next-")); // below this folder, to use the packages that are installed here
let report: string;
let server: ChildProcessWithoutNullStreams | undefined;
let url: string;

beforeAll(async () => {
  const ofGuide = blocks.map(({ text }) => [/^\/\/ (\S+)\n/.exec(text)![1]!, text]);
  await writeApplication({ ...OTHERS, ...Object.fromEntries(ofGuide) });
  report = (await promisify(execFile)(process.execPath, [NEXT, "build"], { cwd: folder, env })).stdout;
  const start = [NEXT, "start", "--hostname", "127.0.0.1", "--port", "0"];
  server = spawn(process.execPath, start, { cwd: folder, env: { ...env, POLYTOMIC_API_KEY: sandbox.apiKey } });
  process.once("exit", kill);
  url = await urlOf(server);
}, 300_000);

afterAll(async () => {
  process.off("exit", kill);
  if (server?.exitCode === null) {
    kill();
    await once(server, "exit");
  }
  await rm(folder, { recursive: true });
});

const kill = (): void => void server?.kill();

async function writeApplication(files: Record<string, string>): Promise<void> {
  const all = {
    "package.json": "{}",
    "next.config.mjs": `export default { turbopack: { root: ${JSON.stringify(FOLDER)} } };`,
    "app/layout.tsx":
      "export default ({ children }: { children: React.ReactNode }) => <html><body>{children}</body></html>;",
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await npm(["install", "--offline", "--no-save", "--no-package-lock", "--install-links", ROOT], { cwd: folder });
}

/** Waits until Next.js listens. */
function urlOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer): void => {
      output += String(chunk);
      const [, found] = /(http:\/\/127\.0\.0\.1:\d+)[^]*Ready/.exec(output) ?? [];
      if (found) resolve(found);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", () => reject(new Error(`Next.js ended before it was ready.\n${output}`)));
  });
}

const textOf = async (path: string, init?: RequestInit): Promise<string> => (await fetch(url + path, init)).text();

test.each(["/users", "/api/users", "/no-store", "/no-store-result", "/api/no-store"])(
  "`next build` makes %s dynamic, and it shows a user that was created after the build",
  async (path) => {
    expect(report).toMatch(new RegExp(`ƒ ${path}\\n`));
    const email = `${path.replaceAll("/", "-").slice(1)}@acmecorp.com`;
    expect(await textOf(path)).not.toContain(email);
    await create(email);
    expect(await textOf(path)).toContain(email);
  },
);

async function create(email: string): Promise<void> {
  const headers = { authorization: `Bearer ${sandbox.apiKey}`, "content-type": "application/json" };
  const response = await fetch(`${served.url}/api/organization/users`, {
    method: "POST",
    headers,
    body: JSON.stringify({ email }),
  });
  expect(response.status).toBe(200);
}

test("the response to the form of docs/guides/nextjs.md contains the user that its server action invites", async () => {
  const page = await textOf("/users");
  const form = new FormData();
  for (const [, name = "", value = ""] of page.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g))
    form.set(name, value.replaceAll("&quot;", '"'));
  form.set("email", "invited@acmecorp.com");
  expect(await textOf("/users", { method: "POST", body: form })).toContain("invited@acmecorp.com");
});

test("the route of docs/guides/nextjs.md responds with its own message if the API fails", async () => {
  sandbox.fail({ operation: "listCurrentOrgUsers", status: 403 });
  const response = await fetch(`${url}/api/users`);
  expect([response.status, await response.json()]).toEqual([502, { message: "Try again later." }]);
});

test("without `connection()`, Next.js prerenders a page, which never shows a user that was created later", async () => {
  expect(report).toMatch(/○ \/prerendered\n/);
  await create("late@acmecorp.com");
  expect(await textOf("/prerendered")).toContain("jane.doe@acmecorp.com");
  expect(await textOf("/prerendered")).not.toContain("late@acmecorp.com");
});

test("with `force-cache`, a list after a create does not contain the new user", async () => {
  const [before, after] = JSON.parse(await textOf("/api/force-cache")) as [number, number];
  expect(after).toBe(before);
});
