import { OPERATION_IDS, type OperationId } from "../facts.ts";
import type { SpecNode } from "../../scripts/spec/pointer.ts";
import {
  add,
  addOperation,
  at,
  CURRENT,
  drop,
  dropLast,
  on,
  parameter,
  PARTNER,
  PLACES,
  ref,
  rename,
  schema,
  set,
  the,
  type Edit,
} from "./edits.ts";
import { expectConsequences, type Expectation } from "./expectations.ts";

const WITH_USER_ID = OPERATION_IDS.filter((id) => PLACES[id][1].includes("{id}"));
const RETURN_USERS = OPERATION_IDS.filter((id) => id !== "createPartnerUserApiKey");
const CREATE: readonly OperationId[] = ["createCurrentOrgUser", "createPartnerUser"];

const operationIsRemoved = Object.fromEntries(
  OPERATION_IDS.map((id): [string, Expectation] => {
    const [method, path] = PLACES[id];
    const change: Edit = (spec) => {
      drop(spec["paths"]![path], method);
      if (!Object.keys(spec["paths"]![path]!).some((key) => key !== "parameters")) drop(spec["paths"], path);
      if (id === "updateCurrentOrgUser") dropUnused(spec, "UpdateUser");
      if (id === "updatePartnerUser") dropUnused(spec, "UpdatePartnerUser");
      if (id === "createPartnerUserApiKey") dropKeys(spec);
    };
    return [
      `the operation ${id} is removed`,
      { change, verdict: "major", names: [`${id}: is gone`], breaksFacade: true },
    ];
  }),
);

/** Drops what only one operation uses: the lint refuses unused components. */
function dropUnused(spec: SpecNode, body: string): void {
  drop(spec["components"]!["requestBodies"], body);
  drop(spec["components"]!["schemas"], `${body}Request`);
}

function dropKeys(spec: SpecNode): void {
  drop(spec["components"]!["parameters"], "Force");
  drop(spec["components"]!["responses"], "ApiKey");
  drop(spec["components"]!["schemas"], "ApiKey");
  drop(spec["components"]!["schemas"], "ApiKeyEnvelope");
}

const operations: Record<string, Expectation> = {
  ...operationIsRemoved,
  "a partner operation is added": {
    change: addOperation("suspendPartnerUser", `${PARTNER}/{id}/suspension`, "deletePartnerUser"),
    verdict: "minor",
    names: ["suspendPartnerUser: is new"],
    breaksFacade: true,
  },
  "an operation outside of both families is added": {
    change: addOperation("listGroups", "/api/groups", "listCurrentOrgUsers"),
    verdict: "minor",
    names: ["listGroups: is new"],
    breaksFacade: true,
  },
  "an operation id is renamed": {
    change: on("getPartnerUser", (operation) => set(operation, { operationId: "readPartnerUser" })),
    verdict: "major",
    names: ["getPartnerUser: is gone", "readPartnerUser: is new"],
    breaksFacade: true,
  },
  "a path is renamed": {
    change: (spec) => rename(spec["paths"], CURRENT, "/api/organization/members"),
    verdict: "major",
    names: the("at", ["listCurrentOrgUsers", "createCurrentOrgUser"]),
  },
  "a path parameter is renamed": {
    change: {
      text: (spec) => spec.replaceAll("{id}", "{user_id}").replace("      name: id\n", "      name: user_id\n"),
    },
    verdict: "major",
    names: [...the("at", WITH_USER_ID), ...the("path", WITH_USER_ID)],
    breaksFacade: true,
  },
  "an operation uses another method": {
    change: (spec) => rename(spec["paths"]![`${CURRENT}/{id}`], "put", "patch"),
    verdict: "major",
    names: ["updateCurrentOrgUser: at"],
    breaksFacade: true,
  },
};

const parameters: Record<string, Expectation> = {
  "an optional query parameter is added": {
    change: on("listPartnerUsers", ({ parameters: list }) => add(list, parameter("role", "query", false))),
    verdict: "minor",
    names: ["listPartnerUsers: query"],
  },
  "a required query parameter is added": {
    change: on("listCurrentOrgUsers", ({ parameters: list }) => add(list, parameter("role", "query", true))),
    verdict: "major",
    names: ["listCurrentOrgUsers: query"],
    breaksFacade: true,
  },
  "a query parameter becomes required": {
    change: at("parameters", "Force", (force) => set(force, { required: true })),
    verdict: "major",
    names: ["createPartnerUserApiKey: query"],
    breaksFacade: true,
  },
  "a query parameter is removed": {
    change: (spec) => {
      dropLast(spec["paths"]![`${PARTNER}/{id}/keys`]!["post"]!["parameters"]);
      drop(spec["components"]!["parameters"], "Force");
    },
    verdict: "major",
    names: ["createPartnerUserApiKey: query"],
    breaksFacade: true,
  },
  "the type of a query parameter changes": {
    change: at("parameters", "Force", (force) => set(force, { schema: { type: "string" }, example: "yes" })),
    verdict: "major",
    names: ["createPartnerUserApiKey: query"],
  },
  "a required cookie is added": {
    change: on("listCurrentOrgUsers", ({ parameters: list }) => add(list, parameter("session", "cookie", true))),
    verdict: "major",
    refused: "rule/parameter-place",
  },
  "a query parameter that is a list is added": {
    change: on("listPartnerUsers", ({ parameters: list }) =>
      add(list, { ...parameter("ids", "query", false), schema: { type: "array", items: { type: "string" } } }),
    ),
    verdict: "minor",
    refused: "rule/parameter-is-one-value",
  },
  "a path parameter uses another style": {
    change: at("parameters", "UserId", (id) => set(id, { style: "matrix" })),
    verdict: "major",
    refused: "rule/parameter-is-plain",
  },
  "an optional header is added": {
    change: on("getCurrentOrgUser", ({ parameters: list }) => add(list, parameter("X-Trace", "header", false))),
    verdict: "minor",
    names: ["getCurrentOrgUser: header"],
  },
  "a required header is added": {
    change: on("deletePartnerUser", ({ parameters: list }) => add(list, parameter("X-Reason", "header", true))),
    verdict: "major",
    names: ["deletePartnerUser: header"],
  },
  "the version header becomes required": {
    change: at("parameters", "Version", (header) => set(header, { required: true })),
    verdict: "major",
    names: the("header", OPERATION_IDS),
  },
  "a POST no longer accepts an idempotency key": {
    change: on("createPartnerUser", ({ parameters: list }) => dropLast(list)),
    verdict: "major",
    names: ["createPartnerUser: header"],
  },
  "the name of a header changes from upper to lower case": {
    change: at("parameters", "IdempotencyKey", (header) => set(header, { name: "idempotency-key" })),
    verdict: "minor",
    names: the("header", [...CREATE, "createPartnerUserApiKey"]),
  },
  "a PUT accepts an idempotency key": {
    change: on("updatePartnerUser", ({ parameters: list }) => add(list, ref("parameters", "IdempotencyKey"))),
    verdict: "minor",
    names: ["updatePartnerUser: header"],
  },
};

/** Lets request bodies and responses share a schema. */
const share: Edit = (spec) => {
  const { schemas } = spec["components"]!;
  const address = { type: "object", description: "An address.", properties: { zip: { type: "string" } } };
  set(schemas, { Address: address });
  for (const name of ["User", "CreateUserRequest"]) {
    set(schemas![name]!["properties"], { address: ref("schemas", "Address") });
  }
};

const bodies: Record<string, Expectation> = {
  "a required body field is added": {
    change: schema("CreateUserRequest", ({ properties, required }) => {
      set(properties, { name: { type: "string", description: "A name." } });
      add(required, "name");
    }),
    before: (spec) => {
      const { content } = spec["components"]!["requestBodies"]!["CreateUser"]!;
      const { examples } = content!["application/json"]!;
      for (const { value } of Object.values(examples!)) set(value, { name: "Ada" });
    },
    verdict: "major",
    names: the("body", CREATE),
  },
  "an optional body field is added": {
    change: schema("CreateUserRequest", ({ properties }) => set(properties, { name: { type: "string" } })),
    verdict: "minor",
    names: the("body", CREATE),
  },
  "a body field is removed": {
    change: schema("UpdateUserRequest", (body) => {
      drop(body["properties"], "role");
      drop(body, "not");
    }),
    verdict: "major",
    names: ["updateCurrentOrgUser: body"],
  },
  "a body field becomes required": {
    change: schema("UpdateUserRequest", (body) => set(body, { required: ["role_ids"] })),
    verdict: "major",
    names: ["updateCurrentOrgUser: body"],
  },
  "a body field becomes optional": {
    change: schema("UpdatePartnerUserRequest", (body) => drop(body, "required")),
    verdict: "minor",
    names: ["updatePartnerUser: body"],
  },
  "a body field becomes nullable": {
    change: schema("UpdatePartnerUserRequest", ({ properties }) =>
      set(properties!["role"], { type: ["string", "null"] }),
    ),
    verdict: "minor",
    names: ["updatePartnerUser: body"],
  },
  "a body field is restricted to an enum": {
    change: schema("CreateUserRequest", ({ properties }) => set(properties!["role"], { enum: ["admin", "user"] })),
    verdict: "major",
    names: the("body", CREATE),
  },
  "the maximum length of a body field is reduced": {
    change: schema("CreateUserRequest", ({ properties }) => set(properties!["email"], { maxLength: 100 })),
    verdict: "major",
  },
  "a list in a body no longer has a minimum length": {
    change: schema("CreateUserRequest", ({ properties }) => drop(properties!["role_ids"], "minItems")),
    verdict: "minor",
  },
  "a body field becomes read-only": {
    change: schema("CreateUserRequest", ({ properties }) => set(properties!["role"], { readOnly: true })),
    verdict: "major",
    names: the("body", CREATE),
  },
  "a field of a schema that bodies and responses share becomes read-only": {
    before: share,
    change: schema("Address", ({ properties }) => set(properties!["zip"], { readOnly: true })),
    verdict: "major",
    names: [...the("response", RETURN_USERS), ...the("body", CREATE)],
  },
  "a field that only bodies have becomes write-only": {
    change: schema("CreateUserRequest", ({ properties }) => set(properties!["role"], { writeOnly: true })),
    verdict: "minor",
  },
  "an operation no longer has a body": {
    change: (spec) => {
      drop(spec["paths"]![`${PARTNER}/{id}`]!["put"], "requestBody");
      dropUnused(spec, "UpdatePartnerUser");
    },
    verdict: "major",
    names: the("body", ["updatePartnerUser"]).concat("updatePartnerUser: bodyIsRequired"),
    breaksFacade: true,
  },
  "an operation with a required body is added": {
    change: (spec) => {
      addOperation("invitePartnerUser", `${PARTNER}/invitations`, "createPartnerUser")(spec);
      const { requestBodies } = spec["components"]!;
      set(requestBodies, { Invitation: requestBodies!["CreateUser"] });
      set(spec["paths"]![`${PARTNER}/invitations`]!["post"], { requestBody: ref("requestBodies", "Invitation") });
    },
    verdict: "minor",
    names: ["invitePartnerUser: is new"],
    breaksFacade: true,
  },
  "a required body is added": {
    change: on("createPartnerUserApiKey", (operation) =>
      set(operation, { requestBody: ref("requestBodies", "UpdateUser") }),
    ),
    verdict: "major",
    names: ["createPartnerUserApiKey: body", "createPartnerUserApiKey: bodyIsRequired"],
    breaksFacade: true,
  },
  "a body becomes optional": {
    change: at("requestBodies", "CreateUser", (body) => set(body, { required: false })),
    verdict: "minor",
    names: the("bodyIsRequired", CREATE),
    breaksFacade: true,
  },
};

expectConsequences({ ...operations, ...parameters, ...bodies });
