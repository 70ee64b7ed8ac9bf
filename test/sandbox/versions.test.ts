import { expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { USER as JANE } from "../facts.ts";
import { send } from "./send.ts";

const sandbox = createSandbox();

test.each(["2025-09-18", "2024-02-08", "2023-04-25", "2022-12-12", "2021-05-23"])(
  "version %s is in the headers of its responses",
  async (version) => {
    const { status, headers } = await send(sandbox, "GET /users", { version });
    expect([status, headers.get("x-polytomic-version")]).toEqual([200, version]);
  },
);

test("a request without a version gets the response of the current version", async () => {
  const { status, headers, body } = await send(sandbox, "GET /users", { version: null });
  expect([status, headers.get("x-polytomic-version")]).toEqual([200, "2025-09-18"]);
  expect(body).toMatchObject({ data: [{ id: JANE }, {}] });
});

const OLDEST = { version: "2021-05-23" };

test("version 2021-05-23 has an envelope of its own: { error, result }", async () => {
  const { status, body } = await send(sandbox, "GET /users", OLDEST);
  expect(status).toBe(200);
  expect(body).toMatchObject({ error: null, result: [{ id: JANE }, {}] });
});

test("an error of version 2021-05-23 has only a message", async () => {
  const { status, body } = await send(sandbox, "GET /users", { ...OLDEST, key: "unknown" });
  expect([status, body]).toEqual([401, { error: { message: "The key is not known." } }]);
});

test("the 404 of an unknown route has the envelope of version 2021-05-23, too", async () => {
  const { status, body } = await send(sandbox, "GET /api/users", OLDEST);
  expect([status, body]).toEqual([404, { error: { message: expect.stringMatching(/^Route not found\. /) } }]);
});

test("versions after 2021-05-23 have the current envelope", async () => {
  expect((await send(sandbox, "GET /users", { version: "2022-12-12" })).body).toHaveProperty("data");
});

test("an unknown version gets a 400 in the current envelope", async () => {
  const { status, headers, body } = await send(sandbox, "GET /users", { version: "1999-12-31" });
  expect([status, headers.get("x-polytomic-version"), body["status"]]).toEqual([400, "2025-09-18", 400]);
});

test.each([
  ["2025-09-18", "PUT", "PATCH"],
  ["2024-02-08", "PUT", "PATCH"],
  ["2023-04-25", "PATCH", "PUT"],
  ["2022-12-12", "PATCH", "PUT"],
])("in version %s the partner update is a %s, and a %s gets a 404", async (version, method, other) => {
  const body = { email: "jane.doe@acmecorp.com", role: "user" };
  expect((await send(sandbox, `${method} /users/${JANE}`, { version, body })).status).toBe(200);
  expect((await send(sandbox, `${other} /users/${JANE}`, { version, body })).status).toBe(404);
});

test.each(["PUT", "PATCH"])("in version 2021-05-23 the partner update can be a %s", async (method) => {
  const body = { email: "jane.doe@acmecorp.com", role: "user" };
  expect((await send(sandbox, `${method} /users/${JANE}`, { version: "2021-05-23", body })).status).toBe(200);
});

test("`defaultVersion` decides which version responds to a request without a version, and `reset` keeps it", async () => {
  const older = createSandbox({ defaultVersion: "2021-05-23" });
  older.reset();
  const { headers, body } = await send(older, "GET /users", { version: null });
  expect(headers.get("x-polytomic-version")).toBe("2021-05-23");
  expect(body["result"]).toHaveLength(2);
});
