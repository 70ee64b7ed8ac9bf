import { beforeEach, expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { USER as JANE } from "../facts.ts";
import { send } from "./send.ts";

const JOHN = "b4e2d3c5-6f7a-8901-2345-6789abcdef01";

const sandbox = createSandbox();
beforeEach(() => sandbox.reset());

async function mint(id: string, query = ""): Promise<string> {
  const { status, body } = await send(sandbox, `POST /users/${id}/keys${query}`);
  expect(status).toBe(200);
  return (body["data"] as { value: string }).value;
}

async function statusWith(key: string): Promise<number> {
  return (await send(sandbox, "GET /api/organization/users", { key })).status;
}

test("a minted key works as an API key of the user's organization", async () => {
  const key = await mint(JANE);
  expect(await statusWith(key)).toBe(200);
  expect((await send(sandbox, "GET /users", { key })).status).toBe(200);
});

test("every minted key is different", async () => {
  expect(await mint(JANE)).not.toBe(await mint(JANE));
});

test("minting without `force` leaves the user's earlier keys valid", async () => {
  const first = await mint(JANE);
  await mint(JANE, "?force=false");
  expect(await statusWith(first)).toBe(200);
});

test("minting with `force` revokes the user's earlier keys and no others", async () => {
  const [first, second, johns] = [await mint(JANE), await mint(JANE), await mint(JOHN)];
  const last = await mint(JANE, "?force=true");
  expect(await Promise.all([first, second, johns, last, sandbox.apiKey].map(statusWith))).toEqual([
    401, 401, 200, 200, 200,
  ]);
});

test("deleting a user revokes the keys of that user", async () => {
  const key = await mint(JANE);
  await send(sandbox, `DELETE /users/${JANE}`);
  expect(await statusWith(key)).toBe(401);
});

test("minting a key for an unknown user gets a 404", async () => {
  expect((await send(sandbox, "POST /users/00000000-0000-4000-8000-000000000000/keys")).status).toBe(404);
});

test("an API key can mint a key for a user of its own organization", async () => {
  expect((await send(sandbox, `POST /users/${JANE}/keys`, { key: sandbox.apiKey })).status).toBe(200);
});

test.each(["force=yes", "force=", "force=true&force=false"])(
  "a `force` that is not one boolean gets a 400: %s",
  async (query) => {
    expect((await send(sandbox, `POST /users/${JANE}/keys?${query}`)).status).toBe(400);
  },
);
