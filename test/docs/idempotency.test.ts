import { expect, onTestFinished, test, vi } from "vitest";
import { ConflictError, Polytomic, ServerError } from "../../src/index.ts";
import { createSandbox } from "../../src/testing/index.ts";
import { tableOf } from "./tables.ts";

test("after a 409 and a 500, the client does with a POST what docs/guides/idempotency.md says", async () => {
  const random = vi.spyOn(Math, "random").mockReturnValue(0); // retries without delays
  onTestFinished(() => random.mockRestore());
  const rows = await tableOf("docs/guides/idempotency.md", /^\| status/);
  expect(rows.map(([status]) => status)).toEqual(["409", "409", "500"]);
  for (const [status, meaning = "", client] of rows) {
    const sandbox = createSandbox();
    const isRunning = meaning.includes("is running");
    if (isRunning) sandbox.fail({ status: 503 });
    sandbox.fail({ status: Number(status), times: Infinity });
    const polytomic = new Polytomic({ apiKey: sandbox.apiKey, fetch: sandbox.fetch });
    const { error } = await polytomic.users.create({ email: "ada@acmecorp.com" }).result();
    expect(error).toBeInstanceOf(status === "409" ? ConflictError : ServerError);
    const retries = client === "retries with the same idempotency key";
    expect(retries || client === "does not retry").toBe(true);
    expect(new Set(sandbox.requests.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    expect(sandbox.requests).toHaveLength(retries ? 3 : 1);
    expect(retries).toBe(isRunning);
  }
});
