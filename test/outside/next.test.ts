/** The application of docs/guides/nextjs.md, built and started by Next.js, with the sandbox as the API. */
import { execFile, spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
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
const ofGuide = Object.fromEntries(blocks.map(({ text }) => [/^\/\/ (\S+)\n/.exec(text)![1]!, text]));
let report: string;
let server: ChildProcessWithoutNullStreams | undefined;
let url: string;

beforeAll(async () => {
  await writeApplication(folder, { ...OTHERS, ...ofGuide });
  report = await build(folder);
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

/** Returns what `next build` prints. */
async function build(cwd: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [NEXT, "build"], { cwd, env });
  return stdout + stderr;
}

async function writeApplication(cwd: string, files: Record<string, string>, options = {}): Promise<void> {
  const all = {
    "package.json": "{}",
    "next.config.mjs": `export default ${JSON.stringify({ turbopack: { root: FOLDER }, ...options })};`,
    "app/layout.tsx":
      "export default ({ children }: { children: React.ReactNode }) => <html><body>{children}</body></html>;",
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), text);
  }
  await npm(["install", "--offline", "--no-save", "--no-package-lock", "--install-links", ROOT], { cwd });
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

/** Sends a form of the page as a browser without JavaScript does: the one that contains all of these texts. */
async function submit(texts: string[], fields: Record<string, string[]> = {}): Promise<string> {
  const forms = (await textOf("/users")).match(/<form.*?<\/form>/g) ?? [];
  const form = forms.find((each) => texts.every((text) => each.includes(text)));
  const body = new FormData();
  for (const [, name = "", value = ""] of form!.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g))
    body.append(name, value.replaceAll("&quot;", '"'));
  for (const [name, values] of Object.entries(fields)) for (const value of values) body.append(name, value);
  return textOf("/users", { method: "POST", body });
}

test("the response to the form of docs/guides/nextjs.md contains the user that its server action invites", async () => {
  const page = await submit(["Invite"], { email: ["invited@acmecorp.com"] });
  expect(page).toContain('<p role="status">Invited invited@acmecorp.com.</p>');
  expect(page).toMatch(/<li>invited@acmecorp\.com/);
});

test.each(["jane.doe@acmecorp.com", "jane.doe"])(
  "the form of docs/guides/nextjs.md says that the address %s is refused",
  async (email) => {
    expect(await submit(["Invite"], { email: [email] })).toContain(
      "This address is invalid, or it already has a user.",
    );
  },
);

test("the forms of docs/guides/nextjs.md change the roles of a user, and remove the user", async () => {
  const organization = () => sandbox.snapshot().organizations[0]!;
  const john = () => organization().users.find(({ email }) => email === "john.smith@acmecorp.com");
  const { id } = john()!;
  const role = organization()
    .roles.slice(0, 2)
    .map((each) => each.id);
  await submit([id, "Save"], { role });
  expect(john()?.role_ids).toEqual(role);
  await submit([id, "Remove"]);
  expect(john()).toBeUndefined();
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

test("with `cacheComponents`, `next build` needs no key for the code of docs/guides/nextjs.md, and calls nothing", async () => {
  const second = await mkdtemp(join(FOLDER, "next-"));
  onTestFinished(() => rm(second, { recursive: true }));
  const before = sandbox.requests.length;
  await writeApplication(second, ofGuide, { cacheComponents: true });
  const printed = await build(second);
  expect(printed).toMatch(/ƒ \/api\/users\n/);
  expect(printed).toMatch(/◐ \/users\n/);
  expect(printed).not.toContain("Error");
  expect(sandbox.requests.length).toBe(before);
}, 300_000);

test("with `force-cache`, a list after a create does not contain the new user", async () => {
  const [before, after] = JSON.parse(await textOf("/api/force-cache")) as [number, number];
  expect(after).toBe(before);
});
