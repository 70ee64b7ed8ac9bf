import { describe, expectTypeOf, test } from "vitest";
import { isPolytomicError, Polytomic, type NotFoundError, type TimeoutError, type User } from "../../src/index.ts";

const polytomic = new Polytomic({ apiKey: "a-key" });
const { users } = polytomic.organization("248df4b7-aa70-47b8-a036-33ac447e668d");

describe("the error of result()", () => {
  test("narrows by name to the class and its status, and a switch over it completes", async () => {
    const result = await users.get("a3f1c2d4-5b6e-7f89-0123-456789abcdef").result();
    if (result.ok) {
      expectTypeOf(result.data).toEqualTypeOf<User>();
      return;
    }
    const { error } = result;
    switch (error.name) {
      case "NotFoundError":
        expectTypeOf(error).toEqualTypeOf<NotFoundError>();
        expectTypeOf(error.status).toEqualTypeOf<404>();
        break;
      case "ForbiddenError":
        expectTypeOf(error.status).toEqualTypeOf<403>();
        break;
      case "TimeoutError":
        expectTypeOf(error).toEqualTypeOf<TimeoutError>();
        break;
      case "ConnectionError":
        expectTypeOf(error.host).toEqualTypeOf<string>();
        break;
      case "ServerError":
      case "ApiError":
        expectTypeOf(error.status).toEqualTypeOf<number>();
        break;
      case "UnexpectedResponseError":
        expectTypeOf(error.excerpt).toEqualTypeOf<string>();
        break;
      case "BadRequestError":
      case "UnauthorizedError":
      case "ConflictError":
      case "TooManyRequestsError":
      case "ConfigurationError":
      case "InvalidArgumentError":
        break;
      default:
        expectTypeOf(error).toBeNever();
    }
  });

  test("has no class for a status that the operation does not document", async () => {
    const listed = await users.list().result();
    if (!listed.ok) {
      expectTypeOf(listed.error.name).extract<"UnprocessableEntityError">().toBeNever();
      expectTypeOf(listed.error.name).extract<"NotFoundError">().not.toBeNever();
    }
    const created = await users.create({ email: "ada@acmecorp.com" }).result();
    if (!created.ok) expectTypeOf(created.error.name).extract<"UnprocessableEntityError">().not.toBeNever();
  });

  test("is there only when the call failed, and the data only when it did not", async () => {
    const result = await users.list().result();
    expectTypeOf(result.data).toEqualTypeOf<User[] | undefined>();
    if (result.ok) expectTypeOf(result.error).toEqualTypeOf<undefined>();
  });
});

test("a caught value narrows by name once isPolytomicError has told that it is ours", () => {
  const caught: unknown = undefined;
  if (isPolytomicError(caught) && caught.name === "NotFoundError") expectTypeOf(caught.status).toEqualTypeOf<404>();
});
