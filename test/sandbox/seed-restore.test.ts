import { expect, test } from "vitest";
import { Polytomic, type Organization } from "../../src/index.ts";
import { createSandbox, type Sandbox } from "../../src/testing/index.ts";

const acme = (sandbox: Sandbox): Organization["users"] =>
  new Polytomic({ partnerKey: sandbox.partnerKey, fetch: sandbox.fetch }).organization(sandbox.organizationId).users;

test("a sandbox created from a snapshot never repeats the id of a deleted user or a revoked key", async () => {
  const first = createSandbox();
  const [jane] = await acme(first).list();
  const ada = await acme(first).create({ email: "ada@acmecorp.com" });
  const revoked = await acme(first).createApiKey(jane!.id);
  await acme(first).createApiKey(jane!.id, { force: true });
  await acme(first).delete(ada.id);

  const second = createSandbox(JSON.parse(JSON.stringify(first.snapshot())) as ReturnType<Sandbox["snapshot"]>);
  const grace = await acme(second).create({ email: "grace@acmecorp.com" });
  expect(grace.id).not.toBe(ada.id);
  expect((await acme(second).createApiKey(jane!.id)).value).not.toBe(revoked.value);
});

test("a sandbox created from a snapshot of 30 000 users can create another user", async () => {
  const users = Array.from({ length: 30_000 }, (_, index) => ({ email: `user-${index}@acmecorp.com` }));
  const copy = createSandbox(createSandbox({ organizations: [{ users }] }).snapshot());
  await acme(copy).create({ email: "ada@acmecorp.com" });
  expect(copy.snapshot().organizations[0]!.users).toHaveLength(30_001);
});
