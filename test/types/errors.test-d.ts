import { describe, expectTypeOf, test } from "vitest";
import {
  isPolytomicError,
  Polytomic,
  type AnyPolytomicError,
  type NotFoundError,
  type TimeoutError,
} from "../../src/index.ts";
import type { operations } from "../../generated/schema.ts";
import type { Data, ErrorOf } from "../../src/operations.ts";
import { ORGANIZATION, USER } from "../facts.ts";

const polytomic = new Polytomic({ apiKey: "a-key" });
const { users } = polytomic.organization(ORGANIZATION);

describe("result()", () => {
  test("the `name` of an error narrows it to its class and status, and a switch over all names is exhaustive", async () => {
    const result = await users.get(USER).result();
    if (result.ok) {
      expectTypeOf(result.data).toEqualTypeOf<Data<operations["getPartnerUser"]>>();
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
      case "UnprocessableEntityError":
      case "TooManyRequestsError":
      case "ConfigurationError":
      case "InvalidArgumentError":
        break;
      default:
        expectTypeOf(error).toBeNever();
    }
  });

  test("every operation can fail with every status that can always happen", () => {
    type NameOf<Id extends keyof operations> = ErrorOf<operations[Id]>["name"];
    type Names = { [Id in keyof operations]: NameOf<Id> };
    expectTypeOf<Names[keyof Names]>().toEqualTypeOf<NameOf<"listPartnerUsers">>();
    expectTypeOf<{ [Id in keyof operations]: NameOf<"listPartnerUsers"> }>().toEqualTypeOf<Names>();
  });

  test("`ok` narrows a result to its data or its error", async () => {
    const result = await users.list().result();
    expectTypeOf(result.data).toEqualTypeOf<Data<operations["listPartnerUsers"]> | undefined>();
    if (result.ok) expectTypeOf(result.error).toEqualTypeOf<undefined>();
  });
});

test("isPolytomicError narrows a caught value to a union that `name` narrows further", () => {
  const caught: unknown = undefined;
  if (isPolytomicError(caught) && caught.name === "NotFoundError") expectTypeOf(caught.status).toEqualTypeOf<404>();
});

test("the names of AnyPolytomicError are those of all error classes but the base class", () => {
  expectTypeOf<AnyPolytomicError["name"]>().toEqualTypeOf<
    | "ConfigurationError"
    | "InvalidArgumentError"
    | "ApiError"
    | "BadRequestError"
    | "UnauthorizedError"
    | "ForbiddenError"
    | "NotFoundError"
    | "ConflictError"
    | "UnprocessableEntityError"
    | "TooManyRequestsError"
    | "ServerError"
    | "UnexpectedResponseError"
    | "ConnectionError"
    | "TimeoutError"
  >();
});
