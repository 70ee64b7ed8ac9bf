import {
  add,
  addOperation,
  at,
  drop,
  dropLast,
  on,
  parameter,
  prune,
  ref,
  removeOperation,
  rename,
  schema,
  set,
  the,
  type Edit,
} from "./edits.ts";
import { expectConsequences, type Expectation } from "./expectations.ts";
import { FACTS, OPERATION_IDS, type OperationId } from "./fixture/facts.ts";

const CURRENT = FACTS.listCurrentOrgUsers.template;
const PARTNER = FACTS.listPartnerUsers.template;
const WITH_USER_ID = OPERATION_IDS.filter((id) => FACTS[id].template.includes("{id}"));
const RETURN_USERS = OPERATION_IDS.filter((id) => FACTS[id].data !== "key");
const POSTS: readonly OperationId[] = ["createCurrentOrgUser", "createPartnerUserApiKey"];

const operationIsRemoved = Object.fromEntries(
  OPERATION_IDS.map((id): [string, Expectation] => {
    const change: Edit = (spec) => {
      removeOperation(id)(spec);
      prune(spec);
    };
    const expected = { verdict: "major", names: [`${id}: is gone`], breaksFacade: true } as const;
    return [`the operation ${id} is removed`, { change, ...expected }];
  }),
);

const operations: Record<string, Expectation> = {
  ...operationIsRemoved,
  "a partner operation is added": {
    change: addOperation("suspendPartnerUser", `${PARTNER}/{id}/suspension`, "createPartnerUserApiKey"),
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
    change: on("getCurrentOrgUser", (operation) => set(operation, { operationId: "readCurrentOrgUser" })),
    verdict: "major",
    names: ["getCurrentOrgUser: is gone", "readCurrentOrgUser: is new"],
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
    change: on("updateCurrentOrgUser", ({ parameters: list }) => add(list, parameter("X-Reason", "header", true))),
    verdict: "major",
    names: ["updateCurrentOrgUser: header"],
  },
  "the version header becomes required": {
    change: at("parameters", "Version", (header) => set(header, { required: true })),
    verdict: "major",
    names: the("header", OPERATION_IDS),
  },
  "a POST no longer accepts an idempotency key": {
    change: on("createCurrentOrgUser", ({ parameters: list }) => dropLast(list)),
    verdict: "major",
    names: ["createCurrentOrgUser: header"],
  },
  "the name of a header changes from upper to lower case": {
    change: at("parameters", "IdempotencyKey", (header) => set(header, { name: "idempotency-key" })),
    verdict: "minor",
    names: the("header", POSTS),
  },
  "a PUT accepts an idempotency key": {
    change: on("updateCurrentOrgUser", ({ parameters: list }) => add(list, ref("parameters", "IdempotencyKey"))),
    verdict: "minor",
    names: ["updateCurrentOrgUser: header"],
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
    names: ["createCurrentOrgUser: body"],
  },
  "an optional body field is added": {
    change: schema("CreateUserRequest", ({ properties }) => set(properties, { name: { type: "string" } })),
    verdict: "minor",
    names: ["createCurrentOrgUser: body"],
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
    change: schema("CreateUserRequest", (body) => drop(body, "required")),
    verdict: "minor",
    names: ["createCurrentOrgUser: body"],
  },
  "a body field becomes nullable": {
    change: schema("UpdateUserRequest", ({ properties }) => set(properties!["role"], { type: ["string", "null"] })),
    verdict: "minor",
    names: ["updateCurrentOrgUser: body"],
  },
  "a body field is restricted to an enum": {
    change: schema("CreateUserRequest", ({ properties }) => set(properties!["role"], { enum: ["admin", "user"] })),
    verdict: "major",
    names: ["createCurrentOrgUser: body"],
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
    names: ["createCurrentOrgUser: body"],
  },
  "a field of a schema that bodies and responses share becomes read-only": {
    before: share,
    change: schema("Address", ({ properties }) => set(properties!["zip"], { readOnly: true })),
    verdict: "major",
    names: [...the("response", RETURN_USERS), "createCurrentOrgUser: body"],
  },
  "a field that only bodies have becomes write-only": {
    change: schema("CreateUserRequest", ({ properties }) => set(properties!["role"], { writeOnly: true })),
    verdict: "minor",
  },
  "an operation no longer has a body": {
    change: (spec) => {
      drop(spec["paths"]![`${CURRENT}/{id}`]!["put"], "requestBody");
      prune(spec);
    },
    verdict: "major",
    names: ["updateCurrentOrgUser: body", "updateCurrentOrgUser: bodyIsRequired"],
    breaksFacade: true,
  },
  "an operation with a required body is added": {
    change: (spec) => {
      addOperation("inviteUser", "/api/invitations", "createCurrentOrgUser")(spec);
      const { requestBodies } = spec["components"]!;
      set(requestBodies, { Invitation: requestBodies!["CreateUser"] });
      set(spec["paths"]!["/api/invitations"]!["post"], { requestBody: ref("requestBodies", "Invitation") });
    },
    verdict: "minor",
    names: ["inviteUser: is new"],
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
    names: ["createCurrentOrgUser: bodyIsRequired"],
    breaksFacade: true,
  },
};

expectConsequences({ ...operations, ...parameters, ...bodies });
