import { expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { ask } from "./ask.ts";

const sandbox = createSandbox();
const JANE = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";

test.each(["2025-09-18", "2024-02-08", "2023-04-25", "2022-12-12", "2021-05-23"])(
  "%s answers, and says so",
  async (version) => {
    const { status, headers } = await ask(sandbox, "GET /users", { version });
    expect([status, headers.get("x-polytomic-version")]).toEqual([200, version]);
  },
);

test("a request that names no version is answered as the oldest is: { error, result }", async () => {
  const { status, headers, body } = await ask(sandbox, "GET /users", { version: null });
  expect([status, headers.get("x-polytomic-version")]).toEqual([200, "2021-05-23"]);
  expect(body).toMatchObject({ error: null, result: [{ id: JANE }, {}] });
});

test("so is an error", async () => {
  const { status, body } = await ask(sandbox, "GET /users", { version: null, key: "nobody" });
  expect([status, body]).toEqual([401, { error: "The key is not known.", result: null }]);
});

test("so is a route that the API does not have", async () => {
  const { status, body } = await ask(sandbox, "GET /api/users", { version: null });
  expect([status, body]).toEqual([404, { error: "There is no such route.", result: null }]);
});

test("every later version has the envelope of today", async () => {
  expect((await ask(sandbox, "GET /users", { version: "2022-12-12" })).body).toHaveProperty("data");
});

test("an unknown version is refused, in the words of today's", async () => {
  const { status, headers, body } = await ask(sandbox, "GET /users", { version: "1999-12-31" });
  expect([status, headers.get("x-polytomic-version"), body["status"]]).toEqual([400, "2025-09-18", 400]);
});

test("the partner update was a PATCH until 2024-02-08, and is none today", async () => {
  const body = { email: "jane.doe@acmecorp.com", role: "user" };
  expect((await ask(sandbox, `PATCH /users/${JANE}`, { version: "2024-02-08", body })).status).toBe(200);
  expect((await ask(sandbox, `PATCH /users/${JANE}`, { body })).status).toBe(404);
});

test("the vendor's client sends its PUT without a version, and is answered", async () => {
  const body = { email: "jane.doe@acmecorp.com", role: "user" };
  expect((await ask(sandbox, `PUT /users/${JANE}`, { version: null, body })).status).toBe(200);
});
