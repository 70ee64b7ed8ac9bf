import { add, addFirst, at, drop, dropLast, json, on, ref, rename, schema, set, split, the } from "./edits.ts";
import { expectConsequences, type Expectation } from "./expectations.ts";
import { FACTS, OPERATION_IDS } from "./fixture/facts.ts";

const RETURN_USERS = OPERATION_IDS.filter((id) => FACTS[id].data !== "key");
const LIST = OPERATION_IDS.filter((id) => FACTS[id].data === "users");

const fields: Record<string, Expectation> = {
  "a field is added to a response": {
    change: schema("User", ({ properties }) => set(properties, { name: { type: "string" } })),
    verdict: "minor",
    names: the("response", RETURN_USERS),
  },
  "a field is removed from a response": {
    change: {
      text: (spec) => spec.replace(/^ {8}role:\n.*\n.*\n.*\n/m, "").replaceAll(/^ +role: (admin|user)\n/gm, ""),
    },
    verdict: "major",
    names: the("response", RETURN_USERS),
  },
  "a response field becomes optional": {
    change: schema("User", (user) => set(user, { required: ["id", "email"] })),
    verdict: "major",
    names: the("response", RETURN_USERS),
  },
  "a response field becomes required": {
    change: schema("User", ({ required }) => add(required, "role_ids")),
    verdict: "minor",
    names: the("response", RETURN_USERS),
  },
  "a response field becomes nullable": {
    change: schema("User", ({ properties }) => set(properties!["email"], { type: ["string", "null"] })),
    verdict: "major",
    names: the("response", RETURN_USERS),
  },
  "a list in a response is no longer nullable": {
    change: (spec) => {
      set(spec["components"]!["schemas"]!["UserListEnvelope"]!["properties"]!["data"], { type: "array" });
      drop(spec["components"]!["responses"]!["UserList"]!["content"]!["application/json"]!["examples"], "noUsers");
    },
    verdict: "minor",
    names: the("response", LIST),
  },
  "a response field becomes write-only": {
    change: schema("User", ({ properties }) => set(properties!["role"], { writeOnly: true })),
    verdict: "major",
    refused: "no-invalid-media-type-examples", // the examples still contain it
  },
  "the type of a response field changes": {
    change: schema("ApiKey", ({ properties }) =>
      set(properties, { value: { type: ["string", "integer"], format: "password" } }),
    ),
    verdict: "major",
    names: ["createPartnerUserApiKey: response"],
  },
  "a response field is restricted to an enum": {
    change: schema("User", ({ properties }) => set(properties!["role"], { enum: ["admin", "user"] })),
    verdict: "minor",
    names: the("response", RETURN_USERS),
  },
  "a value is added to the enum of a response field": {
    before: schema("User", ({ properties }) => set(properties!["role"], { enum: ["admin", "user"] })),
    change: schema("User", ({ properties }) => set(properties!["role"], { enum: ["admin", "user", "guest"] })),
    verdict: "major",
    names: the("response", RETURN_USERS),
  },
  "a schema becomes an `allOf` with the same fields": {
    change: (spec) => split(spec, "User", { email: { type: "string" } }),
    verdict: "minor", // a component was added
  },
  "a schema becomes an `allOf` with more fields": {
    change: (spec) => split(spec, "User", { name: { type: "string" } }),
    verdict: "minor",
    names: the("response", RETURN_USERS),
  },
  "a field is removed from a part of an `allOf`": {
    before: (spec) => split(spec, "User", { email: { type: "string" }, name: { type: "string" } }),
    change: schema("User", ({ allOf }) => drop(allOf![1]!["properties"], "name")),
    verdict: "major",
  },
  "an envelope becomes an `allOf`": {
    change: (spec) => split(spec, "UserEnvelope", { data: ref("schemas", "User") }),
    verdict: "minor",
  },
  "a part of an `allOf` has a secret": {
    change: (spec) => split(spec, "User", { token: { type: "string", format: "password" } }),
    verdict: "minor",
    names: [...the("response", RETURN_USERS), ...the("secret", RETURN_USERS)],
  },
  "operations return another schema": {
    change: at("responses", "UpdatedUser", (response) => {
      set(json(response), {
        schema: ref("schemas", "ApiKeyEnvelope"),
        example: { data: { value: "a" } },
      });
    }),
    verdict: "major",
    names: [
      "updateCurrentOrgUser: response",
      "updateCurrentOrgUser: secret", // the schema has a secret
    ],
    breaksFacade: true,
  },
  "a nested secret is added to a response": {
    change: schema("User", ({ properties }) =>
      set(properties, {
        tokens: {
          type: "array",
          items: { type: "object", properties: { token: { type: "string", format: "password" } } },
        },
      }),
    ),
    verdict: "minor",
    names: [...the("response", RETURN_USERS), ...the("secret", RETURN_USERS)],
  },
  "a response field is no longer marked as a secret": {
    change: schema("ApiKey", ({ properties }) => drop(properties!["value"], "format")),
    verdict: "major",
    names: ["createPartnerUserApiKey: secret"],
  },
  "a response has no envelope": {
    change: { text: (spec) => spec.replaceAll(/^( +)required: \[data\]\n +properties:\n +data:\n( +)\$ref: (".*schemas\/ApiKey")/gm, "$1required: [result]\n$1properties:\n$1  result:\n$2$ref: $3").replace("data:\n              value: example", "result:\n              value: example") }, // prettier-ignore
    verdict: "major",
    refused: "The 200 response of createPartnerUserApiKey is not an envelope with `data`",
  },
  "a 200 response is not JSON": {
    change: at("responses", "UserList", ({ content }) => rename(content, "application/json", "text/csv")),
    verdict: "major",
    refused: "rule/success-is-json",
  },
  "a schema is renamed": {
    change: {
      text: (spec) =>
        spec.replaceAll('schemas/User"', 'schemas/Person"').replace("  schemas:\n    User:", "  schemas:\n    Person:"),
    },
    verdict: "major",
    breaksFacade: true,
  },
};

const statuses: Record<string, Expectation> = {
  "a status is removed": {
    change: on("listPartnerUsers", ({ responses }) => drop(responses, "404")),
    verdict: "major",
    names: ["listPartnerUsers: statuses"],
  },
  "a status that has an error class is added": {
    before: on("getCurrentOrgUser", ({ responses }) => drop(responses, "422")),
    change: on("getCurrentOrgUser", ({ responses }) =>
      set(responses, { 422: ref("responses", "UnprocessableEntity") }),
    ),
    verdict: "minor",
  },
  "a status without an error class is added": {
    change: on("getCurrentOrgUser", ({ responses }) => set(responses, { 402: ref("responses", "Forbidden") })),
    verdict: "minor",
    names: ["getCurrentOrgUser: statuses"],
  },
  "the status of a success changes": {
    change: on("createCurrentOrgUser", ({ responses }) => rename(responses, "200", "201")),
    verdict: "major",
    refused: "rule/operation-has-200-and-403",
  },
  "a second success status is added": {
    change: on("updateCurrentOrgUser", ({ responses }) =>
      set(responses, { 204: { description: "The user was deleted." } }),
    ),
    verdict: "minor",
    refused: "rule/one-success",
  },
  "a field is removed from errors": {
    change: {
      text: (spec) =>
        spec.replace(/ {8}status:\n {10}type: integer\n.*\n?$/, "").replaceAll(/^ +status: \d{3}\n/gm, ""),
    },
    verdict: "major",
    names: the("errors", OPERATION_IDS),
  },
  "an error has no body": {
    change: at("responses", "Conflict", (error) => drop(error, "content")),
    verdict: "major",
    refused: "rule/error-has-content",
  },
  "an error has another schema": {
    change: at("responses", "Conflict", ({ content }) =>
      set(content!["application/json"], { schema: { type: "object" } }),
    ),
    verdict: "major",
    refused: "rule/error-is-api-error",
  },
  "a response header is removed": {
    change: at("responses", "UserList", (response) => drop(response, "headers")),
    verdict: "major",
  },
  "a response header is added": {
    change: at("responses", "UserList", ({ headers }) => set(headers, { "X-Total": { description: "The number of users.", schema: { type: "integer" } } })), // prettier-ignore
    verdict: "minor",
  },
};

const access: Record<string, Expectation> = {
  "a kind of key is no longer accepted": {
    change: on("updateCurrentOrgUser", ({ security }) => dropLast(security)),
    verdict: "major",
    names: ["updateCurrentOrgUser: keys"],
  },
  "another kind of key is accepted": {
    change: on("getCurrentOrgUser", ({ security }) => add(security, { partnerKey: [] })),
    verdict: "minor",
    names: ["getCurrentOrgUser: keys"],
  },
  "an operation requires no key": {
    change: on("listCurrentOrgUsers", (operation) => set(operation, { security: [{}] })),
    verdict: "minor",
    refused: "rule/security-names-a-key",
  },
  "an operation requires a second credential": {
    change: (spec) => {
      set(spec["components"]!["securitySchemes"], { otp: { type: "apiKey", in: "header", name: "X-Otp" } });
      set(spec["paths"]!["/api/organization/users"]!["get"], { security: [{ apiKey: [], otp: [] }] });
    },
    verdict: "major",
    refused: "rule/security-names-known-keys",
  },
  "an operation requires two kinds of keys at once": {
    change: on("listCurrentOrgUsers", (operation) => set(operation, { security: [{ apiKey: [], scopedKey: [] }] })),
    verdict: "major",
    refused: "rule/security-names-one-key",
  },
  "a kind of key is sent with another scheme": {
    change: at("securitySchemes", "scopedKey", (scheme) => set(scheme, { scheme: "bearer" })),
    verdict: "major",
    refused: "rule/scoped-key-is-basic",
  },
  "the API version changes": {
    change: { text: (spec) => spec.replace('version: "2025-09-18"', 'version: "2026-01-15"') },
    verdict: "minor",
  },
  "the API version is not a date": {
    change: { text: (spec) => spec.replace('version: "2025-09-18"', 'version: "2026-02-30"') },
    verdict: "minor",
    refused: "rule/version-is-a-date",
  },
  "the URL of the server changes": {
    change: (spec) => set(spec["servers"]![0], { url: "https://api.polytomic.com" }),
    verdict: "major",
  },
  "one operation has its own server": {
    change: on("listCurrentOrgUsers", (operation) => set(operation, { servers: [{ url: "https://eu.polytomic.com", description: "Europe." }] })), // prettier-ignore
    verdict: "minor",
    refused: "rule/one-server",
  },
  "a server is added before the first one": {
    change: (spec) => addFirst(spec["servers"], { url: "https://eu.polytomic.com", description: "Europe." }),
    verdict: "major",
  },
  "a server is added after the first one": {
    change: (spec) => add(spec["servers"], { url: "https://eu.polytomic.com", description: "Europe." }),
    verdict: "minor",
  },
};

const texts: Record<string, Expectation> = {
  "an operation is deprecated": {
    change: on("updateCurrentOrgUser", (operation) => set(operation, { deprecated: true })),
    verdict: "minor",
  },
  "a description changes": {
    change: on("listPartnerUsers", (operation) => set(operation, { description: "Every user." })),
    verdict: "patch",
  },
  "an example changes": {
    change: { text: (spec) => spec.replace("value: example-of-a-minted-api-key", "value: another-key") },
    verdict: "patch",
  },
  "the description of a tag changes": {
    change: (spec) => set(spec["tags"]![0], { description: "Your own users." }),
    verdict: "patch",
  },
  "only comments or the order of keys change": {
    change: (spec) => {
      const { paths } = spec;
      drop(spec, "paths");
      set(spec, { paths });
    },
    verdict: "none",
  },
};

expectConsequences({ ...fields, ...statuses, ...access, ...texts });
