/**
 * One real message of each error class, as it comes out of the built package, in the marked region of docs/errors.md:
 *
 *     npm run docs:messages              build, and write the region
 *     npm run docs:messages -- --check   compares instead; exit 1 when a message has changed
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Polytomic, type Organization, type PolytomicError } from "polytomic-users";
import { createSandbox, type Sandbox } from "polytomic-users/testing";
import * as prettier from "prettier";

const PAGE = join(fileURLToPath(new URL("../..", import.meta.url)), "docs/errors.md");
const REGION = /(?<=<!-- messages: npm run docs:messages -->\n).*?(?=<!-- \/messages -->)/s;

/** Something that goes wrong, and the class of what is thrown then. */
type Trouble = (acme: Organization, sandbox: Sandbox) => Promise<unknown>;

const NOBODY = "00000000-0000-4000-8000-000000000000";
const JANE = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";

/** By class, what was done. */
export const TROUBLES: Record<string, readonly [done: string, trouble: Trouble]> = {
  ConfigurationError: [
    "Neither a key nor a variable is set.",
    async () => {
      for (const name of Object.keys(process.env)) if (/^POLYTOMIC_.*KEY$/.test(name)) delete process.env[name];
      return new Polytomic();
    },
  ],
  InvalidArgumentError: ["The id is a name.", ({ users }) => users.get("jane")],
  BadRequestError: [
    "Plain JavaScript sends a `force` that is no boolean.",
    ({ users }) => users.createApiKey(JANE, { force: "yes" as never }),
  ],
  UnauthorizedError: [
    "The key was revoked.",
    ({ id }, { fetch }) => new Polytomic({ partnerKey: "an-old-key", fetch }).organization(id).users.list(),
  ],
  ForbiddenError: [
    "An API key asks for another organization.",
    (_acme, { apiKey, fetch }) => new Polytomic({ apiKey, fetch }).organization(NOBODY).users.list(),
  ],
  NotFoundError: ["Nobody has this id.", ({ users }) => users.get(NOBODY)],
  ConflictError: [
    "The first request with the idempotency key is still running when the retries are used up.",
    async ({ users }, sandbox) => {
      sandbox.fail({ delay: 200 });
      const create = (): Promise<unknown> =>
        users.create({ email: "ada@acmecorp.com" }, { idempotencyKey: "order-4711" });
      const [, second] = await Promise.allSettled([create(), create()]);
      if (second.status === "rejected") throw second.reason;
    },
  ],
  UnprocessableEntityError: ["The address is taken.", ({ users }) => users.create({ email: "jane.doe@acmecorp.com" })],
  TooManyRequestsError: [
    "Still 429 when the retries are used up, or after a `Retry-After` that is too long to wait for.",
    async ({ users }, sandbox) => {
      sandbox.rateLimit({ requests: 1, per: 3_600_000 });
      await users.list();
      return users.list();
    },
  ],
  ServerError: [
    "A create is answered 500.",
    ({ users }, sandbox) => {
      sandbox.fail({ status: 500 });
      return users.create({ email: "ada@acmecorp.com" });
    },
  ],
  ApiError: [
    "A status without a class of its own.",
    ({ users }, sandbox) => {
      sandbox.fail({ status: 402 });
      return users.list();
    },
  ],
  UnexpectedResponseError: [
    "A proxy answers with its sign-in page.",
    ({ users }, sandbox) => {
      sandbox.fail({ body: "<h1>Sign in</h1>" });
      return users.list();
    },
  ],
  ConnectionError: [
    "Nobody listens there.",
    ({ id }) => {
      const nowhere = new Polytomic({ partnerKey: "a-key", baseUrl: "http://127.0.0.1:2", maxRetries: 0 });
      return nowhere.organization(id).users.delete(JANE);
    },
  ],
  TimeoutError: [
    "The answer takes longer than `timeout`.",
    ({ users }, sandbox) => {
      sandbox.fail({ delay: 1_000 });
      return users.list({ timeout: 50 });
    },
  ],
};

/** What is thrown when that is done. */
export async function errorOf(name: string): Promise<PolytomicError> {
  const [, trouble] = TROUBLES[name]!;
  const sandbox = createSandbox();
  const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, maxRetries: 0, fetch: sandbox.fetch });
  const thrown = await trouble(polytomic.organization(sandbox.organizationId), sandbox).then(
    () => undefined,
    (error: unknown) => error as PolytomicError,
  );
  if (thrown?.name !== name) throw new Error(`Not a ${name} was thrown, but ${String(thrown)}`, { cause: thrown });
  return thrown;
}

/** The page with the messages as they are now. */
export async function pageOfErrors(): Promise<string> {
  const page = await readFile(PAGE, "utf8");
  if (!REGION.test(page)) throw new Error("docs/errors.md has no region for the messages.");
  const entries = Object.entries(TROUBLES).map(async ([name, [done]]) => {
    return `### ${name}\n\n${done}\n\n> ${(await errorOf(name)).message}\n`;
  });
  const messages = (await Promise.all(entries)).join("\n");
  const text = page.replace(REGION, () => `\n${messages}\n`);
  return prettier.format(text, { ...(await prettier.resolveConfig(PAGE)), parser: "markdown" });
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  const page = await pageOfErrors();
  if (!values.check) {
    await writeFile(PAGE, page);
    console.log("Wrote docs/errors.md.");
  } else if (page !== (await readFile(PAGE, "utf8"))) {
    console.error("A message has changed. Run `npm run docs:messages`, and read the difference in docs/errors.md.");
    process.exitCode = 1;
  }
}
