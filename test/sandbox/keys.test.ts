import { beforeEach, expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { ask } from "./ask.ts";

const JANE = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";
const JOHN = "b4e2d3c5-6f7a-8901-2345-6789abcdef01";

const sandbox = createSandbox();
beforeEach(() => sandbox.reset());

async function mint(id: string, query = ""): Promise<string> {
  const { status, body } = await ask(sandbox, `POST /users/${id}/keys${query}`);
  expect(status).toBe(200);
  return (body["data"] as { value: string }).value;
}

async function statusWith(key: string): Promise<number> {
  return (await ask(sandbox, "GET /api/organization/users", { key })).status;
}

test("a minted key is an API key of the user's organization from then on", async () => {
  const key = await mint(JANE);
  expect(await statusWith(key)).toBe(200);
  expect((await ask(sandbox, "GET /users", { key })).status).toBe(200);
});

test("every key is a new one", async () => {
  expect(await mint(JANE)).not.toBe(await mint(JANE));
});

test("without `force` the keys that the user has go on working", async () => {
  const first = await mint(JANE);
  await mint(JANE, "?force=false");
  expect(await statusWith(first)).toBe(200);
});

test("`force` ends the keys that the user has, and nobody else's", async () => {
  const [first, second, johns] = [await mint(JANE), await mint(JANE), await mint(JOHN)];
  const last = await mint(JANE, "?force=true");
  expect(await Promise.all([first, second, johns, last, sandbox.apiKey].map(statusWith))).toEqual([
    401, 401, 200, 200, 200,
  ]);
});

test("the keys of a user end with the user", async () => {
  const key = await mint(JANE);
  await ask(sandbox, `DELETE /users/${JANE}`);
  expect(await statusWith(key)).toBe(401);
});

test("a user who is not there gets no key", async () => {
  expect((await ask(sandbox, "POST /users/00000000-0000-4000-8000-000000000000/keys")).status).toBe(404);
});

test("an API key mints for users of its own organization", async () => {
  expect((await ask(sandbox, `POST /users/${JANE}/keys`, { key: sandbox.apiKey })).status).toBe(200);
});

test("a `force` that is no boolean is refused", async () => {
  expect((await ask(sandbox, `POST /users/${JANE}/keys?force=yes`)).status).toBe(400);
});
