/**
 * Tests your own code with the sandbox and Vitest.
 *
 *     npm run demo -- sandbox-in-vitest
 */
import { Polytomic, type Organization } from "polytomic-users";
import { createSandbox } from "polytomic-users/testing";
import { beforeEach, expect, test } from "vitest";

/** The code under test: deletes every user who is not on the list. */
async function removeStrangers({ users }: Organization, wanted: readonly string[]): Promise<string[]> {
  const strangers = (await users.list()).filter(({ email }) => !wanted.includes(email));
  for (const { id } of strangers) {
    const result = await users.delete(id).result();
    if (!result.ok && result.error.name !== "NotFoundError") throw result.error; // already deleted
  }
  return strangers.map(({ email }) => email);
}

const sandbox = createSandbox();
const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, fetch: sandbox.fetch });
const acme = polytomic.organization(sandbox.organizationId);
beforeEach(() => sandbox.reset());

test("only users who are not on the list are deleted", async () => {
  expect(await removeStrangers(acme, ["jane.doe@acmecorp.com"])).toEqual(["john.smith@acmecorp.com"]);
  expect(sandbox.snapshot().organizations[0]?.users?.map(({ email }) => email)).toEqual(["jane.doe@acmecorp.com"]);
});

test("a deletion whose response is lost is not an error", async () => {
  sandbox.fail({ operation: "deletePartnerUser", drop: "response" });
  expect(await removeStrangers(acme, ["jane.doe@acmecorp.com"])).toEqual(["john.smith@acmecorp.com"]);
  expect(sandbox.requests.map(({ method, status }) => [method, status])).toEqual([
    ["GET", 200],
    ["DELETE", undefined],
    ["DELETE", 404],
  ]);
});

test("no user is deleted if the list request fails", async () => {
  sandbox.fail({ operation: "listPartnerUsers", status: 500, times: 3 });
  await expect(removeStrangers(acme, [])).rejects.toMatchObject({ name: "ServerError", attempts: 3 });
  expect(sandbox.requests.map(({ method }) => method)).toEqual(["GET", "GET", "GET"]);
});
