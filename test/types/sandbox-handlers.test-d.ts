import { expectTypeOf, test } from "vitest";
import type { OperationId } from "../../src/testing/index.ts";
import { exactHandlers, type Handlers, type Input, type OperationsOf } from "../../src/testing/resources/resource.ts";

const user = { id: "", email: "", organization_id: "" };

interface UserOf {
  id: string;
  email: string;
  organization_id: string;
}

test("a handler of the sandbox returns exactly the data of its operation", () => {
  exactHandlers({ createPartnerUserApiKey: () => ({ value: "a-key" }) });
  // @ts-expect-error -- drops the optional fields `role_ids` and `role`
  exactHandlers({ getPartnerUser: (): UserOf => user });
  // @ts-expect-error -- adds a field
  exactHandlers({ createPartnerUserApiKey: () => ({ value: "a-key", created_at: "" }) });
  // @ts-expect-error -- drops a required field
  exactHandlers({ createPartnerUserApiKey: () => ({}) });
  // @ts-expect-error -- another operation's data
  exactHandlers({ listPartnerUsers: () => ({ value: "a-key" }) });
  // @ts-expect-error -- no such operation
  exactHandlers({ getPartnerUsr: () => ({ value: "a-key" }) });
});

test("a handler of the sandbox gets the path, the query and the unchecked body of its operation", () => {
  exactHandlers({
    createPartnerUserApiKey: ({ path, query }) => {
      expectTypeOf(path.org_id).toEqualTypeOf<string>();
      expectTypeOf(query.force).toEqualTypeOf<string | undefined>();
      return { value: "a-key" };
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
  expectTypeOf(handler).toBeFunction();
});

test("an operation without a handler does not compile", () => {
  expectTypeOf<"listCurrentOrgUsers" | "createPartnerUserApiKey">().toExtend<OperationsOf<"users">>();
  expectTypeOf<OperationsOf<"things">>().toEqualTypeOf<never>();
  // @ts-expect-error -- `createPartnerUserApiKey` is missing
  expectTypeOf<Omit<Handlers<OperationId>, "createPartnerUserApiKey">>().toExtend<Handlers<OperationId>>();
});
