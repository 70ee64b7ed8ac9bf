/** The part of each page in docs/reference/errors/ that shows a real message of its class, as the built package writes it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Polytomic, type Organization, type PolytomicError } from "polytomic-users";
import { createSandbox, type Sandbox } from "polytomic-users/testing";
import { format, kebabCase, replaceParts, ROOT } from "./markdown.ts";

/** Code that throws an error. */
type Trouble = (acme: Organization, sandbox: Sandbox) => Promise<unknown>;

const NOBODY = "00000000-0000-4000-8000-000000000000";
const JANE = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";

/** What went wrong, as the page describes it and as code, by the class of the error. */
const TROUBLES: Record<string, readonly [description: string, trouble: Trouble]> = {
  ConfigurationError: [
    "No key was passed, and no environment variable is set.",
    async () => {
      for (const name of Object.keys(process.env)) if (/^POLYTOMIC_.*KEY$/.test(name)) delete process.env[name];
      return new Polytomic();
    },
  ],
  InvalidArgumentError: ["The id is not a UUID.", ({ users }) => users.get("jane")],
  BadRequestError: [
    "`force` was not a boolean.",
    ({ users }) => users.createApiKey(JANE, JSON.parse('{ "force": "yes" }') as object),
  ],
  UnauthorizedError: [
    "The key was revoked.",
    ({ id }, { fetch }) => new Polytomic({ partnerKey: "an-old-key", fetch }).organization(id).users.list(),
  ],
  ForbiddenError: [
    "An API key was used for another organization.",
    (_acme, { apiKey, fetch }) => new Polytomic({ apiKey, fetch }).organization(NOBODY).users.list(),
  ],
  NotFoundError: ["No user has this id.", ({ users }) => users.get(NOBODY)],
  ConflictError: [
    "The first request with this idempotency key was still running after the last retry.",
    async ({ users }, sandbox) => {
      sandbox.fail({ delay: 200 });
      const create = (): Promise<unknown> =>
        users.create({ email: "ada@acmecorp.com" }, { idempotencyKey: "order-4711" });
      const [, second] = await Promise.allSettled([create(), create()]);
      if (second.status === "rejected") throw second.reason;
    },
  ],
  UnprocessableEntityError: [
    "Another user has this email address.",
    ({ users }) => users.create({ email: "jane.doe@acmecorp.com" }),
  ],
  TooManyRequestsError: [
    "The last retry got a 429 too, or the `Retry-After` was too long to wait for.",
    async ({ users }, sandbox) => {
      sandbox.rateLimit({ requests: 1, per: 3_600_000 });
      await users.list();
      return users.list();
    },
  ],
  ServerError: [
    "A create got a 500 response.",
    ({ users }, sandbox) => {
      sandbox.fail({ status: 500 });
      return users.create({ email: "ada@acmecorp.com" });
    },
  ],
  ApiError: [
    "The status has no class of its own.",
    ({ users }, sandbox) => {
      sandbox.fail({ status: 402 });
      return users.list();
    },
  ],
  UnexpectedResponseError: [
    "A proxy returned its sign-in page.",
    ({ users }, sandbox) => {
      sandbox.fail({ body: "<h1>Sign in</h1>" });
      return users.list();
    },
  ],
  ConnectionError: [
    "No server listens at the base URL.",
    ({ id }) => {
      const nowhere = new Polytomic({ partnerKey: "a-key", baseUrl: "http://127.0.0.1:2", maxRetries: 0 });
      return nowhere.organization(id).users.delete(JANE);
    },
  ],
  TimeoutError: [
    "The response took longer than `timeout`.",
    ({ users }, sandbox) => {
      sandbox.fail({ delay: 1_000 });
      return users.list({ timeout: 50 });
    },
  ],
};

/** The error of the given class, thrown by its code in `TROUBLES`. */
export async function errorOf(name: string): Promise<PolytomicError> {
  const [, trouble] = TROUBLES[name]!;
  const sandbox = createSandbox();
  const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, maxRetries: 0, fetch: sandbox.fetch });
  const thrown = await trouble(polytomic.organization(sandbox.organizationId), sandbox).then(
    () => undefined,
    (error: unknown) => error as PolytomicError,
  );
  if (thrown?.name !== name) throw new Error(`Expected a ${name}, but got ${String(thrown)}`, { cause: thrown });
  return thrown;
}

/** The path of the page of a class. */
export function pageOf(name: string): string {
  return `docs/reference/errors/${kebabCase(name)}.md`;
}

/** The functions that make the pages, by the path of the page. */
export const ERROR_PAGES: Readonly<Record<string, () => Promise<string>>> = Object.fromEntries(
  Object.keys(TROUBLES).map((name) => [pageOf(name), () => updatePage(name)]),
);

/** Returns the page of a class with its current message. */
async function updatePage(name: string): Promise<string> {
  const page = await readFile(join(ROOT, pageOf(name)), "utf8");
  const { message } = await errorOf(name);
  const text = `${TROUBLES[name]![0]}\n\n> ${message.replaceAll("`", "\\`")}`; // as it is printed
  return format(replaceParts(page, pageOf(name), { message: () => text }), pageOf(name));
}
