import { expectTypeOf, test } from "vitest";
import type { OperationId } from "../../src/testing/index.ts";
import { DATA } from "../facts.ts";
import { exactHandlers, type Handlers, type Input } from "../../src/testing/resources/resource.ts";

test("a handler of the sandbox returns exactly the data of its operation", () => {
  exactHandlers({ createPartnerUserApiKey: () => DATA.key });
  // @ts-expect-error -- drops an optional field
  exactHandlers({ getPartnerUser: (): Omit<typeof DATA.user, "role"> => DATA.user });
  // @ts-expect-error -- adds a field
  exactHandlers({ createPartnerUserApiKey: () => ({ ...DATA.key, added: "" }) });
  // @ts-expect-error -- drops a required field
  exactHandlers({ createPartnerUserApiKey: () => ({}) });
  // @ts-expect-error -- another operation's data
  exactHandlers({ listPartnerUsers: () => DATA.key });
  // @ts-expect-error -- no such operation
  exactHandlers({ getPartnerUsr: () => DATA.user });
});

test("a handler of the sandbox gets the path, the query and the unchecked body of its operation", () => {
  exactHandlers({
    createPartnerUserApiKey: ({ path, query }) => {
      expectTypeOf(path.org_id).toEqualTypeOf<string>();
      expectTypeOf(query.force).toEqualTypeOf<string | undefined>();
      return DATA.key;
    },
  });
  expectTypeOf<ReturnType<Input<"updatePartnerUser">["readBody"]>>().toHaveProperty("email").toBeUnknown();
  const handler = ({ path, query, readBody }: Input<"listCurrentOrgUsers">): unknown[] => [
    // @ts-expect-error -- the operation has no path parameters
    path.id,
    // @ts-expect-error -- the operation has no query parameters
    query.force,
    // @ts-expect-error -- the operation has no body
    readBody().email,
  ];
  void handler;
});

test("only the handler of an operation of no organization can be called without an organization", () => {
  expectTypeOf<Input<"listRoles">["organization"]>().toEqualTypeOf<Input<"createPartnerUser">["organization"]>();
  expectTypeOf<undefined>().toExtend<Input<"getIdentity">["organization"]>();
  expectTypeOf<undefined>().toExtend<Input<"getOrganization">["organization"]>();
  expectTypeOf<undefined>().not.toExtend<Input<"listRoles">["organization"]>();
  expectTypeOf<undefined>().not.toExtend<Input<"createPartnerUser">["organization"]>();
});

test("an operation without a handler does not compile", () => {
  const handlers: Partial<Handlers<OperationId>> = {};
  // @ts-expect-error -- handlers are missing
  const all: Handlers<OperationId> = handlers;
  void all;
});
