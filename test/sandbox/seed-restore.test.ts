import { expect, test } from "vitest";
import { Polytomic } from "../../src/index.ts";
import { createSandbox } from "../../src/testing/index.ts";

test("a sandbox made of a snapshot gives no id and no key a second time", async () => {
  const acme = (sandbox: ReturnType<typeof createSandbox>) =>
    new Polytomic({ partnerKey: sandbox.partnerKey, fetch: sandbox.fetch }).organization(sandbox.organizationId).users;
  const first = createSandbox();
  const [jane, john] = await acme(first).list();
  const ada = await acme(first).create({ email: "ada@acmecorp.com" });
  const key = await acme(first).createApiKey(jane!.id);

  const second = createSandbox(first.snapshot());
  const grace = await acme(second).create({ email: "grace@acmecorp.com" });
  expect(grace.id).not.toBe(ada.id);
  expect(await acme(second).get(ada.id)).toEqual(ada);
  expect((await acme(second).createApiKey(john!.id)).value).not.toBe(key.value);
});
